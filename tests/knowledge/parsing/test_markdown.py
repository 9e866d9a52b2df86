"""Markdown pages: fields, paths, whole answers, links and reduced HTML."""
# ruff: noqa: E501  (one file a line)

from datetime import date

import pytest

from knowledge.parsing import parse
from knowledge.types import Entry, Parsed, Source

TODAY = date(2026, 11, 21)


def read(text: str, name: str = "faq/guide/a.md") -> Parsed:
    return parse(Source(name, "faq", ""), text.encode(), today=TODAY)


def entries(text: str, name: str = "faq/guide/a.md") -> list[Entry]:
    return list(read(text, name).entries)


def test_front_matter_fills_the_fields_of_every_entry() -> None:
    (entry,) = entries(
        "---\ntitle: 退款\nurl: https://h.example/r\ntags: [售后, 退款]\nupdated: 2026-11-01\nvalid_from: 2026-01-01\n"
        "valid_until: 2030-01-01\n---\n\n## 怎么退款？\n\n打开订单。\n"
    )
    assert (entry.title, entry.url, entry.category) == ("怎么退款？", "https://h.example/r", "售后 / 退款")
    assert (entry.updated, entry.valid_from, entry.valid_until) == (
        date(2026, 11, 1),
        date(2026, 1, 1),
        date(2030, 1, 1),
    )


def test_lines_that_speak_about_an_entry_fill_its_fields() -> None:
    (entry,) = entries(
        "## 怎么退款？\n\n打开订单。\n\n**相似问法**：退钱 | 退货款\n\n**反例**：怎么换货\n\n**有效期**：2030-01-01\n\n相关链接：[说明](https://h.example/r)\n"
    )
    assert (entry.aliases, entry.negatives) == (("退钱", "退货款"), ("怎么换货",))
    assert (entry.url, entry.valid_until) == ("https://h.example/r", date(2030, 1, 1))
    assert entry.text == "打开订单。\n\n相关链接：[说明](https://h.example/r)"


def test_the_headings_above_a_question_are_its_category() -> None:
    first, second = entries(
        "# 帮助\n\n## 售后\n\n### 退款\n\n#### 怎么退款？\n\n打开订单。\n\n## 账号\n\n### 能改名吗？\n\n能。\n"
    )
    assert (first.category, second.category) == ("帮助 / 售后 / 退款", "帮助 / 账号")


def test_the_heading_over_a_marked_question_is_another_wording_of_it() -> None:
    (entry,) = entries("## 售后\n\n### 退款流程\n\n**Q**: 怎么退款？\n\n**A**: 打开订单。\n")
    assert (entry.title, entry.aliases, entry.line) == ("怎么退款？", ("退款流程",), 5)


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("**A**: **设置 › 税率**：填写税率。", "**设置 › 税率**：填写税率。"),
        ("**A:** **设置**：填写税率。", "**设置**：填写税率。"),
        ("**A：填写** 税率。", "**填写** 税率。"),
        ("A：**填写** 税率。", "**填写** 税率。"),
        ("【答】**填写** 税率。", "**填写** 税率。"),
        ("**答**：填写税率。", "填写税率。"),
    ],
)
def test_emphasis_at_the_start_of_a_marked_answer_stays_whole(written: str, answer: str) -> None:
    (entry,) = entries(f"### 怎么设置税率？\n\n**Q**: 怎么设置税率？\n\n{written}\n")
    assert entry.text == answer


def test_a_question_asked_twice_on_a_page_is_told_apart_by_its_path() -> None:
    titles = [
        entry.title
        for entry in entries(
            "# 打印机\n\n## A102\n\n### 怎么换纸？\n\n打开盖。\n\n## A012\n\n### 怎么换纸？\n\n拉抽屉。\n"
        )
    ]
    assert titles == ["打印机 › A102 › 怎么换纸？", "打印机 › A012 › 怎么换纸？"]


def test_a_help_page_gives_a_section_an_entry_under_its_path() -> None:
    first, second = entries("# 安装\n\n先读这里。\n\n## 步骤\n\n### 下载\n\n打开官网。\n")
    assert (first.title, first.kind, first.line) == ("安装", "section", 1)
    assert (second.title, second.line, second.category) == ("安装 › 步骤 › 下载", 7, "安装 / 步骤")


def test_headings_that_only_name_what_follows_are_no_questions() -> None:
    titles = [
        entry.title
        for entry in entries("# Button\n\n## When To Use\n\nTo act.\n\n## API\n\nProps.\n\n## Design\n\nTokens.\n")
    ]
    assert titles == ["Button › When To Use", "Button › API", "Button › Design"]


def test_code_and_tables_stay_whole_and_as_written() -> None:
    body = "```html\n<b>问：x</b>\n## y？\n```\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n    indented code"
    (entry,) = entries(f"## 怎么接入？\n\n{body}\n")
    assert entry.text == body


def test_links_count_from_the_page_or_its_address() -> None:
    (entry,) = entries("## 怎么退款？\n\n[a](../b.md#c) [d](./e.png) [f](https://x.example) [g](#h) [i](/j)\n")
    assert entry.text == "[a](faq/b.md#c) [d](faq/guide/e.png) [f](https://x.example) [g](#h) [i](/j)"
    (entry,) = entries("---\nurl: https://h.example/docs/r\n---\n## 怎么退款？\n\n[a](../b) [i](/j) ![k](l.png)\n")
    assert entry.text == "[a](https://h.example/b) [i](https://h.example/j) ![k](https://h.example/docs/l.png)"


def test_reference_links_survive_being_cut_out_of_their_page() -> None:
    (entry,) = entries(
        "## 怎么退款？\n\n见[说明][r]和[流程]。\n\n## \n\n[r]: https://x.example/r\n[流程]: https://x.example/f\n"
    )
    assert entry.text == "见[说明](https://x.example/r)和[流程](https://x.example/f)。"


def test_html_is_reduced_to_what_a_reader_sees() -> None:
    text = (
        '# 支付\n\n按 <kbd>F4</kbd>，<span style="color:red">重要</span>。<br>第二行 <a href="https://x.example">说明</a><!-- 注释 -->\n\n'
        "<table><tr><th>卡</th><th>费</th></tr><tr><td>信用卡</td><td>1%</td></tr></table>\n\n<script>x()</script>\n\n把 <your-api-key> 换掉。\n"
    )
    (entry,) = entries(text)
    assert "按 F4，重要。\n第二行 [说明](https://x.example)\n" in entry.text
    assert "| 卡 | 费 |\n| --- | --- |\n| 信用卡 | 1% |" in entry.text
    assert "x()" not in entry.text
    assert "把 <your-api-key> 换掉。" in entry.text


def test_mdx_components_leave_their_words() -> None:
    text = 'import { Card } from "x";\n\n# 开始\n\n<Callout type="warning">\n    先备份。\n\n    再升级。\n</Callout>\n\n<Card icon={<Icon />} title="指南" href="https://x.example" />\n\n<Image\n  src="https://x.example/a.png"\n  style={{ width: "10px" }}\n  alt="图"\n/>\n'
    (entry,) = entries(text, "faq/a.mdx")
    assert entry.text == "先备份。\n\n再升级。\n\n[指南](https://x.example)\n\n![图](https://x.example/a.png)"


def test_an_endless_line_is_named_and_the_rest_is_read() -> None:
    parsed = read("## 怎么退款？\n\n打开订单。\n\n" + "x" * 30_000 + "\n")
    assert [(problem.line, problem.code) for problem in parsed.problems] == [(5, "long_line")]
    assert parsed.entries[0].text == "打开订单。"


def test_a_paragraph_that_asks_stays_in_the_answer_of_a_heading_that_asks() -> None:
    text = (
        "# FAQ\n\n## 怎么改语言？\n\n先看设置。\n\n还有问题，是否装了两个版本？\n\n> Did you restart?\n\n卸载一个。\n"
    )
    parsed = parse(Source("faq/faq.md", "faq", ""), text.encode(), today=TODAY)
    assert [entry.title for entry in parsed.entries] == ["怎么改语言？"]
    assert parsed.entries[0].text.endswith("卸载一个。")
