"""Whatever happens while a generation is written, the one before serves and the next run succeeds."""

import random
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from knowledge.errors import IndexFault
from knowledge.index import Index
from knowledge.knowledge_base import KnowledgeBase
from knowledge.verifying import Verifier
from tests.knowledge.homes import first_answer, open_home, write_faq

ROOT = Path(__file__).parents[2]
SYNC = """
import sys
from pathlib import Path
from tests.knowledge.homes import open_home
print("started", flush=True)
open_home(Path(sys.argv[1])).sync(full=True)
"""
QUESTIONS = {f"第{number}项服务怎么收费？": f"第{number}项每次 {number} 元。" for number in range(30)}


def start_sync(home: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", SYNC, str(home)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_killed_at_any_moment_the_old_generation_serves_and_the_next_run_succeeds(tmp_path: Path) -> None:
    write_faq(tmp_path, "prices", QUESTIONS)
    knowledge = open_home(tmp_path)
    started = time.monotonic()
    before = knowledge.sync().generation
    usual = time.monotonic() - started
    draw = random.Random(4)
    for _ in range(4):
        process = start_sync(tmp_path)
        time.sleep(draw.uniform(0, usual))
        process.kill()
        process.wait()
        fresh = open_home(tmp_path)
        assert first_answer(fresh, "第7项服务怎么收费") == "第7项每次 7 元。"
        assert fresh.generation >= before
        fresh.close()
    report = knowledge.sync(full=True)
    assert report.switched
    left = {path.name for path in (tmp_path / "index").iterdir() if path.is_dir()}
    assert report.generation in left
    assert len(left) <= 3
    assert not list((tmp_path / "index").glob("*.new"))
    knowledge.close()


def test_a_damaged_vector_file_is_found_before_anything_is_switched(tmp_path: Path) -> None:
    write_faq(tmp_path, "prices", QUESTIONS)
    knowledge = open_home(tmp_path)
    generation = knowledge.sync().generation
    knowledge.close()
    (database,) = (tmp_path / "index" / generation / "vectors").glob("chroma.sqlite3")
    database.write_bytes(b"\0" * 4096 + database.read_bytes()[4096:])
    with pytest.raises(IndexFault, match="damaged"):
        Verifier().check(tmp_path / "index" / generation)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generation of a table whose rows differ in a number only; Chroma writes its vector file from 1,000 rows on."""
    home = tmp_path_factory.mktemp("rows")
    table = home / "kb_sources" / "faq" / "rows.csv"
    table.parent.mkdir(parents=True)
    lines = [f"第{number}号商品怎么退货？,第{number}号商品七天内可以退货。" for number in range(1100)]
    table.write_text("\n".join(["问题,答案", *lines]) + "\n", encoding="utf-8")
    knowledge = open_home(home)
    report = knowledge.sync()
    knowledge.close()
    assert (report.switched, report.chunks) == (True, 1100)
    return home / "index" / report.generation


def test_rows_that_hide_each_other_from_the_vector_search_are_no_damage(rows: Path) -> None:
    index = Index.open(rows)
    vectors = index.vectors.get("faq", list(index.records.rows())[::20])
    found = [index.vectors.search("faq", vector, 5)[0][1] for vector in vectors]
    index.close()
    assert sum(cosine < 0.999 for cosine in found) > 0.1 * len(found)  # else this test has lost its subject


@pytest.mark.parametrize("damage", ["zeros", "noise", "half"])
def test_damage_is_told_from_rows_that_hide_each_other(rows: Path, tmp_path: Path, damage: str) -> None:
    generation = tmp_path / rows.name
    shutil.copytree(rows, generation)
    (file,) = (generation / "vectors").glob("*/data_level0.bin")
    held = file.read_bytes()
    noise = random.Random(1).randbytes(len(held))
    file.write_bytes({"zeros": bytes(len(held)), "noise": noise, "half": held[: len(held) // 2]}[damage])
    with pytest.raises(IndexFault, match="damaged"):
        Verifier().check(generation)


def test_a_damaged_live_generation_is_told_and_made_anew_by_the_next_run(tmp_path: Path) -> None:
    write_faq(tmp_path, "prices", {"怎么开发票？": "在订单页。"})
    generation = open_home(tmp_path).sync().generation
    (tmp_path / "index" / generation / "words" / "words.json").write_text("{", encoding="utf-8")
    with pytest.raises(IndexFault, match="damaged"):
        first_answer(open_home(tmp_path), "发票")
    knowledge = open_home(tmp_path)
    knowledge.sync()
    assert first_answer(knowledge, "发票")


def test_readers_get_answers_through_re_index_switch_and_rollback(tmp_path: Path) -> None:
    write_faq(tmp_path, "prices", QUESTIONS)
    knowledge = open_home(tmp_path)
    knowledge.sync()
    answers: list[str] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            answers.append(first_answer(knowledge, "第7项服务怎么收费"))

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        try:
            _wait_for_more(answers, readers)
            write_faq(tmp_path, "prices", {**QUESTIONS, "第7项服务怎么收费？": "第7项免费。"})
            knowledge.sync()
            _wait_for_more(answers, readers)  # on busy cores nobody may have read between switch and rollback
            _roll_back(knowledge)
            _wait_for_more(answers, readers)
        finally:
            stop.set()
    assert [reader.exception() for reader in readers] == [None, None]
    assert set(answers) == {"第7项每次 7 元。", "第7项免费。"}
    assert first_answer(knowledge, "第7项服务怎么收费") == "第7项每次 7 元。"
    assert "rolled back" in knowledge.sync(automatic=True).held_back
    assert knowledge.sync().switched  # asked for by a person: the files count again


def _wait_for_more(answers: list[str], readers: "list[Future[None]]") -> None:
    """Until answers came that were asked for after this call: at most one a reader was on its way before it."""
    seen, patience = len(answers), time.monotonic() + 60
    while len(answers) < seen + 2 * len(readers) and not any(reader.done() for reader in readers):
        assert time.monotonic() < patience
        time.sleep(0.01)


def _roll_back(knowledge: KnowledgeBase) -> None:
    from knowledge.generations import Generations

    Generations(knowledge.root).rollback()
    assert knowledge.refresh()
