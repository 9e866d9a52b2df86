"""Hits become figures: how near, how clear, how agreed. The same ones for every embedder, for a model to weigh.

Pure functions over texts and scores; which figures mean "sure enough" is knowledge.calibration's business.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache

from knowledge.marks import marks
from knowledge.terms import held_terms, units
from knowledge.types import Entry, Hit
from knowledge.words import codes, fold, vocabulary

SAME_WORDS = 0.5  # closeness from which a question is taken to be that of a wording, in other words perhaps
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")
Coverage = Callable[[str, str], float]  # share of the first text that the second holds


@dataclass(frozen=True, slots=True)
class Evidence:
    """Figures in [0, 1] about a query and its hits; all 0 when nothing was found."""

    closeness: float = 0.0  # the nearest wording of the first entry against the query, letter by letter
    asked: float = 0.0  # share of what the query asks for that this wording holds
    coverage: float = 0.0  # share of what the query asks for that the first entry holds
    named: float = 0.0  # the same of its title and aliases alone
    reverse: float = 0.0  # share of what this wording asks for that the query holds
    best: float = 0.0  # the highest coverage among the first three entries
    lexical: float = 0.0  # lexical score of the first entry
    dense: float = 0.0  # cosine of the first entry
    lead: float = 0.0  # fused score of the first entry less that of the second
    gap: float = 0.0  # fused score of the first entry less that of the fifth
    closer: float = 0.0  # closeness of the first entry less that of the closest other one
    agreement: float = 0.0  # 1 when both searches put the same entry first
    length: float = 0.0  # words of the query, 20 and more = 1

    def figures(self) -> tuple[float, ...]:
        """The figures in the order of the fields."""
        return astuple(self)


def evidence(question: str, hits: Sequence[Hit], coverage: Coverage) -> Evidence:
    """Weigh `hits` (best first, one an entry) for `question`; `coverage` is the lexical index's."""
    if not hits:
        return Evidence()
    first, rest = hits[0], hits[1:6]
    wording = nearest_wording(question, first.chunk.entry, coverage)
    near = closeness(question, wording)
    others = max((closeness(question, one) for hit in rest for one in wordings(hit.chunk.entry)), default=0.0)
    covered = [coverage(question, whole(hit.chunk.entry)) for hit in hits[:3]]
    return Evidence(
        closeness=near,
        coverage=covered[0],
        named=coverage(question, heading(first.chunk.entry)),
        asked=coverage(question, wording),
        reverse=coverage(wording, question),
        best=max(covered),
        lexical=_score(first, "lexical"),
        dense=max(0.0, _score(first, "dense")),
        lead=first.score - (rest[0].score if rest else 0.0),
        gap=first.score - (rest[3].score if len(rest) > 3 else 0.0),
        closer=max(0.0, near - others),
        agreement=float(all(_leads(hits, name) for name in ("dense", "lexical"))),
        length=min(len(vocabulary(question)) / 20, 1.0),
    )


def heading(entry: Entry) -> str:
    """The entry's title and aliases."""
    return "\n".join(wordings(entry))


def whole(entry: Entry) -> str:
    """All that an entry says."""
    return f"{heading(entry)}\n{entry.text}"


def nearest_wording(question: str, entry: Entry, coverage: Coverage) -> str:
    """The title or alias of `entry` that says most of `question` and least beside it."""

    def nearness(wording: str) -> tuple[float, float]:
        return min(coverage(question, wording), coverage(wording, question)), closeness(question, wording)

    return max(wordings(entry), key=nearness)


def wordings(entry: Entry) -> tuple[str, ...]:
    """The questions that an entry answers in so many words."""
    return (entry.title, *entry.aliases)


def asked_columns(question: str, entry: Entry) -> tuple[str, ...]:
    """The columns that `question` asks for, when `entry` is the table row it names by its code."""
    return () if codes(question).isdisjoint(codes(heading(entry))) else _columns(question, entry)


def undecided_column(question: str, entries: Sequence[Entry]) -> str:
    """The column on which the first two rows disagree where no code or word of `question` tells them apart; or ""."""
    rows = [one for one in entries[:2] if one.kind == "row" and codes(heading(one)) and one.source == entries[0].source]
    if codes(question) or len(rows) < 2 or not (column := next(iter(_columns(question, rows[0])), "")):
        return ""
    asked = held_terms(question)
    alike = asked & held_terms(heading(rows[0])) == asked & held_terms(heading(rows[1])) != frozenset()
    return column if alike and _cell(rows[0], column) != _cell(rows[1], column) else ""


def conflicting(entries: Sequence[Entry], question: str) -> str:
    """Where the second entry stands, when the first two answer `question` in the same words with other figures; or "".

    Only standard answers of which neither is newer can contradict each other so: a newer one counts.
    """
    if len(entries) < 2 or any(one.kind != "faq" for one in entries) or entries[0].updated != entries[1].updated:
        return ""
    shared = frozenset.intersection(*(frozenset(map(_spelt, wordings(one))) for one in entries[:2]))
    if max((closeness(question, one) for one in shared), default=0.0) < SAME_WORDS:
        return ""
    first, second = ({mark for mark in marks(one.text) if mark.startswith("number")} for one in entries[:2])
    return f"{entries[1].source}:{entries[1].line}" if first - second and second - first else ""


def _columns(question: str, entry: Entry) -> tuple[str, ...]:
    if entry.kind != "row":
        return ()
    asked = held_terms(question)
    names = (line.partition(":")[0].strip() for line in entry.text.splitlines() if ":" in line)
    return tuple(name for name in names if _asks_for(name, asked))


def _cell(entry: Entry, column: str) -> str:
    cells = (line.partition(":") for line in entry.text.splitlines())
    return next((fold(value.strip()) for name, _, value in cells if name.strip() == column), "")


def _asks_for(name: str, asked: frozenset[str]) -> bool:
    """Tell whether all that a column's name says is asked for, in these words or others; its unit "(元)" apart."""
    named = units(_BRACKETED.sub("", name))
    return bool(named) and all(not asked.isdisjoint(unit) for unit in named)


def _spelt(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalnum())


def closeness(one: str, other: str) -> float:
    """Dice coefficient of letter pairs, blind to case, script variants, spaces and punctuation."""
    left, right = _pairs(one), _pairs(other)
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else 0.0


@lru_cache(maxsize=8192)
def _pairs(text: str) -> Counter[str]:
    letters = f"^{_spelt(text)}$"
    return Counter(letters[place : place + 2] for place in range(len(letters) - 1)) if len(letters) > 2 else Counter()


def _score(hit: Hit, search: str) -> float:
    return dict(hit.found_by).get(search, 0.0)


def _leads(hits: Sequence[Hit], search: str) -> bool:
    return _score(hits[0], search) > 0 and _score(hits[0], search) >= max(_score(hit, search) for hit in hits)
