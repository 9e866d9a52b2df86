"""A changelog is entered: each change with version, date, category, and whether it is released. Knows no git."""

import json
import re
from collections.abc import Mapping, Sequence

from knowledge.parsing.changes import COLUMNS, Change, change_key, parse_changes, row_change, unlinked
from knowledge.parsing.columns import Columns, header_columns
from knowledge.parsing.grids import Grid, Row
from knowledge.parsing.ledger import Details, Ledger
from knowledge.parsing.questions import plain
from knowledge.parsing.releases import Release
from knowledge.parsing.rows import HEADER_WITHIN, joined, skip_above

TITLE = 120  # characters of a change that its title shows


def read_changelog(text: str, ledger: Ledger, since: Mapping[str, str] | None = None) -> None:
    """Enter every change of a changelog; `since` tells for change keys which commit brought them."""
    path = "" if "#" in ledger.source.path else ledger.source.path  # files beside it in git are not ours to link to
    changes, releases, before = parse_changes(text, path, ledger.today)
    if not releases:
        return ledger.skip(1, "no_release")
    if before:
        ledger.note(before, "preamble")
    _remark(releases, changes, ledger)
    for change in changes:
        _enter(change, (since or {}).get(change_key(change), ""), ledger)
    return None


def read_history(data: bytes, ledger: Ledger) -> None:
    """Enter a changelog that knowledge.changelog took from git: its text at HEAD, and since when each change stands."""
    history = json.loads(data)
    read_changelog(history["text"], ledger, history["since"])


def read_change_table(grid: Grid, ledger: Ledger) -> bool:
    """Enter a table that has a version and a text in each row; False when it has no such columns."""
    for at, row in enumerate(grid.rows[:HEADER_WITHIN]):
        columns = header_columns(row.cells, COLUMNS)
        if {"version", "text"} <= columns.by_role.keys():
            skip_above(grid.rows[:at], ledger)
            for line in grid.rows[at + 1 :]:
                _read_change_row(columns, line, ledger)
            return True
    return False


def _read_change_row(columns: Columns, row: Row, ledger: Ledger) -> None:
    change = row_change(columns, row, ledger.today)
    if isinstance(change, Change):
        return _enter(change, "", ledger)
    code = "empty_answer" if change else "not_a_row"
    return ledger.skip(row.line, code, title=joined(row.cells), detail=joined(row.cells))


def _enter(change: Change, since: str, ledger: Ledger) -> None:
    release = change.release
    first = plain(unlinked(change.text.split("\n")[0])).strip("-* ")
    name = f"v{release.version}" if re.match(r"\d+(?!\d*-\d\d-)", release.version) else release.version
    parts = [name, change.category, *([change.topic] if change.topic else []), first[:TITLE]]
    text = (
        f"{change.topic}: {change.text}" if change.topic and not change.text.startswith(change.topic) else change.text
    )
    details = Details(
        category=change.category, url=release.url, updated=release.day, released=release.released,
        version="" if release.version == "Unreleased" else release.version, since=since,
    )  # fmt: skip
    text = f"{text}\n\n（已撤回 / yanked）" if release.yanked else text
    ledger.add(" · ".join(parts), text, change.line, "change", details)


def _remark(releases: Sequence[Release], changes: Sequence[Change], ledger: Ledger) -> None:
    filled = {id(change.release) for change in changes}
    seen: set[str] = set()
    for release in releases:
        if release.day is None and release.released:
            ledger.note(release.line, "release_undated", version=release.version)
        if id(release) not in filled:
            ledger.note(release.line, "release_empty", version=release.version)
        if release.version in seen and not release.version.endswith("x"):
            ledger.note(release.line, "release_twice", version=release.version)
        seen.add(release.version)
    days = [release.day for release in releases if release.day]
    if len(days) > 2 and days == sorted(days) and days[0] != days[-1]:
        ledger.note(releases[0].line, "release_order")
