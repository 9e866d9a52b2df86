"""Messages become prompt tokens by the model's own chat template, so that no text can pose as a control token.

The template runs in Jinja's sandbox on stand-ins for the messages' texts. Only what the template itself wrote is read
with control tokens; texts of users and of the knowledge are tokenised as plain text: `<|im_end|>` in a FAQ stays
text.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.types import EngineError, Message

CHATML = (  # for the rare file without a template: what most models that lack one were trained on
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
STAND_IN = re.compile("\ue000(\\d+)\ue001")  # private use: no template writes it

Tokenise = Callable[[str, bool], list[int]]  # text, may it hold control tokens? -> tokens


@dataclass(frozen=True, slots=True)
class Prompt:
    """`tokens` to answer, the first `shared` of them the system message; `thinking`: it begins inside a think block."""

    tokens: tuple[int, ...]
    shared: int
    thinking: bool


class ChatTemplate:
    """The chat template of one model."""

    def __init__(self, source: str, tokenise: Tokenise) -> None:
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.globals["raise_exception"] = _refuse
        try:
            self._template = environment.from_string(source or CHATML)
            self._silent = self._empty_thinking()
        except TemplateError as fault:
            raise EngineError(f"the model's chat template cannot be used ({fault}); choose another model") from fault
        self._tokenise = tokenise

    def prompt(self, messages: Sequence[Message], thinking: bool, answers: Mapping[str, Sequence[int]]) -> Prompt:
        """Render `messages`; `answers`: tokens of earlier answers by their text, so that they are found computed."""
        rendered = self._render(messages, thinking)
        tokens: list[int] = []
        for number, part in enumerate(STAND_IN.split(rendered)):
            if number % 2 == 0:
                tokens += self._tokenise(part, True) if part else []
                continue
            message = messages[int(part)]
            text = message.content.strip()
            if message.role == "assistant":  # templates drop the empty think block: the cache would break
                tokens += self._tokenise(self._silent, True) if self._silent else []
            tokens += answers.get(text) or self._tokenise(text, False)
        return Prompt(tuple(tokens), self._shared(messages, tokens), rendered.rstrip().endswith("<think>"))

    def _shared(self, messages: Sequence[Message], tokens: list[int]) -> int:
        """How far `tokens` is the same for all: up to the first text after the system message; 0 without one."""
        if not messages or messages[0].role != "system" or len(messages) < 2:
            return 0
        before, first, between, second, *_ = [*STAND_IN.split(self._render(messages, True)), "", "", ""]
        parts = [(before, True), (messages[0].content.strip(), False), (between, True)]
        head = [token for text, special in parts for token in (self._tokenise(text, special) if text else [])]
        return len(head) if (first, second) == ("0", "1") and tokens[: len(head)] == head else 0

    def _render(self, messages: Sequence[Message], thinking: bool) -> str:
        stand_ins = [{"role": message.role, "content": f"\ue000{at}\ue001"} for at, message in enumerate(messages)]
        try:
            return self._template.render(
                messages=stand_ins, add_generation_prompt=True, enable_thinking=thinking, bos_token="", eos_token=""
            )
        except TemplateError as fault:
            raise EngineError(f"the model's chat template refuses these messages: {fault}") from fault

    def _empty_thinking(self) -> str:
        """What a hybrid model's template puts before an answer without thinking."""
        asked = [Message("user", "?")]
        silent, loud = self._render(asked, False), self._render(asked, True)
        return silent.removeprefix(loud) if silent.startswith(loud) else ""


def _refuse(reason: str) -> None:
    raise TemplateError(reason)
