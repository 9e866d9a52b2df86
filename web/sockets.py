"""Three of Chainlit's socket events, mended: stop without an English sentence, edits that can be stopped, reconnects.

Chainlit 2.12 writes "Task manually stopped." into the conversation, forgets the task of an edited message (so that Stop
does nothing), and takes the stop button away after a reconnect. Each handler here replaces the one of the same name.
"""

import asyncio
import logging

import chainlit.socket
from chainlit.chat_context import chat_context
from chainlit.config import config
from chainlit.context import init_ws_context
from chainlit.message import Message
from chainlit.server import sio
from chainlit.session import WebsocketSession
from chainlit.types import MessagePayload

from web import chat

log = logging.getLogger("deskmate.sockets")
_connected = chainlit.socket.connection_successful


def install() -> None:
    """Replace the handlers; Chainlit's own must be registered already."""
    sio.on("stop", _stop)
    sio.on("edit_message", _edit)
    sio.on("connection_successful", _reconnected)


async def _stop(sid: str) -> None:
    if session := WebsocketSession.get(sid):
        init_ws_context(session)
        chat.stop(session.thread_id)
        if session.current_task:
            session.current_task.cancel()


async def _edit(sid: str, payload: MessagePayload) -> None:
    """Stop what runs, drop what came after the edited message, and ask it again."""
    session = WebsocketSession.require(sid)
    init_ws_context(session)
    chat.stop(session.thread_id)
    edited = None
    for message in list(chat_context.get()):
        if edited:
            await message.remove()
        elif message.id == payload["message"]["id"]:
            message.content = payload["message"]["output"]
            await message.update()
            edited = message
    if edited:
        session.current_task = asyncio.create_task(_ask_again(session, edited))


async def _ask_again(session: WebsocketSession, message: Message) -> None:
    emitter = init_ws_context(session).emitter
    await emitter.task_start()
    try:
        await config.code.on_message(message)
    finally:
        await emitter.task_end()


async def _reconnected(sid: str) -> None:
    await _connected(sid)
    session = WebsocketSession.get(sid)
    if session and session.has_first_interaction:
        init_ws_context(session)
        await chat.show_again()
