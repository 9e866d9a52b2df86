"""Near-duplicate exchanges become one that is counted: what many ask and agents answer alike weighs more."""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge.types import Entry

SAME_QUESTION = 0.7  # share of character pairs in common above which two wordings ask the same
SAME_ANSWER = 0.5  # below it two agents said different things, and both stay
ALIASES = 8  # wordings kept of a merged exchange
_FILLERS = re.compile(r"<[A-Z_]+\d*>|请问一?下?|您好|你好|想?问一?下|麻烦|[呀呢啊哦哈吗嘛的了]|[\W_]+")
_CODE = re.compile(r"[a-z]*\d[a-z\d]*")


@dataclass(frozen=True, slots=True)
class _Shape:
    """What two exchanges are compared by: pairs of characters of question and answer, and the codes asked about."""

    asked: frozenset[str]
    said: frozenset[str]
    codes: frozenset[str]

    def same(self, other: "_Shape") -> bool:
        alike = self.codes == other.codes and _overlap(self.asked, other.asked) >= SAME_QUESTION
        return alike and _overlap(self.said, other.said) >= SAME_ANSWER


def merge_exchanges(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Merge near-duplicates over all files: the latest answer stays, `count` adds up, other wordings become aliases.

    Entries of other kinds are passed on as they are.
    """
    exchanges = [entry for entry in entries if entry.kind == "exchange"]
    exchanges.sort(key=lambda entry: (entry.updated or date.min, entry.id), reverse=True)
    shapes = [_shape(entry) for entry in exchanges]
    frequency = Counter(pair for shape in shapes for pair in shape.asked)
    kept: list[Entry] = []
    kept_shapes: list[_Shape] = []
    places: dict[str, list[int]] = defaultdict(list)
    for entry, shape in zip(exchanges, shapes, strict=True):
        rare = _rarest(shape.asked, frequency)
        near = dict.fromkeys(at for pair in rare for at in places[pair])
        match = next((at for at in near if shape.same(kept_shapes[at])), None)
        if match is not None:
            kept[match] = _merged(kept[match], entry)
            continue
        for pair in rare:
            places[pair].append(len(kept))
        kept.append(entry)
        kept_shapes.append(shape)
    return (*(entry for entry in entries if entry.kind != "exchange"), *kept)


def similarity(one: str, other: str) -> float:
    """Share of character pairs that two texts have in common, 0 to 1."""
    return _overlap(_pairs(one), _pairs(other))


def _rarest(pairs: frozenset[str], frequency: Counter[str]) -> list[str]:
    """So many of the rarest pairs that two questions which are alike share at least one (prefix filtering)."""
    by_rarity = sorted(pairs, key=lambda pair: (frequency[pair], pair))
    return by_rarity[: len(pairs) - math.ceil(SAME_QUESTION * len(pairs)) + 1]


def _shape(entry: Entry) -> _Shape:
    asked = re.sub(r"<[A-Z_]+\d*>", "", entry.title)
    codes = frozenset(_CODE.findall(unicodedata.normalize("NFKC", asked).lower()))
    return _Shape(_pairs(entry.title), _pairs(entry.text), codes)


def _pairs(text: str) -> frozenset[str]:
    folded = _FILLERS.sub("", unicodedata.normalize("NFKC", text)).lower()
    return frozenset(folded[at : at + 2] for at in range(max(len(folded) - 1, 1)))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(len(one | other), 1)


def _merged(kept: Entry, other: Entry) -> Entry:
    wordings = dict.fromkeys((*kept.aliases, other.title, *other.aliases))
    aliases = tuple(wording for wording in wordings if wording != kept.title)[:ALIASES]
    return replace(kept, count=kept.count + other.count, aliases=aliases)
