"""One line per event in HOME/logs/deskmate.log: key=value, no customer text, a new file each day.

grep event=turn logs/deskmate.log        grep outcome=degraded logs/deskmate.log*
"""

import logging
import os
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path

from assistant.types import Turn

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def log_to(folder: Path, days: int) -> logging.Handler:
    """Send what Deskmate logs to `folder` as well, one file a day, the last `days` of them, for the owner's eyes."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "deskmate.log"
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600))
    handler = TimedRotatingFileHandler(path, when="midnight", backupCount=days, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter(FORMAT))
    root = logging.getLogger("deskmate")
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    return handler


def turn_line(turn: Turn) -> str:
    """One finished turn: who, outcome, milliseconds, tokens."""
    timings = " ".join(f"{name}_ms={value:.0f}" for name, value in turn.timings)
    return (
        f"event=turn id={turn.id} user={word(turn.user)} outcome={turn.answer.outcome} cached={turn.cached:d} "
        f"{timings} "
        f"passage_tokens={turn.context.tokens} answer_tokens={turn.tokens} model={word(turn.model)}"
    )


def word(text: str) -> str:
    """A value that stays one word on one line, whatever a client put into it."""
    return "".join(char if char.isprintable() and not char.isspace() else "_" for char in text) or "-"
