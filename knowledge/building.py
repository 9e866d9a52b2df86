"""Entries become a generation on disk: chunks, their vectors (those of unchanged chunks copied), words, records.

The vector files of the generation before are copied and changed in place while little was dropped; otherwise they are
written afresh from its vectors. Chunks dropped from a layer with an age limit always mean afresh: nothing stays.
"""

import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from knowledge.chunking import body, chunk
from knowledge.embedding import Embedder
from knowledge.gathering import Gathered, Progress
from knowledge.index import RECORDS, VECTORS, Index
from knowledge.lexical import Row, write_lexical
from knowledge.records import write_records
from knowledge.terms import VERSION as WORDS_VERSION
from knowledge.types import Chunk, Layer
from knowledge.vector_store import VectorStore
from knowledge.vectors import TEXT_SHARE, chunk_vectors

BATCH = 1000  # chunks embedded between two reports of progress
MOVED = 5000  # vectors carried over at once: 10 MB
TOMBSTONES = 0.2  # share of deleted vectors above which searching suffers and the files are written afresh


@dataclass(frozen=True, slots=True)
class Built:
    """How a folder came to be: counts for the report and the manifest."""

    chunks: int
    embedded: int
    reused: int
    dropped: int
    tombstones: int


def fingerprint(embedder: Embedder) -> str:
    """What must be equal for stored vectors to be reused: the embedder, and how chunks are handed to it."""
    return f"{embedder.fingerprint}+{sorted(TEXT_SHARE.items())}"


@dataclass(frozen=True, slots=True)
class _Work:
    """What one build works on: chunks by layer, and the generation before, if its parts may be reused."""

    chunks: tuple[Chunk, ...]
    layers: Mapping[str, Layer]
    embedder: Embedder
    previous: Index | None
    progress: Progress


def build(directory: Path, gathered: Gathered, embedder: Embedder, previous: Index | None, progress: Progress) -> Built:
    """Write everything but the manifest into the new folder `directory`; its vectors/ may name a server already."""
    work = _Work(_chunks(gathered), gathered.layers, embedder, previous, progress)
    _write_words(directory / "words", work)
    write_records(directory / RECORDS, gathered.parsed, gathered.live, work.chunks)
    return _write_vectors(directory / VECTORS, work)


def _chunks(gathered: Gathered) -> tuple[Chunk, ...]:
    """All chunks, those of a layer together: their order is that of the rows of the word index."""
    order = {name: place for place, name in enumerate(gathered.layers)}
    entries = sorted(gathered.live.values(), key=lambda entry: order.get(entry.layer, len(order)))
    return tuple(one for entry in entries for one in chunk(entry))


def _write_words(directory: Path, work: _Work) -> None:
    previous = work.previous if work.previous and work.previous.manifest.words == WORDS_VERSION else None
    known = previous.records.rows() if previous else {}
    rows = [_word_row(one, known.get(one.id)) for one in work.chunks]
    write_lexical(directory, rows, previous.words if previous else None)


def _word_row(one: Chunk, known: int | None) -> Row:
    return Row(one.entry.layer, "\n".join((one.entry.title, *one.entry.aliases)), body(one), one.position == 0, known)


def _write_vectors(directory: Path, work: _Work) -> Built:
    alike = work.previous is not None and work.previous.manifest.embedder == fingerprint(work.embedder)
    previous = work.previous if alike else None
    known = previous.records.layers_of_chunks() if previous else {}
    wanted = {one.id for one in work.chunks}
    fresh = [one for one in work.chunks if one.id not in known]
    dropped = {key: layer for key, layer in known.items() if key not in wanted}
    tombstones = len(dropped) + (previous.manifest.tombstones if previous else 0)
    here = not directory.exists() and not (previous and previous.vectors.url)
    if previous and here and _may_copy(work, dropped, tombstones):
        store = _copy(previous, directory, dropped)
    else:
        store, tombstones = VectorStore(directory), 0
        if previous:
            _carry_over(previous, store, {key: layer for key, layer in known.items() if key in wanted})
    with closing(store):
        _embed(store, fresh, work)
    return Built(len(work.chunks), len(fresh), len(work.chunks) - len(fresh), len(dropped), tombstones)


def _may_copy(work: _Work, dropped: Mapping[str, str], tombstones: int) -> bool:
    ages = any(name not in work.layers or work.layers[name].max_age is not None for name in dropped.values())
    return bool(work.chunks) and not ages and tombstones <= TOMBSTONES * len(work.chunks)


def _copy(previous: Index, directory: Path, dropped: Mapping[str, str]) -> VectorStore:
    shutil.copytree(previous.directory / VECTORS, directory)
    store = VectorStore(directory)
    for layer, keys in _by_layer(dropped).items():
        store.delete(layer, keys)
    return store


def _carry_over(previous: Index, store: VectorStore, kept: Mapping[str, str]) -> None:
    for layer, keys in _by_layer(kept).items():
        for at in range(0, len(keys), MOVED):
            some = keys[at : at + MOVED]
            store.add(layer, some, previous.vectors.get(layer, some))


def _embed(store: VectorStore, fresh: Sequence[Chunk], work: _Work) -> None:
    done = 0
    for layer, group in groupby(fresh, key=lambda one: one.entry.layer):
        chunks = list(group)
        for at in range(0, len(chunks), BATCH):
            work.progress("embed", done, len(fresh))
            batch = chunks[at : at + BATCH]
            store.add(layer, [one.id for one in batch], chunk_vectors(work.embedder, batch))
            done += len(batch)
    work.progress("embed", done, len(fresh))


def _by_layer(layers: Mapping[str, str]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for key, layer in layers.items():
        grouped.setdefault(layer, []).append(key)
    return grouped
