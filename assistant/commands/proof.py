"""`kb eval`: what the knowledge is worth, in figures. `kb explain`: why one question gets the answer it gets."""

import argparse
import sys
from pathlib import Path

from assistant.cli import Subparsers, command, tell
from assistant.commands.asking import read_history
from assistant.settings import load_settings
from knowledge.errors import KnowledgeError


def register(subparsers: Subparsers) -> None:
    """Add `kb eval` and `kb explain`."""
    parser = command(subparsers, "eval", "measure the knowledge on questions with known answers", run_eval)
    parser.add_argument("--set", type=Path, metavar="DIR", help="corpus.jsonl and queries.jsonl instead of this home")
    parser.add_argument("--layers", default="", metavar="A,B", help="search these layers only")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--no-lexical", dest="dense", action="store_const", const=1.0, help="search by meaning only")
    only.add_argument("--no-dense", dest="dense", action="store_const", const=0.0, help="search by words only")
    parser.add_argument("--ab", action="store_true", help="answer each golden question with and without the knowledge")
    parser.add_argument("--compare", metavar="GENERATION", help="measure this generation too, and the difference")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a report with plots")
    parser = command(subparsers, "explain", "show every step of one question's way to its answer", run_explain)
    parser.add_argument("question", metavar="QUESTION")
    parser.add_argument("--history", type=Path, metavar="FILE", help='earlier turns: JSON [{"question","answer"}, …]')


def run_eval(args: argparse.Namespace) -> int:
    """Measure; 1 when the knowledge fails: too little found, facts gone, or wrong verbatim answers."""
    from assistant.evaluation import as_json, faults_of, measure
    from assistant.proving import Chosen, ab_test, differences, opened, told
    from assistant.wiring import open_knowledge

    if args.set and (args.ab or args.compare):
        raise KnowledgeError("--set: measured by itself; use --ab and --compare with the golden questions of a home")
    settings = load_settings(args.home)
    knowledge = open_knowledge(settings)
    chosen = Chosen(tuple(name for name in args.layers.split(",") if name), args.dense)
    with opened(knowledge, args.set) as bench:
        outcomes = bench.examine(chosen, progress=_progress)
        shares = measure(outcomes)
        report = as_json(outcomes, knowledge.embedder.fingerprint, bench.generation)
        if args.compare:
            with opened(knowledge, None, args.compare) as other:
                report["compare"] = differences(outcomes, other.examine(chosen, progress=_progress), args.compare)
        if args.ab:
            report["ab"] = ab_test(settings, bench.questions, progress=_progress)
    report["faults"] = faults = [] if args.set or chosen != Chosen() else faults_of(shares)
    if args.html:
        from assistant.proof_page import page

        args.html.write_text(page(report, shares, outcomes), encoding="utf-8")
    tell(args, report, told(report, shares, outcomes))
    return 1 if faults else 0


def run_explain(args: argparse.Namespace) -> None:
    """Tell each step; 0 whatever the decision."""
    from assistant.explaining import explain, told

    steps = explain(load_settings(args.home), args.question, read_history(args.history) if args.history else ())
    tell(args, steps, told(steps))


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty() and (done % 20 == 0 or done == total):
        print(f"\r{done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)
