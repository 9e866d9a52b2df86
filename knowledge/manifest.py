"""What a generation says about itself, as one JSON file beside its data: written once, read by everybody."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from knowledge.errors import IndexFault
from knowledge.types import Layer, Problem

FORMAT = 1  # of the generation's folder; another format is rebuilt, never guessed at

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One source as this generation holds it; `problems` were found when it was last read."""

    path: str
    layer: str
    sha256: str  # of the bytes last seen, also when they were faulty and older entries serve
    entries: int
    held: int = 0  # exchanges in quarantine
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """`generation` names the folder; what is listed here decides whether its parts can be reused."""

    generation: str
    created: str  # ISO 8601, UTC
    embedder: str  # fingerprint
    scrubber: str  # knowledge.scrubbing.VERSION
    words: str  # knowledge.words.VERSION: cached tokens of another version are cut again
    layers: tuple[Layer, ...]
    sources: tuple[SourceRecord, ...]
    entries: int  # in service
    chunks: int
    inputs: str = ""  # hash of what editors decide beside the sources: golden questions, quarantine
    stale_from: date | None = None  # on this day an entry enters or leaves by its date
    drift: int = 0  # chunks that came or went since the calibration was fitted
    tombstones: int = 0  # vectors deleted since the vector files were last written afresh
    scores: Mapping[str, float] = field(default_factory=dict)
    held_back: str = ""  # why it does not serve
    verified: bool = False  # opened and asked in a fresh process; without it a generation is unfinished
    format: int = FORMAT


def write_manifest(manifest: Manifest, path: Path) -> None:
    """Replace the file at `path` whole."""
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(asdict(manifest), ensure_ascii=False, default=date.isoformat), encoding="utf-8")
    draft.replace(path)


def read_manifest(path: Path) -> Manifest:
    """Raise IndexFault where the file is missing, damaged or of another format."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["format"] != FORMAT:
            raise IndexFault(f"{path}: format {found['format']}, this version reads {FORMAT}; run: kb reindex --full")
        records = tuple(
            SourceRecord(**{**record, "problems": tuple(Problem(**problem) for problem in record["problems"])})
            for record in found.pop("sources")
        )
        layers = tuple(Layer(**layer) for layer in found.pop("layers"))
        stale = found.pop("stale_from")
        until = date.fromisoformat(stale) if stale else None
        return Manifest(**found, sources=records, layers=layers, stale_from=until)
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise IndexFault(f"{path}: cannot be read ({fault}); run: kb reindex --full") from fault
