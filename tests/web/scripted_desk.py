"""A desk without index and model: it answers from a script, so that browser tests and benchmarks are exact and fast.

`python -m tests.web.scripted_desk HOME PORT` serves it. The question chooses the scene: see scenes.py.
"""

import asyncio
import json
import sys
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from assistant.journal import Journal
from assistant.settings import load_settings
from assistant.types import Answer, Citation, Delta, Done, Found, Question, Queued, Turn, TurnEvent
from assistant.wiring import Banner
from engine.types import Message, Sampling
from knowledge.embedding import BuiltinEmbedder
from knowledge.types import Context, Entry
from tests.web.scenes import scene_of

TITLES = (
    ("退款", "如何申请退款？"),
    ("退款", "退款多久到账？"),
    ("发票", "发票多久开好？"),
    ("账号", "忘记密码怎么办？"),
    ("Team", "How do I invite a colleague?"),
    ("Billing", "Where is my invoice?"),
)


class ScriptedEngine:
    """A model that repeats the last line it was given: enough for a note and a translation."""

    name = "Scripted 4B"

    async def stream(self, messages: Sequence[Message], sampling: Sampling) -> AsyncIterator[str]:
        """The last line, a word at a time."""
        for word in messages[-1].content.splitlines()[-1].split(" "):
            yield word + " "


class ScriptedAssistant:
    """Plays the scene of a question at `pace` seconds a piece."""

    def __init__(self, journal: Journal, home: Path, pace: float) -> None:
        self.journal = journal
        self._home = home
        self.pace = pace
        self.engines: dict[str, Any] = {"fast": ScriptedEngine()}
        self.running = 0
        self.on_turn: list[Any] = []

    def over(self, knowledge: object) -> "ScriptedAssistant":
        """The script knows no other knowledge."""
        return self

    async def warm(self) -> None:
        """There is no model to warm."""

    async def answer(self, question: Question) -> AsyncIterator[TurnEvent]:
        """The events of one turn."""
        (self._home / "asked.json").write_text(json.dumps(asdict(question)))
        scene = scene_of(question.text)
        query = scene.query or question.text
        context = Context(scene.passages, 100, 0.9, scene.outcome != "no_knowledge", generation="g1")
        self._count(1)
        try:
            yield Found(query, context)
            if scene.outcome in ("grounded", "unsupported"):
                yield Queued(scene.place)
                await asyncio.sleep(self.pace * (5 if scene.place == 1 else 1000))
                yield Queued(0)
            for start in range(0, len(scene.text), scene.piece):
                await asyncio.sleep(self.pace)
                yield Delta(scene.text[start : start + scene.piece])
            citations = tuple(
                Citation(one.label, one.layer, one.title, one.source, one.line, one.url, "")
                for one in scene.passages
                if one.label in scene.cited
            )
            answer = Answer(scene.text, citations, scene.outcome, scene.unsupported, scene.note)
            turn = Turn(
                uuid.uuid4().hex,
                question.session,
                question.user,
                question.text,
                query,
                context,
                answer,
                (("search", 12.0), ("total", 2300.0)),
                "Scripted 4B" if scene.outcome != "direct" else "",
            )
            self.journal.record(turn)
            yield Done(turn)
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        """Keep the number of answers under way where another process can read it."""
        self.running += change
        (self._home / "running").write_text(str(self.running))


class ScriptedKnowledge:
    """A few entries for the starters."""

    generation = "g1"
    embedder = BuiltinEmbedder()  # uploads take the real road

    def entries(self) -> Iterator[Entry]:
        """FAQ entries in two languages."""
        for number, (category, title) in enumerate(TITLES):
            yield Entry(f"s{number}", "faq/a.md", "faq", title, "…", category=category)

    def close(self) -> None:
        """Nothing to close."""


class ScriptedDesk:
    """What `open_desk` would give."""

    def __init__(self, home: Path, pace: float = 0.02) -> None:
        self.settings = load_settings(home, {})
        (home / "kb_sources").mkdir(exist_ok=True)
        self.knowledge = ScriptedKnowledge()
        self.journal = Journal(home / "journal.sqlite3", lambda text: text)
        self.assistant = ScriptedAssistant(self.journal, home, pace)
        self.banners = (
            Banner(
                "builtin_embedder",
                "正在使用内置检索（按字词匹配）。要按语义检索：kb model pull embedder，然后 kb reindex。",
                "Built-in search is in use. To search by meaning: kb model pull embedder, then kb reindex.",
            ),
        )

    async def close(self) -> None:
        """Close the journal."""
        self.journal.close()


if __name__ == "__main__":
    from web import server

    home, port = Path(sys.argv[1]), int(sys.argv[2])
    desk: Any = ScriptedDesk(home, float(sys.argv[3]) if len(sys.argv) > 3 else 0.02)
    server.run(replace(desk.settings, port=port), lambda lines: print(*lines, sep="\n", flush=True), desk)
