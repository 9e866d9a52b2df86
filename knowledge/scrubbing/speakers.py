"""Who speaks: the labels of a dialogue's lines, and English nicknames in Chinese sentences. A plain text in, spans out."""

import re
from collections import Counter
from collections.abc import Iterator

from knowledge.scrubbing.lexicon import HAN_CUES, NO_ENGLISH_NAME, SPEAKING_ROLES
from knowledge.scrubbing.namebook import BEGIN, CAP, FULL, LETTER, is_given, is_word, may_be_family, may_be_given
from knowledge.scrubbing.normalising import OPAQUE
from knowledge.scrubbing.numbers import Candidate

_AT_LINE = r"^[>*\- ]{0,3}(?:[\[(]?\d[\d:/.\- ]{2,18}(?:[AaPp][Mm])?[\])]? ?[\-|]? ?)?"
_LABELLED = re.compile(r"(?m)^[^\n:：]{0,24}(?::\d\d[^\n:：]{1,24}(?::\d\d[^\n:：]{0,24})?)?[:：](?![/\\\d])")
_LINE_LABEL = re.compile(
    rf"{_AT_LINE}((?:[\u4e00-\u9fff]{{1,6}} ?)?(?:[A-Za-z][{LETTER}'’.\-]{{0,20}} ?){{0,4}}|[{OPAQUE['NAME']}])(?: ?[(（][^()（）\n]{{1,14}}[)）])?(?: ?[\[(]?\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?: ?[AaPp][Mm])?[\])]?)? ?[:：]$"
)
_NAME_AT_END = re.compile(rf"{FULL}$")
_IN_HAN = re.compile(  # an English name in a Chinese sentence
    rf"(?=[A-Z\u00c0-\u00de\u4e00-\u9fff])(?:(?P<to>让我?找?|找|问(?:一?下)?|联系|请|叫|跟|和|给|替|帮|谢谢|感谢|好的|收到|您好|你好|我是|这边是|这里是|经理|老板|领导|主管|抄送|转给|对接人|的|由|被)[ ,，:：]?)?{BEGIN}(?P<name>{CAP}(?: {CAP})?)"
    rf"(?P<does> ?(?:又?让我?|说|讲|叫我|告诉|答应|帮我|给我|跟我|回复|那边|老师|哥|姐|休假|请假|离职|处理|审批))?(?=(?P<edge>$|[\s，,。.!！?？、:：;；)）~～])|[\u4e00-\u9fff])"
)


def speakers(text: str) -> Iterator[Candidate]:
    """Who speaks, at the beginnings of a dialogue's lines: beside a role, or twice."""
    lines = list(_LABELLED.finditer(text)) if "\n" in text else []
    if len(lines) < 2:
        return
    read = [(line.start(), _LINE_LABEL.match(line.group())) for line in lines]
    labels = [(match.group(1).strip(), start + match.start(1)) for start, match in read if match]
    counts = Counter(label for label, _ in labels)
    roles = any(_is_role(label) for label, _ in labels)
    form = any(
        is_word(label.split()[0]) and not _is_role(label) and not may_be_given(label) for label, _ in labels if label
    )
    for label, start in labels:
        match = _NAME_AT_END.search(label)
        if not match or match.group().lower() in SPEAKING_ROLES:
            continue
        first = match.group().split()[0]
        named = may_be_given(first) or may_be_family(first)
        if (is_word(first) and not (named and len(first) > 3)) or (match.start() and not _is_role(label)):
            continue
        if is_given(first) or (roles and not form) or (counts[label] > 1 and len(labels) > 2):
            yield start + match.start(), start + match.end(), "NAME"


def _is_role(label: str) -> bool:
    """客服, Agent, IT Helpdesk, 客服 Stella, and a name that is masked already."""
    words = label.lower().split()
    return bool(words) and (
        label in OPAQUE["NAME"]
        or words[0] in SPEAKING_ROLES
        or words[-1] in SPEAKING_ROLES
        or label[:2] in SPEAKING_ROLES
    )


def nicknames(text: str) -> Iterator[Candidate]:
    for match in _IN_HAN.finditer(text) if not text.isascii() else ():
        first, cue, does, edge = match["name"].split()[0], match["to"] or "", match["does"], match["edge"]
        strong = does or (cue.strip(" ,，:：") in HAN_CUES and edge is not None)
        if first not in NO_ENGLISH_NAME and may_be_given(first) and (strong or (cue and is_given(first))):
            yield *match.span("name"), "NAME"
