"""The doctor finds what is wrong, says what to do, and never falls ill itself."""

import json
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.doctor import Finding, Wish, examine, fits
from assistant.settings import Settings
from knowledge.manifest import Manifest, SourceRecord, write_manifest
from knowledge.types import Problem


def found(settings: Settings, check: str) -> list[Finding]:
    return [finding for finding in examine(settings, Wish()) if finding.check == check]


def index(home: Path, age: timedelta, *problems: Problem) -> None:
    folder = home / "index" / "g1"
    folder.mkdir(parents=True)
    record = SourceRecord("faq/a.md", "faq", "0", 1, problems=problems)
    made = (datetime.now(UTC) - age).isoformat()
    write_manifest(Manifest("g1", made, "builtin", "1", "1", (), (record,), 1, 1), folder / "manifest.json")
    (home / "index" / "CURRENT").write_text("g1\n")


def test_a_new_home_is_told_what_to_do_next(tmp_path: Path) -> None:
    findings = {finding.check: finding for finding in examine(Settings(home=tmp_path), Wish())}
    assert (findings["index"].level, findings["index"].remedy) == ("red", "kb reindex")
    assert (findings["model"].level, findings["model"].remedy) == ("yellow", "kb model pull qwen3-4b")
    assert (findings["sign-in"].level, findings["network"].level) == ("yellow", "green")
    assert all(finding.remedy for finding in findings.values() if finding.level != "green")


def test_the_outside_parts_that_were_chosen_are_asked(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as chroma:
        here = f"http://127.0.0.1:{chroma.getsockname()[1]}"
        settings = Settings(home=tmp_path, chroma_url=here, conversations_url="postgresql://desk:s3cret@127.0.0.1:1/d")
        (vectors,), (database,) = found(settings, "vectors"), found(settings, "database")
    assert (vectors.level, database.level) == ("green", "red")
    assert "conversations_url" in database.remedy
    assert "s3cret" not in database.message


def test_a_card_of_24_gb_holds_what_was_measured(tmp_path: Path) -> None:
    held = {fit.model: (fit.f16, fit.q8_0) for fit in fits(Settings(home=tmp_path), Wish(card=24))}
    assert held == {"Qwen3-4B Q4_K_M": (36, 64), "Qwen3-32B Q4_K_M": (4, 7)}


@pytest.mark.parametrize(
    ("agents", "level", "told"),
    [(7, "green", "take Qwen3-32B"), (50, "green", "take Qwen3-4B"), (90, "yellow", "carries 64 of 90 agents")],
)
def test_the_advice_is_one_sentence(tmp_path: Path, agents: int, level: str, told: str) -> None:
    wish = Wish(agents=agents, card=24)
    (advice,) = [one for one in examine(Settings(home=tmp_path), wish) if one.check == "advice"]
    assert advice.level == level
    assert told in advice.message


def test_an_old_index_and_faulty_sources_are_yellow(tmp_path: Path) -> None:
    index(
        tmp_path,
        timedelta(days=9),
        Problem("faq/a.md", 3, "error", "empty", "答案是空的 / the answer is empty", "fill"),
    )
    assert found(Settings(home=tmp_path), "index")[0].level == "yellow"
    assert "faq/a.md line 3" in found(Settings(home=tmp_path), "sources")[0].message


def test_a_damaged_index_or_journal_is_red(tmp_path: Path) -> None:
    index(tmp_path, timedelta(0))
    (tmp_path / "index" / "g1" / "manifest.json").write_text("{")
    (tmp_path / "journal.sqlite3").write_text("not a database, but long enough to be looked at" * 20)
    assert found(Settings(home=tmp_path), "index")[0].level == "red"
    assert found(Settings(home=tmp_path), "database")[0].level == "red"


def test_sample_users_are_red_as_soon_as_others_can_reach_the_app(tmp_path: Path) -> None:
    (tmp_path / "users.toml").write_text('[agent]\nrole = "agent"\nsample = "agent-1"\n')
    here = Settings(home=tmp_path)
    assert found(here, "sign-in")[0].level == "yellow"
    assert found(replace(here, host="0.0.0.0"), "sign-in")[0].level == "red"
    assert found(replace(here, host="0.0.0.0"), "network")[0].level == "yellow"


def test_secrets_that_others_may_read_come_with_the_command_that_hides_them(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("[]")
    (tmp_path / "keys.json").chmod(0o644)
    assert found(Settings(home=tmp_path), "permissions")[0].remedy == f"chmod 600 {tmp_path / 'keys.json'}"
    (tmp_path / "keys.json").chmod(0o600)
    assert found(Settings(home=tmp_path), "permissions")[0].level == "green"


def test_a_server_that_does_not_answer_is_red(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        assert found(Settings(home=tmp_path, engine_url=url), "model")[0].level == "red"


def test_time_outs_that_contradict_each_other_are_yellow(tmp_path: Path) -> None:
    assert found(Settings(home=tmp_path, engine_timeout=200), "time-outs")[0].level == "yellow"


def test_a_file_that_is_no_model_is_red_and_named(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "a.gguf").write_text("<html>")
    assert "is no GGUF file" in found(Settings(home=tmp_path), "model")[0].message


def test_the_command_ends_in_1_when_something_is_red(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--home", str(tmp_path), "--json", "--card", "24"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["level"] == "red"
    assert {"check", "level", "message", "remedy"} == set(told["findings"][0])
    assert told["fits"][0] == {"model": "Qwen3-4B Q4_K_M", "tokens": 4096, "f16": 36, "q8_0": 64, "where": "card"}
    index(tmp_path, timedelta(0))
    assert main(["doctor", "--home", str(tmp_path)]) == 0
    assert "→ kb model pull qwen3-4b" in capsys.readouterr().out
