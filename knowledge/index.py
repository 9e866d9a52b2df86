"""One generation on disk, opened: vectors, words, entries and chunks answer together. Never writes.

manifest.json      knowledge.manifest   what it holds and what it was made of
knowledge.sqlite3  knowledge.records    entries and chunks
vectors/           knowledge.vector_store  Chroma
words/             knowledge.lexical    postings; their rows are the rows of the chunks
calibration.json   knowledge.calibration
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import IndexFault
from knowledge.lexical import Lexical
from knowledge.manifest import MANIFEST, Manifest, read_manifest
from knowledge.records import Records
from knowledge.types import Chunk, Entry, Layer
from knowledge.vector_store import VectorStore

WORDS_ONLY = " (words only)"
RECORDS, CALIBRATION, VECTORS = "knowledge.sqlite3", "calibration.json", "vectors"


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """An open generation. Safe for several reading threads."""

    directory: Path
    manifest: Manifest
    layers: Mapping[str, Layer]
    calibration: str
    records: Records
    words: Lexical
    vectors: VectorStore

    @classmethod
    def open(cls, directory: Path) -> "Index":
        """Open a finished generation; raises IndexFault when it is missing or damaged."""
        manifest = read_manifest(directory / MANIFEST)
        layers = {layer.name: layer for layer in manifest.layers}
        calibration = directory / CALIBRATION
        fitted = calibration.read_text(encoding="utf-8") if calibration.exists() else ""
        try:
            words = Lexical(directory / "words")
        except (OSError, ValueError, KeyError) as fault:
            raise IndexFault(f"{directory}: the word index is damaged ({fault}); run: kb index rollback") from fault
        records = Records(directory / RECORDS)
        return cls(directory, manifest, layers, fitted, records, words, VectorStore(directory / VECTORS))

    @property
    def name(self) -> str:
        """Of the generation; says so while its vectors do not answer, for an answer by words alone is not kept."""
        return self.directory.name + ("" if self.vectors.answers else WORDS_ONLY)

    def dense(self, layer: str, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """The k chunk ids of `layer` nearest to a unit vector, with cosines, best first."""
        return [(key, cosine) for key, cosine in self.vectors.search(layer, vector, k) if self.records.has(key)]

    def lexical(self, layer: str, query: str, k: int) -> list[tuple[str, float]]:
        """The k chunk ids that share most words with `query`: BM25 of title and aliases + .4 × BM25 of the text.

        Scores are raw (> 0, unbounded) and compare between layers. An entry's title and all its aliases are one field.
        """
        found = self.words.search(layer, query, k)
        ids = self.records.ids(row for row, _ in found)
        return [(ids[row], score) for row, score in found if row in ids]

    def ceiling(self, query: str) -> float:
        """The score of a title made of exactly the query's words (> 0): divides raw scores into about [0, 1]."""
        return max(self.words.ceiling(query), 1e-6)

    def chunk(self, chunk_id: str) -> Chunk:
        """The chunk with its entry; KeyError for an unknown id."""
        return self.records.chunk(chunk_id)

    def entries(self) -> Iterator[Entry]:
        """All entries in service, in order of source and line."""
        return self.records.entries()

    def close(self) -> None:
        self.records.close()
        self.vectors.close()
