"""Numbers in words become digits: 二十五天 -> 25天, 5万 -> 50000, 半年 -> 6个月, 三成 -> 30%, nine days -> 9 days."""

import re

_VALUES = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_ANY = "[零〇一二两三四五六七八九十百千万亿]"
_DIGIT = "[一二两三四五六七八九]"
_COUNTED = (
    "分钟|[天日年月周时秒元块圆人次台份倍折岁期张]|小时|[美欧]元|点[整到至前后半钟以之]"
    "|个(?:人|月|小时|钟头|工作日|自然日|星期)"
)
_HAN = re.compile(  # 两次, 两张 are how one speaks, no figure
    rf"(?<!{_ANY})(?<!第)(?!两[次张台份人])(?:(?:{_DIGIT}|[十百]|千(?!万)){_ANY}*(?=\s*(?:{_COUNTED}))"
    rf"|{_DIGIT}?[十百千]零?[一二三四五六七八九]{_ANY}*|{_DIGIT}(?:[十百千]万?|[万亿])|十万)(?!分之)"
)
_ABOUT = re.compile(_DIGIT + "{2}")  # 三五天, 两三次: no figure
_PART = re.compile(rf"({_ANY}+)分之({_ANY}+)|({_DIGIT})成(?![功员为本长分都立熟年交绩果])")
_SCALED = re.compile(r"(\d+(?:,\d{3})*(?:\.\d+)?)\s*(?:([百千万亿])(?![克米瓦卡分])|k\b)")
_HALVES = (
    (re.compile(r"半个?年|half a year"), "6个月"),
    (re.compile(r"半个月"), "15天"),
    (re.compile(r"半个?(?:小时|钟头)|half an hour"), "30分钟"),
    (re.compile(r"(?:一|(?<!\d)1)刻钟"), "15分钟"),
)
_ONES = ("two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: value for value, word in enumerate(_ONES, 2)}
_LARGE = {word: value for value, word in enumerate(_TEENS, 10)} | {word: 10 * at for at, word in enumerate(_TENS, 2)}
_ENGLISH = re.compile(  # small ones also count sentences and things: "two points"; only a time or amount is a figure
    rf"\b(?:({'|'.join(_LARGE)})(?:[- ](one|{'|'.join(_SMALL)}))?\b|({'|'.join(_SMALL)})(?=[\s-]+"
    r"(?:(?:business|working|calendar|full)[\s-]+)?(?:day|week|month|year|hour|minute|second|percent|dollar)s?\b))"
)


def digits(folded: str) -> str:
    """`folded` (NFKC, lower case) with its numbers in digits; 一 before a unit counts, 万一 and 十分 do not."""
    text = _PART.sub(_part, folded)
    text = _HAN.sub(lambda found: found[0] if _ABOUT.match(found[0]) else str(value_of(found[0])), text)
    text = _SCALED.sub(_scaled, text)
    for pattern, plain in _HALVES:
        text = pattern.sub(plain, text)
    return _ENGLISH.sub(_english, text)


def value_of(numeral: str) -> int:
    """The value of a Chinese numeral: 三千 -> 3000, 二十五 -> 25, 两百五 -> 250."""
    total = part = digit = 0
    below = 1  # what a last digit counts: 一百零五 is 105, 一百五 is 150
    for letter in numeral:
        if letter in _VALUES:
            digit = _VALUES[letter]
            below = 1 if digit == 0 else below
        elif letter in "万亿":
            total, part, digit = (total + part + digit) * _SCALES[letter], 0, 0
            below = _SCALES[letter] // 10
        else:
            part, digit = part + (digit or 1) * _SCALES[letter], 0
            below = _SCALES[letter] // 10
    return total + part + digit * below


def _part(found: re.Match[str]) -> str:
    if found[3]:
        return f"{value_of(found[3]) * 10}%"
    whole, part = value_of(found[1]), value_of(found[2])
    return f"{part}%" if whole == 100 else f"{part}/{whole}"


def _scaled(found: re.Match[str]) -> str:
    return f"{float(found[1].replace(',', '')) * _SCALES.get(found[2] or '千', 1000):.10g}"


def _english(found: re.Match[str]) -> str:
    large, unit, small = found.groups()
    return str(_SMALL[small] if small else _LARGE[large] + ({"one": 1} | _SMALL).get(unit or "", 0))
