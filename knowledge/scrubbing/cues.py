"""Patterns that begin with one of some words: a text without any of these words is not searched with them.

Python's re tries case-insensitive alternatives at every character, but skips to the first letters of case-sensitive ones:
asking the lowered text for the words first takes a third to a fifth of the time (docs/log.md), and most texts hold none.
"""

import re
from collections.abc import Iterator


class Cued:
    """`words` (alternatives, in lower case) in any case, and `behind` them the rest of the pattern."""

    def __init__(self, words: str, behind: str) -> None:
        self._words = re.compile(words)
        self._pattern = re.compile(f"(?i:{words}){behind}")

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All matches of the whole pattern, like re's."""
        return self._pattern.finditer(text) if self._words.search(text.lower()) else iter(())
