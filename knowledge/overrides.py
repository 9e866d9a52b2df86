"""Which change contradicts which fact: same subject, newer, and a sign that the fact itself moved.

Pure functions over two entries; no model. A change that merely touches the subject (a repair) overrides nothing.
"""

import math
import re

from knowledge.evidence import whole
from knowledge.terms import held_terms, things
from knowledge.types import Entry
from knowledge.words import fold

SAME_SUBJECT = 0.38  # 95 of 100 contradictions reach it, 1 of 100 changes of another thing (docs/log.md)
_MOVED = re.compile(
    r"[改换变调升降提增减延缩移迁涨放更][^，。；]{0,3}[为到至成用由]|上调|下调|[延缩][长短]|取代|替换|不再|停止|停用|下线|推出|也会|也占|一律"
    r"|废弃|弃用|移除|删除了|取消|现在|现已|即日起|新增支持|开始支持|默认|必须|需要|收费|免费|免收|免除|放宽|（原|起(?:，|,)"
    r"|\bnow\b|\bno longer\b|\binstead of\b|\breplac\w*|\brenam\w*|\bmov(?:ed|es)\b|\bremov\w*|\bdeprecat\w*"
    r"|\bdrop(?:s|ped)\b|\braised\b|\blowered\b"
    r"|\bincreas\w*|\bdecreas\w*|\breduc\w*|\bextend\w*|\bshorten\w*|\bchang\w*|\bdefaults?\b|\brequir\w*|\bfrom\b.{1,40}\bto\b|\bfree\b"
)
_OFFERED = re.compile(  # says of a new thing that it is there, of an old one that it is so from now on
    r"现在|默认|必须|需要|收费|免费|推出|起(?:，|,)|\bnow\b|\bdefaults?\b|\bfree\b|\brequir\w*"
)
_ADDED = re.compile(r"支持|新增|增加|添加|上线|开放|可以?|\bsupports?\b|\badded\b|\badds?\b|\bnew\b")
_DENIED = re.compile(r"不支持|暂不|不能|不可|不得|只能|没有|无法|尚未|\bnot\b|\bno\b|n't\b|\bonly\b|只支持|仅支持")
_ASKING = re.compile(
    r"怎么样?|如何|什么|多少|多久|多长时间|几[天个种点次]|哪里|吗|呢|可以|能不能|是|的|[?？]"
    r"|\b(?:how|what|where|when|which|much|many|long|do|does|can|could|will|i|is|are|the|a|an|to|you|my|for)\b"
)
_VALUE = re.compile(r"\d[\d,.:%]*")
_REPAIR = re.compile(
    r"修复|修正|优化|改进|提速|更快|重构|文档|样式|翻译|性能|\bfix(?:ed|es)?\b|\bimprov\w*|\bfaster\b|\bperformance\b|\brefactor\w*|\btypo|\bdocs?\b"
)
_CATEGORY = re.compile(r"^\W*v?[\d.]*\d\S*$|^(?:added|changed|fixed|removed|deprecated|security|unreleased)$")
_BRACKET = re.compile(r"[·\[\]()（）:：-]")


def overrides(change: Entry, fact: Entry) -> bool:
    """Tell whether `change` (a changelog entry) says that `fact` is no longer as written."""
    if change.kind != "change" or fact.kind == "change" or not newer(change, fact):
        return False
    said = said_by(change)
    denied = bool(_ADDED.search(said) and _DENIED.search(fold(fact.text))) and not repairs(said)
    added = "added" in fold(change.title).split(" · ")  # what is new beside a fact leaves the fact as it was
    moved = moves(_OFFERED.sub(" ", said) if added else said)
    return (denied or moved) and same_subject(said, fact) >= SAME_SUBJECT


def same_subject(said: str, fact: Entry) -> float:
    """How far they are about one thing: the share of each that the other names, as a geometric mean.

    Of a change what it sets aside its values and verbs, of a fact what its question names.
    """
    subject = _MOVED.sub(" ", _VALUE.sub(" ", said))
    return math.sqrt(_share(subject, whole(fact)) * _share(_ASKING.sub(" ", fold(fact.title)), said))


def said_by(change: Entry) -> str:
    """What a change says, folded, without version, category and brackets."""
    parts = [part for part in fold(change.title).split(" · ") if not _CATEGORY.search(part)]
    return _BRACKET.sub(" ", f"{' '.join(parts)} {fold(change.text)}")


def moves(said: str) -> bool:
    """Tell whether a change sets something to be different, and does not only repair or polish it."""
    return bool(_MOVED.search(said)) and not repairs(said)


def repairs(said: str) -> bool:
    """Tell whether a change only mends or polishes."""
    return bool(_REPAIR.search(said))


def _share(part: str, text: str) -> float:
    """Share of the things that `part` names which `text` names too, in these words or others of their meaning."""
    asked, held = things(part), held_terms(text)
    return sum(not held.isdisjoint(unit) for unit in asked) / len(asked) if asked else 0.0


def newer(change: Entry, fact: Entry) -> bool:
    """Tell whether `change` came after `fact` was last looked at."""
    if change.updated and fact.updated and change.released:
        return change.updated >= fact.updated
    return not (change.version and fold(change.version) in fold(fact.text))  # a fact that names the version knows of it
