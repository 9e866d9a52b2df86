from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from knowledge.chunking import SLICE_TOKENS, body, chunk, estimate_tokens
from knowledge.types import Entry

ENTRY = Entry("e1", "faq/a.md", "faq", "怎么退款？", "在订单页申请。")


def test_an_ordinary_entry_is_one_chunk_under_its_title() -> None:
    (only,) = chunk(ENTRY)
    assert only.text == "怎么退款？\n在订单页申请。"
    assert body(only) == ENTRY.text


def test_a_chunk_changes_its_id_with_text_and_aliases_but_not_with_its_line() -> None:
    (before,) = chunk(ENTRY)
    assert chunk(replace(ENTRY, line=9))[0].id == before.id
    assert chunk(replace(ENTRY, text="打电话。"))[0].id != before.id
    assert chunk(replace(ENTRY, aliases=("退钱",)))[0].id != before.id


def test_fenced_code_is_not_cut_at_its_empty_lines() -> None:
    code = "```\n" + "line\n\n" * 20 + "```\n"
    chunks = chunk(replace(ENTRY, text="前言。\n\n" * 60 + code + "\n后记。" * 100))
    assert any(code.strip() in one.text for one in chunks)


@given(st.text(alphabet="退款流程。！?\n `abc|", max_size=4000))
def test_chunks_together_hold_the_whole_text_and_none_is_too_long(text: str) -> None:
    chunks = chunk(replace(ENTRY, text=text))
    joined = "".join(body(one) for one in chunks)
    assert "".join(joined.split()) == "".join(text.split())
    assert all(estimate_tokens(body(one)) <= SLICE_TOKENS for one in chunks)
    assert len({one.id for one in chunks}) == len(chunks)
