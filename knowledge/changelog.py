"""Git histories of CHANGELOG files, named in kb_sources/changelog/repositories.toml, as sources like any file.

A published changelog is edited later: releases are moved, reworded, filled in. So the parsed states of the file are
compared commit by commit, never the "+" lines of its diffs. What comes out is JSON: the text at HEAD, and for each
change the commit since which it stands there as it does. Knows git by its command line and nothing of the index.
"""

import hashlib
import json
import os
import re
import subprocess
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from knowledge.errors import SourceError
from knowledge.parsing.changes import change_key, parse_changes
from knowledge.parsing.duplicates import similarity
from knowledge.parsing.problems import refuse
from knowledge.parsing.releases import read_release
from knowledge.types import Problem

REPOSITORIES = "repositories.toml"
FOLDER = "changelog"
FETCH_EVERY = 3600.0  # seconds between two looks at a remote repository
PATIENCE = 300  # seconds for one git command
REWORDED = 0.5  # share of character pairs in common above which a new change is an old one in other words
SAME_VERSION = 100  # vanished changes of a version that a new one is compared with
_FILE = f"{FOLDER}/{REPOSITORIES}"
_MARK = f"{_FILE}#"


@dataclass(frozen=True, slots=True)
class Repository:
    """One table of repositories.toml: a folder or an address, the file in it, the branch."""

    name: str
    path: str = ""
    url: str = ""
    file: str = "CHANGELOG.md"
    branch: str = "HEAD"

    @property
    def source(self) -> str:
        return f"{_MARK}{self.name}/{self.file}"


def is_name(path: str) -> bool:
    """Whether a source's path stands for a file in a git history."""
    return path.startswith(_MARK)


def names(sources: Path, problems: list[Problem]) -> list[str]:
    """The source paths of all repositories; what is wrong with repositories.toml goes into `problems`."""
    try:
        return [repository.source for repository in _repositories(sources)]
    except SourceError as fault:
        problems.append(fault.problem)
        return []


def read(sources: Path, name: str) -> bytes:
    """The history of one changelog as JSON {"text", "since"}. Raises SourceError when git cannot give it."""
    repository = next((one for one in _repositories(sources) if one.source == name), None)
    if repository is None:
        raise refuse(_FILE, "repository", name=name, detail="not named any more")
    folder = _folder(sources, repository)
    log = ("log", "--topo-order", "--format=%H %cs", repository.branch, "--", repository.file)
    commits = _git(repository, folder, *log)
    if not commits.strip():
        raise _refused(repository, f"no commit of {repository.branch} holds {repository.file}")
    return _history(repository, folder, tuple(reversed(commits.decode().split("\n")[:-1])))


def _repositories(sources: Path) -> list[Repository]:
    path = sources / FOLDER / REPOSITORIES
    if not path.is_file():
        return []
    try:
        tables = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise refuse(_FILE, "bad_setting", detail=f"{REPOSITORIES}: {fault}") from fault
    named = [(key, value if isinstance(value, list) else [value]) for key, value in tables.items()]
    return [_repository(given, key) for key, some in named for given in some]


def _repository(given: object, key: str) -> Repository:
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise refuse(_FILE, "bad_setting", detail=f"{REPOSITORIES}, {key}: not a table of texts")
    if unknown := given.keys() - {"name", "path", "url", "file", "branch"}:
        raise refuse(_FILE, "bad_setting", detail=f"{REPOSITORIES}, {key}: unknown {sorted(unknown)[0]}")
    place = str(given.get("path") or given.get("url") or "")
    if not place or any(str(value).startswith("-") for value in given.values()):
        raise refuse(_FILE, "bad_setting", detail=f"{REPOSITORIES}, {key}: path or url is missing")
    name = re.sub(r"\.git$", "", place.rstrip("/").rsplit("/", 1)[-1])
    return Repository(**{"name": name, **given})


def _folder(sources: Path, repository: Repository) -> Path:
    """Where the repository lies: its own folder, or a bare copy of the remote one, fetched at most hourly."""
    if repository.path:
        return (sources / FOLDER / repository.path).resolve()
    if not re.match(r"^(https?|ssh|git|file)://|^[\w.-]+@[\w.-]+:", repository.url):
        raise _refused(repository, "url must begin with https://, ssh:// or git@")
    copy = sources / FOLDER / ".repositories" / hashlib.sha256(repository.url.encode()).hexdigest()[:12]
    if not copy.is_dir():
        copy.parent.mkdir(parents=True, exist_ok=True)
        _git(repository, copy.parent, "clone", "--quiet", "--mirror", "--", repository.url, str(copy))
        return copy
    looked = max((copy / name).stat().st_mtime for name in ("HEAD", "FETCH_HEAD") if (copy / name).exists())
    if time.time() - looked > FETCH_EVERY:
        _git(repository, copy, "fetch", "--quiet", "--prune")
    return copy


def _git(repository: Repository, folder: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(folder), "-c", "safe.directory=*", "-c", "protocol.ext.allow=never", *arguments]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=PATIENCE, env={**os.environ, "GIT_TERMINAL_PROMPT": "0"}, check=False
        )
    except FileNotFoundError as fault:
        raise _refused(repository, "git is not installed") from fault
    except subprocess.TimeoutExpired as fault:
        raise _refused(repository, f"git took more than {PATIENCE} s") from fault
    if done.returncode:
        raise _refused(repository, " ".join(done.stderr.decode(errors="replace").split())[-160:] or "git failed")
    return done.stdout


def _refused(repository: Repository, detail: str) -> SourceError:
    return refuse(_FILE, "repository", name=repository.name, detail=detail)


@lru_cache(maxsize=16)
def _history(repository: Repository, folder: Path, commits: tuple[str, ...]) -> bytes:
    """Walk the file's states from the first commit on; a change keeps its commit while version and words stay."""
    since: dict[str, str] = {}
    before: frozenset[str] = frozenset()
    text = ""
    for commit, text in _states(repository, folder, commits):
        parts = frozenset(_parts(text))
        sha, day = commit.split(" ")
        _carry(since, _keys(before - parts), _keys(parts - before), f"{sha[:7]} {day}")
        before = parts
    return json.dumps({"text": text, "since": since}, ensure_ascii=False).encode()


def _states(repository: Repository, folder: Path, commits: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(commit, text of the file) for each commit that has the file, through one git process."""
    command = ["git", "-C", str(folder), "-c", "safe.directory=*", "cat-file", "--batch"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as git:
        assert git.stdin
        assert git.stdout
        for commit in commits:
            git.stdin.write(f"{commit.split(' ')[0]}:{repository.file}\n".encode())
            git.stdin.flush()
            head = git.stdout.readline().split()
            if len(head) == 3 and head[2].isdigit():
                data = git.stdout.read(int(head[2]) + 1)[:-1]
                yield commit, data.decode("utf-8", errors="replace").replace("\r\n", "\n")


def _carry(since: dict[str, str], gone: frozenset[str], come: frozenset[str], now: str) -> None:
    """Bring `since` one state further: a change that is new, or was `gone` in other words, stands so since `now`."""
    old: dict[str, list[str]] = {}
    for key in gone - come:
        since.pop(key, None)
        old.setdefault(key.split("\n", 1)[0], []).append(key)
    for key in come - gone:
        similar = old.get(key.split("\n", 1)[0], ())[:SAME_VERSION]
        reworded = any(similarity(key, other) >= REWORDED for other in similar)
        since[key] = f"{now} reworded" if reworded else now


def _keys(parts: frozenset[str]) -> frozenset[str]:
    return frozenset(key for part in parts for key in _part_keys(part))


def _parts(text: str) -> Iterator[str]:
    """The text by release, so that an unchanged release is parsed once for all commits."""
    part = ""
    for piece in re.split(r"(?m)^(?=#{1,4}\s)", text):
        if part and _names_release(piece.split("\n", 1)[0]):
            yield part
            part = ""
        part += piece
    yield part


@lru_cache(maxsize=4096)
def _names_release(line: str) -> bool:
    shown = re.sub(r"<[^>]*>|\]\([^)]*\)|[\[\]]", "", line.lstrip("# "))
    return read_release(shown, 1, date.max) is not None


@lru_cache(maxsize=20_000)
def _part_keys(part: str) -> tuple[str, ...]:
    return tuple(change_key(change) for change in parse_changes(part, "", date.max)[0])
