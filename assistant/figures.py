"""What can be plainly wrong in a sentence, in one normal form: numbers, amounts, dates, versions, codes, links, paths.

"3,000", "３０００" and "三千" are the same figure, and so are "2024-05-01" and "2024年5月1日".
"""

import re
import unicodedata

_LINK = re.compile(
    r"https?://[^\s<>()\[\]（）【】\"'，。；、]+|\b[\w.+-]+@[\w-]+\.[\w.]+\b|(?<![\w/])/(?:[\w.-]+/)+[\w.-]*"
)
_DATE = re.compile(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?!\d)")
_CODE = re.compile(r"(?<![a-z0-9])(?=[a-z0-9_-]*\d)(?=[a-z0-9_-]*[a-z])[a-z0-9]+(?:[_-][a-z0-9]+)*(?![a-z0-9])")
_VERSION = re.compile(r"(?<![a-z0-9])v\d+(?:\.\d+)*(?:-[a-z0-9.]+)?|(?<![\d.])\d+(?:\.\d+){2,}(?:-[a-z0-9.]+)?")
_NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)*")
_LIST_ITEM = re.compile(
    r"^\s*(?:\d{1,2}[.、)）]|[（(]\d{1,2}[)）]|第[一二三四五六七八九十\d]+步|step \d+)", re.MULTILINE
)
_HAN_NUMBER = re.compile(
    r"[零〇一二两三四五六七八九十百千万]+(?=[天日年月周小时分秒元块台折]|个(?:月|小时|工作日|自然日|星期))"
)
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}


def figures_of(text: str) -> frozenset[str]:
    """Every figure of `text` in its normal form; the numbers of list items are not figures."""
    rest = _LIST_ITEM.sub(" ", unicodedata.normalize("NFKC", text).lower())
    found: set[str] = set()
    for pattern in (_LINK, _DATE, _VERSION, _CODE):
        found.update(_normal(match) for match in pattern.finditer(rest))
        rest = pattern.sub(" ", rest)
    found.update(_plain(number) for number in _NUMBER.findall(rest))
    found.update(str(_value(number)) for number in _HAN_NUMBER.findall(rest) if number != "一")
    return frozenset(found)


def _normal(match: re.Match[str]) -> str:
    if match.re is _DATE:
        year, month, day = (int(part) for part in match.groups())
        return f"{year:04}-{month:02}-{day:02}"
    if match.re is _VERSION:
        return match[0].removeprefix("v")
    return match[0].rstrip(".,/")


def _plain(number: str) -> str:
    number = number.replace(",", "")
    if number.count(".") == 1:
        number = number.rstrip("0").rstrip(".")
    return number.lstrip("0") or "0"


def _value(number: str) -> int:
    """The value of a Chinese numeral: 三千 -> 3000, 二十五 -> 25."""
    total = part = digit = 0
    for letter in number:
        if letter in _DIGITS:
            digit = _DIGITS[letter]
        elif letter == "万":
            total, part, digit = (total + part + digit) * 10000, 0, 0
        else:
            part, digit = part + (digit or 1) * _UNITS[letter], 0
    return total + part + digit
