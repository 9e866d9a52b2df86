"""The generations under index/: which one is live, how the next becomes live, which may go.

index/CURRENT           the name of the live generation, replaced atomically
index/20261121-072144-3f2a/  a generation; without manifest.json it is unfinished and will be collected
"""

import os
import secrets
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from knowledge.errors import IndexFault
from knowledge.locking import is_held
from knowledge.manifest import MANIFEST, Manifest, read_manifest
from knowledge.vector_store import drop

KEEP = 3  # generations kept, the live one among them: two weekly runs can be undone


class Generations:
    """The folder index/ and its pointer. Changing it takes knowledge.locking.writer_lock."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> str:
        """The name of the live generation, "" when there is none yet."""
        try:
            return (self.root / "CURRENT").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as fault:
            raise IndexFault(f"{self.root}/CURRENT: cannot be read ({fault}); run: kb index rollback") from fault

    def path(self, name: str) -> Path:
        return self.root / name

    def all(self) -> tuple[Manifest, ...]:
        """The manifests of finished generations, newest first."""
        return tuple(manifest for folder in reversed(self._folders()) if (manifest := _finished(folder)))

    def begin(self) -> Path:
        """Make the folder of a new, unfinished generation; its name sorts after all others."""
        newest = max((folder.name for folder in self._folders()), default="")
        now = max(datetime.now(UTC).strftime("%Y%m%d-%H%M%S"), newest[:15])  # a clock set back must not hide the newest
        number = int(newest[16:], 16) + 1 if newest.startswith(now) else secrets.randbelow(2**15)
        directory = self.root / f"{now}-{number:04x}"
        directory.mkdir()
        return directory

    def switch(self, name: str) -> None:
        """Make the finished generation `name` the live one, on disk before this returns."""
        sync_folder(self.path(name))
        draft = self.root / "CURRENT.new"
        with draft.open("w", encoding="ascii") as file:
            file.write(name + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.root / "CURRENT")
        _sync(self.root)

    def rollback(self, to: str = "") -> Manifest:
        """Go back to generation `to`, or to the one before the live one; raises IndexFault when there is none."""
        current = self.current()
        known = self.all()
        for manifest in known:
            if manifest.generation == to or (not to and manifest.generation < (current or "~")):
                self.switch(manifest.generation)
                return manifest
        names = ", ".join(manifest.generation for manifest in known) or "none"
        raise IndexFault(f"{self.root}: no generation {to or 'before the live one'} to go back to; there are: {names}")

    def passed_over(self) -> Manifest | None:
        """The newest generation, where it is newer than the live one: it was rolled back or held back."""
        newest = next(iter(self.all()), None)
        return newest if newest and newest.generation > self.current() else None

    def collect_unfinished(self) -> None:
        """Remove what a crash left behind."""
        self._remove([folder for folder in self._folders() if _finished(folder) is None])

    def collect(self, keep: int = KEEP) -> tuple[str, ...]:
        """Remove unfinished generations and all but the live one and the `keep` - 1 newest others; held ones stay."""
        current = self.current()
        others = [manifest.generation for manifest in self.all() if manifest.generation != current]
        kept = {current, *others[: max(0, keep - 1)]}
        return self._remove([folder for folder in self._folders() if folder.name not in kept])

    def _remove(self, folders: Iterable[Path]) -> tuple[str, ...]:
        removed = [folder for folder in folders if not is_held(folder) and drop(folder / "vectors")]
        for folder in removed:
            (folder / MANIFEST).unlink(missing_ok=True)  # first: half a generation must not look finished
            shutil.rmtree(folder, ignore_errors=True)
        return tuple(folder.name for folder in removed)

    def _folders(self) -> list[Path]:
        return sorted(folder for folder in self.root.glob("2*-*-*") if folder.is_dir())


def _finished(folder: Path) -> Manifest | None:
    try:
        manifest = read_manifest(folder / MANIFEST)
    except IndexFault:
        return None
    return manifest if manifest.verified else None


def sync_folder(directory: Path) -> None:
    """Bring all files below `directory` to the disk."""
    for folder, _, names in os.walk(directory, topdown=False):
        for name in names:
            _sync(Path(folder, name))
        _sync(Path(folder))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
