"""Names in Latin letters: after a label, a title, a greeting or a relation, before a verb of speech, in a signature, by a known name.

View in, spans on the plain text out. A name bare in prose counts only where its first name or its surname is a common one.
"""

import re
from collections.abc import Iterator

from knowledge.scrubbing.lexicon import (
    AMBIGUOUS_NAMES,
    FIRST_NAMES,
    LAST_NAMES,
    MONTHS,
    NO_ENGLISH_NAME,
    PERSONAL_BEFORE_SURNAME,
)
from knowledge.scrubbing.normalising import HIDDEN, OPAQUE, View
from knowledge.scrubbing.numbers import Candidate

_CAP = r"[A-Z\u00c0-\u00de](?:[a-z\u00df-\u017f]|['’\-](?=[A-Za-z\u00c0-\u017f])|(?<=c)[A-Z]|(?<=['’\-])[A-Z])[\w'’\-]{0,22}"
_FULL = rf"{_CAP}(?: (?:[A-Z]\.?(?![a-z\u00df-\u017f])|van|von|de|der|den|da|del|la|bin|al)){{0,2}}(?: {_CAP}){{0,2}}"
_TITLED = re.compile(
    rf"(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Madam|Mx|MR|MRS|MS)\.? ((?:[A-Z]\. )?{_CAP}(?: {_CAP}){{0,2}})"
)
_HAN_LABEL = re.compile(
    rf"(?:我叫|我是|姓名|名字|联系人|收件人|收货人|户名|英文名|拼音|称呼|[他她]叫|乘客|旅客|乘机人|入住人)(?:是|叫|为|[:：])? ?({_CAP}(?: {_CAP}){{0,2}})(?![A-Za-z])"
)
_LABEL = re.compile(  # any case; "Name: X", "Full name - X", "patient: X", cc X
    rf"(?i:(?<![a-z])(?:name(?: on (?:the |my )?(?:account|card))?(?: is|:|：|\?| -| to)(?: user:)?|(?:contact(?: person)?|recipient|consignee|receiver|customer|client|patient|guest|tenant|passenger|driver|"
    rf"student|employee|(?:card|account) ?holder(?: name)?|ship to|sold to|bill to|deliver to|issued to|registered to|assigned to|reported by|requested by|approved by|signed by|signed|to|from|attention)(?: -|:|：)|attn:?|cc:?|"
    rf"in the name of|under the name(?: of)?|reservation (?:under|for)|booked (?:under|by)|signed by))[ \n]{{1,6}}(?=({_FULL}))"
)
_CUE = re.compile(
    rf"(?<![A-Za-z])(?:[Mm]y (?:full |first |last |maiden )?name is|[Mm]y name's|[Hh]er maiden name is|I am|I'm|I’m|[Tt]his is|[Cc]alls? me|[Nn]ame[ds]? (?:him|her)|Dear|"
    rf"[Ss]p(?:ea|o)k(?:e|en|ing)? (?:to|with)|[Tt]alk(?:ed|ing)? (?:to|with)|[Cc]hatt(?:ed|ing) (?:to|with)|[Tt]ransfer(?:red)? (?:me |him |her |us )?to|[Pp]ut (?:me|us) through to|[Ff]orward(?:ed)? (?:it |this )?to|[Ee]scalated? to|[Oo]n behalf of|[Mm]et with|[Bb]elongs to|[Cc]olleague|[Cc]oworker|[Ww]ife|[Hh]usband|[Ss]on|[Dd]aughter|[Bb]rother|[Ss]ister|[Mm]other|[Ff]ather|"
    rf"[Mm]om|[Dd]ad|[Kk]id|[Ff]riend|[Bb]oss|[Mm]anager|[Tt]enant,|[Ii]nvite|[Pp]lease call|[Aa]sk for|[Cc]ontact|[Aa]sked|[Ff]rom|[Aa]ssistant to|[Bb]y|@)(?:(?<=@)|[ \n]{{1,6}})(?=({_FULL}))"
)
_SIGNED = re.compile(
    rf"(?m)(?:(?<![A-Za-z])(?<![a-z] )(?:(?:Best|Kind|Warm|Many|With kind|Yours|Sent with) )?(?:[Rr]egards|[Tt]hanks|[Cc]heers|[Ss]incerely|[Bb]est|[Yy]ours|[Ww]ishes|[Tt]hank you|[Tt]hx)|^--)(?:[,.!]? ?\n[ \n\-–]{{0,6}}|[,!] ?[\-–]? ?)(?!Best|Kind|Warm|Yours|Many)({_FULL})(?=[ ]{{0,2}}(?:\n|$|[,.!]|[{HIDDEN}]))"
)
_GREETED = re.compile(
    rf"(?m)(?:^|[:：] ?)(?:Hi|Hello|Hey|Good (?:morning|afternoon|evening)|Thanks|Thank you),? ({_CAP}(?: {_CAP})?)(?=[,.!]|\n|$| here\b)"
)
_PLACED = (
    re.compile(
        rf"(?m)^>? ?({_FULL})(?=,? (?:lives? at|here[.,!]|said|says|spent|shouted|had given)| <?[{HIDDEN}]|\n\n?[>{HIDDEN}])"
    ),
    re.compile(rf"(?m)^>? ?({_CAP} {_CAP})(?= (?:will be|can no longer|cannot|can't|could not|couldn't))"),
    re.compile(rf"\bAgent ({_CAP})(?=:)"),
    re.compile(
        rf"(?m)^(?:(?:User|Customer|Client): )?({_CAP} {_CAP}(?: {_CAP})?)(?: \(?\d{{1,2}}:\d{{2}}(?::\d{{2}})?\)?)?: "
    ),
    re.compile(rf"({_CAP} (?:[A-Z]\. )?{_CAP})(?= wrote:| <[{HIDDEN}])"),
    re.compile(
        rf"(?<=\^)({_CAP})|(?<=[{HIDDEN}][,;\n] )({_CAP} {_CAP})|(?<![A-Za-z])({_CAP} {_CAP})(?= [(<]?[{OPAQUE['EMAIL']}{OPAQUE['PHONE']}])"
    ),
    re.compile(
        r"(?i)\"(?:real|full|customer|contact|receiver|recipient|consignee|owner|first|last|sur|given)_?name\"\s?:\s?\"([^\W\d_]+(?:[ .'’\-]{1,2}[^\W\d_]+){0,3})\""
    ),
    re.compile(
        rf"[{HIDDEN}]\"[^\n]{{0,40}}\"name\"\s?:\s?\"({_FULL})\"|\"name\"\s?:\s?\"({_FULL})\"(?=[^\n]{{0,40}}[{HIDDEN}])"
    ),
)
_CASELESS = re.compile(
    r"(?i)(?:my name is|under (?:my [a-z]+'s name )?|(?<![a-z])(?:mr|mrs|ms|dr)\.|(?<!t)here's|named him|named her|why is|follow up with) ([^\W\d_]{2,20}(?: [^\W\d_]{2,20})?)(?='s|\.?$| so | in | and | is |,)"
)
_NO_CASELESS = frozenset(["the", "my", "it", "this", "your", "a", "an", "not", "that", "there", "our"])
_LOWER = re.compile(  # its cassandra murillo, chat slang
    r"(?<![\w.@/\-])((?:it'?s|i'?m|i am|this is|name is|name's|thanks,?|regards,?) )?([a-z]{3,12})(?: ([a-z][a-z'’\-]{2,20}))?(?![\w@/\-])"
)
_NO_SURNAME = frozenset(["and", "from", "with", "the", "here", "again", "but", "who", "not", "still", "calling"])
_ACCENTED = re.compile(
    r"(?<![\w.@/])(?:[^\W\d_a-zß-ÿ][\w'’\-]{1,20} (?:[A-Z]\.? )?){0,2}[^\W\d_a-zß-ÿ]?[a-zA-Z]{0,16}[\u00c0-\u017f][\w'’\-]{1,16}(?: [A-Z\u00c0-\u0178][\w'’\-]{1,20})?"
)
_LISTED = re.compile(
    rf"({_CAP})(?=,? (?:and |& )?[{OPAQUE['NAME']}])|(?<=[{OPAQUE['NAME']}], )({_CAP})|(?<=[{OPAQUE['NAME']}] and )({_CAP})|(?<=[{OPAQUE['NAME']}], and )({_CAP})"
)
_UNSURE = re.compile(
    r"(?<![A-Za-z])(?:(?:[Cc]olleague|[Ii]nvite|I am|I'm|I’m|[Tt]his is|[Aa]sked|[Bb]oss|[Tt]alk\w* to|[Cc]c:?|[Tt]o:|[Ff]rom:) \S+|(?:[Ff]rom|[Bb]y|[Cc]ontact|[Mm]anager) [^\n]+|@ ?\S+)$"
)
_BARE = re.compile(
    rf"(?<![A-Za-z\u00c0-\u017f.@/_\-])(?<!San )(?<!Santa )(?<!Saint )(?<!Fort )(?<!Port )(?<!Lake )(?<!Mount )({_CAP})(?=((?: [A-Z]\.?(?![a-z\u00df-\u017f]))?(?: (?:van|von|de|der|da|del) )?(?: {_CAP}))?(?![A-Za-z@_]))"
)
_LOWER_FIRST = frozenset(name.lower() for name in FIRST_NAMES - AMBIGUOUS_NAMES)
_LOWER_LAST = frozenset(name.lower() for name in LAST_NAMES)


def latin_names(view: View) -> Iterator[Candidate]:
    """Names by their place first, then the ones beside a masked name, with accents, or with a common name."""
    text = view.plain
    yield from _cued(text)
    for match in _CASELESS.finditer(text):
        if match.group(1).split()[0].lower() not in _NO_CASELESS:
            yield match.start(1), match.end(1), "NAME"
    for match in _ACCENTED.finditer(text):
        yield match.start(), match.end(), "NAME"
    for match in _BARE.finditer(text):
        if end := _bare(match):
            yield match.start(), end, "NAME"
    for match in _LOWER.finditer(text):
        cue, first, last = match.groups()
        if first in _LOWER_FIRST and (cue or last in _LOWER_LAST):
            yield match.start(2), match.end(3 if last and last not in _NO_SURNAME else 2), "NAME"


def _cued(text: str) -> Iterator[Candidate]:
    for match in _TITLED.finditer(text):
        yield match.start(1), match.end(1), "NAME"
    for pattern in (_HAN_LABEL, _LABEL, _CUE, _SIGNED, _GREETED, *_PLACED, _LISTED):
        for match in pattern.finditer(text):
            start, end = match.span(match.lastindex or 0)
            words = text[start:end].split()
            ordinary = words[0] in NO_ENGLISH_NAME and (len(words) == 1 or words[0] not in MONTHS)
            if not ordinary and (words[0] in FIRST_NAMES or not _UNSURE.search(text, max(0, start - 16), end)):
                yield start, end, "NAME"


def _bare(match: re.Match[str]) -> int:
    """Where the name ends that this run of capitalised words begins with; 0 if it is none."""
    first, last = match.group(1), (match.group(2) or "").split()[-1:]
    whole = bool(last) and last[0] not in NO_ENGLISH_NAME
    if whole and first not in NO_ENGLISH_NAME and last[0] in LAST_NAMES:
        return match.end(2)
    if first not in FIRST_NAMES:
        return 0
    if whole and first not in AMBIGUOUS_NAMES - PERSONAL_BEFORE_SURNAME:
        return match.end(2)
    return 0 if first in AMBIGUOUS_NAMES else match.end(1)
