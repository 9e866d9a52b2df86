"""A Markdown page becomes entries: questions with their whole answers, other sections under their path."""

import html
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import PurePosixPath

import yaml

from knowledge.parsing.blocks import Block, blocks_of
from knowledge.parsing.columns import roles
from knowledge.parsing.details import labelled
from knowledge.parsing.grids import Grid
from knowledge.parsing.ledger import Details, Ledger
from knowledge.parsing.markup import MAX_NESTING, Place, parser, simplify
from knowledge.parsing.problems import refuse
from knowledge.parsing.questions import asks_plainly, bare, is_question, plain
from knowledge.parsing.tables import faq_columns, read_table
from knowledge.parsing.units import Unit, begins_with_answer, read_units, without_labels
from knowledge.types import EntryKind

MAX_PAGE = 4 * 2**20  # characters; a page of some thousand printed ones
MAX_LINE = 20_000  # characters of one line of a page: base64 pictures and minified code are longer
_FAQ = re.compile(r"(?i)\bfaqs?\b|q\s*&\s*a|frequently asked|常见问题|常見問題|答疑|问答|問答")
_TOML = re.compile(r"\A\+\+\+\n(.*?\n)\+\+\+[ \t]*(?=\n|\Z)", re.DOTALL)
_CONTENTS = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+\[[^\]]*\]\(#[^)]*\)\s*")  # an item of a table of contents
_ANCHOR = re.compile(r"\s*\{#[^}]*\}\s*$")


@dataclass(slots=True)
class Section:
    """A heading and what stands below it up to the next one."""

    level: int
    title: str
    line: int
    path: tuple[str, ...]
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """All sections of a page, and what a heading's neighbours tell about it."""

    sections: tuple[Section, ...]
    asking: frozenset[tuple[str, ...]]  # paths below which most headings ask
    parents: frozenset[int]  # lines of headings with deeper ones below
    repeated: frozenset[str]  # headings that stand on the page more than once
    title_line: int  # of its only level-1 heading, which names the page; 0 without one

    def is_faq(self, section: Section) -> bool:
        """Whether the heading, or one above it, says that questions follow."""
        return any(_FAQ.search(title) for title in (*section.path, section.title))

    def asks(self, section: Section) -> bool:
        """Whether a heading is a question of its own; without a question mark only among others that ask."""
        if section.level == 0 or (section.level == 1 and self.title_line == section.line):
            return False
        if is_question(section.title) and asks_plainly(section.title):
            return True
        among = section.path in self.asking
        return among and (is_question(section.title) or section.line not in self.parents)


def read_page(text: str, ledger: Ledger) -> None:
    """Enter every question and section of a Markdown page into the ledger."""
    text = _bounded(text, ledger)
    toml = _TOML.match(text)
    if toml:
        text = "\n" * toml[0].count("\n") + text[toml.end() :]
    tokens = parser().parse(text)
    if any(token.level >= MAX_NESTING - 1 for token in tokens):
        ledger.note(1, "too_deep", limit=MAX_NESTING)
    written = toml[1] if toml else next((token.content for token in tokens if token.type == "front_matter"), "")
    front = _front_matter(written, tomllib.loads if toml else yaml.safe_load, ledger)
    title = str(front.get("title") or "")
    details = _page_details(front, ledger)
    lines = simplify(text, tokens, Place(ledger.source.path, details.url))
    sections = _sections(blocks_of(lines), title)
    page = _page_of(sections, ledger.source.path)
    at = 0
    while at < len(sections):
        section, at = _whole(page, at)
        _read_section(section, page, details, ledger)


def _bounded(text: str, ledger: Ledger) -> str:
    """The page without endless lines, which would take the reader minutes. Raises SourceError for an endless page."""
    if len(text) > MAX_PAGE:
        raise refuse(ledger.source.path, "too_large", size=len(text) // 2**20, limit=MAX_PAGE // 2**20)
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            ledger.skip(number, "long_line", length=len(line))
            lines[number - 1] = ""
    return "\n".join(lines)


def _front_matter(content: str, read: Callable[[str], object], ledger: Ledger) -> dict[str, object]:
    if not content:
        return {}
    try:
        found = read(content)
    except (yaml.YAMLError, ValueError, RecursionError) as fault:  # what TOML raises is a ValueError
        ledger.note(1, "bad_front_matter", detail=" ".join(str(fault).split())[:80])
        return {}
    return {str(key): value for key, value in found.items()} if isinstance(found, dict) else {}


def _page_details(front: dict[str, object], ledger: Ledger) -> Details:
    """What front matter says for the whole page, by the same names as table headers."""
    said: dict[str, str] = {}
    for key, value in front.items():
        text = "|".join(map(str, value)) if isinstance(value, list) else str(value)
        if value is None or isinstance(value, dict):
            continue
        role = "updated" if key in ("date", "lastmod") else next(iter(roles(key)), key)
        said.setdefault("url" if key in ("slug", "permalink") and "://" in text else role, text)
    return labelled({role: text for role, text in said.items() if text}, 1, ledger)


def _sections(blocks: Sequence[Block], page: str) -> list[Section]:
    sections = [Section(0, page, blocks[0].line if blocks else 1, (page,) if page else ())]
    above: list[Section] = []
    for block in blocks:
        if block.kind != "heading":
            sections[-1].blocks.append(block)
            continue
        title = _ANCHOR.sub("", html.unescape(" ".join(block.title.split())))
        above = [section for section in above if section.level < block.level]
        path = tuple(section.title for section in above)
        page_path = (page,) if page and page not in (*path, title) else ()
        section = Section(block.level, title, block.line, (*page_path, *map(plain, path)))
        above.append(section)
        sections.append(section)
    return sections


def _page_of(sections: Sequence[Section], path: str) -> Page:
    parents = frozenset(one.line for one, after in pairwise(sections) if after.level > one.level > 0)
    first = [section for section in sections if section.level == 1]
    title_line = first[0].line if len(first) == 1 and len(sections) > 2 else 0
    groups: dict[tuple[str, ...], list[bool]] = {}
    for section in sections[1:]:
        if section.line != title_line:
            groups.setdefault(section.path, []).append(is_question(section.title))
    named = bool(_FAQ.search(path.rsplit("/", 1)[-1]))
    asking = {at for at, asks in groups.items() if 2 * sum(asks) > len(asks) or named or _FAQ.search(" ".join(at))}
    titles = Counter(section.title for section in sections)
    repeated = frozenset(title for title, count in titles.items() if count > 1)
    return Page(tuple(sections), frozenset(asking), parents, repeated, title_line)


def _whole(page: Page, at: int) -> tuple[Section, int]:
    """A question's section together with the deeper ones that do not ask: parts of its answer."""
    section, after = page.sections[at], at + 1
    if not is_question(section.title) or not page.asks(section):
        return section, after
    following = after
    while following < len(page.sections) and page.sections[following].level > section.level:
        following += 1
    below = page.sections[after:following]
    if any(page.asks(other) and (asks_plainly if section.blocks else is_question)(other.title) for other in below):
        return section, after
    for other in below:
        heading = Block("other", ((other.line, f"{'#' * other.level} {other.title}"),))
        section.blocks += [heading, *other.blocks]
    return section, following


def _read_section(section: Section, page: Page, details: Details, ledger: Ledger) -> None:
    asks = page.asks(section)
    heading = bare(section.title) if asks else plain(section.title)
    names = tuple(name for name in section.path if name)
    for block in section.blocks:
        if _is_faq_table(block):
            read_table(Grid(block.rows), ledger, replace(details, category=" / ".join((*names, heading))))
    blocks = [block for block in section.blocks if not _is_faq_table(block)]
    asking = asks and is_question(section.title)
    own, *questions = read_units(blocks, asking, loose=len(page.sections) == 1 or page.is_faq(section))
    asks = asks and (asking or not questions)  # a heading among questions that holds some itself only groups them
    for unit in questions:
        alone = len(questions) == 1 and section.level > 0
        path = names if alone else (*names, heading)
        _enter(bare(unit.title or ""), unit, "faq", _around(details, path, (heading,) if alone else ()), ledger)
    path_title = " › ".join(dict.fromkeys(name for name in (*names, heading) if name))
    around = _around(details, names)
    own.line = section.line
    if asks or (section.level and begins_with_answer(blocks)):
        holds = questions or len(blocks) < len(section.blocks) or section.line in page.parents
        if not "".join(own.text).strip() and holds:
            return
        _enter(path_title if section.title in page.repeated else heading, own, "faq", around, ledger)
    elif _is_contents(own) or ((questions or (page.asking and not section.level)) and _is_caption(own)):
        ledger.skip(own.line, "not_a_row", detail=" ".join("".join(own.text).split())[:60])
    elif "".join(own.text).strip():
        _enter(path_title or PurePosixPath(ledger.source.path).stem, own, "section", around, ledger)


def _is_contents(unit: Unit) -> bool:
    lines = [line for line in "\n".join(unit.text).split("\n") if line.strip()]
    return bool(lines) and all(map(_CONTENTS.fullmatch, lines))


def _is_caption(unit: Unit) -> bool:
    said = "".join(unit.text).strip()
    return bool(said) and len(said.encode("gb18030")) <= 40 and not re.search(r"[\n。.!！:：，,]", said)


def _around(page: Details, path: Sequence[str], aliases: tuple[str, ...] = ()) -> Details:
    """What a question takes from its page: front matter, headings above, its own heading as another wording."""
    names = [name for part in (page.category, *path) for name in part.split(" / ") if name]
    return replace(page, category=" / ".join(dict.fromkeys(names)), aliases=aliases)


def _is_faq_table(block: Block) -> bool:
    return bool(block.rows) and {"question", "answer"} <= faq_columns(block.rows[0].cells).by_role.keys()


def _enter(title: str, unit: Unit, kind: EntryKind, around: Details, ledger: Ledger) -> None:
    text, labels = without_labels(unit)
    said = labelled(labels, unit.line, ledger)
    said = replace(said, aliases=(*around.aliases, *unit.others, *said.aliases))
    ledger.add(title, text, unit.line, kind, said.over(around))
