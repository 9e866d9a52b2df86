"""The window under fifty agents: delay a token, writes lost, memory a session, history, first paint. Prints a table.

    python benchmarks/ui.py [--agents 50] [--tokens 200] [--burn 2]

A scripted desk streams tokens that carry the time they were made; the agents are websocket clients of this process.
`--burn` keeps that many threads of the server busy with matrix products, as a model in the process does.
"""

import argparse
import asyncio
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx
import numpy as np
import psutil
import socketio

from assistant.settings import load_settings
from assistant.types import Answer, Delta, Done, Found, Question, Turn, TurnEvent
from knowledge.types import Context
from tests.web.scenes import REFUND
from tests.web.scripted_desk import ScriptedAssistant, ScriptedDesk

PACE = 0.05  # seconds between tokens: 20 a second for each agent, as a busy card gives
CONVERSATIONS = 2000


class ClockAssistant(ScriptedAssistant):
    """Streams the current time, so that a client can tell how long each token was under way."""

    async def answer(self, question: Question) -> AsyncIterator[TurnEvent]:
        """As many tokens as the question says."""
        context = Context((REFUND,), 100, 0.9, True)
        yield Found(question.text, context)
        pieces, due = [], time.perf_counter()
        for _ in range(int(question.text)):
            due += PACE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            pieces.append(f"{time.time():.6f} ")
            yield Delta(pieces[-1])
        answer = Answer("".join(pieces), (), "grounded")
        ids = (uuid.uuid4().hex, question.session, question.user)
        yield Done(Turn(*ids, question.text, question.text, context, answer, (("total", 1.0),)))


def serve(home: Path, port: int, burn: int) -> None:
    """The server process."""
    from web import server

    def compute() -> None:
        matrix = np.random.default_rng(0).random((512, 512), dtype=np.float32)
        while True:
            matrix @ matrix

    for _ in range(burn):
        Thread(target=compute, daemon=True).start()
    desk = ScriptedDesk(home)
    desk.assistant = ClockAssistant(desk.journal, home, PACE)
    settings = replace(load_settings(home, {}), port=port)
    server.run(settings, lambda lines: print(*lines, sep="\n", flush=True), desk)  # type: ignore[arg-type]  # stands in


class Agent:
    """One open window: asks once, notes the delay of every token in milliseconds."""

    def __init__(self, url: str, cookie: str) -> None:
        self.delays: list[float] = []
        self.done = asyncio.Event()
        self.first = self.asked = 0.0
        self._url, self._cookie = url, cookie
        self._socket = socketio.AsyncClient()
        self._socket.on("stream_start", lambda step: self._token(step["output"]))
        self._socket.on("stream_token", lambda token: self._token(token["token"]))
        self._socket.on("task_end", self._end)

    async def connect(self) -> None:
        """Open the window."""
        auth = {
            "clientType": "webapp",
            "sessionId": str(uuid.uuid4()),
            "threadId": "",
            "userEnv": "{}",
            "chatProfile": "",
        }
        headers = {"Cookie": self._cookie}
        await self._socket.connect(
            self._url, headers=headers, auth=auth, socketio_path="/ws/socket.io", transports=["websocket"]
        )
        await self._socket.emit("connection_successful")

    async def ask(self, tokens: int) -> None:
        """Ask for `tokens` and wait for the end of the answer."""
        self.asked = time.time()
        step = {"id": str(uuid.uuid4()), "threadId": "", "type": "user_message", "name": "agent", "output": str(tokens),
                "createdAt": "2026-11-21T08:00:00Z", "metadata": {}}  # fmt: skip
        await self._socket.emit("client_message", {"message": step, "fileReferences": None})
        await self.done.wait()

    async def close(self) -> None:
        """Close the window."""
        await self._socket.disconnect()

    def _token(self, text: str) -> None:
        now = time.time()
        self.first = self.first or now - self.asked
        self.delays += [(now - float(made)) * 1000 for made in text.split()]

    def _end(self, _: object) -> None:
        if self.delays:
            self.done.set()


async def measure(url: str, cookie: str, process: psutil.Process, agents: int, tokens: int) -> dict[str, str]:
    """Fifty conversations at once."""
    before = process.memory_info().rss
    windows = [Agent(url, cookie) for _ in range(agents)]
    for window in windows:
        await window.connect()
    began = process.cpu_times()
    started = time.perf_counter()
    await asyncio.gather(*(window.ask(tokens) for window in windows))
    spent = time.perf_counter() - started
    cpu = sum(process.cpu_times()[:2]) - sum(began[:2])
    delays = np.concatenate([window.delays for window in windows])
    p50, p95, p99 = np.percentile(delays, [50, 95, 99])
    grown = (process.memory_info().rss - before) / agents / 1e6
    for window in windows:
        await window.close()
    return {
        "tokens": f"{len(delays)} of {agents * tokens}",
        "delay a token p50 / p95 / p99 / max": f"{p50:.1f} / {p95:.1f} / {p99:.1f} / {delays.max():.0f} ms",
        "first token p50 / max": f"{statistics.median(w.first for w in windows) * 1000:.0f} / "
        f"{max(w.first for w in windows) * 1000:.0f} ms (of which {PACE * 1000:.0f} the script)",
        "server": f"{cpu / spent:.2f} cores, {process.memory_info().rss / 1e6:.0f} MB, {grown:.2f} MB a session",
    }


async def history(home: Path, url: str, cookie: str) -> dict[str, str]:
    """The sidebar's request with two thousand conversations of one agent."""
    import sqlite3

    with sqlite3.connect(home / "conversations.sqlite3", timeout=30) as db:
        owner = db.execute("SELECT id FROM users WHERE identifier = 'agent'").fetchone()[0]
        for number in range(CONVERSATIONS):
            id, at = str(uuid.uuid4()), f"2026-10-{number % 28 + 1:02}T08:00:{number % 60:02}Z"
            db.execute("INSERT INTO threads (id, user_id, owner, name, created, updated) VALUES (?,?,?,?,?,?)",
                       (id, owner, "agent", f"question {number}", at, at))  # fmt: skip
            for part in range(6):
                text = f"question {number} part {part} " + "answer text " * 40
                db.execute("INSERT INTO steps VALUES (?,?,?,?,?)", (str(uuid.uuid4()), id, at, text, "{}"))
    found = {}
    async with httpx.AsyncClient(base_url=url, headers={"Cookie": cookie}) as client:
        for name, wanted in (("list", {}), ("search", {"search": "question 1999"})):
            spans = []
            for _ in range(15):
                started = time.perf_counter()
                reply = await client.post("/project/threads", json={"pagination": {"first": 35}, "filter": wanted})
                reply.raise_for_status()
                spans.append((time.perf_counter() - started) * 1000)
            found[f"history of {CONVERSATIONS}, {name}"] = (
                f"{statistics.median(spans):.1f} ms, slowest {max(spans):.0f} ms"
            )
    return found


def paint(url: str, password: str) -> dict[str, str]:
    """First paint and the first moment a question can be typed, in a browser, cold and warm."""
    import shutil

    from playwright.sync_api import sync_playwright

    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(locale="zh-CN")
        context.request.post(f"{url}/login", form={"username": "agent", "password": password})
        page = context.new_page()
        for name in ("cold", "warm"):
            started = time.perf_counter()
            page.goto(url)
            page.wait_for_selector("#command-button")  # comes by websocket: connected
            ready = (time.perf_counter() - started) * 1000
            first = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
            found[f"page, {name}"] = f"first paint {first:.0f} ms, can ask after {ready:.0f} ms"
        browser.close()
    return found


def written(home: Path, agents: int) -> dict[str, str]:
    """What stands on disk after all of it: a question, a run and an answer of each agent, and the answer's card."""
    import sqlite3

    with sqlite3.connect(home / "conversations.sqlite3") as db:
        recent = "thread_id IN (SELECT id FROM threads WHERE name NOT LIKE 'question %')"
        steps = db.execute(f"SELECT count(*) FROM steps WHERE {recent} AND output <> ''").fetchone()[0]
        cards = db.execute(f"SELECT count(*) FROM elements WHERE {recent}").fetchone()[0]
    return {"written": f"{steps} of {2 * agents} messages, {cards} of {agents} cards"}


def main() -> None:
    """Start the server, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--tokens", type=int, default=200)
    parser.add_argument("--burn", type=int, default=0)
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        serve(Path(args.serve[0]), int(args.serve[1]), args.burn)
        return
    home, port = Path(tempfile.mkdtemp()), 8791
    command = [sys.executable, __file__, "--serve", str(home), str(port), "--burn", str(args.burn)]
    url = f"http://localhost:{port}"
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    ) as server:
        try:
            assert server.stdout is not None
            password = next(found[1] for line in server.stdout if (found := re.match(r"\s+agent\s+(\S+)", line)))
            reply = httpx.post(f"{url}/login", data={"username": "agent", "password": password}, timeout=60)
            cookie = f"access_token={reply.cookies['access_token']}"
            process = psutil.Process(server.pid)
            rows = asyncio.run(measure(url, cookie, process, args.agents, args.tokens))
            rows |= written(home, args.agents)
            rows |= asyncio.run(history(home, url, cookie))
            rows |= paint(url, password)
        finally:
            server.terminate()
    print(f"{args.agents} agents, {args.tokens} tokens each at {1 / PACE:.0f}/s, {args.burn} threads computing\n")
    for name, value in rows.items():
        print(f"{name:40} {value}")


if __name__ == "__main__":
    main()
