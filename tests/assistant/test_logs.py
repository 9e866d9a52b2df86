"""The log: one line a turn, without text, in a file that only its owner reads."""

import logging
from pathlib import Path

from assistant.logs import log_to, turn_line, word
from assistant.types import Answer, Turn
from knowledge.types import Context


def test_a_turn_is_one_line_with_who_and_how_long_and_no_text(tmp_path: Path) -> None:
    answer = Answer("7 天内", (), "grounded")
    context = Context((), 297, 0.9, True)
    turn = Turn(
        "t1", "s", "anna b\n", "我的电话 13800138000", "q", context, answer, (("search", 7.4),), "Qwen3 4B", tokens=12
    )
    handler = log_to(tmp_path / "logs", 3)
    try:
        logging.getLogger("deskmate.turn").info(turn_line(turn))
    finally:
        logging.getLogger("deskmate").removeHandler(handler)
        handler.close()
    path = tmp_path / "logs" / "deskmate.log"
    (line,) = path.read_text(encoding="utf-8").splitlines()
    assert line.endswith(
        "INFO deskmate.turn event=turn id=t1 user=anna_b_ outcome=grounded cached=0 search_ms=7 "
        "passage_tokens=297 answer_tokens=12 model=Qwen3_4B"
    )
    assert path.stat().st_mode & 0o077 == 0


def test_what_a_client_sends_cannot_begin_a_line_of_its_own() -> None:
    assert word("a\nevent=turn") == "a_event=turn"
    assert word("") == "-"
