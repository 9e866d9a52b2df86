"""A message becomes a View: one plain text to search, a digit view of the same length, and the way back to the original.

Full-width, circled and keycap digits, zero-width characters, dashes and traditional characters are unified; a placeholder of an
earlier scrubbing is one opaque character, so that it is never searched again. Knows no detector.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.words import simplified

TYPES = (
    "NAME", "PHONE", "EMAIL", "ID_CARD", "BANK_CARD", "PASSPORT", "USCC", "PLATE", "WECHAT", "QQ", "ADDRESS", "ORDER",
    "IP", "SECRET", "URL_TOKEN", "SSN",
)  # fmt: skip
OPAQUE = {kind: chr(0xE000 + place) for place, kind in enumerate(TYPES)}  # private use: no detector matches them
HIDDEN = "\ue000-\ue00f"  # the same as a range for character classes
PLACEHOLDER = re.compile(rf"<({'|'.join(TYPES)})_([0-9]{{1,4}})>")

DOTS = "•・‧∙⋅"  # between the parts of a name
DASHES = "‐‑‒–—―−─━﹣－ー﹘⁃"  # not ～: a range is not a separator


class _Folding(dict[str, str]):
    def __missing__(self, char: str) -> str:
        folded = self[char] = _fold(char)
        return folded


def _fold(char: str) -> str:
    if (digit := unicodedata.digit(char, -1)) >= 0:  # ① ⑴ ⒈ ❶ １ and other scripts' digits
        return str(digit)
    if char in DASHES:
        return "-"
    if char in DOTS:
        return "·"
    if char in "\n\t\r\x1e":
        return char
    if unicodedata.category(char) in ("Cf", "Cc", "Cs", "Me", "Mn") or 0xFE00 <= ord(char) <= 0xFE0F:
        return ""
    return unicodedata.normalize("NFKC", char).translate(simplified())


_FOLDED = _Folding()

HAN_DIGITS = "〇零洞一幺么壹二两贰三叁参四肆五伍六陆七拐柒八捌九勾玖"
_AS_DIGIT = str.maketrans(
    HAN_DIGITS + "OoIl", "000" + "1111" + "222" + "333" + "44" + "55" + "66" + "777" + "88" + "999" + "0011"
)
_HAN_RUN = re.compile(
    rf"(?=[0-9 \-.,，、]{{0,40}}[{HAN_DIGITS}])[0-9{HAN_DIGITS}](?:[ \-.,，、]?[0-9{HAN_DIGITS}]){{3,}}"
)
_HAN_LINE = re.compile(rf"(?m)(?:^|(?<=:)|(?<=: ))[{HAN_DIGITS}]{{3,5}}(?=[,。]?$)")  # dictated in turns
_LETTER_RUN = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9 \-]{0,40}[OoIl])[0-9OoIl]{1,20}(?:[ \-][0-9OoIl]{1,20}){0,5}(?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"1[ \-]?[3-9](?:[ \-]?\d){9}")
_STOPPED_IP = re.compile(r"(?<!\d)\d{1,3}(?:。\d{1,3}){3}(?!\d)")  # typed with a Chinese full stop
_COUNTED = frozenset(
    "直下个共些样般定起次会点天月年元块条件台位份种遍句边面周岁旦等楼层定"
)  # 一直, 一下, 两个: no digit


@dataclass(frozen=True, slots=True)
class View:
    """`plain[i]` came from `starts[i]` of the original; `digits` reads disguised digits, same length."""

    plain: str
    digits: str
    starts: Sequence[int]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Code points of the original under plain[start:end]; trailing marks that were dropped belong to the span."""
        while end < len(self.plain) and self.starts[end] == self.starts[end - 1]:
            end += 1
        return self.starts[start], self.starts[end]


def view(text: str, hidden: Sequence[tuple[int, int, str]] = ()) -> View:
    """Normalise `text`; `hidden` (start, end, type; sorted, disjoint) and placeholders become one opaque character each."""
    if text.isascii() and not hidden and "<" not in text:
        plain, starts = text, range(len(text) + 1)
        return View(plain, _digit_view(plain), starts)
    parts: list[str] = []
    places: list[int] = []
    at = 0
    for start, end, kind in [*_opaque_ranges(text, hidden), (len(text), len(text), "")]:
        folded = [_FOLDED[char] for char in text[at:start]]
        parts += folded
        if sum(map(len, folded)) == start - at and "" not in folded:
            places.extend(range(at, start))
        else:
            places.extend(at + i for i, chars in enumerate(folded) for _ in chars)
        if kind:
            parts.append(OPAQUE[kind])
            places.append(start)
        at = end
    places.append(len(text))
    plain = _STOPPED_IP.sub(lambda m: m.group().replace("。", "."), "".join(parts))
    return View(plain, _digit_view(plain), places)


def _opaque_ranges(text: str, hidden: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    if "<" not in text:
        return list(hidden)
    written = [(*m.span(), m.group(1)) for m in PLACEHOLDER.finditer(text)]
    return sorted({*hidden, *(w for w in written if not any(s < w[1] and w[0] < e for s, e, _ in hidden))})


def _digit_view(plain: str) -> str:
    return _LETTER_RUN.sub(_read_letters, plain if plain.isascii() else _read_all_han(plain))


def _read_all_han(plain: str) -> str:
    return _HAN_LINE.sub(lambda line: line.group().translate(_AS_DIGIT), _HAN_RUN.sub(_read_han, plain))


def _read_han(match: re.Match[str]) -> str:
    run, after = match.group(), match.string[match.end() : match.end() + 1]
    tail = 1 if after in _COUNTED and run[-1] in HAN_DIGITS else 0
    body = run[: len(run) - tail]
    if sum(c in HAN_DIGITS for c in body) < 3 and not re.fullmatch(r"[0-9].*[0-9]", body):
        return run
    return body.translate(_AS_DIGIT) + run[len(run) - tail :]


def _read_letters(match: re.Match[str]) -> str:
    run = match.group()
    digits = sum(c.isdigit() for c in run)
    read = run.translate(_AS_DIGIT)
    return read if 5 <= digits < len(run) or (digits >= 2 and _MOBILE.fullmatch(read)) else run
