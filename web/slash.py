"""The commands behind "/": other ways to ask, and two tools for the text at hand, in the window's language."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import chainlit as cl
from chainlit.types import CommandDict

from assistant.handover import summarise, translate
from assistant.sending import sendable
from assistant.tables import answer_from_tables
from assistant.types import Question
from assistant.wording import language_of
from engine.types import Engine, EngineError
from web import chat
from web.texts import LANGUAGES, Language, text
from web.window import Window

ICONS = {
    "verbatim": "quote",
    "products": "table-2",
    "changes": "git-commit-vertical",
    "summary": "clipboard-list",
    "translate": "languages",
}
NEEDS_MODEL = ("summary", "translate")


def offered(window: Window, language: Language) -> list[CommandDict]:
    """The commands that work here, as Chainlit wants them."""
    return [
        CommandDict(
            id=text(f"cmd_{name}", language),
            description=text(f"cmd_{name}_hint", language),
            icon=icon,
            button=False,
            persistent=False,
            selected=False,
        )
        for name, icon in ICONS.items()
        if name not in NEEDS_MODEL or window.desk.assistant.engines
    ]


async def run(window: Window, message: cl.Message, question: Question) -> None:
    """Answer a message by its command, or as a plain question."""
    name = _name(message.command or "")
    if not question.text and name != "translate":
        if not message.elements:
            await cl.Message(content=text("empty_question", chat.language())).send()
    elif name == "summary":
        await _tell(window, lambda engine: summarise(window.desk.journal.scrub(question.text), engine, window.prompts))
    elif name == "translate":
        await _translate(window, question.text)
    elif name == "products":
        await chat.answer(window, message, question, answer_from_tables)
    else:
        changed = {"verbatim": {"mode": "verbatim"}, "changes": {"layers": ("changelog",)}}.get(name, {})
        attachments = window.shelf.get(question.session)
        road = attachments.answer if attachments else None
        await chat.answer(window, message, replace(question, **changed), road)  # type: ignore[arg-type]  # its fields


def _name(command: str) -> str:
    """A command by its name in either language; "" for none."""
    return next((name for name in ICONS for language in LANGUAGES if text(f"cmd_{name}", language) == command), "")


async def _translate(window: Window, wanted: str) -> None:
    last = chat.history()[-1:]
    if not last:
        await cl.Message(content=text("nothing_to_translate", chat.language())).send()
        return
    reply = sendable(last[0].answer)
    language = wanted or ("English" if language_of(reply) == "zh" else "中文")
    await _tell(window, lambda engine: translate(reply, language, engine, window.prompts))


async def _tell(window: Window, tool: Callable[[Engine], AsyncIterator[str]]) -> None:
    """Stream a tool's text; without a model, or when it fails, say so."""
    engine = window.desk.assistant.engines.get("fast")
    message = cl.Message(content="")
    if engine is None:
        message.content = text("needs_model", chat.language())
    else:
        try:
            async for piece in tool(engine):
                await message.stream_token(piece)
        except EngineError as fault:
            message.content = str(fault)
    await message.send()
