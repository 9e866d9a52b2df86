"""Names in Latin letters by what stands around them: a label, a relation, a greeting, a signature, a verb, a masked value.

A plain text in, spans out. How sure a place is decides how well a word must be known (_kept).
"""

import re
from collections.abc import Iterator

from knowledge.scrubbing.lexicon import MONTHS, NAME_CUES, NO_ENGLISH_NAME, QUOTING, SPEAKING_ROLES, VOCATIVES
from knowledge.scrubbing.namebook import (
    BEGIN,
    CAP,
    FULL,
    LETTER,
    PARTICLE,
    is_family,
    is_given,
    is_korean,
    is_ordinary,
    is_pinyin_pair,
    is_word,
    may_be_family,
    may_be_given,
)
from knowledge.scrubbing.normalising import HIDDEN, OPAQUE
from knowledge.scrubbing.numbers import Candidate

_TITLED = re.compile(
    rf"(?=[DMPSdm]){BEGIN}(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Madam|Mx|MR|MRS|MS|mr|mrs|ms|miss|dr)\.? ((?:[A-Z]\. )?{CAP}(?: (?:{PARTICLE} ){{0,2}}{CAP}){{0,2}})"
)
_LINKED = re.compile(  # Siti Zulaikha binte Osman, Rajendran s/o Muthusamy
    rf"{BEGIN}({CAP}(?: {CAP}){{0,3}} (?:bin|binte|binti|Bin|Binte|Binti|[sdSD]/[oO]|[aA]/[lLpP]) {CAP}(?: {CAP}){{0,2}})"
)
_SURE = (  # what stands there is a name, unless it is an ordinary word
    re.compile(
        rf"(?:我叫|我是|姓名|名字|联系人|收件人|收货人|户名|英文名|拼音|称呼|[他她]叫|乘客|旅客|乘机人|入住人|同事|花名|昵称)(?:改成|改为|是|叫|为|[:：])? ?({CAP}(?: {CAP}){{0,2}})(?![A-Za-z])"
    ),
    re.compile(  # any case; "Name: X", "Full name - X", "patient: X", cc X
        rf"(?=[A-Za-z])(?i:{BEGIN}(?:name(?: on (?:the |my )?(?:account|card))?(?: is| should be|:|：|\?| -| to)(?: user:)?|(?:contact(?: person)?|recipient|consignee|receiver|customer|client|patient|guests?|tenants?|passengers?|driver|"
        rf"student|employee|foreman|shipper|sender|mover|carrier|technician|installer|travell?er|filer|prepared by|served by|sold by|physician|provider|guardian|spouse|nominee|emergency contact|next of kin|registrant|applicants?|payee|beneficiary|insured|attendee|owner|(?:card|account) ?holder(?: name)?|ship to|sold to|bill to|deliver to|issued to|registered to|assigned to|reported by|requested by|approved by|signed by|signed|attention)(?: -|:|：)|attn[.:]?|"
        rf"in the name(?: of)?|under the name(?: of)?|reservation (?:under|for)|booked by|(?:card|account) holder|(?:put|book|hold|held|reserve|purchase|bought|order)(?:e?d)?(?: (?:it|them|this|that|one|me|us))? under|signed by|name'?s))[ \n]{{0,6}}(?=({FULL}))"
    ),
    re.compile(
        rf"(?=[A-Za-z]){BEGIN}(?:[Mm]y (?:full |first |last |maiden )?name is|[Mm]y name's|(?:[Ll]ast|[Ff]amily|[Mm]aiden) name(?: is)?|[Ss]urname(?: is)?|[Cc]alls? me|[Nn]ame[ds]? (?:him|her)|Dear|"
        rf"[Ss]p(?:ea|o)k(?:e|en|ing)? (?:to|with|w/)|[Cc]hatt(?:ed|ing) (?:to|with|w/)|[Tt]ransfer(?:red)? (?:me |him |her |us )?to|[Pp]ut (?:me|us) through to|[Ff]orward(?:ed)? (?:it |this )?to|[Ee]scalated? to|[Oo]n behalf of|[Mm]et with|[Bb]elongs to|"
        rf"[Pp]lease call|[Aa]sk for|[Aa]ssistant to)[ \n]{{1,6}}(?=({FULL}))"
    ),
    re.compile(
        rf"(?m)(?:{BEGIN}(?<![a-z] )(?:(?:Best|Kind|Warm|Many|With kind|Yours|Sent with) )?(?:[Rr]egards|[Tt]hanks|[Cc]heers|Ta|Thks|Tks|Rgds|xo|[Ss]incerely|[Bb]est|[Yy]ours|[Ww]ishes|[Tt]hank you|[Tt]hx)|^--)(?:[,.!]? ?\n[ \n\-–]{{0,6}}|[,!] ?[\-–]? ?)(?!Best|Kind|Warm|Yours|Many)({FULL})(?=[ ]{{0,2}}(?:\n|$|[,.!]|[{HIDDEN}]))"
    ),
    re.compile(
        rf"(?m)(?:^|[:：] ?)(?:Hi|Hello|Hey|Dear|Good (?:morning|afternoon|evening)|Morning|Thanks|Thank you),? ({CAP}(?: {CAP})?)(?=[,.!，。！]|\n|$| here\b)"
    ),
    re.compile(
        rf"[Tt]hanks for (?:the|your) (?:[a-z]+ ){{0,2}}(?:reply|response|help|assistance|update|patience),? ({CAP})(?=[.!,])|[Tt]hey (?:were|are) called (?=({CAP}) and)|(?:[Tt]his is|I am|I'm|I’m|[Ii]t's) (?=({FULL}) from (?:the [A-Z]|[A-Z]|your |our ))|[Ii]t'?s (?=({CAP}) here)"
    ),
    re.compile(  # Tahlia, Customer Care
        rf"(?m)(?:^|[.!?] )({FULL})(?=(?:,| -| \||,?\n) ?(?:(?:the|your) )?(?:[A-Z][a-z]+ (?:and |& )?){{0,2}}(?:Care|Support|Services?|[Tt]eam|Relations|Desk|Experience|Success|Billing|Sales)\.?$)"
    ),
    re.compile(rf"(?m)^({CAP})(?= from (?:the )?[A-Z][A-Za-z]+:)"),  # Brooke from Threadhaus:
    re.compile(  # what stands behind Name: to the end of the line
        r"(?im)^(?:full |patient |customer )?name ?: ?((?-i:[A-Z])[^\W\d_]+(?:[ ,.'’\-]{1,2}[^\W\d_]+){1,3})$"
    ),
    re.compile(rf"({CAP} (?:[A-Z]\. )?{CAP})(?= wrote:)|(?<=\^)({CAP})"),
    re.compile(rf"(?m)^>? ?({FULL})(?=,? (?:lives? at|here[.,!]|said|says|spent|shouted|had given)|\n\n?[>{HIDDEN}])"),
    re.compile(
        r"(?i:\bspel[a-z]{1,5}(?: it| as|:| -)? )(?=((?:[A-Za-z][\- ]){2,}[A-Za-z](?![^\W_])))|(?<![\w\-])((?:[A-Z]-){4,}[A-Z](?![\w\-]))"
    ),
    re.compile(rf"(?m)^>? ?({CAP} {CAP})(?= (?:will be|can no longer|cannot|can't|could not|couldn't))"),
    re.compile(rf"(?:Agent|Support|客服|坐席|专员|顾问|HR|Helpdesk) ?\(?({CAP})(?=\)?[:：])"),
    re.compile(
        rf"(?m)^(?:(?:User|Customer|Client): )?({CAP} {CAP}(?: {CAP})?)(?: \(?\d{{1,2}}:\d{{2}}(?::\d{{2}})?\)?)?: "
    ),
    re.compile(
        r"(?i)\"(?:real|full|customer|contact|receiver|recipient|consignee|owner|first|last|sur|given)_?name\"\s?:\s?\"([^\W\d_]+(?:[ .'’\-]{1,2}[^\W\d_]+){0,3})\""
    ),
    re.compile(
        rf"[{HIDDEN}]\"[^\n]{{0,40}}\"name\"\s?:\s?\"({FULL})\"|\"name\"\s?:\s?\"({FULL})\"(?=[^\n]{{0,40}}[{HIDDEN}])"
    ),
)
_LIKELY = (  # a known name, or two words that are none of the language's
    re.compile(
        rf"(?=[A-Za-z])(?i:{BEGIN}(?:name|(?:legal|full|first|last|middle|family|maiden|sur)[ \-]?name)(?: on (?:the |my )?(?:account|card|passport|id))?(?:,? as (?:in|per) (?:my |the )?[a-z]{{2,10}})?)[ \n:]{{1,3}}(?=({FULL}))"
    ),
    re.compile(
        rf"(?=[A-Za-z])(?i:{BEGIN}(?:surname|last name|family name)[^\n]{{0,40}}? (?:is|as|to|it's|it’s|from|was)) (?=({CAP}))"
    ),
    re.compile(
        rf"(?=[A-Za-z])(?i:{BEGIN}(?:(?:claim|order|ticket|account|invoice|booking|request|licen[cs]e|badge|laptop|parcel|package) for|(?:issued|shipped|delivered|sent|registered|assigned|addressed|transferred|belongs?|payment|refund) to|(?:my|our|his|her) (?:assistant|manager|nurse|doctor|teacher|tenant|guest|patient|driver|cleaner|buyer|seller)|is this|am i (?:speaking|talking|chatting) (?:to|with)|"
        rf"talk(?:ed|ing)? (?:to|with)|under|told by|I am|I'm|I’m|[Ii]m|this is|cc:?))[ \n]{{1,4}}(?=({FULL}))"
    ),
)
_UNSURE = (  # a known name only: places, firms and things stand there too
    re.compile(rf"(?<=@)(?=({FULL}))"),
    re.compile(rf"(?m)[ \n.!?,。！？，][\-–—]{{1,2}} ?({FULL})[ .]?$"),
)
_AFTER_WORD = re.compile(  # my boss, Wyatt Okafor; says "Maribel Beauchamp"; are you there, Deborah?
    rf"(?<![A-Za-z'’])([A-Za-z]{{2,16}}|w/)((?:,|:| is| was| called| named|'s name is| 是)?[ \n]{{1,4}})([\"“'‘]?)(?=({FULL})(.?))"
)
_KNOWN = re.compile(  # Chase's mum; by Summer, who has left; is that enough, Faith?
    rf"(?=[A-Z])(?:{BEGIN}({CAP})(?=['’]s (?:mum|mom|dad|mother|father|wife|husband|son|daughter|brother|sister|birthday|desk|laptop|badge)|, who (?:has|had|is|was|left|said)| ji\b)|(?<=[a-z], )({CAP})(?=[?!]$))"
)
_SLASHED = re.compile(rf"{BEGIN}({CAP})/({CAP})(?![\w/])")  # Pemberton/Yuki, as on tickets
_ROLE = re.compile(  # our on-call engineer Makena at <PHONE_1>
    rf"(?<![a-z])(?:engineer|technician|driver|agent|manager|nurse|rep|advis[eo]r|assistant|colleague|[Cc]ontact|[Cc]all|[Tt]ext|[Rr]ing|[Rr]each) ({CAP})(?= (?:at|on) [{HIDDEN}])"
)
_SPEAKING = re.compile(  # Will told me
    rf"(?m)(?:^|[.!?:,\"“] ?|\b(?:and|but|that|because|when|then) )({CAP}(?: {CAP})?)(?= speaking\b| (?:told|promised|assured|said|confirmed|e?mailed me|called me|helped me|here[.,!]|was (?:rude|helpful|great)|from (?:support|billing|sales|your)))"
)
_SIGNED = re.compile(  # Really appreciate it. Dean; … quote REQ0096660. - Grace, repairs desk
    rf"(?m)[.!?] (?:[\-–—]{{1,2}} ?(?={CAP}(?:[,. ]|$)))?({CAP})(?=[ .]?$|, [a-z])"
)
_LISTED = re.compile(
    rf"{BEGIN}({CAP})(?=(?:, | and |, and | & | or )[{OPAQUE['NAME']}])|(?<=[{OPAQUE['NAME']}], )({CAP})|(?<=[{OPAQUE['NAME']}] and )({CAP})|(?<=[{OPAQUE['NAME']}], and )({CAP})"
)
_BESIDE = (  # what is masked already: sure, likely
    (
        re.compile(rf"({CAP} (?:[A-Z]\. )?{CAP})(?= <[{HIDDEN}])"),
        re.compile(
            rf"(?m)^((?:{PARTICLE} )?{CAP})(?=, [{OPAQUE['NAME']}][;,\t\n])|(?:called|named) [{OPAQUE['NAME']}] and ({CAP})(?! {CAP})|(?<=[{HIDDEN}][,;\n] )({CAP} {CAP})|{BEGIN}({CAP} {CAP})(?= [(<]?[{OPAQUE['EMAIL']}{OPAQUE['PHONE']}])"
        ),
    ),
    (
        re.compile(
            rf"(?<=[{OPAQUE['NAME']}])(?:, then|, not|,? or| then| to) ({FULL})|(?m:^)>? ?({FULL})(?= <?[{HIDDEN}])"
        ),
        re.compile(
            rf"(?<=[{OPAQUE['SSN']}{OPAQUE['PASSPORT']}{OPAQUE['ID_CARD']}{OPAQUE['ORDER']}]), ({FULL})(?=[\n,.]|$)"
        ),
        _LISTED,
    ),
)
_FIRM = re.compile(r"(?!Mc|Mac|De|Di|La|Le|Du|Fitz|Van)[A-Z][a-z]+[A-Z]")  # SkyBridge, PayPal
_MASKED = re.compile(rf"[{HIDDEN}]")
_TOGETHER = re.compile(
    rf"{BEGIN}(?:({CAP}), )?({CAP}) and ({CAP})(?!['’\-]?[{LETTER}])(?! {CAP})"
)  # Torres and Salinas
_BESIDE_NAME = re.compile(  # Matteo <NAME>, handed to a V. <NAME>, <NAME> Jayawardena
    rf"(?m){BEGIN}({CAP})(?= [{OPAQUE['NAME']}])|(?:{BEGIN}(?:a|by|to|for|from|is) |^)([A-Z]\.)(?= [{OPAQUE['NAME']}])|(?<=[{OPAQUE['NAME']}] )({CAP})(?![{LETTER}\-/.])"
)


def announced(text: str) -> Iterator[Candidate]:
    for match in _TITLED.finditer(text):
        kept = _kept(match.group(1), 0)
        if kept or match.group()[:3] != "MS ":  # MS Office
            yield match.start(1), match.start(1) + len(kept or match.group(1)), "NAME"
    for match in _LINKED.finditer(text):
        words = match.group(1).split()
        while words and is_word(words[0]):
            words = words[1:]
        yield match.end(1) - len(" ".join(words)), match.end(1), "NAME"
    beside = _BESIDE if _MASKED.search(text) else ((), ())
    for doubt, patterns in enumerate(((*_SURE, *beside[0]), (*_LIKELY, *beside[1]), _UNSURE)):
        for pattern in patterns:
            for match in pattern.finditer(text):
                start, end = match.span(match.lastindex or 0)
                if kept := _kept(text[start:end], doubt):
                    yield start, start + len(kept), "NAME"
    for match in _AFTER_WORD.finditer(text):
        if kept := _after(*match.group(1, 2, 3, 4, 5)):
            yield match.end(), match.end() + len(kept), "NAME"
    for match in _SLASHED.finditer(text) if "/" in text else ():
        if is_given(match.group(2)) and not is_word(match.group(1)):
            yield match.start(), match.end(), "NAME"
    for match in _ROLE.finditer(text) if any(beside) else ():
        if not is_word(match.group(1)):
            yield *match.span(1), "NAME"
    for pattern in (_SPEAKING, _SIGNED, _KNOWN):
        for match in pattern.finditer(text):
            name = match.group(match.lastindex or 0)
            if may_be_given(name.split()[0]) and name not in MONTHS:
                yield *match.span(match.lastindex or 0), "NAME"
    for match in _TOGETHER.finditer(text):
        names = [place for place in (1, 2, 3) if match[place]]
        if (
            all(may_be_given(match[n]) or may_be_family(match[n]) for n in names)
            and sum(_is_name(match[n]) for n in names) > 1
        ):
            yield from ((*match.span(n), "NAME") for n in names)
    for match in _BESIDE_NAME.finditer(text) if OPAQUE["NAME"] in text else ():
        first, initial, last = match.groups()
        if initial or may_be_given(first or "") or (last and not is_word(last)):
            yield *match.span(match.lastindex or 0), "NAME"


def _is_name(word: str) -> bool:
    return is_given(word) or is_family(word)


def _after(word: str, link: str, quote: str, name: str, after: str) -> str:
    """The name that follows this word."""
    cue, shown = word.lower(), name.split(" ")[0]
    doubt = NAME_CUES.get(cue)
    if quote and cue in QUOTING:
        return _kept(name, 1)
    if doubt is None and cue in VOCATIVES and (link[0] == "," or after in ",.!?\n"):
        return _kept(shown, 2)
    if doubt is None:
        return ""
    if link[0] == "," and doubt == 2 and cue not in VOCATIVES:  # the tenant, Cengiz Demirci, on
        return _kept(name, 1) if " " in name and after == "," else ""
    return _kept(name, doubt)


def _kept(name: str, doubt: int) -> str:
    """How much of what stands in the place of a name is one: words of the language are cut off; doubt 0 (sure) to 2."""
    words = name.split(" ")
    first, rest = words[0], [word for word in words[1:] if len(word) > 2]
    following = rest[0] if rest and not (is_word(rest[0]) and not may_be_family(rest[0])) else ""
    named = may_be_given(first) or may_be_family(first)
    if first.lower() in SPEAKING_ROLES or (_FIRM.match(first) and not named):
        return ""
    if (first in NO_ENGLISH_NAME and not (first in MONTHS and following)) or (is_ordinary(first) and not named):
        return ""
    known = is_given(first) or (
        bool(following)
        and (
            may_be_given(first)
            or is_family(first)
            or is_pinyin_pair(first, following)
            or (is_family(following) and not is_ordinary(first))
        )
    )
    if not known and not is_korean(first) and (doubt == 2 or (doubt == 1 and not following and not is_family(first))):
        return ""
    if is_ordinary(first) and not following and (doubt or not may_be_given(first)):
        return ""
    length = 1
    for place, word in enumerate(words[1:], 2):
        if is_word(word) and not (may_be_family(word) or may_be_given(word)) and len(word) > 3:
            break
        length = place if word[0].isupper() or first.islower() else length
    return " ".join(words[:length])
