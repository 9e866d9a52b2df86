"""ONE turn, question -> journal: the only place where knowledge meets engine.

A question is made to stand alone, grounded in the knowledge, answered verbatim or by a model, checked, and recorded.
What happens is told as a stream of TurnEvents that ends in Done; closing the stream stops the model and records the
turn as stopped.
"""

import asyncio
import copy
import logging
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Hashable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import date

from assistant.answer_cache import AnswerCache, same
from assistant.citing import citation_of, cite
from assistant.composing import Composer, conversation
from assistant.followups import understand
from assistant.journal import Journal, JournalError
from assistant.logs import turn_line
from assistant.prompts import Prompts
from assistant.rewriting import rewrite
from assistant.types import Answer, Delta, Done, Exchange, Found, Mode, Question, Queued, Turn, TurnEvent
from assistant.verbatim import NEAREST, no_answer, verbatim_answer
from assistant.wording import language_of, say
from engine.types import ContextOverflow, Engine, EngineBusy, EngineError, Message, Sampling
from knowledge.errors import KnowledgeError
from knowledge.knowledge_base import KnowledgeBase
from knowledge.types import Context, Query

log = logging.getLogger("deskmate.turn")
MAX_ANSWER = 1024  # tokens of one reply: about three screens, more is never sent to a customer


@dataclass(frozen=True, slots=True)
class Options:
    """What of the settings a turn needs: company name, language otherwise, seconds to wait for the model."""

    company: str
    language: str
    timeout: float
    cache: int = 0  # answers kept ready for a repeated question


@dataclass(slots=True)
class _Running:
    """A turn under way: what is known so far, and the clock it runs on."""

    question: Question
    language: str
    started: float = field(default_factory=time.perf_counter)
    query: Query = field(default_factory=lambda: Query(""))
    context: Context = field(default_factory=lambda: Context((), 0, 0.0, False))
    timings: dict[str, float] = field(default_factory=dict)
    text: str = ""
    model: str = ""
    message: str = ""
    finished: bool = False
    cached: bool = False

    def lap(self, name: str) -> None:
        self.timings.setdefault(name, (time.perf_counter() - self.started) * 1000)


class Assistant:
    """Answers questions. Holds no session: a Question carries its own history."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        engines: Mapping[Mode, Engine],
        journal: Journal,
        prompts: Prompts,
        options: Options,
    ) -> None:
        self.knowledge = knowledge
        self.engines = dict(engines)
        self.journal = journal
        self.on_turn: list[Callable[[Turn], None]] = []  # told of each finished turn: metrics
        self._curated = True  # editors wrote the knowledge
        self._prompts = prompts
        self._options = options
        self._composer = Composer(prompts, options.company)
        self._cache = AnswerCache(options.cache)
        journal.on_mark.append(self._cache.marked)

    async def answer(self, question: Question) -> AsyncGenerator[TurnEvent]:
        """Run one turn. Yields Found once, Queued and Delta while the model runs, Done at the end."""
        turn = _Running(question, question.language or language_of(question.text, self._options.language))
        key = self._key(turn)
        kept = self._cache.get(key)
        try:
            async with aclosing(self._again(turn, kept) if kept else self._anew(turn)) as events:
                async for event in events:
                    if isinstance(event, Answer):
                        done = self._record(turn, event)
                        self._keep(key, done)
                        yield Done(done)
                    else:
                        yield event
        finally:
            if not turn.finished:
                self._record(turn, Answer(turn.text, (), "stopped", note=say("stopped", turn.language)))

    async def _anew(self, turn: _Running) -> AsyncGenerator[Found | Queued | Delta | Answer]:
        """Search, then answer with or without the model."""
        await self._ground(turn)
        yield Found(turn.query.text, turn.context)
        if answer := self._without_model(turn):
            yield Delta(answer.text)
            yield answer
            return
        async with aclosing(self._generate(turn)) as events:
            async for event in events:
                yield event

    async def _again(self, turn: _Running, kept: Turn) -> AsyncGenerator[Found | Delta | Answer]:
        """The answer of a repeated question, as a turn of its own."""
        turn.query, turn.context, turn.cached = Query(kept.query), kept.context, True
        turn.model, turn.message = kept.model, kept.message
        turn.lap("first_token")
        yield Found(kept.query, kept.context)
        yield Delta(kept.answer.text)
        yield kept.answer

    def _keep(self, key: tuple[str, Hashable], done: Turn) -> None:
        """Keep an answer ready, unless the knowledge changed while it was made."""
        if done.context.generation == self.knowledge.generation == key[0]:
            self._cache.put(key, done)

    async def warm(self) -> None:
        """Load what the first question needs: dictionaries, vectors, the system prompt in each engine."""
        system = self._composer.system(Question(""), self._options.language).content
        try:
            await asyncio.to_thread(self.knowledge.ground, Query("?"), _estimate_tokens)
            for engine in set(self.engines.values()):
                await engine.warm(system)
        except (KnowledgeError, EngineError) as fault:  # shows again, and to somebody, at the first question
            log.warning("event=not_warmed fault=%s", fault)

    def over(self, knowledge: KnowledgeBase) -> "Assistant":
        """The same assistant over one conversation's uploads: no standard answers, and none kept ready."""
        other = copy.copy(self)
        other.knowledge, other._cache, other._curated = knowledge, AnswerCache(0), False
        return other

    def _key(self, turn: _Running) -> tuple[str, Hashable]:
        """What an answer depends on, the earlier turns included; who asks is not part of it."""
        asked, engine = turn.question, self._engine(turn.question.mode)
        shared = replace(asked, text=same(asked.text), user="", session="", language=turn.language)
        model = engine.name if engine else ""
        return self.knowledge.generation, (shared, model, self._prompts.fingerprint, date.today())

    async def _ground(self, turn: _Running) -> None:
        engine = self._engine(turn.question.mode)
        count = engine.count_tokens if engine else _estimate_tokens
        turn.query = replace(await self._understand(turn, engine), layers=turn.question.layers)
        turn.context = await asyncio.to_thread(self.knowledge.ground, turn.query, count)
        turn.lap("search")

    async def _understand(self, turn: _Running, engine: Engine | None) -> Query:
        """The query that stands alone: by rules, by the model where these only put two questions side by side."""
        asked, history = turn.question.text, turn.question.history
        query = await asyncio.to_thread(understand, asked, history, self.knowledge.leans)
        if query.said and engine and (text := await rewrite(asked, history, engine, self._prompts, turn.language)):
            return replace(query, text=text)
        return query

    def _without_model(self, turn: _Running) -> Answer | None:
        """The answer when no model is needed or none is there; None when the model is to write it."""
        context, language = turn.context, turn.language
        if context.direct and self._curated:
            return Answer(verbatim_answer(context), (citation_of(context.passages[0]),), "direct")
        if not context.answerable:
            return Answer(
                no_answer(context, language), (), "no_knowledge", note=say(context.reason or "nothing_found", language)
            )
        if self._engine(turn.question.mode):
            return None
        return self._degraded(turn, say("verbatim" if turn.question.mode == "verbatim" else "no_model", language))

    def _degraded(self, turn: _Running, note: str) -> Answer:
        """The best entry word for word as the reply, the next ones cited beside it."""
        cited = tuple(citation_of(passage) for passage in turn.context.passages[: 1 + NEAREST])
        return Answer(verbatim_answer(turn.context), cited, "degraded", note=note)

    async def _generate(self, turn: _Running) -> AsyncGenerator[Queued | Delta | Answer]:
        """Stream the model's answer; whatever fails, end in an Answer."""
        engine = self._engine(turn.question.mode)
        assert engine is not None  # _without_model answered otherwise
        turn.model = engine.name
        turn.message = self._composer.user(turn.question, turn.query.text, turn.context, turn.language).content
        try:
            for history in (turn.question.history, ()):
                try:
                    async with aclosing(self._stream(engine, turn, history)) as events:
                        async for event in events:
                            yield event
                    break
                except ContextOverflow:  # passages matter more than earlier turns
                    if not history:
                        raise
        except EngineBusy:
            yield self._degraded(turn, say("busy", turn.language))
        except TimeoutError:
            yield self._degraded(turn, say("timeout", turn.language).format(seconds=self._options.timeout))
        except EngineError as fault:
            log.warning("event=model_failed model=%s fault=%s", engine.name, fault)
            yield self._degraded(turn, say("failed", turn.language))
        else:
            yield self._checked(turn)

    async def _stream(
        self, engine: Engine, turn: _Running, history: Sequence[Exchange]
    ) -> AsyncGenerator[Queued | Delta]:
        """The model's text as Deltas, its queue as Queued; TimeoutError when nothing comes for too long."""
        sampling = Sampling(max_tokens=MAX_ANSWER, agent=turn.question.user)
        if turn.question.temperature is not None:
            sampling = replace(sampling, temperature=turn.question.temperature)
        system = self._composer.system(turn.question, turn.language)
        items: asyncio.Queue[Queued | Delta | EngineError | None] = asyncio.Queue()
        messages = conversation(system, history, Message("user", turn.message))
        pieces = engine.stream(messages, sampling, lambda place: items.put_nowait(Queued(place)))
        pump = asyncio.create_task(_pump(pieces, items))
        try:
            while (item := await asyncio.wait_for(items.get(), self._options.timeout)) is not None:
                if isinstance(item, EngineError):
                    raise item
                if isinstance(item, Delta):
                    turn.lap("first_token")
                    turn.text += item.text
                yield item
        finally:  # also when the reader stops: cancelling the pump closes the engine's stream and frees its row
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)

    def _checked(self, turn: _Running) -> Answer:
        answer = cite(turn.text, turn.context, turn.question.text)
        if answer.text.strip() == say("no_knowledge", turn.language):
            return Answer(answer.text, (), "no_knowledge", note=say("only_similar", turn.language))
        return answer

    def _engine(self, mode: Mode) -> Engine | None:
        """The engine of a mode; the expert falls back to the fast one."""
        return None if mode == "verbatim" else self.engines.get(mode) or self.engines.get("fast")

    def _record(self, turn: _Running, answer: Answer) -> Turn:
        """The finished turn, journaled; a journal that cannot be written is logged and costs no agent the answer."""
        turn.finished = True
        turn.lap("total")
        done = Turn(
            id=uuid.uuid4().hex,
            session=turn.question.session,
            user=turn.question.user,
            question=turn.question.text,
            query=turn.query.text,
            context=turn.context,
            answer=answer,
            timings=tuple((name, round(value, 1)) for name, value in turn.timings.items()),
            model=turn.model,
            prompt=self._prompts.fingerprint,
            message=turn.message,
            tokens=0 if turn.cached else self._tokens(turn, answer),
            cached=turn.cached,
        )
        try:
            self.journal.record(done)
        except JournalError as fault:
            log.error("event=journal_failed turn=%s fault=%s", done.id, fault)
        log.info(turn_line(done))
        for tell in self.on_turn:
            tell(done)
        return done

    def _tokens(self, turn: _Running, answer: Answer) -> int:
        """Tokens that the model wrote; a broken one is not asked to count."""
        engine = self._engine(turn.question.mode) if answer.outcome in ("grounded", "unsupported") else None
        return engine.count_tokens(answer.text) if engine else 0


async def _pump(pieces: AsyncIterator[str], items: "asyncio.Queue[Queued | Delta | EngineError | None]") -> None:
    """Move text into the queue that also holds the places; end it with None or the engine's error."""
    try:
        async for piece in pieces:
            items.put_nowait(Delta(piece))
        items.put_nowait(None)
    except EngineError as fault:
        items.put_nowait(fault)
    except Exception as fault:  # boundary of one turn: whatever the engine did, the agent gets the passages
        log.exception("event=engine_fault")
        items.put_nowait(EngineError(f"the model failed unexpectedly ({fault!r}); see the log"))


def _estimate_tokens(text: str) -> int:
    """Tokens without a tokenizer: about 0.7 a Han character and 4 letters a token with Qwen's vocabulary."""
    han = sum("\u3400" <= char <= "\u9fff" for char in text)
    return round(han * 0.7 + (len(text) - han) / 4) + 1
