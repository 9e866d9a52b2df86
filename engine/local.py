"""The model in this process: one thread owns it and steps; asyncio callers get their answers as async iterators.

Each step decodes the next token of all running answers together (scheduler decides, runner computes), so a second
question does not wait for the first one's answer. Everything between the threads goes through one queue in, and one
`call_soon_threadsafe` a step out. A fault of the model reaches every reader as one EngineError; then the thread loads
the model anew, as often as it takes.
"""

import asyncio
import logging
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine import gguf, warm
from engine.chat import ChatTemplate, Prompt
from engine.reader import Item, Pieces, Reader
from engine.request import Request, Tokens, as_tokens
from engine.runner import LlamaRunner, Result, Runner, default_threads, load_library
from engine.sampling import Chooser
from engine.scheduler import Counters, Plan, Scheduler
from engine.text import AnswerText, estimate
from engine.types import ContextOverflow, EngineError, Message, Sampling

log = logging.getLogger(__name__)

ROOM = 16  # tokens; an answer that can only be shorter is refused beforehand
REMEMBERED = 512  # answers whose tokens are kept, so that the next turn finds them computed
FAULTS = 3  # steps in a row in which everything fails: the model is broken
PAUSE = 15.0  # seconds before a broken model is loaded anew: each try may cost some agents a question


@dataclass(frozen=True, slots=True)
class Stats:
    """For metrics: what is going on, and counters since the start."""

    waiting: int
    running: int
    rows: int
    parked: int  # tokens in host memory
    counters: Counters


class LocalEngine:
    """Implements engine.types.Engine on a Runner. `open` loads a GGUF file."""

    def __init__(self, load: Callable[[], Runner], model_path: Path | None = None, pause: float = PAUSE) -> None:
        self._load, self._path, self._pause = load, model_path, pause
        self._closing = threading.Event()
        self._start()

    @classmethod
    def open(
        cls, path: Path, context: int = 8192, rows: int = 0, threads: int = 0, gpu_layers: int = -1, leave: int = 0
    ) -> "LocalEngine":
        """Load a model beside `leave` bytes (takes seconds). Raises EngineError: missing, unusable, does not fit."""

        def load() -> Runner:
            header = gguf.read_header(path)
            load_library()  # first with our settings: looking at the memory imports it too
            plan = gguf.plan(header, gguf.free_memory().less(leave), context, rows, gpu_layers)
            log.info("event=model_planned model=%s plan=%s", header.name, plan)
            return LlamaRunner(header, plan, threads or default_threads())

        return cls(load, path)

    def _start(self) -> None:
        self._inbox: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._readers: dict[Request, Reader] = {}
        self._out: dict[asyncio.AbstractEventLoop, list[tuple[Reader, Item]]] = {}
        self._begin()
        self._closing.clear()
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)
        self._thread.start()

    def _begin(self) -> None:
        """Load the model; nothing is running or kept."""
        self._runner = runner = self._load()
        self.name, self.context_size = runner.name, runner.context
        self._template = ChatTemplate(runner.template, runner.tokenise)
        self._scheduler = Scheduler(runner.rows, runner.context, runner.parked, drafter=runner.drafter)
        self._scheduler.stay = runner.card
        self._answers: OrderedDict[str, tuple[int, ...]] = OrderedDict()
        self._pieces = Pieces(runner)
        self._faults = 0
        self._fault: EngineError | None = None

    # For callers on an event loop

    async def stream(
        self, messages: Sequence[Message], sampling: Sampling, on_queue: Callable[[int], None] | None = None
    ) -> AsyncGenerator[str]:
        """See engine.types.Engine."""
        reader = await asyncio.to_thread(self._prepare, messages, sampling, asyncio.get_running_loop())
        self._inbox.put(lambda: self._submit(reader))
        try:
            self._check()  # a fault may have come before the thread saw the request
            while (item := await reader.items.get()) is not None:
                if isinstance(item, str):
                    yield item
                elif isinstance(item, EngineError):
                    raise item
                elif on_queue:
                    on_queue(item)
        finally:
            self._inbox.put(lambda: self._finish(reader))

    async def warm(self, system: str) -> None:
        """Have the KV of the system message ready before the first question: from the disk, else computed and kept."""
        messages = [Message("system", system), Message("user", ".")]
        prompt = await asyncio.to_thread(self._template.prompt, messages, False, {})
        tokens = as_tokens(prompt.tokens[: prompt.shared])
        place = warm.file_for(self._path, self._runner.kind, tokens) if self._path else None
        if place and (state := await asyncio.to_thread(warm.read, place)):
            self._inbox.put(lambda: self._adopt(tokens, state))
            return
        async for _ in self.stream(messages, Sampling(max_tokens=1)):
            pass
        if place:
            self._inbox.put(lambda: self._keep(tokens, place))

    def _check(self) -> None:
        """Raise what stopped the engine, if anything did (a new error each time: a raised one collects tracebacks)."""
        if self._fault:
            raise EngineError(str(self._fault))

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`; an estimate while the model is gone."""
        try:
            return len(self._runner.tokenise(text, False))
        except EngineError:
            return estimate(text)

    def stats(self) -> Stats:
        now = self._scheduler
        return Stats(len(now.waiting), len(now.running), len(now.rows), now.parking.tokens, now.counters)

    async def close(self) -> None:
        """End every stream with EngineError and free the model."""
        self._closing.set()
        self._inbox.put(None)
        await asyncio.to_thread(self._thread.join)

    async def reload(self) -> None:
        """Load the model anew, closed or not: its file may have been replaced. Raises EngineError like `open`."""
        await self.close()
        await asyncio.to_thread(self._start)

    def _prepare(self, messages: Sequence[Message], sampling: Sampling, loop: asyncio.AbstractEventLoop) -> Reader:
        self._check()
        prompt = self._template.prompt(messages, sampling.thinking, self._answers)
        request = Request(as_tokens(prompt.tokens), self._limit(prompt, sampling), sampling.agent, prompt.shared)
        grammar = self._runner.grammar(sampling.json_schema) if sampling.json_schema else None
        text = AnswerText(sampling.stop, show_thinking=sampling.show_thinking, inside_thinking=prompt.thinking)
        return Reader(request, sampling, Chooser(sampling, grammar), text, loop)

    def _limit(self, prompt: Prompt, sampling: Sampling) -> int:
        room = self.context_size - len(prompt.tokens)
        if room < min(ROOM, sampling.max_tokens):
            raise ContextOverflow(
                f"question and passages take {len(prompt.tokens)} tokens, the model holds {self.context_size}; "
                "ask more briefly, begin a new conversation, or raise `context`"
            )
        return min(sampling.max_tokens, room)

    # On the engine's thread

    def _work(self) -> None:
        """Serve until closed; a broken model is loaded anew after a pause."""
        while fault := self._serve():
            self._end(fault)
            while self._fault:
                if self._closing.wait(self._pause):
                    return
                self._mend()
        self._end(EngineError("the model was closed; ask again when it is back"))

    def _serve(self) -> EngineError | None:
        """Step while there is something to do. A boundary: whatever goes wrong is one sentence; None: closed."""
        try:
            while self._take_commands():
                self._step()
        except EngineError as error:
            return error
        except Exception as error:
            log.exception("engine failed")
            return EngineError(f"the model stopped working ({type(error).__name__}); answers are verbatim for now")
        return None

    def _end(self, fault: EngineError) -> None:
        """Tell everybody, those that came in meanwhile too, and free the model."""
        self._fault = fault
        for reader in self._readers.values():
            self._say(reader, fault)
        self._readers.clear()
        self._deliver()
        while not self._inbox.empty():
            if command := self._inbox.get():
                command()
        self._runner.close()

    def _mend(self) -> None:
        try:
            self._begin()
            log.warning("event=model_loaded_anew model=%s", self.name)
        except Exception as error:  # noqa: BLE001 (boundary: this thread must live to try again)
            self._fault = error if isinstance(error, EngineError) else EngineError(f"the model is broken ({error!r})")

    def _take_commands(self) -> bool:
        """Do what the callers asked for; wait for it when nothing runs. False: close."""
        busy = bool(self._readers)
        while True:
            try:
                command = self._inbox.get(block=not busy)
            except queue.Empty:
                return True
            if command is None:
                return False
            command()
            busy = True

    def _submit(self, reader: Reader) -> None:
        try:
            self._check()
            self._scheduler.submit(reader.request)
            self._readers[reader.request] = reader
        except EngineError as fault:
            self._say(reader, fault)
            self._deliver()

    def _finish(self, reader: Reader) -> None:
        """The reader has gone, or the answer is complete."""
        if self._readers.pop(reader.request, None):
            self._scheduler.release(reader.request)

    def _adopt(self, tokens: Tokens, state: bytes) -> None:
        copy, _ = self._scheduler.parking.add(tokens, prefix=True)
        self._runner.take_in(copy.key, state)

    def _keep(self, tokens: Tokens, place: Path) -> None:
        copy, length = self._scheduler.parking.best(tokens)
        if copy and length == len(copy.tokens) == len(tokens):
            warm.write(place, self._runner.export(copy.key))

    def _step(self) -> None:
        started = time.perf_counter()
        plan = self._scheduler.plan()
        self._tell_places()
        if plan:
            results = self._runner.run(plan)
            self._commit(plan, results)
            self._scheduler.observe(plan, time.perf_counter() - started)
        self._deliver()

    def _commit(self, plan: Plan, results: Sequence[Result]) -> None:
        failed = 0
        for feed, result in zip(plan.feeds, results, strict=True):
            reader = self._readers[feed.request]
            tokens = reader.choose(feed, result, self._pieces)
            if isinstance(tokens, EngineError):
                failed += 1
                self._say(reader, tokens)
                self._finish(reader)
                continue
            self._scheduler.commit(feed, tokens)
            if tokens:
                self._speak(reader, tokens)
        self._faults = self._faults + 1 if failed == len(plan.feeds) else 0
        if self._faults >= FAULTS:
            raise EngineError("the model failed several times in a row; until it is back answers are verbatim")

    def _speak(self, reader: Reader, tokens: Sequence[int]) -> None:
        """Tell the reader what may be shown of these tokens, and the end where it is reached."""
        if shown := reader.say(tokens, self._pieces):
            self._say(reader, shown)
        if reader.ended:
            if answer := reader.answer(self._pieces):
                self._answers[answer[0]] = answer[1]
                if len(self._answers) > REMEMBERED:
                    self._answers.popitem(last=False)
            self._say(reader, None)
            self._finish(reader)

    def _tell_places(self) -> None:
        """Tell those who wait, and those who have just begun, their place in the queue."""
        waiting = self._scheduler.queue() if self._scheduler.waiting else ()
        begun = ((0, request) for request in self._scheduler.running if not request.made)
        for place, request in (*enumerate(waiting, 1), *begun):
            reader = self._readers[request]
            if reader.place != place:
                reader.place = place
                self._say(reader, place)

    def _say(self, reader: Reader, item: Item) -> None:
        self._out.setdefault(reader.loop, []).append((reader, item))

    def _deliver(self) -> None:
        """Hand everything said in this step to the event loops, at once."""
        for loop, items in self._out.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(_hand_over, items)
        self._out = {}


def _hand_over(items: Sequence[tuple[Reader, Item]]) -> None:
    for stream, item in items:
        stream.items.put_nowait(item)
