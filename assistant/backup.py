"""A home becomes a folder that can be checked and restored.

Databases are copied consistently while the app runs, each file has its SHA-256. Secrets stay out unless asked for;
models are never in it (kb model pull fetches them again).

    DIR/manifest.json     what, when, SHA-256 and size of each file
    DIR/home/…            the files as they lie in a home
"""

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from knowledge.generations import Generations

FORMAT = 1
DATABASES = ("journal.sqlite3", "conversations.sqlite3")
FOLDERS = ("kb_sources", "prompts", "files")
SETTINGS = "deskmate.toml"  # without what holds a password, unless secrets are asked for
SECRET_SETTINGS = ("engine_key", "conversations_url")
SECRETS = ("users.toml", "keys.json", ".env")  # hashes and provider secrets
ATTEMPTS = 3  # a re-index may collect the generation that is being copied


class BackupError(Exception):
    """A backup that cannot be made, is damaged or cannot be restored: names the thing and the remedy."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds; `files` maps POSIX paths to SHA-256."""

    folder: Path
    made: str
    secrets: bool
    files: dict[str, str]
    bytes: int


def back_up(home: Path, folder: Path, secrets: bool = False) -> Backup:
    """Copy `home` into the new or empty `folder`. Raises BackupError."""
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(
            f"{folder}: is not empty; name a new folder, as in kb backup {folder}-{datetime.now():%Y%m%d}"
        )
    if folder.resolve().is_relative_to((home / "kb_sources").resolve()):
        raise BackupError(f"{folder}: lies in kb_sources and would be indexed; name a folder elsewhere")
    target = folder / "home"
    target.mkdir(parents=True)
    folder.chmod(0o700)  # conversations and knowledge are nobody else's
    for name in DATABASES:
        _copy_database(home / name, target / name)
    for name in FOLDERS:
        if (home / name).is_dir():
            shutil.copytree(home / name, target / name, symlinks=True, ignore=shutil.ignore_patterns(".*.part"))
    for name in (*SECRETS, SETTINGS) if secrets else ():
        if (home / name).exists():
            shutil.copy2(home / name, target / name)
    if not secrets and (home / SETTINGS).exists():
        lines = (home / SETTINGS).read_text(encoding="utf-8-sig").splitlines(keepends=True)
        kept = [line for line in lines if not line.lstrip().startswith(SECRET_SETTINGS)]
        (target / SETTINGS).write_text("".join(kept), encoding="utf-8")
    _copy_index(home / "index", target / "index")
    return _write_manifest(folder, secrets)


def verify(folder: Path) -> Backup:
    """Read a backup and compare every file with its checksum. Raises BackupError."""
    try:
        told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        backup = Backup(folder, told["made"], told["secrets"], told["files"], told["bytes"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise BackupError(
            f"{folder}: is no backup, or an unfinished one ({fault}); name a folder of kb backup"
        ) from fault
    for name, expected in backup.files.items():
        path = folder / "home" / name
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise BackupError(f"{folder}: names {name}, which lies outside; take another backup")
        if not path.is_file() or _digest(path) != expected:
            raise BackupError(f"{path}: is missing or damaged; take another backup")
    return backup


def restore(folder: Path, home: Path) -> Path | None:
    """Put a checked backup into `home`; what it replaces is moved into the returned folder. Raises BackupError."""
    backup = verify(folder)
    home.mkdir(parents=True, exist_ok=True)
    _refuse_while_served(home)
    parts = sorted({PurePosixPath(name).parts[0] for name in backup.files})
    aside = home / f"replaced-{datetime.now():%Y%m%d-%H%M%S}"
    draft = home / f".restoring-{os.getpid()}"
    try:
        for name in backup.files:
            target = draft / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / "home" / name, target)
        moved = [_move(home / part, aside) for part in _with_logs(parts)]
        for part in parts:
            os.rename(draft / part, home / part)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return aside if any(moved) else None


def _refuse_while_served(home: Path) -> None:
    """The running app holds a lock (web/server.py) and would go on writing into files that were moved away."""
    try:
        with (home / ".deskmate" / "serving").open() as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return
    except OSError as fault:
        raise BackupError(f"{home}: is being served; stop kb serve first, then restore") from fault


def _with_logs(parts: list[str]) -> Iterator[str]:
    """Each part, and the write-ahead log of each database: an old one would be replayed into the restored file."""
    for part in parts:
        yield part
        if part in DATABASES:
            yield from (f"{part}-wal", f"{part}-shm")


def _move(path: Path, aside: Path) -> bool:
    if not path.exists():
        return False
    aside.mkdir(exist_ok=True)
    os.rename(path, aside / path.name)
    return True


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own online copy: one moment of the database, whoever writes meanwhile."""
    if not source.exists():
        return
    try:
        with closing(sqlite3.connect(source, timeout=30)) as read, closing(sqlite3.connect(target)) as write:
            read.backup(write)
            write.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    except sqlite3.Error as fault:
        raise BackupError(f"{source}: cannot be copied ({fault}); run kb doctor") from fault


def _copy_index(index: Path, target: Path) -> None:
    """The live generation: it is never written again, but a re-index may collect it while we copy."""
    for attempt in range(ATTEMPTS):
        name = Generations(index).current()
        if not name:
            return
        try:
            shutil.copytree(index / name, target / name)
        except (OSError, shutil.Error) as fault:
            shutil.rmtree(target, ignore_errors=True)
            if attempt == ATTEMPTS - 1:
                raise BackupError(
                    f"{index / name}: cannot be copied ({fault}); try again after the re-index"
                ) from fault
        else:
            (target / "CURRENT").write_text(name + "\n", encoding="ascii")
            return


def _write_manifest(folder: Path, secrets: bool) -> Backup:
    """The manifest is written last: a folder without it is an unfinished backup."""
    home = folder / "home"
    paths = sorted(path for path in home.rglob("*") if path.is_file() and not path.is_symlink())
    files = {path.relative_to(home).as_posix(): _digest(path) for path in paths}
    made, size = datetime.now(UTC).isoformat(timespec="seconds"), sum(path.stat().st_size for path in paths)
    told = {"format": FORMAT, "made": made, "secrets": secrets, "files": files, "bytes": size}
    (folder / "manifest.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return Backup(folder, made, secrets, files, size)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
