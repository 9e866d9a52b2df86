"""Search, fusion, merging, gates and calibration on a small index of real Chroma and real postings."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.sets import open_entries
from knowledge.calibration import Calibration, default, from_json
from knowledge.embedding import BuiltinEmbedder
from knowledge.fitting import calibrate, upper_bound
from knowledge.grounding import find
from knowledge.index import Index
from knowledge.marks import counterparts, differences
from knowledge.merging import is_valid, merge
from knowledge.overrides import overrides
from knowledge.retrieval import Found, fuse, leans, search
from knowledge.synonyms import meanings, names_a_thing
from knowledge.terms import asked_terms, letters, things, units
from knowledge.types import Chunk, Entry, Hit, Layer, Query

TODAY = date(2026, 7, 1)
LAYERS = {
    "faq": Layer("faq", "faq", 3, 200),
    "changelog": Layer("changelog", "changelog", 2, 100),
    "chat_log": Layer("chat_log", "chat_logs", 1, 100, max_age=30),
}


def _faq(title: str, text: str = "答案。", **more: object) -> Entry:
    return replace(Entry(title, "faq.md", "faq", title, text), **more)  # type: ignore[arg-type]


def _change(title: str, **more: object) -> Entry:
    entry = Entry(title, "CHANGELOG.md", "changelog", title, title, kind="change", version="2.4.0", updated=TODAY)
    return replace(entry, **more)  # type: ignore[arg-type]


def _hits(*entries: Entry) -> list[Hit]:
    return [Hit(Chunk(entry.id, entry, entry.text), 0.9 - 0.05 * place, ()) for place, entry in enumerate(entries)]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    entries = [
        _faq("怎么申请退款？", "在订单页点退款。", aliases=("如何退钱",), negatives=("怎么退货",)),
        _faq("可以免费试用吗？", "可以试用 14 天。"),
        _faq("A102 打印机保修多久？", "两年。"),
        _faq("A120 打印机保修多久？", "一年。"),
        _faq("How do I reset my password?", "Click forgot password."),
        _faq("怎么导出报表？", "点右上角导出。"),
    ]
    opened = open_entries(
        {entry.id: entry for entry in entries}, tmp_path_factory.mktemp("set") / "g", BuiltinEmbedder()
    )
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("A102 质保几年", "A102 打印机保修多久？"),
        ("a120保修", "A120 打印机保修多久？"),
        ("忘记密码了", "How do I reset my password?"),
        ("can I try it for free", "可以免费试用吗？"),
        ("money back please", "怎么申请退款？"),
        ("報表怎麼匯出", "怎么导出报表？"),
    ],
)
def test_a_question_finds_its_entry_across_wordings_scripts_and_languages(
    index: Index, question: str, expected: str
) -> None:
    assert search(index, BuiltinEmbedder(), Query(question), 3)[0].chunk.entry.title == expected


def test_a_near_exact_question_is_answered_verbatim(index: Index) -> None:
    context = find(index, BuiltinEmbedder(), Query("请问怎么申请退款"), len).context
    assert context.direct
    assert context.passages[0].title == "怎么申请退款？"


@pytest.mark.parametrize(
    "question",
    [
        *("A103 打印机保修多久？", "不能免费试用吗？", "怎么导入报表？", "导出报表多少钱", "怎么作废退款？"),
        *("怎么退货", "怎么导出电子报表", "报表怎么自动导出", "A102 打印机支架保修多久", "可以免费试用几次吗"),
        *("How do I reset my PIN?", "Who do I reset my password for?"),
    ],
)
def test_a_near_miss_is_never_answered_verbatim(index: Index, question: str) -> None:
    assert not find(index, BuiltinEmbedder(), Query(question), len).context.direct


def test_a_follow_up_is_never_answered_verbatim(index: Index) -> None:
    query = Query("怎么申请退款？", carried="退款多久到账")
    assert not find(index, BuiltinEmbedder(), query, len).context.direct


@pytest.mark.parametrize("question", ["多久能好", "在哪里点", "14 天够吗", "要钱吗"])
def test_a_question_without_a_subject_leans_on_the_last(index: Index, question: str) -> None:
    assert leans(index, BuiltinEmbedder(), question, "可以免费试用吗？")


@pytest.mark.parametrize("question", ["怎么导出报表", "报表导出", "reset my password", "A102 打印机保修几年"])
def test_a_question_with_a_subject_of_its_own_does_not(index: Index, question: str) -> None:
    assert not leans(index, BuiltinEmbedder(), question, "可以免费试用吗？")


def test_an_unknown_product_code_has_no_answer(index: Index) -> None:
    context = find(index, BuiltinEmbedder(), Query("A999 保修多久"), len).context
    assert not context.answerable
    assert context.reason == "only_similar"


def test_the_weight_of_the_searches_is_kept(index: Index) -> None:
    found = Found({"a": 0.8, "b": 0.2}, {"b": 0.9})
    assert fuse(found, 1.0) == {"a": 0.8, "b": 0.2}
    assert fuse(found, 0.0) == {"b": 0.9}


def test_calibration_survives_its_text_and_bad_text_gives_the_default(index: Index) -> None:
    fitted = from_json(calibrate(index, BuiltinEmbedder(), Path("nowhere")))
    assert isinstance(fitted, Calibration)
    assert from_json(fitted.to_json()) == fitted
    assert from_json("{}") == default()


def test_the_bound_closes_in_on_the_share() -> None:
    assert 0.99 < upper_bound(990, 1000) < upper_bound(99, 100)


def test_expired_future_and_aged_entries_do_not_answer() -> None:
    assert not is_valid(_faq("a", valid_until=date(2026, 6, 30)), None, TODAY)
    assert not is_valid(_faq("a", valid_from=date(2026, 7, 2)), None, TODAY)
    assert not is_valid(_faq("a", updated=date(2026, 5, 1)), LAYERS["chat_log"], TODAY)
    assert is_valid(_faq("a", updated=date(2020, 1, 1)), LAYERS["faq"], TODAY)


def test_the_newest_change_stands_before_the_fact_it_overrides() -> None:
    fact = _faq("一次最多能导入多少个商品？", "一次最多 5,000 行。", updated=date(2026, 1, 1))
    older = _change("v2.3.0 · Changed · 商品导入上限提高到 10,000 行", version="2.3.0", updated=date(2026, 3, 1))
    newer = _change("v2.4.0 · Changed · 商品导入上限提高到 20,000 行")
    context = merge(_hits(fact, older, newer), LAYERS, len, question="最多导入多少", today=TODAY)
    assert [passage.entry_id for passage in context.passages][:2] == [newer.id, fact.id]
    assert context.passages[0].notice == "自 2.4.0 起："


def test_a_repair_or_an_older_change_overrides_nothing() -> None:
    fact = _faq("一次最多能导入多少个商品？", "一次最多 5,000 行。", updated=date(2026, 1, 1))
    assert not overrides(_change("v2.4.0 · Fixed · 修复商品导入进度条不动"), fact)
    assert not overrides(_change("v2.4.0 · Changed · 商品导入上限提高到 20,000 行", updated=date(2025, 1, 1)), fact)


def test_a_planned_change_is_said_to_be_planned() -> None:
    planned = _change("Unreleased · Added · 支持港币收款", released=False, version="")
    context = merge(_hits(planned), LAYERS, len, question="能收港币吗", today=TODAY)
    assert context.passages[0].notice == "计划中，尚未发布"


def test_duplicates_collapse_to_the_layer_of_higher_authority() -> None:
    chat = Entry("c", "chat.csv", "chat_log", "怎么退款", "在订单页点退款", kind="exchange", updated=TODAY)
    fact = _faq("怎么退款", "在订单页点退款")
    context = merge(_hits(chat, fact), LAYERS, len, question="怎么退款", today=TODAY)
    assert [passage.layer for passage in context.passages] == ["faq"]


def test_facts_stand_before_conversations_however_near_these_are() -> None:
    chat = Entry("c", "chat.csv", "chat_log", "刷码你们抽几个点", "费率 0.38%", kind="exchange", updated=TODAY)
    fact = _faq("扫码支付的手续费是多少？", "费率 **0.38%**，按每笔实收计算。")
    hits = [replace(hit, score=score) for hit, score in zip(_hits(chat, fact), (1.0, 0.2), strict=True)]
    context = merge(hits, LAYERS, len, question="刷码抽几个点", today=TODAY)
    assert [passage.layer for passage in context.passages] == ["faq", "chat_log"]


def test_entries_enter_whole_or_not_at_all() -> None:
    context = merge(_hits(_faq("a", "x" * 150), _faq("b", "y" * 150)), LAYERS, len, question="a", today=TODAY)
    assert [passage.title for passage in context.passages] == ["a"]
    assert context.tokens <= LAYERS["faq"].budget


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("H10682 多少钱", "H10628 多少钱"),
        ("能开发票吗", "不能开发票吗"),
        ("v2.2 怎么升级", "v2.3 怎么升级"),
        ("怎么打开通知", "怎么关闭通知"),
        ("price per month", "price per year"),
        ("退款多久到账", "退款多少钱"),
    ],
)
def test_what_matters_differs(one: str, other: str) -> None:
    assert differences(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("能开票吗", "能不能开票"), ("三天内退货", "3天内退货"), ("How do I pay?", "how can i pay")]
)
def test_what_does_not_matter_does_not_differ(one: str, other: str) -> None:
    assert not differences(one, other)


def test_counterparts_are_sides_of_one_opposition() -> None:
    assert counterparts("怎么修改手机号", "邮箱") == [("手机号", "邮箱")]


def test_the_longest_wording_has_the_meaning() -> None:
    assert [meaning.wording for meaning in meanings("不要钱的试用")] == ["不要钱", "试用"]
    assert meanings("for free")[0].groups == meanings("免费")[0].groups
    assert not names_a_thing(meanings("怎么")[0].groups)


def test_a_word_nobody_uses_is_searched_by_its_meaning() -> None:
    known = {"refund"}
    assert max(asked_terms("退款", known.__contains__).values()) == 1.0
    assert asked_terms("refund", known.__contains__)[meanings("refund")[0].groups[0]] < 1.0
    assert letters("ab") == ()
    assert letters("abc") == ("#<ab", "#abc", "#bc>")


def test_a_question_is_cut_into_what_it_asks_for() -> None:
    assert ("a102",) in units("A102 保修多久")
    assert things("请问怎么退款") == things("退款")
