"""The window: `chainlit run app.py`, or `kb serve`, which mounts it. Draws what is told, decides nothing."""

import chainlit as cl
from chainlit.context import context
from chainlit.types import Starter, StarterCategory, ThreadDict
from chainlit.user import User

from assistant.types import Question
from web import airgap, attaching, chat, controls, marks, server, sign_in, slash, sockets, starters
from web.data_layer import Conversations
from web.texts import of_tag, text
from web.window import window

_window = window() or server.open_alone()
airgap.cut_outside_links()
sockets.install()
sign_in.install(_window.users, _window.settings.sign_in_header)
marks.install(_window)


@cl.data_layer
def conversations() -> Conversations:
    """Our own data layer."""
    return _window.conversations


@cl.set_starter_categories
async def starter_categories(user: User | None, language: str | None) -> list[StarterCategory]:
    """The questions asked most, by category."""
    return [
        StarterCategory(label=category, starters=[Starter(label=question, message=question) for question in questions])
        for category, questions in starters.by_category(_window.desk, of_tag(language or "zh"))
    ]


@cl.on_chat_start
async def start() -> None:
    """An empty conversation: show what can be chosen."""
    await controls.show(_window)


@cl.on_chat_resume
async def resume(thread: ThreadDict) -> None:
    """A conversation opened again."""
    chat.come_back(thread)
    await controls.show(_window, resumed=True)


@cl.on_message
async def ask(message: cl.Message) -> None:
    """A question, or a command."""
    if sign_in.current(_window.users, chat.user()) is None:
        await cl.Message(content=text("signed_out", chat.language())).send()
        return
    if message.elements:
        await attaching.take(_window, message)
    await slash.run(_window, message, _question(message))


@cl.on_chat_end
async def leave() -> None:
    """The connection is gone, for a moment or for good."""
    chat.leave()


def _question(message: cl.Message) -> Question:
    settings = cl.user_session.get("chat_settings") or {}
    return Question(
        text=message.content.strip(),
        user=chat.user().identifier,
        session=context.session.thread_id,
        mode=chat.chosen_mode(message),
        scope=str((chat.user().metadata or {}).get("role", "")),  # answers already given stay within a role
        **controls.choices(settings),
    )
