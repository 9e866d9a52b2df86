"""What one line asked for and the next one gives alone: 您贵姓？ / 李; 验证码多少 / 681723; your name? / Cesar Watkins.

View in, spans on the plain text out. The answer has no cue of its own, so only a line that holds nothing else counts.
"""

import re
from collections.abc import Iterator

from knowledge.scrubbing.cues import Cued
from knowledge.scrubbing.dictionary import is_word
from knowledge.scrubbing.lexicon import DOUBLE_SURNAMES, NAMES_TOO, NO_ENGLISH_NAME, NO_NAME, SURNAMES
from knowledge.scrubbing.namebook import is_word as is_english
from knowledge.scrubbing.namebook import may_be_family, may_be_given
from knowledge.scrubbing.normalising import View
from knowledge.scrubbing.numbers import Candidate

_NEXT = r"[^\n=]{0,40}\n(?:\x1e\n)?(?:\[?\d{1,2}:\d{2}(?::\d{2})?\]? ?)?(?:[^\n:\d]{0,16}: ?)?(?:(?:收?到|有|来|好)了?[,，。 ]{1,2}|是 ?|(?i:sure|yes|yep|ok|okay)[,.! ]{1,2})?(?:(?i:it|that)['’]?s )?"  # the next line or turn, past its speaker
_ALONE = r"(?=[ ,。.!]{0,2}(?:\n|$))"
_NUMBERS = (
    (
        "SECRET",
        re.compile(
            rf"(?i)(?:验证码|校验码|动态码|短信码|取件码|passcode|(?<!error )(?<!zip )code|otp){_NEXT}(\d{{3}}[ \-]?\d{{1,5}}|\d\d(?:[ \-]\d\d){{2,3}}){_ALONE}"
        ),
    ),
    ("SECRET", Cued(r"(?<![a-z])pin(?: code)?[?.]", rf"{_NEXT}(\d{{4,6}})(?! ?\d)(?=[ ,。.!]|\n|$)")),
    (
        "SECRET",
        Cued(
            r"(?:six|four|\d)[ -]digits?|[六四几\d]位(?:数字?|码)?|(?:短信|收到)[^\n]{0,4}数字",
            rf"{_NEXT}(\d{{4,8}}){_ALONE}",
        ),
    ),
    (
        "SSN",
        Cued("(?<![a-z])(?:ssn|social(?: security)?)", rf"{_NEXT}(\d{{3}}[ \-.]?\d{{2}}[ \-.]?\d{{4}}){_ALONE}"),
    ),
    ("SECRET", re.compile(rf"密码{_NEXT}[^\n\d]{{0,6}}(\d{{6,8}}#?)(?=[,。]|\n|$)")),
    (
        "ORDER",
        re.compile(
            rf"(?i)(?:单号|订单|运单|(?:order|case|ticket|complaint) (?:number|no|id)|which order|tracking){_NEXT}(#?[A-Za-z]{{0,6}}-?\d[\d\- ]{{4,34}}\d|[A-Z]\d{{6,9}}|[A-Z]{{3}}-20\d\d-\d{{4,6}}|\d{{4}}-[0-9A-Z]{{5}}){_ALONE}"
        ),
    ),
    (
        "ADDRESS",
        re.compile(
            rf"(?:哪栋|几栋|几单元|几号楼|哪一?户|哪个小区|房号|门牌|地址){_NEXT}([\u4e00-\u9fff]{{0,12}} ?\d{{1,3}}#?(?:-\d{{1,4}}){{1,2}}){_ALONE}"
        ),
    ),
    (
        "ORDER",
        re.compile(rf"(?:(?i:booking|pnr|reservation|confirmation|locator)){_NEXT}([A-Z0-9]{{6}})(?=[ ,。.!]|\n|$)"),
    ),
    (
        "PLATE",
        re.compile(
            rf"(?i:plate|registration|rego){_NEXT}((?=[A-Z0-9 \-]{{0,8}}\d)[A-Z0-9]{{2,4}}[ \-]?[A-Z0-9]{{3,4}})(?=[ ,。.!]|\n|$)"
        ),
    ),
    (
        "PASSPORT",
        re.compile(rf"(?i:护照|passport){_NEXT}(?=[A-Z0-9]{{0,4}}\d)([A-Z][0-9A-Z]{{6,9}})(?=[ ,，。.!]|\n|$)"),
    ),
    ("QQ", re.compile(rf"(?i)(?:qq|扣扣){_NEXT}(\d{{5,11}}){_ALONE}")),
    (
        "PHONE",
        re.compile(
            rf"(?i)(?:电话|手机|号码|phone|mobile|(?:alternate|call ?back|contact) number|number to){_NEXT}([+(]?\d[\d \-()]{{5,14}}\d){_ALONE}"
        ),
    ),
)
_WORDS = (
    (
        "SECRET",
        re.compile(
            rf"(?i)(?:密码|口令|password|(?<![a-z])(?:pwd?|pass)(?![a-z])){_NEXT}(?=[^\n]{{0,40}}[\d#!@$%^&*])([!-~]{{4,40}}){_ALONE}"
        ),
    ),
    (
        "WECHAT",
        re.compile(rf"(?i)(?:微信|wechat|vx){_NEXT}([A-Za-z][A-Za-z0-9_\-]{{5,19}})(?=[ ,。.!]{{0,2}}(?:\n|$)|,)"),
    ),
)
_NAMES = re.compile(
    rf"(?i)(?:称呼|贵姓|姓名|名字|全名|户名|叫什么|收[件货]人|联系人|your (?:full |last |first |good )?name|(?:last|first|sur) ?name){_NEXT}"
    rf"(?-i:(?:我?[姓叫是])?((?:{DOUBLE_SURNAMES}|[{SURNAMES}])[\u4e00-\u9fff]{{0,2}}|[A-Z](?:[^\W\d_]|['’\-]){{1,20}}(?: [A-Z][\w'’.\-]{{0,20}}){{0,3}}))(?=[ .!]{{0,2}}(?:\n|$)|[,。（(])"
)


def _is_no_name(word: str) -> bool:
    return word in NO_ENGLISH_NAME or (is_english(word) and not (may_be_given(word) or may_be_family(word)))


def asked(view: View) -> Iterator[Candidate]:
    """Answers of one value to the line before."""
    if "\n" not in view.plain:
        return
    for patterns, text in ((_NUMBERS, view.digits), (_WORDS, view.plain)):
        for kind, pattern in patterns:
            for match in pattern.finditer(text):
                yield match.start(1), match.end(1), kind
    for match in _NAMES.finditer(view.plain):
        name = match.group(1)
        word = _is_no_name(name.split()[0].capitalize()) if name.isascii() else len(name) > 1 and is_word(name)
        if name in NAMES_TOO or (name not in NO_NAME and not word):
            yield match.start(1), match.end(1), "NAME"
