"""What an agent does with an answer, from its card's buttons into the journal: copied, unresolved, corrected, rated."""

import logging
from typing import Any, get_args

import chainlit as cl
from chainlit.context import context

from assistant.handover import hand_over
from assistant.journal import JournalError, MarkKind
from assistant.learning import DraftError, write_draft
from web import chat
from web.data_layer import ConversationsError
from web.texts import text
from web.window import Window

log = logging.getLogger("deskmate.marks")
LONGEST_NOTE = 8000  # letters: a correction may be a page, not a book


async def record(window: Window, payload: dict[str, Any]) -> dict[str, str]:
    """Write one mark; answers {"text": …} with a hand-over note, {"fault": …} when it was refused, else {}."""
    kind, note = str(payload.get("kind")), str(payload.get("note") or "")[:LONGEST_NOTE]
    turn = window.desk.journal.turn(str(payload.get("turn")))
    user = context.session.user
    if kind not in get_args(MarkKind) or turn is None or user is None or turn.user != user.identifier:
        log.warning("event=mark_refused kind=%s user=%s", kind, user.identifier if user else "")
        return {"fault": text("not_yours", chat.language())}
    try:
        shown = await _note(window) if kind == "escalated" else ""
        if kind == "corrected":
            write_draft(window.settings.sources, turn, note, user.identifier)
        window.desk.journal.mark(turn.id, user.identifier, kind, shown or note)  # type: ignore[arg-type]  # checked above
        if kind != "copied":
            await window.conversations.mark_card(str(payload.get("card")), {kind: shown or note or "yes"})
    except (JournalError, DraftError, ConversationsError) as fault:
        log.error("event=mark_lost kind=%s fault=%s", kind, fault)
        return {"fault": text("not_saved", chat.language())}
    return {"text": shown} if shown else {}


async def _note(window: Window) -> str:
    engine = window.desk.assistant.engines.get("fast")
    return await hand_over(chat.history(), engine, window.prompts, window.desk.journal.scrub)


def install(window: Window) -> None:
    """Register the card's one action."""

    @cl.action_callback("mark")
    async def mark(action: cl.Action) -> dict[str, str]:
        return await record(window, action.payload)
