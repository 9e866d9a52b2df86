"""A follow-up that the rules could only put beside the last question is rewritten by the model to stand alone.

The rewrite only helps to search: it is taken when it says nothing that the conversation does not say, and dropped when
the model is slow, busy or wandering. Then the rules' version stands.
"""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

from assistant.prompts import Prompts
from assistant.types import Exchange
from engine.types import Engine, EngineError, Message, Sampling
from knowledge.words import codes, tokens

TURNS = 3  # earlier turns that the model reads: a reference further back is rare at a desk
PATIENCE = 3.0  # seconds: the agent waits for the search
FAITHFUL = 0.8  # share of the rewrite's tokens that the conversation must hold; the rest is grammar
LONGEST = 80  # tokens of a question that stands alone
GREEDY = Sampling(temperature=0.0, max_tokens=LONGEST)


async def rewrite(question: str, history: Sequence[Exchange], engine: Engine, prompts: Prompts, language: str) -> str:
    """The question as it stands alone, or "" when the model gives none that can be trusted."""
    told = "\n".join(f"Q: {turn.question}\nA: {turn.answer[:300]}" for turn in history[-TURNS:])
    asked = Message("user", prompts.render("rewrite", language, history=told, question=question))
    try:
        stream = engine.stream([asked], GREEDY)
        async with asyncio.timeout(PATIENCE), aclosing(stream) as pieces:  # type: ignore[type-var]  # a generator
            written = "".join([piece async for piece in pieces]).strip()
    except (EngineError, TimeoutError):
        return ""
    return written if _is_faithful(written, f"{told}\n{question}") else ""


def _is_faithful(written: str, conversation: str) -> bool:
    """Tell whether a rewrite is one line made of what was said."""
    said = tokens(written)
    if not said or "\n" in written or not codes(written) <= codes(conversation):
        return False
    held = set(tokens(conversation))
    return sum(token in held for token in said) >= FAITHFUL * len(said)
