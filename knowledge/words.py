"""Text becomes tokens, questions and knowledge the same way: Han characters, Chinese words, whole codes, Latin stems.

Single characters beside words beat words alone clearly on short Chinese questions (docs/log.md). Codes such as A102,
v2.3 or ERR_401 stay whole, so that A102 never finds A012. jieba (words) and OpenCC (繁 -> 简) are loaded at first use.
"""

import logging
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from math import log
from typing import Any

VERSION = "1"  # of what tokens() gives; tokens cached under another version are cut again

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_SYLLABLES = "\u3040-\u30ff\uac00-\ud7af"  # kana and Hangul: one token a character
_LETTER = rf"[^\W_{_HAN}{_SYLLABLES}]"
_TOKEN = re.compile(
    rf"(?P<han>[{_HAN}]+)|(?P<syllable>[{_SYLLABLES}])|(?P<latin>{_LETTER}(?:{_LETTER}|[-._'’]+(?={_LETTER}))*(?:\+\+|#)?)"
)
_ENGLISH = """
a an the i my me we our you your it its this that of in on at to for from by with as and or but so if is
are am be was were do doe did can could will would should may how what which who why when where there
have has had not no get s t don
"""
_FUNCTION_WORDS = frozenset(_ENGLISH.split())
_JOINTS = re.compile(r"[-._'’]+")
_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """Bring all ways to write the same to one: NFKC (full-width, ligatures), 繁 -> 简, lower case, single spaces."""
    folded = unicodedata.normalize("NFKC", text).translate(simplified()).lower()
    return _SPACES.sub(" ", folded).strip()


def is_chinese(text: str) -> bool:
    """Tell whether `text` holds a Han character, and so is asked and answered in Chinese."""
    return any("\u3400" <= letter <= "\u9fff" for letter in text)


def tokens(text: str) -> list[str]:
    """Cut folded `text` into tokens, in order, repeated as often as they occur."""
    return list(_cut(fold(text)))


@lru_cache(maxsize=8192)
def vocabulary(text: str) -> frozenset[str]:
    """The different tokens of `text`, remembered: the same entries are compared with every question."""
    return frozenset(tokens(text))


@lru_cache(maxsize=8192)  # merging asks it of the same titles again and again
def codes(text: str) -> frozenset[str]:
    """The product codes, versions, error codes and long numbers in `text`, in the spelling that tokens() gives them."""
    found = (match["latin"] for match in _TOKEN.finditer(fold(text)))
    return frozenset(_plain(word) for word in found if word and _is_code(word))


def weight(token: str) -> float:
    """How much a token tells, in (0, 1], known without a corpus: jieba's word counts, a list of English words."""
    if token.isascii():
        return 0.3 if token in _FUNCTION_WORDS else 1.0
    total: int = _jieba().total
    return min(1.0, log(total / (_jieba().FREQ.get(token, 0) + 50)) / log(total / 50))


def _cut(folded: str) -> Iterator[str]:
    for match in _TOKEN.finditer(folded):
        if run := match["han"]:
            yield from run
            words = _jieba().cut_for_search(run, HMM=False)  # HMM guesses words that differ between two sentences
            yield from (word for word in words if len(word) > 1)
        elif word := match["latin"]:
            yield from _latin(word)
        else:
            yield match["syllable"]


def _latin(word: str) -> Iterator[str]:
    if _is_code(word):
        yield _plain(word)
        return
    pieces = _JOINTS.split(word)
    yield from (_stem(piece) for piece in pieces)
    if len(pieces) > 1:
        yield "".join(pieces)  # e-mail also as email, don't as dont


def _is_code(word: str) -> bool:
    digits = sum(character.isdigit() for character in word)
    return "_" in word or (digits > 0 and (digits < len(word) or digits >= 3))


def _plain(code: str) -> str:
    """ERR-401 and ERR_401 are one code; v2.3 and 2.3 one version; the hyphens of dates and ranges stay."""
    if re.fullmatch(r"v\d[\d.]*", code):
        return code[1:]
    return re.sub(r"[-_'’]", "", code) if any(character.isalpha() for character in code) else code


def _stem(word: str) -> str:
    """Strip English endings that do not change what is asked about: Harman's S-stemmer, and -ing, -ed, -e."""
    if len(word) < 4 or not word.isascii():
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-2] if word.endswith(("ches", "shes", "sses", "xes")) else word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            return stem[:-1] if stem[-1] == stem[-2] and stem[-1] not in "ls" else stem
    return word.removesuffix("e") if len(word) > 4 else word  # change, changed and changing meet at chang


@cache
def _jieba() -> Any:  # it ships no types
    import jieba  # half a second: only when the first Chinese word is cut

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return jieba.dt


@cache
def simplified() -> dict[int, str]:
    """Character by character: a phrase table could cut one word differently on the two sides."""
    from opencc import OpenCC

    characters = [chr(code) for start, end in ((0x3400, 0x4DC0), (0x4E00, 0xA000)) for code in range(start, end)]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {ord(old): new for old, new in zip(characters, converted, strict=True) if old != new}
