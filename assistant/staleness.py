"""Which entries to look at again: contradicted or touched by a newer change, past their date, disliked by agents.

Reads the live index and the journal; changes nothing.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import log
from typing import Literal

from assistant.journal import Journal
from knowledge.evidence import whole
from knowledge.overrides import moves, newer, repairs, said_by
from knowledge.types import Entry, Problem
from knowledge.words import fold, vocabulary

Reason = Literal["contradicted", "touched", "expired", "disliked"]
# All by benchmarks/operation.py, table "staleness": 60 contradictions and 60 harmless changes.
SAME = 0.3  # share of what a change says that an entry must hold, rare words counting more
BEST = 0.9  # of the score of the entry that fits best: a change is about one thing, rarely two
TITLE = 0.2  # weight of the words in title and aliases
VALUE = 0.1  # a figure that change and entry share: "由 72 小时"
TOUCHED = 0.6  # of SAME's scale, where nothing was moved: only what is surely about the entry
_FIGURE = re.compile(r"\d+(?:[.:]\d+)?%?|\bf\d{1,2}\b")


@dataclass(frozen=True, slots=True)
class Stale:
    """An entry to look at; `because` names the change, the date or the marks."""

    entry_id: str
    title: str
    source: str
    line: int
    reason: Reason
    because: str
    since: str  # ISO date of the change or of the end of validity, "" where there is none
    score: float


def find_stale(
    entries: Iterable[Entry], problems: Iterable[Problem], journal: Journal, since: datetime
) -> tuple[Stale, ...]:
    """Entries of the FAQ layer to look at, the surest first.

    `problems` are those of a check today: an expired entry is in no index. Marks count from `since` on.
    """
    everything = tuple(entries)
    facts = [entry for entry in everything if entry.layer == "faq"]
    changes = [entry for entry in everything if entry.kind == "change" and entry.released]
    found = [*changed(changes, facts), *_expired(problems), *_disliked(facts, journal, since)]
    order = ("contradicted", "expired", "disliked", "touched")
    return tuple(sorted(found, key=lambda one: (order.index(one.reason), -one.score, one.source, one.line)))


def changed(changes: Sequence[Entry], facts: Sequence[Entry]) -> Iterator[Stale]:
    """For each entry the change that says most about it."""
    words = _Words(facts)
    best: dict[str, Stale] = {}
    for change in changes:
        said = said_by(change)
        if repairs(said):
            continue
        moved = moves(said)
        scores = words.scores(said)
        limit = max(SAME if moved else TOUCHED, BEST * max(scores.values(), default=0))
        for fact in facts:
            score = round(scores[fact.id], 2)
            if scores[fact.id] < limit or not newer(change, fact) or change.updated == fact.updated:
                continue
            if fact.id not in best or score > best[fact.id].score:
                best[fact.id] = _stale(
                    fact, "contradicted" if moved else "touched", change.title, change.updated, score
                )
    yield from best.values()


class _Words:
    """The words of all facts, and how rare each is."""

    def __init__(self, facts: Sequence[Entry]) -> None:
        self._held = {fact.id: vocabulary(whole(fact)) for fact in facts}
        self._titles = {fact.id: vocabulary(" ".join((fact.title, *fact.aliases))) for fact in facts}
        self._figures = {fact.id: _figures(fold(fact.text)) for fact in facts}
        self._counts = Counter(word for held in self._held.values() for word in held)

    def scores(self, said: str) -> Mapping[str, float]:
        """For each fact the share of what is said that it holds, in [0, 1.1]."""
        words, figures = vocabulary(said), _figures(said)
        weights = {word: log((len(self._held) + 1) / (self._counts[word] + 0.5)) for word in words}
        total = sum(weights.values()) or 1.0
        scores = {}
        for fact, held in self._held.items():
            body = sum(weights[word] for word in words & held) / total
            title = sum(weights[word] for word in words & self._titles[fact]) / total
            scores[fact] = (1 - TITLE) * body + TITLE * title + VALUE * bool(figures & self._figures[fact])
        return scores


def _figures(text: str) -> frozenset[str]:
    return frozenset(_FIGURE.findall(re.sub(r"(?<=\d),(?=\d{3})|\*", "", text)))


def _expired(problems: Iterable[Problem]) -> Iterator[Stale]:
    for problem in problems:
        if problem.code == "expired":
            yield Stale("", problem.message, problem.file, problem.line, "expired", problem.remedy, "", 1.0)


def _disliked(facts: Sequence[Entry], journal: Journal, since: datetime) -> Iterator[Stale]:
    """Entries whose direct answers were marked 👎, 未解决 or corrected at least as often as 👍 or copied."""
    turns = {turn.id: turn for turn in journal.turns(since) if turn.outcome == "direct" and turn.entry_ids}
    marks: dict[str, Counter[str]] = defaultdict(Counter)
    for mark in journal.marks(since):
        if mark.turn_id in turns:
            marks[turns[mark.turn_id].entry_ids[0]][mark.kind] += 1
    for fact in facts:
        counts = marks[fact.id]
        bad = counts["down"] + counts["unresolved"] + counts["corrected"]
        if bad and bad >= counts["up"] + counts["copied"]:
            yield _stale(
                fact, "disliked", ", ".join(f"{kind} {count}" for kind, count in counts.items()), None, float(bad)
            )


def _stale(fact: Entry, reason: Reason, because: str, since: date | None, score: float) -> Stale:
    when = since.isoformat() if since else ""
    return Stale(fact.id, fact.title, fact.source, fact.line, reason, because, when, score)
