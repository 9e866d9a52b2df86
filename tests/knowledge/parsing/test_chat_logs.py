"""Chat logs: who asked what, what is left out and why, and what is merged over all files."""
# ruff: noqa: E501  (one file a line)

import json
from datetime import date

from knowledge.parsing import merge_exchanges, parse
from knowledge.types import Entry, Parsed, Source

TODAY = date(2026, 11, 21)
HEAD = "会话ID,时间,角色,内容,客户姓名,客户手机,是否解决\n"


def read(text: str, name: str = "chat_logs/a.csv") -> Parsed:
    return parse(Source(name, "chat_log", ""), text.encode(), today=TODAY)


def test_turns_are_put_in_order_and_paired() -> None:
    parsed = read(
        HEAD
        + "1,2026-11-02 10:03,客服,三天到账,王伟,,是\n1,2026-11-02 10:00,客户,怎么退款,王伟,,是\n"
        + "1,2026-11-02 10:01,客服,打开订单申请,王伟,,是\n1,2026-11-02 10:02,客户,多久到账,王伟,,是\n"
    )
    assert [(entry.title, entry.text) for entry in parsed.entries] == [
        ("怎么退款", "打开订单申请"),
        ("多久到账", "三天到账"),
    ]
    assert parsed.entries[0].updated == date(2026, 11, 2)
    assert (parsed.entries[0].kind, parsed.entries[0].layer) == ("exchange", "chat_log")


def test_values_of_private_columns_never_reach_an_entry() -> None:
    parsed = read(
        HEAD
        + "1,2026-11-02,客户,我是欧阳端砚 号码 13812345678 怎么退款,欧阳端砚,13812345678,是\n1,2026-11-02,客服,欧阳女士您好 打开订单申请退款,欧阳端砚,,是\n"
    )
    said = " ".join(entry.title + entry.text for entry in parsed.entries) + " ".join(p.message for p in parsed.problems)
    assert "13812345678" not in said
    assert "欧阳端砚" not in said


def test_private_values_inside_nested_records_are_known() -> None:
    record = {
        "customer": {"name": "欧阳端砚", "phone": "13812345678"},
        "messages": [
            {"sender": {"type": "contact", "name": "欧阳端砚"}, "body": "欧阳端砚的订单怎么退款", "time": "2026-11-02"},
            {"sender": {"type": "agent", "name": "小李"}, "body": "打开订单申请"},
        ],
    }
    parsed = read(json.dumps(record, ensure_ascii=False), "chat_logs/a.jsonl")
    assert "欧阳端砚" not in str(parsed)
    assert "怎么退款" in parsed.entries[0].title


def test_greetings_offers_and_machines_are_left_out_and_counted() -> None:
    rows = [
        "客户,你好",
        "客服,您好，请问有什么可以帮您？",
        "客户,怎么退款",
        "机器人,正在转人工",
        "客服,打开订单申请",
        "客户,谢谢",
    ]
    parsed = read(HEAD + "".join(f"1,2026-11-02 10:0{n},{row},,,是\n" for n, row in enumerate(rows)))
    assert [(entry.title, entry.text) for entry in parsed.entries] == [("怎么退款", "打开订单申请")]
    assert {problem.code: problem.rows for problem in parsed.problems} == {"chat_small_talk": 3, "chat_machine": 1}


def test_a_conversation_without_agent_role_is_named_and_not_guessed() -> None:
    parsed = read("甲：怎么退款\n乙：打开订单\n甲：好的\n乙：再见\n", "chat_logs/a.txt")
    assert not parsed.entries
    assert [problem.code for problem in parsed.problems] == ["unknown_roles"]


def test_lines_without_speaker_go_on_with_the_message_above() -> None:
    text = "2026-11-02\n客户：怎么退款\n客服：按下面做：\n第一步：打开订单\n第二步：点申请\n"
    (entry,) = read(text, "chat_logs/a.txt").entries
    assert entry.text == "按下面做：\n第一步：打开订单\n第二步：点申请"


def exchange(number: int, title: str, text: str, day: int = 1) -> Entry:
    return Entry(
        str(number), f"chat_logs/{number}.csv", "chat_log", title, text, "exchange", updated=date(2026, 11, day)
    )


def test_near_duplicates_merge_into_the_latest_and_are_counted() -> None:
    entries = [
        exchange(1, "请问打印机连不上网怎么办", "重插网线，灯变绿就好了", 1),
        exchange(2, "打印机连不上网怎么办呢？", "重插网线，等灯变绿就好了", 5),
        exchange(3, "怎么退款", "打开订单申请"),
    ]
    merged = {entry.title: entry for entry in merge_exchanges(entries)}
    assert set(merged) == {"打印机连不上网怎么办呢？", "怎么退款"}
    kept = merged["打印机连不上网怎么办呢？"]
    assert (kept.count, kept.aliases, kept.updated) == (2, ("请问打印机连不上网怎么办",), date(2026, 11, 5))


def test_other_models_and_other_answers_are_not_merged() -> None:
    entries = [
        exchange(1, "A102 打印机的保修期是多久", "保修 24 个月"),
        exchange(2, "A012 打印机的保修期是多久", "保修 24 个月"),
        exchange(3, "A102 打印机的保修期是多久呢", "这款已经停产，请看新款说明"),
    ]
    assert len(merge_exchanges(entries)) == 3


def test_entries_of_other_kinds_pass_through_the_merging() -> None:
    faq = Entry("1", "faq/a.md", "faq", "怎么退款", "打开订单")
    assert merge_exchanges([faq, faq]) == (faq, faq)
