"""Simplified Markdown becomes blocks: the top-level pieces of a page, each with its lines, so that none is split."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.parsing.grids import Row
from knowledge.parsing.markup import Token, parser
from knowledge.parsing.tags import Line

_KINDS = {
    "heading_open": "heading", "paragraph_open": "paragraph", "table_open": "table", "blockquote_open": "quote",
    "bullet_list_open": "list", "ordered_list_open": "list",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level piece of a page. `title` is a heading's text, or the bold question that a paragraph begins with."""

    kind: str  # heading, paragraph, table, list, quote, other
    lines: tuple[Line, ...]
    level: int = 0
    title: str = ""
    rows: tuple[Row, ...] = ()

    @property
    def line(self) -> int:
        return self.lines[0][0]

    @property
    def text(self) -> str:
        return "\n".join(said for _, said in self.lines)


def blocks_of(lines: Sequence[Line]) -> list[Block]:
    """The top-level pieces of simplified lines."""
    tokens = parser().parse("\n".join(said for _, said in lines))
    blocks = []
    for at, token in enumerate(tokens):
        if token.level or token.map is None or token.nesting < 0 or token.type == "hr":
            continue
        own = tuple(lines[token.map[0] : token.map[1]])
        while own and not own[-1][1].strip():
            own = own[:-1]
        if not own:
            continue
        kind = _KINDS.get(token.type, "other")
        content = tokens[at + 1].content if kind in ("heading", "paragraph") else ""
        title = content if kind == "heading" else bold_start(content)
        rows = tuple(table_rows(tokens, at, lines)) if kind == "table" else ()
        blocks.append(Block(kind, own, int(token.tag[1]) if kind == "heading" else 0, title, rows))
    return blocks


def bold_start(content: str) -> str:
    """The bold words that a paragraph begins with."""
    found = re.match(r"^(\*\*|__)(?=\S)(.+?)\1", content, re.DOTALL)
    return found[2] if found else ""


def table_rows(tokens: Sequence[Token], at: int, lines: Sequence[Line]) -> Iterator[Row]:
    cells: list[str] = []
    line = 1
    for token in tokens[at:]:
        if token.type == "tr_open" and token.map:
            cells, line = [], lines[token.map[0]][0]
        elif token.type == "inline":
            cells.append(token.content.strip())
        elif token.type == "tr_close" and any(cells):  # Word's tables come with an empty header
            yield Row(line, tuple(cells))
        elif token.type == "table_close":
            return
