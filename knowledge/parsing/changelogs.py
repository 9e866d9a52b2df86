"""A changelog becomes changes: each with version, date, category, and whether it is released. Knows no git."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge.parsing.columns import Columns, Role, header_columns
from knowledge.parsing.dates import read_date
from knowledge.parsing.grids import Grid, Row
from knowledge.parsing.ledger import Details, Ledger
from knowledge.parsing.markup import Place, Token, parser, simplify
from knowledge.parsing.questions import plain
from knowledge.parsing.releases import Release, category_of, is_date, read_release
from knowledge.parsing.rows import HEADER_WITHIN, joined, skip_above

_COMMIT = re.compile(
    r"^(?P<type>feat|fix|perf|refactor|docs|chore|build|ci|test|style|revert|security)"
    r"(?:\([^)]*\))?(?P<bang>!?):\s*(?P<text>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_COLUMNS: frozenset[Role] = frozenset(("version", "text", "time", "category"))
TITLE = 120  # characters of a change that its title shows


@dataclass(frozen=True, slots=True)
class Change:
    """One change as it stands in the file; (version, text) names it through the file's history."""

    release: Release
    category: str
    topic: str
    text: str
    line: int


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
        columns = header_columns(row.cells, _COLUMNS)
        if {"version", "text"} <= columns.by_role.keys():
            skip_above(grid.rows[:at], ledger)
            for line in grid.rows[at + 1 :]:
                _read_change_row(columns, line, ledger)
            return True
    return False


def _read_change_row(columns: Columns, row: Row, ledger: Ledger) -> None:
    named = f"{columns.first('version', row.cells)} {columns.first('time', row.cells)}"
    release = read_release(named, row.line, ledger.today)
    text = "\n".join(columns.values("text", row.cells))
    if release is None or not text:
        return ledger.skip(row.line, "empty_answer" if release else "not_a_row", title=named, detail=joined(row.cells))
    category = category_of(columns.first("category", row.cells)) or category_of(text) or "Changed"
    return _enter(Change(release, category, "", text, row.line), "", ledger)


def change_key(change: Change) -> str:
    """What stays while version and words stay, wherever the change is moved to."""
    return f"{change.release.version}\n{change.text}"


def _enter(change: Change, since: str, ledger: Ledger) -> None:
    release = change.release
    first = plain(_unlinked(change.text.split("\n")[0])).strip("-* ")
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


def parse_changes(text: str, path: str, today: date) -> tuple[list[Change], list[Release], int]:
    """All changes and releases of a changelog, and the line of text before the first release (0: none)."""
    reader = parser()
    lines = simplify(text, reader.parse(text), Place(path))
    tokens = reader.parse("\n".join(said for _, said in lines))
    numbers = [number for number, _ in lines]
    reading = _Reading(path, today, [said for _, said in lines], numbers)
    for at, token in enumerate(tokens):
        if token.level == 0 and token.map is not None and token.nesting >= 0:
            reading.take(tokens, at)
    return reading.changes, reading.releases, reading.before


class _Reading:
    """Where the reader of a changelog stands: the release, the category, the topic."""

    def __init__(self, path: str, today: date, lines: list[str], numbers: list[int]) -> None:
        self.path, self.today, self.lines, self.numbers = path, today, lines, numbers
        self.changes: list[Change] = []
        self.releases: list[Release] = []
        self.before = 0
        self.category = self.topic = ""
        self.level = self.named_at = 0

    def take(self, tokens: Sequence[Token], at: int) -> None:
        token = tokens[at]
        start, end = token.map or (0, 0)
        line = self.numbers[start]
        if token.type == "heading_open":
            self._heading(tokens[at + 1], int(token.tag[1]), line)
        elif token.type == "hr":
            return
        elif token.type == "paragraph_open" and (
            release := read_release(_shown(tokens[at + 1]), line, self.today, strict=True)
        ):
            self._begin(release, self.level or 7)
        elif not self.releases:
            self.before = self.before or line
        elif token.type.endswith("_list_open"):
            for topic, first, last in _items(tokens, at):
                self._change(topic, first, last)
        elif token.type == "paragraph_open" and self._is_note(_shown(tokens[at + 1])):
            return
        else:
            self._change("", start, end)

    def _heading(self, inline: Token, level: int, line: int) -> None:
        shown = _shown(inline)
        release = read_release(shown, line, self.today)
        if release and (level <= (self.level or level) or re.match(r"^\W*v?\d+\.\d+\.\d+", shown)):
            address = next(
                (str(child.attrs.get("href")) for child in inline.children or [] if child.type == "link_open"), ""
            )
            self._begin(replace(release, url=address), level)
        elif self.releases:
            self._name(shown, level)

    def _begin(self, release: Release, level: int) -> None:
        self.level = min(self.level or level, level)
        self.releases.append(release)
        self.category = self.topic = ""

    def _name(self, shown: str, level: int) -> None:
        """A heading below a release: a category, or a topic, which is within a category only where it stands deeper."""
        category = category_of(shown)
        if category and len(shown) <= 40:
            self.category, self.topic, self.named_at = category, "", level
        else:
            self.topic = shown
            self.category = self.category if level > self.named_at else ""

    def _is_note(self, shown: str) -> bool:
        """A release's date on a line of its own, or a category in bold."""
        if is_date(shown) and self.releases and not any(change.release is self.releases[-1] for change in self.changes):
            dated = self._with_day(self.releases[-1], read_date(shown))
            self.releases[-1] = dated
            return True
        if re.fullmatch(r"\([\w.-]+\)=", shown):  # a MyST anchor
            return True
        if len(shown) <= 20 and "\n" not in shown and category_of(shown) and re.fullmatch(r"\W*\w+(\s\w+)?\W*", shown):
            self._name(shown.strip("*:：【】[] "), 7)
            return True
        return False

    def _with_day(self, release: Release, day: date | None) -> Release:
        return replace(release, day=day, released=release.released and not (day and day > self.today))

    def _change(self, topic: str, start: int, end: int) -> None:
        text = _dedented(self.lines[start:end])
        if not plain(text).strip("-* \n"):
            return
        category, topic = self.category, " · ".join(part for part in (self.topic, topic) if part)
        if told := _COMMIT.match(text):
            category = "Changed" if told["bang"] else category_of(told["type"]) or "Changed"
        category = category or category_of(plain(_unlinked(text))) or "Changed"
        self.changes.append(Change(self.releases[-1], category, topic, text, self.numbers[start]))


def _shown(inline: Token) -> str:
    """What a reader sees of a heading: no links, tags or marks."""
    return "".join(
        "\n" if child.type in ("softbreak", "hardbreak") else child.content
        for child in inline.children or []
        if child.type in ("text", "code_inline", "softbreak", "hardbreak", "text_special")
    ).strip()


def _unlinked(text: str) -> str:
    """A change's words without addresses, issue numbers, names and commits, for its title."""
    text = re.sub(r"\(?\[(?:[#@][\w-]+|[\w./-]+#\d+|[0-9a-f]{7,40})\]\([^)]*\)\)?", "", text)
    return " ".join(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).split())


def _items(tokens: Sequence[Token], at: int) -> Iterator[tuple[str, int, int]]:
    """The items of a list as (topic, first line, last line); an item that only names a group is a topic."""
    base = tokens[at].level
    depth = base + 1
    for place in range(at + 1, len(tokens)):
        token = tokens[place]
        if token.level == base:
            return
        if token.type != "list_item_open" or token.level != depth or token.map is None:
            continue
        inner = _inner_list(tokens, place)
        head = _shown(tokens[place + 2]) if tokens[place + 1].type == "paragraph_open" else ""
        if (
            inner is not None
            and head
            and len(head) <= 40
            and "\n" not in head
            and not re.search(r"[。.!；;]$|[#@]", head)
        ):
            for topic, first, last in _items(tokens, inner):
                yield " · ".join(part for part in (head.rstrip(":："), topic) if part), first, last
        else:
            yield "", token.map[0], token.map[1]


def _inner_list(tokens: Sequence[Token], place: int) -> int | None:
    """Where the only list inside a list item begins, after its first paragraph; None when it holds anything else."""
    level = tokens[place].level + 1
    inside = []
    for at in range(place + 1, len(tokens)):
        if tokens[at].level < level:
            break
        if tokens[at].level == level and tokens[at].nesting >= 0:
            inside.append((at, tokens[at].type))
    kinds = [kind for _, kind in inside if kind != "inline"]
    return (
        inside[-1][0] if len(kinds) == 2 and kinds[0] == "paragraph_open" and kinds[1].endswith("_list_open") else None
    )


def _dedented(lines: Sequence[str]) -> str:
    """An item's lines without its marker and the indentation it gives."""
    found = re.match(r"^\s*(?:[-*+]|\d+[.)])\s+", lines[0]) if lines else None
    width = found.end() if found else 0
    rest = [re.sub(rf"^ {{0,{width}}}", "", line) for line in lines[1:]]
    return "\n".join([lines[0][width:], *rest]).strip() if lines else ""
