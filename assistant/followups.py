"""A question in its conversation becomes a query that stands alone: by rules, without a model.

A follow-up points back ("那年付呢", "它多少钱", "what about Android?"), or names no subject that the knowledge has a
title for ("会清零吗"). Whatever stands alone is searched alone: a topic switch is never carried along.
"""

import re
from collections.abc import Callable, Sequence

from assistant.types import Exchange
from knowledge.marks import counterparts
from knowledge.types import Query
from knowledge.words import codes, fold, is_chinese

_SWITCH = re.compile(
    r"^(?:对了|另外|换个问题|再问(?:一|个|下)|顺便|还想问|我还想|by the way|btw|another question|one more thing)"
)
_BACK = re.compile(r"^(?:那么?|还有|如果|要是|假如|然后|接着|以及|万一|换成)|呢[?？]?$")
_POINTS = re.compile("它|他们|这个|那个|这种|那种|这样|那样|这款|那款|上面|上述|刚才|前面|后者|前者")
_BACK_EN = re.compile(
    r"^(?:and|but|so|then|or|what about|how about|what if|also|same for)\b"
    r"|\b(?:it|its|that|this|those|these|they|them|one)\b"
    r"|\bthe same\b|^(?:how much|how long|why|where|when|how)\??$"
)
_LEAD = re.compile(
    r"^(?:那么?|还有|如果|要是|假如|然后|换成?|它|这个|那个|这款|and|but|so|then|or|what about|how about|also|in|for)"
    r"[,，\s]*(?:如果|要是|换成?|是|for\b|if\b|the\b)?\s*"
)
_TAIL = re.compile(r"(?:的?话)?的?呢?[?？。!！\s]*$")
_ASKING = re.compile(
    r"怎么样?|如何|为什么|多少钱?|多久|多长时间|几天|几个|几年|什么时候|什么|哪里|在哪|吗|呢|可以|能不能|能|有没有|是|一个月|一般|[?？]"
    r"|\b(?:how|what|why|where|when|much|many|long|do|does|can|could|i|is|are|the|a|an|to|you|my)\b"
)
LONG = 8  # letters after "那", "如果" that still lean; more are a question of their own, politely begun
SHORT_WORDS = 7  # the same for English

Leans = Callable[[str, str], bool]  # question, the query before it


def understand(question: str, history: Sequence[Exchange], leans: Leans) -> Query:
    """Make `question` stand alone with the last exchange of `history`, if it leans on it.

    Where its words do not tell, the knowledge does: `leans`.
    """
    if not history:
        return Query(question)
    last = history[-1]
    previous = last.query or last.question
    folded = fold(question).strip(" ?？。!！")
    if _SWITCH.search(folded) or not (points_back(folded) or leans(question, previous)):
        return Query(question, entry_ids=last.entry_ids)
    said = named(question)
    replaced = replace_like(said, previous)
    text = replaced or complete(said, previous)
    return Query(text, previous, "" if replaced else said, last.entry_ids)


def points_back(folded: str) -> bool:
    """Tell whether the words of a question say that it needs the one before it: "那…呢", "it", "what about"."""
    if is_chinese(folded):
        said = re.sub(r"[\W\d]", "", _ASKING.sub("", folded))
        return bool(_POINTS.search(folded)) or (len(said) <= LONG and bool(_BACK.search(folded)))
    return len(folded.split()) <= SHORT_WORDS and bool(_BACK_EN.search(folded))


def named(question: str) -> str:
    """What the question itself names: without "那", "what about", "呢"."""
    return _TAIL.sub("", _LEAD.sub("", question.strip())).strip() or question.strip()


def replace_like(said: str, previous: str) -> str:
    """`previous` with `said` in the place of its like: a code, 邮箱 for 手机号, 专业版 for 基础版; or ""."""
    if _ASKING.search(said):
        return ""
    new, old = codes(said), codes(previous)
    pairs = [(a, b) for a in old - new for b in new - old if len(new) == len(old) == 1] or counterparts(previous, said)
    if not pairs:
        pairs = [(word, said) for word in re.findall(r"[\u4e00-\u9fff]{2,3}", previous) if _alike(word, said)]
    for a, _ in pairs:
        spelled = "[-_]?".join(re.escape(letter) for letter in a)  # codes() tells ERR_401 as err401
        if found := re.search(spelled, previous, re.IGNORECASE):
            return previous[: found.start()] + said + previous[found.end() :]
    return ""


def complete(said: str, previous: str) -> str:
    """`said` under the topic of `previous`: without its question words where `said` has its own."""
    topic = re.sub(r"\s+", " ", _ASKING.sub(" ", previous)).strip() if _ASKING.search(said) else previous.strip("?？ ")
    return f"{topic} {said}".strip()


def _alike(word: str, said: str) -> bool:
    return word != said and len(word) == len(said) and word[-1] == said[-1]
