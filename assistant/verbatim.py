"""Answers without a model: the context's own words, each under its label, and the plain "no answer"."""

from dataclasses import replace

from assistant.wording import say
from knowledge.types import Context, Passage

NEAREST = 3  # entries shown beside the first, or beside "no answer": more are not read on the phone


def verbatim_answer(context: Context) -> str:
    """The first passage word for word, labelled: of a table row the cells asked for, after a change also the fact."""
    first, *others = context.passages
    if context.columns:
        cells = [line for line in first.text.splitlines() if line.partition(":")[0].strip() in context.columns]
        return labelled(replace(first, text=" · ".join([first.title, *cells])))
    changed = [fact for fact in others[:1] if first.layer == "changelog" and fact.layer == "faq" and fact.notice]
    return "\n\n".join(labelled(passage) for passage in (first, *changed))


def no_answer(context: Context, language: str) -> str:
    """That there is none, why, what to do next, and the titles that come nearest (no statement, hence no label)."""
    parts = [f"{say('no_knowledge', language)}\n{say(context.reason or 'nothing_found', language)}"]
    if context.passages:
        titles = "\n".join(f"- {passage.title}" for passage in context.passages[:NEAREST])
        parts.append(f"{say('nearest', language)}\n{titles}")
    return "\n\n".join(parts)


def labelled(passage: Passage) -> str:
    """A passage's notice and text with its label at the end of the last paragraph."""
    text = passage.text.rstrip()
    mark = f" [{passage.label}]"
    body = text + ("\n\n" + mark.strip() if text.endswith(("```", "|")) else mark)
    return f"{passage.notice}\n\n{body}" if passage.notice else body
