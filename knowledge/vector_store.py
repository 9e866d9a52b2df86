"""The only file that knows Chroma: unit vectors by id, one collection a layer, nothing but ids and vectors in it.

The vectors of a generation lie in its own folder, or on a Chroma server that the folder names. A server that does not
answer is left alone for a while: the search finds nothing then, and the words answer alone.
Measured (docs/log.md): one collection a layer, because a filter costs 40 to 330 ms; no texts, because ids alone are a
third faster and deleted texts would stay in Chroma's pages. A folder is written by one process, closed, and then
only read.
"""

import json
import logging
import os
import secrets
import shutil
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import IndexFault

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

log = logging.getLogger("deskmate.vectors")
SERVER = "server.json"  # in a folder whose vectors lie on a server: its address, and what our names begin with there
TIMEOUT = 3.0  # seconds that a server may take; it searches 100,000 vectors in hundredths
QUICK = 1.0  # seconds within which a fault is worth a second try; who hung once hangs again
PAUSE = 15.0  # seconds that a server is left alone after it failed: nobody waits for what is down
BATCH, BATCH_ON_SERVER = 5000, 500  # Chroma's own limit is 5,461; 500 travel in well under TIMEOUT
HNSW = {"space": "cosine", "ef_construction": 200, "max_neighbors": 32, "ef_search": 200}
# finds 99.9 % of the true ten at 40,000 built-in vectors in 1.8 ms; Chroma's defaults find 97 % in 0.9 ms (docs/log.md)


class VectorStore:
    """An open folder of vectors. Many threads may search; one process may write, before anybody reads."""

    def __init__(self, directory: Path) -> None:
        self._copy: Path | None = None
        self.url, self._prefix = _server_of(directory)
        self._batch = BATCH_ON_SERVER if self.url else BATCH
        self._left_until = 0.0
        self._collections: dict[str, Collection | None] = {}
        self._client = None if self.url else self._open(directory)

    @property
    def answers(self) -> bool:
        """False while a server is left alone because it failed."""
        return time.monotonic() >= self._left_until

    def search(self, layer: str, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """The k ids nearest to `vector` with their cosines, best first; none while a server does not answer."""
        if not self.url:
            return self._nearest(layer, vector, k)
        if not self.answers:
            return []
        if self._left_until:  # the pause is over: this search tries, the others go on by words meanwhile
            self._left_until = time.monotonic() + PAUSE
        for attempt in range(2):  # a server that was restarted closes the first connection
            began = time.monotonic()
            try:
                found = self._nearest(layer, vector, k)
            except Exception as fault:  # noqa: BLE001  # boundary: whatever the client or the connection raises
                if attempt or time.monotonic() - began > QUICK:
                    self._left_until = time.monotonic() + PAUSE
                    log.warning("event=vectors_unreachable server=%s fault=%s", self.url, fault)
                    break
            else:
                self._left_until = 0.0
                return found
        return []

    def _nearest(self, layer: str, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        collection = self._collection(layer)
        if collection is None or k < 1:
            return []
        found = collection.query(query_embeddings=vector[None, :], n_results=k, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return [(key, 1.0 - distance) for key, distance in zip(found["ids"][0], distances, strict=True)]

    def add(self, layer: str, keys: Sequence[str], vectors: NDArray[np.float32]) -> None:
        collection = self._collection(layer) or self._create(layer)
        for at in range(0, len(keys), self._batch):
            collection.upsert(ids=list(keys[at : at + self._batch]), embeddings=vectors[at : at + self._batch])

    def get(self, layer: str, keys: Sequence[str]) -> NDArray[np.float32]:
        """The stored vectors of `keys`, in their order; KeyError when one is missing."""
        collection = self._collection(layer)
        stored: dict[str, NDArray[np.float32]] = {}
        for at in range(0, len(keys), self._batch):
            if collection is not None:
                found = collection.get(ids=list(keys[at : at + self._batch]), include=["embeddings"])
                stored.update(zip(found["ids"], np.asarray(found["embeddings"], np.float32), strict=True))
        return np.stack([stored[key] for key in keys])

    def delete(self, layer: str, keys: Sequence[str]) -> None:
        collection = self._collection(layer)
        for at in range(0, len(keys), self._batch):
            if collection is not None:
                collection.delete(ids=list(keys[at : at + self._batch]))

    def count(self, layer: str) -> int:
        collection = self._collection(layer)
        return collection.count() if collection is not None else 0

    def close(self) -> None:
        if self._client:
            self._client.close()  # type: ignore[attr-defined]  # not in the library's protocol, but in its class
        if self._copy:
            shutil.rmtree(self._copy.parent, ignore_errors=True)

    def _collection(self, layer: str) -> "Collection | None":
        from chromadb.errors import NotFoundError

        if layer not in self._collections:
            try:
                self._collections[layer] = self._connected().get_collection(self._name(layer), embedding_function=None)
            except NotFoundError:
                self._collections[layer] = None
        return self._collections[layer]

    def _create(self, layer: str) -> "Collection":
        created = self._connected().create_collection(
            self._name(layer),
            configuration={"hnsw": HNSW},  # type: ignore[arg-type]  # a TypedDict there, a dict here
            embedding_function=None,
        )
        self._collections[layer] = created
        return created

    def drop(self) -> None:
        """Delete everything; only a server keeps vectors when the folder goes. Raises IndexFault."""
        client = self._connected()
        for collection in client.list_collections():
            if self._prefix and collection.name.startswith(self._prefix):
                client.delete_collection(collection.name)

    def _connected(self) -> "ClientAPI":
        """The client; that of a server is made when first needed, so that the app starts without it."""
        if self._client is None:
            self._client = _connect(self.url)
        return self._client

    def _open(self, directory: Path) -> "ClientAPI":
        import chromadb  # a second and 100 MB: only when vectors are opened
        from chromadb.config import Settings

        if not os.access(directory.parent, os.W_OK):  # Chroma writes when it opens a folder: give it a copy
            self._copy = shutil.copytree(directory, Path(tempfile.mkdtemp(prefix="deskmate-")) / "vectors")
        place = str(self._copy or directory)
        try:
            return chromadb.PersistentClient(place, settings=Settings(anonymized_telemetry=False))
        except Exception as fault:
            raise IndexFault(f"{directory}: the vectors cannot be opened ({fault}); run: kb index rollback") from fault

    def _name(self, layer: str) -> str:
        """Chroma's names are ASCII; those of layers need not be."""
        return f"{self._prefix}layer-{blake2b(layer.encode(), digest_size=8).hexdigest()}"


def place_on(url: str, directory: Path) -> None:
    """Make the new folder `directory`, whose vectors will lie on the Chroma server at `url`."""
    directory.mkdir()
    (directory / SERVER).write_text(json.dumps({"url": url, "prefix": f"{secrets.token_hex(8)}-"}), encoding="ascii")


def drop(directory: Path) -> bool:
    """Delete what a folder keeps on a server; False when that does not answer, and the folder has to stay for it."""
    if not (directory / SERVER).exists():
        return True
    store = VectorStore(directory)
    try:
        store.drop()
    except Exception as fault:  # noqa: BLE001  # boundary: whatever the client or the connection raises
        log.warning("event=vectors_not_dropped folder=%s fault=%s", directory, fault)
        return False
    finally:
        store.close()
    return True


def load() -> None:
    """Import Chroma ahead of its first use."""
    import chromadb  # noqa: F401


def _server_of(directory: Path) -> tuple[str, str]:
    """Address and prefix, empty where the vectors lie in the folder itself."""
    try:
        told = json.loads((directory / SERVER).read_text(encoding="ascii"))
        return told["url"], told["prefix"]
    except FileNotFoundError:
        return "", ""
    except (OSError, ValueError, KeyError) as fault:
        raise IndexFault(f"{directory / SERVER}: cannot be read ({fault}); run: kb reindex --full") from fault


def _connect(url: str) -> "ClientAPI":
    import chromadb
    from chromadb.config import Settings

    parts = urlsplit(url)
    try:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # it stands in our own network
        direct.open(f"{url.rstrip('/')}/api/v2/heartbeat", timeout=TIMEOUT).close()  # Chroma's client waits forever
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 8000)
        quiet = Settings(anonymized_telemetry=False)
        client = chromadb.HttpClient(parts.hostname or "", port, ssl=secure, settings=quiet)
    except (OSError, ValueError) as fault:
        raise IndexFault(f"{url}: no Chroma server answers ({fault}); start it or mend chroma_url") from fault
    client._server._session.timeout = TIMEOUT  # type: ignore[attr-defined]  # it offers no setting; None by default
    return client
