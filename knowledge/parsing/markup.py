"""Markdown becomes simpler Markdown: HTML, MDX, admonitions reduced to text, links resolved, lines remembered.

Works on tokens, so that nothing inside code is touched; each line that comes out knows the line it came from.
"""

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from markdown_it import MarkdownIt
from markdown_it.token import Token as Token
from mdit_py_plugins.front_matter import front_matter_plugin

from knowledge.parsing.tags import Line, Reducer, reduce_block

MAX_NESTING = 100  # markdown-it drops what is deeper; checked below, so that nothing is dropped unseen
_ADMONITION = re.compile(r"^\s*(?:>\s*)?(?::::+\s*|!!!\s*|\?\?\?\+?\s*|\[!)(\w*)\]?\s*(.*?)\s*$")
_SCRIPT = re.compile(
    r"^(import\s.+\sfrom\s+['\"].+['\"];?|import\s+['\"].+['\"];?|export\s+(default|const|function|let)\b.*)$"
)
_COMPONENT = re.compile(r"^\s*</?[A-Z][\w.]*(\s|/|>|$)")
_OPENED = re.compile(r"<[A-Z][\w.]*(?:\s[^<>]*)?(?<!/)>|</[A-Z][\w.]*>")


def parser() -> MarkdownIt:
    """A Markdown reader that leaves addresses as they are written."""
    reader = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING, "store_labels": True})
    reader.enable(["table", "strikethrough"]).use(front_matter_plugin)
    reader.normalizeLink = lambda url: url  # type: ignore[method-assign]
    reader.validateLink = lambda url: True  # type: ignore[method-assign]
    return reader


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands: relative links count from its address, or from its path in kb_sources/."""

    path: str
    url: str = ""

    def resolve(self, link: str) -> str:
        """The link as it works from anywhere; an anchor of the same page and an absolute address stay."""
        if not link or link.startswith(("#", "/", "{")) or re.match(r"^[a-zA-Z][\w+.-]*:", link):
            return urljoin(self.url, link) if self.url and link.startswith("/") else link
        if self.url:
            return urljoin(self.url, link)
        path, mark, rest = re.match(r"^([^?#]*)([?#]?)(.*)$", link, re.DOTALL).groups()  # type: ignore[union-attr]
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.path), path)) + mark + rest


def simplify(text: str, tokens: Sequence[Token], place: Place) -> list[Line]:
    """The lines of a page, simplified as told above: blocks first, then what stands within lines."""
    numbered = [(at + 1, line) for at, line in enumerate(text.split("\n"))]
    lines = _without_blocks(numbered, tokens)
    out: dict[int, list[Line]] = {at: [line] for at, line in enumerate(lines)}
    for token in parser().parse("\n".join(said for _, said in lines)):
        if token.type == "inline" and token.map:
            _inline(token, out, place)
    return [line for at in range(len(lines)) for line in out[at]]


def _without_blocks(lines: list[Line], tokens: Sequence[Token]) -> list[Line]:
    out: dict[int, list[Line]] = {at: [line] for at, line in enumerate(lines)}
    depth = 0  # of JSX components around a block: what is indented there is no code
    for token in tokens:
        if token.map is None:
            continue
        start, end = token.map
        if token.type == "front_matter":
            _replace(out, start, end, [])
        elif token.type == "html_block" or (token.type == "inline" and _COMPONENT.match(token.content)):
            depth += sum(-1 if tag.startswith("</") else 1 for tag in _OPENED.findall(token.content))
            lead = _lead(lines[start][1], token)
            reduced = reduce_block(token.content, start + 1)
            _replace(out, start, end, [(line, lead + said) for line, said in [*reduced, (end, "")]])
        elif token.type == "code_block" and depth > 0:
            _replace(out, start, end, [(line, said.strip()) for line, said in lines[start:end]])
    return [line for at in range(len(lines)) for line in out[at]]


def _lead(raw: str, token: Token) -> str:
    """What puts the lines of a nested block into its list item or quote."""
    if not token.level or token.type == "inline":
        return ""
    return re.sub(r"[^>\s]", " ", raw[: max(raw.find(token.content.split("\n")[0].lstrip()), 0)])


def _replace(out: dict[int, list[Line]], start: int, end: int, new: list[Line]) -> None:
    for at in range(start, end):
        if at in out:
            out[at] = []
    out[start] = new


def _inline(token: Token, out: dict[int, list[Line]], place: Place) -> None:
    assert token.map
    old, new = token.content, _admonition(_reduced(token, place))
    start, end = token.map
    if new == old or not out[start]:
        return
    line, raw = out[start][0]
    if "\n" not in old:
        if old not in raw:  # a table cell, whose escaped bars the reader has unescaped
            old, new = old.replace("|", "\\|"), new.replace("|", "\\|")
        out[start] = [(line, part) for part in _hung(raw.replace(old, new, 1), raw)]
        return
    lead = raw[: max(raw.find(old.split("\n")[0]), 0)]
    hang = re.sub(r"[^>\s]", " ", lead)
    origins = [out[at][0][0] for at in range(start, end) if out[at]]
    parts = enumerate(new.split("\n"))
    said = [(origins[min(at, len(origins) - 1)], (lead if at == 0 else hang) + part) for at, part in parts]
    _replace(out, start, end, said)


def _hung(said: str, raw: str) -> list[str]:
    """Lines that a line break made of one stay in its list item or quote; in a table row they stay one line."""
    if raw.lstrip().startswith("|") or ("|" in raw and "\n" in said):
        return [" ".join(said.split("\n"))]
    hang = re.sub(r"[^>\s]", " ", (re.match(r"^[\s>]*([-*+]|\d+[.)])?\s*", raw) or [""])[0])
    first, *rest = said.split("\n")
    return [first, *(hang + part for part in rest)]


def _reduced(token: Token, place: Place) -> str:
    """The source of an inline token with tags reduced and links resolved; everything else as written."""
    text, at = token.content, 0
    reducer = Reducer(place.resolve)
    for child in token.children or []:
        old = new = ""
        if child.type == "html_inline":
            old = child.content
            reducer.out = [(0, "")]
            reducer.feed(old)
            new = "\n".join(part for _, part in reducer.out)
        elif child.type in ("link_open", "image"):
            old = str(child.attrs.get("href") or child.attrs.get("src") or "")
            new = place.resolve(old)
            if label := child.meta.get("label"):
                text = _inlined(text, str(label), new)
                continue
        if old and (found := text.find(old, at)) >= 0:
            text = text[:found] + new + text[found + len(old) :]
            at = found + len(new)
    return text


def _inlined(text: str, label: str, address: str) -> str:
    """A reference link as an inline one, so that it survives being cut out of its page."""
    for pattern in (rf"\]\[{re.escape(label)}\]", rf"(\[{re.escape(label)}\])(\[\])?(?![\[(:])"):
        if found := re.search(pattern, text, re.IGNORECASE):
            head = found[1] if found.re.groups else "]"
            return text[: found.start()] + f"{head}({address})" + text[found.end() :]
    return text


def _admonition(text: str) -> str:
    """Fences of admonitions as bold headings, MDX imports and comments gone."""
    lines: list[str] = []
    for line in text.split("\n"):
        marked = line.lstrip("> ").startswith((":::", "!!!", "???", "[!"))
        if marked and (found := _ADMONITION.match(line)):
            title = re.sub(r"^[\[{\"(]*(title=)?[\"']?|[\]}\"')]+$", "", found[2].split("}")[0]) if found[2] else ""
            rest = found[2].split("}", 1)[1].strip() if "}" in found[2] else ""
            name = title or found[1].capitalize()
            lines += ["", f"**{name}**", "", rest] if name else [""]
        elif not _SCRIPT.match(line.strip()) and not re.fullmatch(r"\s*\{/\*.*\*/\}\s*", line):
            lines.append(line)
    return "\n".join(lines)
