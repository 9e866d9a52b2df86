"""The scheduler against a runner whose every answer depends on exactly what its row holds."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.drafting import Drafter
from engine.request import Request, as_tokens
from engine.scheduler import Load, Plan, Save, Scheduler
from engine.types import EngineBusy, EngineError
from tests.engine.counting import CountingRunner, answer

SYSTEM = list(range(1, 151))


class Oracle(Drafter):
    """Guesses of which a share comes true."""

    def __init__(self, right: float) -> None:
        super().__init__()
        self._right, self._chance = right, random.Random(3)

    def draft(self, request: Request, answering: int) -> Sequence[int]:
        truth = answer([*request.prompt.tolist(), *request.made], 3)
        return [token if self._chance.random() < self._right else token + 1 for token in truth]

    def learn(self, request: Request, guessed: int, right: int) -> None:
        pass


class Desk:
    """Scheduler and counting runner, stepped by hand as the engine's thread does."""

    def __init__(self, rows: int = 4, context: int = 1024, parked: int = 4096, drafter: Drafter | None = None) -> None:
        self.runner = CountingRunner(rows, context)
        self.scheduler = Scheduler(rows, context, parked, drafter=drafter)
        self.plans: list[Plan] = []
        self.told: dict[Request, list[int]] = {}  # what each reader got, token by token

    def ask(self, prompt: Sequence[int], limit: int = 8, agent: str = "", shared: int = 0) -> Request:
        request = Request(as_tokens(prompt), limit, agent, shared)
        self.scheduler.submit(request)
        self.told[request] = []
        return request

    def step(self, seconds: float = 0.05) -> Plan | None:
        plan = self.scheduler.plan()
        if not plan:
            return None
        self.plans.append(plan)
        for feed, logits in zip(plan.feeds, self.runner.run(plan), strict=True):
            accepted: list[int] = []
            guesses = [*feed.tokens[len(feed.tokens) - feed.outputs + 1 :], None]
            assert not isinstance(logits, EngineError)
            for guess, row in zip(guesses, () if logits is None else logits, strict=False):
                accepted.append(int(row.argmax()))
                if accepted[-1] != guess:
                    break
            self.scheduler.commit(feed, accepted)
            self.told[feed.request] += accepted
            if len(feed.request.made) >= feed.request.limit:
                self.scheduler.release(feed.request)
        self.scheduler.observe(plan, seconds)
        assert sorted(self.runner.copies) == sorted(self.scheduler.parking.keys()), "no copy is leaked or lost"
        return plan

    def finish(self) -> None:
        while self.step():
            assert len(self.plans) < 20_000, "everybody finishes"
        assert not self.scheduler.waiting
        assert not self.scheduler.running, "no row is leaked"


def test_one_request_gets_the_answer_it_would_get_alone() -> None:
    desk = Desk()
    request = desk.ask([*SYSTEM, 7, 8, 9])
    desk.finish()
    assert request.made == answer([*SYSTEM, 7, 8, 9], 8)


def test_the_shared_prefix_is_computed_once_for_a_burst() -> None:
    desk = Desk(rows=8)
    prompts = [SYSTEM + [number] * 40 for number in range(8)]
    requests = [desk.ask(prompt, 4, shared=len(SYSTEM)) for prompt in prompts]
    desk.finish()
    assert [request.made for request in requests] == [answer(prompt, 4) for prompt in prompts]
    assert desk.scheduler.counters.computed == len(SYSTEM) + 8 * 40


def test_two_agents_with_the_same_question_compute_it_once() -> None:
    desk = Desk()
    prompt = SYSTEM + [5] * 300
    first, second = desk.ask(prompt), desk.ask(prompt)
    desk.finish()
    assert first.made == second.made == answer(prompt, 8)
    assert desk.scheduler.counters.computed <= len(prompt) + 1


def test_the_next_turn_computes_only_what_is_new() -> None:
    desk = Desk()
    first = desk.ask(SYSTEM)
    desk.finish()
    before = desk.runner.computed
    longer = [*SYSTEM, *first.made, 3, 4, 5]
    second = desk.ask(longer)
    desk.finish()
    assert second.made == answer(longer, 8)
    assert desk.runner.computed - before == 1 + 3 + 7  # the last answer token was never fed; then the new ones


def test_a_resting_conversation_is_parked_and_comes_back_without_being_computed() -> None:
    desk = Desk(rows=1)
    long = [11] * 400
    first = desk.ask(long)
    desk.finish()
    desk.ask([12] * 400)
    desk.finish()
    computed = desk.runner.computed
    again = desk.ask([*long, *first.made, 1])
    desk.finish()
    assert again.made == answer([*long, *first.made, 1], 8)
    assert desk.runner.computed - computed < 20
    assert any(isinstance(move, Load) for plan in desk.plans for move in plan.moves)


def test_copies_never_exceed_their_share_of_memory_and_prefixes_go_last() -> None:
    desk = Desk(rows=1, context=512, parked=1024)
    for number in range(12):
        desk.ask(SYSTEM + [number] * 200, 2, shared=len(SYSTEM))
        desk.finish()
        assert desk.scheduler.parking.tokens <= 1024
    assert desk.scheduler.parking.best(as_tokens(SYSTEM))[1] == len(SYSTEM)


def test_a_long_prompt_does_not_stop_the_streams() -> None:
    desk = Desk(rows=2, context=8192)
    talking = desk.ask([1, 2, 3], 1000)
    desk.step()
    desk.ask([9] * 6000, 1)
    for _ in range(12):
        before = len(talking.made)
        desk.step()
        assert len(talking.made) == before + 1


@pytest.mark.parametrize(
    ("answer_token", "prompt_token", "least", "most"),
    [
        (0.001, 0.0001, 512, 512),
        (0.01, 0.0004, 256, 288),  # the target time, less what the answers take
        (0.01, 0.001, 192, 192),  # a chunk that computes well, if the target is not exceeded four times
        (0.01, 0.005, 64, 96),
        (0.01, 0.1, 64, 64),  # never below the smallest
        (0.2, 0.001, 352, 416),  # the answers take all of the target: twice their time for the prompt
    ],
)
def test_the_chunk_follows_the_machine(answer_token: float, prompt_token: float, least: int, most: int) -> None:
    desk = Desk(rows=2, context=65536)
    desk.ask([1, 2, 3], 1000)
    for _ in range(8):
        desk.step(answer_token)
    desk.ask([9] * 60000, 1)
    sizes: list[int] = []
    for _ in range(30):
        plan = desk.scheduler.plan()
        assert plan
        size = max(len(feed.tokens) for feed in plan.feeds)
        desk.runner.run(plan)
        for feed in plan.feeds:
            desk.scheduler.commit(feed, [1] * feed.outputs)
        desk.scheduler.observe(plan, prompt_token * size + answer_token)
        sizes.append(size)
    assert least <= sizes[-1] <= most


def test_rows_in_use_stay_together() -> None:
    desk = Desk(rows=8)
    old = [desk.ask([number] * 100, 2) for number in range(1, 9)]
    desk.finish()
    computed = desk.runner.computed
    for number in (6, 3):  # conversations that rest in rows far apart
        desk.ask([*[number] * 100, *old[number - 1].made, 50], 5)
    desk.step()
    rows = sorted(request.row for request in desk.scheduler.running if request.row is not None)
    assert rows[1] - rows[0] == 1
    desk.finish()
    assert desk.runner.computed - computed <= 2 * (1 + 1 + 4)  # copied, not computed again


def test_on_a_card_conversations_go_on_where_they_rest() -> None:
    desk = Desk(rows=8)
    desk.scheduler.stay = True
    old = [desk.ask([number] * 100, 2) for number in range(1, 9)]
    desk.finish()
    copied = desk.scheduler.counters.saves
    for number in (6, 3):
        request = desk.ask([*[number] * 100, *old[number - 1].made, 50], 5)
        desk.step()
        assert request.row == number - 1
    desk.finish()
    assert desk.scheduler.counters.saves == copied


def test_a_new_question_takes_the_row_that_has_rested_longest() -> None:
    desk = Desk(rows=2)
    talks = [desk.ask([number] * 100, 2) for number in (1, 2)]
    desk.finish()
    desk.ask([*[1] * 100, *talks[0].made, 50], 2)  # the first conversation goes on: the second has rested longer
    desk.finish()
    loads = desk.scheduler.counters.loads
    desk.ask([3] * 100, 2)
    desk.finish()
    desk.ask([*[1] * 100, *talks[0].made, 50, 60], 2)
    desk.finish()
    assert desk.scheduler.counters.loads == loads


def test_first_come_first_served() -> None:
    desk = Desk(rows=2)
    requests = [desk.ask([number] * 10, 3) for number in range(1, 8)]
    begun: list[int] = []
    while desk.step():
        begun += [r.number for r in requests if r.row is not None and r.number not in begun]
    assert begun == sorted(begun)


def test_prompts_are_read_one_after_the_other_in_the_order_they_came() -> None:
    desk = Desk(rows=4, context=4096)
    requests = [desk.ask([number] * 2000, 3) for number in range(1, 5)]
    begun: list[Request] = []
    while desk.step():
        begun += [request for request in requests if request.made and request not in begun]
        assert sum(0 < row.length < 2000 for row in desk.scheduler.rows if row.request) <= 1
    assert begun == requests


def test_who_waits_for_a_beginning_goes_on_when_it_is_there_not_when_its_answer_ends() -> None:
    desk = Desk(rows=2)
    first = desk.ask([5] * 700, 200)
    second = desk.ask([*[5] * 650, 6, 7], 3)
    while not second.made:
        desk.step()
        assert len(first.made) < 10


def test_a_resting_row_is_copied_where_it_stands_far_from_the_others() -> None:
    """Two continue what a row in the middle holds: one goes on in it, the other from a copy; nothing is read twice."""
    desk = Desk(rows=4)
    first = desk.ask([3] * 400, 2)
    desk.finish()
    talk = [*[3] * 400, *first.made]
    before = desk.runner.computed
    both = [desk.ask([*talk, number], 2) for number in (8, 9)]
    desk.finish()
    assert [desk.told[request] for request in both] == [answer([*talk, number], 2) for number in (8, 9)]
    assert desk.runner.computed - before < 20


def test_one_agent_does_not_hold_all_rows_while_another_waits() -> None:
    desk = Desk(rows=4)
    greedy = [desk.ask([number] * 80, 200, agent="ann") for number in range(1, 7)]
    for _ in range(6):
        desk.step()
    other = desk.ask([60] * 80, 5, agent="bob")
    desk.step()
    assert other.row is not None
    assert sum(request.row is not None for request in greedy) == 3
    desk.finish()
    assert [desk.told[request] for request in greedy] == [answer([number] * 80, 200) for number in range(1, 7)]
    assert other.made == answer([60] * 80, 5)
    assert desk.scheduler.counters.preempted == 1


def test_a_full_queue_refuses_with_one_sentence() -> None:
    desk = Desk(rows=1)
    for _ in range(desk.scheduler.most_waiting):
        desk.ask([1, 2, 3])
    with pytest.raises(EngineBusy, match="waiting already"):
        desk.ask([1, 2, 3])


def test_a_cancelled_prefix_is_computed_by_the_next_one() -> None:
    desk = Desk(rows=2)
    first = desk.ask([5] * 900, 3)
    second = desk.ask([5] * 900, 3)
    desk.step()
    desk.scheduler.release(first)
    desk.finish()
    assert second.made == answer([5] * 900, 3)


@pytest.mark.parametrize(("right", "steps"), [(1.0, 12), (0.0, 42)])
def test_guesses_change_nothing_but_the_number_of_steps(right: float, steps: int) -> None:
    desk = Desk(drafter=Oracle(right))
    request = desk.ask([3, 1, 4], 40)
    desk.finish()
    assert request.made == answer([3, 1, 4], 40)
    assert len(desk.plans) <= steps


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32), rows=st.integers(1, 5), parked=st.sampled_from([0, 400, 3000]), drafts=st.booleans())
def test_whatever_happens_everybody_gets_their_own_tokens(seed: int, rows: int, parked: int, drafts: bool) -> None:
    """Random arrivals, lengths, follow-ups, cancellations, agents; parking and preemption happen by themselves."""
    chance = random.Random(seed)
    desk = Desk(rows, 320, parked, Oracle(0.7) if drafts else None)
    desk.scheduler.parking.capacity = max(parked, 330)  # tighter than the product allows: more evictions
    alive: list[Request] = []
    past: list[Request] = []
    for _ in range(60):
        while chance.random() < 0.4 and len(desk.scheduler.waiting) < 20:
            if past and chance.random() < 0.5:
                earlier = chance.choice(past)
                prompt = [*earlier.prompt.tolist(), *earlier.made, *chance.choices(range(97), k=chance.randint(1, 30))]
            else:
                prompt = SYSTEM[: chance.choice([0, 70, 150])] + chance.choices(range(3), k=chance.randint(1, 120))
            limit = chance.randint(1, 30)
            if len(prompt) + limit <= 320:
                alive.append(desk.ask(prompt, limit, chance.choice(["", "a", "b"]), chance.choice([0, 70])))
        if alive and chance.random() < 0.1:
            gone = alive.pop(chance.randrange(len(alive)))
            desk.scheduler.release(gone)
        desk.step(chance.choice([0.01, 0.1, 0.3]))
        past += [request for request in alive if len(request.made) >= request.limit][-3:]
    desk.finish()
    for request in alive:
        assert request.made == desk.told[request] == answer(request.prompt.tolist(), request.limit)


def test_ten_thousand_requests_leave_nothing_behind() -> None:
    desk = Desk(rows=8, parked=2000, context=256)
    chance = random.Random(1)
    for number in range(10_000):
        desk.ask([*SYSTEM[:100], number % 89, number % 83, number % 79], 1, shared=100)
        if chance.random() < 0.2:
            desk.finish()
            desk.plans.clear()
    desk.finish()
    assert desk.scheduler.parking.tokens <= 2000
    assert len(desk.runner.copies) <= 20
    assert sum(isinstance(move, Save) for plan in desk.plans for move in plan.moves) < 100
