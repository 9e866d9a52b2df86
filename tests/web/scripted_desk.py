"""A desk without index and model: it answers from a script, so that browser tests and benchmarks are exact and fast.

`python -m tests.web.scripted_desk HOME PORT` serves it. The question chooses the scene: see SCENES.
"""

import asyncio
import sys
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from assistant.journal import Journal
from assistant.settings import load_settings
from assistant.types import Answer, Citation, Delta, Done, Found, Question, Queued, Turn, TurnEvent
from engine.types import Message, Sampling
from knowledge.embedding import BuiltinEmbedder
from knowledge.types import Context, Entry, Passage

REFUND = Passage(
    label="1",
    title="如何申请退款？",
    text="签收后 **7 天内**可以申请退款：\n\n"
    "1. 打开「我的订单」；\n2. 选择订单，点「申请退款」；\n3. 3 个工作日内原路退回。",
    layer="faq",
    source="faq/refund.md",
    line=12,
    entry_id="e1",
    url="https://help.example.com/refund",
    updated=date(2026, 9, 1),
    notice="（v2.3 之前的说法，已有变更）",
)
CHANGE = Passage(
    "2",
    "v2.3 · 变更 · 退款时限延长到 15 天",
    "退款时限由 7 天延长到 15 天。",
    "changelog",
    "changelog/CHANGELOG.md",
    31,
    "e2",
    updated=date(2026, 11, 2),
    version="v2.3",
    notice="自 v2.3 起：",
)
RECORD = Passage(
    "3",
    "我昨天签收的，今天还能退吗？",
    "可以的，签收 7 天内都能退，您在订单里点申请退款就行。",
    "chat_log",
    "chat_logs/online.csv",
    88,
    "e3",
    updated=date(2026, 11, 15),
)
ENGLISH = Passage(
    "1",
    "How do I invite a colleague?",
    "Open **Settings → Members**, choose *Invite*, and enter the address. Invitations expire after 7 days.",
    "faq",
    "faq/team.md",
    5,
    "e4",
    updated=date(2026, 10, 3),
)
NOTHING = "知识库里没有这个问题的答案。\n没有找到任何相关内容。建议转人工，并把问题留给知识编辑。"
MARKS_GROUNDED = (
    "可以退款：签收后 15 天内，在「我的订单」里选择订单并点「申请退款」[1][2]。款项 3 个工作日内原路退回 [1]。"
)
SCENES = {  # word in the question -> (passages, text, outcome, cited, unsupported, note, query)
    "退款": ((REFUND, CHANGE, RECORD), MARKS_GROUNDED, "grounded", ("1", "2"), (), "", ""),
    "invite": ((ENGLISH,), ENGLISH.text + " [1]", "direct", ("1",), (), "", ""),
    "发票": (
        (replace(RECORD, label="1", title="发票多久开好？", text="电子发票 1 个工作日内发到邮箱。"),),
        "电子发票会在 1 个工作日内发到您的邮箱 [1]。纸质发票另收 10 元邮费。",
        "unsupported",
        ("1",),
        ("纸质发票另收 10 元邮费。",),
        "",
        "",
    ),
    "月球": ((RECORD,), NOTHING, "no_knowledge", (), (), "没有找到任何相关内容。", ""),
    "忙": ((REFUND,), REFUND.text + " [1]", "degraded", ("1",), (), "模型忙，先看原文。", ""),
    "年付": ((REFUND,), "年付订单同样支持 15 天内退款 [1]。", "grounded", ("1",), (), "", "年付订单如何申请退款"),
    "long": ((ENGLISH,), "word " * 400, "grounded", ("1",), (), "", ""),
}


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
        self._told = home / "running"
        self.pace = pace
        self.engines: dict[str, Any] = {"fast": ScriptedEngine()}
        self.running = 0
        self.on_turn: list[Any] = []
        self.seen: list[Question] = []

    def over(self, knowledge: object) -> "ScriptedAssistant":
        """The script knows no other knowledge."""
        return self

    async def warm(self) -> None:
        """There is no model to warm."""

    async def answer(self, question: Question) -> AsyncIterator[TurnEvent]:
        """The events of one turn."""
        self.seen.append(question)
        scene = next((scene for word, scene in SCENES.items() if word in question.text), SCENES["月球"])
        passages, text, outcome, cited, unsupported, note, query = scene
        context = Context(passages, 100, 0.9, outcome != "no_knowledge", generation="g1")
        self._count(1)
        try:
            yield Found(query or question.text, context)
            if outcome in ("grounded", "unsupported"):
                yield Queued(1)
                await asyncio.sleep(self.pace * 5)
                yield Queued(0)
            size = 5 if question.text.startswith("long") else 2
            for start in range(0, len(text), size):
                await asyncio.sleep(self.pace)
                yield Delta(text[start : start + size])
            citations = tuple(
                Citation(one.label, one.layer, one.title, one.source, one.line, one.url, "")
                for one in passages
                if one.label in cited
            )
            answer = Answer(text, citations, outcome, unsupported, note)  # type: ignore[arg-type]  # checked by eye
            turn = Turn(
                uuid.uuid4().hex,
                question.session,
                question.user,
                question.text,
                query or question.text,
                context,
                answer,
                (("search", 12.0), ("total", 2300.0)),
                "Scripted 4B" if outcome != "direct" else "",
            )
            self.journal.record(turn)
            yield Done(turn)
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        """Keep the number of answers under way where another process can read it."""
        self.running += change
        self._told.write_text(str(self.running))


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
            SimpleNamespace(
                code="builtin_embedder",
                zh="正在使用内置检索（按字词匹配）。要按语义检索：kb model pull embedder，然后 kb reindex。",
                en="Built-in search is in use. To search by meaning: kb model pull embedder, then kb reindex.",
            ),
        )

    async def close(self) -> None:
        """Close the journal."""
        self.journal.close()


if __name__ == "__main__":
    from web import chat, server

    chat.GRACE = 4.0  # a test does not wait ten seconds for what one shows as well
    home, port = Path(sys.argv[1]), int(sys.argv[2])
    desk: Any = ScriptedDesk(home, float(sys.argv[3]) if len(sys.argv) > 3 else 0.02)
    server.run(replace(desk.settings, port=port), lambda lines: print(*lines, sep="\n", flush=True), desk)
