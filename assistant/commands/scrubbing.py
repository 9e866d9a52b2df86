"""`kb scrub`: text or JSON lines in, the same de-identified out; and the quarantine: list, release, drop.

The result goes to stdout, a count per type to stderr. What was found is neither stored nor logged.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.settings import Settings, load_settings

if TYPE_CHECKING:
    from knowledge.scrubbing import Lists, Scrubbed


class UnreadableInput(Exception):
    """What kb scrub was given, with its fault and remedy; the command line prints it and exits with 2."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `scrub` to the command line."""
    from assistant.cli import common

    parser = subparsers.add_parser(
        "scrub", parents=[common()], help="mask personal data and secrets in text, or judge the quarantine"
    )
    parser.add_argument("file", nargs="?", default="-", help="a text file, or - for stdin; with --json, JSON lines")
    parser.add_argument("--quarantine", action="store_true", help="list the exchanges that wait for an editor, masked")
    parser.add_argument("--release", metavar="ID", help="let a waiting exchange into the index")
    parser.add_argument("--drop", metavar="ID", help="leave a waiting exchange out for good")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit code 0 done, 1 no such exchange in quarantine. Raises UnreadableInput."""
    from knowledge.scrubbing import load_lists

    settings = load_settings(args.home)
    if args.quarantine or args.release or args.drop:
        return _judge(args, settings)
    counts: Counter[str] = Counter()
    for piece in _scrub_text(_read(args.file), load_lists(settings.sources), counts, args.json):
        sys.stdout.write(piece)
    print(" ".join(f"{kind}={count}" for kind, count in sorted(counts.items())) or "nothing found", file=sys.stderr)
    return 0


def _read(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as fault:
        raise UnreadableInput(f"{name}: cannot be read ({fault.strerror}); name an existing text file") from fault
    except UnicodeDecodeError as fault:
        raise UnreadableInput(f"{name}: is not UTF-8 text; save it as UTF-8") from fault


def _scrub_text(text: str, lists: "Lists", counts: Counter[str], as_records: bool) -> Iterator[str]:
    from knowledge.scrubbing import scrub

    if as_records:
        yield from _scrub_lines(text.split("\n"), lists, counts)
    else:
        yield _counted(scrub(text, lists=lists), counts).text


def _scrub_lines(lines: Iterable[str], lists: "Lists", counts: Counter[str]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                record = json.loads(line)
                scrubbed = _scrub_record(record, lists, counts)
            except (ValueError, TypeError, AttributeError, KeyError) as fault:
                raise UnreadableInput(
                    f'line {number}: not {{"id","text"}} or {{"id","turns":[…]}}; write one object a line'
                ) from fault
            yield json.dumps(scrubbed, ensure_ascii=False) + "\n"


def _scrub_record(record: dict[str, object], lists: "Lists", counts: Counter[str]) -> dict[str, object]:
    from knowledge.scrubbing import scrub, scrub_dialogue

    turns = record.get("turns")
    if not isinstance(turns, list):
        return {"id": record.get("id"), **_shown(_counted(scrub(str(record["text"]), lists=lists), counts))}
    masked = scrub_dialogue([(str(t.get("role", "")), str(t["text"])) for t in turns], lists=lists)
    shown = [{"role": t.get("role", ""), **_shown(_counted(s, counts))} for t, s in zip(turns, masked, strict=True)]
    return {"id": record.get("id"), "turns": shown}


def _counted(scrubbed: "Scrubbed", counts: Counter[str]) -> "Scrubbed":
    counts.update(span.type for span in scrubbed.spans)
    return scrubbed


def _shown(scrubbed: "Scrubbed") -> dict[str, object]:
    return {"text": scrubbed.text, "spans": [asdict(span) for span in scrubbed.spans]}


def _judge(args: argparse.Namespace, settings: Settings) -> int:
    from knowledge.errors import KnowledgeError
    from knowledge.scrubbing.quarantine import decide, waiting

    if args.release or args.drop:
        identity, decision = (args.release, "release") if args.release else (args.drop, "drop")
        try:
            decide(settings.sources, settings.index, identity, decision)
        except KnowledgeError as fault:
            print(fault, file=sys.stderr)
            return 1
        print(f"{identity}: {decision}; kb reindex follows it", file=sys.stderr)
        return 0
    items = waiting(settings.index)
    if args.json:
        print(json.dumps({"waiting": [asdict(item) for item in items]}, ensure_ascii=False))
    for item in () if args.json else items:
        print(f"{item.id}  {item.source}:{item.line}  {', '.join(item.reasons)}\n  {item.title}\n  {item.text}")
    print(f"{len(items)} waiting", file=sys.stderr)
    return 0
