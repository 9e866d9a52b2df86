"""Changelogs from git: the state at HEAD, and since which commit each change stands there as it does."""

import subprocess
from datetime import date
from pathlib import Path

import pytest

from knowledge.parsing import parse
from knowledge.sources import load_layers, read_source, scan
from knowledge.types import Entry, Problem

FIRST = "# 更新日志\n\n## 1.0.0 - 2026-01-05\n\n- 新增导出\n- 修复打印\n"
LATER = "# 更新日志\n\n## 1.1.0 - 2026-02-01\n\n- 支持多门店收银和分账\n\n" + FIRST.split("\n\n", 1)[1]
EDITED = LATER.replace("支持多门店收银和分账", "支持多门店收银和自动分账").replace("- 修复打印\n", "")


def commit(repository: Path, text: str, name: str = "CHANGELOG.md", branch: str = "") -> str:
    if not repository.exists():
        repository.mkdir(parents=True)
        git(repository, "init", "-q", "-b", "main")
    if branch:
        git(repository, "checkout", "-q", "-b", branch)
    (repository / name).write_text(text, encoding="utf-8")
    git(repository, "add", "-A")
    git(repository, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "x")
    return git(repository, "rev-parse", "--short=7", "HEAD")


def git(repository: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(repository), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def changes(home: Path, settings: str) -> tuple[dict[str, Entry], tuple[Problem, ...]]:
    sources = home / "kb_sources"
    (sources / "changelog").mkdir(parents=True, exist_ok=True)
    (sources / "changelog" / "repositories.toml").write_text(settings, encoding="utf-8")
    found = scan(sources, load_layers(sources))
    parsed = [parse(source, read_source(sources, source.path), today=date(2026, 11, 21)) for source in found.sources]
    return {entry.text: entry for one in parsed for entry in one.entries}, found.problems


def test_each_change_knows_the_commit_that_brought_or_reworded_it(tmp_path: Path) -> None:
    shas = [commit(tmp_path / "shop", text) for text in (FIRST, LATER, EDITED)]
    found, problems = changes(tmp_path, '[[repository]]\nname = "shop"\npath = "../../shop"\n')
    assert not problems
    assert set(found) == {"支持多门店收银和自动分账", "新增导出"}
    assert found["新增导出"].since.startswith(shas[0])
    assert found["支持多门店收银和自动分账"].since.startswith(shas[2])
    assert found["支持多门店收银和自动分账"].since.endswith("reworded")
    entry = found["新增导出"]
    assert (entry.version, entry.category, entry.updated, entry.kind) == ("1.0.0", "Added", date(2026, 1, 5), "change")


def test_another_branch_and_file_can_be_named(tmp_path: Path) -> None:
    commit(tmp_path / "shop", "# old\n")
    commit(tmp_path / "shop", LATER, "NEWS.md", branch="stable")
    git(tmp_path / "shop", "checkout", "-q", "main")
    settings = '[[repository]]\nname = "shop"\npath = "../../shop"\nfile = "NEWS.md"\nbranch = "stable"\n'
    found, problems = changes(tmp_path, settings)
    assert not problems
    assert "支持多门店收银和分账" in found


def test_an_address_is_copied_once_and_read_from_the_copy(tmp_path: Path) -> None:
    commit(tmp_path / "shop", FIRST)
    settings = f'[[repository]]\nname = "shop"\nurl = "file://{tmp_path}/shop"\n'
    assert "新增导出" in changes(tmp_path, settings)[0]
    (tmp_path / "shop").rename(tmp_path / "gone")
    assert "新增导出" in changes(tmp_path, settings)[0]


@pytest.mark.parametrize(
    "settings",
    [
        '[[repository]]\npath = "../../nowhere"\n',
        '[[repository]]\npath = "../../shop"\nfile = "MISSING.md"\n',
        '[[repository]]\npath = "../../shop"\nbranch = "missing"\n',
        '[[repository]]\nurl = "ext::sh -c touch% /x"\n',
        '[[repository]]\nurl = "--upload-pack=x"\n',
        '[[repository]]\nname = "shop"\n',
        "[[repository\n",
    ],
)
def test_what_cannot_be_read_is_named_and_stops_nothing(tmp_path: Path, settings: str) -> None:
    commit(tmp_path / "shop", FIRST)
    found, problems = changes(tmp_path, settings)
    assert not found
    assert [(problem.file, problem.severity) for problem in problems] == [("changelog/repositories.toml", "error")]
