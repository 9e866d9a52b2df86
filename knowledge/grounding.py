"""The whole way from a query to a context: search, merge, decide. KnowledgeBase, `kb eval`, `kb explain` take it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from knowledge.calibration import calibration_of
from knowledge.embedding import Embedder, Reranker
from knowledge.gates import decide
from knowledge.index import Index
from knowledge.merging import merge
from knowledge.retrieval import search
from knowledge.types import Context, Hit, Query

DEPTH = 30  # entries handed to the merge: twice what fits into all budgets together


@dataclass(frozen=True, slots=True)
class Grounded:
    """What was found for a query, and what became of it."""

    hits: tuple[Hit, ...]
    context: Context


def find(
    index: Index,
    embedder: Embedder,
    query: Query,
    count_tokens: Callable[[str], int],
    reranker: Reranker | None = None,
    dense_weight: float | None = None,
) -> Grounded:
    """Search one generation for `query` and make the context of one prompt; `dense_weight` as in `search`."""
    hits = search(index, embedder, query, DEPTH, reranker, dense_weight)
    context = merge(hits, index.layers, count_tokens, question=query.text, today=date.today())
    decided = decide(query, hits, context, calibration_of(index), index.words.coverage)
    return Grounded(hits, replace(decided, generation=index.name))
