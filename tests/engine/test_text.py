import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.text import AnswerText


def shown(text: AnswerText, pieces: list[str]) -> str:
    said = ""
    for piece in pieces:
        said += text.push(piece)
    return said + text.flush()


@given(pieces=st.lists(st.text("ab<>think/ \n停", max_size=6)), stop=st.lists(st.text("ab停", min_size=1, max_size=3)))
def test_pieces_show_what_the_whole_would(pieces: list[str], stop: list[str]) -> None:
    whole = "".join(pieces)
    assert shown(AnswerText(stop), pieces) == shown(AnswerText(stop), [whole])


@given(st.lists(st.text("ab", max_size=4)), st.lists(st.text("ab", min_size=1, max_size=3), min_size=1))
@example(["ba", "a"], ["a", "baa"])
def test_nothing_from_the_first_completed_stop_string_on_is_shown(pieces: list[str], stop: list[str]) -> None:
    whole = "".join(pieces)
    ends = (end for end in range(len(whole) + 1) if whole[:end].endswith(tuple(stop)))
    end = next(ends, None)
    text = AnswerText(stop)
    longest = max(len(word) for word in stop if whole[:end].endswith(word)) if end is not None else 0
    assert shown(text, pieces) == whole[: len(whole) if end is None else end - longest]
    assert text.stopped == (end is not None)


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("<think>\nhm\n</think>\n\n您好", "您好"),
        ("\n<think></think>hello", "hello"),
        ("the tag <think> is text here", "the tag <think> is text here"),
        ("<thin ice", "<thin ice"),
        ("<think>never ends", ""),
        ("<th", "<th"),
    ],
)
def test_a_leading_think_block_is_not_shown(said: str, seen: str) -> None:
    assert shown(AnswerText(), list(said)) == seen


def test_a_think_block_that_the_template_opened_is_not_shown() -> None:
    assert shown(AnswerText(inside_thinking=True), ["hm", "</th", "ink>\n\n", "yes"]) == "yes"


def test_thinking_is_shown_on_request() -> None:
    assert shown(AnswerText(show_thinking=True), ["<think>a", "</think>b"]) == "<think>a</think>b"


def test_plain_text_is_not_held_back() -> None:
    text = AnswerText(["STOP"])
    assert text.push("good S") == "good "
    assert text.push("un") == "Sun"
