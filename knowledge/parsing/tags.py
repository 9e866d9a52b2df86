"""HTML and JSX tags, fed line by line, become Markdown: what a reader sees stays, what only a browser needs goes."""

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser

Line = tuple[int, str]  # (1-based line of the file, text)

_BLOCK = "p div section article header footer main ul ol dl dd table details blockquote center figure aside"
_INLINE = (
    "a abbr address audio b base bdo big body br button caption cite code col colgroup data del dfn dt em embed "
    "figcaption font form h1 h2 h3 h4 h5 h6 head hr html i iframe img input ins kbd label legend li link mark meta "
    "nav noscript object option param path picture pre q s samp script select small source span strike strong style "
    "sub summary sup svg tbody td template textarea tfoot th thead time title tr track tt u var video wbr"
)
_BLOCKS, _KNOWN = frozenset(_BLOCK.split()), frozenset(f"{_BLOCK} {_INLINE}".split())
_EXPRESSION = re.compile(r"=\{(?:[^{}]|\{[^{}]*\})*\}")
_FENCE = re.compile(r"^\s*(```|~~~)")
_HIDDEN = ("script", "style", "title", "nav")
_MARKUP = re.compile(r"(?i)</(p|div|ul|ol|li|b|strong|em|i|span|a|h[1-6]|table)\s*>|<br\s*/?>")


def readable(text: str) -> str:
    """A cell or message as its reader saw it: help desks export theirs as HTML."""
    if not _MARKUP.search(text):
        return text
    lines = "\n".join(said.rstrip() for _, said in reduce_block(text, 1))
    return unescape(re.sub(r"\n{3,}", "\n\n", lines)).strip()


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
        self._in_table = False

    def emit(self, text: str) -> None:
        if self._cells and not self.in_pre:
            text = text.replace("\n", " ")
        first, *rest = text.split("\n")
        line, said = self.out[-1]
        self.out[-1] = (line if said else self.origin, said + first)
        self.out += [(self.origin, part) for part in rest]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._hidden:
            return
        raw = self.get_starttag_text() or ""
        given = {key: value or "" for key, value in attrs}
        component = raw[1:2].isupper()
        if not component and tag not in _KNOWN:
            if not attrs:
                self.emit(raw)  # <your-api-key> is text, not a tag
            return
        if tag in _HIDDEN:
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
            self._rows, self._in_table = 0, True
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
        title = next((given[key] for key in ("title", "label", "question", "heading", "header") if given.get(key)), "")
        address = given.get("href") or given.get("src") or ""
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
        if self._hidden:
            self._hidden = self._hidden if tag != self._hidden else ""
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
            self._in_table &= tag != "table"
            self._in_title &= tag not in ("summary", "dt")
            self.emit(_CLOSING.get(tag) or ("\n" if tag in _BLOCKS else ""))

    def handle_data(self, data: str) -> None:
        between_cells = self._in_table and not self._cells and not data.strip()
        if not self._hidden and not between_cells:
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
