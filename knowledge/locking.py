"""Who may write, who still reads: advisory locks that the operating system frees when their owner dies.

The writer's lock is index/LOCK with the owner's process and start time in it; a reader holds a shared lock on the
manifest of the generation it has open, which works on a read-only disk too.
"""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from knowledge.errors import IndexFault


@contextmanager
def writer_lock(root: Path) -> Iterator[str]:
    """Hold the only right to write under `root`; yields a note when a dead owner's lock was taken over, else "".

    Raises IndexFault when another process is writing, or when `root` cannot be written.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        file = (root / "LOCK").open("a+", encoding="utf-8")
    except OSError as fault:
        raise IndexFault(f"{root}: cannot be written ({fault.strerror}); mend its rights or the disk") from fault
    with file:
        left = _owner(file)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise IndexFault(f"{root}: {_describe(left)} is already re-indexing; wait, or stop it") from fault
        note = f"took over the lock that {_describe(left)} left behind when it died" if left else ""
        try:
            _write_owner(file, {"pid": os.getpid(), "host": socket.gethostname(), "since": time.time()})
        except OSError as fault:
            raise IndexFault(f"{root}: cannot be written ({fault.strerror}); free some space") from fault
        try:
            yield note
        finally:
            _write_owner(file, {})


def claim(directory: Path) -> IO[bytes]:
    """A reader's claim on a generation: until it is closed, nobody collects the folder."""
    file = (directory / "manifest.json").open("rb")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def is_held(directory: Path) -> bool:
    """Whether any process reads the generation in `directory`; an unfinished one is never held."""
    try:
        with (directory / "manifest.json").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _owner(file: IO[str]) -> dict[str, object]:
    file.seek(0)
    try:
        found = json.loads(file.read() or "{}")
    except ValueError:  # its owner died while writing it
        found = {}
    return found if isinstance(found, dict) else {}


def _write_owner(file: IO[str], owner: dict[str, object]) -> None:
    file.truncate(0)
    told = json.dumps(owner).encode() if owner else b""
    os.pwrite(file.fileno(), told, 0)  # unbuffered: a full disk fails here, once


def _describe(owner: dict[str, object]) -> str:
    if not owner:
        return "another process"
    age = max(0, time.time() - float(str(owner.get("since", 0))))
    return f"process {owner.get('pid')} on {owner.get('host')} (for {age / 60:.0f} min)"
