"""What /v1 answers, for the OpenAPI document: OpenAI's shapes and the extra field `deskmate`."""

from typing import Any, Literal

from pydantic import BaseModel, Field

STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; with stream, chat.completion.chunk objects as server-sent events, then [DONE]",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


class Model(BaseModel):
    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "deskmate"


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[Model]


class Said(BaseModel):
    role: Literal["assistant"]
    content: str
    refusal: None = None


class Choice(BaseModel):
    index: int
    message: Said
    finish_reason: Literal["stop", "length"]
    logprobs: None = None


class Usage(BaseModel):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(BaseModel):
    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    deskmate: dict[str, Any] | None = Field(None, description="turn_id, outcome, citations and more; see docs/api.md")
