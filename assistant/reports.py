"""The journal becomes figures: how much was asked, how it was answered, how fast, what was handed over and why.

Used by `kb report`, the dashboard and GET /api/analytics. Knows no screen.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np

from assistant.journal import SIGNALS, Journal, Mark, Record
from knowledge.types import Entry
from knowledge.words import fold

ANSWERED = ("direct", "grounded")  # outcomes that an agent could send as they are
TOP = 10  # rows of a table that somebody reads to its end


@dataclass(frozen=True, slots=True)
class Day:
    """One day: turns, and how many of them had each outcome."""

    date: str
    turns: int
    outcomes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as most asked, how often, and how the last one of them was answered."""

    question: str
    count: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Why turns were handed over: an outcome or a reason, how often, and an example."""

    name: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds at the median and at the 95th percentile; 0 where nothing was measured."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Figures:
    """A span of time in figures; shares are in [0, 1]."""

    since: str
    until: str
    turns: int
    users: int
    outcomes: Mapping[str, int]
    marks: Mapping[str, int]
    deflection: float  # answered from the knowledge, and nobody marked it unresolved, wrong or handed over
    handover: float  # marked 升级人工
    cached: int
    first_token: Speed
    total: Speed
    days: tuple[Day, ...]
    asked: tuple[Asked, ...]
    slowest: tuple[Asked, ...]  # count is milliseconds here
    causes: tuple[Cause, ...]  # of hand-overs, the most frequent first


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the entries of a layer are: all, those of the last 90 days and year, and those without a date."""

    layer: str
    entries: int
    quarter: int
    year: int
    undated: int


def freshness(entries: Iterable[Entry], today: date) -> tuple[Freshness, ...]:
    """Freshness by layer."""
    groups: dict[str, list[date | None]] = defaultdict(list)
    for entry in entries:
        groups[entry.layer].append(entry.updated)
    return tuple(
        Freshness(
            layer,
            len(dates),
            sum((today - day).days <= 90 for day in dates if day),
            sum((today - day).days <= 365 for day in dates if day),
            dates.count(None),
        )
        for layer, dates in sorted(groups.items())
    )


def figures(journal: Journal, since: datetime) -> Figures:
    """What happened from `since` until now."""
    turns, marks = journal.turns(since), journal.marks(since)
    marked: dict[str, set[str]] = defaultdict(set)
    for mark in marks:
        marked[mark.turn_id].add(mark.kind)
    deflected = sum(turn.outcome in ANSWERED and marked[turn.id].isdisjoint(SIGNALS) for turn in turns)
    handed = [turn for turn in turns if "escalated" in marked[turn.id]]
    slowest = sorted(turns, key=lambda turn: -turn.timings.get("total", 0))[:TOP]
    return Figures(
        since=since.astimezone(UTC).isoformat(timespec="seconds"),
        until=datetime.now(UTC).isoformat(timespec="seconds"),
        turns=len(turns),
        users=len({turn.user for turn in turns}),
        outcomes=dict(Counter(turn.outcome for turn in turns)),
        marks=_marks(marks),
        deflection=deflected / len(turns) if turns else 0.0,
        handover=len(handed) / len(turns) if turns else 0.0,
        cached=sum(turn.cached for turn in turns),
        first_token=_speed(turns, "first_token"),
        total=_speed(turns, "total"),
        days=_days(turns),
        asked=most_asked(turns),
        slowest=tuple(Asked(turn.question, round(turn.timings.get("total", 0)), turn.outcome) for turn in slowest),
        causes=_causes(handed),
    )


def most_asked(turns: Iterable[Record]) -> tuple[Asked, ...]:
    """The questions asked most, wordings that differ in case, width or punctuation counted together."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for turn in turns:
        groups[normal(turn.query or turn.question)].append(turn)
    ranked = sorted(groups.values(), key=lambda group: -len(group))[:TOP]
    return tuple(Asked(group[-1].query or group[-1].question, len(group), group[-1].outcome) for group in ranked)


def normal(question: str) -> str:
    """A question without what does not change its meaning: width, script, case, spaces, punctuation."""
    folded = fold(question)
    return "".join(char for char in folded if char.isalnum()) or folded


def _marks(marks: Sequence[Mark]) -> Mapping[str, int]:
    """Marks by kind; one agent's mark of one turn counts once."""
    return dict(Counter(kind for _, _, kind in {(mark.turn_id, mark.user, mark.kind) for mark in marks}))


def _days(turns: Sequence[Record]) -> tuple[Day, ...]:
    """Days of the local calendar, as the desk lives them."""
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for turn in turns:
        groups[datetime.fromisoformat(turn.at).astimezone().date().isoformat()][turn.outcome] += 1
    return tuple(Day(day, sum(counts.values()), dict(counts)) for day, counts in sorted(groups.items()))


def _causes(handed: Sequence[Record]) -> tuple[Cause, ...]:
    groups: dict[str, list[str]] = defaultdict(list)
    for turn in handed:
        groups[turn.reason if turn.outcome == "no_knowledge" and turn.reason else turn.outcome].append(turn.question)
    ranked = sorted(groups.items(), key=lambda item: -len(item[1]))
    return tuple(Cause(name, len(questions), questions[-1]) for name, questions in ranked)


def _speed(turns: Sequence[Record], name: str) -> Speed:
    values = [turn.timings[name] for turn in turns if name in turn.timings]
    if not values:
        return Speed(0.0, 0.0)
    middle, slow = np.percentile(values, [50, 95])
    return Speed(round(float(middle), 1), round(float(slow), 1))
