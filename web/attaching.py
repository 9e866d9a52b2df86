"""A message with files: each is read into the conversation's own knowledge, and the agent is told what came of it."""

import asyncio
from pathlib import Path

import chainlit as cl
from chainlit.context import context

from web import chat
from web.texts import text
from web.uploads import UploadError
from web.window import Window


async def take(window: Window, message: cl.Message) -> None:
    """Read the files of `message` and say, file by file, what can be asked now."""
    files = [(file.name, Path(file.path)) for file in message.elements if file.path]
    told = cl.Message(content=text("upload_reading", chat.language(), names="、".join(name for name, _ in files)))
    await told.send()
    lines = [await _read(window, name, path) for name, path in files]
    if not message.content.strip():
        await window.conversations.update_thread(context.session.thread_id, name=files[0][0])
    told.content = "\n".join(f"- {line}" for line in lines)
    await told.update()


async def _read(window: Window, name: str, path: Path) -> str:
    language = chat.language()
    attachments = window.shelf.get(context.session.thread_id, create=True)
    try:
        data = await asyncio.to_thread(path.read_bytes)
        if attachments is None:
            raise UploadError("upload_type")
        count = await asyncio.to_thread(attachments.add, name, data)
        return text("upload_done", language, name=name, count=count)
    except UploadError as refused:
        return text(refused.key, language, name=name, fault=refused.detail)
    finally:
        path.unlink(missing_ok=True)  # Chainlit's copy; what is kept is the conversation's
