"""What jieba's dictionary knows of a piece of text: its words, how common they are, which of them persons are called.

`readings` weighs a name against the words that stand there otherwise: the best segmentation with it against the best without,
both by unigram probabilities. Surnames and the characters of given names are counted in the dictionary's own names of persons.
Method: Zhang, Liu, Yu, Cheng & Bai 2003, "Chinese Named Entity Recognition Using Role Model", without the roles.

About a second to load: done when the first Han characters that may be a name ask for it.
"""

import math
from collections import Counter
from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

from knowledge.scrubbing.lexicon import DOUBLE_SURNAMES, GIVEN, GIVEN_WORDS, NAMES_TOO, NO_NAME, SURNAMES

COMMON_PERSON = 40  # times: tagged as persons, yet words above it: 荣幸, 陈列, 桂林
COMMON_WORD = 2_500  # of 60 million: 单位, 公司, 时间 are above it, words that persons are called below
NO_PART = frozenset(
    "的了是我你他她们这那有在不也都就要会能吗呢吧啊把被给对从到与及或但而叫过加已没去说看用打拿送函凭别士女和来向上下原街"
)  # function words: no name ends or begins with them


NAMES_IN_TEXT = 0.01  # prior: one word of a hundred is a name; moves all margins alike
BRAND = 500
SINGLE = 0.35  # share of given names with one character
BOTH = 0.05  # share of names with both parents' surnames: 汤梁宇航
RARE = 0.03  # how often a character counts that no known given name holds
BORNE = 2e-4  # share of a given name that is a word as well, at least
LONGEST_WORD = 8

NO_NAME_CHAR = NO_PART - frozenset("来和向上下原女")  # 黎来娣, 张和平: rare, and the words weigh enough against others

# Least margins of a reading, in nats, by where it stands; docs/log.md has what they bring and cost on real chats.
ALONE = 0.0  # nothing announces it
LED = -4.5  # words that lead to a name stand before and behind it
ENDED = -6.5  # it fills all that stands between such a word and a sign
SURE = -8.5  # behind a label or 我爸, 他叫
BESIDE = -10.5  # next to a value that was masked
LABELLED = -16.0  # it fills all that stands between a label and a sign
LONGER = 2.5  # for each character more: the end of a name is often a word, the beginning of what follows seldom
QUALIFIER = 400  # times in the dictionary: 安全主管, 班主任, 课程顾问; 找钱 and 好赖 are below it


class Reading(NamedTuple):
    """text[start:end] as a person's name; `margin`: how many nats better the best segmentation with it is than without."""

    start: int
    end: int
    margin: float


def cut(clause: str) -> list[str]:
    import jieba  # its dictionary takes half a second; texts without anything like a name never pay

    jieba.setLogLevel(60)
    return list(jieba.cut(clause, HMM=False))


def how_often(word: str) -> int:
    """Times that the dictionary counted a word, of 60 million; 0 for what it does not know.

    Brands of ours count as rare words, unless they read like a given name: 梦洁.
    """
    return _frequencies().get(word) or (BRAND if word in NO_NAME and not set(word) <= _given() else 0)


def is_unknown(text: str) -> bool:
    """Whether no word of the language stands in it: a name that has no Chinese surname."""
    known = (word for word in cut(text) if len(word) > 1 and (word not in persons() or word in NO_NAME))
    return not any(known) and not any(c in NO_PART for c in text)


def is_word(text: str) -> bool:
    return len(cut(text)) == 1 and text not in persons()


@cache
def persons() -> frozenset[str]:
    """The dictionary's words that are persons' names: 周明, 陈晓东, 斯琴高娃."""
    return frozenset(word for word, tag in _tagged().items() if tag != "ns")


@cache
def places() -> frozenset[str]:
    """The dictionary's places, and its cities and districts without that word: 常宁 of 常宁市."""
    named = {word for word, tag in _tagged().items() if tag == "ns"}
    return frozenset(named | {word[:-1] for word in named if word[-1] in "市县区" and len(word) > 2}) - NAMES_TOO


@cache
def _tagged() -> dict[str, str]:
    """The dictionary's persons (nr, nrfg, nrt) and places (ns), by their tags; the rest would take 25 MB more."""
    import jieba

    with jieba.get_module_res("dict.txt") as lines:
        rows = (line.decode("utf-8").split() for line in lines)
        return {row[0]: row[-1] for row in rows if row[-1] in ("nr", "nrfg", "nrt", "ns")}


@cache
def doubles() -> frozenset[str]:
    """The surnames of two characters."""
    return frozenset(DOUBLE_SURNAMES.split("|"))


def given(name: str) -> str:
    """The given name of a Chinese name if it has two characters: 雨桐 of 田雨桐 and of 欧阳雨桐; else nothing."""
    both = len(name) == 4 and all(char in SURNAMES for char in name[:2])  # of both parents: 汤梁宇航
    family = 2 if both or name[:2] in doubles() else 1
    return name[family:] if len(name) == family + 2 and name[0] in SURNAMES else ""


@lru_cache(4_096)
def readings(clause: str) -> tuple[Reading, ...]:
    """Every surname with one or two characters behind it in `clause` (Han characters only), the likeliest name first."""
    size = len(clause)
    words = [
        [end for end in range(at + 1, min(size, at + LONGEST_WORD) + 1) if _is_word(clause[at:end])]
        for at in range(size)
    ]
    before, behind = [0.0] + [-math.inf] * size, [-math.inf] * size + [0.0]
    for at, ends in enumerate(words):
        for end in ends:
            before[end] = max(before[end], before[at] + _word(clause[at:end]))
    for at in range(size - 1, -1, -1):
        behind[at] = max(_word(clause[at:end]) + behind[end] for end in words[at])
    found = []
    for at in range(size):
        for given in (at + 2, at + 1):
            if all(char in SURNAMES for char in clause[at:given]) or clause[at:given] in doubles():
                both = given == at + 2 and clause[at:given] not in doubles()
                for end in range(given + 1 + both, given + 3):
                    if end <= size and not _other(clause, at, end):
                        name = _name()(clause[at:given], clause[given:end])
                        found.append(Reading(at, end, before[at] + name + behind[end] - before[size]))
    return tuple(sorted(found, key=lambda reading: -reading.margin))


def _other(clause: str, at: int, end: int) -> bool:
    """Whether clause[at:end] is, or is part of, something else than a name: 李锦 of 李锦记, 慕希 of 安慕希, 周到, 王的."""
    starts = range(max(0, at - 2), at + 1)
    return any(clause[start:stop] in NO_NAME for start in starts for stop in range(end, end + 3)) or (
        not NO_NAME_CHAR.isdisjoint(clause[at + 1 : end])
    )


def _is_word(text: str) -> bool:
    if len(text) == 1:
        return True
    known = how_often(text)
    if text not in persons() or text in NO_NAME:
        return known > 0
    return known > (COMMON_PERSON if len(text) == 2 or not set(text[1:]) <= _given() else COMMON_WORD)


def _word(text: str) -> float:
    return math.log((how_often(text) or 1) / _total())


@cache
def _name() -> Callable[[str, str], float]:
    """The logarithm of the probability of a name (surname, given name).

    Surnames by their rank (lexicon.py has them by frequency), given names as counted in the dictionary's persons.
    """
    known = _given()
    places: tuple[Counter[str], Counter[str], Counter[str]] = (Counter(), Counter(), Counter())  # alone, first, second
    for word in persons():
        given = word[2:] if word[:2] in doubles() else word[1:]
        if word[:2] in doubles() or word[0] in SURNAMES:
            for place, char in zip(places[:1] if len(given) == 1 else places[1:], given, strict=False):
                place[char] += char in known
    totals = [place.total() + len(known) for place in places]
    ranks = {family: rank for rank, family in enumerate(dict.fromkeys(SURNAMES))}
    weights = {family: (rank + 10) ** -1.5 for family, rank in ranks.items()}  # a power law: 王 7 %, the hundredth .2 %
    whole = sum(weights.values())

    def share(place: int, char: str) -> float:
        return (places[place][char] + (1 if char in known else RARE)) / totals[place]

    def weigh(family: str, given: str) -> float:
        chance = NAMES_IN_TEXT
        if family in doubles():
            chance *= weights["严"] / whole
        else:
            for char in family:  # two: of both parents
                chance *= weights[char] / whole
            chance *= BOTH if len(family) == 2 else 1
        if len(given) == 1:
            return math.log(chance * SINGLE * share(0, given))
        chance *= (1 - SINGLE) * max(share(1, given[0]) * share(2, given[1]), BORNE * (given in GIVEN_WORDS))
        return math.log(chance)

    return weigh


@cache
def _given() -> frozenset[str]:
    return frozenset(GIVEN)


@cache
def _frequencies() -> dict[str, int]:
    import jieba

    jieba.setLogLevel(60)
    jieba.initialize()
    return jieba.dt.FREQ  # type: ignore[no-any-return]


@cache
def _total() -> int:
    return sum(_frequencies().values())
