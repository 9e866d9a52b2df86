"""A company's own words: kb_sources/_scrubbing/stop.txt (never a name or a place) and deny.txt (always masked).

One value a line, # starts a comment; in deny.txt a type may stand before a tab (`ADDRESS<TAB>翠苑基地`). The lists count
into the scrubber's version, so that a changed list re-scrubs every log.
"""

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from knowledge.scrubbing.ner import Persons, load_persons

VERSION = "5"  # of the rules; written into every generation, a newer one scrubs the chat logs anew
FOLDER = "_scrubbing"  # under kb_sources/: an underscore is never a source
EVERY_LAYER = "every_layer.txt"  # an empty file: FAQ and changelog are scrubbed like chat logs


@dataclass(frozen=True, slots=True)
class Lists:
    """`stop` values are folded to lower case; `deny` holds (type, value), type "" where the editor gave none."""

    stop: frozenset[str] = frozenset()
    deny: tuple[tuple[str, str], ...] = ()
    persons: Persons | None = None  # an optional model, see ner.py
    every_layer: bool = False  # not only chat logs: of what agents attach to a conversation


NO_LISTS = Lists()


def load_lists(sources: Path) -> Lists:
    """Read the lists of `sources` (kb_sources/); a missing file is an empty list. Raises KnowledgeError for a wrong model."""
    deny = (line.rpartition("\t") for line in _lines(sources / FOLDER / "deny.txt"))
    stop = frozenset(line.casefold() for line in _lines(sources / FOLDER / "stop.txt"))
    model = _lines(sources / FOLDER / "ner.txt")[:1]
    persons = load_persons(sources / FOLDER / model[0]) if model else None  # an absolute path replaces the folder
    denied = tuple((kind.strip(), value.strip()) for kind, _, value in deny)
    return Lists(stop, denied, persons, (sources / FOLDER / EVERY_LAYER).is_file())


def fingerprint(sources: Path) -> str:
    """The version of rules and lists together."""
    files = [sources / FOLDER / name for name in ("deny.txt", "stop.txt", "ner.txt", EVERY_LAYER)]
    held = [file.read_bytes() for file in files if file.is_file()]
    return f"{VERSION}-{blake2b(b'|'.join(held), digest_size=4).hexdigest()}" if held else VERSION


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
