"""kb_sources/ as types: the layers of layers.toml and the files that belong to them, listed, read and parsed."""

import hashlib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path

from knowledge import changelog
from knowledge.errors import KnowledgeError, SourceError
from knowledge.parsing import parse
from knowledge.parsing.problems import problem, refuse
from knowledge.scrubbing import load_lists
from knowledge.types import Layer, Parsed, Problem, Source

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
    layer_of = {path.as_posix(): _layer_of(path, layers) for path in _files(sources, problems)}
    layer_of |= dict.fromkeys(changelog.names(sources, problems), "changelog")
    for name, layer in layer_of.items():
        try:
            found.append(Source(name, layer, hashlib.sha256(read_source(sources, name)).hexdigest()))
        except SourceError as fault:
            problems.append(fault.problem)
    return Scan(tuple(sorted(found, key=lambda source: source.path)), tuple(problems))


def parse_source(sources: Path, source: Source, today: date) -> Parsed:
    """What one source holds; a file that cannot be read at all is a problem like any other."""
    try:
        return parse(source, read_source(sources, source.path), today=today, lists=load_lists(sources))
    except SourceError as fault:
        return Parsed((), (fault.problem,))
    except Exception as fault:  # noqa: BLE001  a parser met what nobody thought of: one file, not the whole run
        return Parsed((), (problem(source.path, 1, "not_foreseen", detail=f"{type(fault).__name__}: {fault}"),))


def is_source(path: Path) -> bool:
    """Whether `path`, relative to kb_sources/, is for reading: not hidden, no lock file of Office, not golden/."""
    if any(part.startswith(("_", ".", "~$")) for part in path.parts) or path.parts[0] == "golden":
        return False
    return path.name.lower() not in NEVER and path.suffix.lower() not in ATTACHMENTS and not path.name.endswith("~")


def _layer(default: Layer, given: object) -> Layer:
    where = f"layers.toml, [{default.name}]"
    if not isinstance(given, dict):
        raise refuse("layers.toml", "bad_setting", detail=f"{where}: not a table")
    known = {field.name for field in fields(Layer)} - {"name"}
    for key, value in given.items():
        wanted = str if key == "folder" else int
        if key not in known:
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
        here = Path(folder).relative_to(sources)
        below[:] = sorted(name for name in below if is_source(here / name))
        yield from (here / name for name in sorted(names) if is_source(here / name))


def _layer_of(path: Path, layers: Mapping[str, Layer]) -> str:
    for layer in layers.values():
        if path.is_relative_to(layer.folder):
            return layer.name
    return "changelog" if _IS_CHANGELOG.match(path.name) else "faq"


def read_source(sources: Path, name: str) -> bytes:
    """The bytes of the source at the path `name`. Raises SourceError when it cannot be read."""
    if changelog.is_name(name):
        return changelog.read(sources, name)
    path = sources / name
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise refuse(name, "too_large", size=size // 2**20, limit=MAX_BYTES // 2**20)
        return path.read_bytes()
    except OSError as fault:
        raise refuse(name, "unreadable", detail=fault.strerror) from fault
