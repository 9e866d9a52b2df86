"""One turn as data: question in, events while it runs, the finished Turn for journal, screen, API and evaluation."""

from dataclasses import dataclass
from typing import Literal

from knowledge.types import Context

Outcome = Literal["direct", "grounded", "unsupported", "no_knowledge", "degraded", "stopped"]
Mode = Literal["fast", "expert", "verbatim"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One earlier turn of the same session, as much as a follow-up needs: asked, searched, answered, used."""

    question: str
    query: str
    answer: str
    entry_ids: tuple[str, ...] = ()
    message: str = ""  # what the model read for it, passages included: kept so that the next prompt begins alike


@dataclass(frozen=True, slots=True)
class Question:
    """What an agent asks: the text, who and where, the earlier turns (oldest first), and how it should be answered."""

    text: str
    user: str = ""
    session: str = ""
    history: tuple[Exchange, ...] = ()
    mode: Mode = "fast"
    layers: tuple[str, ...] = ()  # empty: all
    language: str = ""  # of the answer; empty: that of the question
    tone: str = ""
    length: str = ""
    temperature: float | None = None
    scope: str = ""  # role and uploads of who asks: an answer already given is shared within it only


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement comes from."""

    label: str
    layer: str
    title: str
    source: str
    line: int
    url: str
    updated: str  # ISO date or ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply as sent, the citations it uses in order of label, and statements found in no passage."""

    text: str
    citations: tuple[Citation, ...]
    outcome: Outcome
    unsupported: tuple[str, ...] = ()
    note: str = ""  # one calm line for the screen: why degraded, why there is no answer


@dataclass(frozen=True, slots=True)
class Turn:
    """One finished turn; `timings` in milliseconds: search, first_token, total."""

    id: str
    session: str
    user: str
    question: str
    query: str
    context: Context
    answer: Answer
    timings: tuple[tuple[str, float], ...]
    model: str = ""
    prompt: str = ""  # fingerprint of the prompt files used
    message: str = ""  # what the model read as the user's message; empty when no model was asked
    tokens: int = 0  # of the answer, by the model's own count; 0 when no model wrote it
    cached: bool = False  # served from the answers already given

    def as_exchange(self) -> Exchange:
        """The part of this turn that the next one needs."""
        used = tuple(passage.entry_id for passage in self.context.passages)
        return Exchange(self.question, self.query, self.answer.text, used, self.message)


@dataclass(frozen=True, slots=True)
class Queued:
    position: int


@dataclass(frozen=True, slots=True)
class Found:
    query: str
    context: Context


@dataclass(frozen=True, slots=True)
class Delta:
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    turn: Turn


TurnEvent = Queued | Found | Delta | Done
