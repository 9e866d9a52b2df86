"""What may not differ between a question and the wording it is taken for: codes, numbers, negation, opposites.

"A102" is not "A120", 能 is not 不能, per month is not per year, 导入 is not 导出, and 多久 does not ask for
多少钱. Two texts that differ in one of these may be alike in every other letter.
"""

import re
from functools import lru_cache
from pathlib import Path

from knowledge.numerals import value_of
from knowledge.words import codes, fold

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_HAN_NUMBER = re.compile(r"[一二两三四五六七八九十百千万]+(?=[天日年月周个小分秒元块人次台份种类级倍折])")
_CAN_OR_NOT = re.compile(r"([能可要会用有是行])(?:不|没)\1")
_CAN_NOT_ASKED = re.compile(r"(?:可不可以|支不支持|需不需要|can you not|why not)")
_NEGATION = re.compile(
    r"不能|不可以|无法|不支持|不会|不用|不需要|不是|不要|不让|不想|不让|不了|不到|不上|不出|没有|没法|没收到|没到|(?<![特级分类区])别(?![的人家])|未|无需"
    r"|\bnot\b|n't\b|\bcannot\b|\bno\b|\bwithout\b|\bnever\b|\bunable\b|\bfail\w*"
)
_FILE = Path(__file__).with_name("opposites.txt")
_ASKED = {
    "why": r"为什么|为何|为啥|怎么回事|\bwhy\b",
    "where": r"哪里|哪儿|在哪|什么地方|何处(?!理)|\bwhere\b",
    "when": r"什么时候|何时|啥时候|\bwhen\b",
    "what hour": r"几点|what time",
    "what day": r"哪天|几号|what day|what date",
    "how long": r"多久|多长时间|几天|多少天|几个工作日|how long|how soon",
    "how much": r"多少钱|价格|价钱|几块钱|收费标准|how much|\bprice\b|\bcost\b",
    "how many": r"多少个|几个|多少次|几次|how many|how often",
    "who": r"谁|哪位|\bwho\b",
}


@lru_cache(maxsize=8192)
def marks(text: str) -> frozenset[str]:
    """Every mark of `text`, in words an editor understands."""
    folded = fold(text)
    found = {f"code {code}" for code in codes(text)}
    found |= {f"number {number}" for number in (*_NUMBER.findall(folded), *map(value_of, _HAN_NUMBER.findall(folded)))}
    if _NEGATION.search(_CAN_NOT_ASKED.sub("", _CAN_OR_NOT.sub(r"\1", folded))):
        found.add("negation")
    for pattern, sides in _opposites():
        found |= {sides[match] for match in pattern.findall(folded.replace("-", " "))}
    return frozenset(found | {f"asks {name}" for name, pattern in _ASKED.items() if re.search(pattern, folded)})


def differences(one: str, other: str) -> tuple[str, ...]:
    """The marks that only one of two texts bears."""
    return tuple(sorted(marks(one) ^ marks(other)))


@lru_cache(maxsize=1)
def _opposites() -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    """One pattern a row, longest wording first, and the side that each wording stands for."""
    rows = []
    for row in _FILE.read_text(encoding="utf-8").splitlines()[1:]:
        words = [side.split() for side in row.split("/")]
        sides = {wording.replace("_", " "): side[0].replace("_", " ") for side in words for wording in side}
        parts = sorted(sides, key=len, reverse=True)
        pattern = "|".join(rf"\b{re.escape(part)}\b" if part.isascii() else re.escape(part) for part in parts)
        rows.append((re.compile(pattern), sides))
    return tuple(rows)


def counterparts(one: str, other: str) -> list[tuple[str, str]]:
    """Wordings of `one` and of `other` that are sides of one opposition: (手机号, 邮箱), (monthly, yearly)."""
    pairs = []
    for pattern, sides in _opposites():
        left, right = pattern.findall(fold(one)), pattern.findall(fold(other))
        pairs += [(a, b) for a in left[:1] for b in right[:1] if sides[a] != sides[b]]
    return pairs
