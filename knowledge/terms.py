"""What the lexical search counts: words, the meanings they stand for ("=17"), the letters of Latin words by three.

Letters forgive typing errors and grammar ("strikethrough" finds "strike through"), meanings bridge wordings and
languages. Both weigh less than words; but a word which the knowledge never uses is searched by its meaning alone.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache

from knowledge.synonyms import FINGERPRINT, meanings, names_a_thing, split
from knowledge.words import VERSION as WORDS_VERSION
from knowledge.words import codes, fold, tokens, weight

CODE = 2.5  # weight of a product code, version or error code: who names one means that one
LETTERS = 0.2  # weight of a letter group beside its word; .1 to .35 is flat on five sets (docs/log.md)
FULL = 0.5  # of knowledge.words.weight: rarer Chinese words name something
_GREETING = "请问|您好|你好|麻烦|谢谢|我?想问|一下|我想|请教"
POLITE = frozenset((*_GREETING.split("|"), *tokens("please tell know want hello thank")))
_FRAME = re.compile(f"怎么办(?!理)|咋办|什么|哪些|啥|{_GREETING}")  # how one asks, not what
_SMALL = frozenset(
    "的了吗呢啊呀吧嘛哦么都也就才还在是有我你您他她它们这那个些请帮把被给由和与跟对于关需要想可以能会到下之"
) | frozenset(
    tokens("please there need use get got like some seem might help hi guys hello know want tell thank")
)  # of grammar and courtesy: another question does not differ in them alone
VERBS = frozenset("开退买卖收付借还进出存取送寄换改查删")  # one character that makes another question
MEANING = 0.3  # weight of a meaning beside its word; .2 to .5 is flat
MEANING_ALONE = 1.0  # where the knowledge does not know the word: another wording, another language

VERSION = f"{WORDS_VERSION}.{FINGERPRINT}"  # of what is stored: cached terms of another version are cut again


def terms(text: str) -> list[str]:
    """Words and meanings of a text of the knowledge, repeated as often as they occur."""
    return [*tokens(text), *(group for meaning in meanings(text) for group in meaning.groups)]


@lru_cache(maxsize=8192)
def held_terms(text: str) -> frozenset[str]:
    """The different words and meanings of `text`, remembered: the same entries are compared with every question."""
    return frozenset(terms(text))


@lru_cache(maxsize=1024)
def units(text: str) -> tuple[tuple[str, ...], ...]:
    """What a question asks for, each thing by the terms that would satisfy it: the groups of a wording, or a word."""
    found, rest = split(text)
    return (*(meaning.groups for meaning in found), *((word,) for word in dict.fromkeys(tokens(rest))))


@lru_cache(maxsize=8192)
def things(text: str) -> tuple[tuple[str, ...], ...]:
    """The units of `text` that say what it is about: no question words, no small ones, few single characters."""
    found, rest = split(text)
    named = [meaning.groups for meaning in found if names_a_thing(meaning.groups)]
    cut = dict.fromkeys(tokens(rest))
    words = [word for word in cut if word not in POLITE and _is_full(word)]
    verbs = [letter for letter in cut if letter in VERBS and not any(letter in word for word in words)]
    return (*named, *((word,) for word in (*words, *verbs)))


def left_over(one: str, other: str) -> tuple[str, ...]:
    """What `one` says and `other` does not: things of another meaning, letters and words that are more than grammar."""
    found, rest = split(_FRAME.sub(" ", fold(one)))
    held = held_terms(other) | set(fold(other)) | _SMALL
    things = [one.wording for one in found if names_a_thing(one.groups) and held.isdisjoint(one.groups)]
    words = [
        word for word in dict.fromkeys(tokens(rest)) if (weight(word) == 1.0 if word.isascii() else len(word) == 1)
    ]
    return tuple(word for word in (*things, *words) if word not in held)


def _is_full(word: str) -> bool:
    return weight(word) == 1.0 if word.isascii() else len(word) > 1 and weight(word) >= FULL


def asked_terms(text: str, known: Callable[[str], bool]) -> dict[str, float]:
    """Words, meanings and letter groups of a question with their weights; `known` tells what the knowledge uses."""
    marked = codes(text)
    weights: dict[str, float] = {}
    for word in tokens(text):
        weights[word] = weights.get(word, 0.0) + (CODE if word in marked else 1.0)
        for group in letters(word):
            weights[group] = weights.get(group, 0.0) + LETTERS
    for meaning in meanings(text):
        weight = MEANING if all(known(word) for word in tokens(meaning.wording)) else MEANING_ALONE
        for group in meaning.groups:
            weights[group] = max(weights.get(group, 0.0), weight)
    return weights


@cache
def letters(word: str) -> tuple[str, ...]:
    """The letter groups of a Latin word of three letters or more ("#<re", "#ref", …); none for others."""
    if len(word) < 3 or not word.isascii() or word.startswith("="):
        return ()
    framed = f"<{word}>"
    return tuple(f"#{framed[place : place + 3]}" for place in range(len(word)))
