"""A finished turn becomes what the window shows: Markdown with labels as links, and the properties of its answer card.

Plain data in, plain data out; knows no Chainlit. The card (public/elements/AnswerCard.jsx) draws these properties.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import TypedDict

from assistant.citing import citation_of
from assistant.sending import LABEL, outside_code, plain, sendable
from assistant.types import Turn
from knowledge.types import Context, Passage

LONGEST_BANNER = 120  # letters of a change above a reply: two lines
LONGEST_PASSAGE = 6000  # letters shown of one source; the whole file is one more click away


class CardView(TypedDict, total=False):
    """What an answer card shows. `state` is an outcome, or searching | queued | writing while the turn runs."""

    state: str
    place: int
    turn: str
    question: str
    query: str
    note: str
    banner: str
    reply: str  # to be corrected, in Markdown
    plain: str  # to be copied into a chat box
    unsupported: int
    sources: list[dict[str, object]]  # each a citation with the passage's text and notice, and whether it is cited
    marks: dict[str, str]


def answer_markdown(turn: Turn) -> str:
    """The reply with each label as a link to its source and each unsupported statement marked."""
    shown = turn.answer.text
    if turn.answer.outcome == "no_knowledge":
        return shown.split("\n\n")[0]  # what comes nearest stands on the cards below
    for statement in turn.answer.unsupported:
        shown = shown.replace(statement, _marked(statement), 1)
    labels = {passage.label for passage in turn.context.passages}
    return outside_code(shown, lambda part: LABEL.sub(lambda found: _link(found[1], labels), part))


def searching(question: str) -> CardView:
    """The card before anything is known."""
    return CardView(state="searching", question=question, sources=[], marks={})


def found(card: CardView, query: str, context: Context) -> CardView:
    """The card once passages are there and the model is being asked."""
    asked = query if query.strip() != card["question"].strip() else ""
    return CardView(**{**card, "state": "writing", "query": asked, "sources": _sources(context.passages, ())})


def queued(card: CardView, place: int) -> CardView:
    """The card while the question waits for the model; place 0 means that it is being read."""
    return CardView(**{**card, "state": "queued" if place else "writing", "place": place})


def finished(turn: Turn) -> CardView:
    """The card of a finished turn."""
    answer = turn.answer
    sent = "" if answer.outcome == "no_knowledge" else answer.text
    cited = [citation.label for citation in answer.citations if f"[{citation.label}]" in answer.text]
    asked = turn.query if turn.query.strip() != turn.question.strip() else ""
    return CardView(
        state=answer.outcome,
        turn=turn.id,
        question=turn.question,
        query=asked,
        note=answer.note,
        banner=_override(turn.context.passages, cited),
        reply=sendable(sent),
        plain=plain(sent),
        unsupported=len(answer.unsupported),
        sources=_sources(turn.context.passages, cited),
        marks={},
    )


def _sources(passages: Sequence[Passage], cited: Sequence[str]) -> list[dict[str, object]]:
    """Cited passages first, in the order of their labels."""
    ordered = sorted(passages, key=lambda passage: passage.label not in cited)
    return [_source(passage, passage.label in cited) for passage in ordered]


def _source(passage: Passage, cited: bool) -> dict[str, object]:
    url = passage.url if passage.url.startswith(("https://", "http://")) else ""
    text = passage.text[:LONGEST_PASSAGE]
    return {**asdict(citation_of(passage)), "url": url, "text": text, "notice": passage.notice, "cited": cited}


def _override(passages: Sequence[Passage], cited: Sequence[str]) -> str:
    """What a newer change says against an older answer: "自 6.4.0 起：…", for the banner above the reply."""
    overridden = [one for one in passages if one.layer == "faq" and one.notice]
    if not overridden:
        return ""
    old = overridden[0]
    changes = [one for one in passages if one.layer == "changelog" and _since(one) and _since(one) in old.notice]
    if not any(one.label in cited for one in (old, *changes)):
        return ""
    if not changes:
        return old.notice.strip("（）()")
    said = " ".join(changes[0].text.split())
    return changes[0].notice + (said if len(said) <= LONGEST_BANNER else said[:LONGEST_BANNER] + "…")


def _since(change: Passage) -> str:
    return change.version or (change.updated.isoformat() if change.updated else "")


def _link(label: str, labels: set[str]) -> str:
    return f"[{label}](#source-{label})" if label in labels else f"[{label}]"


def _marked(statement: str) -> str:
    """A statement as a link that the style sheet draws as doubtful; one that Markdown would break stays as it is."""
    if re.search(r"[\[\]\n`|]", statement.strip()):
        return statement
    return f"[{statement.strip()}](#unsupported)"
