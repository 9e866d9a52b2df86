"""A small file that commands change while the app runs: read again at each change, replaced in one step."""

import os
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")


class Stored(Generic[T]):
    """What `parse` finds in `path`, by name: nothing while there is no file; safe to use from several threads."""

    def __init__(self, path: Path, parse: Callable[[Path], Mapping[str, T]]) -> None:
        self._path, self._parse = path, parse
        self._lock = threading.Lock()
        self._stamp = (0, 0, 0)
        self._found: Mapping[str, T] = {}

    def read(self) -> Mapping[str, T]:
        """Everything in the file as it is now; raises what `parse` raises."""
        with self._lock:
            try:
                found = self._path.stat()
            except FileNotFoundError:
                return {}
            stamp = (found.st_mtime_ns, found.st_ino, found.st_size)
            if stamp != self._stamp:
                self._found, self._stamp = self._parse(self._path), stamp
            return self._found

    def write(self, text: str) -> None:
        """Replace the file, readable by its owner only."""
        with self._lock:
            descriptor, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.stem}-")  # made 0600
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(temporary, self._path)
