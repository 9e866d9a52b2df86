"""One conversation in Chainlit: a message becomes a turn, and its events become the reply and its answer card.

Streaming, stopping, leaving and coming back are here; what is said is the assistant's affair.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import asdict, dataclass, field, replace
from typing import Any, get_args
from weakref import WeakKeyDictionary

import chainlit as cl
from chainlit.context import context
from chainlit.session import WebsocketSession
from chainlit.types import ThreadDict
from chainlit.user import User

from assistant.answering import Assistant
from assistant.types import Delta, Done, Exchange, Found, Mode, Question, Queued, Turn, TurnEvent
from knowledge.errors import KnowledgeError
from web import presenting
from web.data_layer import ConversationsError
from web.presenting import CardView
from web.texts import Language, language_of_browser, text
from web.window import Window

log = logging.getLogger("deskmate.chat")
GRACE = 10.0  # seconds that an answer runs on for a closed tab: a reload or a lost connection is back sooner
REMEMBERED = 6  # earlier exchanges that a follow-up may lean on
CARD = "AnswerCard"

Road = Callable[[Assistant, Question], AsyncGenerator[TurnEvent]]  # how a question becomes events


@dataclass(slots=True)
class Run:
    """An answer under way: its task, the session that began it, the one that sees it, and what stands on the screen."""

    task: "asyncio.Task[None]"
    origin: WebsocketSession
    session: WebsocketSession
    message: cl.Message
    card: cl.CustomElement
    view: CardView = field(default_factory=CardView)

    async def show(self, view: CardView) -> None:
        """Redraw the card."""
        self.view = view
        self.card.props = {**view, "card": self.card.id}
        await self.card.update()

    async def end(self, state: str, content: str) -> None:
        """End without a finished turn."""
        self.message.content = content
        await self.show(CardView(**{**self.view, "state": state}))
        await self.message.update()


_runs: dict[str, Run] = {}  # conversation -> its answer under way
_shown: WeakKeyDictionary[WebsocketSession, Run] = WeakKeyDictionary()  # the last answer of each open page


async def answer(window: Window, message: cl.Message, question: Question, road: Road | None = None) -> None:
    """Run one turn for `message` and draw it; `road` replaces the assistant's own way from question to events.

    An edited message drops what came after it.
    """
    session = _session()
    stop(session.thread_id)
    earlier = _kept(before=message.id)
    question = replace(question, history=tuple(exchange for _, exchange in earlier))
    run = await _begin(session, question.text)
    _runs[session.thread_id] = _shown[session] = run
    try:
        assistant = window.desk.assistant
        turn = await _draw(run, road(assistant, question) if road else assistant.answer(question))
        await _remember(window, [*earlier, (message.id, turn.as_exchange())])
    except asyncio.CancelledError:
        await run.end("stopped", run.message.content or text("stopped", language()))
    except KnowledgeError as fault:
        await run.end("failed", text("no_index", language(), fault=fault))
    except ConversationsError:  # counted and logged where it happened; the answer stands, but will not come back
        await context.emitter.send_toast(text("not_saved", language()), "error")
    except Exception:  # boundary of one turn: the agent gets a code, the log the cause
        code = secrets.token_hex(3)
        log.exception("event=turn_failed code=%s", code)
        await run.end("failed", text("fault", language(), code=code))
    finally:
        if _runs.get(session.thread_id) is run:
            del _runs[session.thread_id]


async def _begin(session: WebsocketSession, asked: str) -> Run:
    """Put an empty reply with its card on the screen before anything is searched."""
    view = presenting.searching(asked)
    card = cl.CustomElement(name=CARD, props=dict(view), display="inline")
    message = cl.Message(content="", elements=[card])
    await message.send()
    task = asyncio.current_task()
    assert task is not None
    return Run(task, session, session, message, card, view)


async def _draw(run: Run, stream: AsyncGenerator[TurnEvent]) -> Turn:
    """Draw the events as they come; return the finished turn."""
    async with aclosing(stream) as events:
        async for event in events:
            match event:
                case Found(query, found):
                    await run.show(presenting.found(run.view, query, found))
                case Queued(position):
                    await run.show(presenting.queued(run.view, position))
                case Delta(piece):
                    await run.message.stream_token(piece)
                case Done(turn):
                    run.message.content = presenting.answer_markdown(turn)
                    await run.show(presenting.finished(turn))
                    await run.message.update()
                    return turn
    raise RuntimeError("the turn ended without Done")


# ---- stopping, leaving, coming back


def stop(thread_id: str) -> None:
    """Stop the answer under way in a conversation; its model is free at the next token."""
    if (run := _runs.get(thread_id)) and run.task is not asyncio.current_task():
        run.task.cancel()


def leave() -> None:
    """A connection was lost: stop its answer after a grace time, unless somebody is back to see it."""
    session = _session()
    run = _runs.get(session.thread_id)
    if run and run.session is session:
        gone = session.socket_id
        asyncio.get_running_loop().call_later(GRACE, lambda: _stop_if_gone(session.thread_id, run, gone))


def _stop_if_gone(thread_id: str, run: Run, socket_id: str) -> None:
    if _runs.get(thread_id) is run and run.session.socket_id == socket_id:
        stop(thread_id)


def come_back(thread: ThreadDict) -> None:
    """A reloaded conversation: let an answer under way stream into the new page, and mend one that was cut off."""
    session = _session()
    run = _runs.get(thread["id"])
    if run:
        run.session = session
        _shown[session] = run
        run.origin.emit = lambda event, data: run.session.emit(event, data)  # the turn goes on in its first context
        session.current_task = run.task
    for step in thread["steps"]:
        if run and step["id"] == run.message.id:
            step["output"], step["streaming"] = run.message.content, bool(run.message.content)
    for element in thread["elements"] or ():
        props = element.get("props") or {}
        if not run and props.get("state") in ("searching", "queued", "writing"):
            props["state"] = "stopped"


async def show_again() -> None:
    """After a reconnect: repair the last answer, which may have gone on or ended meanwhile, and bring Stop back."""
    if run := _shown.get(_session()):
        await context.emitter.update_step(run.message.to_dict())
        await context.emitter.send_element(run.card.to_dict())
        if _runs.get(_session().thread_id) is run:
            await context.emitter.task_start()


# ---- what a conversation remembers


def language() -> Language:
    """The language of this session's window."""
    return language_of_browser(environ(), "zh")


def environ() -> dict[str, Any]:
    """The headers with which this session's page connected."""
    return _session().environ or {}


def history() -> tuple[Exchange, ...]:
    """The remembered exchanges of this conversation, oldest first."""
    return tuple(exchange for _, exchange in _kept())


def chosen_mode(message: cl.Message) -> Mode:
    """The mode picked for this message."""
    picked = (message.modes or {}).get("mode", "fast")
    return picked if picked in get_args(Mode) else "fast"  # type: ignore[return-value]


def _kept(before: str = "") -> list[tuple[str, Exchange]]:
    """The remembered exchanges with the ids of their messages, up to the message `before`."""
    kept: list[dict[str, Any]] = cl.user_session.get("history") or []
    found = []
    for item in kept:
        if item["id"] == before:
            break
        exchange = Exchange(**{**item["exchange"], "entry_ids": tuple(item["exchange"]["entry_ids"])})
        found.append((item["id"], exchange))
    return found


async def _remember(window: Window, exchanges: list[tuple[str, Exchange]]) -> None:
    """Keep the newest exchanges with the conversation, at once: a crash must not cost the thread of talk."""
    kept = [{"id": id, "exchange": asdict(exchange)} for id, exchange in exchanges[-REMEMBERED:]]
    cl.user_session.set("history", kept)
    await window.conversations.update_thread(_session().thread_id, metadata={"history": kept})


def user() -> User:
    """Who is signed in to this session; the window has no other sessions."""
    found = context.session.user
    assert found is not None
    return found


def _session() -> WebsocketSession:
    session = context.session
    assert isinstance(session, WebsocketSession)
    return session
