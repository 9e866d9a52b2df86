"""The account of one source: each row is entered once, as an entry, held, skipped for a reason, or merged."""

import hashlib
import unicodedata
from collections import Counter
from dataclasses import dataclass, fields, replace
from datetime import date

from knowledge.parsing.problems import problem
from knowledge.scrubbing import NO_LISTS, Lists, scrub_dialogue
from knowledge.scrubbing.residue import CHINESE
from knowledge.types import Entry, EntryKind, Held, Parsed, Problem, Source

OVER_LONG = 8_000  # characters of an answer above which an agent cannot read it, and chunks lose the question
LONGEST_ANSWER = 200_000  # beyond this it is not an answer but a file in a cell
LONGEST_TITLE = 500
TOLD = 100  # problems of one code in one file; the rest is summed up in one more


@dataclass(frozen=True, slots=True)
class Details:
    """What an entry may carry beside question and answer; empty = not given."""

    aliases: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()
    category: str = ""
    url: str = ""
    updated: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    version: str = ""
    released: bool = True
    since: str = ""

    def over(self, other: "Details") -> "Details":
        """These details, filled up from `other` (a page's front matter) where they are empty."""
        missing = {f.name: getattr(other, f.name) for f in fields(self) if not getattr(self, f.name)}
        return replace(self, **{**missing, "released": self.released})


def entry_id(source_path: str, title: str, ordinal: int) -> str:
    """Name an entry: stable while source, title and its place among equal titles of the file stay."""
    folded = " ".join(unicodedata.normalize("NFKC", title).lower().split())
    return hashlib.sha256(f"{source_path}\n{folded}\n{ordinal}".encode()).hexdigest()[:16]


class Ledger:
    """Collects what a parser finds in one source and closes it into Parsed."""

    def __init__(self, source: Source, today: date, lists: Lists = NO_LISTS) -> None:
        self.source, self.today, self.lists = source, today, lists
        self._entries: list[Entry] = []
        self._problems: list[Problem] = []
        self._seen: Counter[str] = Counter()
        self._told: Counter[str] = Counter()
        self._untold_rows: Counter[str] = Counter()
        self._held: list[Held] = []
        self._merged = 0

    def add(self, title: str, text: str, line: int, kind: EntryKind = "faq", details: Details = Details()) -> None:
        """Enter one row as an entry, or as skipped when title or text is missing or beyond the limits."""
        title, text = " ".join(title.split()), text.strip()
        if fault := _fault(title, text):
            self.skip(line, fault, title=title[:60], length=len(text))
            return
        if self.lists.every_layer and kind != "exchange":
            said = scrub_dialogue([("", part) for part in (title, text, *details.aliases)], lists=self.lists)
            title, text, *aliases = (part.text for part in said)
            details = replace(details, aliases=tuple(aliases))
        self._remark(title, text, line, details)
        self._entries.append(self._entry(title, text, line, kind, details))

    def hold(self, title: str, text: str, line: int, details: Details, reasons: tuple[str, ...]) -> None:
        """Enter a scrubbed exchange that is still suspect: it waits for an editor instead of becoming an entry."""
        self._held.append(Held(self._entry(title, text, line, "exchange", details), reasons))
        self.note(line, "quarantined", kinds=", ".join(reasons), chinese="、".join(CHINESE[one] for one in reasons))

    def skip(self, line: int, code: str, rows: int = 1, **facts: object) -> None:
        """Enter `rows` rows as not imported."""
        self._told[code] += 1
        if self._told[code] <= TOLD:
            self._problems.append(problem(self.source.path, line, code, rows, **facts))
        else:
            self._untold_rows[code] += rows

    def note(self, line: int, code: str, **facts: object) -> None:
        """Remark on something that is imported nevertheless."""
        self.skip(line, code, 0, **facts)

    def merge(self, rows: int) -> None:
        """Enter rows that became part of an entry beside its first row."""
        self._merged += rows

    def close(self) -> Parsed:
        """The finished account; rows = entries + held + rows of problems + merged, by construction."""
        for code, count in self._told.items():
            if count > TOLD:
                rest, rows = count - TOLD, self._untold_rows[code]
                self._problems.append(problem(self.source.path, 1, "more_of_the_same", rows, count=rest, kind=code))
        rows = len(self._entries) + len(self._held) + sum(p.rows for p in self._problems) + self._merged
        if not rows and not any(p.severity == "error" for p in self._problems):
            self._problems.append(problem(self.source.path, 1, "nothing_found"))
        self._problems.sort(key=lambda p: p.line)
        return Parsed(tuple(self._entries), tuple(self._problems), rows, self._merged, tuple(self._held))

    def _entry(self, title: str, text: str, line: int, kind: EntryKind, details: Details) -> Entry:
        ordinal = self._seen[title.lower()]
        self._seen[title.lower()] += 1
        details = replace(
            details, aliases=_distinct(details.aliases, title), negatives=_distinct(details.negatives, "")
        )
        given = {f.name: getattr(details, f.name) for f in fields(details)}
        key = entry_id(self.source.path, title, ordinal)
        return Entry(key, self.source.path, self.source.layer, title, text, kind, line=line, **given)

    def _remark(self, title: str, text: str, line: int, details: Details) -> None:
        if len(text) > OVER_LONG:
            self.note(line, "over_long", title=title[:60], length=len(text), limit=OVER_LONG)
        if details.valid_until and details.valid_until < self.today:
            self.note(line, "expired", title=title[:60], date=details.valid_until)
        if details.valid_from and details.valid_until and details.valid_from > details.valid_until:
            self.note(line, "validity_reversed", title=title[:60])
        if "\ufffd" in title + text or "锟斤拷" in title + text:
            self.note(line, "lost_characters", title=title[:60])


def _fault(title: str, text: str) -> str:
    if not title:
        return "empty_question"
    if not text:
        return "empty_answer"
    if len(title) > LONGEST_TITLE:
        return "long_question"
    return "long_answer" if len(text) > LONGEST_ANSWER else ""


def _distinct(wordings: tuple[str, ...], title: str) -> tuple[str, ...]:
    cleaned = (" ".join(wording.split()) for wording in wordings)
    return tuple(dict.fromkeys(wording for wording in cleaned if wording and wording != title))
