"""`kb reindex | search | index | schedule`: the index from the command line."""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.cli import Subparsers, command, group, tell
from assistant.scheduling import cron_line, install, units
from assistant.settings import load_settings
from knowledge.errors import IndexFault, KnowledgeError
from knowledge.locking import writer_lock
from knowledge.types import Hit, Query

if TYPE_CHECKING:
    from knowledge.generations import Generations
    from knowledge.manifest import Manifest

SHOWN = 10  # faults printed; --json has them all
EMPTY = "kb_sources/ holds no knowledge; put FAQ files into kb_sources/faq/ and run kb reindex again"


def register(subparsers: Subparsers) -> None:
    """Add the four commands."""
    reindex = command(subparsers, "reindex", "bring the index up to date with kb_sources/", run_reindex)
    reindex.add_argument("--full", action="store_true", help="read and embed everything again")
    reindex.add_argument("--force", action="store_true", help="switch even when answers got worse or sources vanished")
    reindex.add_argument("--report", action="store_true", help="only show what the last run reported")

    search = command(subparsers, "search", "show what is found for a query, with scores", run_search)
    search.add_argument("query", metavar="QUERY")
    search.add_argument("-k", type=_positive, default=10, metavar="N", help="how many entries (default 10)")
    search.add_argument("--layer", action="append", default=[], metavar="NAME", help="only this layer; may be repeated")

    index = group(subparsers, "index", "generations: list, verify, roll back, collect")
    command(index, "list", "the generations on disk, newest first", run_list)
    verify = command(index, "verify", "open a generation in a fresh process and ask it", run_verify)
    verify.add_argument("generation", nargs="?", default="", metavar="GENERATION")
    rollback = command(index, "rollback", "make the generation before the live one live again", run_rollback)
    rollback.add_argument("generation", nargs="?", default="", metavar="GENERATION")
    collect = command(index, "collect", "remove generations that are not needed any more", run_collect)
    collect.add_argument("--keep", type=_positive, default=3, metavar="N", help="how many stay (default 3)")

    schedule = command(subparsers, "schedule", "a weekly re-index: print or install it", run_schedule)
    schedule.add_argument("--install", action="store_true", help="install and start the systemd user timer")


def run_reindex(args: argparse.Namespace) -> int:
    """Re-index; 1 when something needs an editor, or there is nothing to serve."""
    from assistant.wiring import open_knowledge, tidy_journal
    from knowledge.reporting import last_report

    settings = load_settings(args.home)
    if args.report:
        return _show_report(args, last_report(settings.index))
    with closing(open_knowledge(settings)) as knowledge:
        report = knowledge.sync(full=args.full, force=args.force, progress=_progress())
    tidy_journal(settings)
    return _show_report(args, {**asdict(report), "scores": dict(report.scores)})


def run_search(args: argparse.Namespace) -> int:
    """Search; 1 when nothing is found."""
    from assistant.wiring import open_knowledge

    with closing(open_knowledge(load_settings(args.home))) as knowledge:
        layers = {layer.name for layer in knowledge.status().layers}
        if unknown := sorted(set(args.layer) - layers):
            raise KnowledgeError(f"--layer {unknown[0]}: no such layer; there are {', '.join(sorted(layers))}")
        result = knowledge.search(Query(args.query, layers=tuple(args.layer)), args.k)
    hits = [hit_as_json(hit) for hit in result.hits]
    told = {"query": args.query, "hits": hits, "answerability": result.answerability, "ms": result.ms}
    tell(args, told, "\n".join(_hit_line(place, hit) for place, hit in enumerate(result.hits, 1)))
    return 0 if hits else 1


def run_list(args: argparse.Namespace) -> None:
    """List generations."""
    generations, current = _generations(args)
    found = [_generation_as_json(manifest, current) for manifest in generations.all()]
    lines = [
        f"{'*' if one['live'] else ' '} {one['generation']}  {one['created']}  {one['entries']} entries, "
        f"{one['chunks']} chunks, {one['sources']} sources  {one['embedder']}"
        for one in found
    ]
    tell(args, {"current": current, "generations": found}, *(lines or ["no generation yet"]))


def run_verify(args: argparse.Namespace) -> int:
    """Verify the live generation, or the one named; 1 when it is damaged."""
    from knowledge.verifying import Verifier

    generations, current = _generations(args)
    name = args.generation or current
    if not name or not generations.path(name).is_dir():
        raise IndexFault(f"{generations.root}: no generation {name or 'yet'}; run: kb reindex")
    damage = ""
    try:
        Verifier().check(generations.path(name))
    except IndexFault as fault:
        damage = str(fault)
    tell(args, {"generation": name, "sound": not damage, "damage": damage}, damage or f"{name}: sound")
    return 1 if damage else 0


def run_rollback(args: argparse.Namespace) -> None:
    """Go back; a running app follows within seconds."""
    generations, current = _generations(args)
    with writer_lock(generations.root):
        manifest = generations.rollback(args.generation)
    told = {"generation": manifest.generation, "previous": current}
    tell(args, told, f"{manifest.generation} is live now, {current} before")


def run_collect(args: argparse.Namespace) -> None:
    """Remove old generations, and what the journal quotes of entries that are too old now."""
    from assistant.wiring import tidy_journal

    generations, _ = _generations(args)
    with writer_lock(generations.root):
        removed = generations.collect(args.keep)
    tidy_journal(load_settings(args.home))
    kept = [manifest.generation for manifest in generations.all()]
    tell(args, {"removed": removed, "kept": kept}, f"removed {len(removed)}, kept {len(kept)}")


def run_schedule(args: argparse.Namespace) -> None:
    """Print or install the weekly re-index."""
    home = load_settings(args.home).home
    if args.install:
        written = [str(path) for path in install(home)]
        tell(args, {"installed": written}, *written, "the timer runs: systemctl --user list-timers")
        return
    texts, line = units(home), cron_line(home)
    shown = [f"# ~/.config/systemd/user/{name}\n{text}" for name, text in texts.items()]
    cron = f"# kb schedule --install writes and starts these; or, by crontab -e:\n{line}"
    tell(args, {"units": texts, "cron": line}, *shown, cron)


def _show_report(args: argparse.Namespace, report: "dict[str, object] | None") -> int:
    if report is None:
        raise IndexFault("there is no report yet; run: kb reindex")
    mend = bool(report["faults"] or report["held_back"] or report["quarantined"])
    empty = not mend and not report["entries"]
    if empty:
        print(f"kb: {EMPTY}", file=sys.stderr)
    tell(args, report, *([] if empty else _report_lines(report)))
    return 1 if mend or empty else 0


def _report_lines(report: dict[str, Any]) -> Iterator[str]:
    yield f"generation {report['generation']} " + ("is live" if report["switched"] else "stays live")
    yield "sources: " + ", ".join(f"{count} {name}" for name, count in report["sources"].items())
    chunks = f"{report['chunks']} chunks: {report['embedded']} embedded, {report['reused']} reused"
    yield f"{report['entries']} entries, {chunks}"
    yield f"{report['seconds']} s"
    if report["note"]:
        yield f"note: {report['note']}"
    if report["held_back"]:
        yield f"NOT SWITCHED: {report['held_back']}"
    if report["quarantined"]:
        yield f"{report['quarantined']} exchanges wait in quarantine: kb scrub --quarantine"
    for one in report["faults"][:SHOWN]:
        yield f"{one['file']}:{one['line']}: {one['message']}; {one['remedy']}"
    if len(report["faults"]) > SHOWN:
        yield f"… and {len(report['faults']) - SHOWN} more: kb check"


def _progress() -> Callable[[str, int, int], None]:
    """A progress bar a stage on stderr."""
    from tqdm import tqdm

    bars: dict[str, tqdm[Any]] = {}

    def show(stage: str, done: int, total: int) -> None:
        if stage not in bars:
            for bar in bars.values():
                bar.update((bar.total or 0) - bar.n)
                bar.close()
            bars[stage] = tqdm(desc=stage, total=total, file=sys.stderr, disable=None)  # none in a cron job's mail
        bars[stage].update(done - bars[stage].n)

    return show


def hit_as_json(hit: Hit) -> dict[str, object]:
    entry = hit.chunk.entry
    return {
        "entry_id": entry.id,
        "layer": entry.layer,
        "title": entry.title,
        "text": entry.text,
        "score": round(hit.score, 4),
        "found_by": {name: round(score, 4) for name, score in hit.found_by},
        "source": entry.source,
        "line": entry.line,
        "updated": entry.updated.isoformat() if entry.updated else "",
    }


def _hit_line(place: int, hit: Hit) -> str:
    entry = hit.chunk.entry
    found_by = " ".join(f"{name} {score:.2f}" for name, score in hit.found_by)
    return f"{place:2}. {hit.score:.2f}  {entry.title}  ({entry.source}:{entry.line}; {found_by})"


def _generation_as_json(manifest: "Manifest", current: str) -> dict[str, object]:
    return {
        "generation": manifest.generation,
        "live": manifest.generation == current,
        "created": manifest.created,
        "entries": manifest.entries,
        "chunks": manifest.chunks,
        "sources": len(manifest.sources),
        "embedder": manifest.embedder.split("+")[0],
        "scores": dict(manifest.scores),
    }


def _generations(args: argparse.Namespace) -> "tuple[Generations, str]":
    from knowledge.generations import Generations

    generations = Generations(load_settings(args.home).index)
    return generations, generations.current()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
