from hypothesis import given
from hypothesis import strategies as st

from knowledge.words import codes, fold, tokens


def test_chinese_gives_characters_and_words() -> None:
    assert tokens("保修期多久") == ["保", "修", "期", "多", "久", "保修", "保修期", "多久"]


def test_traditional_full_width_and_capitals_fold_to_one_spelling() -> None:
    assert tokens("發票　ＡＢＣ１") == tokens("发票 abc1")


def test_a_code_stays_whole_and_never_matches_its_neighbour() -> None:
    assert "a102" in tokens("A102的保修期")
    assert not set(tokens("A102")) & set(tokens("A012"))


def test_spellings_of_one_code_meet() -> None:
    assert codes("ERR-401、ERR_401") == {"err401"}
    assert codes("v2.3 与 2.3") == {"2.3"}


def test_small_numbers_are_not_codes_but_error_numbers_are() -> None:
    assert codes("24 个月，报 404") == {"404"}


def test_english_endings_meet() -> None:
    assert tokens("changed") == tokens("changing") == tokens("change")
    assert tokens("policies") == tokens("policy")


def test_joined_words_are_found_in_parts_and_whole() -> None:
    assert {"e", "mail", "email"} <= set(tokens("e-mail"))


@given(st.text(max_size=80))
def test_folding_twice_is_folding_once_for_what_is_searched(text: str) -> None:
    assert tokens(fold(text)) == tokens(text)


@given(st.text(max_size=80))
def test_codes_are_tokens(text: str) -> None:
    assert codes(text) <= set(tokens(text))
