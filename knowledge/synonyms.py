"""Wordings become meanings: knowledge/synonyms.txt says which words are one at a support desk, in Chinese and English.

`meanings(text)` names the groups whose words a text holds, longest wording first: 不要钱 is "free", not "not" and
"money". This lets the built-in search find 免费试用 from "白用" or "free trial".
"""

import re
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from knowledge.words import fold, tokens

_FILE = Path(__file__).with_name("synonyms.txt")
FINGERPRINT = blake2b(_FILE.read_bytes(), digest_size=4).hexdigest()
_ASKING = "# asking"  # the section of the file whose words ask
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z0-9](?:[a-z0-9'’]|[-._](?=[a-z0-9]))*")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A wording found in a text, and the groups it belongs to ("=17")."""

    wording: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Lexicon:
    han: re.Pattern[str]
    groups: dict[str, tuple[str, ...]]
    longest: int  # words of the longest Latin wording
    asking: frozenset[str]  # groups that ask or allow, and name no thing


def meanings(text: str) -> list[Meaning]:
    """The meanings of `text` in order, Chinese ones before Latin ones."""
    return split(text)[0]


def split(text: str) -> tuple[list[Meaning], str]:
    """The meanings of `text`, and its words that have none."""
    lexicon, folded = _lexicon(), fold(text)
    found = [Meaning(wording, lexicon.groups[wording]) for wording in lexicon.han.findall(folded)]
    folded = lexicon.han.sub(" ", folded)
    raw = _LATIN.findall(folded)
    words = [_stem(word) for word in raw]
    rest = _LATIN.sub(" ", folded).split()
    place = 0
    while place < len(words):
        for length in range(min(lexicon.longest, len(words) - place), 0, -1):
            wording = " ".join(words[place : place + length])
            if wording in lexicon.groups:
                found.append(Meaning(wording, lexicon.groups[wording]))
                place += length
                break
        else:
            rest.append(raw[place])
            place += 1
    return found, " ".join(rest)


def names_a_thing(groups: tuple[str, ...]) -> bool:
    """Tell whether a wording of these groups says what a question is about, not only how it asks."""
    return not _lexicon().asking.issuperset(groups)


@cache
def _lexicon() -> _Lexicon:
    groups: dict[str, list[str]] = {}
    asking: set[str] = set()
    section = ""
    for number, line in enumerate(_FILE.read_text(encoding="utf-8").splitlines()):
        if line.startswith("#"):
            section = line
            continue
        if section == _ASKING:
            asking.add(f"={number}")
        for part in line.split(","):
            wording = fold(part)
            key = wording if _HAN.search(wording) else " ".join(_stem(word) for word in _LATIN.findall(wording))
            if key and f"={number}" not in groups.setdefault(key, []):
                groups[key].append(f"={number}")
    han = sorted((re.escape(wording) for wording in groups if _HAN.search(wording)), key=len, reverse=True)
    longest = max(wording.count(" ") + 1 for wording in groups if not _HAN.search(wording))
    wordings = {wording: tuple(ids) for wording, ids in groups.items()}
    return _Lexicon(re.compile("|".join(han)), wordings, longest, frozenset(asking))


@cache
def _stem(word: str) -> str:
    return (tokens(word) or [word])[-1]  # e-mail as email, can't as cant
