"""The road from files to a live generation, with real files, SQLite, Chroma and the fresh process that verifies."""

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from knowledge import scrubbing
from knowledge.errors import KnowledgeError
from knowledge.index import Index
from knowledge.reporting import last_report
from tests.knowledge.homes import first_answer, open_home, write_faq

INVOICE = {"怎么开发票？": "在订单页点“开发票”。"}
REFUND = {"怎么退款？": "在订单页申请退款。"}


def write_chat(home: Path, day: date, question: str, reply: str) -> None:
    path = home / "kb_sources" / "chat_logs" / "export.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    turns = [("customer", question), ("agent", reply)]
    rows = [
        {"conversation": f"c{day}", "time": f"{day} 10:0{place}:00", "role": role, "text": text}
        for place, (role, text) in enumerate(turns)
    ]
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def write_golden(home: Path, question: str, expected: str) -> None:
    folder = home / "kb_sources" / "golden"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "golden.csv").write_text(f"问题,应答条目\n{question},{expected}\n", encoding="utf-8")


def test_only_what_changed_is_embedded_and_the_rest_is_reused(tmp_path: Path) -> None:
    write_faq(tmp_path, "billing", INVOICE)
    refund = write_faq(tmp_path, "refund", REFUND)
    knowledge = open_home(tmp_path)
    first = knowledge.sync()
    assert (first.embedded, first.sources.added, first.switched, first.previous) == (2, 2, True, "")
    again = knowledge.sync()
    assert (again.embedded, again.reused, again.generation) == (0, 2, first.generation)
    write_faq(tmp_path, "billing", {"怎么开发票？": "在“我的”里开。"})
    refund.unlink()
    third = knowledge.sync()
    assert (third.embedded, third.sources.changed, third.sources.removed) == (1, 1, 1)
    assert first_answer(knowledge, "怎么开发票") == "在“我的”里开。"
    assert {entry.title for entry in knowledge.entries()} == {"怎么开发票？"}


def test_a_faulty_file_keeps_its_last_good_entries_and_is_reported(tmp_path: Path) -> None:
    write_faq(tmp_path, "refund", REFUND)
    table = tmp_path / "kb_sources" / "faq" / "billing.csv"
    table.write_text("问题,答案\n怎么开发票？,在订单页。\n", encoding="utf-8")
    knowledge = open_home(tmp_path)
    knowledge.sync()
    table.write_bytes(b"PK\x03\x04 not a table at all \x00\x01\x02" * 50)
    report = knowledge.sync()
    assert [fault.file for fault in report.faults] == ["faq/billing.csv"]
    assert first_answer(knowledge, "怎么开发票") == "在订单页。"
    assert [fault.file for fault in knowledge.sync().faults] == ["faq/billing.csv"]  # told until it is mended


def test_a_folder_that_vanished_is_not_an_order_to_delete(tmp_path: Path) -> None:
    write_faq(tmp_path, "billing", INVOICE)
    write_faq(tmp_path, "refund", REFUND)
    knowledge = open_home(tmp_path)
    knowledge.sync()
    (tmp_path / "kb_sources").rename(tmp_path / "away")
    with pytest.raises(KnowledgeError):
        knowledge.sync()
    (tmp_path / "kb_sources" / "faq").mkdir(parents=True)  # a mount point without its disk
    with pytest.raises(KnowledgeError, match="--force"):
        knowledge.sync()
    assert first_answer(knowledge, "怎么退款")
    knowledge.sync(force=True)
    assert knowledge.entries() == ()


def test_a_layer_whose_folder_vanished_keeps_its_entries_while_others_change(tmp_path: Path) -> None:
    write_faq(tmp_path, "billing", INVOICE)
    write_chat(tmp_path, date.today(), "打印机缺纸怎么办？", "请打开上盖换一卷纸。")
    knowledge = open_home(tmp_path)
    knowledge.sync()
    shutil.rmtree(tmp_path / "kb_sources" / "chat_logs")
    write_faq(tmp_path, "refund", REFUND)
    report = knowledge.sync()
    assert [fault.code for fault in report.faults] == ["folder_vanished"]
    assert {entry.layer for entry in knowledge.entries()} == {"faq", "chat_log"}
    knowledge.sync(force=True)
    assert {entry.layer for entry in knowledge.entries()} == {"faq"}


def test_a_repository_that_cannot_be_reached_keeps_its_changes(tmp_path: Path) -> None:
    write_faq(tmp_path, "billing", INVOICE)
    repository = tmp_path / "product"
    repository.mkdir()
    (repository / "CHANGELOG.md").write_text(
        "# Changelog\n\n## 2.3.0 - 2026-11-02\n\n### Added\n\n- 支持扫码退款\n", encoding="utf-8"
    )
    git = ["git", "-C", str(repository), "-c", "user.name=t", "-c", "user.email=t@example.com"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "Release"]):
        subprocess.run([*git, *command], check=True)
    settings = tmp_path / "kb_sources" / "changelog" / "repositories.toml"
    settings.parent.mkdir()
    settings.write_text(f'[product]\npath = "{repository}"\nfile = "CHANGELOG.md"\n', encoding="utf-8")
    knowledge = open_home(tmp_path)
    assert knowledge.sync().entries == 2
    repository.rename(tmp_path / "gone")
    report = knowledge.sync()
    assert [fault.file for fault in report.faults] == ["changelog/repositories.toml"]
    assert {entry.layer for entry in knowledge.entries()} == {"faq", "changelog"}


def test_a_generation_that_answers_worse_is_held_back_until_forced(tmp_path: Path) -> None:
    write_faq(tmp_path, "billing", INVOICE)
    write_faq(tmp_path, "refund", REFUND)
    write_golden(tmp_path, "发票怎么开", "怎么开发票？")
    knowledge = open_home(tmp_path)
    first = knowledge.sync()
    assert first.scores["recall@5"] == 1.0
    write_faq(tmp_path, "billing", {"门店几点开门？": "九点。"})
    held = knowledge.sync()
    assert not held.switched
    assert "recall@5" in held.held_back
    assert (held.generation, knowledge.generation) == (first.generation, first.generation)
    assert first_answer(knowledge, "怎么开发票")
    assert knowledge.sync(automatic=True).held_back == held.held_back  # not built again and again
    assert knowledge.sync(force=True).switched


def test_a_source_that_suddenly_yields_nothing_is_held_back(tmp_path: Path) -> None:
    write_faq(tmp_path, "billing", INVOICE)
    path = write_faq(tmp_path, "refund", REFUND)
    knowledge = open_home(tmp_path)
    knowledge.sync()
    path.write_text("", encoding="utf-8")
    report = knowledge.sync()
    assert "faq/refund.md" in report.held_back
    assert first_answer(knowledge, "怎么退款")


def test_an_exchange_that_grows_too_old_leaves_every_file_of_the_index(tmp_path: Path) -> None:
    write_faq(tmp_path, "billing", INVOICE)
    write_chat(tmp_path, date.today() - timedelta(days=29), "紫水晶套餐怎么办理？", "在柜台办理紫水晶套餐。")
    layers = tmp_path / "kb_sources" / "layers.toml"
    knowledge = open_home(tmp_path)
    assert knowledge.sync().entries == 2
    layers.write_text("[chat_log]\nmax_age = 20\n", encoding="utf-8")
    assert knowledge.sync().entries == 1
    held = [path for path in (tmp_path / "index").rglob("*") if path.is_file() and path.name != "words.json"]
    assert not [path.name for path in held if "在柜台办理紫水晶套餐".encode() in path.read_bytes()]
    live = tmp_path / "index" / knowledge.generation / "words" / "words.json"
    assert "紫水晶" not in live.read_text(encoding="utf-8")


def test_a_newer_scrubber_scrubs_the_chat_logs_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_faq(tmp_path, "billing", INVOICE)
    write_chat(tmp_path, date.today(), "打印机缺纸怎么办？", "请打开上盖，换一卷紫水晶纸。")
    knowledge = open_home(tmp_path)
    first = knowledge.sync()
    scrub = scrubbing.scrub_dialogue

    def stricter(*args: object, **options: object) -> tuple[scrubbing.Scrubbed, ...]:
        found = scrub(*args, **options)  # type: ignore[arg-type]
        return tuple(replace(one, text=one.text.replace("紫水晶", "<BRAND>")) for one in found)

    monkeypatch.setattr(scrubbing, "scrub_dialogue", stricter)
    assert knowledge.sync().generation == first.generation  # same version, same files: nothing is done
    monkeypatch.setattr("knowledge.scrubbing.lists.VERSION", "next")
    second = knowledge.sync()
    assert (second.switched, second.embedded, second.reused) == (True, 1, 1)  # the FAQ's vector is kept
    assert Index.open(tmp_path / "index" / second.generation).manifest.scrubber == "next"
    assert "<BRAND>纸" in first_answer(knowledge, "打印机缺纸怎么办")
    assert not [entry for entry in knowledge.entries() if "紫水晶" in entry.text]


def test_an_entry_serves_only_within_its_dates(tmp_path: Path) -> None:
    table = tmp_path / "kb_sources" / "faq" / "dated.csv"
    table.parent.mkdir(parents=True)
    yesterday, tomorrow = (date.today() + timedelta(days=days) for days in (-1, 1))
    rows = [
        "问题,答案,生效日期,有效期",
        f"旧活动？,结束了。,,{yesterday}",
        f"新活动？,明天开始。,{tomorrow},",
        "常年？,有。,,",
    ]
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    knowledge = open_home(tmp_path)
    knowledge.sync()
    assert [entry.title for entry in knowledge.entries()] == ["常年？"]
    assert knowledge.status().stale_from == tomorrow


def test_the_report_of_the_last_run_is_kept(tmp_path: Path) -> None:
    write_faq(tmp_path, "billing", INVOICE)
    report = open_home(tmp_path).sync()
    kept = last_report(tmp_path / "index")
    assert kept is not None
    assert (kept["generation"], kept["entries"]) == (report.generation, 1)


def test_every_chunk_of_a_generation_can_be_opened_and_found(tmp_path: Path) -> None:
    write_faq(tmp_path, "billing", {f"第{number}个问题怎么办？": f"第{number}个答案。" for number in range(40)})
    knowledge = open_home(tmp_path)
    report = knowledge.sync()
    index = Index.open(tmp_path / "index" / report.generation)
    found = index.lexical("faq", "问题怎么办", 100)
    assert len(found) == 40
    assert {index.chunk(key).entry.id for key, _ in found} == {entry.id for entry in index.entries()}
    index.close()
