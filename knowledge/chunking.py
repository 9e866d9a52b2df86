"""An entry becomes chunks: slices of its text that an embedder reads whole, each under the entry's title.

An entry of ordinary length is one chunk. Cuts fall between paragraphs, then lines, then sentences; fenced code and
tables are cut only when they alone exceed a slice. A chunk's id changes with anything that is searched or embedded.
"""

import re
from collections.abc import Iterator
from hashlib import blake2b

from knowledge.types import Chunk, Entry

SLICE_TOKENS = 380  # the small embedders read 512: leaves room for a title and for what costs more than estimated
_WIDE = re.compile(r"[\u2e80-\U0003ffff]")  # characters that cost a token each; others about a quarter
_FENCE = re.compile(r"^\s*(```|~~~)")


def chunk(entry: Entry) -> tuple[Chunk, ...]:
    """Cut `entry` into one or more chunks; together they hold its whole text."""
    slices = list(_slices(entry.text)) or [""]
    return tuple(
        Chunk(_chunk_id(entry, position, text), entry, f"{entry.title}\n{text}".strip(), position)
        for position, text in enumerate(slices)
    )


def body(chunk: Chunk) -> str:
    """The slice without its title."""
    return chunk.text.removeprefix(chunk.entry.title).lstrip("\n")


def estimate_tokens(text: str) -> float:
    wide = len(_WIDE.findall(text))
    return wide + (len(text) - wide) / 4


def _chunk_id(entry: Entry, position: int, text: str) -> str:
    parts = (entry.id, entry.layer, entry.kind, str(position), entry.title, *entry.aliases, text)
    return blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()


def _slices(text: str) -> Iterator[str]:
    held, size = "", 0.0
    for piece in _pieces(text) if len(text) > SLICE_TOKENS else (text,):  # no character costs more than a token
        cost = estimate_tokens(piece)
        if held and size + cost > SLICE_TOKENS:
            yield held.strip("\n")
            held, size = "", 0.0
        held, size = held + piece, size + cost
    if held.strip():
        yield held.strip("\n")


def _pieces(text: str) -> Iterator[str]:
    """Paragraphs, and those that exceed a slice in lines, sentences or, at last, characters; joined they are `text`."""
    for paragraph in _paragraphs(text):
        if estimate_tokens(paragraph) <= SLICE_TOKENS:
            yield paragraph
            continue
        for sentence in re.findall(r"[^\n。！？!?]*(?:[\n。！？]+|[!?]+|$)|[^\n]+", paragraph):
            while estimate_tokens(sentence) > SLICE_TOKENS:
                yield sentence[:SLICE_TOKENS]
                sentence = sentence[SLICE_TOKENS:]
            if sentence:
                yield sentence


def _paragraphs(text: str) -> Iterator[str]:
    held, fenced = "", False
    for line in text.splitlines(keepends=True):
        if _FENCE.match(line):
            fenced = not fenced
        held += line
        if not fenced and not line.strip():
            yield held
            held = ""
    if held:
        yield held
