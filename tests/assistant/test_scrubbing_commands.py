"""`kb scrub`: text, JSON lines, the quarantine an editor walks through."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from assistant.cli import main

SUSPECT = "外壳上的 20481234 是什么意思？"  # no rule masks it, the second method wonders


def scrub(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["scrub", *arguments])
    done = capsys.readouterr()
    return code, done.out, done.err


def test_text_comes_out_masked_with_counts_on_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("我叫张伟，电话13800138000\n", encoding="utf-8")
    code, out, err = scrub(capsys, str(tmp_path / "a.txt"))
    assert (code, out, err) == (0, "我叫<NAME_1>，电话<PHONE_1>\n", "NAME=1 PHONE=1\n")


def test_json_lines_keep_ids_and_roles_and_tell_spans(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    turns = [{"role": "customer", "text": "手机138"}, {"role": "customer", "text": "00138000"}]
    rows = [{"id": "a", "text": "发到a@b.cn"}, {"id": 2, "turns": turns}]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    code, out, _ = scrub(capsys, str(tmp_path / "a.jsonl"), "--json")
    text, dialogue = (json.loads(line) for line in out.splitlines())
    assert code == 0
    assert text == {"id": "a", "text": "发到<EMAIL_1>", "spans": [{"start": 2, "end": 8, "type": "EMAIL"}]}
    assert [turn["text"] for turn in dialogue["turns"]] == ["手机<PHONE_1>", "<PHONE_2>"]
    assert dialogue["turns"][0]["spans"] == [{"start": 2, "end": 5, "type": "PHONE"}]


def test_a_record_keeps_its_id_and_its_other_keys_scrubbed_and_counts_code_points(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"id": 7, "text": "\ud83d🙂手机１３８２７６４９０１５", "customer": "我叫张伟", "tags": [{"to": "a@b.cn"}, 3]}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n\n" + json.dumps({"text": ""}), encoding="utf-8")
    code, out, _ = scrub(capsys, str(tmp_path / "a.jsonl"), "--json")
    first, second = (json.loads(line) for line in out.splitlines())
    assert (code, second) == (0, {"text": "", "spans": []})
    assert first == {
        "id": 7,
        "text": "\ud83d🙂手机<PHONE_1>",
        "customer": "我叫<NAME_1>",
        "tags": [{"to": "<EMAIL_1>"}, 3],
        "spans": [{"start": 4, "end": 15, "type": "PHONE"}],
    }


def test_a_faulty_line_is_named_and_the_others_are_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        '{"id": 1, "text": "a@b.cn"}',
        "{",
        '{"id": 2, "text": null}',
        '{"id": 3, "turns": ["x"]}',
        '{"id": 4, "turns": []}',
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    code, out, err = scrub(capsys, str(tmp_path / "a.jsonl"), "--json")
    assert (code, [json.loads(line)["id"] for line in out.splitlines()]) == (2, [1, 4])
    assert [f"a.jsonl, line {n}: not" in err for n in (1, 2, 3, 4, 5)] == [False, True, True, True, False]


def test_a_long_text_comes_out_whole_with_its_line_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "没有个人信息的一行\r\n\r\n" * 6_000 + "电话13800138000"
    (tmp_path / "a.txt").write_bytes(text.encode())
    assert scrub(capsys, str(tmp_path / "a.txt"))[1] == text.replace("13800138000", "<PHONE_1>")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'{"id": 1}', b"not json"])
def test_what_cannot_be_read_is_named_with_a_remedy(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jsonl").write_bytes(content)
    code, out, err = scrub(capsys, str(tmp_path / "a.jsonl"), "--json")
    assert (code, out) == (2, "")
    assert ";" in err


def test_an_editor_lists_releases_and_drops_what_waits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime.now().isoformat(sep=" ", timespec="seconds")
    said = [("c1", SUSPECT, "是仓库内部的记号"), ("c2", SUSPECT.replace("外壳", "箱子"), "是标签的批次，可以忽略")]
    rows = [f"{n},{now},{who},{text}" for n, asked, told in said for who, text in (("客户", asked), ("客服", told))]
    log = tmp_path / "kb_sources" / "chat_logs" / "a.csv"
    log.parent.mkdir(parents=True)
    log.write_text("会话ID,时间,角色,内容\n" + "\n".join(rows), encoding="utf-8")
    home = ["--home", str(tmp_path)]
    main(["reindex", *home])
    capsys.readouterr()

    _, out, _ = scrub(capsys, "--quarantine", "--json", *home)
    waiting = json.loads(out)["waiting"]
    assert len(waiting) == 2
    assert "20481234" not in out

    assert scrub(capsys, "--release", waiting[0]["id"], *home)[0] == 0
    assert scrub(capsys, "--drop", waiting[1]["id"], *home)[0] == 0
    assert scrub(capsys, "--release", "0" * 12, *home)[0] == 1
    main(["reindex", "--json", *home])
    report = json.loads(capsys.readouterr().out)
    assert (report["entries"], report["quarantined"]) == (1, 0)
