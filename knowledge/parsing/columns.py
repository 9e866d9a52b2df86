"""The headers that editors write, in Chinese and English (columns.toml), as the roles that each of them can have."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Role = Literal[
    "question", "answer", "aliases", "negatives", "category", "url", "updated", "valid_from", "valid_until", "version",
    "status", "number", "dialogue", "speaker", "message", "time", "resolved", "private", "text", "handler",
]  # fmt: skip
_SEVERAL = (
    "question",
    "answer",
    "aliases",
    "negatives",
    "category",
    "private",
    "text",
)  # roles of more than one column
_FILE = Path(__file__).with_name("columns.toml")


def roles(header: str) -> tuple[Role, ...]:
    """The roles that a header can have, the likeliest first; empty for a column of the editor's own."""
    return _known().get(normal(header), ())


@cache
def normal(header: str) -> str:
    """A header as it is compared: full-width and case folded, without brackets, marks, blanks and a trailing number."""
    folded = unicodedata.normalize("NFKC", header).lower()
    folded = re.sub(r"[(\[【].*?[)\]】]", "", folded)
    folded = re.sub(r"[\s_*:\-/\"'“”`]+", "", folded)
    return re.sub(r"(?<=\D)\d{1,2}$", "", folded) or folded


@cache
def _known() -> dict[str, tuple[Role, ...]]:
    found: dict[str, tuple[Role, ...]] = {}
    tables: dict[Role, str] = tomllib.loads(_FILE.read_text(encoding="utf-8"))  # type: ignore[assignment]
    for role, words in tables.items():
        for key in {normal(word) for word in words.split(",") if word.strip()}:
            found[key] = (*found.get(key, ()), role)
    return found


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column has which role; `width` headers; columns without a role are the editor's own."""

    headers: tuple[str, ...]
    by_role: Mapping[Role, tuple[int, ...]]

    def values(self, role: Role, cells: Sequence[str]) -> list[str]:
        return [cells[at] for at in self.by_role.get(role, ()) if at < len(cells) and cells[at]]

    def first(self, role: Role, cells: Sequence[str]) -> str:
        return next(iter(self.values(role, cells)), "")


def header_columns(cells: Sequence[str], wanted: frozenset[Role]) -> Columns:
    """Give each header the first of its possible roles that is wanted and, for single roles, still free."""
    by_role: dict[Role, tuple[int, ...]] = {}
    for at, header in enumerate(cells):
        for role in roles(header):
            if role in wanted and (role not in by_role or role in _SEVERAL):
                by_role[role] = (*by_role.get(role, ()), at)
                break
    return Columns(tuple(cells), by_role)
