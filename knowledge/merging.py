"""Hits become the context of one prompt: one passage an entry, layers by authority, newer over older, in budget.

Entries enter whole. What has expired never enters. Of two that say the same, the one of higher authority stays, then
the newer.
A newer change is put before the fact it overrides, and both say so; a change that is not released is marked as planned.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge.marks import marks
from knowledge.overrides import overrides, said_by, same_subject
from knowledge.types import Context, Entry, Hit, Layer, Passage
from knowledge.words import is_chinese, vocabulary

PASSAGES = 8  # more distract small models and no agent reads them
TAIL = 0.25  # of the best fact's score: below this a hit shares a word or two with the question
CLOSE = 0.8  # of the best likeness to a fact: such changes are about it too, and the newest of them decides
SAME = 0.9  # share of words (either way) above which two entries say the same


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry on its way into the context."""

    entry: Entry
    score: float
    notice: str = ""


def merge(
    hits: Sequence[Hit], layers: Mapping[str, Layer], count_tokens: Callable[[str], int], *, question: str, today: date
) -> Context:
    """Merge `hits` (best first) into passages labelled "1", "2", …; whether they answer is for knowledge.gates."""
    ranked = [Ranked(hit.chunk.entry, hit.score) for hit in hits]
    alive = [item for item in ranked if is_valid(item.entry, layers.get(item.entry.layer), today)]
    best = next((item.score for item in alive if not _is_history(item)), 0.0)
    near = [item for item in alive if item.score >= TAIL * best]
    noted = _note_changes(_collapse(near, layers), chinese=is_chinese(question))
    kept, tokens_used = _fit(noted, layers, count_tokens)
    kept.sort(key=_is_history)  # conversations lend wording: facts come before them, however near they are
    passages = tuple(passage_of(str(place), item.entry, item.notice) for place, item in enumerate(kept, 1))
    return Context(passages, tokens_used, answerability=0.0, answerable=bool(passages))


def is_valid(entry: Entry, layer: Layer | None, today: date) -> bool:
    """Tell whether `entry` may answer today: within its dates, and not older than its layer allows."""
    if not (entry.valid_from or today) <= today <= (entry.valid_until or today):
        return False
    if layer is None or layer.max_age is None or entry.updated is None:
        return True
    return (today - entry.updated).days <= layer.max_age


def _is_history(item: Ranked) -> bool:
    return item.entry.kind == "exchange"


def _collapse(items: Sequence[Ranked], layers: Mapping[str, Layer]) -> list[Ranked]:
    kept: list[Ranked] = []
    for item in items:
        twin = next((place for place, other in enumerate(kept) if _say_the_same(item.entry, other.entry)), None)
        if twin is None:
            kept.append(item)
        elif _rank(item.entry, layers) > _rank(kept[twin].entry, layers):
            kept[twin] = replace(item, score=kept[twin].score)
    return kept


def _rank(entry: Entry, layers: Mapping[str, Layer]) -> tuple[int, date]:
    layer = layers.get(entry.layer)
    return (layer.authority if layer else 0, entry.updated or date.min)


def _say_the_same(one: Entry, other: Entry) -> bool:
    left, right = vocabulary(f"{one.title} {one.text}"), vocabulary(f"{other.title} {other.text}")
    if not left or len(left & right) < SAME * max(len(left), len(right)):
        return False
    return marks(f"{one.title} {one.text}") == marks(f"{other.title} {other.text}")  # 7 days is not 15 days


def _note_changes(items: Sequence[Ranked], *, chinese: bool) -> list[Ranked]:
    ordered: list[Ranked] = []
    for item in items:
        if any(item.entry.id == other.entry.id for other in ordered):
            continue
        changes = [other for other in items if other.entry.released and overrides(other.entry, item.entry)]
        if not changes:
            ordered.append(_with_notice(item, chinese))
            continue
        newest = _deciding([change.entry for change in changes], item.entry)
        since = _since(newest)
        said = (
            (f"自 {since} 起：", f"（{since} 之前的说法，已有变更）")
            if chinese
            else (f"Since {since}:", f"(before {since}; changed since)")
        )
        if all(other.entry.id != newest.id for other in ordered):
            ordered.append(replace(next(c for c in changes if c.entry is newest), notice=said[0]))
        ordered.append(replace(item, notice=said[1]))
    return ordered


def _deciding(changes: Sequence[Entry], fact: Entry) -> Entry:
    """The newest of the changes that are about `fact` as closely as any."""
    nearness = {change.id: same_subject(said_by(change), fact) for change in changes}
    close = [change for change in changes if nearness[change.id] >= CLOSE * max(nearness.values())]
    return max(close, key=lambda change: (change.updated or date.min, _number(change.version), nearness[change.id]))


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _with_notice(item: Ranked, chinese: bool) -> Ranked:
    if item.entry.kind == "change" and not item.entry.released:
        return replace(item, notice="计划中，尚未发布" if chinese else "planned, not available yet")
    if _is_history(item):
        return replace(item, notice="历史对话，仅供参考措辞" if chinese else "a past conversation: wording, not a fact")
    if item.entry.kind == "change" and item.entry.version:
        since = _since(item.entry)
        return replace(item, notice=f"自 {since} 起：" if chinese else f"Since {since}:")
    return item


def _since(entry: Entry) -> str:
    return entry.version or (entry.updated.isoformat() if entry.updated else "latest")


def _fit(
    items: Sequence[Ranked], layers: Mapping[str, Layer], count_tokens: Callable[[str], int]
) -> tuple[list[Ranked], int]:
    used = dict.fromkeys(layers, 0)
    kept: list[Ranked] = []
    for item in items:
        name, size = item.entry.layer, count_tokens(f"{item.entry.title}\n{item.entry.text}")
        budget = layers[name].budget if name in layers else 0
        if used.get(name, 0) + size <= budget and len(kept) < PASSAGES:
            used[name] += size
            kept.append(item)
    return kept, sum(used.values())


def passage_of(label: str, entry: Entry, notice: str = "") -> Passage:
    """`entry` under a label."""
    return Passage(
        label, entry.title, entry.text, entry.layer, entry.source, entry.line, entry.id, entry.url, entry.updated,
        entry.version, notice,
    )  # fmt: skip
