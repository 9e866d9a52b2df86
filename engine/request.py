"""One request on its way through the scheduler: its tokens, its row, how far it is. Pure data, one thread."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np
from numpy.typing import NDArray

Tokens = NDArray[np.int32]
_numbers = count()


def as_tokens(tokens: Sequence[int]) -> Tokens:
    return np.array(tokens, dtype=np.int32)


def common(left: Tokens, right: Tokens) -> int:
    """Length of the longest common prefix."""
    size = min(len(left), len(right))
    differing = np.flatnonzero(left[:size] != right[:size])
    return int(differing[0]) if len(differing) else size


@dataclass(slots=True, eq=False)
class Request:
    """`prompt` tokens in, `made` tokens out. `shared`: how many prompt tokens all conversations begin with."""

    prompt: Tokens
    limit: int  # tokens to make at most
    agent: str = ""  # whose request it is
    shared: int = 0
    number: int = field(default_factory=lambda: next(_numbers))  # order of arrival
    made: list[int] = field(default_factory=list)
    row: int | None = None
    waits_for: "tuple[Request, int] | None" = None  # who is computing a prefix that this one needs, up to where
    marks: set[int] = field(default_factory=set)  # lengths at which the row is to be saved for others

    @property
    def length(self) -> int:
        return len(self.prompt) + len(self.made)

    def slice(self, start: int, end: int) -> Sequence[int]:
        """Tokens start…end of prompt and answer together."""
        size = len(self.prompt)
        if start >= size:
            return self.made[start - size : end - size]
        return [*self.prompt[start:end].tolist(), *self.made[: max(0, end - size)]]

    def tokens(self) -> Tokens:
        return np.concatenate([self.prompt, as_tokens(self.made)]) if self.made else self.prompt
