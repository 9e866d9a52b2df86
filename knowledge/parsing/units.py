"""The blocks of one section become units: each question in it with its whole answer, and its own text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from knowledge.parsing.blocks import Block, blocks_of, bold_start
from knowledge.parsing.columns import roles
from knowledge.parsing.dates import read_date
from knowledge.parsing.details import ROLES
from knowledge.parsing.questions import answer_mark, asks_plainly, bare, is_numbered, is_question, question_mark
from knowledge.parsing.tags import Line

_LABELLED = re.compile(r"^[\s>*+-]*(?:\*\*)?([^*:：|`\[\]]{1,20}?)(?:\*\*\s*[:：]|[:：]\s*\*\*|[:：])\s*(\S.*)$")
_ANSWER_INSIDE = re.compile(r"[\s。？?]\s*(?:\*\*)?(?:A|答案?|回答)(?:\*\*)?\s*[:：]")
_QUESTION_THEN = re.compile(r"^(.{3,60}?[?？])\s*([^?？]+)$")
GROUP = 20  # characters of an item that may name a group of questions
_ITEM = re.compile(r"^\s{0,3}(?:[-*+]|\d{1,3}[.)])\s+")


@dataclass(slots=True)
class Unit:
    """A question being read and the answer gathered so far; title None: text of the section itself."""

    title: str | None
    line: int
    text: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)  # wordings of the question that stand right below it


def read_units(blocks: Sequence[Block], asks: bool, loose: bool) -> list[Unit]:
    """The section's own text first, then its questions.

    `asks`: the heading is the question, so bold words are part of its answer; `loose`: the page has no headings, so a
    line that asks begins a question.
    """
    units = [Unit(None, blocks[0].line if blocks else 1)]
    marks = any(block.kind == "paragraph" and _marked(block) for block in blocks)
    pairs = all(  # a question, its answer; or Markdown's definition list
        len(block.lines) > 1 and (is_question(block.lines[0][1]) or block.lines[1][1].startswith(": "))
        for block in blocks
    )
    lines_ask = loose and not asks and not marks
    for block in _expanded(blocks, asks):
        if block.kind == "paragraph" and _marked(block):
            _read_marked(block, units)
        elif block.title and not asks and not marks and is_question(block.title):
            units.append(Unit(bare(block.title), block.line, [_after_bold(block)]))
        elif lines_ask and block.kind == "paragraph" and (pairs_in_lines := _in_one_line(block)):
            units += pairs_in_lines
        elif lines_ask and block.kind in ("paragraph", "quote") and (starts := _starts(block.lines, pairs)):
            _read_lines(block.lines, starts, units)
        else:
            units[-1].text.append(block.text)
    return units


def _starts(lines: Sequence[Line], pair: bool) -> list[int]:
    """Where questions begin in a paragraph without marks: lines that ask, if numbered or each with a line of answer."""
    asking = [asks_plainly(_unlisted(said)) for _, said in lines]
    numbered = [at for at, (_, said) in enumerate(lines) if asking[at] and is_numbered(said)]
    turns = [at % 2 == 0 for at in range(len(lines))]
    asks = [is_question(said) for _, said in lines]
    if len(numbered) > 1 or (len(lines) > 2 and turns in (asking, asks)):
        return numbered or list(range(0, len(lines), 2))
    return [0] if pair or asking[0] else []


def _in_one_line(block: Block) -> list[Unit]:
    """A paragraph whose every line is a question with its answer behind it."""
    found = [(line, _QUESTION_THEN.match(_unlisted(said))) for line, said in block.lines]
    units = [Unit(bare(pair[1]), line, [pair[2]]) for line, pair in found if pair and is_question(pair[1])]
    return units if len(units) == len(block.lines) > 1 else []


def _read_lines(lines: Sequence[Line], starts: Sequence[int], units: list[Unit]) -> None:
    if starts[0]:
        units[-1].text.append("\n".join(said for _, said in lines[: starts[0]]))
    for start, after in pairwise([*starts, len(lines)]):
        answer = re.sub(r"^:\s+", "", "\n".join(said for _, said in lines[start + 1 : after]))
        units.append(Unit(bare(_unlisted(lines[start][1])), lines[start][0], [answer]))


def begins_with_answer(blocks: Sequence[Block]) -> bool:
    """Whether the first paragraph is marked as an answer, which makes the heading its question."""
    first = next((block for block in blocks if block.kind == "paragraph"), None)
    return first is not None and answer_mark(first.text) is not None


def without_labels(unit: Unit) -> tuple[str, dict[str, str]]:
    """The answer without the lines that say something about the entry, and what they say by role."""
    kept: list[str] = []
    said: dict[str, str] = {}
    fenced = False
    for line in "\n\n".join(part.strip("\n") for part in unit.text).split("\n"):
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        found = None if fenced else _LABELLED.match(line)
        role = next((role for role in roles(found[1]) if role in ROLES), "") if found else ""
        if found and role and role not in said and _fits(role, found[2], bold="**" in line):
            said[role] = found[2].strip().strip("*").strip()
            if role != "url":
                while kept and not kept[-1]:
                    kept.pop()
                continue
        kept.append(line)
    return "\n".join(kept).strip(), said


def _fits(role: str, value: str, bold: bool) -> bool:
    if role == "url":
        return "://" in value
    if role in ("updated", "valid_from", "valid_until"):
        return read_date(value) is not None
    return bold


def _expanded(blocks: Sequence[Block], asks: bool) -> Iterator[Block]:
    """Lists and quotes that hold questions, taken apart into their items' paragraphs."""
    for block in blocks:
        if block.kind in ("list", "quote") and any(_is_mark(_unlisted(said), asks) for _, said in block.lines):
            yield from _expanded(blocks_of([(line, _unlisted(said)) for line, said in _spaced(block.lines)]), asks)
        elif block.kind == "list" and not asks and (lines := _asking_items(block.lines)):
            yield from blocks_of(lines)
        else:
            yield block


def _asking_items(lines: Sequence[Line]) -> list[Line]:
    """A list whose every item is a question with its answer below it, with the questions in bold; else nothing."""
    starts = [at for at, (_, said) in enumerate(lines) if _ITEM.match(said) and _margin(said) == _margin(lines[0][1])]
    if not starts:
        return []
    groups = [len(_unlisted(lines[at][1])) <= GROUP and not asks_plainly(_unlisted(lines[at][1])) for at in starts]
    if all(groups) and all(after - at > 1 for at, after in pairwise([*starts, len(lines)])):
        inner = [one for at, one in enumerate(lines) if at not in starts]
        width = _margin(inner[0][1])
        return _asking_items([(line, re.sub(rf"^ {{0,{width}}}", "", said)) for line, said in inner])
    for start, after in pairwise([*starts, len(lines)]):
        answer = [said for _, said in lines[start + 1 : after] if said.strip()]
        if not asks_plainly(_unlisted(lines[start][1])) or not answer:
            return []
    bold = {at: f"**{_unlisted(lines[at][1]).strip()}**" for at in starts}
    return list(
        _spaced([(line, bold.get(at) or re.sub(r"^ {2,4}", "", said)) for at, (line, said) in enumerate(lines)])
    )


def _margin(said: str) -> int:
    return len(said) - len(said.lstrip())


def _spaced(lines: Sequence[Line]) -> Iterator[Line]:
    for line, said in lines:
        if _ITEM.match(said) or said.startswith("**"):
            yield line, ""
        yield line, said


def _unlisted(said: str) -> str:
    return re.sub(r"^\s{0,3}(?:[-*+]|\d{1,3}[.)]|>)\s+|^\s{2,4}(?=\S)|^>$", "", said)


def _is_mark(said: str, asks: bool) -> bool:
    bold = "" if asks else bold_start(said.strip())
    return question_mark(said) is not None or bool(bold and is_question(bold))


def _marked(block: Block) -> bool:
    return any(question_mark(said) is not None or answer_mark(said) is not None for _, said in block.lines)


def _after_bold(block: Block) -> str:
    found = re.match(r"^\s*(\*\*|__).+?\1[\s:：]*", block.text, re.DOTALL)
    return block.text[found.end() :] if found else block.text


def _read_marked(block: Block, units: list[Unit]) -> None:
    """Take a paragraph apart at its Q: and A: marks, line by line."""
    following = [*(said for _, said in block.lines[1:]), ""]
    asked = False  # by the line before
    for (line, said), after in zip(block.lines, following, strict=True):
        said = said.rstrip("\\").rstrip()
        unit = units[-1]
        if is_question(said) and question_mark(said) is None and answer_mark(after) is not None:
            units.append(Unit(bare(said), line))
        elif (question := question_mark(said)) is not None:
            inside = _ANSWER_INSIDE.search(question)
            question, text = (
                (question[: inside.start() + 1].strip(), question[inside.end() :]) if inside else (question, "")
            )
            if asked and not inside:
                unit.others.append(bare(question))
                continue
            units.append(Unit(question, line, [text.strip("* ")] if inside else []))
            asked = not inside
            continue
        elif (answer := answer_mark(said)) is not None:
            unit.text.append(answer)
        elif unit.title is not None and not unit.text and not asks_plainly(unit.title) and not _LABELLED.match(said):
            unit.title += " " + said.strip()
        elif unit.text:
            unit.text[-1] += "\n" + said
        else:
            unit.text.append(said)
        asked = False
