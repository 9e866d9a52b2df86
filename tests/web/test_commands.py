"""`kb user` and `kb serve` at the terminal."""

import io
import json
import socket
from pathlib import Path

import pytest

from assistant.cli import main


def run(monkeypatch: pytest.MonkeyPatch, *words: str, typed: str = "") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return main(words)


def test_users_are_added_listed_and_disabled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ("--home", str(tmp_path))
    assert run(monkeypatch, "user", "add", "anna", "--role", "editor", *home, typed="correct horse\n") == 0
    assert run(monkeypatch, "user", "disable", "anna", *home) == 0
    capsys.readouterr()
    assert run(monkeypatch, "user", "list", "--json", *home) == 0
    assert json.loads(capsys.readouterr().out) == {"users": [{"name": "anna", "role": "editor", "disabled": True}]}


def test_an_unknown_user_is_one_sentence_and_exit_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "user", "passwd", "nobody", "--home", str(tmp_path), typed="correct horse\n") == 2
    assert capsys.readouterr().err == "kb: user 'nobody' does not exist; kb user list shows who does\n"


def test_a_port_in_use_is_one_sentence_and_exit_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        assert run(monkeypatch, "serve", "--port", port, "--home", str(tmp_path)) == 2
    assert f"port {port} is in use" in capsys.readouterr().err


def test_another_machine_is_not_let_in_with_sample_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "serve", "--host", "0.0.0.0", "--port", "0", "--home", str(tmp_path)) == 2
    assert "kb user passwd" in capsys.readouterr().err
