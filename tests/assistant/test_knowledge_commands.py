"""`kb reindex | search | index | schedule` as a person or a script meets them."""

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main
from tests.knowledge.homes import write_faq


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was indexed twice."""
    home = tmp_path_factory.mktemp("home")
    write_faq(home, "billing", {"怎么开发票？": "在订单页。"})
    assert main(["reindex", "--home", str(home)]) == 0
    write_faq(home, "refund", {"怎么退款？": "申请后三天到账。", "A102 保修多久？": "24 个月。"})
    assert main(["reindex", "--home", str(home)]) == 0
    return home


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    found: dict[str, Any] = json.loads(out)
    return found


def test_reindex_tells_what_it_did_as_one_json_object(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reindex", "--json", "--home", str(home)]) == 0
    report = told(capsys)
    assert report["sources"] == {"added": 0, "changed": 0, "removed": 0, "unchanged": 2}
    assert (report["entries"], report["chunks"], report["embedded"], report["reused"]) == (3, 3, 0, 3)
    assert {"generation", "previous", "quarantined", "faults", "seconds"} <= report.keys()


def test_the_last_report_can_be_shown_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reindex", "--report", "--home", str(home)]) == 0
    assert "3 entries" in capsys.readouterr().out


def test_search_gives_hits_with_their_place(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "A102的保修期", "-k", "1", "--json", "--home", str(home)]) == 0
    result = told(capsys)
    (hit,) = result["hits"]
    assert (hit["title"], hit["source"], hit["layer"]) == ("A102 保修多久？", "faq/refund.md", "faq")
    assert {"entry_id", "text", "score", "found_by", "line", "updated"} <= hit.keys()
    assert {"query", "answerability", "ms"} <= result.keys()


def test_search_in_an_unknown_layer_names_those_there_are(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "x", "--layer", "nope", "--home", str(home)]) == 2
    assert "faq" in capsys.readouterr().err


def test_generations_are_listed_verified_and_rolled_back(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", "list", "--json", "--home", str(home)]) == 0
    listed = told(capsys)
    newest, older = [one["generation"] for one in listed["generations"]]
    assert listed["current"] == newest
    assert main(["index", "verify", older, "--json", "--home", str(home)]) == 0
    assert told(capsys)["sound"] is True
    assert main(["index", "rollback", "--json", "--home", str(home)]) == 0
    assert told(capsys) == {"generation": older, "previous": newest}
    assert main(["index", "rollback", newest, "--home", str(home)]) == 0
    capsys.readouterr()
    assert main(["index", "collect", "--keep", "1", "--json", "--home", str(home)]) == 0
    assert told(capsys) == {"removed": [older], "kept": [newest]}


def test_without_an_index_the_remedy_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["search", "x"], ["index", "verify"], ["index", "rollback"], ["reindex", "--report"]):
        assert main([*command, "--home", str(tmp_path)]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.startswith("kb: ")
        assert captured.err.count("\n") == 1


def test_the_schedule_names_this_home_for_systemd_and_cron(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", "--json", "--home", str(tmp_path)]) == 0
    schedule = told(capsys)
    assert str(tmp_path) in str(schedule["cron"])
    units = dict(schedule["units"])
    assert f'reindex --home "{tmp_path}"' in units["deskmate-reindex.service"]
    assert "OnCalendar" in units["deskmate-reindex.timer"]
