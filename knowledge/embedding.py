"""Texts become unit vectors: by a sentence-transformers model where one is installed, by hashed n-grams where none is.

The built-in embedder needs no download and is honest about it: it finds shared words, parts of words and typing errors,
not meaning. torch and sentence_transformers are imported when a model is opened, never before.
"""

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from hashlib import blake2b
from math import log
from pathlib import Path
from threading import Lock
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import KnowledgeError
from knowledge.words import VERSION as WORDS_VERSION
from knowledge.words import tokens, weight

Vectors = NDArray[np.float32]

BUILTIN_DIMENSIONS = 512  # twice as many changed recall by less than a point and doubled memory (docs/log.md)
GRAM_WEIGHT = 0.4  # of a letter trigram beside its whole word: enough for typing errors, too little for look-alikes
BATCH = 32  # texts a model reads at once; larger ones gained nothing on a CPU


class Embedder(Protocol):
    """`fingerprint` names everything that shapes a vector; vectors of two fingerprints are never compared."""

    fingerprint: str

    def embed_chunks(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), d), each of length 1."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """One vector of shape (d,) and length 1."""
        ...


class Reranker(Protocol):
    def rank(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """One score a text, higher is better, of any scale."""
        ...


class BuiltinEmbedder:
    """Signed hashing of words, Han characters and Latin trigrams, weighted by how much they tell. No training."""

    fingerprint = f"builtin-1/words-{WORDS_VERSION}/{BUILTIN_DIMENSIONS}"

    def embed_chunks(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), BUILTIN_DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self.embed_query(text)
        return vectors

    def embed_query(self, text: str) -> Vectors:
        sums = [0.0] * BUILTIN_DIMENSIONS
        for token, count in Counter(tokens(text)).items():
            damped = 1 + log(count)
            for place, value in _features(token):
                sums[place] += value * damped
        vector = np.array(sums, np.float32)
        length = float(np.linalg.norm(vector))
        if not length:  # no word at all: any constant direction, so that nothing downstream meets a NaN
            vector[0] = length = 1.0
        return vector / np.float32(length)


@lru_cache(maxsize=200_000)
def _features(token: str) -> tuple[tuple[int, float], ...]:
    """Where a token and its trigrams are added, and how much; the sign keeps what collides from adding up."""
    framed = f"<{token}>"
    grams = [framed[at : at + 3] for at in range(len(framed) - 2)] if token.isascii() and len(token) > 3 else []
    weighted = [(token, weight(token)), *((gram, GRAM_WEIGHT * weight(token)) for gram in grams)]
    hashed = [(zlib.crc32(feature.encode()), value) for feature, value in weighted]
    return tuple((key % BUILTIN_DIMENSIONS, value if key >> 31 else -value) for key, value in hashed)


class SentenceTransformerEmbedder:
    """A model folder of the sentence-transformers library, with the prompts that the model itself names for queries."""

    def __init__(self, path: Path, device: str = "cpu", dimensions: int | None = None, threads: int = 1) -> None:
        """`dimensions` cuts Matryoshka vectors; `threads`: on shared cores one thread was 20 times faster than two."""
        self._model = _Lazy("SentenceTransformer", path, device, threads)
        self._dimensions = dimensions
        self.fingerprint = f"{path.name}/{_hash_of_model(path)}/{dimensions or 'all'}"

    def embed_chunks(self, texts: Sequence[str]) -> Vectors:
        with self._model.opened() as model:
            return unit(model.encode_document(list(texts), batch_size=BATCH, truncate_dim=self._dimensions))

    def embed_query(self, text: str) -> Vectors:
        with self._model.opened() as model:
            vector: Vectors = unit(model.encode_query([text], truncate_dim=self._dimensions))[0]
        return vector


class CrossEncoderReranker:
    """Reads query and text together; slow and exact, hence only for the head of the hits."""

    def __init__(self, path: Path, device: str = "cpu", threads: int = 1) -> None:
        self._model = _Lazy("CrossEncoder", path, device, threads)

    def rank(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        with self._model.opened() as model:
            return np.asarray(model.predict([(query, text) for text in texts], batch_size=BATCH), np.float32)


class _Lazy:
    """A model that is opened at its first use, by one thread at a time: two at once only slow each other down."""

    def __init__(
        self, kind: Literal["SentenceTransformer", "CrossEncoder"], path: Path, device: str, threads: int
    ) -> None:
        if not path.is_dir():
            raise KnowledgeError(f"{path}: no such model folder; run: kb model pull embedder, or mend the setting")
        self._kind, self._path, self._device, self._threads = kind, path, device, threads
        self._model: Any = None  # the library's classes are untyped
        self._lock = Lock()

    @contextmanager
    def opened(self) -> Iterator[Any]:
        with self._lock:
            self._model = self._model or _open_model(self._kind, self._path, self._device, self._threads)
            yield self._model


def _open_model(kind: str, path: Path, device: str, threads: int) -> Any:
    try:
        import sentence_transformers  # with torch about 8 s and 400 MB, hence here
        import torch

        torch.set_num_threads(threads)
        return getattr(sentence_transformers, kind)(str(path), device=device, local_files_only=True)
    except Exception as fault:  # the library raises what it likes for a damaged folder
        raise KnowledgeError(f"{path}: cannot be opened as a {kind} ({fault}); pull the model again") from fault


def unit(vectors: Vectors) -> Vectors:
    """Bring to length 1 again: truncation shortens vectors. A model that gives NaN poisons every search: refuse it."""
    vectors = np.asarray(vectors, np.float32)
    if not np.isfinite(vectors).all():
        raise KnowledgeError("the embedding model gives vectors that are not numbers; use another precision or model")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)


def _hash_of_model(path: Path) -> str:
    """Name a model by its files' sizes and beginnings: hashing 1.2 GB of weights would delay every start."""
    digest = blake2b(digest_size=6)
    for file in sorted(file for file in path.rglob("*") if file.is_file() and file.suffix != ".md"):
        size = file.stat().st_size
        digest.update(f"{file.relative_to(path)}:{size}".encode())
        with file.open("rb") as opened:
            digest.update(opened.read(20_000))
    return digest.hexdigest()
