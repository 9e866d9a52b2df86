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
from knowledge.words import codes, fold, vocabulary

Reason = Literal["contradicted", "touched", "expired", "disliked"]
# All by benchmarks/operation.py, table "staleness": 100 contradictions and 100 harmless changes in three styles.
SAME = 0.3  # share of what a change says that an entry must hold, rare words counting more
BEST = 0.9  # of the score of the entry that fits best: a change is about one thing, rarely two
TITLE = 0.2  # weight of the words in title and aliases
VALUE = 0.1  # a figure that change and entry share: "由 72 小时"
TOUCHED = 0.6  # of SAME's scale, where nothing was moved: only what is surely about the entry
OTHER = 0.3  # share of the words known to any entry that one must hold which gives another amount of the same unit,
HINT = 0.2  # and of all words: chatty announcements hold many that no entry has
_FIGURE = re.compile(r"\d+(?:[.:]\d+)?%?|\bf\d{1,2}\b")
_DATE = re.compile(r"\d{4}\s*年(?:\s*\d+\s*月)?(?:\s*\d+\s*日)?|\d+\s*月(?:\s*\d+\s*日|(?=起|底|初))")
_AMOUNT = re.compile(  # "48 小时", "五天", "10:00", "usd 25", "5 working days"; its unit is the first letter or word
    r"(?<![a-z\d.])(usd|us\$|\$|¥)?\s*(\d+(?:[.:]\d+)*|[一二两三四五六七八九十])\s*"
    r"(?:个|整|working |business )?(%|[a-z]+|[\u4e00-\u9fff])?"
)
_HAN = {"两": "2", "十": "10"} | {digit: str(number) for number, digit in enumerate("一二三四五六七八九", start=1)}
_CODE = re.compile(r"[a-z].*\d")  # a product's, not a plain number


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
        for fact, reason, score in _about(change, words):
            known = best.get(fact.id)
            if newer(change, fact) and change.updated != fact.updated and (known is None or score > known.score):
                best[fact.id] = _stale(fact, reason, change.title, change.updated, round(score, 2))
    yield from best.values()


def _about(change: Entry, words: "_Words") -> Iterator[tuple[Entry, Reason, float]]:
    """The entries that a change is about, by its words and verbs, or by another amount of the same unit."""
    said, amounts = _DATE.sub(" ", said_by(change)), _amounts(change.text)
    named = {code for code in codes(said) if _CODE.search(code)}
    facts = [fact for fact in words.facts if not named or named & words.codes[fact.id]]
    if not repairs(said):
        moved, scores = moves(said), words.scores(said)
        limit = max(SAME if moved else TOUCHED, BEST * max((scores[fact.id] for fact in facts), default=0))
        yield from (
            (fact, "contradicted" if moved else "touched", scores[fact.id])
            for fact in facts
            if scores[fact.id] >= limit
        )
    scores, known = words.scores(said), words.scores(said, known=True)
    other = [fact for fact in facts if _differ(amounts, words.amounts[fact.id])]
    limit = max(OTHER, BEST * max((known[fact.id] for fact in other), default=0))
    yield from (
        (fact, "contradicted", known[fact.id]) for fact in other if known[fact.id] >= limit and scores[fact.id] >= HINT
    )


class _Words:
    """The words, figures, amounts and codes of all facts, and how rare each word is."""

    def __init__(self, facts: Sequence[Entry]) -> None:
        self.facts = facts
        self.amounts = {fact.id: _amounts(fact.text) for fact in facts}
        self.codes = {fact.id: codes(whole(fact)) for fact in facts}
        self._held = {fact.id: vocabulary(whole(fact)) for fact in facts}
        self._titles = {fact.id: vocabulary(" ".join((fact.title, *fact.aliases))) for fact in facts}
        self._figures = {fact.id: _figures(fold(fact.text)) for fact in facts}
        self._counts = Counter(word for held in self._held.values() for word in held)

    def scores(self, said: str, known: bool = False) -> Mapping[str, float]:
        """For each fact the share of what is said (of its words that any fact has) that it holds, in [0, 1.1]."""
        words, figures = vocabulary(said), _figures(said)
        weights = {
            word: log((len(self._held) + 1) / (self._counts[word] + 0.5))
            for word in words
            if self._counts[word] or not known
        }
        total = sum(weights.values()) or 1.0
        scores = {}
        for fact, held in self._held.items():
            body = sum(weights[word] for word in weights.keys() & held) / total
            title = sum(weights[word] for word in weights.keys() & self._titles[fact]) / total
            scores[fact] = (1 - TITLE) * body + TITLE * title + VALUE * bool(figures & self._figures[fact])
        return scores


def _amounts(text: str) -> Mapping[str, frozenset[str]]:
    """The amounts in a text by unit; a time of day is its own unit."""
    found: dict[str, set[str]] = defaultdict(set)
    plain = re.sub(r"(?<=\d),(?=\d{3})|\*", "", fold(text))
    for currency, amount, unit in _AMOUNT.findall(_DATE.sub(" ", plain)):
        if what := currency or (":" if ":" in amount else unit.rstrip("s")):
            found[what].add(_HAN.get(amount, amount))
    return {unit: frozenset(some) for unit, some in found.items()}


def _differ(said: Mapping[str, frozenset[str]], held: Mapping[str, frozenset[str]]) -> bool:
    """Whether an amount is said of a unit in which the other has only different ones."""
    return any(unit in held and not some <= held[unit] for unit, some in said.items())


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
