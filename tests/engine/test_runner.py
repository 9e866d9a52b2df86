"""The runner on a real tiny model: copies, faults and what would otherwise abort the process."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from engine.gguf import MemoryPlan, read_header
from engine.request import Request, as_tokens
from engine.runner import LlamaRunner
from engine.scheduler import Drop, Feed, Load, Move, Plan, Save, Trim
from engine.types import EngineError
from tests.tiny_model import Shape, make_tiny_model


@pytest.fixture(params=[False, True], ids=["through memory", "as on a card"])
def runner(exact: Path, request: pytest.FixtureRequest) -> Iterator[LlamaRunner]:
    runner = LlamaRunner(read_header(exact), MemoryPlan(0, 512, 3, "f16", 0), 1)
    runner.card = request.param
    yield runner
    runner.close()


def feed(row: int, tokens: Sequence[int], position: int = 0, outputs: int = 1) -> Feed:
    return Feed(Request(as_tokens(tokens), 1), row, position, tokens, outputs)


def logits(runner: LlamaRunner, moves: Sequence[Move], *feeds: Feed) -> list[np.ndarray]:
    results = runner.run(Plan(tuple(moves), feeds))
    assert all(isinstance(result, np.ndarray) for result in results)
    return [result.copy() for result in results if isinstance(result, np.ndarray)]


def test_a_copy_in_another_row_goes_on_like_the_original(runner: LlamaRunner) -> None:
    logits(runner, [], feed(0, [5, 6, 7, 8]))
    (original,) = logits(runner, [Save(0, 1)], feed(0, [9], 4))
    (copied,) = logits(runner, [Load(1, 2), Drop(1)], feed(2, [9], 4))
    assert (original == copied).all()


def test_a_longer_copy_is_cut_to_what_is_wanted(runner: LlamaRunner) -> None:
    logits(runner, [], feed(0, [5, 6, 7, 8, 50, 51]))
    (cut,) = logits(runner, [Save(0, 1), Load(1, 1), Trim(1, 4)], feed(1, [9], 4))
    (straight,) = logits(runner, [], feed(2, [5, 6, 7, 8, 9]))
    assert np.allclose(cut, straight[-1], atol=1e-3)


def test_an_idle_row_between_two_in_use_keeps_what_it_holds(runner: LlamaRunner) -> None:
    for row in (0, 1, 2):
        logits(runner, [], feed(row, [5, 6, 7, 8]))
    first, last = logits(runner, [], feed(0, [9], 4), feed(2, [9], 4))
    (between,) = logits(runner, [], feed(1, [9], 4))
    assert np.allclose(first, between, atol=1e-3)
    assert np.allclose(last, between, atol=1e-3)


def test_copies_of_copies_in_one_step_are_the_first_row(runner: LlamaRunner) -> None:
    logits(runner, [], feed(0, [5, 6, 7, 8]), feed(1, [50, 51, 52]))
    moves: list[Move] = [
        Save(0, 1),
        Load(1, 2),
        Save(2, 2),
        Load(2, 1),
    ]  # llama.cpp copies row 0 to 2 only when it computes
    copied, again = logits(runner, moves, feed(1, [9], 4), feed(2, [9], 4))
    (original,) = logits(runner, [], feed(0, [9], 4))
    assert np.allclose(copied, original, atol=1e-3)
    assert np.allclose(again, original, atol=1e-3)


def test_a_row_that_was_copied_in_this_step_can_be_loaded_in_it_too(runner: LlamaRunner) -> None:
    logits(runner, [], feed(0, [50, 51, 52]))
    logits(runner, [Save(0, 1), Trim(0, 0)], feed(0, [5, 6, 7, 8]))
    copied, loaded = logits(runner, [Save(0, 2), Load(2, 2), Load(1, 0)], feed(0, [9], 3), feed(2, [9], 4))
    (first,) = logits(runner, [], feed(1, [50, 51, 52, 9]))
    (second,) = logits(runner, [Trim(1, 0)], feed(1, [5, 6, 7, 8, 9]))
    assert np.allclose(copied, first, atol=1e-3)
    assert np.allclose(loaded, second, atol=1e-3)


def test_what_a_row_held_before_it_was_cut_is_not_taken_from_it(runner: LlamaRunner) -> None:
    logits(runner, [], feed(0, [5, 6, 7, 8]))
    logits(runner, [Save(0, 1), Trim(0, 2)], feed(0, [50, 51, 52], 2))
    (copied,) = logits(runner, [Load(1, 1)], feed(1, [9], 4))
    (straight,) = logits(runner, [], feed(2, [5, 6, 7, 8, 9]))
    assert np.allclose(copied, straight, atol=1e-3)


def test_a_copy_survives_the_disk(runner: LlamaRunner) -> None:
    logits(runner, [], feed(0, [5, 6, 7, 8]))
    (original,) = logits(runner, [Save(0, 1)], feed(0, [9], 4))
    runner.take_in(2, runner.export(1))
    (copied,) = logits(runner, [Load(2, 1)], feed(1, [9], 4))
    assert (original == copied).all()


def test_one_bad_feed_does_not_take_the_others_along(runner: LlamaRunner) -> None:
    logits(runner, [], feed(0, [5, 6, 7]), feed(1, [5, 6, 7]))
    (expected,) = logits(runner, [], feed(2, [5, 6, 7, 8]))
    good, bad = runner.run(Plan((), (feed(0, [8], 3), feed(1, [10**6], 3))))
    assert isinstance(good, np.ndarray)
    assert np.allclose(good, expected, atol=1e-3)
    assert isinstance(bad, EngineError)
    assert "code -1" in str(bad)
    (after,) = logits(runner, [], feed(1, [8], 3))
    assert np.allclose(after, expected, atol=1e-3)


class Failing(LlamaRunner):
    """llama_decode says `code` to whatever holds row 1."""

    code = 0

    def _decode(self, feeds: Sequence[Feed]) -> int:
        done = super()._decode(feeds)  # a part may have been computed before the fault
        return self.code if self.code and any(feed.row == 1 for feed in feeds) else done


@pytest.mark.parametrize("code", [1, 2, -1, -2, -3])
def test_every_code_of_llama_decode_hits_only_the_request_it_belongs_to(exact: Path, code: int) -> None:
    runner = Failing(read_header(exact), MemoryPlan(0, 512, 3, "f16", 0), 1)
    logits(runner, [], feed(0, [5, 6, 7]), feed(1, [5, 6, 7]))
    (expected,) = logits(runner, [], feed(2, [5, 6, 7, 8]))
    runner.code = code
    good, bad = runner.run(Plan((), (feed(0, [8], 3), feed(1, [8], 3))))
    assert isinstance(good, np.ndarray)
    assert np.allclose(good, expected, atol=1e-3)
    assert f"code {code}" in str(bad)
    runner.code = 0
    (after,) = logits(runner, [], feed(1, [8], 3))
    assert np.allclose(after, expected, atol=1e-3)
    runner.close()


def test_a_damaged_copy_is_an_error_not_a_crash(runner: LlamaRunner) -> None:
    runner.take_in(1, b"nonsense" * 10)
    with pytest.raises(EngineError, match="could not be brought back"):
        runner.run(Plan((Load(1, 0),), (feed(0, [5]),)))


def test_the_small_kv_type_works(exact: Path) -> None:
    runner = LlamaRunner(read_header(exact), MemoryPlan(0, 512, 2, "q8_0", 0), 1)
    assert logits(runner, [], feed(0, [5, 6, 7]))[0].std() > 0
    runner.close()


def test_the_layout_of_the_model_that_cards_are_measured_with_is_llama_cpps(tmp_path: Path) -> None:
    path = make_tiny_model(tmp_path / "k.gguf", shape=Shape(tied=True), kind="q4_k_m")
    assert read_header(path).name == "Tiny Qwen3 Q4_K_M"
    runner = LlamaRunner(read_header(path), MemoryPlan(0, 512, 1, "f16", 0), 1)
    assert logits(runner, [], feed(0, [5, 6, 7]))[0].std() > 0
    runner.close()


def test_a_closed_runner_counts_no_tokens(runner: LlamaRunner) -> None:
    runner.close()
    runner.close()
    with pytest.raises(EngineError, match="closed"):
        runner.tokenise("text", False)


def test_every_text_survives_the_tokenizer(runner: LlamaRunner) -> None:
    text = "你好，退款 🙂 <|im_end|> \x00 tab\t\n\n  \udc80 end"
    data = b"".join(runner.piece(token) for token in runner.tokenise(text, False))
    assert data == text.encode("utf-8", "replace")
