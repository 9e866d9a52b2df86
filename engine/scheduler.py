"""Who takes part in the next step, and what is copied before it. Pure Python: tokens and rows, no model, no clock.

A row is one KV stream of the context; the runner computes what a Plan says. All running answers advance by a token in
every step, and one prompt advances by a chunk, so a long prompt never stalls the streams. What a row held is kept: a
request takes the longest known beginning of its tokens from its own row, from a copy in host memory, or from a row
that still runs, and waits for a beginning that another request is computing at this moment.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.drafting import Drafter
from engine.parking import Copy, Parking
from engine.request import Request, Tokens, as_tokens, common
from engine.types import EngineBusy

WORTH = 64  # tokens; copying less than this costs more than computing it
ADMISSIONS = 4  # a step: each may load a copy, and the streams wait meanwhile
GOOD_CHUNK, SMALLEST_CHUNK, TILE = 192, 64, 32  # tokens; 192 compute about as fast as 512, 32 at half the speed
TARGET = 0.12  # seconds between two tokens of an answer while others read their prompts
READING = 2  # times as long as on the running answers' tokens is spent on a waiting prompt, at least


class Trim(NamedTuple):
    """Forget all but the first `length` tokens of a row."""

    row: int
    length: int


class Save(NamedTuple):
    """Copy a row into host memory."""

    row: int
    key: int


class Load(NamedTuple):
    """Replace what a row holds by a copy."""

    key: int
    row: int


class Drop(NamedTuple):
    """Forget a copy."""

    key: int


Move = Trim | Save | Load | Drop


class Feed(NamedTuple):
    """Tokens for a row from `position` on; logits are wanted for the last `outputs` (they also check the drafts)."""

    request: Request
    row: int
    position: int
    tokens: Sequence[int]
    outputs: int


class Plan(NamedTuple):
    """Moves in order, then one computation of all feeds, by ascending row."""

    moves: tuple[Move, ...]
    feeds: tuple[Feed, ...]


@dataclass(slots=True, eq=False)
class Row:
    """`length` tokens are valid, the runner holds `held`; `resting` is what an idle row holds."""

    number: int
    length: int = 0
    held: int = 0
    request: Request | None = None
    resting: Tokens = field(default_factory=lambda: as_tokens([]))
    used: int = 0

    def tokens(self) -> Tokens:
        return self.request.tokens()[: self.length] if self.request else self.resting


@dataclass(slots=True)
class Counters:
    """For metrics: tokens since the start."""

    computed: int = 0  # prompt tokens that went through the model
    reused: int = 0  # prompt tokens taken from a row or a copy
    made: int = 0
    saves: int = 0
    loads: int = 0
    preempted: int = 0


def _learnt(known: float, seen: float) -> float:
    """Quick to believe in less, slow in more: a step that had to wait for a core says little about its cost."""
    return known + (seen - known) * (0.5 if seen < known else 0.1) if known else seen


class Scheduler:
    """`rows` conversations at once of `context` tokens; `parked` tokens of copies; steps of some `target` seconds."""

    def __init__(self, rows: int, context: int, parked: int, drafter: Drafter | None = None, batch: int = 512) -> None:
        self.rows = [Row(number) for number in range(rows)]
        self.waiting: list[Request] = []
        self.counters = Counters()
        self.most_waiting = max(64, 4 * rows)
        self.parking = Parking(max(parked, 2 * context))
        self._context, self._batch, self.target = context, batch, TARGET
        self._token_cost = self._cost = 0.0  # seconds a token of an answer, of a prompt
        self._drafter = drafter
        self.stay = False  # conversations stay in their rows, gaps or not: moving one costs more
        self._steps = 0

    @property
    def running(self) -> list[Request]:
        return [row.request for row in self.rows if row.request]

    def submit(self, request: Request) -> None:
        """Queue a request. Raises EngineBusy when the queue is full."""
        if len(self.waiting) >= self.most_waiting:
            raise EngineBusy(f"{len(self.waiting)} questions are waiting already; try again in a moment")
        self.waiting.append(request)

    def release(self, request: Request) -> None:
        """Finished, cancelled or failed: the row is free for the next step and keeps what it holds."""
        if self._drafter:
            self._drafter.forget(request)
        if request.row is None:
            self.waiting = [other for other in self.waiting if other is not request]
            return
        row = self.rows[request.row]
        row.resting, row.request, request.row = row.tokens(), None, None

    def queue(self) -> list[Request]:
        """Waiting requests, next one first: whose agent has fewest rows, then first come."""
        held = Counter(request.agent for request in self.running if request.agent)
        return sorted(self.waiting, key=lambda request: (held[request.agent], request.number))

    def plan(self) -> Plan | None:
        """The next step, or None when there is nothing to do. Follow it by `commit` or `release` for every feed."""
        moves: list[Move] = []
        self._save_marked(moves)
        if self.waiting:
            self._admit(moves)
        feeds = self._feeds()
        for feed in feeds:
            row = self.rows[feed.row]
            if row.held > feed.position:
                moves.append(Trim(feed.row, feed.position))
                row.held = feed.position
        self._steps += 1
        return Plan(tuple(moves), tuple(feeds)) if feeds else None

    def commit(self, feed: Feed, accepted: Sequence[int]) -> None:
        """A feed was computed and `accepted` chosen from its outputs (drafts that came true and one token more)."""
        row, request = self.rows[feed.row], feed.request
        row.held = feed.position + len(feed.tokens)
        row.length = row.held - feed.outputs + len(accepted)
        row.used = self._steps
        if feed.position < len(request.prompt):
            self.counters.computed += min(row.length, len(request.prompt)) - feed.position
        self.counters.made += len(accepted)
        request.made += accepted
        if self._drafter and feed.outputs > 1:
            self._drafter.learn(request, feed.outputs - 1, len(accepted) - 1)

    def observe(self, plan: Plan, seconds: float) -> None:
        """Learn from a step what an answer's token costs, and a prompt's (its short end says nothing)."""
        size, answers = max((len(feed.tokens), len(plan.feeds) - 1) for feed in plan.feeds)
        if size == 1:
            self._token_cost = _learnt(self._token_cost, seconds / len(plan.feeds))
        elif size >= SMALLEST_CHUNK:
            reading = max(seconds - answers * self._token_cost, seconds / 4)
            self._cost = _learnt(self._cost, reading / size)

    def _chunk(self, answers: int) -> int:
        """Prompt tokens of a step in which `answers` wait for their next token: what fills up the target time.

        Where that is little, streams rather slow down: a slow answer can be read, a blank page cannot.
        """
        if not answers or not self._cost:
            return self._batch
        tokens, target = answers * self._token_cost, self.target / self._cost
        size = max(target - tokens / self._cost, READING * tokens / self._cost, min(GOOD_CHUNK, 4 * target))
        return max(SMALLEST_CHUNK, min(self._batch, int(size) // TILE * TILE))

    # Feeds

    def _feeds(self) -> list[Feed]:
        answering: list[tuple[Row, Request]] = []
        reading: list[tuple[Row, Request]] = []
        for row in self.rows:
            if request := row.request:
                (answering if request.length - row.length == 1 else reading).append((row, request))
        feeds = [self._next_token(row, request, len(answering)) for row, request in answering]
        if reading:
            feeds.append(self._next_chunk(*min(reading, key=lambda pair: pair[1].number), len(answering)))
        return sorted(feeds, key=lambda feed: feed.row)

    def _next_token(self, row: Row, request: Request, answering: int) -> Feed:
        tokens = list(request.slice(row.length, request.length))
        if self._drafter and request.made:
            room = min(request.limit - len(request.made) - 1, self._context - row.length - 1)
            tokens += self._drafter.draft(request, answering)[: max(0, room)]
        return Feed(request, row.number, row.length, tokens, len(tokens))

    def _next_chunk(self, row: Row, request: Request, answering: int) -> Feed:
        """One prompt's next tokens, in equal parts, ending at a mark where there is one."""
        left = min([request.length, *(mark for mark in request.marks if mark > row.length)]) - row.length
        parts = -(-left // self._chunk(answering))
        end = row.length + min(left, -(-left // parts // TILE) * TILE)
        return Feed(request, row.number, row.length, request.slice(row.length, end), int(end == request.length))

    # Rows

    def _save_marked(self, moves: list[Move]) -> None:
        """Copy the rows that stand where others wait for them."""
        for row in self.rows:
            if row.request and row.length in row.request.marks:
                row.request.marks.discard(row.length)
                self._save(row, moves, prefix=True)

    def _admit(self, moves: list[Move]) -> None:
        """Give free rows to waiting requests, next one first."""
        for _ in range(ADMISSIONS):
            free = [row for row in self.rows if not row.request]
            ready = [request for request in self.queue() if not self._still_waits(request)]
            if not ready:
                return
            if not free:
                self._preempt_for(ready[0], moves)
                return
            for request in ready:
                if self._place(request, free, moves):
                    break
            else:
                return

    def _still_waits(self, request: Request) -> bool:
        if request.waits_for:
            other, length = request.waits_for
            if other.row is not None and self.rows[other.row].length <= length and length in other.marks:
                return True
            request.waits_for = None
        return False

    def _preempt_for(self, request: Request, moves: list[Move]) -> None:
        """An agent with no row gets one from an agent with several; who has one keeps it: no to and fro."""
        held = Counter(other.agent for other in self.running if other.agent)
        several = [other for other in self.running if held[other.agent] > 1]
        if not request.agent or held[request.agent] or not several:
            return
        victim = max(several, key=lambda other: (held[other.agent], other.number))
        assert victim.row is not None
        row = self.rows[victim.row]
        self.release(victim)
        self.waiting.append(victim)
        self.counters.preempted += 1
        self._place(request, [row], moves)

    def _place(self, request: Request, free: list[Row], moves: list[Move]) -> bool:
        """Put a request on a row with the longest known beginning; False when it should wait for one being computed."""
        tokens = request.tokens()
        copy, length = self.parking.best(tokens[:-1])
        own = max(free, key=lambda row: common(row.resting, tokens[:-1]))
        own_length = common(own.resting, tokens[:-1])
        if self._waits_for_running(request, tokens, max(length, own_length)):
            return False
        running = [(common(row.tokens(), tokens[:-1]), row.number) for row in self.rows if row.request]
        known, source = max(running, default=(0, 0))
        if known - max(length, own_length) >= WORTH:
            copy, length = self._save(self.rows[source], moves), known
        target = self._nearest(free)
        if own_length > length:
            all_fill_up = len(self.waiting) >= len(free)
            together = self.stay or all_fill_up or self._runs(own) == self._runs(target)
            if together and 2 * own_length >= len(own.resting):
                return self._start(request, own, own_length)
            if own_length - length >= WORTH:
                copy, length = self._save(own, moves), own_length
        self._clear(target, moves, copy)
        if copy and length >= min(WORTH, len(tokens) - 1):
            self._load(copy, target, length, moves)
            return self._start(request, target, length)
        return self._start(request, target, 0)

    def _start(self, request: Request, row: Row, length: int) -> bool:
        row.request, row.length, row.used = request, length, self._steps
        row.resting = as_tokens([])
        request.row = row.number
        self.waiting = [other for other in self.waiting if other is not request]
        self.counters.reused += min(length, len(request.prompt))
        if request.shared >= WORTH and length < request.shared:
            request.marks.add(request.shared)
        return True

    def _waits_for_running(self, request: Request, tokens: Tokens, known: int) -> bool:
        """Is a longer beginning of these tokens being computed right now? Then mark it and wait."""
        for other in self.running:
            assert other.row is not None
            same = min(common(other.prompt, tokens[:-1]), len(other.prompt) - 1)
            if same - known >= WORTH and self.rows[other.row].length < same:
                request.waits_for = (other, same)
                other.marks.add(same)
                return True
        return False

    def _nearest(self, free: list[Row]) -> Row:
        """The free row that keeps rows in use together (consecutive ones are computed in one go); the least used."""
        runs = self._runs if not self.stay else lambda row: 0
        return min(free, key=lambda row: (runs(row), len(row.resting) > 0, row.used, row.number))

    def _runs(self, row: Row) -> int:
        """Into how many runs of consecutive rows those in use and this one fall."""
        taken = {other.number for other in self.rows if other.request} | {row.number}
        return sum(number - 1 not in taken for number in taken)

    def _clear(self, row: Row, moves: list[Move], needed: Copy | None) -> None:
        """Park what an idle row holds, unless a copy has as much of it; never at the cost of the copy `needed`."""
        if len(row.resting) - self.parking.best(row.resting)[1] >= WORTH:
            self._save(row, moves, needed=needed)
        row.resting, row.length = as_tokens([]), 0

    def _save(self, row: Row, moves: list[Move], *, prefix: bool = False, needed: Copy | None = None) -> Copy:
        tokens = row.tokens()
        if row.held > len(tokens):
            moves.append(Trim(row.number, len(tokens)))
            row.held = len(tokens)
        copy, dropped = self.parking.add(tokens, prefix=prefix, needed=needed)
        moves += [Drop(old.key) for old in dropped]
        moves.append(Save(row.number, copy.key))
        self.counters.saves += 1
        return copy

    def _load(self, copy: Copy, row: Row, length: int, moves: list[Move]) -> None:
        moves.append(Load(copy.key, row.number))
        row.held = len(copy.tokens)
        self.counters.loads += 1
        self.parking.touch(copy)
        if not copy.prefix and length == len(copy.tokens):  # the row continues this conversation: the copy is used up
            self.parking.remove(copy)
            moves.append(Drop(copy.key))
