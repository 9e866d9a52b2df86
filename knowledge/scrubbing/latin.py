"""Names in Latin letters: announced by their place, of who speaks, and bare where their words are known.

View in, spans on the plain text out. A name bare in prose counts only where its first name or its surname is a known one.
"""

import re
from collections.abc import Iterator

from knowledge.scrubbing.announced import announced
from knowledge.scrubbing.lexicon import HOUSES, MONTHS, NO_ENGLISH_NAME, PERSONAL_BEFORE_SURNAME, SHOPS
from knowledge.scrubbing.namebook import (
    CAP,
    INITIAL,
    LETTER,
    PARTICLE,
    is_family,
    is_given,
    is_korean,
    is_lower_given,
    is_ordinary,
    is_pinyin_pair,
    is_southern,
    is_southern_family,
    is_syllable,
    is_word,
    may_be_family,
    may_be_given,
)
from knowledge.scrubbing.normalising import HIDDEN, View
from knowledge.scrubbing.numbers import Candidate
from knowledge.scrubbing.speakers import nicknames, speakers

_CASELESS = re.compile(
    r"(?i)(?=[A-Za-z])(?:my name is|under (?:my [a-z]+'s name )?|(?<![a-z])(?:mr|mrs|ms|dr)\.|(?<!t)here's|named him|named her|why is|follow up with) ([^\W\d_]{2,20}(?: [^\W\d_]{2,20})?)(?='s|\.?$| so | in | and | is |,)"
)
_LOWER_HERE = re.compile(  # eunji here btw; thx. xiaoling; its pilar again; ludmila and i
    r"(?m)(?:(?:^|[.!?,] )(?=[a-z]{3,15} here(?: btw|[.,!]|$)|[a-z]{3,15} and i\b)|(?<![a-z])(?:it'?s|this is) (?=[a-z]{3,15} again)|(?<![a-z])(?:thx|thanks|ty|regards|cheers)[.,!]? (?=[a-z]{3,15}$))([a-z]{3,15})"
)
_NO_CASELESS = frozenset(["the", "my", "it", "this", "your", "a", "an", "not", "that", "there", "our"])
_LOWER = re.compile(  # its cassandra murillo, chat slang
    r"(?<![\w.@/\-])((?:it'?s|i'?m|i am|this is|name is|name's|name,?|thanks,?|regards,?|tell|told|ask|asked|with|colleague|wife|husband|son|daughter|friend|mate|boss|brother|sister|mum|mom|dad|nan|ex|bf|gf|called|named|under|by|signed|surname|first|last|for|from|dear|hi|hey|hello|contact),? )?([a-z\u00df-\u00ff]{3,15}|[a-z]{2,6}-[a-z]{2,6})(?:(?: [b-hj-z]\.?| [ai]\.| ó| de| la| van| von| del){0,2} ([a-z\u00df-\u00ff][a-z\u00df-\u00ff'’\-]{2,20}))?(?![\w@/\-])"
)
_TITLED_LOWER = re.compile(
    r"(?<![A-Za-z])(?:(?:dr|mr|mrs|ms)\.?|(?:surname|last name)(?: is)?) ([a-z]{3,20})(?![A-Za-z0-9])"
)
_NO_SURNAME = frozenset(["and", "from", "with", "the", "here", "again", "but", "who", "not", "still", "calling"])
_UP = "A-Z\u00c0-\u00d6\u00d8-\u00de\u0100-\u024f"
_ACCENTED = re.compile(
    rf"(?<![{LETTER}0-9_.@/])(?:[{_UP}][{LETTER}'’\-]{{1,20}} (?:[A-Z]\.? )?){{0,2}}[{_UP}]?[a-zA-Z]{{0,16}}[\u00c0-\u017f][{LETTER}'’\-]{{1,16}}(?: [A-Z\u00c0-\u0178][{LETTER}'’\-]{{1,20}})?"
)
_CAPITALS = re.compile(  # KAITLYN PETROSYAN; SUN/CHENXI
    r"(?<![A-Za-z0-9/_\-])([A-Z]{2,14}(?:-[A-Z]{2,14})?)( [A-ZÓ]\.?)?( |/|, )([A-Z]{2,14}(?:[\-'][A-Z]{2,14})?)(?: ([A-Z]{2,14}))?(?![A-Za-z0-9/_\-])"
)
_CAPITALS_LABEL = re.compile(r"(?i)(?:name|signed|passenger|guest|pax)[: ]{1,2}$")
_RUN = re.compile(rf"(?<![{LETTER}0-9.@/_\-]){CAP}(?: (?:{INITIAL}|{PARTICLE}(?= )|{CAP})){{0,7}}(?![{LETTER}0-9@_])")
_PLACED = re.compile(  # without a capital that begins a word, an initial or a quoted key, no place holds a name
    rf"[A-Z\u00c0-\u00de][a-z\u00df-\u017f'’\-]|[A-Z]\. ?[{HIDDEN}]|\""
)
_FIRM = re.compile(  # reads like a person wherever one is announced
    rf"(?=[{_UP}])(?<![{LETTER}])(?:Jack Daniel['’]s|Tom['’]s Hardware|(?:{'|'.join(sorted(HOUSES)).replace(' ', '(?: & | and | )')})(?![{LETTER}])"
    rf"|(?:St\.? |Dr\.? (?=Marten)){CAP}(?:['’]s)?|(?P<one>{CAP}) & (?P=one)(?![{LETTER}])"
    rf"|{CAP}(?: (?:& )?{CAP}){{0,3}},? (?:Ltd|Limited|Inc|LLC|PLC|Corp|GmbH)(?![{LETTER}]))"
)
_PARTNER = re.compile(rf" & ({CAP})")
_NO_PERSON_AFTER = frozenset(["San", "Santa", "Saint", "St", "Fort", "Port", "Lake", "Mount", "New"])


def latin_names(view: View) -> Iterator[Candidate]:
    """Names by their place first, then the ones beside a masked name, with accents, or with a common name."""
    text = _FIRM.sub(lambda firm: "_" * len(firm.group()), view.plain)
    if _PLACED.search(text):
        yield from announced(text)
        yield from speakers(text)
        yield from nicknames(text)
    for match in _CASELESS.finditer(text):
        if match.group(1).split()[0].lower() not in _NO_CASELESS:
            yield match.start(1), match.end(1), "NAME"
    for match in _LOWER_HERE.finditer(text):
        if not is_ordinary(match.group(1)):
            yield *match.span(1), "NAME"
    for match in _ACCENTED.finditer(text) if not text.isascii() else ():
        if match.group()[0].isupper() or is_lower_given(text[: match.start()].rpartition(" ")[0].rpartition(" ")[2]):
            yield match.start(), match.end(), "NAME"
    yield from _bare(text)
    yield from _capitals(text)
    for match in _TITLED_LOWER.finditer(text):
        if not is_ordinary(match.group(1)):
            yield *match.span(1), "NAME"
    at = 0
    while lower := _LOWER.search(text, at):
        cue, first, last = lower.groups()
        korean = "-" in first and is_korean(first) and cue and may_be_family(_capital(last or ""))
        pinyin = cue and last and is_pinyin_pair(first.capitalize(), last.capitalize())
        if korean or pinyin or _is_lower_name(first, last, cue):
            whole = korean or pinyin or (last and last not in _NO_SURNAME and not is_ordinary(last))
            at = lower.end(3 if whole else 2)
            yield lower.start(2), at, "NAME"
        else:
            at = lower.start(2) if cue else lower.end(2)  # what stands there may be a cue itself


def _is_lower_name(first: str, last: str | None, cue: str | None) -> bool:
    """tell wendell; dolores fitzgerald."""
    family = bool(last) and is_family(_capital(last or ""))
    return (is_lower_given(first) and (bool(cue) or family)) or (
        family and may_be_given(_capital(first)) and not is_ordinary(first)
    )


def _bare(text: str) -> Iterator[Candidate]:
    """Names in runs of capitalised words: by their words alone."""
    for match in _RUN.finditer(text):
        words, at, place = match.group().split(" "), match.start(), 0
        after = text[max(0, at - 6) : at].split(" ")[-2:-1]
        while place < len(words):
            before = words[place - 1 : place] if place else after
            length = 0 if before and before[0] in _NO_PERSON_AFTER else _length(words[place:])
            step = max(length, 1)
            name = " ".join(words[place : place + step])
            thing = length == 1 and before and before[0] in ("the", "The")  # the Rosie cardigan
            if (
                length
                and not thing
                and not (length == 1 and _is_firm(name, text[at + len(name) : at + len(name) + 24]))
            ):
                yield at, at + len(name), "NAME"
            at, place = at + len(name) + 1, place + step


def _is_firm(name: str, after: str) -> bool:
    """Wendy's, Johnson & Johnson."""
    other = _PARTNER.match(after)
    return (name in SHOPS and after[:1] in ("'", "’")) or bool(
        other and (other.group(1) == name or not is_given(other.group(1)))
    )


def _length(words: list[str]) -> int:
    """How many of these words are one name that begins with the first; 0 if it is none."""
    first, at = words[0], 1
    while at + 1 < len(words) and at < 3 and _is_between(words[at], words[at + 1]):
        at += 1
    last = words[at] if at < len(words) else ""
    if last and at == 1 and is_pinyin_pair(first, last):  # He Zhiyuan
        return 2
    if first in NO_ENGLISH_NAME and not (first in MONTHS and is_family(last)):
        return 0
    if is_southern(words[:3]):
        return 3
    whole = bool(last) and (may_be_family(last) or not is_word(last)) and last not in NO_ENGLISH_NAME
    named = may_be_given(first)
    if whole and (
        is_given(first)
        or (first in PERSONAL_BEFORE_SURNAME and not is_word(last))
        or (is_family(last) and (named or not is_ordinary(first)))
        or (is_korean(first) and may_be_family(last))
        or (may_be_family(first) and is_korean(last))
    ):
        return _extended(words, at + 1)
    return 1 if is_given(first) else 0


def _is_between(word: str, after: str) -> bool:
    """An initial, de la, Lo in Lo Presti."""
    return len(word.rstrip(".")) == 1 or word[0].islower() or (word in ("Lo", "Di", "Ó", "Mac") and not is_word(after))


def _extended(words: list[str], length: int) -> int:
    """Also the second surname, and the given names behind one of Singapore: Alvin Seah Siew Mei."""
    southern = is_southern_family(words[length - 1])
    for _ in range(2):
        if length < len(words) and (is_family(words[length]) or (southern and is_syllable(words[length]))):
            length += 1
    return length


def _capitals(text: str) -> Iterator[Candidate]:
    at = 0
    while match := _CAPITALS.search(text, at):
        words = [_capital(word) for word in (match.group(1), match.group(4), match.group(5) or "") if word]
        if match.group(3) == ", ":  # DELGADO, PEDRO
            words[:2] = words[1], words[0]
        length = 2 if is_pinyin_pair(*words[:2]) else _length(words)
        sure = is_korean(words[0]) or is_korean(words[1]) or is_pinyin_pair(*words[:2]) or is_southern(words[:3])
        labelled = _CAPITALS_LABEL.search(text, max(0, match.start() - 12), match.start()) and not any(
            map(is_ordinary, words[:2])
        )
        named = labelled or (length > 1 and (sure or is_family(words[1]) or match.group(2) == " Ó"))
        at = match.end(1) if not named else match.end(5 if length > 2 else 4)
        if named:
            yield match.start(), at, "NAME"


def _capital(word: str) -> str:
    return "-".join(part.capitalize() for part in word.split("-"))
