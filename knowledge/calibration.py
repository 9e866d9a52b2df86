"""What a generation knows of itself: how far to trust each search, when an answer is sure, likely or not there.

A Calibration is stored as JSON in its generation: thresholds do not carry over between embedders or builds.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from pathlib import Path

from knowledge.embedding import BuiltinEmbedder, Embedder
from knowledge.evidence import Evidence
from knowledge.index import Index

_SHIPPED = Path(__file__).with_name("shipped.json")
MODEL_WEIGHT = 0.7  # of a sentence-transformers model beside words; .6 to .8 is flat with MiniLM (docs/log.md)


@dataclass(frozen=True, slots=True)
class Logistic:
    """A probability from the figures of knowledge.evidence."""

    weights: tuple[float, ...]
    bias: float

    def of(self, evidence: Evidence) -> float:
        """The probability in [0, 1]."""
        total = self.bias + sum(w * x for w, x in zip(self.weights, evidence.figures(), strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Cost:
    """What an answerability threshold costs on the questions it was fitted on: shares answered and refused wrongly."""

    threshold: float
    false_answer: float
    false_refusal: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights and thresholds of one generation."""

    dense_weight: float
    answer: Logistic  # that the passages hold the answer
    right: Logistic  # that the first entry is the right one
    answer_at: float
    direct_at: float
    costs: tuple[Cost, ...] = ()
    samples: int = 0  # questions it was fitted on; 0: the shipped defaults

    def to_json(self) -> str:
        """The text that is stored in the generation."""
        return json.dumps(asdict(self), ensure_ascii=False)


def shipped(embedder: Embedder) -> Calibration:
    """What to begin with: a model that knows meaning is trusted more than the built-in embedder."""
    first = default()
    return first if isinstance(embedder, BuiltinEmbedder) else replace(first, dense_weight=MODEL_WEIGHT)


@lru_cache(maxsize=1)
def default() -> Calibration:
    """Fitted on public sets with the built-in embedder by benchmarks/shipped.py, which writes shipped.json."""
    return _read(_SHIPPED.read_text(encoding="utf-8"))


@lru_cache(maxsize=8)
def from_json(text: str) -> Calibration:
    """Read what `to_json` wrote; no text, or text of another version, gives the default."""
    try:
        return _read(text)
    except (ValueError, TypeError, KeyError):
        return default()


def calibration_of(index: Index) -> Calibration:
    """The calibration stored with `index`."""
    return from_json(index.calibration)


def _read(text: str) -> Calibration:
    stored = json.loads(text)
    models = {name: _logistic(**stored.pop(name)) for name in ("answer", "right")}
    costs = tuple(Cost(**cost) for cost in stored.pop("costs", ()))
    return Calibration(answer=models["answer"], right=models["right"], costs=costs, **stored)


def _logistic(weights: Sequence[float], bias: float) -> Logistic:
    if len(weights) != len(fields(Evidence)):
        raise ValueError("a calibration of another version")
    return Logistic(tuple(weights), bias)
