"""What a new user gets wrong at the command line: one clear sentence, the right exit code, never a traceback."""

import io
import json
import os
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from assistant.cli import main

FAQ = """# 售后

### 如何退款？

**A**：7 天内可全额退款，联系客服即可。

### 保修多久？

**A**：整机保修 24 个月。
"""


@dataclass
class Told:
    """What a command said, and its exit code."""

    code: int
    stdout: str
    stderr: str


def kb(*arguments: str | Path, **env: str) -> Told:
    """Run `kb` in this process (importing Chroma for each call would take minutes)."""
    out, err = io.StringIO(), io.StringIO()
    with patch.dict(os.environ, env), redirect_stdout(out), redirect_stderr(err):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:  # argparse's way to say wrong usage
            code = int(ended.code or 0)
    return Told(code, out.getvalue(), err.getvalue())


def told(done: Told, code: int, *words: str) -> None:
    assert done.code == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr + done.stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small home, indexed."""
    home = tmp_path_factory.mktemp("home")
    (home / "kb_sources" / "faq").mkdir(parents=True)
    (home / "kb_sources" / "faq" / "refund.md").write_text(FAQ, encoding="utf-8")
    assert kb("reindex", "--home", home).code == 0
    return home


def test_a_home_that_is_not_there(tmp_path: Path) -> None:
    told(kb("reindex", "--home", tmp_path / "gone"), 2, "gone", "no such folder")


def test_no_kb_sources(tmp_path: Path) -> None:
    words = f"{tmp_path / 'kb_sources'}: no such folder; create it", "kb_sources/faq/"
    told(kb("reindex", "--home", tmp_path), 2, *words)
    told(kb("check", "--home", tmp_path), 2, *words)


def test_an_empty_kb_sources(tmp_path: Path) -> None:
    (tmp_path / "kb_sources").mkdir()
    told(kb("reindex", "--home", tmp_path), 1, "holds no knowledge", "kb_sources/faq/", "kb reindex")
    done = kb("reindex", "--home", tmp_path, "--json")
    told(done, 1, "holds no knowledge")
    assert json.loads(done.stdout)["entries"] == 0


def test_asking_before_anything_is_indexed(tmp_path: Path) -> None:
    (tmp_path / "kb_sources").mkdir()
    told(kb("ask", "怎么退款", "--home", tmp_path), 2, "kb reindex")
    told(kb("search", "怎么退款", "--home", tmp_path), 2, "kb reindex")


def test_a_broken_file_among_good_ones_is_reported_and_the_rest_is_live(tmp_path: Path) -> None:
    faq = tmp_path / "kb_sources" / "faq"
    faq.mkdir(parents=True)
    (faq / "refund.md").write_text(FAQ, encoding="utf-8")
    (faq / "prices.xlsx").write_bytes(b"PK\x03\x04 this is no workbook")
    done = kb("reindex", "--home", tmp_path, "--json")
    told(done, 1)
    report = json.loads(done.stdout)
    assert report["entries"] == 2
    assert [fault["file"] for fault in report["faults"]] == ["faq/prices.xlsx"]
    assert report["faults"][0]["remedy"]
    asked = kb("ask", "如何退款？", "--no-model", "--home", tmp_path, "--json")
    told(asked, 0)
    assert "7 天" in json.loads(asked.stdout)["answer"]


@pytest.mark.parametrize(
    ("content", "word"),
    [(None, "no such model file"), (b"GGUF\x03\x00\x00\x00 cut off", "cut off"), (b"<html>", "GGUF")],
)
def test_a_model_that_cannot_be_used_leaves_verbatim_answers_and_says_why(
    home: Path, tmp_path: Path, content: bytes | None, word: str
) -> None:
    model = tmp_path / "model.gguf"
    if content is not None:
        model.write_bytes(content)
    done = kb("ask", "如何退款？", "--home", home, "--json", DESKMATE_MODEL=str(model))
    told(done, 0, "model.gguf", word)
    assert json.loads(done.stdout)["outcome"] in ("direct", "degraded")


def test_a_history_that_is_none(home: Path, tmp_path: Path) -> None:
    (tmp_path / "history.json").write_text("not json")
    told(kb("ask", "那呢？", "--history", tmp_path / "history.json", "--home", home), 2, "history.json", "question")


def test_an_empty_question(home: Path) -> None:
    told(kb("ask", "  ", "--home", home), 2, "empty")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_options_may_stand_before_and_behind_a_command(place: int, home: Path) -> None:
    words: list[str | Path] = ["index", "list", "--json"]
    words[place:place] = ["--home", home]
    done = kb(*words)
    told(done, 0)
    assert json.loads(done.stdout)["generations"]


def test_wrong_usage_is_exit_code_two() -> None:
    told(kb("serach", "x"), 2, "serach")
    told(kb(), 2)


def test_a_setting_of_the_wrong_type(home: Path) -> None:
    told(kb("ask", "x", "--home", home, DESKMATE_PORT="many"), 2, "DESKMATE_PORT", "many")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_home_that_cannot_be_written(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "locked"
    shutil.copytree(home / "kb_sources", copy / "kb_sources")
    copy.chmod(0o555)
    told(kb("reindex", "--home", copy), 2, "permission")


def test_json_prints_one_object_and_nothing_else(home: Path) -> None:
    for command in (["check"], ["reindex"], ["search", "退款"], ["ask", "如何退款？", "--no-model"]):
        done = kb(*command, "--home", home, "--json")
        assert isinstance(json.loads(done.stdout), dict)
