"""A question asked of product tables only: the rows that fit, word for word, without a model."""

import time
import uuid
from collections.abc import AsyncGenerator

from assistant.answering import Assistant
from assistant.citing import citation_of
from assistant.types import Answer, Delta, Done, Found, Question, Turn, TurnEvent
from assistant.wording import language_of, say
from knowledge.merging import passage_of
from knowledge.types import Context, Query

ROWS = 5  # more than five rows are read in the table itself
SEARCHED = 60  # hits looked through for rows: sections and exchanges rank among them


async def answer_from_tables(assistant: Assistant, question: Question) -> AsyncGenerator[TurnEvent]:
    """The rows for `question` as the events of one turn."""
    started = time.perf_counter()
    language = language_of(question.text, "zh")
    found = assistant.knowledge.search(Query(question.text, layers=("faq",)), SEARCHED)
    rows = [hit.chunk.entry for hit in found.hits if hit.chunk.entry.kind == "row"][:ROWS]
    passages = tuple(passage_of(str(number), entry) for number, entry in enumerate(rows, start=1))
    context = Context(passages, 0, found.answerability, bool(rows), generation=assistant.knowledge.generation)
    yield Found(question.text, context)
    if rows:
        text = "\n\n".join(f"**{one.title}** [{one.label}]\n\n{one.text}" for one in passages)
        answer = Answer(text, tuple(citation_of(one) for one in passages), "degraded", note=say("verbatim", language))
    else:
        answer = Answer(say("no_knowledge", language), (), "no_knowledge", note=say("nothing_found", language))
    yield Delta(answer.text)
    spent = round((time.perf_counter() - started) * 1000, 1)
    turn = Turn(
        uuid.uuid4().hex, question.session, question.user, question.text, question.text, context, answer,
        (("search", spent), ("total", spent)),
    )  # fmt: skip
    assistant.journal.record(turn)
    yield Done(turn)
