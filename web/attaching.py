"""A message with files: each is read into the conversation's own knowledge, and the agent is told what came of it."""

import asyncio
from pathlib import Path

import chainlit as cl
from chainlit.context import context
from chainlit.element import Element

from web import chat
from web.texts import text
from web.uploads import UploadError
from web.window import Window


async def take(window: Window, message: cl.Message) -> None:
    """Read the files of `message` and say, file by file, what can be asked now."""
    files = [file for file in message.elements if file.path]
    names = "、".join(file.name for file in files)
    if not message.content.strip():
        await context.emitter.init_thread(names)  # Chainlit's page takes no empty message for a beginning
    told = cl.Message(content=text("upload_reading", chat.language(), names=names))
    await told.send()
    told.content = "\n".join([f"- {await _read(window, file)}" for file in files])
    await told.update()


async def _read(window: Window, file: Element) -> str:
    language, path = chat.language(), Path(file.path or "")
    attachments = window.shelf.open(context.session.thread_id)
    try:
        data = await asyncio.to_thread(path.read_bytes)
        count = await asyncio.to_thread(attachments.add, file.name, data)
        return text("upload_done", language, name=file.name, count=count)
    except UploadError as refused:
        await file.remove()
        return text(refused.key, language, name=file.name, fault=refused.detail)
    finally:
        path.unlink(missing_ok=True)  # Chainlit's copy; what is kept is the conversation's
