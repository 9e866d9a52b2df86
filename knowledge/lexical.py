"""Search by words: BM25 of knowledge.terms over two fields: title with aliases, and a slice's text.

Both fields are weighted when the index is written and lie in one posting list a token, so that a search is a sum over
the query's tokens. Tokens of unchanged rows are taken from the generation before: cutting is what costs. All layers
share one set of statistics, so their scores compare; the rows of a layer lie together. The files are memory-mapped.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from knowledge.terms import asked_terms, held_terms, letters, terms, units

# Of the text's BM25 beside the title's; .3 to .5 is flat, concatenating loses 5 to 9 points (docs/log.md):
TEXT_WEIGHT = 0.4
K1, B = 1.2, 0.75  # Robertson's; b = .3 and .5 on titles were no better

Ints = NDArray[np.int32]
Postings = Any  # scipy ships no types
_ARRAYS = ("title_ids", "title_ends", "text_ids", "text_ends", "ends", "rows", "weights", "rarity")


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes a row: its text, or the row of the previous index that has the same text."""

    layer: str
    title: str
    text: str
    first: bool  # of its entry; the others repeat the title, which statistics count once
    previous: int | None = None


class Lexical:
    """An open lexical index; `layers` maps a layer to its first row and the row behind its last."""

    def __init__(self, directory: Path) -> None:
        found = json.loads((directory / "words.json").read_text(encoding="utf-8"))
        self.layers: dict[str, tuple[int, int]] = {name: (start, end) for name, start, end in found["layers"]}
        self.vocabulary: list[str] = found["vocabulary"]
        self._numbers = {token: number for number, token in enumerate(self.vocabulary)}
        arrays = {name: np.asarray(np.load(directory / f"{name}.npy", mmap_mode="r")) for name in _ARRAYS}
        self._forward = {field: (arrays[f"{field}_ids"], arrays[f"{field}_ends"]) for field in ("title", "text")}
        self._ends, self._rows, self._weights = arrays["ends"], arrays["rows"], arrays["weights"]
        self._rarest = float(arrays["rarity"].max(initial=1.0))
        self._rarity, self._mean = arrays["rarity"], float(found["mean_title"])

    def search(self, layer: str, query: str, k: int) -> list[tuple[int, float]]:
        """The best k rows of `layer` that share a token with `query`, with their scores, best first."""
        start, end = self.layers.get(layer, (0, 0))
        scores = np.zeros(end - start, np.float32)
        for term, weight in asked_terms(query, self._numbers.__contains__).items():
            if (number := self._numbers.get(term)) is not None:
                low, high = self._ends[number], self._ends[number + 1]
                low, high = low + np.searchsorted(self._rows[low:high], (start, end))
                scores[self._rows[low:high] - start] += np.float32(weight) * self._weights[low:high]
        best = np.argpartition(-scores, k)[:k] if k < len(scores) else np.arange(len(scores))
        best = best[np.lexsort((best, -scores[best]))]
        return [(start + int(row), float(scores[row])) for row in best if scores[row] > 0]

    def ceiling(self, query: str) -> float:
        """The score of a title made of exactly the query's words; a word that occurs nowhere counts as the rarest."""
        return self._score(query, query)

    def score(self, query: str, title: str, text: str) -> float:
        """The score that a row of this title and text would have, if it were here."""
        return self._score(query, title) + TEXT_WEIGHT * self._score(query, text)

    def coverage(self, query: str, text: str) -> float:
        """Share of what `query` asks for that `text` holds, by rarity; a word found nowhere counts as the rarest."""
        held = held_terms(text)
        weighed = [(self._weight_of(unit), not held.isdisjoint(unit)) for unit in units(query)]
        return sum(weight for weight, holds in weighed if holds) / (sum(weight for weight, _ in weighed) or 1.0)

    def _weight_of(self, unit: tuple[str, ...]) -> float:
        numbers = [number for term in unit if (number := self._numbers.get(term)) is not None]
        return max((float(self._rarity[number]) for number in numbers), default=self._rarest)

    def _score(self, query: str, field: str) -> float:
        held = Counter(terms(field))
        held |= Counter(group for word, count in held.items() for group in letters(word) for _ in range(count))
        norm = K1 * (1 - B + B * sum(n for term, n in held.items() if term[0] != "#") / self._mean)
        total = 0.0
        for term, weight in asked_terms(query, self._numbers.__contains__).items():
            if count := held[term]:
                number = self._numbers.get(term)
                rarity = self._rarest if number is None else float(self._rarity[number])
                total += weight * rarity * count * (K1 + 1) / (count + norm)
        return total

    def forward(self, field: str, row: int) -> Ints:
        """The token numbers of one row's title or text."""
        numbers, ends = self._forward[field]
        return numbers[ends[row] : ends[row + 1]]


def write_lexical(directory: Path, rows: Sequence[Row], previous: Lexical | None) -> None:
    """Write the index of `rows`, which are sorted by layer, into the new folder `directory`."""
    directory.mkdir()
    vocabulary = list(previous.vocabulary) if previous else []
    numbers = {token: number for number, token in enumerate(vocabulary)}
    title_ids, title_ends = _forward(rows, "title", numbers, previous)
    text_ids, text_ends = _forward(rows, "text", numbers, previous)
    used = np.zeros(len(numbers), bool)  # a word that only dropped rows used leaves no trace
    used[title_ids] = used[text_ids] = True
    renumbered = np.cumsum(used, dtype=np.int32) - 1
    title_ids, text_ids = renumbered[title_ids], renumbered[text_ids]
    first = np.fromiter((row.first for row in rows), bool, len(rows))
    words = int(used.sum())
    kept = [token for token, number in numbers.items() if used[number]]
    spelling, groups = _spelling(kept)
    titles, rarity, mean = _bm25(_counts(title_ids, title_ends, words), spelling, first)
    texts, _, _ = _bm25(_counts(text_ids, text_ends, words), spelling, np.ones(len(rows), bool))
    postings = (titles + TEXT_WEIGHT * texts).tocsc()
    postings.sort_indices()
    ends = postings.indptr.astype(np.int64)
    arrays = (title_ids, title_ends, text_ids, text_ends, ends, postings.indices, postings.data, rarity)
    for name, array in zip(_ARRAYS, arrays, strict=True):
        np.save(directory / f"{name}.npy", array)
    header = {"layers": list(_ranges(row.layer for row in rows)), "mean_title": mean, "vocabulary": [*kept, *groups]}
    (directory / "words.json").write_text(json.dumps(header, ensure_ascii=False), encoding="utf-8")


def _forward(
    rows: Sequence[Row], field: str, numbers: dict[str, int], previous: Lexical | None
) -> tuple[Ints, NDArray[np.int64]]:
    """Token numbers of all rows in a line, and where each row's end; new tokens are added to `numbers`."""
    parts: list[Ints] = []
    for row in rows:
        if previous is not None and row.previous is not None:
            parts.append(previous.forward(field, row.previous))
        else:
            cut = terms(row.title if field == "title" else row.text)
            cut_numbers = [numbers.setdefault(token, len(numbers)) for token in cut]
            parts.append(np.array(sorted(cut_numbers), np.int32))  # sorted: no text can be read back from it
    ends = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(part) for part in parts], out=ends[1:])
    return (np.concatenate(parts) if parts else np.zeros(0, np.int32)), ends


def _counts(numbers: Ints, ends: NDArray[np.int64], words: int) -> Postings:
    """How often each word (a column) stands in each row."""
    data = np.ones(len(numbers), np.float32)
    counts = csr_array((data, numbers, ends), shape=(len(ends) - 1, words), copy=True)  # summing changes its arrays
    counts.sum_duplicates()
    return counts


def _spelling(vocabulary: Sequence[str]) -> tuple[Postings, list[str]]:
    """Which letter groups (columns) each word (a row) is made of, and the groups by name."""
    groups: dict[str, int] = {}
    pairs = [
        (row, groups.setdefault(group, len(groups))) for row, word in enumerate(vocabulary) for group in letters(word)
    ]
    rows, columns = np.array(pairs, np.int64).reshape(-1, 2).T
    shape = (len(vocabulary), len(groups))
    return csr_array((np.ones(len(pairs), np.float32), (rows, columns)), shape=shape), list(groups)


def _bm25(
    counts: Postings, spelling: Postings, counted: NDArray[np.bool_]
) -> tuple[Postings, NDArray[np.float32], float]:
    """Weights (a row a slice, a column a word or letter group), rarity of each, mean length in words.

    `counted` rows are the statistics. Letter groups have a length and a mean of their own.
    """
    words, rarity, mean = _weigh(counts, counted)
    letter_groups, group_rarity, _ = _weigh(counts @ spelling, counted)
    return hstack([words, letter_groups], format="csr"), np.concatenate([rarity, group_rarity]), mean


def _weigh(counts: Postings, counted: NDArray[np.bool_]) -> tuple[Postings, NDArray[np.float32], float]:
    lengths = np.asarray(counts.sum(axis=1), np.float32).ravel()
    statistics = counts[np.flatnonzero(counted)]
    held = np.bincount(statistics.indices, minlength=counts.shape[1])
    rarity = np.log1p((statistics.shape[0] - held + 0.5) / (held + 0.5)).astype(np.float32)
    mean = max(float(lengths[counted].mean()) if counted.any() else 1.0, 1.0)
    norms = np.repeat(K1 * (1 - B + B * lengths / mean), np.diff(counts.indptr)).astype(np.float32)
    weights = counts.copy()
    weights.data = rarity[counts.indices] * counts.data * (K1 + 1) / (counts.data + norms)
    return weights, rarity, mean


def _ranges(layers: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    end = 0
    for layer, rows in groupby(layers):
        start, end = end, end + len(list(rows))
        yield layer, start, end
