"""What of OpenAI's chat request is read, and how it becomes a Question for the whole road."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, Field

from assistant.types import Exchange, Mode, Question
from engine.types import Message, Sampling
from web.admission import ApiError
from web.keys import Client

LONGEST = 20_000  # characters of a question: a long pasted conversation, not a file
UNSUPPORTED = {  # fields that are refused, because ignoring them would change the answer
    "n": "n: there is one answer to a question; leave n out",
    "tools": "tools are not supported; leave them out, or call them from your own program",
    "functions": "functions are not supported; leave them out, or call them from your own program",
}
ROADS: dict[str, Mode] = {"deskmate": "fast", "deskmate-expert": "expert", "deskmate-verbatim": "verbatim"}


class Part(BaseModel):
    """A piece of a message; only text can be read."""

    type: str
    text: str = ""


class ChatMessage(BaseModel):
    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[Part] | None = None  # an assistant that called a tool said nothing

    def text(self) -> str:
        """The message as text. Raises ApiError for images and the like."""
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        if other := next((part.type for part in self.content if part.type != "text"), None):
            raise ApiError(400, "unsupported_content", f"a part of type {other} cannot be read; send text", "messages")
        return "\n".join(part.text for part in self.content)


class StreamOptions(BaseModel):
    include_usage: bool = False


class JsonSchema(BaseModel):
    definition: dict[str, Any] = Field(default_factory=dict, alias="schema")


class ResponseFormat(BaseModel):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None


class ChatRequest(BaseModel):
    """What is used of OpenAI's request; other fields are ignored, but for those that would change the answer."""

    model: str = Field(examples=["deskmate"])
    messages: list[ChatMessage] = Field(min_length=1, max_length=400)
    stream: bool = False
    stream_options: StreamOptions | None = None
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, gt=0, le=1)
    presence_penalty: float | None = Field(None, ge=-2, le=2)
    max_tokens: int | None = Field(None, ge=1, le=32_768)
    max_completion_tokens: int | None = Field(None, ge=1, le=32_768)
    seed: int | None = Field(None, ge=-(2**63), lt=2**63)
    stop: str | list[str] | None = None
    response_format: ResponseFormat | None = None
    n: int | None = Field(None, ge=1, le=1, description="one answer at a time")
    tools: list[Any] | None = Field(None, max_length=0, description="not supported")
    functions: list[Any] | None = Field(None, max_length=0, description="not supported")
    user: str | None = Field(None, max_length=128, description="whom the caller asks for; limited on its own")

    def sampling(self) -> Sampling:
        """The sampling that the caller chose, over the model's defaults."""
        stop = (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())
        chosen: dict[str, Any] = {"max_tokens": self.max_completion_tokens or self.max_tokens}
        chosen |= {name: getattr(self, name) for name in ("temperature", "top_p", "presence_penalty")}
        chosen["seed"] = None if self.seed is None else self.seed % 2**32
        chosen = {name: value for name, value in chosen.items() if value is not None}
        return replace(Sampling(stop=stop, json_schema=self._schema()), **chosen)

    def prompt(self) -> list[Message]:
        """The messages as the bare model reads them."""
        return [Message("system" if m.role == "developer" else m.role, m.text()) for m in self.messages]

    def _schema(self) -> str | None:
        if self.response_format is None or self.response_format.type == "text":
            return None
        return json.dumps(self.response_format.json_schema.definition if self.response_format.json_schema else {})


def question(body: ChatRequest, client: Client) -> Question:
    """The last message as a question, the earlier ones as its history. Raises ApiError."""
    if body.response_format and body.response_format.type != "text":
        raise ApiError(
            400, "unsupported_value", "deskmate answers in text; ask the bare model for JSON", "response_format"
        )
    *earlier, last = [message for message in body.messages if message.role in ("user", "assistant")] or body.messages
    if last.role != "user" or not last.text().strip():
        raise ApiError(400, "invalid_value", "the last message must be the user's question; add one", "messages")
    if len(last.text()) > LONGEST:
        message = f"the question has more than {LONGEST} characters; send the question, not its documents"
        raise ApiError(400, "context_length_exceeded", message, "messages")
    user = f"{client.name}/{body.user}" if body.user else client.name
    return Question(
        last.text(),
        user=user,
        session=f"api:{user}",
        history=_history(earlier),
        mode=ROADS[body.model],
        temperature=body.temperature,
        scope="api",
    )


def _history(messages: Sequence[ChatMessage]) -> tuple[Exchange, ...]:
    """Pairs of question and answer; an unanswered question stands alone."""
    pairs: list[Exchange] = []
    for message in messages:
        if message.role == "user":
            pairs.append(Exchange(message.text(), message.text(), ""))
        elif pairs:
            pairs[-1] = replace(pairs[-1], answer=message.text())
    return tuple(pairs)
