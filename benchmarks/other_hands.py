"""Texts that others than the authors of the rules wrote, each file by another hand: hands/*.txt, all invented.

A line is one text: ⟦TYPE:value⟧ is personal, ⏎ a line break, ⇥ a tab; behind tabs stands what must survive. ⁞ keeps
made-up keys from looking like keys to scanners of repositories, and is dropped here. docs/log.md has what each file
leaked at first sight, before anything was mended for it.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.scrubbing_texts import Sample

FOLDER = Path(__file__).parent / "hands"
_MARKED = re.compile(r"⟦([A-Z_]+):(.*?)⟧", re.DOTALL)


def other_hands() -> Iterator[tuple[str, list[Sample]]]:
    """The name of each set, and its texts."""
    for path in sorted(FOLDER.glob("*.txt")):
        lines = path.read_text(encoding="utf-8").replace("⁞", "").splitlines()
        yield path.stem, [_sample(*(_plain(cell) for cell in line.split("\t"))) for line in lines]


def _plain(cell: str) -> str:
    return cell.replace("⏎", "\n").replace("⇥", "\t")


def _sample(marked: str, *keep: str) -> Sample:
    parts: list[str] = []
    spans: list[tuple[int, int, str]] = []
    at = size = 0
    for match in _MARKED.finditer(marked):
        kind, value = match.groups()
        before = marked[at : match.start()]
        start = size + len(before)
        spans.append((start, start + len(value), kind))
        parts += [before, value]
        at, size = match.end(), start + len(value)
    return Sample("".join([*parts, marked[at:]]), tuple(spans), keep)
