"""kb_sources/ as layers and files: what is read, what never is, and what is said about the rest."""

from pathlib import Path

import pytest

from knowledge import sources as module
from knowledge.errors import KnowledgeError, SourceError
from knowledge.sources import load_layers, read_source, scan


def write(root: Path, name: str, data: bytes | str = "x") -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def test_a_folder_without_settings_has_the_three_layers(tmp_path: Path) -> None:
    layers = load_layers(tmp_path)
    assert [(layer.name, layer.authority, layer.budget, layer.max_age) for layer in layers.values()] == [
        ("faq", 3, 1800, None),
        ("changelog", 2, 700, None),
        ("chat_log", 1, 500, 30),
    ]


def test_settings_change_only_what_they_name(tmp_path: Path) -> None:
    write(tmp_path, "layers.toml", '[chat_log]\nmax_age = 7\n[policy]\nauthority = 4\nfolder = "policies"\n')
    layers = load_layers(tmp_path)
    assert (layers["chat_log"].max_age, layers["chat_log"].budget) == (7, 500)
    assert (layers["policy"].folder, layers["policy"].authority) == ("policies", 4)


@pytest.mark.parametrize("text", ["[faq\n", "faq = 3", "[faq]\nauthorty = 3", '[faq]\nbudget = "many"'])
def test_a_setting_that_means_nothing_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    write(tmp_path, "layers.toml", text)
    with pytest.raises(SourceError) as refused:
        load_layers(tmp_path)
    assert refused.value.problem.file == "layers.toml"


def test_each_file_belongs_to_the_layer_of_its_folder(tmp_path: Path) -> None:
    for name in (
        "faq/a.md",
        "changelog/b.md",
        "chat_logs/c.csv",
        "d.csv",
        "elsewhere/e.md",
        "CHANGELOG.md",
        "更新日志.md",
    ):
        write(tmp_path, name)
    found = {source.path: source.layer for source in scan(tmp_path, load_layers(tmp_path)).sources}
    assert found == {
        "faq/a.md": "faq",
        "changelog/b.md": "changelog",
        "chat_logs/c.csv": "chat_log",
        "d.csv": "faq",
        "elsewhere/e.md": "faq",
        "CHANGELOG.md": "changelog",
        "更新日志.md": "changelog",
    }


def test_hidden_files_lock_files_settings_pictures_and_golden_questions_are_no_sources(tmp_path: Path) -> None:
    for name in (
        "_draft.md",
        ".x.md",
        "faq/~$a.xlsx",
        "golden/g.csv",
        "layers.toml",
        "faq/a.png",
        "_old/a.md",
        "faq/a.md~",
    ):
        write(tmp_path, name, "")
    assert scan(tmp_path, load_layers(tmp_path)).sources == ()


def test_bytes_decide_the_hash_and_are_read_back(tmp_path: Path) -> None:
    write(tmp_path, "faq/a.md", "one")
    first = scan(tmp_path, load_layers(tmp_path)).sources[0]
    assert read_source(tmp_path, first.path) == b"one"
    write(tmp_path, "faq/a.md", "two")
    assert scan(tmp_path, load_layers(tmp_path)).sources[0].sha256 != first.sha256


def test_a_file_beyond_the_limit_is_named_and_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 10)
    write(tmp_path, "faq/big.csv", "x" * 11)
    write(tmp_path, "faq/small.csv", "x")
    found = scan(tmp_path, load_layers(tmp_path))
    assert [source.path for source in found.sources] == ["faq/small.csv"]
    assert [(problem.file, problem.code) for problem in found.problems] == [("faq/big.csv", "too_large")]


def test_a_vanished_folder_is_an_error_and_not_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="no such folder; create it"):
        scan(tmp_path / "gone", load_layers(tmp_path))


def test_a_link_to_nowhere_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to(tmp_path / "missing.md")
    found = scan(tmp_path, load_layers(tmp_path))
    assert [(problem.file, problem.code) for problem in found.problems] == [("a.md", "unreadable")]
