"""A generation is tried on the golden questions before it may serve: how many find their entry among the first five."""

from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

from knowledge.embedding import Embedder
from knowledge.golden import by_title, expected_ids, standing_alone
from knowledge.index import Index
from knowledge.manifest import Manifest
from knowledge.retrieval import search
from knowledge.scrubbing.lists import FOLDER as DECISIONS
from knowledge.types import Query

MARGIN = 0.02  # recall@5 that a generation may lose against the live one before it is held back
DEPTH = 5


def hash_inputs(sources: Path) -> str:
    """Changes when an editor changes a golden question or decides about an exchange in quarantine."""
    files = [*sorted((sources / "golden").glob("*.csv")), sources / DECISIONS / "decisions.tsv"]
    return blake2b(b"\0".join(file.read_bytes() for file in files if file.is_file()), digest_size=8).hexdigest()


def try_golden(index: Index, embedder: Embedder, sources: Path) -> dict[str, float]:
    """`recall@5` over the golden questions that stand alone and have an answer; {} where there are none."""
    golden = [one for one in standing_alone(sources / "golden") if one.expected]
    if not golden:
        return {}
    titles = by_title(index.entries())
    found = 0
    for one in golden:
        hits = search(index, embedder, Query(one.question), DEPTH)
        found += not expected_ids(one, titles).isdisjoint(hit.chunk.entry.id for hit in hits)
    return {"recall@5": round(found / len(golden), 4), "questions": float(len(golden))}


def objection(made: Manifest, old: Manifest, before: Mapping[str, float]) -> str:
    """Why the generation `made` should not replace `old`, which has the scores `before`; "" when it may."""
    scores = made.scores
    lost = before.get("recall@5", 0.0) - scores.get("recall@5", 0.0) if scores else 0.0
    if lost > MARGIN:
        return (
            f"recall@5 on the golden questions falls from {before['recall@5']:.1%} to {scores['recall@5']:.1%} "
            f"(allowed: {MARGIN:.0%}); look at kb eval, mend the sources, or switch with kb reindex --force"
        )
    had = {record.path: record.entries for record in old.sources}
    for record in made.sources:
        if had.get(record.path) and not record.entries:
            return (
                f"{record.path} had {had[record.path]} entries and now yields none; "
                "mend or delete the file, or switch with kb reindex --force"
            )
    return ""
