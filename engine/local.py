"""The model in this process: one thread owns it and steps; asyncio callers get their answers as async iterators.

Each step decodes the next token of all running answers together (scheduler decides, runner computes), so a second
question does not wait for the first one's answer. Everything between the threads goes through one queue in, and one
`call_soon_threadsafe` a step out. A fault of the model reaches every reader as one EngineError; `reload` starts it
anew.
"""

import asyncio
import logging
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from engine import gguf, warm
from engine.chat import ChatTemplate, Prompt
from engine.drafting import Drafter
from engine.reader import Item, Pieces, Reader
from engine.request import Request, Tokens, as_tokens
from engine.runner import LlamaRunner, Result, Runner, default_threads, load_library
from engine.sampling import Chooser
from engine.scheduler import Counters, Feed, Plan, Scheduler
from engine.text import AnswerText
from engine.types import ContextOverflow, EngineError, Message, Sampling

T = TypeVar("T")
log = logging.getLogger(__name__)

ROOM = 16  # tokens; an answer that can only be shorter is refused beforehand
REMEMBERED = 512  # answers whose tokens are kept, so that the next turn finds them computed
FAULTS = 3  # steps in a row in which everything fails: the model is broken


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

    def __init__(self, load: Callable[[], Runner], name: str, parked: int = 0, drafter: Drafter | None = None) -> None:
        self.name = name
        self._place_warm: Callable[[Tokens], Path] | None = None
        self._load, self._parked, self._drafter = load, parked, drafter
        self._answers: OrderedDict[str, tuple[int, ...]] = OrderedDict()
        self._start()

    @classmethod
    def open(
        cls,
        model_path: Path,
        *,
        context: int = 8192,
        rows: int | None = None,
        threads: int | None = None,
        gpu_layers: int | None = None,
    ) -> "LocalEngine":
        """Load a model (blocks for seconds). Raises EngineError when it is missing, unusable, or does not fit."""
        header = gguf.read_header(model_path)
        library = load_library()
        plan = gguf.plan(header, gguf.free_memory(), context, rows, gpu_layers)
        drafter = Drafter() if plan.gpu_layers else None  # on the CPU a verified guess costs as much as a token
        log.info("model=%s rows=%d context=%d kv=%s gpu_layers=%d", header.name, plan.rows, plan.context, plan.kv_type,
                 plan.gpu_layers)  # fmt: skip
        parked = plan.parked // header.kv_per_token(plan.kv_type)
        engine = cls(lambda: LlamaRunner(header, plan, threads or default_threads()), header.name, parked, drafter)
        kind = f"{plan.kv_type} {library.__version__}"
        engine._place_warm = lambda tokens: warm.file_for(model_path, kind, tokens)
        return engine

    def _start(self) -> None:
        self._runner = self._load()
        self.context_size = self._runner.context
        self._template = ChatTemplate(self._runner.template, self._runner.tokenise)
        self._scheduler = Scheduler(self._runner.rows, self.context_size, self._parked, drafter=self._drafter)
        self._inbox: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._readers: dict[Request, Reader] = {}
        self._out: dict[asyncio.AbstractEventLoop, list[tuple[Reader, Item]]] = {}
        self._pieces = Pieces(self._runner)
        self._fault: EngineError | None = None
        self._faults = 0
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)
        self._thread.start()

    # For callers on an event loop

    async def stream(
        self, messages: Sequence[Message], sampling: Sampling, on_queue: Callable[[int], None] | None = None
    ) -> AsyncGenerator[str]:
        """See engine.types.Engine."""
        reader = await asyncio.to_thread(self._prepare, messages, sampling, asyncio.get_running_loop())
        self._inbox.put(lambda: self._submit(reader))
        self._check()  # the thread may have ended before it saw the request
        try:
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
        place = self._place_warm(tokens) if self._place_warm else None
        if place and (known := await asyncio.to_thread(warm.read, place)):
            await self._on_thread(lambda: self._adopt(tokens, known))
            return
        async for _ in self.stream(messages, Sampling(max_tokens=1)):
            pass
        state = await self._on_thread(lambda: self._exported(tokens))
        if place and state:
            await asyncio.to_thread(warm.write, place, state)

    async def _on_thread(self, work: Callable[[], T]) -> T:
        """Do something on the engine's thread, between two steps."""
        future: Future[T] = Future()

        def command() -> None:
            try:
                future.set_result(work())
            except Exception as fault:  # noqa: BLE001 (boundary: it belongs to who asked, not to the engine)
                future.set_exception(fault)

        self._inbox.put(command)
        self._check()
        return await asyncio.wrap_future(future)

    def _check(self) -> None:
        """Raise what stopped the engine, if anything did (a new error each time: a raised one collects tracebacks)."""
        if self._fault:
            raise EngineError(str(self._fault))

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`; its length, which is never less, while the model is gone."""
        try:
            return len(self._runner.tokenise(text, False))
        except EngineError:
            return len(text)

    def stats(self) -> Stats:
        scheduler = self._scheduler
        return Stats(
            len(scheduler.waiting),
            len(scheduler.running),
            len(scheduler.rows),
            scheduler.parking.tokens,
            scheduler.counters,
        )

    async def close(self) -> None:
        """End every stream with EngineError and free the model."""
        self._inbox.put(None)
        await asyncio.to_thread(self._thread.join)

    async def reload(self) -> None:
        """Load the model anew, after a fault or when its file was replaced. Raises EngineError like `open`."""
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
        """Step while there is something to do. A boundary: whatever goes wrong reaches all readers as one sentence."""
        fault = EngineError("the model was closed; ask again when it is back")
        try:
            while self._take_commands():
                self._step()
        except EngineError as error:
            fault = error
        except Exception as error:
            log.exception("engine failed")
            fault = EngineError(
                f"the model stopped working ({type(error).__name__}); answers are verbatim until it is reloaded"
            )
        self._fault = fault
        for reader in self._readers.values():
            self._say(reader, fault)
        self._readers.clear()
        self._deliver()
        while not self._inbox.empty():  # requests that came in meanwhile
            if command := self._inbox.get():
                command()
        self._runner.close()

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

    def _exported(self, tokens: Tokens) -> bytes | None:
        copy, length = self._scheduler.parking.best(tokens)
        return self._runner.export(copy.key) if copy and length == len(copy.tokens) == len(tokens) else None

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
        chosen = [self._choose(feed, result) for feed, result in zip(plan.feeds, results, strict=True)]
        failed = 0
        for feed, tokens in zip(plan.feeds, chosen, strict=True):
            reader = self._readers[feed.request]
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
            raise EngineError("the model failed several times in a row; answers are verbatim until it is reloaded")

    def _choose(self, feed: Feed, result: Result) -> list[int] | EngineError:
        if result is None or isinstance(result, EngineError):
            return [] if result is None else result
        try:
            return self._readers[feed.request].choose(feed, result, self._pieces)
        except EngineError as fault:
            return fault

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
        if self._scheduler.waiting:
            for place, request in enumerate(self._scheduler.queue(), 1):
                self._tell_place(self._readers[request], place)
        for request in self._scheduler.running:
            if not request.made:
                self._tell_place(self._readers[request], 0)

    def _tell_place(self, reader: Reader, place: int) -> None:
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
