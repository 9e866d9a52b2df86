"""An answer as it goes to the customer: without labels, and for a chat box without Markdown's signs."""

import re
from collections.abc import Callable

LABEL = re.compile(r"\[(\d{1,2})\](?!\()")
_CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]*`)", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\]\((\S+?)(?:\s[^)]*)?\)")
_SIGNS = (
    (re.compile(r"^ {0,3}(?:#{1,6} +|> ?)", re.MULTILINE), ""),  # headings, quotations
    (re.compile(r"^ *\|?(?: *:?-+:? *\|)+ *:?-*:? *$\n?", re.MULTILINE), ""),  # the line below a table's head
    (re.compile(r"^ *\| *(.*?) *\| *$", re.MULTILINE), r"\1"),  # a table's outer bars
    (re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
    (re.compile(r" *<br */?> *"), "\n"),
    (re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*"), r"\1"),
    (re.compile(r"(?<![A-Za-z0-9*\\])\*(?=[^\s*])([^*\n]+?)(?<=[^\s\\])\*(?![A-Za-z0-9*])"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|>-])"), r"\1"),
)


def sendable(answer: str) -> str:
    """The answer without its labels, still in Markdown."""
    without = outside_code(answer, lambda part: re.sub(rf"\s*{LABEL.pattern}", "", part))
    return re.sub(r"[ \t]+(?=\n|$)", "", without).strip()


def plain(answer: str) -> str:
    """The answer without labels and signs; a link keeps its address, a list its dashes and numbers."""
    return outside_code(sendable(answer), _without_signs, _bare).strip()


def outside_code(markdown: str, change: Callable[[str], str], code: Callable[[str], str] = str) -> str:
    """`markdown` with `change` applied to what is not code, and `code` to what is."""
    parts = _CODE.split(markdown)
    return "".join(code(part) if index % 2 else change(part) for index, part in enumerate(parts))


def _without_signs(text: str) -> str:
    text = _LINK.sub(_spelled, text)
    for signs, meant in _SIGNS:
        text = signs.sub(meant, text)
    return text


def _spelled(link: re.Match[str]) -> str:
    words, address = link[1], link[2]
    if not address.startswith(("http://", "https://", "mailto:")) or words in ("", address):
        return words or address
    return f"{words} {address}"


def _bare(code: str) -> str:
    return re.sub(r"^```[^\n]*\n|\n?```$", "", code) if code.startswith("```") else code.strip("`")
