"""The model's text becomes a checked answer: labels -> citations, foreign labels struck, unsupported statements named.

A statement is unsupported when it holds a number, date, version, code, link, path or amount that stands neither in the
passages nor in the question; or when it names no passage and says nearly nothing that they say. Wording is free.
"""

import re
from collections.abc import Iterable, Mapping

from assistant.figures import claims, follows, held
from assistant.types import Answer, Citation
from knowledge.terms import held_terms, things
from knowledge.types import Context, Passage

_LABEL = re.compile(r"[ \t]*[\[［【〔](\d{1,2}(?:\s*[,，、]\s*\d{1,2})*)[\]］】〕]")
_STATEMENT = re.compile(r"[^。！？!?\n；;]+(?:[。！？!?；;]+|\n|$)")
TOO_MUCH = 0.5  # share of the statements without support from which on the whole answer is called unsupported
FEW = 3  # things that a sentence must name before it is compared: "一般没有问题" claims too little
SHARED = 0.2  # share of its things that the passages or the question must name, when it bears no label
SHARED_UNLABELLED = 0.5  # the same in an answer without any label: nothing else ties it to the knowledge
_RECKONED = re.compile(r"[×*÷=+]|共|合计|总|每|平均|折合|相当|\b(?:total|each|per|altogether)\b", re.I)
_COURTESY = re.compile(
    r"您好|你好|感谢|谢谢|抱歉|希望|祝您|随时|如有|如果还有|\b(?:hello|hi|thanks?|sorry|hope|please)\b", re.I
)


def cite(text: str, context: Context, question: str) -> Answer:
    """Check `text` against the passages it was made from and the question; labels of other contexts are struck."""
    known = {passage.label: passage for passage in context.passages}
    kept = _LABEL.sub(lambda found: "".join(f" [{label}]" for label in _labels(found[0]) if label in known), text)
    citations = tuple(citation_of(known[label]) for label in sorted(set(_labels(kept)), key=int))
    unsupported = tuple(
        dict.fromkeys((*unsupported_statements(kept, context, question), *_unshared(kept, context, question)))
    )
    statements = [statement for statement in statements_of(kept) if len(statement) > 1]
    lost = bool(unsupported) and len(unsupported) >= TOO_MUCH * len(statements)
    return Answer(kept, citations, "unsupported" if lost else "grounded", unsupported)


def citation_of(passage: Passage) -> Citation:
    """The citation of one passage."""
    return Citation(
        label=passage.label,
        layer=passage.layer,
        title=passage.title,
        source=passage.source,
        line=passage.line,
        url=passage.url,
        updated=passage.updated.isoformat() if passage.updated else "",
        version=passage.version,
    )


def unsupported_statements(text: str, context: Context, question: str) -> tuple[str, ...]:
    """The sentences with a figure that neither the passages they cite (no label: any) nor `question` hold."""
    stand = {
        passage.label: held(f"{passage.title}\n{passage.text}\n{passage.notice}\n{passage.version} v{passage.version}\n"
                            f"{passage.updated or ''}\n{passage.url}")
        for passage in context.passages
    }  # fmt: skip
    return tuple(
        statement
        for statement in statements_of(text)
        if _invents(_LABEL.sub("", statement), held(question).union(*(stand[one] for one in _cited(statement, stand))))
    )


def _invents(statement: str, forms: frozenset[str]) -> bool:
    """Tell whether a figure of `statement` is neither among `forms` nor reckoned from others that are."""
    figures = claims(statement)
    founded = [figure.value for figure in figures if figure.value and not figure.needs.isdisjoint(forms)]
    reckoned = bool(_RECKONED.search(statement))
    return any(
        figure.needs.isdisjoint(forms) and not (reckoned and figure.value and follows(figure.value, founded))
        for figure in figures
    )


def _unshared(text: str, context: Context, question: str) -> list[str]:
    """The sentences without a label that name nearly nothing of what the passages and `question` name."""
    known = held_terms(question).union(
        *(held_terms(f"{one.title}\n{one.text}\n{one.notice}") for one in context.passages)
    )
    least = SHARED if _LABEL.search(text) else SHARED_UNLABELLED
    found = []
    for statement in statements_of(text):
        named = [] if _LABEL.search(statement) or _COURTESY.search(statement) else things(statement)
        if len(named) >= FEW and sum(not known.isdisjoint(thing) for thing in named) < least * len(named):
            found.append(statement)
    return found


def _cited(statement: str, known: Mapping[str, frozenset[str]]) -> Iterable[str]:
    return [label for label in _labels(statement) if label in known] or known


def _labels(text: str) -> list[str]:
    return [label for found in _LABEL.finditer(text) for label in re.findall(r"\d+", found[1])]


def statements_of(text: str) -> list[str]:
    """`text` in sentences and list items, each stripped."""
    return [statement for found in _STATEMENT.finditer(text) if (statement := found[0].strip())]
