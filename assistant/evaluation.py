"""Questions with known answers are asked of an index: recall, direct answers, answerability, follow-ups, time.

Each share comes with the interval that holds 95 % of its bootstrap resamples: 80 questions say less than it seems.
Knows no command line; assistant/commands/proof.py prints what is measured here.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.followups import Leans, understand
from assistant.types import Exchange
from knowledge.golden import GoldenQuestion, by_title, expected_ids
from knowledge.grounding import Grounded
from knowledge.types import Entry, Query
from knowledge.words import fold

CUTS = (1, 3, 5, 10)
RESAMPLES = 500  # of the bootstrap; the third digit of an interval no longer moves
FLOORS = {"recall@5": 0.8, "facts": 0.8, "present": 0.98}  # below these the knowledge is damaged, not merely hard
WRONG_DIRECT = 0.005  # share of the questions that may get a wrong verbatim answer

Find = Callable[[Query], Grounded]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the ids that answer it (none: unanswerable), the earlier ones, the facts that passages must hold."""

    text: str
    expected: frozenset[str]
    history: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()  # expected titles that no entry bears


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question. `rank` is 0-based, -1 when none of the expected was among the hits."""

    question: Question
    query: str
    rank: int
    direct: bool
    right: bool  # the direct answer is an expected entry
    answerable: bool
    likely: float
    facts: float  # share of the facts that the passages hold
    ms: float


@dataclass(frozen=True, slots=True)
class Share:
    """A measured share with its 95 % interval; `n` questions it was measured on."""

    value: float
    low: float
    high: float
    n: int


def questions_of(golden: Iterable[GoldenQuestion], entries: Iterable[Entry]) -> tuple[Question, ...]:
    """Golden questions with their titles looked up in the knowledge."""
    titles = by_title(entries)
    known = frozenset().union(*titles.values()) if titles else frozenset()
    asked = []
    for one in golden:
        ids = expected_ids(one, titles)
        asked.append(Question(one.question, ids, one.history, one.facts, tuple(sorted(ids - known))))
    return tuple(asked)


def examine(
    find: Find, leans: Leans, questions: Sequence[Question], progress: Callable[[int], None] = lambda done: None
) -> tuple[Outcome, ...]:
    """Ask every question of one knowledge, whose doors are `find` and `leans`; `progress` hears how many are done."""
    outcomes = []
    for done, question in enumerate(questions, 1):
        outcomes.append(_ask(find, leans, question))
        progress(done)
    return tuple(outcomes)


def measure(outcomes: Sequence[Outcome]) -> dict[str, Share]:
    """All shares by name; those without a question to measure them on are left out."""
    alone = [one for one in outcomes if not one.question.history]
    answered = [one for one in alone if one.question.expected]
    unanswerable = [one for one in outcomes if not one.question.expected]
    followed = [one for one in outcomes if one.question.history and one.question.expected]
    direct = [one for one in outcomes if one.direct]
    shares = {f"recall@{k}": share_of(0 <= one.rank < k for one in answered) for k in CUTS}
    shares |= {
        "mrr": share_of(1 / (one.rank + 1) if 0 <= one.rank < 10 else 0.0 for one in answered),
        "coverage": share_of(one.direct for one in alone if one.question.expected),
        "precision": share_of(one.right for one in direct),
        "wrong": share_of(one.direct and not one.right for one in outcomes),
        "auroc": _auroc(
            [one.likely for one in outcomes if one.question.expected], [one.likely for one in unanswerable]
        ),
        "false_answer": share_of(one.answerable for one in unanswerable),
        "false_refusal": share_of(not one.answerable for one in outcomes if one.question.expected),
        "followup recall@5": share_of(0 <= one.rank < 5 for one in followed),
        "facts": share_of(one.facts for one in outcomes if one.question.facts),
        "present": share_of(not one.question.missing for one in outcomes if one.question.expected),
    }
    return {name: share for name, share in shares.items() if share is not None}


def faults_of(shares: Mapping[str, Share]) -> list[str]:
    """Why this knowledge should not serve, in sentences; none when it may."""
    found = [
        f"{name} is {shares[name].value:.3f}, below {floor:.2f}: look at the questions that kb eval lists"
        for name, floor in FLOORS.items()
        if name in shares and shares[name].value < floor
    ]
    if "wrong" in shares and shares["wrong"].value > WRONG_DIRECT:
        found.append(
            f"{shares['wrong'].value:.1%} of the questions get a wrong verbatim answer: compare them with kb explain"
        )
    return found


def as_json(outcomes: Sequence[Outcome], embedder: str, generation: str) -> dict[str, object]:
    """The object that `kb eval --json` prints (issue: fixed fields), with every interval under `intervals`."""
    shares = measure(outcomes)
    values = {name: round(share.value, 4) for name, share in shares.items()}
    times = [one.ms for one in outcomes] or [0.0]
    return {
        "retrieval": {"recall": {str(k): values.get(f"recall@{k}") for k in CUTS}, "mrr": values.get("mrr")},
        "direct": {name: values.get(name) for name in ("coverage", "precision", "wrong")},
        "answerability": {name: values.get(name) for name in ("auroc", "false_answer", "false_refusal")},
        "followup": {
            "recall@5": values.get("followup recall@5"),
            "n": sum(bool(one.question.history) for one in outcomes),
        },
        "facts": values.get("facts"),
        "latency_ms": {
            "p50": round(float(np.percentile(times, 50)), 2),
            "p95": round(float(np.percentile(times, 95)), 2),
        },
        "n": len(outcomes),
        "embedder": embedder,
        "generation": generation,
        "intervals": {name: [round(share.low, 4), round(share.high, 4)] for name, share in shares.items()},
    }


def _ask(find: Find, leans: Leans, question: Question) -> Outcome:
    history: list[Exchange] = []
    for earlier in question.history:  # as a session would have gone, with the entries that each turn used
        query = understand(earlier, history, leans)
        used = tuple(passage.entry_id for passage in find(query).context.passages[:2])
        history.append(Exchange(earlier, query.text, "", used))
    query = understand(question.text, history, leans)
    started = time.perf_counter()
    grounded = find(query)
    ms = (time.perf_counter() - started) * 1000
    hits, context = grounded.hits, grounded.context
    rank = next((place for place, hit in enumerate(hits) if hit.chunk.entry.id in question.expected), -1)
    right = context.direct and context.passages[0].entry_id in question.expected
    held = fold("\n".join(f"{passage.title}\n{passage.text}" for passage in context.passages))
    facts = sum(fold(fact) in held for fact in question.facts) / max(len(question.facts), 1)
    return Outcome(
        question, query.text, rank, context.direct, right, context.answerable, context.answerability, facts, ms
    )


def share_of(values: Iterable[float]) -> Share | None:
    """The mean of `values` with its interval; None without any."""
    found = np.array([float(value) for value in values])
    if not len(found):
        return None
    draws = np.random.default_rng(7).integers(0, len(found), (RESAMPLES, len(found)))
    low, high = np.percentile(found[draws].mean(axis=1), (2.5, 97.5))
    return Share(float(found.mean()), float(low), float(high), len(found))


def _auroc(positive: Sequence[float], negative: Sequence[float]) -> Share | None:
    if not positive or not negative:
        return None
    draw = np.random.default_rng(7)
    good, bad = np.array(positive), np.array(negative)
    resampled = [_area(draw.choice(good, len(good)), draw.choice(bad, len(bad))) for _ in range(RESAMPLES // 5)]
    low, high = np.percentile(resampled, (2.5, 97.5))
    return Share(_area(good, bad), float(low), float(high), len(good) + len(bad))


def _area(good: np.ndarray, bad: np.ndarray) -> float:
    """Chance that an answerable question scores above an unanswerable one; ties count half."""
    order = np.sort(bad)
    below = np.searchsorted(order, good, "left") + np.searchsorted(order, good, "right")
    return float(below.mean() / 2 / len(bad))
