"""What was asked and not answered: turns that went wrong, clustered by meaning, ranked, each with its evidence.

A gap is a question that the editors should answer; its evidence: no answer, 未解决, 👎, a correction, an escalation.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from assistant.journal import SIGNALS, Journal, Mark, Record
from assistant.reports import normal
from knowledge.embedding import BuiltinEmbedder, Embedder

NEIGHBOURS = 10  # of a question, by whose overlap two questions are compared: benchmarks/operation.py, table "gaps"
NEAR = 0.6  # cosine distance beyond which a question is no neighbour
CLOSE = 0.6  # of the mean of cosine distance and neighbours not shared: purity .85 on banking77, .91 on clinc150
CLOSE_BUILTIN = 0.48  # words instead of meaning deserve less trust
MOST = 5000  # distinct questions clustered: n² distances, 5,000 take 5 s and 300 MB


@dataclass(frozen=True, slots=True)
class Evidence:
    """One turn that went wrong: `kinds` of no_answer, unresolved, down, corrected, escalated; `notes` of its marks."""

    turn: str
    at: str
    question: str
    kinds: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that mean the same; `question` is the wording in their middle, `proposed` the best answer known."""

    question: str
    count: int
    kinds: Mapping[str, int]
    questions: tuple[str, ...]  # distinct wordings, the most frequent first
    proposed: str
    evidence: tuple[Evidence, ...]


def find_gaps(journal: Journal, embedder: Embedder, since: datetime) -> tuple[Gap, ...]:
    """The gaps since then, the most frequent first."""
    evidence, answers = _evidence(journal, since)
    wordings: dict[str, list[Evidence]] = defaultdict(list)
    for one in evidence:
        wordings[normal(one.question)].append(one)
    groups = list(wordings.values())[-MOST:]
    vectors = (
        embedder.embed_chunks([group[-1].question for group in groups]) if groups else np.zeros((0, 1), np.float32)
    )
    labels = cluster(vectors, CLOSE_BUILTIN if isinstance(embedder, BuiltinEmbedder) else CLOSE)
    members: dict[int, list[int]] = defaultdict(list)
    for place, label in enumerate(labels):
        members[label].append(place)
    gaps = [_gap([groups[place] for place in places], vectors[places], answers) for places in members.values()]
    return tuple(sorted(gaps, key=lambda gap: (-gap.count, -len(gap.kinds), gap.question)))


def cluster(vectors: NDArray[np.float32], close: float) -> list[int]:
    """A label for each unit vector: average linkage over cosine distance and the neighbours that two do not share.

    Sharing neighbours tells more than the distance alone: half as many clusters at the same purity (docs/log.md).
    """
    from sklearn.cluster import AgglomerativeClustering

    if len(vectors) < 2:
        return [0] * len(vectors)
    distance = np.clip(1 - vectors @ vectors.T, 0, None)
    np.fill_diagonal(distance, 0)
    nearest = np.argsort(distance, axis=1, kind="stable")[:, : NEIGHBOURS + 1]
    neighbours = np.zeros_like(distance)
    np.put_along_axis(neighbours, nearest, 1, axis=1)
    neighbours *= distance < NEAR
    counts = neighbours.sum(axis=1)
    shared = neighbours @ neighbours.T / np.maximum(counts[:, None], counts[None, :])
    both = (distance + 1 - shared) / 2
    model = AgglomerativeClustering(None, metric="precomputed", linkage="average", distance_threshold=close)
    return [int(label) for label in model.fit_predict(both)]


def _evidence(journal: Journal, since: datetime) -> tuple[list[Evidence], Mapping[str, list[str]]]:
    """Turns that went wrong since then, oldest first; and the right answers that agents wrote, by turn."""
    turns: dict[str, Record] = {turn.id: turn for turn in journal.turns(since)}
    marks: dict[str, list[Mark]] = defaultdict(list)
    for mark in journal.marks(since):
        if mark.kind in SIGNALS and (turn := turns.get(mark.turn_id) or journal.turn(mark.turn_id)):
            turns[turn.id] = turn
            marks[turn.id].append(mark)
    found = []
    for turn in sorted(turns.values(), key=lambda turn: turn.at):
        kinds = ["no_answer"] if turn.outcome == "no_knowledge" else []
        kinds += dict.fromkeys(mark.kind for mark in marks[turn.id])
        notes = tuple(dict.fromkeys(mark.note for mark in marks[turn.id] if mark.note))
        if kinds:
            found.append(Evidence(turn.id, turn.at, turn.query or turn.question, tuple(kinds), notes))
    return found, _answers(turns, marks)


def _answers(turns: Mapping[str, Record], marks: Mapping[str, list[Mark]]) -> Mapping[str, list[str]]:
    """Corrections by turn; an escalated turn takes those of its whole session, which is how it was resolved."""
    by_turn, by_session = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for mark in sorted((one for some in marks.values() for one in some), key=lambda mark: mark.at):
        if mark.kind == "corrected":
            by_turn[mark.turn_id].append(mark.note)
            by_session[turns[mark.turn_id].session].append(mark.note)
    for turn_id, some in marks.items():
        session = turns[turn_id].session
        if session and any(mark.kind == "escalated" for mark in some):
            by_turn[turn_id] = by_turn[turn_id] or by_session[session]
    return by_turn


def _gap(groups: Sequence[Sequence[Evidence]], vectors: NDArray[np.float32], answers: Mapping[str, list[str]]) -> Gap:
    """One cluster: the wording nearest to all others, weighted by how often each was asked, stands for it."""
    sizes = np.array([len(group) for group in groups], np.float32)
    middle = int(np.argmax(vectors @ (sizes @ vectors)))
    evidence = sorted((one for group in groups for one in group), key=lambda one: one.at)
    ranked = sorted(groups, key=lambda group: -len(group))
    proposals = [note for one in evidence for note in answers.get(one.turn, ())]
    return Gap(
        question=groups[middle][-1].question,
        count=len(evidence),
        kinds=dict(Counter(kind for one in evidence for kind in one.kinds)),
        questions=tuple(group[-1].question for group in ranked),
        proposed=proposals[-1] if proposals else "",
        evidence=tuple(evidence),
    )
