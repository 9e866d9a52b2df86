"""What can be plainly wrong in a sentence: numbers, amounts, times, dates, versions, codes, links, paths.

`claims` gives each figure of a sentence as the forms that would support it, `held` all forms that a text supports:
"24 个月" is supported by "2 年", "5万" by "50,000 元", "下午 6 点" by "18:00"; "5 天" is not supported by "5 元".
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.numerals import digits

_LINK = re.compile(
    r"https?://[^\s<>()\[\]（）【】\"'，。；、]+|\b[\w.+-]+@[\w-]+\.[\w.]+\b|(?<![\w/])/(?:[\w.-]+/)+[\w.-]*"
)
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_NAMED_DATE = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?({_MONTHS})\b\.?(?(1)|(?=\s+\d))"
    r"(?:\s+(\d{1,2})(?:st|nd|rd|th)?\b)?(?:,?\s+(\d{4})\b)?"
)
_DATE = re.compile(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?!\d)|\s*月)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年")
_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]")
_CLOCK = re.compile(
    r"(?:(上午|早上|早晨|凌晨|中午|下午|傍晚|晚上|晚|早)\s*)?(?<![\d.:])(\d{1,2})"
    r"(?::(\d{2})(?!\d)|\s*点(?:(半)|(\d{1,2})分?)?(?(1)|(?=\s*(?:[整到至前后之以开关上下起截，。,~\n-]|$)))|(?=\s*[ap]m\b))"
    r"(?:\s*([ap]m)\b)?"
)
_PHONE = re.compile(r"(?<![\d-])\d{3,4}-\d{3,4}-\d{3,4}(?![\d-])|(?<!\d)\d{3,4}-\d{7,8}(?!\d)")
_VERSION = re.compile(r"(?<![a-z0-9])v\d+(?:\.\d+)*(?:-[a-z0-9.]+)?|(?<![\d.])\d+(?:\.\d+){2,}(?:-[a-z0-9.]+)?")
_CODE = re.compile(r"(?<![a-z0-9])(?=[a-z0-9_-]*\d)(?=[a-z0-9_-]*[a-z])[a-z0-9]+(?:[_-][a-z0-9]+)*(?![a-z0-9])")
_LIST_ITEM = re.compile(
    r"^\s*(?:\d{1,2}[.、)）](?!\d)|[（(]\d{1,2}[)）]|第[一二三四五六七八九十\d]+步|step \d+)", re.MULTILINE
)
_UNITS = (  # pattern, dimension, factor: forms of one dimension compare by value
    (r"年|years?\b|yrs?\b", "month", 12),
    (r"个?月|months?\b", "month", 1),
    (r"周(?!岁)|个?星期|weeks?\b", "second", 604800),
    (r"天|个?工作日|个?自然日|日|(?:(?:business|working|calendar)[\s-]+)?days?\b|d\b", "second", 86400),
    (r"个?小时|个?钟头|h\b|hrs?\b|hours?\b", "second", 3600),
    (r"分钟|min(?:ute)?s?\b", "second", 60),
    (r"秒|secs?\b|seconds?\b|s\b", "second", 1),
    (r"tb?\b", "byte", 1 << 20),
    (r"gb?\b", "byte", 1 << 10),
    (r"兆|mb?(?:ps)?\b", "byte", 1),
    (r"kb?\b", "byte", 1 / 1024),
    (r"%|percent\b", "percent", 1),
    (r"元|块|圆|rmb\b|cny\b|yuan\b|¥", "yuan", 1),
    (r"美元|usd\b|dollars?\b|\$", "dollar", 1),
    (r"欧元|eur\b|euros?\b|€", "euro", 1),
)
_UNIT = "|".join(pattern for pattern, _, _ in _UNITS)
_DIGITS = r"(?<![a-z\d])(?<![a-z][-_])(?P<number>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)*)"
_QUANTITY = re.compile(
    rf"(?:(?P<sign>[¥$€])\s*{_DIGITS}|{_DIGITS.replace('number', 'amount')}[\s-]*(?P<unit>{_UNIT}))(?![a-z])"
)
_NUMBER = re.compile(r"(?P<number>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)*)")
_A_ONE = re.compile(r"(?<![十百千万零〇之])一(?![一二三四五六七八九十百千万零〇成刻])")  # "一张卡": too vague to check
MONTH = 30 * 86400  # seconds: 3 个月 and 90 天 are one
YEAR = 365 * 86400
NOON = 12 * 60


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: the forms that it supports where it stands, those that would support it, its value if it has one."""

    supports: frozenset[str]
    needs: frozenset[str]
    value: float | None = None


def claims(sentence: str) -> list[Figure]:
    """The figures of `sentence` that want a source; the numbers of list items and a mere 一 are none."""
    return list(_figures(_A_ONE.sub("·", _folded(sentence))))


@lru_cache(maxsize=512)
def held(text: str) -> frozenset[str]:
    """Every form that the figures of `text` support."""
    return frozenset().union(*(figure.supports for figure in _figures(_folded(text))))


def follows(value: float, others: Sequence[float]) -> bool:
    """Tell whether `value` is sum, difference, product or quotient of two of `others`, as 60 is of 5 and 12."""
    pairs = [(one, other) for at, one in enumerate(others) for other in others[at + 1 :] if one and other]
    results = (result for a, b in pairs for result in (a + b, abs(a - b), a * b, a / b, b / a))
    return any(abs(value - result) < 1e-9 for result in results)


def _folded(text: str) -> str:
    return _LIST_ITEM.sub(" ", unicodedata.normalize("NFKC", text).lower())


def _figures(text: str) -> Iterator[Figure]:
    """The more special reading first; what has been read is taken out of the rest."""
    for pattern, read in _READINGS:
        for match in pattern.finditer(text):
            yield read(match)
        text = pattern.sub(" ", text)
        text = digits(text) if pattern is _LINK else text


def _same(*forms: str) -> Figure:
    """Needs the first of `forms`, supports them all."""
    return Figure(frozenset(forms), frozenset(forms[:1]))


def _named_date(match: re.Match[str]) -> Figure:
    before, name, after, year = match.groups()
    month = next(at for at, one in enumerate(_MONTHS.split("|"), 1) if re.fullmatch(one, name))
    return _dated(int(year or 0), month, int(before or after or 0))


def _dated(year: int, month: int, day: int) -> Figure:
    """A whole date supports its year and month, its month and day, and each part."""
    forms = [f"{year:04}-{month:02}-{day:02}", f"{month:02}-{day:02}", f"{year:04}-{month:02}"]
    own = forms[0] if year and day else forms[1] if day else forms[2]
    parts = [str(part) for part in (year, month, day) if part]
    return _same(own, *(form for form in forms if "00" not in form.split("-")), *parts)


def _clock(match: re.Match[str]) -> Figure:
    part, hour, minute, half, minutes, half_day = match.groups()
    at = int(hour) * 60 + (30 if half else int(minute or minutes or 0))
    late = part in ("下午", "傍晚", "晚上", "晚") or half_day == "pm"
    at += NOON if late and at < NOON else 0
    needs = {f"at {at}"} if part or half_day or at >= NOON else {f"at {at}", f"at {at + NOON}"}
    return Figure(frozenset((f"at {at}", hour)), frozenset((*needs, f"bare {hour}")))


def _quantity(match: re.Match[str]) -> Figure:
    """A number with a unit needs one of its dimension, or a number without any unit."""
    plain, unit = _plain(match["number"] or match["amount"]), match["sign"] or match["unit"]
    dimension, factor = next((name, by) for pattern, name, by in _UNITS if re.fullmatch(pattern, unit))
    amount = (_value(plain) or 0.0) * factor
    forms = {f"{dimension} {amount:.10g}"}
    if dimension == "month":
        forms |= {f"second {amount * MONTH:.10g}", f"second {amount * YEAR / 12:.10g}"}
    return Figure(frozenset((*forms, plain)), frozenset((*forms, f"bare {plain}")), _value(plain))


def _number(match: re.Match[str]) -> Figure:
    plain = _plain(match["number"])
    return Figure(frozenset((plain, f"bare {plain}")), frozenset((plain,)), _value(plain))


def _plain(number: str) -> str:
    number = number.replace(",", "")
    number = number.rstrip("0").rstrip(".") if number.count(".") == 1 else number
    return number.lstrip("0") or "0" if not number.startswith("0.") else number


def _value(plain: str) -> float | None:
    return float(plain) if plain.count(".") < 2 else None


_READINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Figure]], ...] = (
    (_LINK, lambda match: _same(match[0].rstrip(".,/"))),
    (_DATE, lambda match: _dated(*(int(part or 0) for part in match.groups()))),
    (_YEAR, lambda match: _same(match[1])),
    (_DAY, lambda match: _dated(0, int(match[1]), int(match[2]))),
    (_NAMED_DATE, _named_date),
    (_PHONE, lambda match: _same(match[0].replace("-", ""))),
    (_VERSION, lambda match: _same(match[0].removeprefix("v"))),
    (_CLOCK, _clock),
    (_QUANTITY, _quantity),
    (_CODE, lambda match: _same(re.sub("[-_]", "", match[0]))),
    (_NUMBER, _number),
)
