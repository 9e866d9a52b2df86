"""The seam between the assistant and whatever generates text. Knows no knowledge, no llama.cpp, no HTTP."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to choose tokens. Defaults are Qwen3's non-thinking ones; temperature 0 is greedy; `max_tokens` bounds."""

    temperature: float = 0.7
    top_p: float = 0.8
    top_k: int = 20
    min_p: float = 0.0
    presence_penalty: float = 0.0
    max_tokens: int = 1024
    seed: int | None = None
    stop: tuple[str, ...] = ()
    thinking: bool = False
    show_thinking: bool = False  # leave <think>…</think> in the text
    agent: str = ""  # whose question: while others wait, nobody holds more rows than anybody else
    json_schema: str | None = None  # a JSON schema as text: the answer is constrained to it
    ignore_eos: bool = False  # tests and benchmarks only


class EngineError(Exception):
    """For operator and agent: what is wrong with the model, and what to do. The app goes on with verbatim answers."""


class EngineBusy(EngineError):
    """The queue is full; try again or show the passages."""


class ContextOverflow(EngineError):
    """The prompt does not fit the model's context; carries no partial work."""


class Engine(Protocol):
    """Messages in, text out. Implementations: engine.local, engine.remote; tests: a scripted one."""

    name: str  # for the screen and the journal: "Qwen3-4B-Instruct-2507 Q4_K_M"

    def stream(
        self, messages: Sequence[Message], sampling: Sampling, on_queue: Callable[[int], None] | None = None
    ) -> AsyncIterator[str]:
        """Yield the answer in pieces of whole characters. Closing the iterator stops the request and frees its row.

        `on_queue` is called on the event loop with the place in the queue (1 = next) while the request waits, 0 when it
        starts.
        Raises EngineError (EngineBusy, ContextOverflow) before the first piece, EngineError later when the model fails.
        """

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` by the model's own tokenizer (an estimate where the model is remote)."""

    async def warm(self, system: str) -> None:
        """Have the system message that conversations begin with computed beforehand, where that is possible."""

    async def close(self) -> None:
        """Stop everything and free the model's memory; running streams end with EngineError."""
