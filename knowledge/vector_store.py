"""The only file that knows Chroma: unit vectors by id, one collection a layer, nothing but ids and vectors in it.

Measured (docs/log.md): one collection a layer, because a filter costs 40 to 330 ms; no texts, because ids alone are a
third faster and deleted texts would stay in Chroma's pages. A folder is written by one process, closed, and then
only read.
"""

import os
import shutil
import tempfile
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import IndexFault

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

BATCH = 5000  # Chroma's own limit is 5,461
HNSW = {"space": "cosine", "ef_construction": 200, "max_neighbors": 32, "ef_search": 200}
# finds 99.9 % of the true ten at 40,000 built-in vectors in 1.8 ms; Chroma's defaults find 97 % in 0.9 ms (docs/log.md)


class VectorStore:
    """An open folder of vectors. Many threads may search; one process may write, before anybody reads."""

    def __init__(self, directory: Path) -> None:
        import chromadb  # a second and 100 MB: only when vectors are opened
        from chromadb.config import Settings

        self._copy = None if os.access(directory.parent, os.W_OK) else _copy(directory)
        place = str(self._copy or directory)
        try:
            self._client = chromadb.PersistentClient(place, settings=Settings(anonymized_telemetry=False))
        except Exception as fault:
            raise IndexFault(f"{directory}: the vectors cannot be opened ({fault}); run: kb index rollback") from fault
        self._collections: dict[str, Collection | None] = {}

    def search(self, layer: str, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """The k ids nearest to `vector` with their cosines, best first."""
        collection = self._collection(layer)
        if collection is None or k < 1:
            return []
        found = collection.query(query_embeddings=vector[None, :], n_results=k, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return [(key, 1.0 - distance) for key, distance in zip(found["ids"][0], distances, strict=True)]

    def add(self, layer: str, keys: Sequence[str], vectors: NDArray[np.float32]) -> None:
        collection = self._collection(layer) or self._create(layer)
        for at in range(0, len(keys), BATCH):
            collection.upsert(ids=list(keys[at : at + BATCH]), embeddings=vectors[at : at + BATCH])

    def get(self, layer: str, keys: Sequence[str]) -> NDArray[np.float32]:
        """The stored vectors of `keys`, in their order; KeyError when one is missing."""
        collection = self._collection(layer)
        stored: dict[str, NDArray[np.float32]] = {}
        for at in range(0, len(keys), BATCH):
            if collection is not None:
                found = collection.get(ids=list(keys[at : at + BATCH]), include=["embeddings"])
                stored.update(zip(found["ids"], np.asarray(found["embeddings"], np.float32), strict=True))
        return np.stack([stored[key] for key in keys])

    def delete(self, layer: str, keys: Sequence[str]) -> None:
        collection = self._collection(layer)
        for at in range(0, len(keys), BATCH):
            if collection is not None:
                collection.delete(ids=list(keys[at : at + BATCH]))

    def count(self, layer: str) -> int:
        collection = self._collection(layer)
        return collection.count() if collection is not None else 0

    def close(self) -> None:
        self._client.close()  # type: ignore[attr-defined]  # not in the library's protocol, but in its class
        if self._copy:
            shutil.rmtree(self._copy.parent, ignore_errors=True)

    def _collection(self, layer: str) -> "Collection | None":
        from chromadb.errors import NotFoundError

        if layer not in self._collections:
            try:
                self._collections[layer] = self._client.get_collection(_name(layer), embedding_function=None)
            except NotFoundError:
                self._collections[layer] = None
        return self._collections[layer]

    def _create(self, layer: str) -> "Collection":
        created = self._client.create_collection(
            _name(layer),
            configuration={"hnsw": HNSW},  # type: ignore[arg-type]  # a TypedDict there, a dict here
            embedding_function=None,
        )
        self._collections[layer] = created
        return created


def load() -> None:
    """Import Chroma ahead of its first use."""
    import chromadb  # noqa: F401


def _copy(directory: Path) -> Path:
    """Chroma writes when it opens a folder: on a read-only disk it is given a copy."""
    return shutil.copytree(directory, Path(tempfile.mkdtemp(prefix="deskmate-")) / "vectors")


def _name(layer: str) -> str:
    """Chroma's names are ASCII; those of layers need not be."""
    return "layer-" + blake2b(layer.encode(), digest_size=8).hexdigest()
