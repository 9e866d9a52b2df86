"""A new generation is questioned about itself: how far to trust each search, and where its thresholds must lie.

Asked are the golden questions, and aliases held out in turn (their entry is scored as if the alias were not there).
The shipped models give the first opinion; golden questions correct it as far as there are enough of them. Held-out
aliases correct only the weights of the searches: they resemble their sisters more than a customer's words do, and
thresholds fitted on them refused half of what could be answered (docs/log.md). No threshold is chosen by hand.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.calibration import Calibration, Cost, Logistic, shipped
from knowledge.chunking import body, chunk
from knowledge.embedding import Embedder
from knowledge.evidence import Evidence, evidence, heading
from knowledge.golden import by_title, expected_ids, standing_alone
from knowledge.index import Index
from knowledge.retrieval import Found, fuse, hits_of, look
from knowledge.types import Entry, Query
from knowledge.vectors import chunk_vectors

ASKED = 300  # aliases drawn at most: about two seconds with the built-in embedder
ENOUGH = 40  # questions below which a figure is not corrected; 15 of each kind for a threshold
PRECISION = 0.97  # of direct answers, as lower bound of the 95 % confidence interval
REFUSAL = 1.5  # what a false refusal costs beside a false answer: the answer was there, and nobody saw it
WEIGHTS = (0.0, 0.1, 0.2, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
THRESHOLDS = tuple(percent / 100 for percent in range(2, 99, 2))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the entries that answer it (none: nothing does), and what both searches found."""

    question: str
    expected: frozenset[str]
    found: Found


def calibrate(index: Index, embedder: Embedder, sources: Path) -> str:
    """Fit a calibration to `index`; returns what is stored in the generation."""
    golden = list(_golden(index, embedder, sources))
    aliases = list(_held_out(index, embedder))
    first = shipped(embedder)
    weight = _best_weight([one for one in (*golden, *aliases) if one.expected], index, first.dense_weight)
    return _correct(replace(first, dense_weight=weight, samples=len(golden) + len(aliases)), golden, index).to_json()


def _golden(index: Index, embedder: Embedder, sources: Path) -> Iterator[Asked]:
    titles = by_title(index.entries())
    for one in standing_alone(sources / "golden"):
        yield Asked(one.question, expected_ids(one, titles), look(index, embedder, Query(one.question)))


def _held_out(index: Index, embedder: Embedder) -> Iterator[Asked]:
    pairs = [(entry, alias) for entry in index.entries() for alias in entry.aliases]
    draw = random.Random(7)  # the same knowledge always gives the same calibration
    for entry, alias in draw.sample(pairs, min(ASKED, len(pairs))):
        found = look(index, embedder, Query(alias))
        yield Asked(alias, frozenset((entry.id,)), _without_alias(index, embedder, found, entry, alias))


def _without_alias(index: Index, embedder: Embedder, found: Found, entry: Entry, alias: str) -> Found:
    """As found, but `entry` scored as if it had never had `alias`."""

    def others(scores: Mapping[str, float]) -> dict[str, float]:
        return {key: score for key, score in scores.items() if index.chunk(key).entry.id != entry.id}

    reduced = replace(entry, aliases=tuple(other for other in entry.aliases if other != alias))
    dense, lexical = others(found.dense), others(found.lexical)
    vector, ceiling = embedder.embed_query(alias), index.ceiling(alias)
    vectors = chunk_vectors(embedder, chunk(reduced))
    for old, new, row in zip(chunk(entry), chunk(reduced), vectors, strict=True):
        dense[old.id] = float(row @ vector)
        lexical[old.id] = min(1.0, index.words.score(alias, heading(reduced), body(new)) / ceiling)
    return Found(dense, lexical)


def _best_weight(known: Sequence[Asked], index: Index, first: float) -> float:
    """The weight of the dense search with the best mean reciprocal rank, if it beats `first` by more than chance."""
    if len(known) < ENOUGH:
        return first

    keys = frozenset().union(*(one.found.dense.keys() | one.found.lexical.keys() for one in known))
    owners = {key: index.chunk(key).entry.id for key in keys}

    def merits(weight: float) -> NDArray[np.float64]:
        return np.array([_merit(fuse(one.found, weight), owners, one.expected) for one in known])

    before = merits(first)
    gains = {weight: merits(weight) - before for weight in WEIGHTS}
    best = max(gains, key=lambda weight: (float(gains[weight].mean()), -abs(weight - first)))
    error = float(gains[best].std()) / math.sqrt(len(known))
    return best if float(gains[best].mean()) > error else first


def _merit(scores: Mapping[str, float], owners: Mapping[str, str], expected: frozenset[str]) -> float:
    """One by the place of the first expected entry, 0 when it was not found."""
    own = max((score for key, score in scores.items() if owners[key] in expected), default=0.0)
    return 1 / len({owners[key] for key, score in scores.items() if score >= own}) if own else 0.0


def _correct(first: Calibration, asked: Sequence[Asked], index: Index) -> Calibration:
    """Correct models and thresholds of `first` by golden questions, where there are enough of each kind."""
    hits = [hits_of(index, fuse(one.found, first.dense_weight), one.found, Query(one.question)) for one in asked]
    figures = [evidence(one.question, some, index.words.coverage) for one, some in zip(asked, hits, strict=True)]
    answerable = [bool(one.expected) for one in asked]
    right = [any(hit.chunk.entry.id in one.expected for hit in some[:1]) for one, some in zip(asked, hits, strict=True)]
    fitted = first
    if _enough(answerable):
        answer = _refit(first.answer, figures, answerable)
        costs = tuple(_costs(answer, figures, answerable))
        at = min(costs, key=lambda cost: cost.false_answer + REFUSAL * cost.false_refusal).threshold
        fitted = replace(fitted, answer=answer, costs=costs, answer_at=at)
    if _enough(right):  # never below what the shipped questions, many more, have shown to be sure
        fitted = replace(fitted, direct_at=max(first.direct_at, _sure_from(first.right, figures, right)))
    return fitted


def _enough(truth: Sequence[bool]) -> bool:
    return len(truth) >= ENOUGH and 15 <= sum(truth) <= len(truth) - 15


def _refit(first: Logistic, figures: Sequence[Evidence], truth: Sequence[bool]) -> Logistic:
    """`first`, corrected: logistic regression of what it leaves unexplained, the stiffer the fewer questions."""
    from sklearn.linear_model import LogisticRegression

    rows = np.array([one.figures() for one in figures])
    prior = rows @ np.array(first.weights) + first.bias
    model = LogisticRegression(C=len(truth) / 1000, class_weight="balanced").fit(np.column_stack([prior, rows]), truth)
    scale, *corrections = model.coef_[0]
    weights = tuple(float(scale * old + new) for old, new in zip(first.weights, corrections, strict=True))
    return Logistic(weights, float(scale * first.bias + model.intercept_[0]))


def _costs(model: Logistic, figures: Sequence[Evidence], truth: Sequence[bool]) -> Iterator[Cost]:
    likely, answerable = np.array([model.of(one) for one in figures]), np.array(truth)
    for threshold in THRESHOLDS:
        wrong, lost = (likely[~answerable] >= threshold).mean(), (likely[answerable] < threshold).mean()
        yield Cost(threshold, round(float(wrong), 4), round(float(lost), 4))


def _sure_from(model: Logistic, figures: Sequence[Evidence], truth: Sequence[bool]) -> float:
    """The least confidence at which no answer of the golden questions contradicts PRECISION; 0 if none does."""
    order = sorted(((model.of(one), ok) for one, ok in zip(figures, truth, strict=True)), reverse=True)
    right = 0
    for count, (likely, ok) in enumerate(order, 1):
        right += ok
        if not ok and upper_bound(right, count) < PRECISION:
            return likely + 1e-6
    return 0.0


def upper_bound(right: int, count: int) -> float:
    """Wilson's upper bound of a share, one-sided 95 %."""
    share, z = right / count, 1.645
    middle = share + z * z / (2 * count)
    return (middle + z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))) / (1 + z * z / count)
