"""Many agents at once: Deskmate's engine against what else runs a GGUF file, on the serving process's own CPU clock.

    python benchmarks/engine.py                                # all arms that can run here; 4 and 16 conversations
    python benchmarks/engine.py --conversations 1 4 16 32 --rounds 3
    python benchmarks/engine.py --overhead                     # Python outside C, microseconds a token at 32 rows
    python benchmarks/engine.py --soak 10                      # fifty agents at `kb serve`, a tiny model, ten minutes
    python benchmarks/engine.py --shape 4b --gpu-layers 99 --card 24 --conversations 1 8 16 32 50   # on a card

Each conversation: a system prompt of some 600 tokens that all share, some 500 of its own, 64 generated; then a second
turn on top of the first. Every arm gets the same chat messages, the same random-weight qwen3 file (vocabulary of the
real one), the same flags and threads, and a fresh process; arms are interleaved, in reversed order on odd rounds. Times
are read from the CPU clock of the serving process, because a shared machine makes wall clocks useless; on a card
(--gpu-layers) from the wall clock. There the memory that each arm took at most stands beside what engine/gguf.py
predicts; --card 24 makes it a card of 24 GiB for every arm alike (benchmarks/card.py). The model is Q4_0, of shape 4b
Q4_K_M: layers and sizes of Qwen3-4B-Q4_K_M. llama-server is built once from the llama.cpp that llama-cpp-python's
source ships. "bound" is llama_decode alone on the same shapes, what llama-batched-bench measures, on the same clock.
"""

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, nullcontext
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "benchmarks"
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

from benchmarks.card import GIB, Card, Use  # noqa: E402 (our own folder must be on the path first)

VERSION = "0.3.36"
SOURCE = CACHE / f"llama_cpp_python-{VERSION}" / "vendor" / "llama.cpp"
GENERATED = 64
SYSTEM_WORDS, OWN_WORDS, NEW_WORDS = 560, 470, 90  # about 600, 500 and 100 tokens with the template around them
WORDS = """
    order refund price plan account password invoice warranty delivery product version customer ticket answer question
    report device update printer payment address number contract service support manager window screen message button
""".split()  # noqa: SIM905 (a list would take a screen)
Chat = list[dict[str, str]]
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of all conversations: seconds on the clock."""

    seconds: float
    tokens: int
    first: tuple[float, ...]
    gaps: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One arm with so many conversations, once: its turns, and bytes of the card at most."""

    turns: tuple[Turn, ...]
    memory: int


Runs = dict[tuple[str, int], list[Run]]


# What is asked


def words(seed: int, count: int) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice(WORDS) for _ in range(count))


def opening(number: int) -> Chat:
    return [
        {"role": "system", "content": words(0, SYSTEM_WORDS)},
        {"role": "user", "content": f"{number} {words(number + 1, OWN_WORDS)}"},
    ]


# Arms: an async function that streams the pieces of one answer, and the clock of who computes it


@dataclass(slots=True)
class Arm:
    say: Callable[[Chat], AsyncIterator[str]]
    clock: Clock
    close: Callable[[], object]


def deskmate(options: argparse.Namespace) -> Arm:
    from engine.local import LocalEngine
    from engine.types import Message, Sampling

    engine = LocalEngine.open(
        options.model,
        context=options.context,
        rows=options.count,
        threads=options.threads,
        gpu_layers=options.gpu_layers,
    )
    sampling = Sampling(temperature=0, max_tokens=GENERATED, ignore_eos=True, thinking=True, show_thinking=True)

    async def say(chat: Chat) -> AsyncIterator[str]:
        messages = [Message(turn["role"], turn["content"]) for turn in chat]  # type: ignore[arg-type]
        async with aclosing(engine.stream(messages, sampling)) as pieces:
            async for piece in pieces:
                yield piece

    return Arm(say, clock_of(os.getpid(), options), lambda: asyncio.run(engine.close()))


def lock(options: argparse.Namespace) -> Arm:
    """llama_cpp.Llama, one request at a time."""
    from llama_cpp import Llama

    llama = Llama(
        str(options.model), n_ctx=options.context, n_batch=512, n_threads=options.threads,
        n_threads_batch=options.threads, n_gpu_layers=options.gpu_layers, flash_attn=True, verbose=False,
    )  # fmt: skip
    turn = asyncio.Lock()

    async def say(chat: Chat) -> AsyncIterator[str]:
        async with turn:
            chunks = llama.create_chat_completion(chat, stream=True, temperature=0, max_tokens=GENERATED)
            while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
                if piece := chunk["choices"][0]["delta"].get("content"):
                    yield piece

    return Arm(say, clock_of(os.getpid(), options), lambda: None)


def llama_server(options: argparse.Namespace) -> Arm:
    """llama.cpp's own server, a KV stream for each slot."""
    return _server(
        options, SOURCE / "build" / "bin" / "llama-server", "-m", options.model, "-np", options.count, "-c",
        options.context * options.count, "-t", options.threads, "-tb", options.threads, "-b", 512, "-ub", 512,
        "--no-kv-unified", "-ngl", options.gpu_layers, "--jinja", "--reasoning-format", "none", "--no-webui",
        "-fa", "on",
    )  # fmt: skip


def llama_cpp_server(options: argparse.Namespace) -> Arm:
    """The server that llama-cpp-python ships; what it needs beyond the product stands in the cache."""
    site = CACHE / "site"
    if not site.exists():
        wanted = ["install", "-q", "--no-deps", "--target", str(site), "starlette-context"]
        subprocess.run(["pip", *wanted], check=False, stdout=subprocess.DEVNULL)
    os.environ["PYTHONPATH"] = str(site)
    return _server(
        options, sys.executable, "-m", "llama_cpp.server", "--model", options.model, "--n_ctx", options.context,
        "--n_threads", options.threads, "--n_threads_batch", options.threads, "--n_gpu_layers", options.gpu_layers,
        "--flash_attn", "true", "--interrupt_requests", "false",
    )  # fmt: skip


def example_server(options: argparse.Namespace) -> Arm:
    """The server in llama-cpp-python's examples: batches in one pool of cells, its default."""
    port = _free_port()
    model = {
        "path": str(options.model), "alias": "m", "n_ctx": options.context * options.count, "n_batch": 512,
        "n_ubatch": 512, "n_seq_max": options.count, "max_seq_len": options.context, "threads": options.threads,
        "threads_batch": options.threads, "n_gpu_layers": options.gpu_layers, "flash_attn": True, "store_logits": False,
    }  # fmt: skip
    config = CACHE / "example_server.json"
    config.write_text(json.dumps({"server": {"port": port}, "model": model}))
    program = source().parents[1] / "examples" / "server" / "server.py"
    return _server(options, sys.executable, program, "-C", config, port=port)


def xllamacpp(options: argparse.Namespace) -> Arm:
    """PyPI's build of llama-server as a library, where it is installed; a KV stream for each slot."""
    import xllamacpp as xlc

    params = xlc.CommonParams()
    params.model.path, params.n_parallel, params.n_ctx = (
        str(options.model),
        options.count,
        options.context * options.count,
    )
    params.n_batch = params.n_ubatch = 512
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = options.threads
    params.n_gpu_layers, params.kv_unified = options.gpu_layers, False
    server = xlc.Server(params)

    async def say(chat: Chat) -> AsyncIterator[str]:
        body = {"messages": chat, "stream": True, "temperature": 0, "max_tokens": GENERATED, "ignore_eos": True}
        pieces: asyncio.Queue[str | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def take(chunk: object) -> bool:
            for part in chunk if isinstance(chunk, list) else [chunk]:
                choices = part.get("choices") or [{}] if isinstance(part, dict) else [{}]
                delta = choices[0].get("delta", {})
                if piece := delta.get("content") or delta.get("reasoning_content"):
                    loop.call_soon_threadsafe(pieces.put_nowait, piece)
            return False  # go on

        async def run() -> None:
            await asyncio.to_thread(server.handle_chat_completions, body, take)
            pieces.put_nowait(None)

        running = asyncio.create_task(run())
        while (piece := await pieces.get()) is not None:
            yield piece
        await running

    return Arm(say, clock_of(os.getpid(), options), lambda: None)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _server(options: argparse.Namespace, *command: object, port: int = 0) -> Arm:
    told, port = bool(port), port or _free_port()
    address = f"http://127.0.0.1:{port}"
    line = [str(part) for part in (*command, *(() if told else ("--port", port)))]
    log = (CACHE / "server.log").open("wb")
    process = subprocess.Popen(line, stdout=log, stderr=log)
    for _ in range(600):
        try:
            urllib.request.urlopen(address + "/v1/models", timeout=1).read()
            break
        except OSError:
            if process.poll() is not None:
                raise SystemExit(f"{command[0]} ended: {(CACHE / 'server.log').read_text()[-300:]}") from None
            time.sleep(0.2)

    async def say(chat: Chat) -> AsyncIterator[str]:
        body = {"model": "m", "messages": chat, "stream": True, "temperature": 0, "max_tokens": GENERATED}
        data = json.dumps(body | {"ignore_eos": True, "cache_prompt": True}).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = "POST /v1/chat/completions HTTP/1.0\r\nHost: x\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
        while line := await reader.readline():
            if line.startswith(b"data: {"):
                choices = json.loads(line[6:]).get("choices") or [{}]
                if piece := choices[0].get("delta", {}).get("content"):
                    yield piece
        writer.close()

    def stop() -> None:
        process.kill()
        process.wait()  # the card's memory is free then

    return Arm(say, clock_of(process.pid, options), stop)


ARMS = {
    "deskmate": deskmate,
    "lock": lock,
    "llama-server": llama_server,
    "llama_cpp.server": llama_cpp_server,
    "example server": example_server,
    "xllamacpp": xllamacpp,
}
NAMES = [*ARMS, "bound"]  # the last one: what nobody who uses this llama.cpp can go below


def clock_of(pid: int, options: argparse.Namespace) -> Clock:
    """The CPU clock of a process (all its threads), or the wall clock where a card computes."""
    if options.gpu_layers:
        return time.perf_counter
    number = (~pid << 3) | 2  # clock_getcpuclockid(3)
    return lambda: time.clock_gettime(number)


# One arm, in a process of its own


def measure(options: argparse.Namespace) -> list[Turn]:
    if options.arm == "bound":
        return bound(options)
    arm = ARMS[options.arm](options)
    try:
        return asyncio.run(_two_turns(arm, options.count))
    finally:
        arm.close()


async def _two_turns(arm: Arm, count: int) -> list[Turn]:
    await _answer(arm, [{"role": "user", "content": "warm up"}])
    chats = [opening(number) for number in range(count)]
    first, answers = await _turn(arm, chats)
    chats = [
        [*chat, {"role": "assistant", "content": answer}, {"role": "user", "content": words(1000 + number, NEW_WORDS)}]
        for number, (chat, answer) in enumerate(zip(chats, answers, strict=True))
    ]
    second, _ = await _turn(arm, chats)
    return [first, second]


async def _turn(arm: Arm, chats: Sequence[Chat]) -> tuple[Turn, list[str]]:
    begun = arm.clock()
    done = await asyncio.gather(*[_answer(arm, chat) for chat in chats])
    seconds = arm.clock() - begun
    first = tuple(times[0] - begun for _, times in done)
    gaps = tuple(later - earlier for _, times in done for earlier, later in pairwise(times))
    return Turn(seconds, GENERATED * len(chats), first, gaps), [text for text, _ in done]


async def _answer(arm: Arm, chat: Chat) -> tuple[str, list[float]]:
    pieces: list[str] = []
    times: list[float] = []
    async for piece in arm.say(chat):
        pieces.append(piece)
        times.append(arm.clock())
    return "".join(pieces), times


# What must be there: the model, the source, the programs


def source() -> Path:
    """llama-cpp-python's source distribution, unpacked."""
    if not SOURCE.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        wanted = [
            "download",
            "--no-deps",
            "--no-binary",
            ":all:",
            f"llama-cpp-python=={VERSION}",
            "-d",
            str(CACHE),
            "-q",
        ]
        subprocess.run(["pip", *wanted], check=True)
        with tarfile.open(CACHE / f"llama_cpp_python-{VERSION}.tar.gz") as archive:
            archive.extractall(CACHE, filter="data")
    return SOURCE


def build(jobs: int, cuda: bool) -> None:
    """llama-server, once, when there is a compiler."""
    if (SOURCE / "build" / "bin" / "llama-server").exists() or not shutil.which("cmake"):
        return
    flags = ["-DLLAMA_CURL=OFF", "-DLLAMA_BUILD_TESTS=OFF", "-DCMAKE_BUILD_TYPE=Release"]
    flags.append(f"-DGGML_CUDA={'ON' if cuda else 'OFF'}")
    subprocess.run(["cmake", "-S", source(), "-B", SOURCE / "build", *flags], check=True, stdout=subprocess.DEVNULL)
    wanted = ["cmake", "--build", SOURCE / "build", "--target", "llama-server", "-j", str(jobs)]
    subprocess.run(wanted, check=True, stdout=subprocess.DEVNULL)


def model(shape: str) -> Path:
    """The benchmark's model: random weights, the real vocabulary."""
    from tests.tiny_model import Shape, Vocabulary, make_tiny_model

    shapes = {
        "mini": Shape(layers=8, width=512, heads=8, kv_heads=4, head=64, hidden=1536, context=32768),
        "0.6b": Shape(layers=28, width=1024, heads=16, kv_heads=8, head=128, hidden=3072, context=32768),
        "4b": Shape(layers=36, width=2560, heads=32, kv_heads=8, head=128, hidden=9728, context=32768, tied=True),
    }
    kind = "q4_k_m" if shape == "4b" else "q4_0"
    path = CACHE / f"{shape}-{kind}.gguf"
    if not path.exists():
        from gguf import GGUFReader

        fields = GGUFReader(source() / "models" / "ggml-vocab-qwen2.gguf").fields
        words, types, merges = (fields[f"tokenizer.ggml.{name}"] for name in ("tokens", "token_type", "merges"))
        tokens = tuple(bytes(words.parts[at]).decode() for at in words.data)
        vocabulary = Vocabulary(
            tokens,
            tuple(int(types.parts[at][0]) for at in types.data),
            tuple(bytes(merges.parts[at]).decode() for at in merges.data),
            tokens.index("<|im_end|>"),
        )
        make_tiny_model(path, shape=shapes[shape], vocabulary=vocabulary, kind=kind)
    return path


# Tables


def share(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(part * len(values)))] if values else float("nan")


def row(name: str, turns: Sequence[Turn]) -> str:
    """Medians over rounds."""
    middle = statistics.median

    def of(part: Callable[[Turn], float]) -> float:
        return middle(part(turn) for turn in turns)

    cells = [
        f"{of(lambda turn: turn.seconds):.2f}",
        f"{of(lambda turn: turn.tokens / turn.seconds):.0f}",
        *(f"{of(lambda turn, p=p: share(turn.first, p)):.2f}" for p in (0.5, 0.95)),
        *(f"{1000 * of(lambda turn, p=p: share(turn.gaps, p)):.0f}" for p in (0.5, 0.95, 1.0)),
    ]
    return f"| {name} | " + " | ".join(cells) + " |"


def table(results: Runs, conversations: Sequence[int], arms: Sequence[str]) -> None:
    for count in conversations:
        for number, title in enumerate(("first turn", "second turn")):
            print(f"\n**{count} conversations, {title}**\n")
            print(
                "| arm | s | tokens/s | first p50 s | p95 | gap p50 ms | p95 | max |\n|---|---|---|---|---|---|---|---|"
            )
            for arm in arms:
                if turns := [run.turns[number] for run in results.get((arm, count), [])]:
                    print(row(arm, turns))


def ratios(results: Runs, conversations: Sequence[int], arms: Sequence[str]) -> None:
    """How many times as many tokens a second as each other arm, and in what share of its time the first token."""

    def of(arm: str, count: int, number: int, part: Callable[[Turn], float]) -> float:
        runs = results.get((arm, count), [])
        return statistics.median(part(run.turns[number]) for run in runs) if runs else float("nan")

    others = [arm for arm in arms if arm != "deskmate"]
    print("\n**deskmate, tokens/s (first token p50, p95), first turn; second turn**\n")
    print(f"| conversations | {' | '.join(f'against {arm}' for arm in others)} |\n|---|{'---|' * len(others)}")
    for count in conversations:
        cells = []
        for other in others:
            turns = []
            for number in (0, 1):
                seconds, half, late = (
                    of("deskmate", count, number, part) / of(other, count, number, part)
                    for part in (lambda turn: turn.seconds, lambda turn: share(turn.first, 0.5),
                                 lambda turn: share(turn.first, 0.95))
                )  # fmt: skip
                turns.append(f"{1 / seconds:.2f} ({half:.2f}, {late:.2f})")
            cells.append("; ".join(turns))
        print(f"| {count} | {' | '.join(cells)} |")


def memory(results: Runs, options: argparse.Namespace, card: Card) -> None:
    """What engine/gguf.py's plan for so many conversations takes of the card, and what each arm took at most."""
    from engine import gguf

    header = gguf.read_header(options.model)
    print(f"\n**memory of the card, GiB** ({card.name}, {card.free() / GIB:.1f} GiB free)\n")
    print(
        f"| conversations | plan | predicted | {' | '.join(options.arms)} |\n|---|---|---|{'---|' * len(options.arms)}"
    )
    for count in options.conversations:
        plan = gguf.plan(header, gguf.Memory(1 << 40, card.free()), options.context, count, options.gpu_layers)
        cells = plan.rows * plan.context * header.kv_per_token(plan.kv_type)
        predicted = header.weights + cells + header.compute(plan.rows) + gguf.CARD_CONTEXT
        taken = [max((run.memory for run in results.get((arm, count), [])), default=0) for arm in options.arms]
        told = f"{plan.rows} rows of {plan.context}, {plan.kv_type}"
        print(f"| {count} | {told} | {predicted / GIB:.2f} | {' | '.join(f'{size / GIB:.2f}' for size in taken)} |")


def bound(options: argparse.Namespace) -> list[Turn]:
    """What llama_decode takes for the same tokens with nobody to serve: whole batches, then all rows together."""
    from engine.gguf import MemoryPlan, read_header
    from engine.request import Request, as_tokens
    from engine.runner import LlamaRunner
    from engine.scheduler import Feed, Load, Plan, Save

    count, clock = options.count, clock_of(os.getpid(), options)
    plan = MemoryPlan(options.gpu_layers, options.context, count, "f16", 0)
    runner = LlamaRunner(read_header(options.model), plan, options.threads)
    held = [0] * count
    nobody = Request(as_tokens([]), 0)

    def feed(row: int, size: int, outputs: int) -> Feed:
        held[row] += size
        tokens = [(7 * place + row) % 5000 + 100 for place in range(size)]
        return Feed(nobody, row, held[row] - size, tokens, outputs)

    def seconds(*feeds: Feed) -> float:
        begun = clock()
        assert runner._decode(feeds) == 0
        runner._lib.llama_synchronize(runner._context)  # a card computes on after the call
        return clock() - begun

    def turn(shared: int, own: int) -> Turn:
        """Prompts of `own` tokens after `shared` ones that are computed once, in halves of at most a batch."""
        spent = [seconds(feed(0, part, 0)) for part in _parts(shared)]
        if shared:
            runner.run(Plan((Save(0, 1), *[Load(1, row) for row in range(1, count)]), (feed(0, 1, 1),)))
            held[:] = [shared + 1, *[shared] * (count - 1)]
        first = []
        for row in range(count):
            spent += [seconds(feed(row, part, 1)) for part in _parts(own)]
            first.append(sum(spent))
        steps = [seconds(*[feed(row, 1, 1) for row in range(count)]) for _ in range(GENERATED - 1)]
        return Turn(sum(spent) + sum(steps), GENERATED * count, tuple(first), tuple(steps))

    turns = [turn(600, 500), turn(0, 170)]
    runner.close()
    return turns


def _parts(size: int) -> list[int]:
    return [512] * (size // 512) + [size % 512] * (size % 512 > 0)


def overhead(options: argparse.Namespace) -> None:
    """CPU time of the whole process outside llama_decode, a token, at 32 rows of a tiny model."""
    from engine.local import LocalEngine
    from engine.types import Message, Sampling
    from tests.tiny_model import make_tiny_model

    engine = LocalEngine.open(make_tiny_model(CACHE / "tiny.gguf"), rows=32, context=512, threads=1)
    inside = 0.0
    decode = engine._runner._decode  # type: ignore[attr-defined]

    def timed(feeds: object) -> int:
        nonlocal inside
        begun = time.thread_time()
        try:
            return int(decode(feeds))
        finally:
            inside += time.thread_time() - begun

    engine._runner._decode = timed  # type: ignore[attr-defined]

    async def one(number: int) -> None:
        sampling = Sampling(temperature=0, max_tokens=400, ignore_eos=True)
        async for _ in engine.stream([Message("user", f"{number}")], sampling):
            pass

    async def all_of_them() -> float:
        nonlocal inside
        await asyncio.gather(*[one(number) for number in range(32)])
        inside, begun = 0.0, time.process_time()
        await asyncio.gather(*[one(number) for number in range(32)])
        return time.process_time() - begun

    whole = asyncio.run(all_of_them())
    print(f"Python outside C at 32 rows: {(whole - inside) / (32 * 400) * 1e6:.1f} µs a token")


def soak(options: argparse.Namespace) -> None:
    """Fifty agents at a real `kb serve` with a tiny model: they think, ask, follow up, leave in the middle."""
    import httpx
    import psutil

    from engine import gguf
    from tests.tiny_model import make_tiny_model

    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        home = Path(folder)
        (home / "models").mkdir()
        (home / "kb_sources").mkdir()
        make_tiny_model(home / "models" / "tiny.gguf")
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
        free.close()
        added = kb(home, "key", "add", "soak", "--limit", "1000000/minute", "--json")
        key = json.loads(subprocess.run(added, capture_output=True, check=True, cwd=ROOT).stdout)["key"]
        limits = {"DESKMATE_API_USER_LIMIT": "1000000/minute", "DESKMATE_ROWS": "8", "DESKMATE_CONTEXT": "4096"}
        env = {**os.environ, **limits, "DESKMATE_THREADS": str(options.threads)}
        log = (CACHE / "soak.log").open("wb")
        served = subprocess.Popen(kb(home, "serve", "--port", port), stdout=log, stderr=log, cwd=ROOT, env=env)
        try:
            client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120, trust_env=False,
                                       headers={"Authorization": f"Bearer {key}"},
                                       limits=httpx.Limits(max_connections=200))  # fmt: skip
            token = gguf.read_header(home / "models" / "tiny.gguf").kv_per_token("f16")
            asyncio.run(_soak(client, psutil.Process(served.pid), token, 60 * options.soak))
        finally:
            served.terminate()
            served.wait(30)


def kb(home: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "assistant", *words, "--home", str(home)]


async def _soak(client: Any, served: Any, token: int, seconds: float) -> None:
    """`token`: bytes that a resting conversation's token takes; those fill a quarter of the free memory by design."""
    for _ in range(600):
        try:
            model = next(iter((await client.get("/readyz")).json()["models"].values()))
            break
        except Exception:  # noqa: BLE001 (it is still starting)
            await asyncio.sleep(0.2)
    until = time.monotonic() + seconds
    told: Counter[str] = Counter()
    gaps, firsts, memory = [0.0], [0.0], list[int]()

    async def agent(number: int) -> None:
        chance = random.Random(number)
        talk: Chat = []
        while time.monotonic() < until:
            await asyncio.sleep(chance.uniform(0, 2))
            asked = words(chance.randrange(10**6), chance.randint(5, 60))
            talk = [*(talk if len(talk) < 6 else []), {"role": "user", "content": asked}]
            body = {"model": model, "stream": True, "max_tokens": chance.randint(5, 120), "seed": 1,
                    "messages": [{"role": "system", "content": words(0, 80)}, *talk]}  # fmt: skip
            leaves = chance.randint(1, 10) if chance.random() < 0.1 else 0
            said, last = "", time.monotonic()
            try:
                async with client.stream("POST", "/v1/chat/completions", json=body) as answer:
                    told[f"status {answer.status_code}"] += 1
                    async for line in answer.aiter_lines():
                        if not line.startswith("data: {"):
                            continue
                        event = json.loads(line[6:])
                        told["errors"] += "error" in event
                        if piece := (event.get("choices") or [{}])[0].get("delta", {}).get("content"):
                            (gaps if said else firsts).append(time.monotonic() - last)
                            said, last = said + piece, time.monotonic()
                            told["pieces"] += 1
                            leaves -= 1
                            if leaves == 0:
                                break
                told["left" if leaves == 0 else "answers"] += 1
            except Exception as fault:  # noqa: BLE001 (what it is looking for)
                told[type(fault).__name__] += 1
            talk.append({"role": "assistant", "content": said or "."})

    async def watch() -> None:
        while time.monotonic() < until:
            await asyncio.sleep(min(10, seconds / 10))
            memory.append((served.memory_info().rss - token * await figure("parked")) >> 20)

    async def figure(name: str) -> int:
        page = (await client.get("/metrics")).text
        found = re.search(rf'deskmate_engine\{{figure="{name}",mode="fast"\}} (\S+)', page)
        return int(float(found[1])) if found else -1

    await asyncio.gather(watch(), *[agent(number) for number in range(50)])
    ended = time.monotonic()
    while await figure("running") and time.monotonic() < ended + 30:
        await asyncio.sleep(0.01)
    print(f"| {seconds:.0f} s, 50 agents through kb serve | {dict(told)} |\n|---|---|")
    for name, values in (("first piece", firsts), ("gap between pieces", gaps)):
        spread = " / ".join(f"{share(values, part):.2f}" for part in (0.5, 0.95, 1))
        print(f"| {name} s p50 / p95 / max | {spread} |")
    tenths = " ".join(str(size) for size in memory[:: max(1, len(memory) // 10)])
    print(f"| memory without resting conversations MiB, each tenth | {tenths} |")
    print(f"| rows in use {time.monotonic() - ended:.2f} s after the last agent left | {await figure('running')} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arms", nargs="+", default=NAMES, choices=NAMES)
    parser.add_argument("--conversations", nargs="+", type=int, default=[4, 16])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--context", type=int, default=2048)
    parser.add_argument("--shape", default="mini", choices=["mini", "0.6b", "4b"])
    parser.add_argument("--gpu-layers", type=int, default=0)
    parser.add_argument("--card", type=float, default=0, metavar="GIB", help="memory that the card shall have")
    parser.add_argument("--jobs", type=int, default=1, help="compiler processes")
    parser.add_argument("--overhead", action="store_true")
    parser.add_argument(
        "--soak", type=float, default=0, metavar="MINUTES", help="fifty agents at kb serve with a tiny model"
    )
    parser.add_argument("--arm", choices=NAMES, help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--model", type=Path, help="another GGUF file")
    options = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    if options.overhead:
        return overhead(options)
    if options.soak:
        return soak(options)
    if options.arm:
        return print(json.dumps([asdict(turn) for turn in measure(options)]))
    options.model = options.model or model(options.shape)
    if "llama-server" in options.arms:
        build(options.jobs, bool(options.gpu_layers))
    return compare(options)


def compare(options: argparse.Namespace) -> None:
    """Run all arms in turn and print the tables; an arm that cannot run here says so once and is left out."""
    results: Runs = {}
    arms = list(options.arms)
    card = Card(options.card) if options.gpu_layers else None
    for number in range(options.rounds):
        for count in options.conversations:
            for arm in arms[::-1] if number % 2 else list(arms):
                wanted = [sys.executable, __file__, "--arm", arm, "--count", count, "--model", options.model,
                          "--threads", options.threads, "--context", options.context,
                          "--gpu-layers", options.gpu_layers]  # fmt: skip
                with card.watched() if card else nullcontext(Use()) as use:
                    done = subprocess.run([str(part) for part in wanted], capture_output=True, text=True, check=False)
                if done.returncode:
                    why = (done.stderr.strip() or f"ended with {done.returncode}").splitlines()[-1]
                    print(f"{arm} cannot run here: {why}", file=sys.stderr)
                    if all(name != arm for name, _ in results):
                        arms.remove(arm)
                    continue
                turns = tuple(Turn(**turn) for turn in json.loads(done.stdout))
                results.setdefault((arm, count), []).append(Run(turns, use.most))
                told = " ".join(f"{turn.seconds:.2f}s" for turn in turns)
                print(f"round {number} {arm} n={count}: {told} {use.most / GIB:.2f} GiB", file=sys.stderr)
    table(results, options.conversations, options.arms)
    if "deskmate" in options.arms:
        ratios(results, options.conversations, options.arms)
    if card:
        memory(results, options, card)


if __name__ == "__main__":
    main()
