"""The gate after scrubbing: what a different, cruder method still suspects. It masks nothing; it sends to quarantine.

Shapes instead of rules (any long number, any @, Han after a label), phonenumbers instead of our phone patterns, jieba's
tagger with its hidden Markov model instead of our name reader, and only beside words that announce a person.
"""

import re
from collections.abc import Iterator

from knowledge.scrubbing.lexicon import NO_NAME
from knowledge.scrubbing.normalising import HIDDEN, view
from knowledge.scrubbing.numbers import kept

Suspect = tuple[int, int, str]  # range on the plain text, reason

_SHAPES = (
    ("long number", re.compile(r"(?<![0-9A-Za-z.])\d(?:[ \-]?\d){6,40}(?![0-9A-Za-z])")),
    ("at sign", re.compile(r"[0-9A-Za-z._\-]{1,64}@[0-9A-Za-z.\-]{1,64}")),
    (
        "word after a label",
        re.compile(
            r"(?:收件人|收货人|联系人|户名|开户人|真实姓名)[:是为 ]{1,2}(?!<)([\u4e00-\u9fff]{2,4})(?![\u4e00-\u9fff])"
        ),
    ),
    ("word after a label", re.compile(r"(?i:密码|口令|password|验证码|身份证号?)[:=是为 ]{1,2}([!-;=?-~]{4,40})")),
)
CHINESE = {  # the reasons in the other language
    "long number": "长数字",
    "at sign": "带 @ 的词",
    "word after a label": "标签后的词",
    "phone number": "电话号码",
    "name of a person": "人名",
    "too long to check": "太长，无法检查",
}
_ANNOUNCED = re.compile(
    rf"(?:我叫|我是|姓名|联系人|收件人|收货人|本人|女士|先生|小姐|签收|客服|配送员|快递员|[{HIDDEN}])"
)
_NEAR = 6  # characters around an announcing word that the tagger reads: it is slow and wrong about the rest
_LONGEST = 4_000  # a message beyond it is suspect as a whole: no second reading in bounded time


def residue(text: str) -> tuple[str, ...]:
    """Name what is still suspicious in a scrubbed text; () if nothing is."""
    return tuple(sorted({reason for _, _, reason in _suspects(text)}))


def blacken(text: str) -> str:
    """Hide what is suspicious, and every number of four digits or more, for an editor's eyes."""
    seen = view(text)
    ranges = [(start, end) for start, end, _ in _suspects(text)] + [
        m.span() for m in re.finditer(r"\d{4,}", seen.digits)
    ]
    out, at = [], 0
    for start, end in sorted(seen.origin(*r) for r in ranges):
        if start >= at:
            out += [text[at:start], "■"]
        at = max(at, end)
    return "".join([*out, text[at:]])


def _suspects(text: str) -> Iterator[Suspect]:
    seen = view(text)
    if len(seen.plain) > _LONGEST:
        yield 0, len(seen.plain), "too long to check"
        return
    safe = [(start, end) for start, end, _ in kept(seen)]
    for reason, shape in _SHAPES:
        for match in shape.finditer(seen.digits):
            start, end = match.span(match.lastindex or 0)
            if not any(left <= start and end <= right for left, right in safe):
                yield start, end, reason
    yield from _phones(seen.plain)
    yield from _persons(seen.plain)


def _phones(plain: str) -> Iterator[Suspect]:
    if sum(c.isdigit() for c in plain) >= 8:
        import phonenumbers  # 0.1 s to import; only texts with many digits left need it

        for found in phonenumbers.PhoneNumberMatcher(plain, "CN", leniency=phonenumbers.Leniency.VALID):
            if not re.match(r"[48]00|95|1\d{2,4}$", found.raw_string):
                yield found.start, found.end, "phone number"


def _persons(plain: str) -> Iterator[Suspect]:
    for cue in _ANNOUNCED.finditer(plain):
        start = max(0, cue.start() - _NEAR)
        for word, tag, at in _tagged(plain[start : cue.end() + _NEAR]):
            beside = start + at == cue.end() or start + at + len(word) == cue.start()
            if tag == "nr" and beside and 2 <= len(word) <= 4 and word not in NO_NAME:
                yield start + at, start + at + len(word), "name of a person"


def _tagged(piece: str) -> Iterator[tuple[str, str, int]]:
    import jieba
    from jieba import posseg

    jieba.setLogLevel(60)  # it tells stderr that it loads
    at = 0
    for pair in posseg.cut(piece):
        yield pair.word, pair.flag, at
        at += len(pair.word)
