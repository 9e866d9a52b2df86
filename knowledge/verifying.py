"""A finished generation is opened and asked in a fresh process: a damaged vector file can crash whoever opens it.

The process is started early, imports while the generation is written, and waits for the folder on its standard input.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import IndexFault
from knowledge.index import Index
from knowledge.vector_store import load

SAMPLES = 20  # chunks that should find themselves
MISSES = 0.1  # share that may be lost: the search is approximate, a damaged file loses far more
SAME = 1e-3  # cosines that differ by less are equal, and so are the chunks: a chunk is not asked for by its id
NEARER = 0.1  # share of other chunks that may be nearer than what was found; blind search is about 0.5
BY_WORDS = 50  # places of the word index in which a chunk that hides from its vector must stand
TIMEOUT = 300  # seconds; 100,000 chunks open in 2


class Verifier:
    """The waiting process. `check` may be called once."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "knowledge.verifying"],
            cwd=Path(__file__).resolve().parent.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def check(self, directory: Path) -> None:
        """Raise IndexFault unless the generation in `directory` opens and answers."""
        try:
            out, err = self._process.communicate(f"{directory.resolve()}\n", timeout=TIMEOUT)
        except subprocess.TimeoutExpired as fault:
            self.close()
            raise IndexFault(f"{directory}: not open after {TIMEOUT} s; disk or memory is too slow") from fault
        if self._process.returncode != 0 or out.strip() != "sound":
            told = out.strip() or (err.strip().splitlines() or ["it crashed"])[-1]
            raise IndexFault(f"{directory}: damaged ({told}); the generation before stays live, run kb reindex again")

    @property
    def waits(self) -> bool:
        """Whether it can still be asked."""
        return self._process.poll() is None

    def close(self) -> None:
        """Stop the process if it is still waiting."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


def find_damage(index: Index) -> str:
    """What is wrong with an open generation, "" when nothing is."""
    manifest = index.manifest
    rows = index.records.rows()
    if len(rows) != manifest.chunks and not index.records.thinned:
        return f"{len(rows)} chunks where the manifest says {manifest.chunks}"
    stored = sum(index.vectors.count(layer.name) for layer in manifest.layers)
    if stored != manifest.chunks:
        return f"{stored} vectors for {manifest.chunks} chunks"
    asked = list(rows)[:: max(1, len(rows) // SAMPLES)]
    lost = [chunk_id for chunk_id in asked if _is_lost(index, chunk_id, asked)]
    if len(lost) > MISSES * len(asked):
        return f"{len(lost)} of {len(asked)} chunks do not find themselves, {lost[0]} for one"
    return ""


def _is_lost(index: Index, chunk_id: str, asked: Sequence[str]) -> bool:
    one = index.chunk(chunk_id)
    layer = one.entry.layer
    vector = index.vectors.get(layer, [chunk_id])[0]
    found = index.vectors.search(layer, vector, 5)
    if not np.isfinite(vector).all() or not found:
        return True
    if found[0][1] > 1 - SAME:
        return False
    others = [other for other in asked if other != chunk_id and index.chunk(other).entry.layer == layer]
    if not _sees(index, layer, vector, found[0][1], others):
        return True
    return chunk_id not in dict(index.lexical(layer, f"{one.entry.title}\n{one.text}", BY_WORDS))


def _sees(index: Index, layer: str, vector: NDArray[np.float32], best: float, others: Sequence[str]) -> bool:
    """Whether the search leads to near chunks, though not to this one: thousands of rows that differ in a number are
    all equally far from each other, and the graph of HNSW loses the ways to many (docs/log.md)."""
    if not others or abs(float(np.linalg.norm(vector)) - 1) > SAME:
        return False
    cosines = index.vectors.get(layer, others) @ vector
    return float((cosines > best + SAME).mean()) <= NEARER


def main() -> int:
    load()  # while the generation is still being written
    directory = Path(sys.stdin.readline().strip())
    if not directory.name:
        return 1
    try:
        damage = find_damage(Index.open(directory))
    except Exception as fault:  # noqa: BLE001  a damaged file may raise anything
        damage = f"{type(fault).__name__}: {fault}"
    sys.stdout.write(damage or "sound")
    return 0


if __name__ == "__main__":
    sys.exit(main())
