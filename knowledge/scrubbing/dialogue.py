"""One dialogue is masked together: numbers split over turns, names heard once, one placeholder a value, then all forgotten.

In: the texts of the turns and the values known to be private. Out: one Scrubbed a turn. The map from values to
placeholders lives for one call.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.scrubbing.asked import asked
from knowledge.scrubbing.credentials import emails, secrets
from knowledge.scrubbing.dictionary import COMMON_PERSON, doubles, given, how_often
from knowledge.scrubbing.latin import latin_names
from knowledge.scrubbing.lexicon import NO_ENGLISH_NAME, NO_NAME, ROLES
from knowledge.scrubbing.lists import NO_LISTS, Lists
from knowledge.scrubbing.names import names
from knowledge.scrubbing.normalising import HIDDEN, PLACEHOLDER, TYPES, View, view
from knowledge.scrubbing.numbers import Candidate, accounts, addresses_of_machines, identities, kept, labelled
from knowledge.scrubbing.places import addresses
from knowledge.scrubbing.splitting import split_numbers

DETECTORS: tuple[Callable[[View], Iterator[Candidate]], ...] = (
    secrets, emails, addresses_of_machines, labelled, kept, split_numbers, identities, accounts, asked, addresses,
    names, latin_names,
)  # fmt: skip
NUMERIC = frozenset((split_numbers, identities, accounts))  # find nothing in a text without a digit
LATIN = re.compile(r"[A-Za-z\u00c0-\u017f]")  # without one of these latin_names finds nothing
MASKED = re.compile(rf"[{HIDDEN}]")
BETWEEN = re.compile(r"[\W_]+")  # what is no letter and no digit
SEAM = "\n\x1e\n"  # between turns in the joined text: a line end, and no detector's class holds it
STOPPABLE = frozenset(
    ("NAME", "ADDRESS", "ORDER", "WECHAT")
)  # what a stop list may free: no person's number, no secret
SHORTEST_HEARD = 6  # characters of a number or an address worth looking for again: shorter ones are prices elsewhere
NAMED, OTHER = 1, 2  # who holds a character: a name, or anything else
MAX_PASSES = 40  # a pass only adds spans; two are usual, the rest is for adversarial text


@dataclass(frozen=True, slots=True)
class Span:
    """Code points [start, end) of the original text, and the type of NOTES: PHONE, NAME, …"""

    start: int
    end: int
    type: str


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A text with placeholders, and the spans of the original that they stand for."""

    text: str
    spans: tuple[Span, ...] = ()


def scrub_turns(
    texts: Sequence[str], private: Sequence[tuple[str, str]], lists: Lists = NO_LISTS
) -> tuple[Scrubbed, ...]:
    """Mask `texts` as one dialogue."""
    joined = SEAM.join(texts)
    found: list[Span] = []
    known = {("NAME", name) for _, value in private if (name := given(value))}
    for _ in range(MAX_PASSES):
        seen = view(joined, [(s.start, s.end, s.type) for s in found])
        new = _search(seen, [*private, *lists.deny], known | _heard(joined, found), lists)
        if not new:
            break
        found = _joined([*found, *new], joined)
    return _divide(texts, joined, found)


def _joined(spans: Sequence[Span], text: str) -> list[Span]:
    """In order; what two detectors found of one value, side by side, is one span."""
    whole: list[Span] = []
    for span in sorted(spans, key=lambda s: s.start):
        if (
            whole
            and whole[-1].end == span.start
            and whole[-1].type == span.type
            and SEAM not in text[whole[-1].start : span.end]
        ):
            whole[-1] = Span(whole[-1].start, span.end, span.type)
        else:
            whole.append(span)
    return whole


def _heard(joined: str, found: Sequence[Span]) -> set[tuple[str, str]]:
    """Values to look for everywhere once one was found: whole ones, and what a name is called by in part.

    In part: each capitalised word of a Latin name; the given name of a Chinese one, and its surname, of two characters.
    """
    heard: set[tuple[str, str]] = set()
    for span in found:
        value = joined[span.start : span.end]
        if span.type != "NAME":
            heard.update({(span.type, value)} if len(value) >= SHORTEST_HEARD else ())
        else:
            words = (
                [word for word in value.split() if len(word) > 2]
                if value.isascii()
                else [value, given(value), value[:2] if value[:2] in doubles() else ""]
            )
            heard.update(("NAME", word) for word in words if len(word) > 1 and word not in NO_NAME | NO_ENGLISH_NAME)
    return heard


def _search(
    seen: View, private: Sequence[tuple[str, str]], heard: Iterable[tuple[str, str]], lists: Lists
) -> list[Span]:
    taken = bytearray(len(seen.plain))
    for masked in MASKED.finditer(seen.plain):
        taken[masked.start()] = OTHER
    accepted: list[Candidate] = []
    for start, end, kind in _propose(seen, private, heard, lists):
        if kind in STOPPABLE and seen.plain[start:end].strip().casefold() in lists.stop:
            continue
        pieces = list(_free(taken, start, end))
        for left, right in pieces:
            if kind == "ADDRESS" and pieces != [(start, end)] and not any(map(str.isdigit, seen.digits[left:right])):
                continue  # words around something else
            if kind == "PHONE" and seen.plain[left] == "转":
                continue  # 转3 behind a hotline
            if kind == "NAME" and right - left == 1 and OTHER in taken[start:end]:
                continue  # 车 in 我车闽C27196, 绑 in 43元绑6228…
            taken[left:right] = bytes([NAMED if kind == "NAME" else OTHER]) * (right - left)
            if kind and any(c.isalnum() for c in seen.plain[left:right]):
                accepted.append((left, right, kind))
    return [Span(*seen.origin(left, right), kind) for left, right, kind in accepted]


def _propose(
    seen: View, private: Sequence[tuple[str, str]], heard: Iterable[tuple[str, str]], lists: Lists
) -> Iterable[Candidate]:
    values = [(*one, False) for one in private] + [(*one, True) for one in heard]
    packed = _packed(seen.plain + seen.digits) if values else ""
    for kind, value, again in values:
        if _packed(value) in packed:  # a pattern is compiled only for what is there
            yield from _known(seen, kind, value, again)
    numeric = any(map(str.isdigit, seen.digits))
    latin = LATIN.search(seen.plain)
    for detect in DETECTORS:
        if (numeric or detect not in NUMERIC) and (latin or detect is not latin_names):
            yield from detect(seen)
    if lists.persons:
        yield from ((start, end, "NAME") for start, end in lists.persons(seen.plain))


def _packed(text: str) -> str:
    return BETWEEN.sub("", unicodedata.normalize("NFKC", text).casefold())


def _known(seen: View, kind: str, value: str, again: bool) -> Iterator[Candidate]:
    """Where `value` stands; `again`: it was found in this text, and a name that is a word as well may be just the word."""
    plain = view(value.strip()).plain.strip()
    if len(plain) < 2 or plain.casefold() in ROLES or (plain.isdigit() and len(plain) < 4):
        return
    left = r"(?<![0-9A-Za-z])" if _is_latin(plain[0]) else ""
    right = r"(?![0-9A-Za-z])" if _is_latin(plain[-1]) else ""
    if (
        again and kind == "NAME" and not plain.isascii() and how_often(plain) > COMMON_PERSON
    ):  # 高峰: not in 早高峰, 高峰期
        left, right = (
            r"(?:(?<![\u4e00-\u9fff])|(?<=[写叫是找让给]))",
            r"(?=您|先生|女士|小姐|小朋友|同学|老师|[已每回说的今昨刚也都想要会不没去还就把被]|来|在|这边|为|帮|[^\u4e00-\u9fff]|$)",
        )
    body = r"[ \-.]{0,2}".join(re.escape(c) for c in plain if c not in " -.") if len(plain) < 80 else re.escape(plain)
    cased = 0 if again and kind == "NAME" else re.IGNORECASE  # Grace, not the grace period
    for match in re.finditer(f"{left}{body}{right}", seen.digits if plain.isdigit() else seen.plain, cased):
        yield match.start(), match.end(), kind if kind in TYPES else _guess(plain)


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _guess(value: str) -> str:
    """The type of a private value whose column does not tell."""
    if "@" in value:
        return "EMAIL"
    return "ORDER" if any(c.isdigit() for c in value) else "NAME"


def _free(taken: bytearray, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of [start, end) that nobody stronger holds."""
    while start < end:
        while start < end and taken[start]:
            start += 1
        stop = next((at for at in range(start, end) if taken[at]), end)
        if start < stop:
            yield start, stop
        start = stop


def _divide(texts: Sequence[str], joined: str, found: Sequence[Span]) -> tuple[Scrubbed, ...]:
    """Cut the spans of the joined text at the turns and write the placeholders."""
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + len(SEAM)
    spans: list[list[Span]] = [[] for _ in texts]
    for span in found:
        turn = bisect_right(starts, span.start) - 1
        offset = starts[turn]
        spans[turn].append(Span(span.start - offset, min(span.end - offset, len(texts[turn])), span.type))
    names_of: dict[tuple[str, str], str] = {}
    counts: dict[str, int] = {}
    for kind, number in PLACEHOLDER.findall(joined):
        counts[kind] = max(counts.get(kind, 0), int(number))
    return tuple(Scrubbed(_write(t, s, names_of, counts), tuple(s)) for t, s in zip(texts, spans, strict=True))


def _write(text: str, spans: Sequence[Span], names_of: dict[tuple[str, str], str], counts: dict[str, int]) -> str:
    parts: list[str] = []
    at = 0
    for span in spans:
        parts.append(text[at : span.start])
        value = "".join(c for c in view(text[span.start : span.end]).digits.casefold() if c.isalnum())
        key = (span.type, value)
        if key not in names_of:
            counts[span.type] = counts.get(span.type, 0) + 1
            names_of[key] = f"<{span.type}_{counts[span.type]}>"
        parts.append(names_of[key])
        at = span.end
    return "".join([*parts, text[at:]])
