"""Exchanges that the residual gate suspects wait for an editor: shown masked, released or dropped, never stored raw.

`judge` splits what parsers held back by the editors' decisions; `store` keeps the rest, masked once more, beside the index.
Decisions are editors' knowledge: kb_sources/_scrubbing/decisions.tsv (id, release | drop), known by the hash of what was
scrubbed, so they outlive the index and a re-import.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.scrubbing.lists import FOLDER
from knowledge.scrubbing.residue import blacken
from knowledge.types import Entry, Held

STORE = "quarantine.jsonl"  # under index/


@dataclass(frozen=True, slots=True)
class Waiting:
    """One exchange as an editor sees it: suspects blackened."""

    id: str
    source: str
    line: int
    reasons: tuple[str, ...]
    title: str
    text: str


def identify(entry: Entry) -> str:
    """The id of an exchange in quarantine: of its scrubbed words, the same after every re-import."""
    return sha256(f"{entry.source}\n{entry.title}\n{entry.text}".encode()).hexdigest()[:12]


def judge(sources: Path, held: Iterable[Held]) -> tuple[tuple[Entry, ...], tuple[Held, ...]]:
    """Split into entries that an editor released and exchanges that still wait; dropped ones are in neither."""
    decided = decisions(sources)
    held = tuple(held)
    released = tuple(h.entry for h in held if decided.get(identify(h.entry)) == "release")
    return released, tuple(h for h in held if identify(h.entry) not in decided)


def store(index: Path, held: Iterable[Held]) -> None:
    """Replace the list of waiting exchanges under `index`."""
    index.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(asdict(_masked(h)), ensure_ascii=False) for h in held]
    draft = index / f"{STORE}.new"
    draft.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    draft.replace(index / STORE)


def waiting(index: Path) -> tuple[Waiting, ...]:
    """What waits for an editor, as `store` left it."""
    path = index / STORE
    if not path.exists():
        return ()
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return tuple(Waiting(**{**row, "reasons": tuple(row["reasons"])}) for row in rows)


def decisions(sources: Path) -> dict[str, str]:
    """The editors' decisions by id; the last line of an id counts."""
    path = sources / FOLDER / "decisions.tsv"
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return dict(m.groups() for line in lines if (m := re.match(r"([0-9a-f]{12})\t(release|drop)\b", line)))  # type: ignore[misc]


def decide(sources: Path, index: Path, identity: str, decision: str) -> Waiting:
    """Write `decision` (release | drop) for a waiting exchange; the next re-index follows it."""
    for item in waiting(index):
        if item.id == identity:
            folder = sources / FOLDER
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / "decisions.tsv").open("a", encoding="utf-8") as file:
                file.write(f"{identity}\t{decision}\n")
            return item
    raise KnowledgeError(f"quarantine: no exchange {identity} waits; `kb scrub --quarantine` lists those that do")


def _masked(held: Held) -> Waiting:
    entry = held.entry
    return Waiting(identify(entry), entry.source, entry.line, held.reasons, blacken(entry.title), blacken(entry.text))
