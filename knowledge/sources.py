"""kb_sources/ as types: the layers of layers.toml and the files that belong to them. Reads no file's meaning."""

import hashlib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from knowledge import changelog
from knowledge.errors import KnowledgeError, SourceError
from knowledge.parsing.problems import problem, refuse
from knowledge.types import Layer, Problem, Source

DEFAULTS = (
    Layer("faq", "faq", authority=3, budget=1800),
    Layer("changelog", "changelog", authority=2, budget=700),
    Layer("chat_log", "chat_logs", authority=1, budget=500, max_age=30),
)
MAX_BYTES = 32 * 2**20  # thousands of pages of text; a larger file is an export or an accident
NEVER = {"layers.toml", changelog.REPOSITORIES, "thumbs.db", "desktop.ini"}
ATTACHMENTS = {".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".ico", ".mp4", ".mp3", ".tmp", ".bak", ".swp"}
_IS_CHANGELOG = re.compile(
    r"^(changelog|changes|release[-_ ]?notes|history|更新日志|发布说明|版本说明)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Scan:
    """All sources by path, and what could not become one."""

    sources: tuple[Source, ...]
    problems: tuple[Problem, ...] = ()


def load_layers(sources: Path) -> dict[str, Layer]:
    """Read layers.toml over the defaults. Raises SourceError for anything in it that means nothing."""
    layers = {layer.name: layer for layer in DEFAULTS}
    path = sources / "layers.toml"
    if not path.is_file():
        return layers
    try:
        tables = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise refuse("layers.toml", "bad_setting", detail=f"layers.toml: {fault}") from fault
    tables = tables.get("layers", tables)
    for name, given in tables.items():
        layers[name] = _layer(layers.get(name) or Layer(name, name, authority=1, budget=500), given)
    return layers


def scan(sources: Path, layers: Mapping[str, Layer]) -> Scan:
    """List every source with its layer and hash. Raises KnowledgeError when the folder itself is gone."""
    if not sources.is_dir():
        raise KnowledgeError(f"{sources}: no such folder; create it and put FAQ files into {sources.name}/faq/")
    found: list[Source] = []
    problems: list[Problem] = []
    for path in _files(sources, problems):
        try:
            found.append(_source(sources, path, layers))
        except SourceError as fault:
            problems.append(fault.problem)
    for name in changelog.names(sources, problems):
        try:
            found.append(Source(name, "changelog", _hash(changelog.read(sources, name))))
        except SourceError as fault:
            problems.append(fault.problem)
    return Scan(tuple(sorted(found, key=lambda source: source.path)), tuple(problems))


def read_source(sources: Path, source: Source) -> bytes:
    """The bytes of one source. Raises SourceError when it cannot be read any more."""
    if changelog.is_name(source.path):
        return changelog.read(sources, source.path)
    return _read(sources / source.path, source.path)


def is_source(path: Path) -> bool:
    """Whether `path`, relative to kb_sources/, is for reading: not hidden, no lock file of Office, not golden/."""
    if any(part.startswith(("_", ".", "~$")) for part in path.parts) or path.parts[0] == "golden":
        return False
    return path.name.lower() not in NEVER and path.suffix.lower() not in ATTACHMENTS and not path.name.endswith("~")


def _layer(default: Layer, given: object) -> Layer:
    where = f"layers.toml, [{default.name}]"
    if not isinstance(given, dict):
        raise refuse("layers.toml", "bad_setting", detail=f"{where}: not a table")
    known = {field.name: field for field in fields(Layer)} | {}
    for key, value in given.items():
        wanted = str if key in ("name", "folder") else int
        if key not in known or key == "name":
            raise refuse("layers.toml", "bad_setting", detail=f"{where}: unknown key {key}")
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise refuse("layers.toml", "bad_setting", detail=f"{where}: {key} = {value!r}")
    return replace(default, **given)


def _files(sources: Path, problems: list[Problem]) -> Iterator[Path]:
    def failed(fault: OSError) -> None:
        name = Path(fault.filename or ".")
        file = name.relative_to(sources).as_posix() if name.is_relative_to(sources) else str(name)
        problems.append(problem(file, 1, "unreadable", detail=fault.strerror))

    for folder, below, names in os.walk(sources, onerror=failed):
        here = Path(folder)
        below[:] = sorted(name for name in below if is_source((here / name).relative_to(sources)))
        yield from (here / name for name in sorted(names) if is_source((here / name).relative_to(sources)))


def _source(sources: Path, path: Path, layers: Mapping[str, Layer]) -> Source:
    relative = path.relative_to(sources)
    return Source(relative.as_posix(), _layer_of(relative, layers), _hash(_read(path, relative.as_posix())))


def _layer_of(path: Path, layers: Mapping[str, Layer]) -> str:
    for layer in layers.values():
        if path.is_relative_to(layer.folder):
            return layer.name
    return "changelog" if _IS_CHANGELOG.match(path.name) else "faq"


def _read(path: Path, name: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise refuse(name, "too_large", size=size // 2**20, limit=MAX_BYTES // 2**20)
        return path.read_bytes()
    except OSError as fault:
        raise refuse(name, "unreadable", detail=fault.strerror) from fault


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
