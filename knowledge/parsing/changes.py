"""The text of a changelog becomes changes and releases, in the order of the file. Knows no ledger and no git."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile

from knowledge.parsing.blocks import table_rows
from knowledge.parsing.columns import Columns, Role, header_columns, roles
from knowledge.parsing.dates import read_date
from knowledge.parsing.grids import Row
from knowledge.parsing.markup import Place, Token, parser, simplify
from knowledge.parsing.questions import plain
from knowledge.parsing.releases import Release, category_of, is_date, read_release
from knowledge.parsing.tags import Line

_COMMIT = re.compile(
    r"^(?P<type>feat|fix|perf|refactor|docs|chore|build|ci|test|style|revert|security)"
    r"(?:\([^)]*\))?(?P<bang>!?):\s*(?P<text>.+)$",
    re.IGNORECASE | re.DOTALL,
)
COLUMNS: frozenset[Role] = frozenset(("version", "text", "time", "category"))
_LABELLED = re.compile(  # a version and its date on two lines of their own
    r"(?im)^(?:版本号?|version)[ \t]*[:：][ \t]*(?P<version>v?\d[\w.+-]*)[ \t]*\n"
    r"(?:(?:发布|更新|上线)?(?:日期|时间)|(?:release )?date)[ \t]*[:：][ \t]*(?P<day>[^\n]+)$"
)
_ITEM = re.compile(r"^\s*(?:(?:[-*+]|\d+[.)])\s+|\d+[、．）]\s*|[•·●▪◆]\s*)")  # also what is no list in Markdown
_LABEL = re.compile(r"\W*(\w{1,12})\W*[:：]\W*")


@dataclass(frozen=True, slots=True)
class Change:
    """One change as it stands in the file; (version, text) names it through the file's history."""

    release: Release
    category: str
    topic: str
    text: str
    line: int


def row_change(columns: Columns, row: Row, today: date) -> Change | Release | None:
    """The change in a row; its release where it says nothing of it; None for a row without a version."""
    named = f"{columns.first('version', row.cells)} {columns.first('time', row.cells)}"
    release = read_release(named, row.line, today)
    text = "\n".join(columns.values("text", row.cells))
    if release is None or not text:
        return release
    category = category_of(columns.first("category", row.cells)) or category_of(text) or "Changed"
    return Change(release, category, "", text, row.line)


def change_key(change: Change) -> str:
    """What stays while version and words stay, wherever the change is moved to."""
    return f"{change.release.version}\n{change.text}"


def parse_changes(text: str, path: str, today: date) -> tuple[list[Change], list[Release], int]:
    """All changes and releases of a changelog, and the line of text before the first release (0: none)."""
    text = _LABELLED.sub(r"## \g<version> (\g<day>)\n", text)
    reader = parser()
    lines = simplify(text, reader.parse(text), Place(path))
    tokens = reader.parse("\n".join(said for _, said in lines))
    reading = _Reading(today, lines)
    for at, token in enumerate(tokens):
        if token.level == 0 and token.map is not None and token.nesting >= 0:
            reading.take(tokens, at)
    return reading.changes, reading.releases, reading.before


class _Reading:
    """Where the reader of a changelog stands: the release, the category, the topic."""

    def __init__(self, today: date, lines: Sequence[Line]) -> None:
        self.today, self.lines = today, lines
        self.changes: list[Change] = []
        self.releases: list[Release] = []
        self.before = 0
        self.category = self.topic = ""
        self.level = self.named_at = 0

    def take(self, tokens: Sequence[Token], at: int) -> None:
        token = tokens[at]
        start, end = token.map or (0, 0)
        line = self.lines[start][0]
        if token.type == "heading_open":
            self._heading(tokens[at + 1], int(token.tag[1]), line)
        elif token.type == "hr":
            return
        elif token.type == "paragraph_open" and (
            release := read_release(_shown(tokens[at + 1]), line, self.today, strict=True)
        ):
            self._begin(release, self.level or 7)
        elif self._table(tokens, at) or self._release_list(tokens, at):
            return
        elif not self.releases:
            self.before = self.before or line
        elif token.type.endswith("_list_open"):
            for topic, first, last in _items(tokens, at):
                self._change(topic, first, last)
        elif token.type == "paragraph_open" and self._is_note(_shown(tokens[at + 1])):
            return
        else:
            for first, last in self._marked_lines(start, end):
                self._change("", first, last)

    def _table(self, tokens: Sequence[Token], at: int) -> bool:
        """Read a table that has a version and a text in each row; False for any other."""
        if tokens[at].type != "table_open":
            return False
        header, *rows = [*table_rows(tokens, at, self.lines)] or [Row(1, ())]
        columns = header_columns(header.cells, COLUMNS)
        found = [row_change(columns, row, self.today) for row in rows]
        if not {"version", "text"} <= columns.by_role.keys() or None in found:
            return False
        for one in found:
            release = one.release if isinstance(one, Change) else one
            if release and not (self.releases and self.releases[-1].version == release.version):
                self.releases.append(release)
            if isinstance(one, Change):
                self.changes.append(replace(one, release=self.releases[-1]))
        return True

    def _release_list(self, tokens: Sequence[Token], at: int) -> bool:
        """Read a list whose items are releases with the list of their changes; False for any other."""
        items = _children(tokens, at) if tokens[at].type.endswith("_list_open") else []
        inner = [_inner_list(tokens, place) for place in items]
        lines = [self.lines[(tokens[place].map or (0, 0))[0]][0] for place in items]
        named = [
            read_release(_shown(tokens[place + 2]), line, self.today, strict=True)
            for place, line in zip(items, lines, strict=True)
        ]
        if not items or None in inner or None in named:
            return False
        for release, place in zip(named, inner, strict=True):
            if release is not None and place is not None:
                self._begin(release, 7)
                for topic, first, last in _items(tokens, place):
                    self._change(topic, first, last)
        return True

    def _marked_lines(self, start: int, end: int) -> list[tuple[int, int]]:
        """The lines of a paragraph one by one where each begins like an item; else the paragraph whole."""
        first = start + bool(end - start > 1 and _LABEL.fullmatch(self.lines[start][1]))
        lines = [said for _, said in self.lines[first:end]]
        if len(lines) > 1 and all(_ITEM.match(line) or category_of(line) for line in lines):
            return [(at, at + 1) for at in range(first, end)]
        return [(start, end)]

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
            release, day = self.releases[-1], read_date(shown)
            self.releases[-1] = replace(release, day=day, released=release.released and not (day and day > self.today))
            return True
        label = _LABEL.fullmatch(shown)
        if re.fullmatch(r"\([\w.-]+\)=", shown) or (label and roles(label[1])):  # a MyST anchor; 更新内容：
            return True
        if len(shown) <= 20 and "\n" not in shown and category_of(shown) and re.fullmatch(r"\W*\w+(\s\w+)?\W*", shown):
            self._name(shown.strip("*:：【】[] "), 7)
            return True
        return False

    def _change(self, topic: str, start: int, end: int) -> None:
        text = _dedented([said for _, said in self.lines[start:end]])
        if not plain(text).strip("-* \n"):
            return
        category, topic = self.category, " · ".join(part for part in (self.topic, topic) if part)
        if told := _COMMIT.match(text):
            category = "Changed" if told["bang"] else category_of(told["type"]) or "Changed"
        category = category or category_of(plain(unlinked(text))) or "Changed"
        self.changes.append(Change(self.releases[-1], category, topic, text, self.lines[start][0]))


def _shown(inline: Token) -> str:
    """What a reader sees of a heading: no links, tags or marks."""
    return "".join(
        "\n" if child.type in ("softbreak", "hardbreak") else child.content
        for child in inline.children or []
        if child.type in ("text", "code_inline", "softbreak", "hardbreak", "text_special")
    ).strip()


def unlinked(text: str) -> str:
    """A change's words without addresses, issue numbers, names and commits, for its title."""
    text = re.sub(r"\(?\[(?:[#@][\w-]+|[\w./-]+#\d+|[0-9a-f]{7,40})\]\([^)]*\)\)?", "", text)
    return " ".join(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).split())


def _items(tokens: Sequence[Token], at: int) -> Iterator[tuple[str, int, int]]:
    """The items of a list as (topic, first line, last line); an item that only names a group is a topic."""
    for place in _children(tokens, at):
        token = tokens[place]
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
            yield "", *(token.map or (0, 0))


def _children(tokens: Sequence[Token], at: int) -> list[int]:
    """Where the blocks that stand directly in the block at `at` begin."""
    level = tokens[at].level
    inside = takewhile(lambda place: tokens[place].level > level, range(at + 1, len(tokens)))
    return [place for place in inside if tokens[place].level == level + 1 and tokens[place].nesting >= 0]


def _inner_list(tokens: Sequence[Token], place: int) -> int | None:
    """Where the only list inside a list item begins, after its first paragraph; None when it holds anything else."""
    inside = _children(tokens, place)
    if len(inside) != 2 or tokens[inside[0]].type != "paragraph_open":
        return None
    return inside[1] if tokens[inside[1]].type.endswith("_list_open") else None


def _dedented(lines: Sequence[str]) -> str:
    """An item's lines without its marker and the indentation it gives."""
    found = _ITEM.match(lines[0]) if lines else None
    width = found.end() if found else 0
    rest = [re.sub(rf"^ {{0,{width}}}", "", line) for line in lines[1:]]
    return "\n".join([lines[0][width:], *rest]).strip() if lines else ""
