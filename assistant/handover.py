"""A conversation becomes a hand-over note of four lines, and an answer another language: by the model, else by rules.

Everything that leaves here is scrubbed: a note is pasted into other systems.
"""

from collections.abc import AsyncIterator, Callable, Sequence

from assistant.prompts import Prompts
from assistant.sending import plain
from assistant.types import Exchange
from assistant.wording import language_of, words_of
from engine.types import Engine, EngineError, Message, Sampling

STEADY = Sampling(temperature=0.2, max_tokens=500)  # a note repeats what is there; nothing is to be invented
EXCERPT = 120  # letters of an answer in a note without a model


async def hand_over(
    history: Sequence[Exchange], engine: Engine | None, prompts: Prompts, scrub: Callable[[str], str]
) -> str:
    """The note for a colleague who takes over after `history`."""
    conversation = "\n\n".join(f"客户 / customer: {turn.question}\n同桌 / desk: {turn.answer}" for turn in history)
    language = language_of(history[-1].question if history else "")
    if engine:
        try:
            return scrub("".join([piece async for piece in summarise(scrub(conversation), engine, prompts)]))
        except EngineError:
            pass  # a note by rules is better than none while the customer waits
    return scrub(_by_rules(history, language))


def summarise(conversation: str, engine: Engine, prompts: Prompts) -> AsyncIterator[str]:
    """Stream a note of a pasted conversation, which has been scrubbed. Raises EngineError."""
    prompt = prompts.render("summary", language_of(conversation), conversation=conversation)
    return engine.stream([Message("user", prompt)], STEADY)


def translate(text: str, language: str, engine: Engine, prompts: Prompts) -> AsyncIterator[str]:
    """Stream `text` in `language`, a language's name as a person would write it. Raises EngineError."""
    prompt = prompts.render("translate", "zh", text=text, language=language)
    return engine.stream([Message("user", prompt)], STEADY)


def _by_rules(history: Sequence[Exchange], language: str) -> str:
    words = words_of("handover", language)
    questions = " → ".join(turn.question for turn in history)
    answers = "；".join(_excerpt(turn.answer) for turn in history if turn.entry_ids) or words["nothing"]
    lines = {"question": questions, "done": answers, "state": words["waiting"], "next": words["check"]}
    return "\n".join(words[name] + said for name, said in lines.items())


def _excerpt(answer: str) -> str:
    line = " ".join(plain(answer).split())
    return line if len(line) <= EXCERPT else line[:EXCERPT] + "…"
