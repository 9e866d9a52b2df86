"""A query becomes hits: searched by meaning and by words in every layer, fused by the embedder's strength.

One hit an entry (its best slice), best first. Both scores are absolute before they are added (a cosine, a share of the
best possible lexical score): a layer with few entries does not win by being alone, an idle question scores low.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.calibration import calibration_of
from knowledge.embedding import Embedder, Reranker
from knowledge.evidence import asked_columns, heading, whole, wordings
from knowledge.index import Index
from knowledge.terms import left_over
from knowledge.types import Entry, Hit, Query
from knowledge.words import codes

CANDIDATES = 60  # slices asked of each search and layer; more changed no recall@10 on the development sets
CARRIED_WEIGHT = 0.5  # of the completed question beside what was typed, in a follow-up; .3 to .8 is flat (docs/log.md)
USED_BONUS = 0.3  # times the square of what an entry just read holds of what is asked now: "会清零吗" asks of that one
OWN_SUBJECT = 0.35  # how alike, both ways, a question and some title must be for it to stand alone,
BARE_SUBJECT = 0.6  # and for one that says very little: "多久到账" is half of "退款多久到账" and no subject
BARE = 4  # Chinese letters beside those that ask; an English word counts as two
CLEAR = 0.2  # lead of an entry that is meant however it is worded, when what was just read holds less than READ of it
READ = 0.25
NAMED = 0.3  # of the scale lies between an entry that is called by a code of the query and one that is not,
ASKED = 0.3  # and as much again below the table row that has the column asked for
LOOKED_AT = 5  # entries whose titles are compared with a question that may lean on the last one
RERANKED = 20  # hits that an optional reranker sees: its time budget


@dataclass(frozen=True, slots=True)
class Found:
    """What both searches say of the slices they found: slice -> cosine, slice -> share of the ceiling."""

    dense: Mapping[str, float]
    lexical: Mapping[str, float]


def search(
    index: Index,
    embedder: Embedder,
    query: Query,
    k: int,
    reranker: Reranker | None = None,
    dense_weight: float | None = None,
) -> tuple[Hit, ...]:
    """Find the `k` entries nearest to `query`. `dense_weight` overrides the stored: 0 words only, 1 meaning only."""
    weight = calibration_of(index).dense_weight if dense_weight is None else dense_weight
    found = look(index, embedder, query)
    scores = fuse(found, weight)
    if query.said:
        scores = _carry(fuse(look(index, embedder, replace(query, text=query.said)), weight), scores)
    hits = hits_of(index, scores, found, query)
    return (_rerank(reranker, query.text, hits) if reranker else hits)[:k]


def leans(index: Index, embedder: Embedder, question: str, previous: str) -> bool:
    """Tell whether `question` needs `previous`: it is like no title, or what was just read says more of it."""
    coverage = index.words.coverage
    best, read = (search(index, embedder, Query(text), LOOKED_AT) for text in (question, previous))
    titles = (title for hit in best for title in wordings(hit.chunk.entry))
    alike = max((min(coverage(question, title), coverage(title, question)) for title in titles), default=0.0)
    held = max((coverage(question, whole(hit.chunk.entry)) for hit in read[:1]), default=0.0)
    said = sum(2 if word.isascii() else len(word) for word in left_over(question, ""))
    lead = best[0].score - best[1].score if len(best) > 1 else 0.0
    if lead >= CLEAR and said > 1 and held < READ:
        return False
    return alike < max(held, BARE_SUBJECT if said <= BARE else OWN_SUBJECT)


def look(index: Index, embedder: Embedder, query: Query) -> Found:
    """Run both searches in the layers of `query`."""
    vector = embedder.embed_query(query.text)
    names = [name for name in index.layers if not query.layers or name in query.layers]
    dense = {key: score for name in names for key, score in index.dense(name, vector, CANDIDATES)}
    raw = {key: score for name in names for key, score in index.lexical(name, query.text, CANDIDATES)}
    ceiling = index.ceiling(query.text)
    return Found(dense, {key: min(1.0, score / ceiling) for key, score in raw.items()})


def fuse(found: Found, dense_weight: float) -> dict[str, float]:
    """Add both scores. A slice that the dense search did not reach counts as its last one: it may be no better.

    Where it reached nothing at all, its server is down, and the words count alone.
    """
    dense_weight = dense_weight if found.dense else 0.0
    floor = max(0.0, min(found.dense.values(), default=0.0)) if len(found.dense) >= CANDIDATES else 0.0
    return {
        key: dense_weight * max(0.0, found.dense.get(key, floor)) + (1 - dense_weight) * found.lexical.get(key, 0.0)
        for key in (found.dense.keys() if dense_weight else set())
        | (found.lexical.keys() if dense_weight < 1 else set())
    }


def hits_of(index: Index, scores: Mapping[str, float], found: Found, query: Query) -> tuple[Hit, ...]:
    """The best slice of each entry, best first; what the previous answer used gets a small bonus."""
    used, named = query.entry_ids, codes(query.text)
    best: dict[str, Hit] = {}
    for key, score in scores.items():
        chunk = index.chunk(key)
        score = _lifted(score, chunk.entry, query, named)
        if chunk.entry.id in used:
            score += USED_BONUS * index.words.coverage(query.said or query.text, whole(chunk.entry)) ** 2
        known = best.get(chunk.entry.id)
        if known is None or score > known.score:
            best[chunk.entry.id] = Hit(chunk, min(1.0, score), _found_by(key, found))
    return tuple(sorted(best.values(), key=lambda hit: (-hit.score, hit.chunk.id)))


def _lifted(score: float, entry: Entry, query: Query, named: frozenset[str]) -> float:
    """Who names A102 means A102: what is called so stands above the rest, the row with the asked column first."""
    if not named:
        return score
    lift = 0.0 if named.isdisjoint(codes(heading(entry))) else NAMED
    lift += ASKED if lift and asked_columns(query.text, entry) else 0.0
    return lift + score * (1 - NAMED - ASKED)


def _carry(scores: Mapping[str, float], carried: Mapping[str, float]) -> dict[str, float]:
    return {
        key: (scores.get(key, 0.0) + CARRIED_WEIGHT * carried.get(key, 0.0)) / (1 + CARRIED_WEIGHT)
        for key in scores.keys() | carried.keys()
    }


def _found_by(key: str, found: Found) -> tuple[tuple[str, float], ...]:
    searches = (("dense", found.dense), ("lexical", found.lexical))
    return tuple((name, scores[key]) for name, scores in searches if key in scores)


def _rerank(reranker: Reranker, text: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    head, rest = hits[:RERANKED], hits[RERANKED:]
    ranks = reranker.rank(text, [hit.chunk.text for hit in head])
    order = sorted(range(len(head)), key=lambda place: -float(ranks[place]))
    scores = sorted((hit.score for hit in head), reverse=True)  # the order is the reranker's, the scale stays ours
    ranked = (
        Hit(head[place].chunk, score, (*head[place].found_by, ("reranker", float(ranks[place]))))
        for score, place in zip(scores, order, strict=True)
    )
    return (*ranked, *rest)
