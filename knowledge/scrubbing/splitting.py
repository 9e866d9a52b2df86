"""Numbers told in pieces: 手机138 / 0013 8000 over up to three lines or turns, or 前三位…后八位… within one.

View in, spans on the plain text out. Pieces count together when they join to a mobile, a valid resident ID or a valid card.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from stdnum import luhn

from knowledge.scrubbing.normalising import View
from knowledge.scrubbing.numbers import Candidate, is_resident_id

_PIECE = re.compile(
    r"(?<![0-9A-Za-z.\-/])(?<!\d:)\d{2,15}(?:[ \-]\d{2,8}){0,5}[Xx]?(?![0-9A-Za-z]|[.\-:/]\d|元|块|件|%|个|天|分)"
)
_CUE = re.compile(
    r"(?i:手机|电话|号码|身份证|证件|卡号|银行卡|前面|开头|前[几0-9一二三四五六七八九]+位|联系|打|tel|phone|mobile|number|card|id)[^0-9\n]{0,8}$"
)
_FILLER = re.compile(
    r"(?i:[^0-9\n]{0,12}(?:后面|然后|接着|再|后[几0-9一二三四五六七八九十]*位?|尾号|中间|最后|剩下|还有|接|加|and|then|followed by|the rest)[^0-9\n]{0,8}|[，,、;；/ ]{1,3})"
)
_NEXT_LINE = re.compile(
    r"[^0-9\n]{0,6}\n(?:\x1e\n)?(?:[^0-9\n]{0,48}\n(?:\x1e\n)?)?[^0-9\n]{0,20}"
)  # at most one line without digits between


def split_numbers(view: View) -> Iterator[Candidate]:
    """The pieces of one number, each as a span of its type."""
    pieces = [m.span() for m in _PIECE.finditer(view.digits)]
    for first in range(len(pieces) - 1):
        for last in (first + 1, first + 2):
            chain = pieces[first : last + 1]
            if len(chain) == last - first + 1 and (kind := _joined(view.digits, chain)):
                yield from ((start, end, kind) for start, end in chain)


_ORDER = re.compile(r"单号?[^0-9\n]{0,8}$")
_REST = re.compile(r"[^0-9]{0,12}后[面半几一二三四五六七八九十][^0-9]{0,6}")  # 单号前面…，后面是…


def _joined(text: str, chain: Sequence[tuple[int, int]]) -> str:
    number = "".join(c for start, end in chain for c in text[start:end] if c.isalnum())
    kind = _kind(number)
    gaps = [text[left[1] : right[0]] for left, right in pairwise(chain)]
    if not kind:
        split = _ORDER.search(text[max(0, chain[0][0] - 24) : chain[0][0]]) and all(map(_REST.fullmatch, gaps))
        return "ORDER" if split else ""
    cued = bool(_CUE.search(text[max(0, chain[0][0] - 24) : chain[0][0]]))
    if all(_NEXT_LINE.fullmatch(gap) for gap in gaps) and (cued or kind != "PHONE" or _alone(text, chain[-1])):
        return kind
    return kind if cued and all(_FILLER.fullmatch(gap) or _NEXT_LINE.fullmatch(gap) for gap in gaps) else ""


def _kind(number: str) -> str:
    if re.fullmatch(r"1[3-9]\d{9}|07\d{9}", number):
        return "PHONE"
    if is_resident_id(number):
        return "ID_CARD"
    if re.fullmatch(r"[3-6]\d{15,18}", number) and luhn.is_valid(number):
        return "BANK_CARD"
    return ""


def _alone(text: str, piece: tuple[int, int]) -> bool:
    """Whether the piece ends its line: a bare continuation."""
    return text[piece[1] : piece[1] + 1] in ("", "\n", "，", "。", ",", " ")
