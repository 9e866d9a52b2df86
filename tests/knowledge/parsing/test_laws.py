"""Laws of intake that hold for any file: rows in = entries out + rows reported; no bytes make a parser crash."""
# ruff: noqa: E501
# ruff: noqa: E501  (one file a line)

import csv
import io
import json
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.errors import SourceError
from knowledge.parsing import parse
from knowledge.parsing.decoding import decode
from knowledge.types import Parsed, Source

TODAY = date(2026, 11, 21)
LETTERS = "怎么退款打开订单发票会员可以不能换货，。？！abcXYZ019 ,;|\"'\n\t-"
WORDS = st.text(LETTERS, max_size=24)
LINES = st.text(LETTERS.replace("\n", ""), max_size=24)
SLOW = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])


def read(path: str, data: bytes, layer: str = "faq") -> Parsed:
    return parse(Source(path, layer, ""), data, today=TODAY)


def balanced(parsed: Parsed) -> bool:
    reported = sum(problem.rows for problem in parsed.problems)
    return parsed.rows == len(parsed.entries) + len(parsed.held) + parsed.merged + reported


@SLOW
@given(st.lists(st.tuples(LINES, WORDS, WORDS), max_size=20), st.sampled_from(",;\t"), st.booleans())
def test_each_row_of_a_table_is_an_entry_or_named_by_its_line(
    rows: list[tuple[str, str, str]], separator: str, gbk: bool
) -> None:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(("问题", "答案", "备注说明"))
    lines = []
    for row in rows:
        lines.append(file.getvalue().count("\n") + 1)
        writer.writerow(row)
    parsed = read("faq/a.csv", file.getvalue().encode("gb18030" if gbk else "utf-8"))
    entries = {entry.line: entry for entry in parsed.entries}
    named = {problem.line for problem in parsed.problems if problem.rows}
    filled = [(line, row) for line, row in zip(lines, rows, strict=True) if any(cell.strip() for cell in row)]
    for line, (question, answer, _) in filled:
        if question.strip() and answer.strip():
            assert entries[line].title == " ".join(question.split())
            assert entries[line].text.startswith(answer.strip())
        else:
            assert line in named
    assert len(parsed.entries) + len(named) == len(filled)
    assert balanced(parsed)


@SLOW
@given(st.lists(st.tuples(st.sampled_from(("客户", "客服", "机器人", "王某")), WORDS), min_size=1, max_size=12))
def test_each_message_of_a_chat_is_accounted_for(turns: list[tuple[str, str]]) -> None:
    records = [{"会话ID": 1, "角色": who, "内容": said, "时间": "2026-11-02"} for who, said in turns]
    data = "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()
    parsed = read("chat_logs/a.jsonl", data, "chat_log")
    assert parsed.rows == len(turns)
    assert balanced(parsed)


@SLOW
@given(st.lists(st.tuples(WORDS.map(lambda text: " ".join(text.split())), WORDS), max_size=8))
def test_each_question_of_a_page_is_an_entry_or_named(pairs: list[tuple[str, str]]) -> None:
    asked = [(f"第 {n} 问{question}？", " ".join(answer.split())) for n, (question, answer) in enumerate(pairs)]
    plain = [
        (question, f"说明{answer}" if answer else "") for question, answer in asked if "|" not in question + answer
    ]
    parsed = read("faq/a.md", "".join(f"## {question}\n\n{answer}\n\n" for question, answer in plain).encode())
    assert len(parsed.entries) == sum(bool(answer) for _, answer in plain)
    assert sum(problem.code == "empty_answer" for problem in parsed.problems) == sum(not a for _, a in plain)


SUFFIXES = ("md", "csv", "tsv", "xlsx", "txt", "json", "jsonl", "html", "mdx", "xls", "docx", "pdf", "zip")


@SLOW
@given(st.binary(max_size=300), st.sampled_from(SUFFIXES), st.sampled_from(("faq", "chat_log", "changelog")))
def test_no_bytes_make_a_parser_crash(data: bytes, suffix: str, layer: str) -> None:
    try:
        assert balanced(read(f"faq/a.{suffix}", data, layer))
    except SourceError as fault:
        assert fault.problem.remedy  # noqa: PT017  (an allowed outcome, not the tested one)


MARKS = st.lists(
    st.sampled_from(
        ["# ", "## ", "- ", "  - ", "> ", "| a | b |\n| - | - |\n", "```\n", "**Q**: ", "**A**: ", "问：", "<div>", "</div>", "<br>", "\n", "\n\n",
         ":::warning\n", "[x](y.md)", "[x][y]", "[y]: z\n", "---\n", "1.2.0", "- 修复", "客服 10:02: ", "2026-11-02 ", "<Foo a={b}>", '{"a": 1}', "怎么退款？", "答"]
    ),
    max_size=25,
)  # fmt: skip


@SLOW
@given(
    MARKS,
    st.sampled_from(("a.md", "a.mdx", "a.txt", "a.html", "a.csv")),
    st.sampled_from(("faq", "chat_log", "changelog")),
)
def test_no_mixture_of_marks_makes_a_parser_crash(marks: list[str], name: str, layer: str) -> None:
    parsed = read(f"faq/{name}", "".join(marks).encode(), layer)
    assert balanced(parsed)
    assert all(entry.line >= 1 and entry.title and entry.text for entry in parsed.entries)


@SLOW
@given(
    st.text(st.sampled_from("怎么退款打开订单发票会员可以不能换货，。？！abc "), min_size=4, max_size=80),
    st.sampled_from(("utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be")),
)
def test_what_editors_write_is_read_back_whatever_the_encoding(text: str, encoding: str) -> None:
    decoded = decode(f"问题,答案\n{text}".encode(encoding))
    assert decoded is not None
    assert decoded.text == f"问题,答案\n{text}"
