import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.sampling import Chooser, Ids, top
from engine.types import EngineError, Sampling


def noise(size: int = 5000, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(size).astype(np.float32)


@settings(deadline=None)
@given(
    size=st.integers(1, 20_000), count=st.integers(1, 200), seed=st.integers(0, 9), levels=st.sampled_from([3, 1000])
)
def test_top_is_a_sort_cut_short(size: int, count: int, seed: int, levels: int) -> None:
    logits = (np.random.default_rng(seed).integers(0, levels, size) / 7).astype(np.float32)
    assert top(logits, count).tolist() == np.argsort(-logits, kind="stable")[:count].tolist()


def test_temperature_zero_takes_the_largest() -> None:
    assert Chooser(Sampling(temperature=0)).choose(noise()) == noise().argmax()


def drawn(sampling: Sampling, logits: np.ndarray, times: int = 3000) -> np.ndarray:
    chooser = Chooser(sampling)
    return np.bincount([chooser.choose(logits) for _ in range(times)], minlength=len(logits)) / times


def test_draws_follow_the_distribution() -> None:
    logits = np.log(np.array([0.5, 0.3, 0.2], dtype=np.float32))
    share = drawn(Sampling(temperature=1, top_p=1, seed=1), logits)
    assert share == pytest.approx([0.5, 0.3, 0.2], abs=0.04)


def test_top_p_keeps_the_smallest_set_that_reaches_it() -> None:
    logits = np.log(np.array([0.5, 0.3, 0.15, 0.05], dtype=np.float32))
    assert (drawn(Sampling(temperature=1, top_p=0.7, seed=1), logits, 300) > 0).tolist() == [True, True, False, False]


def test_min_p_drops_what_is_far_less_likely_than_the_best() -> None:
    logits = np.log(np.array([0.5, 0.3, 0.15, 0.05], dtype=np.float32))
    sampling = Sampling(temperature=1, top_p=1, min_p=0.25, seed=1)
    assert (drawn(sampling, logits, 300) > 0).tolist() == [True, True, True, False]


def test_top_k_bounds_the_choice() -> None:
    assert (drawn(Sampling(temperature=5, top_p=1, top_k=3, seed=1), noise(), 300) > 0).sum() == 3


def test_the_presence_penalty_makes_room_for_others() -> None:
    chooser = Chooser(Sampling(temperature=0, presence_penalty=2.0))
    logits = np.array([3.0, 2.5, 0.0], dtype=np.float32)
    assert [chooser.choose(logits) for _ in range(3)] == [0, 1, 0]
    assert logits.tolist() == [3.0, 2.5, 0.0]


def test_a_seed_repeats_the_answer() -> None:
    first, second = Chooser(Sampling(seed=9)), Chooser(Sampling(seed=9))
    assert [first.choose(noise()) for _ in range(20)] == [second.choose(noise()) for _ in range(20)]


class Only:
    """A grammar that allows some tokens."""

    def __init__(self, *tokens: int) -> None:
        self.tokens, self.accepted = tokens, list[int]()

    def allowed(self, candidates: Ids) -> np.ndarray:
        return np.isin(candidates, self.tokens)

    def accept(self, token: int) -> None:
        self.accepted.append(token)


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_a_grammar_finds_its_best_token_wherever_it_stands(temperature: float) -> None:
    logits = noise()
    worst = np.argsort(logits)[:2]
    grammar = Only(*worst.tolist())
    token = Chooser(Sampling(temperature=temperature, seed=1), grammar).choose(logits)
    assert token in worst
    assert temperature > 0 or token == worst[1]
    assert grammar.accepted == [token]


def test_a_grammar_that_allows_nothing_is_one_sentence() -> None:
    with pytest.raises(EngineError, match="schema"):
        Chooser(Sampling(), Only()).choose(noise())
