"""`kb scrub`: text or JSON lines in, the same de-identified out; and the quarantine: list, release, drop.

The result goes to stdout, a count per type to stderr. What was found is neither stored nor logged.
"""

import argparse
import io
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from assistant.cli import Subparsers, UsageError, command, tell
from assistant.settings import Settings, load_settings
from knowledge.errors import KnowledgeError
from knowledge.scrubbing import Lists, Scrubbed, load_lists, scrub, scrub_dialogue
from knowledge.scrubbing.quarantine import decide, waiting

PIECE = 32_000  # characters of a plain text that are scrubbed together
NO_RECORD = 'not {"id","text"} or {"id","turns":[{"role","text"}]}; write one such object a line'
KEPT = frozenset(("id", "role", "text"))  # keys of a record that pass: the text has been scrubbed for itself


def register(subparsers: Subparsers) -> None:
    """Add `scrub` to the command line."""
    parser = command(subparsers, "scrub", "mask personal data and secrets in text, or judge the quarantine", run)
    parser.add_argument("file", nargs="?", default="-", help="a text file, or - for stdin; with --json, JSON lines")
    parser.add_argument("--quarantine", action="store_true", help="list the exchanges that wait for an editor, masked")
    parser.add_argument("--release", metavar="ID", help="let a waiting exchange into the index")
    parser.add_argument("--drop", metavar="ID", help="leave a waiting exchange out for good")


def run(args: argparse.Namespace) -> int:
    """Exit code 0 done, 1 no such exchange in quarantine, 2 a line was no record. Raises UsageError."""
    settings = load_settings(args.home)
    if args.quarantine or args.release or args.drop:
        return _judge(args, settings)
    counts: Counter[str] = Counter()
    lists, faults = load_lists(settings.sources), 0
    for piece in _records(args.file, lists, counts) if args.json else _texts(args.file, lists, counts):
        if isinstance(piece, str):
            sys.stdout.write(piece)
        else:
            faults += 1
            print(f"kb: {piece}", file=sys.stderr)
    print(" ".join(f"{kind}={count}" for kind, count in sorted(counts.items())) or "nothing found", file=sys.stderr)
    return 2 if faults else 0


def _lines(name: str) -> Iterator[str]:
    """The lines of a file or of stdin, one at a time, with the line ends that they have."""
    try:
        with sys.stdin.buffer if name == "-" else Path(name).open("rb") as data:
            yield from io.TextIOWrapper(data, encoding="utf-8-sig", newline="")
    except OSError as fault:
        raise UsageError(f"{name}: cannot be read ({fault.strerror}); name an existing text file") from fault
    except UnicodeDecodeError as fault:
        raise UsageError(f"{name}: is not UTF-8 text; save it as UTF-8") from fault


def _texts(name: str, lists: Lists, counts: Counter[str]) -> Iterator[str]:
    """A text in pieces of whole lines, of any length in all: a value has one placeholder within its piece."""
    piece, size = [], 0
    for line in _lines(name):
        piece.append(line)
        size += len(line)
        if size >= PIECE and (not line.strip() or size >= 2 * PIECE):
            yield _counted(scrub("".join(piece), lists=lists), counts).text
            piece, size = [], 0
    yield _counted(scrub("".join(piece), lists=lists), counts).text


def _records(name: str, lists: Lists, counts: Counter[str]) -> Iterator[str | UsageError]:
    for number, line in enumerate(_lines(name), 1):
        if line.strip():
            try:
                shown = _scrub_record(json.loads(line), lists, counts)
            except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
                yield UsageError(f"{name}, line {number}: {NO_RECORD}")
            else:
                yield _as_line(shown)


def _as_line(record: dict[str, object]) -> str:
    line = json.dumps(record, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:  # half a surrogate pair, cut by who exported it
        line = json.dumps(record)
    return f"{line}\n"


def _scrub_record(record: dict[str, object], lists: Lists, counts: Counter[str]) -> dict[str, object]:
    """The record with its text or its turns scrubbed, the id as it was, and whatever else it holds scrubbed as well."""
    turns = None if "text" in record else record["turns"]
    said = [record] if turns is None else turns
    if not isinstance(said, list) or not all(isinstance(turn["text"], str) for turn in said):
        raise TypeError
    clean = scrub_dialogue([("", str(turn["text"])) for turn in said], lists=lists)
    shown = [{**_rest(turn, lists), **asdict(_counted(text, counts))} for turn, text in zip(said, clean, strict=True)]
    return shown[0] if turns is None else {**_rest(record, lists), "turns": shown}


def _rest(record: dict[str, object], lists: Lists) -> dict[str, object]:
    others = {key: value for key, value in record.items() if key != "turns"}
    return {key: value if key in KEPT else _scrub_value(value, lists) for key, value in others.items()}


def _scrub_value(value: object, lists: Lists) -> object:
    if isinstance(value, dict):
        return {key: _scrub_value(held, lists) for key, held in value.items()}
    if isinstance(value, list):
        return [_scrub_value(held, lists) for held in value]
    return scrub(value, lists=lists).text if isinstance(value, str) else value


def _counted(scrubbed: Scrubbed, counts: Counter[str]) -> Scrubbed:
    counts.update(span.type for span in scrubbed.spans)
    return scrubbed


def _judge(args: argparse.Namespace, settings: Settings) -> int:
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
    lines = [f"{i.id}  {i.source}:{i.line}  {', '.join(i.reasons)}\n  {i.title}\n  {i.text}" for i in items]
    tell(args, {"waiting": [asdict(item) for item in items]}, *lines)
    print(f"{len(items)} waiting", file=sys.stderr)
    return 0
