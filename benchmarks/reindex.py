"""What a re-index costs and whether the desk feels it: sizes, one file changed, readers through the switch, kill -9.

Run: python -m benchmarks.reindex [--chunks 10000] [--kills 100]     (DESKMATE_DATA adds real questions)
"""

import argparse
import gzip
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from knowledge.embedding import BuiltinEmbedder
from knowledge.generations import Generations
from knowledge.knowledge_base import KnowledgeBase
from knowledge.types import Query, SyncReport
from knowledge.watching import Watcher

ROOT = Path(__file__).resolve().parent.parent
IN_FILE = 250  # entries of one FAQ file
RATE = 20  # questions per second asked while the index is re-made
NEW = "### 量子打印机的保修期是多久？\n\n**A**: 量子打印机保修 {months} 个月。\n"
SYNC = """
import sys
from pathlib import Path
from benchmarks.reindex import open_home
open_home(Path(sys.argv[1])).sync(full=True)
"""


def open_home(home: Path) -> KnowledgeBase:
    return KnowledgeBase(home / "kb_sources", home / "index", BuiltinEmbedder())


def wordings() -> Iterator[str]:
    """Real questions where the data is there, numbered ones after them or without it."""
    corpus = Path(os.environ.get("DESKMATE_DATA", "")) / "zh_lcqmc" / "corpus.jsonl.gz"
    if corpus.is_file():
        with gzip.open(corpus, "rt", encoding="utf-8") as lines:
            yield from dict.fromkeys(json.loads(line)["question"].replace("\n", " ").strip("# ") for line in lines)
    things = [
        "收银机",
        "打印机",
        "扫码枪",
        "会员卡",
        "优惠券",
        "发票",
        "退款",
        "库存",
        "小程序",
        "账号",
        "对账单",
        "钱箱",
    ]
    acts = ["怎么设置", "坏了怎么办", "怎么收费", "多久到账", "为什么打不开", "怎么换绑", "支持哪些型号", "怎么导出"]
    number = 0
    while True:
        number += 1
        yield f"{things[number % 12]}{acts[number // 12 % 8]}（型号 D{number}）？"


def write_home(home: Path, entries: int) -> list[str]:
    """A home of `entries` FAQ entries, one chunk each; returns their questions."""
    folder = home / "kb_sources" / "faq"
    folder.mkdir(parents=True)
    source = wordings()
    questions = [next(source) for _ in range(entries)]
    for at in range(0, entries, IN_FILE):
        parts = [
            f"### {question}\n\n**A**: {questions[(at + place * 7 + 3) % entries]} "
            f"请先核对订单 D{at + place}，再按页面提示操作，一般 {place % 9 + 1} 个工作日内处理完毕。\n"
            for place, question in enumerate(questions[at : at + IN_FILE])
        ]
        (folder / f"part{at // IN_FILE:04}.md").write_text("\n".join(parts), encoding="utf-8")
    return questions


def row(name: str, value: str) -> None:
    print(f"| {name} | {value} |", flush=True)


def told(report: SyncReport) -> str:
    return f"{report.seconds:.1f} s ({report.embedded} embedded, {report.reused} reused)"


def percentiles(times: list[float]) -> str:
    ordered = sorted(times)
    return f"p50 {statistics.median(ordered):.1f}, p95 {ordered[int(len(ordered) * 0.95) - 1]:.1f} ms"


def measure_size(home: Path, entries: int) -> None:
    questions = write_home(home, entries)
    memory = psutil.Process()
    before = memory.memory_info().rss
    row("full", told(open_home(home).sync()))
    live = max((home / "index").glob("2*"))
    row("on disk", f"{sum(path.stat().st_size for path in live.rglob('*') if path.is_file()) / 2**20:.0f} MB")
    row("memory of the process that built it", f"+{(memory.memory_info().rss - before) / 2**20:.0f} MB")
    knowledge = open_home(home)
    started = time.perf_counter()
    knowledge.refresh()
    knowledge.search(Query(questions[0]))
    row("open and first answer", f"{time.perf_counter() - started:.2f} s")
    measure_search(knowledge, questions)
    row("unchanged", told(knowledge.sync()))
    changed = home / "kb_sources" / "faq" / "part0001.md"
    changed.write_text(changed.read_text(encoding="utf-8") + NEW.format(months=1), encoding="utf-8")
    row("one file changed", told(knowledge.sync()))
    measure_readers(knowledge, questions, changed)
    measure_saving(knowledge, changed)
    knowledge.close()


def measure_search(knowledge: KnowledgeBase, questions: list[str]) -> None:
    asked = random.Random(1).sample(questions, min(300, len(questions)))
    vectors = [knowledge.embedder.embed_query(question) for question in asked]
    with knowledge.reading() as index:
        both = [
            _timed(lambda q=q, v=v: (index.dense("faq", v, 60), index.lexical("faq", q, 60)))
            for q, v in zip(asked, vectors, strict=True)
        ]
    row("search by meaning and by words, vectors given", percentiles(both))
    row("whole search with merging", percentiles([_timed(lambda q=q: knowledge.search(Query(q))) for q in asked]))


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def measure_readers(knowledge: KnowledgeBase, questions: list[str], changed: Path) -> None:
    """`RATE` questions a second: alone, then through a re-index of everything in another process and its switch."""
    alone, _ = _read_for(knowledge, questions, lambda: time.sleep(10))
    changed.write_text(changed.read_text(encoding="utf-8") + NEW.format(months=2), encoding="utf-8")
    before = knowledge.generation
    during, failed = _read_for(knowledge, questions, lambda: _sync_elsewhere(knowledge, before))
    row(f"{RATE} questions/s alone", f"{percentiles(alone)} (n = {len(alone)})")
    row(
        "… while everything is re-indexed and switched",
        f"{percentiles(during)} (n = {len(during)}), {failed} failed or empty",
    )


def _sync_elsewhere(knowledge: KnowledgeBase, before: str) -> None:
    subprocess.run([sys.executable, "-c", SYNC, str(knowledge.sources.parent)], cwd=ROOT, check=True)
    assert knowledge.refresh()
    assert knowledge.generation > before


def _read_for(knowledge: KnowledgeBase, questions: list[str], act: Callable[[], None]) -> tuple[list[float], int]:
    """Latencies of answered questions while `act` runs, and how many failed or came back empty."""
    done, times, failed = threading.Event(), [], 0

    def ask() -> None:
        nonlocal failed
        draw = random.Random(2)
        due = time.perf_counter()
        while not done.is_set():
            started = time.perf_counter()
            try:
                hits = knowledge.search(Query(draw.choice(questions))).hits
            except Exception:  # noqa: BLE001  whatever it is, it counts
                hits = ()
            failed += not hits
            times.append((time.perf_counter() - started) * 1000)
            due += 1 / RATE
            time.sleep(max(0.0, due - time.perf_counter()))

    reader = threading.Thread(target=ask)
    reader.start()
    act()
    done.set()
    reader.join()
    return times, failed


def measure_saving(knowledge: KnowledgeBase, changed: Path) -> None:
    """From saving a file to its answer being served, the watcher running as in `kb serve`."""
    synced = threading.Semaphore(0)
    watcher = Watcher(knowledge, lambda report: synced.release())
    watcher.start()
    time.sleep(5)
    text, seconds = changed.read_text(encoding="utf-8"), []
    for months in range(11, 16):
        changed.write_text(text + NEW.format(months=months), encoding="utf-8")
        started = time.perf_counter()
        while not any(
            f"保修 {months} 个月" in hit.chunk.text for hit in knowledge.search(Query("量子打印机的保修期")).hits
        ):
            time.sleep(0.05)
        seconds.append(time.perf_counter() - started)
        synced.acquire(timeout=10)
        time.sleep(1)
    watcher.stop()
    row("saved to served", f"median {statistics.median(seconds):.1f}, worst {max(seconds):.1f} s (n = {len(seconds)})")


def measure_kills(home: Path, rounds: int) -> None:
    """kill -9 at random moments of a re-index: does the old one serve, does the next run succeed, what is left?"""
    write_home(home, 200)
    knowledge = open_home(home)
    usual = knowledge.sync(full=True).seconds + 2.0  # and what a fresh interpreter needs
    knowledge.close()  # a generation that is open is kept
    draw = random.Random(5)
    dead = serving = succeeded = left = most = 0
    for _ in range(rounds):
        process = subprocess.Popen([sys.executable, "-c", SYNC, str(home)], cwd=ROOT, stderr=subprocess.DEVNULL)
        time.sleep(draw.uniform(0.5, usual))
        dead += process.poll() is None
        process.kill()
        process.wait()
        fresh = open_home(home)
        serving += bool(fresh.search(Query("怎么")).hits)
        succeeded += fresh.sync().chunks == 200
        fresh.close()
        finished = len(Generations(home / "index").all())
        left += len([path for path in (home / "index").iterdir() if path.is_dir()]) - finished
        most = max(most, finished)
    row(
        f"{rounds} × kill -9",
        f"{dead} hit a run, old one served {serving}, next run succeeded {succeeded}, "
        f"unfinished folders left {left}, at most {most} generations on disk",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, action="append", help="size of a home; may be repeated; default 10,000")
    parser.add_argument("--kills", type=int, default=0)
    args = parser.parse_args()
    for entries in args.chunks or ([] if args.kills else [10_000]):
        print(f"\n| {entries:,} chunks, built-in embedder | |\n|---|---|")
        home = Path(tempfile.mkdtemp(prefix="deskmate-bench-"))
        measure_size(home, entries)
        shutil.rmtree(home)
    if args.kills:
        print("\n| crashes | |\n|---|---|")
        home = Path(tempfile.mkdtemp(prefix="deskmate-bench-"))
        measure_kills(home, args.kills)
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
