"""A grounded question becomes the messages that a model reads: system prompt, earlier turns as it read them, this one.

The beginning stays the same from turn to turn and from day to day (the date stands in the question), so that what the
engine has computed of it holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.prompts import Prompts
from assistant.types import Exchange, Question
from assistant.wording import say
from engine.types import Message
from knowledge.types import Context, Passage


@dataclass(frozen=True, slots=True)
class Composer:
    """The prompts, and the company's name as the model should say it."""

    prompts: Prompts
    company: str

    def system(self, question: Question, language: str) -> Message:
        """The rules of answering, in the tone and length that `question` asks for."""
        text = self.prompts.render(
            "answer",
            language,
            company=self.company,
            tone=question.tone or say("tone", language),
            length=question.length or say("length", language),
            language=say("language", language),
        )
        return Message("system", text)

    def user(self, question: Question, query: str, context: Context, language: str) -> Message:
        """The passages and the question."""
        passages = "\n\n".join(_shown(passage, language) for passage in context.passages)
        today = date.today().isoformat()
        text = self.prompts.render(
            "question", language, passages=passages, question=question.text, query=query, today=today
        )
        return Message("user", text)


def conversation(system: Message, history: Sequence[Exchange], user: Message) -> list[Message]:
    """All messages of one request, oldest first."""
    messages = [system]
    for exchange in history:
        messages.append(Message("user", exchange.message or exchange.question))
        messages.append(Message("assistant", exchange.answer))
    return [*messages, user]


def _shown(passage: Passage, language: str) -> str:
    dated = f" · {say('updated', language)} {passage.updated}" if passage.updated else ""
    version = f" · {passage.version}" if passage.version else ""
    head = f"[{passage.label}] ({say(passage.layer, language)}{version}{dated}) {passage.title}"
    return "\n".join(part for part in (head, passage.notice, passage.text) if part)
