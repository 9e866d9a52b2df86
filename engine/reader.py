"""One reader's side of a request: logits become tokens, tokens become text that may be shown, until the answer ends."""

import asyncio
import codecs
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.request import Request
from engine.runner import Result, Runner
from engine.sampling import Chooser
from engine.scheduler import Feed
from engine.text import AnswerText
from engine.types import EngineError, Sampling

Item = str | int | EngineError | None  # a piece, a place in the queue, a fault, the end


class Pieces:
    """What tokens say, asked of the runner once each; engine's thread only."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._known: dict[int, tuple[bytes, str, bool]] = {}

    def of(self, token: int) -> tuple[bytes, str, bool]:
        """Bytes, the text if that is plain ASCII (else empty), and whether an answer ends with it."""
        if (known := self._known.get(token)) is None:
            data = self._runner.piece(token)
            text = data.decode() if data.isascii() else ""
            known = self._known[token] = (data, text, self._runner.ends(token))
        return known


@dataclass(slots=True, eq=False)
class Reader:
    """Who asked, how to choose, what was said, and where it goes."""

    request: Request
    sampling: Sampling
    chooser: Chooser
    text: AnswerText
    loop: asyncio.AbstractEventLoop
    items: "asyncio.Queue[Item]" = field(default_factory=asyncio.Queue)
    decoder: codecs.IncrementalDecoder = field(default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace"))
    said: list[str] = field(default_factory=list)
    place: int = -1
    ended: bool = False

    def choose(self, feed: Feed, result: Result, pieces: Pieces) -> list[int] | EngineError:
        """The next token, and after each guess that came true one more; nothing while the prompt is read; a fault."""
        if result is None or isinstance(result, EngineError):
            return result or []
        accepted: list[int] = []
        guesses = feed.tokens[len(feed.tokens) - feed.outputs + 1 :] if feed.outputs > 1 else ()
        for guess, row in zip((*guesses, None), result, strict=True):
            try:
                accepted.append(self.chooser.choose(row))
            except EngineError as fault:
                return fault
            if accepted[-1] != guess or self._ends(accepted[-1], pieces):
                break
        return accepted

    def say(self, tokens: Sequence[int], pieces: Pieces) -> str:
        """What may be shown of these tokens, in whole characters; `ended` tells that the answer is complete."""
        piece = ""
        for token in tokens:
            if self._ends(token, pieces):
                self.ended = True
                break
            data, text, _ = pieces.of(token)
            piece += text if text and not self.decoder.getstate()[0] else self.decoder.decode(data)
        self.ended = self.ended or len(self.request.made) >= self.request.limit
        shown = self.text.push(piece + self.decoder.decode(b"", final=True) if self.ended else piece)
        shown += self.text.flush() if self.ended else ""
        self.ended = self.ended or self.text.stopped
        self.said.append(shown)
        return shown

    def answer(self, pieces: Pieces) -> tuple[str, tuple[int, ...]] | None:
        """Text and tokens of a complete answer, where each gives the other: no stop string, no hidden thinking."""
        tokens = tuple(token for token in self.request.made if not pieces.of(token)[2])
        text = "".join(self.said)
        same = b"".join(pieces.of(token)[0] for token in tokens).decode("utf-8", "replace") == text
        return (text.strip(), tokens) if same and not self.text.stopped else None

    def _ends(self, token: int, pieces: Pieces) -> bool:
        return not self.sampling.ignore_eos and pieces.of(token)[2]
