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
_SEVERAL = ("question", "answer", "aliases", "negatives", "category", "private", "text")  # roles of several columns
_BY_LAST_WORD = ("question", "answer", "text", "category", "url", "updated", "status")  # 文章标题 is a 标题
# Of two columns for a speaker the better one:
_TELLS_ROLE = re.compile(r"(?i)(role|角色|(?:from|sender|author|user).?type|(?:发送|发言).类型)\W*$")
_LONGEST = 8  # characters of a header that is named by its last word
_LANGUAGES = {"zh", "cn", "tw", "hk", "en", "us", "uk", "中文", "英文"}
_FILE = Path(__file__).with_name("columns.toml")


def roles(header: str) -> tuple[Role, ...]:
    """The roles that a header can have, the likeliest first; empty for a column of the editor's own."""
    return _known().get(normal(header), ())


@cache
def likely_roles(header: str) -> tuple[Role, ...]:
    """`roles`, or those of a header in two languages (问题/Question), or of its last word (文章标题)."""
    if found := roles(header):
        return found
    folded = unicodedata.normalize("NFKC", header).lower()
    parts = [part for part in re.findall(r"[a-z]+|[\u4e00-\u9fff]+", folded) if part not in _LANGUAGES]
    shared = [role for role in roles(parts[0]) if all(role in roles(part) for part in parts)] if parts else []
    if shared or not re.fullmatch(rf"[\u4e00-\u9fff]{{3,{_LONGEST}}}", normal(header)):
        return tuple(shared)
    tails = (normal(header)[at:] for at in range(1, len(normal(header)) - 1))
    return next((kept for tail in tails if (kept := tuple(r for r in roles(tail) if r in _BY_LAST_WORD))), ())


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

    def named(self, role: Role, cells: Sequence[str]) -> list[tuple[str, str]]:
        """The filled cells of a role, each behind its header."""
        return [(self.headers[at], cells[at]) for at in self.by_role.get(role, ()) if at < len(cells) and cells[at]]

    def own(self, cells: Sequence[str]) -> list[tuple[str, str]]:
        """The filled cells under headers of the editor's own, each behind its header."""
        used = {at for places in self.by_role.values() for at in places}
        pairs = enumerate(zip(self.headers, cells, strict=False))
        return [(header, cell) for at, (header, cell) in pairs if at not in used and header.strip() and cell]

    def values(self, role: Role, cells: Sequence[str]) -> list[str]:
        return [cell for _, cell in self.named(role, cells)]

    def first(self, role: Role, cells: Sequence[str]) -> str:
        return next(iter(self.values(role, cells)), "")


def header_columns(cells: Sequence[str], wanted: frozenset[Role]) -> Columns:
    """Give each header the first of its possible roles that is wanted and, for single roles, still free."""
    by_role: dict[Role, tuple[int, ...]] = {}
    ranked = sorted(range(len(cells)), key=lambda at: not _TELLS_ROLE.search(cells[at]))
    for at, header in ((at, cells[at]) for at in ranked):
        for role in likely_roles(header):
            if role in wanted and (role not in by_role or role in _SEVERAL):
                by_role[role] = tuple(sorted((*by_role.get(role, ()), at)))
                break
    return Columns(tuple(cells), by_role)
