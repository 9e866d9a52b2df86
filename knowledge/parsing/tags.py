"""HTML and JSX tags, fed line by line, become Markdown: what a reader sees stays, what only a browser needs goes."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

Line = tuple[int, str]  # (1-based line of the file, text)

_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "ul",
        "ol",
        "dl",
        "dd",
        "table",
        "tbody",
        "thead",
        "details",
        "blockquote",
        "center",
        "figure",
        "nav",
        "aside",
    ]
)
_KNOWN = _BLOCKS | frozenset(
    [
        "a",
        "abbr",
        "address",
        "audio",
        "b",
        "base",
        "bdo",
        "big",
        "body",
        "br",
        "button",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "data",
        "del",
        "dfn",
        "dt",
        "em",
        "embed",
        "figcaption",
        "font",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "hr",
        "html",
        "i",
        "iframe",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "legend",
        "li",
        "link",
        "mark",
        "meta",
        "noscript",
        "object",
        "option",
        "param",
        "picture",
        "pre",
        "q",
        "s",
        "samp",
        "script",
        "select",
        "small",
        "source",
        "span",
        "strike",
        "strong",
        "style",
        "sub",
        "summary",
        "sup",
        "svg",
        "path",
        "td",
        "template",
        "textarea",
        "tfoot",
        "th",
        "time",
        "title",
        "tr",
        "track",
        "tt",
        "u",
        "var",
        "video",
        "wbr",
    ]
)
_EXPRESSION = re.compile(r"=\{(?:[^{}]|\{[^{}]*\})*\}")
_FENCE = re.compile(r"^\s*(```|~~~)")


def reduce_block(html: str, first: int) -> list[Line]:
    """The lines of a block of HTML that begins at line `first`; code fences in it stay as they are."""
    reducer = Reducer(lambda address: address)
    fenced = False
    if not _FENCE.search(html):
        html = _EXPRESSION.sub(lambda found: '=""' + "\n" * found[0].count("\n"), html)
    for offset, line in enumerate(html.rstrip("\n").split("\n")):
        reducer.origin = first + offset
        fence = bool(_FENCE.match(line))
        fenced ^= fence
        if fenced or fence:
            reducer.emit(line + "\n")
        else:
            reducer.feed((line if reducer.in_pre else line.strip()) + "\n")
    reducer.close()
    return reducer.out


class Reducer(HTMLParser):
    """Feed it HTML; `out` holds Markdown lines, each with the line `origin` it came from."""

    def __init__(self, resolve: Callable[[str], str]) -> None:
        super().__init__(convert_charrefs=False)
        self.resolve, self.origin = resolve, 1
        self.out: list[Line] = [(1, "")]
        self.in_pre = self._in_title = False
        self._hidden = ""
        self._links: list[str] = []
        self._cells = 0
        self._rows = 0

    def emit(self, text: str) -> None:
        if self._cells and not self.in_pre:
            text = text.replace("\n", " ")
        first, *rest = text.split("\n")
        line, said = self.out[-1]
        self.out[-1] = (line if said else self.origin, said + first)
        self.out += [(self.origin, part) for part in rest]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raw = self.get_starttag_text() or ""
        given = {key: value or "" for key, value in attrs}
        component = raw[1:2].isupper()
        if not component and tag not in _KNOWN:
            if not attrs:
                self.emit(raw)  # <your-api-key> is text, not a tag
            return
        if tag in ("script", "style", "title"):
            self._hidden = tag
        elif component or (given.get("title") and tag not in ("a", "img", "abbr", "iframe")):
            self._component(tag, given)
        else:
            self._element(tag, given)

    def _element(self, tag: str, given: dict[str, str]) -> None:
        if tag in ("a", "img", "iframe", "video", "embed", "source"):
            self._address(tag, given)
            return
        if tag == "tr":
            self._rows += 1
        if tag in ("td", "th"):
            self._cells += 1
        if tag == "table":
            self._rows = 0
        self.in_pre |= tag == "pre"
        self._in_title |= tag in ("summary", "dt")
        if self._in_title and tag in ("b", "strong"):
            return
        self.emit(_OPENING.get(tag) or ("\n" if tag in _BLOCKS else ""))

    def _address(self, tag: str, given: dict[str, str]) -> None:
        address = self.resolve(given.get("href") or given.get("src") or "")
        if tag == "a":
            self._links.append(address)
            self.emit("[" if address else "")
        elif address and tag == "img":
            self.emit(f"![{given.get('alt', '')}]({address})")
        elif address:
            self.emit(f"[{given.get('title') or address}]({address})")

    def _component(self, tag: str, given: dict[str, str]) -> None:
        title, address = given.get("title") or given.get("label"), given.get("href") or given.get("src") or ""
        if tag in ("image", "img") and address:
            self.emit(f"![{given.get('alt', '')}]({self.resolve(address)})")
        elif title and address:
            self.emit(f"\n[{title}]({self.resolve(address)})\n")
        elif title:
            self.emit(f"\n\n**{title}**\n\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in ("a", "pre", "td", "th", "tr", "b", "strong", "i", "em", "summary"):
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._hidden:
            self._hidden = ""
        elif tag == "a" and self._links:
            address = self._links.pop()
            self.emit(f"]({address})" if address else "")
        elif tag in ("td", "th") and self._cells:
            self._cells -= 1
            self.emit(" |")
        elif tag == "tr" and self._rows == 1:
            columns = self.out[-1][1].count(" |") - self.out[-1][1].count("\\|")
            self.emit("\n|" + " --- |" * columns)
        elif self._in_title and tag in ("b", "strong"):
            return
        elif tag == "pre":
            self.in_pre = False
            self.emit("\n```\n")
        else:
            self._in_title &= tag not in ("summary", "dt")
            self.emit(_CLOSING.get(tag) or ("\n" if tag in _BLOCKS else ""))

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.emit(data)

    def handle_entityref(self, name: str) -> None:
        self.emit(" " if name == "nbsp" else f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.emit(f"&#{name};")


_HEADINGS = {f"h{level}": f"\n\n{'#' * level} " for level in range(1, 7)}
_OPENING = {
    "br": "\n", "hr": "\n\n---\n\n", "li": "\n- ", "p": "\n\n", "strong": "**", "b": "**", "em": "*", "i": "*",
    "summary": "\n\n**", "dt": "\n\n**", "dd": "\n\n", "table": "\n\n", "tr": "\n|", "td": " ", "th": " ",
    "pre": "\n```\n", **_HEADINGS,
}  # fmt: skip
_CLOSING = {
    "strong": "**", "b": "**", "em": "*", "i": "*", "summary": "**\n\n", "dt": "**\n\n", "table": "\n\n", "p": "\n\n",
    **dict.fromkeys(_HEADINGS, "\n\n"),
}  # fmt: skip
