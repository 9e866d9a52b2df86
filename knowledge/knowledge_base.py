"""The door of the knowledge: sync the files, search, make the context of a prompt. Readers never wait for a sync."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from knowledge.embedding import Embedder, Reranker
from knowledge.errors import IndexFault
from knowledge.gathering import Progress
from knowledge.generations import Generations
from knowledge.grounding import DEPTH, find
from knowledge.index import Index
from knowledge.indexing import Wish, silent, sync
from knowledge.locking import claim
from knowledge.manifest import Manifest
from knowledge.retrieval import leans, search
from knowledge.types import Context, Entry, Hit, Query, SyncReport
from knowledge.verifying import Verifier


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What `kb search` prints; `answerability` is the calibrated probability that the hits hold the answer."""

    query: Query
    hits: tuple[Hit, ...]
    answerability: float
    ms: float


class _Reading:
    """An open generation and how many use it: its readers, and the door while it is live."""

    def __init__(self, directory: Path) -> None:
        self.claim = claim(directory)
        self.index = Index.open(directory)
        self.users = 1

    def close(self) -> None:
        self.index.close()
        self.claim.close()


class KnowledgeBase:
    """The files of one home and their index. Safe for several threads."""

    def __init__(
        self, sources: Path, index: Path, embedder: Embedder, reranker: Reranker | None = None, chroma: str = ""
    ) -> None:
        """Open nothing yet: a home without an index can be synced. `chroma`: the server for the vectors, if any."""
        self.sources, self.root, self.embedder, self.reranker = sources, index, embedder, reranker
        self._chroma, self._generations = chroma, Generations(index)
        self._live: _Reading | None = None
        self._verifier: Verifier | None = None
        self._lock, self._syncing, self._opening = Lock(), Lock(), Lock()

    def sync(
        self, *, full: bool = False, force: bool = False, automatic: bool = False, progress: Progress = silent
    ) -> SyncReport:
        """Bring the index up to date with the files, then read from it; `automatic` respects a rollback.

        Raises KnowledgeError.
        """
        with self._syncing:  # the watcher and an upload at once: the second waits, and then finds nothing to do
            wish = Wish(full, force, automatic, progress, self._verifier, self._chroma)
            report = sync(self.sources, self.root, self.embedder, wish)
            if automatic and not (self._verifier and self._verifier.waits):
                self._verifier = Verifier()  # warm for the next saved file: it halves the time until that is served
        self.refresh()
        return report

    def refresh(self) -> bool:
        """Read from a newly switched generation, if there is one; readers under way finish on the old one."""
        with self._opening:  # two threads that open one Chroma folder at once fail
            with self._lock:
                serving = self.generation
            name = self._generations.current()
            if not name or name == serving:
                return False
            opened = self._open(name)
            with self._lock:
                old, self._live = self._live, opened
            if old is not None:
                self._leave(old)
            return True

    def _open(self, name: str) -> _Reading:
        """Open generation `name`, or the one that was switched to while it was being opened."""
        try:
            return _Reading(self._generations.path(name))
        except (IndexFault, OSError):
            newer = self._generations.current()
            if newer == name:
                raise
            return _Reading(self._generations.path(newer))

    def search(self, query: Query, k: int = 10) -> SearchResult:
        """The `k` entries nearest to `query`."""
        started = time.perf_counter()
        with self.reading() as index:
            found = find(index, self.embedder, query, len, self.reranker)
            hits = found.hits if k <= DEPTH else search(index, self.embedder, query, k, self.reranker)
        ms = round((time.perf_counter() - started) * 1000, 2)
        return SearchResult(query, hits[:k], found.context.answerability, ms)

    def leans(self, question: str, previous: str) -> bool:
        """Tell whether `question` needs the query before it to be understood."""
        with self.reading() as index:
            return leans(index, self.embedder, question, previous)

    def ground(self, query: Query, count_tokens: Callable[[str], int]) -> Context:
        """The context of one prompt, within the layers' budgets of tokens."""
        with self.reading() as index:
            return find(index, self.embedder, query, count_tokens, self.reranker).context

    @contextmanager
    def reading(self) -> Iterator[Index]:
        """The live generation, kept open until the block ends; raises IndexFault when there is none."""
        if self._live is None:
            self.refresh()
        with self._lock:
            reading = self._live
            if reading is None:
                raise IndexFault(f"{self.root}: there is no index yet; run: kb reindex")
            reading.users += 1
        try:
            yield reading.index
        finally:
            self._leave(reading)

    def _leave(self, reading: _Reading) -> None:
        """Use a generation no longer; whoever leaves it last closes it."""
        with self._lock:
            reading.users -= 1
            last = not reading.users
        if last:
            reading.close()

    @property
    def generation(self) -> str:
        """The name of the generation that answers now, "" when there is none."""
        return self._live.index.directory.name if self._live else ""

    def entries(self) -> tuple[Entry, ...]:
        """All entries in service."""
        with self.reading() as index:
            return tuple(index.entries())

    def status(self) -> Manifest:
        """What the live generation says of itself; raises IndexFault when there is none."""
        with self.reading() as index:
            return index.manifest

    def close(self) -> None:
        """Close the live generation; the knowledge base may not be used afterwards."""
        with self._lock:
            live, self._live = self._live, None
        if live is not None:
            self._leave(live)
        if self._verifier is not None:
            self._verifier.close()
