"""`kb eval` and `kb explain` on a small home and on a set."""

import json
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.wording import words_of
from tests.fakes import ScriptedEngine

FAQ = """标准问题,答案
怎么申请退款？,在订单页点退款，3 天到账。
可以免费试用吗？,可以试用 14 天。
怎么导出报表？,点右上角导出。
"""
GOLDEN = """问题,应答条目,要点,上文
怎么退款,怎么申请退款？,3 天,
能试用几天,可以免费试用吗？,14 天,
今天天气,,,
几天到账,怎么申请退款？,,怎么退款
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("home")
    for folder, text in (("faq", FAQ), ("golden", GOLDEN)):
        (root / "kb_sources" / folder).mkdir(parents=True)
        (root / "kb_sources" / folder / f"{folder}.csv").write_text(text, encoding="utf-8")
    main(["reindex", "--home", str(root), "--json"])
    return root


def _json(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])  # type: ignore[no-any-return]


def test_eval_prints_the_agreed_object(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = home / "report.html"
    assert main(["eval", "--home", str(home), "--json", "--html", str(page)]) == 0
    report = _json(capsys)
    assert report["retrieval"]["recall"]["5"] == 1.0  # type: ignore[index]
    assert set(report["direct"]) == {"coverage", "precision", "wrong"}  # type: ignore[call-overload]
    assert set(report["answerability"]) == {"auroc", "false_answer", "false_refusal"}  # type: ignore[call-overload]
    assert (report["n"], report["followup"]["n"]) == (4, 1)  # type: ignore[index]
    assert "recall@5" in page.read_text(encoding="utf-8")


def test_damaged_knowledge_fails(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    golden = home / "kb_sources" / "golden" / "golden.csv"
    golden.write_text(GOLDEN.replace("3 天", "9 年").replace("14 天", "8 年"), encoding="utf-8")
    try:
        assert main(["eval", "--home", str(home), "--json"]) == 1
        assert "facts" in str(_json(capsys)["faults"])
    finally:
        golden.write_text(GOLDEN, encoding="utf-8")


def test_explain_tells_every_gate(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--home", str(home), "--json", "怎么申请退款"]) == 0
    steps = _json(capsys)
    assert steps["decision"] == "direct"
    names = {gate["name"] for gate in steps["gates"]}  # type: ignore[attr-defined]
    assert {"answerable", "same_marks", "same_things"} <= names <= words_of("gates", "en").keys()


def test_explain_ends_with_the_prompt_as_the_model_reads_it(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier = tmp_path / "history.json"
    earlier.write_text(json.dumps([{"question": "怎么退款", "answer": "在订单页点退款 [1]。"}]), encoding="utf-8")
    assert main(["explain", "--home", str(home), "--json", "--history", str(earlier), "几天到账"]) == 0
    prompt: list[dict[str, str]] = _json(capsys)["prompt"]  # type: ignore[assignment]
    assert [message["role"] for message in prompt] == ["system", "user", "assistant", "user"]
    assert "3 天到账" in prompt[-1]["content"]
    assert main(["explain", "--home", str(home), "几天到账"]) == 0
    told = capsys.readouterr().out
    assert told.index("结论") < told.index("--- system") < told.index("--- user")


def test_a_set_is_measured_in_an_index_of_its_own(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = [
        {"id": "a", "question": "How do I pay?", "answer": "By card."},
        {"id": "b", "question": "Opening hours?", "answer": "9 to 5."},
    ]
    queries = [{"query": "how can I pay", "relevant": ["a"]}, {"query": "is it raining", "relevant": []}]
    for name, rows in (("corpus", corpus), ("queries", queries)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert main(["eval", "--home", str(home), "--json", "--set", str(tmp_path), "--no-dense"]) == 0
    assert _json(capsys)["retrieval"]["recall"]["1"] == 1.0  # type: ignore[index]


def test_eval_answers_with_and_without_knowledge_and_leaves_the_journal_alone(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", "--home", str(home), "--ab", "--json"]) == 0
    tried = _json(capsys)["ab"]
    assert (tried["n"], tried["model"]) == (2, "")  # type: ignore[index]
    assert (tried["with"], tried["without"]) == ({"facts": 1.0}, {"facts": 0.0})  # type: ignore[index]
    assert not (home / "journal.sqlite3").exists()
    assert main(["eval", "--home", str(home), "--ab"]) == 0
    assert "with knowledge       all facts 1.000" in capsys.readouterr().out


def test_eval_judges_the_answers_of_a_model(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = ScriptedEngine(pieces=("yes, 3 天。",))
    monkeypatch.setattr("assistant.wiring._engines", lambda settings: ({"fast": engine}, ()))
    assert main(["eval", "--home", str(home), "--ab", "--json"]) == 0
    tried = _json(capsys)["ab"]
    assert tried["model"] == "scripted"  # type: ignore[index]
    assert tried["without"] == {"facts": 0.5, "judged": 1.0}  # type: ignore[index]
    assert engine.closed


def test_eval_compares_with_another_generation(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "--home", str(home), "--json"]) == 0
    generation = str(_json(capsys)["generation"])
    assert main(["eval", "--home", str(home), "--json", "--compare", generation]) == 0
    assert _json(capsys)["compare"]["recall@5 gained"] == [0.0, 0.0, 0.0]  # type: ignore[index]
    assert main(["eval", "--home", str(home), "--compare", generation]) == 0
    assert f"this generation against {generation}" in capsys.readouterr().out
    assert main(["eval", "--home", str(home), "--compare", "nosuch"]) == 2
    assert "kb index list" in capsys.readouterr().err


def test_eval_searches_chosen_layers_and_one_way_only(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for options in (["--layers", "faq"], ["--no-lexical"], ["--no-dense"]):
        assert main(["eval", "--home", str(home), "--json", *options]) == 0
        assert _json(capsys)["retrieval"]["recall"]["5"] == 1.0  # type: ignore[index]
    assert main(["eval", "--home", str(home), "--layers", "changelog", "--json"]) == 0
    assert _json(capsys)["retrieval"]["recall"]["5"] == 0.0  # type: ignore[index]
    assert main(["eval", "--home", str(home), "--layers", "nosuch"]) == 2
    assert "no such layer; the index has faq" in capsys.readouterr().err


def test_an_index_that_lost_an_expected_entry_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder, text in (("faq", FAQ.replace("怎么申请退款？,在订单页点退款，3 天到账。\n", "")), ("golden", GOLDEN)):
        (tmp_path / "kb_sources" / folder).mkdir(parents=True)
        (tmp_path / "kb_sources" / folder / f"{folder}.csv").write_text(text, encoding="utf-8")
    main(["reindex", "--home", str(tmp_path), "--force"])
    capsys.readouterr()
    assert main(["eval", "--home", str(tmp_path)]) == 1
    assert "FAILED: recall@5 is 0.500" in capsys.readouterr().out
