"""What a row, a line or front matter says about its entry beside question and answer: the same roles everywhere."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from knowledge.parsing.columns import Columns, Role
from knowledge.parsing.dates import read_date
from knowledge.parsing.ledger import Details, Ledger

ROLES: tuple[Role, ...] = ("aliases", "negatives", "category", "url", "updated", "valid_from", "valid_until")
_SPLIT = re.compile(r"[\n|｜；;]+")
_NO_DATE = re.compile(r"(?i)^(长期|永久|长期有效|永久有效|无|不限|-+|/|n/?a|never|forever|none)$")


def row_details(columns: Columns, cells: Sequence[str], line: int, ledger: Ledger) -> Details:
    """The details in a table row; several columns of one role are taken together."""
    said: dict[str, str] = {role: "|".join(columns.values(role, cells)) for role in ROLES if role in columns.by_role}
    return labelled(said, line, ledger)


def labelled(said: Mapping[str, str], line: int, ledger: Ledger) -> Details:
    """The details in texts by role; what is no date is remarked on and left out."""
    return Details(
        aliases=_several(said.get("aliases", "")),
        negatives=_several(said.get("negatives", "")),
        category=" / ".join(_several(said.get("category", ""))),
        url=link_of(said.get("url", "").split("|")[0]),
        updated=_day(said.get("updated", ""), line, ledger),
        valid_from=_day(said.get("valid_from", ""), line, ledger),
        valid_until=_day(re.split(r"至|到|~|～", said.get("valid_until", ""))[-1], line, ledger),
    )


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _SPLIT.split(text) if part.strip())


def _day(text: str, line: int, ledger: Ledger) -> date | None:
    text = text.split("|")[0].strip()
    if not text or _NO_DATE.match(text):
        return None
    found = read_date(text)
    if found is None:
        ledger.note(line, "bad_date", value=text[:40])
    return found


def link_of(text: str) -> str:
    """The address in a cell or line that may be Markdown, bare, or a path."""
    if found := re.search(r"\]\(\s*<?([^)\s>]+)", text):
        return found[1]
    found = re.search(r"https?://[^\s<>()（），。；\"']+", text)
    return found[0] if found else text.strip()
