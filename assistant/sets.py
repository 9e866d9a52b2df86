"""A folder with corpus.jsonl[.gz] and queries.jsonl[.gz] becomes an index of its own and the questions to ask of it.

corpus: {"id", "question", "answer", "aliases"?, "negatives"?}; queries: {"query", "relevant", "history"?, "facts"?};
an empty "relevant" means that nothing answers. Nothing of the home is read or changed.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.evaluation import Question
from knowledge.building import build, fingerprint
from knowledge.embedding import Embedder
from knowledge.errors import KnowledgeError
from knowledge.fitting import calibrate
from knowledge.gathering import Gathered
from knowledge.index import Index
from knowledge.manifest import MANIFEST, Manifest, write_manifest
from knowledge.scrubbing import VERSION as SCRUBBER_VERSION
from knowledge.terms import VERSION as WORDS_VERSION
from knowledge.types import Entry, Layer, SourceChanges

FAQ = Layer("faq", "faq", authority=3, budget=1800)


def load_questions(folder: Path) -> tuple[Question, ...]:
    """The queries of a set."""
    return tuple(
        Question(
            row["query"],
            frozenset(str(one) for one in row.get("relevant", ())),
            tuple(row.get("history", ())),
            tuple(row.get("facts", ())),
        )
        for row in _rows(folder, "queries")
    )


def load_entries(folder: Path) -> dict[str, Entry]:
    """The corpus of a set as FAQ entries by id."""
    return {
        str(row["id"]): Entry(
            str(row["id"]),
            "corpus.jsonl",
            FAQ.name,
            row["question"],
            row.get("answer", ""),
            aliases=tuple(row.get("aliases", ())),
            negatives=tuple(row.get("negatives", ())),
            line=line,
        )
        for line, row in enumerate(_rows(folder, "corpus"), 1)
    }


def open_set(folder: Path, directory: Path, embedder: Embedder) -> Index:
    """Build the index of a set in the new folder `directory`, calibrate it on the set's own aliases, and open it."""
    index = open_entries(load_entries(folder), directory, embedder)
    calibration = calibrate(index, embedder, folder)
    index.close()
    (directory / "calibration.json").write_text(calibration, encoding="utf-8")
    return Index.open(directory)


def open_entries(entries: Mapping[str, Entry], directory: Path, embedder: Embedder) -> Index:
    """Build an index of `entries` in the new folder `directory` and open it, uncalibrated."""
    directory.mkdir(parents=True)
    layers = {entry.layer: replace(FAQ, name=entry.layer, folder=entry.layer) for entry in entries.values()}
    gathered = Gathered(layers, tuple(entries.values()), entries, (), SourceChanges(), (), (), None)
    built = build(directory, gathered, embedder, None, lambda stage, done, total: None)
    manifest = Manifest(
        directory.name, datetime.now(UTC).isoformat(), fingerprint(embedder), SCRUBBER_VERSION, WORDS_VERSION,
        tuple(layers.values()), (), len(entries), built.chunks,
    )  # fmt: skip
    write_manifest(manifest, directory / MANIFEST)
    return Index.open(directory)


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    for path in (folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz"):
        if path.exists():
            opener = gzip.open if path.suffix == ".gz" else open
            try:
                with opener(path, "rt", encoding="utf-8") as lines:
                    yield from (json.loads(line) for line in lines if line.strip())
            except (OSError, ValueError) as fault:
                raise KnowledgeError(f"{path}: not JSON lines ({fault}); one object a line is needed") from fault
            return
    raise KnowledgeError(f"{folder}: neither {name}.jsonl nor {name}.jsonl.gz is there; name another folder with --set")
