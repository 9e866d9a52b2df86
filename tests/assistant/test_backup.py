"""A backup taken while the app writes is whole, checked, and comes back."""

import fcntl
import json
import sqlite3
import threading
from pathlib import Path

import pytest

from assistant.backup import BackupError, back_up, restore, verify
from assistant.cli import main
from assistant.journal import Journal


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    (home / "kb_sources" / "faq").mkdir(parents=True)
    (home / "kb_sources" / "faq" / "退款.md").write_text("### 怎么退款？\n\n7 天内。\n", encoding="utf-8")
    (home / "index" / "g1").mkdir(parents=True)
    (home / "index" / "g0").mkdir()
    (home / "index" / "g1" / "manifest.json").write_text("{}")
    (home / "index" / "CURRENT").write_text("g1\n")
    (home / "models").mkdir()
    (home / "models" / "large.gguf").write_bytes(b"GGUF")
    (home / "users.toml").write_text("[anna]\n")
    Journal(home / "journal.sqlite3", str).close()
    return home


def test_a_backup_holds_the_home_without_models_and_secrets(home: Path, tmp_path: Path) -> None:
    made = back_up(home, tmp_path / "b")
    assert set(made.files) == {"kb_sources/faq/退款.md", "index/CURRENT", "index/g1/manifest.json", "journal.sqlite3"}
    assert verify(tmp_path / "b") == made
    assert (tmp_path / "b").stat().st_mode & 0o077 == 0
    assert "users.toml" in back_up(home, tmp_path / "with", secrets=True).files


def test_settings_are_kept_without_their_key(home: Path, tmp_path: Path) -> None:
    (home / "deskmate.toml").write_text(
        'company = "云帆"\nengine_key = "s3cret"\nconversations_url = "postgresql://d:s3cret@h/d"\n', encoding="utf-8"
    )
    back_up(home, tmp_path / "b")
    assert (tmp_path / "b" / "home" / "deskmate.toml").read_text(encoding="utf-8") == 'company = "云帆"\n'
    back_up(home, tmp_path / "with", secrets=True)
    assert "s3cret" in (tmp_path / "with" / "home" / "deskmate.toml").read_text(encoding="utf-8")


def test_a_backup_taken_while_turns_are_written_is_consistent(home: Path, tmp_path: Path) -> None:
    journal, done = Journal(home / "journal.sqlite3", str), threading.Event()

    def write() -> None:
        number = 0
        while not done.is_set():
            journal.mark(str(number), "anna", "up", "x" * 500)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        back_up(home, tmp_path / "b")
    finally:
        done.set()
        writer.join()
    copied = sqlite3.connect(tmp_path / "b" / "home" / "journal.sqlite3")
    assert copied.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    kept = [int(row[0]) for row in copied.execute("SELECT turn_id FROM marks")]
    assert sorted(kept) == list(range(len(kept)))  # one moment: nothing is missing in between


def test_what_was_backed_up_comes_back_and_what_was_there_is_kept_aside(home: Path, tmp_path: Path) -> None:
    back_up(home, tmp_path / "b")
    (home / "kb_sources" / "faq" / "退款.md").write_text("spoilt", encoding="utf-8")
    (home / "kb_sources" / "faq" / "later.md").write_text("later", encoding="utf-8")
    journal = Journal(home / "journal.sqlite3", str)
    journal.mark("t", "anna", "up")  # stays in the write-ahead log
    aside = restore(tmp_path / "b", home)
    journal.close()
    assert (home / "kb_sources" / "faq" / "退款.md").read_text(encoding="utf-8").startswith("### 怎么退款？")
    assert not (home / "kb_sources" / "faq" / "later.md").exists()
    assert aside is not None
    assert (aside / "kb_sources" / "faq" / "later.md").read_text(encoding="utf-8") == "later"
    assert Journal(home / "journal.sqlite3", str).marks() == []
    assert (home / "models" / "large.gguf").exists()
    assert (home / "users.toml").exists()


@pytest.mark.parametrize("harm", ["change", "remove", "outside", "no manifest"])
def test_a_damaged_backup_changes_nothing(home: Path, tmp_path: Path, harm: str) -> None:
    back_up(home, tmp_path / "b")
    file, manifest = tmp_path / "b" / "home" / "kb_sources" / "faq" / "退款.md", tmp_path / "b" / "manifest.json"
    if harm == "change":
        file.write_text("other", encoding="utf-8")
    elif harm == "remove":
        file.unlink()
    elif harm == "no manifest":
        manifest.unlink()
    else:
        told = json.loads(manifest.read_text(encoding="utf-8"))
        told["files"]["../../etc/cron.d/x"] = "0"
        manifest.write_text(json.dumps(told), encoding="utf-8")
    (home / "kb_sources" / "faq" / "退款.md").write_text("now", encoding="utf-8")
    with pytest.raises(BackupError):
        restore(tmp_path / "b", home)
    assert (home / "kb_sources" / "faq" / "退款.md").read_text(encoding="utf-8") == "now"
    assert not [path for path in home.iterdir() if path.name.startswith((".restoring", "replaced"))]


def test_nothing_is_restored_under_a_running_app(home: Path, tmp_path: Path) -> None:
    back_up(home, tmp_path / "b")
    (home / ".deskmate").mkdir()
    with (home / ".deskmate" / "serving").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BackupError, match="stop kb serve first"):
            restore(tmp_path / "b", home)


def test_a_folder_with_something_in_it_is_refused(home: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="is not empty"):
        back_up(home, tmp_path)
    with pytest.raises(BackupError, match="would be indexed"):
        back_up(home, home / "kb_sources" / "backup")


def test_the_commands_back_up_and_restore_into_a_new_home(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", str(tmp_path / "b"), "--home", str(home), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == 4
    assert main(["restore", str(tmp_path / "b"), "--home", str(tmp_path / "new"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["replaced"] == ""
    assert (tmp_path / "new" / "kb_sources" / "faq" / "退款.md").exists()
    assert main(["restore", str(tmp_path / "none"), "--home", str(home)]) == 2
    assert "is no backup" in capsys.readouterr().err
