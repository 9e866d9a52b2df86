"""Personal data and secrets out of text, before anything is stored, embedded, shown or sent: de-identified (去标识化).

In: one text, or the turns of one dialogue. Out: the same with placeholders (<PHONE_1>, stable within one call), and where
in the original they came from. Nothing that was found is kept, logged or hashed. scrub(scrub(x)) == scrub(x).
"""

from collections.abc import Sequence

from knowledge.scrubbing.dialogue import Scrubbed, Span, scrub_turns
from knowledge.scrubbing.lists import NO_LISTS, VERSION, Lists, fingerprint, load_lists
from knowledge.scrubbing.residue import residue

__all__ = [
    "NO_LISTS", "VERSION", "Lists", "Scrubbed", "Span", "fingerprint", "load_lists", "residue", "scrub", "scrub_dialogue",
]  # fmt: skip


def scrub(text: str, deny: Sequence[str] = (), lists: Lists = NO_LISTS) -> Scrubbed:
    """Mask what is personal in `text`, and every value of `deny` wherever it stands."""
    return scrub_turns((text,), [("", value) for value in deny], lists)[0]


def scrub_dialogue(
    turns: Sequence[tuple[str, str]], private: Sequence[tuple[str, str]] = (), lists: Lists = NO_LISTS
) -> tuple[Scrubbed, ...]:
    """Mask turns (role, text) of one dialogue together; `private` holds (type, value) of its structured columns."""
    return scrub_turns([text for _, text in turns], private, lists)
