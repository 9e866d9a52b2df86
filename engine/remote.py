"""Any OpenAI-compatible server (vLLM, llama-server, Ollama, …) in place of the model in this process."""

import json
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import TYPE_CHECKING

from engine.breaker import Breaker
from engine.text import AnswerText, estimate
from engine.types import ContextOverflow, EngineBusy, EngineError, Message, Sampling

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream
    from openai.types.chat import ChatCompletionChunk

CONNECT = 5.0  # seconds; a server of one's own answers at once or not at all
RETRIES = 2  # only before the first token; the client waits a little longer each time


class RemoteEngine:
    """Implements engine.types.Engine over HTTP; `timeout`: seconds without a token; empty `model`: the first listed."""

    def __init__(self, url: str, api_key: str = "", model: str = "", timeout: float = 30.0) -> None:
        self.name = model or url
        self._url, self._key, self._model, self._timeout = url, api_key, model, timeout
        self._client: AsyncOpenAI | None = None
        self._breaker = Breaker()

    async def stream(
        self, messages: Sequence[Message], sampling: Sampling, on_queue: Callable[[int], None] | None = None
    ) -> AsyncGenerator[str]:
        """See engine.types.Engine; the server keeps its own queue, so `on_queue` only hears that it starts."""
        text = AnswerText(sampling.stop, show_thinking=sampling.show_thinking)
        if left := self._breaker.seconds_left():
            raise EngineError(f"{self._url} did not answer; it is left alone for {left:.0f} s, look at that server")
        try:
            async with await self._open(messages, sampling) as chunks:
                if on_queue:
                    on_queue(0)
                self._breaker.succeeded()
                async for chunk in chunks:
                    piece = text.push((chunk.choices[0].delta.content or "") if chunk.choices else "")
                    if piece:
                        yield piece
                    if text.stopped:
                        return
        except EngineError:
            raise
        except Exception as fault:  # boundary: whatever the client or the connection under it raises
            explained = self._explained(fault)
            if type(explained) is EngineError:  # a full queue or a long question says that the server works
                self._breaker.failed()
            raise explained from fault
        if rest := text.flush():
            yield rest

    def count_tokens(self, text: str) -> int:
        """An estimate on the safe side."""
        return estimate(text)

    async def warm(self, system: str) -> None:
        """Nothing to do: a server keeps what it has computed by itself."""

    async def close(self) -> None:
        """Close the connections; running streams end with EngineError."""
        if self._client:
            await self._client.close()

    async def _open(self, messages: Sequence[Message], sampling: Sampling) -> "AsyncStream[ChatCompletionChunk]":
        """Begin the answer; the name of the model is asked for once when none was given."""
        client = self._connected()
        if not self._model:
            listed = [model.id async for model in client.models.list()]
            if not listed:
                raise EngineError(f"{self._url} offers no model; load one there or set engine_model")
            self._model = self.name = listed[0]
        extra: dict[str, object] = {"chat_template_kwargs": {"enable_thinking": sampling.thinking}}
        if sampling.json_schema:
            schema = json.loads(sampling.json_schema)
            extra["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
        return await client.chat.completions.create(  # type: ignore[return-value]
            model=self._model,
            messages=[{"role": message.role, "content": message.content} for message in messages],  # type: ignore[misc]
            stream=True,
            max_tokens=sampling.max_tokens,
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            presence_penalty=sampling.presence_penalty,
            seed=sampling.seed,
            stop=list(sampling.stop) or None,
            extra_body=extra | {"top_k": sampling.top_k, "min_p": sampling.min_p},
        )

    def _explained(self, fault: Exception) -> EngineError:
        """The client's fault as one sentence with its remedy."""
        from openai import APITimeoutError, AuthenticationError, NotFoundError, PermissionDeniedError, RateLimitError

        reason = (str(fault).strip() or type(fault).__name__).splitlines()[0]
        match fault:
            case RateLimitError():
                return EngineBusy(f"{self._url} has too many questions at once; try again in a moment")
            case APITimeoutError() | TimeoutError():
                return EngineError(f"{self._url} sent nothing for {self._timeout:g} s; look at that server or its load")
            case AuthenticationError() | PermissionDeniedError():
                return EngineError(f"{self._url} refuses the key; set DESKMATE_ENGINE_KEY")
            case NotFoundError():
                what = self._model or "the address"
                return EngineError(f"{self._url} does not know {what}; mend engine_url, engine_model")
        if "context" in reason.lower() and "length" in reason.lower():
            return ContextOverflow(f"the question with its passages is too long for {self._model}; ask more briefly")
        return EngineError(f"{self._url} cannot answer ({reason}); start that server or mend DESKMATE_ENGINE_URL")

    def _connected(self) -> "AsyncOpenAI":
        """The client, made when first needed: importing it takes a second."""
        if self._client is None:
            from openai import AsyncOpenAI, Timeout

            key, limits = self._key or "none", Timeout(self._timeout, connect=CONNECT)
            self._client = AsyncOpenAI(base_url=self._url, api_key=key, timeout=limits, max_retries=RETRIES)
        return self._client
