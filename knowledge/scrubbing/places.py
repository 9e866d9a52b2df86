"""Postal addresses: Chinese ones with a number, English ones with a street, box or room. View in, spans on the plain text out."""

import re
from collections.abc import Iterator

from knowledge.scrubbing.dictionary import cut
from knowledge.scrubbing.normalising import View
from knowledge.scrubbing.numbers import Candidate

LONGEST_REMARK = 8  # characters behind an address's last number that still belong to it: 阳光超市旁边
_H = r"[\u4e00-\u9fff]"
_N = (
    r"(?:[A-Za-z]{0,2}\d[\dA-Za-z]{0,8}(?:[\-~]\d{1,5}){0,3}|[A-Za-z](?:[0-9]-?[A-Z])?|[一二三四五六七八九十百零]{1,5})"
)
_UNIT = rf"{_N} ?(?:号楼|号院|号[库仓铺]|号商铺|号店面|号厂房|号[甲乙丙丁]?|#|弄|幢|栋|棟|座|塔|单元|门(?!口)|期|区|楼(?!下)|层|舍|宿舍|室|房|户|铺位?|商铺|档口|店面|排|档|车间|村民小组|组|社|队|院)(?!线|店铺|出站|出口|航站|检票|登机|码|员|间|会|柱|口(?!腔)|机|位|桌|窗|馆|桩|枪|柜)"
_ADMIN = re.compile(r"省|自治区|自治州|自治县|市|盟|区|县|旗|镇|乡|街道|特别行政区")
_LONG_SITE = re.compile(
    r"小区|花园|公寓|大厦|广场|家园|园区|科技园|工业园|产业园|软件园|创业园|新村|新城|社区|宿舍|家属[院楼]|绿洲|名都|豪庭|雅居|佳苑|名苑|世家|半岛|观邸|小镇|翡翠|壹号|写字楼|大学|学院|中学|小学|医院|酒店|国际|商城|苑"
)
_PROVINCES = "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
_ROAD_END = re.compile(  # what a house number stands behind
    r"(?:大道|大街|胡同|路|街|道|巷|弄|里|条|村|庄|屯|坊|埭|湾|桥|镇|乡|小区|花园|公寓|大厦|广场|中心|家园|国际|园区|科技园|工业园|产业园|软件园|新村|社区|宿舍|大学|学院|中学|小学|医院|酒店|"
    r"宾馆|写字楼|驿站|商城|苑|城|府|庭|园|邸|墅|轩|阁)(?:[东南西北中](?:段|路|区|街|里|门)?|[一二三四五六七八九十]{1,2}[段路区街里期巷])? ?$|[一二三四五六七八九十0-9]{1,2}期$"
)
_BEFORE = re.compile(
    rf"(?:{_H}|[0-9A-Za-z\-#]|(?<=[省市区县镇乡道路街号]) |(?<=北京|上海|天津|重庆|广西|新疆|西藏|宁夏|广东|江苏|浙江|山东|河南|四川|湖北|湖南|福建|安徽|河北|陕西|山西|江西|辽宁|吉林|云南|贵州|甘肃|海南|青海) ){{1,40}}$"
)
_ANCHOR = re.compile(
    rf"(?<!\d){_UNIT}|(?<=[寓舍厦场心楼])[A-Z]\d{{3,4}}(?![0-9A-Za-z元块点年月日%])|\d{{1,3}}-\d{{1,2}}-\d{{3,4}}(?!\d)"
)
_TWIN = re.compile(rf" ?{_UNIT}|\d{{1,2}}[A-H](?![0-9A-Za-z])|\d{{2,4}}(?!\d|[年月日元天个])")
_ROOM = r"(?:(?=[A-Za-z]{0,4}\d)[0-9A-Za-z]{3,5}|\d{1,3}(?=-\d))(?:-\d{1,5}){0,3}(?:室|房|号|户|铺|弄|栋|幢)?"
_ROOM_END = r"(?![0-9A-Za-z元块点:年月日%天兆]|\.\d)"
_TAIL = re.compile(
    rf"(?:[ ,]?(?:{_UNIT}|{_H}{{2,8}} ?(?={_N} ?[号栋幢座单层室楼房弄排舍社组塔])|{_H}{{2,8}} ?{_ROOM}{_ROOM_END})|"
    rf" ?(?:[A-Za-z]?\d{{2,5}}(?:-\d{{1,5}}){{0,3}}{_ROOM_END}|\d(?:-\d{{1,5}}){{1,3}}{_ROOM_END}|\d{{1,2}}[A-H](?![0-9A-Za-z])|之[一二三四五\d]{{1,2}}|\d{{1,2}}F(?:-\d{{3,4}})?|(?<=[#号])(?:-\d{{1,5}}){{1,3}}(?!\d)|[甲乙丙丁]单元|"
    r"[零〇一二三四五六七八九]{3,4}(?:室|房)?(?![\u4e00-\u9fff])|"
    r"(?:[一二三四五六七八九十][楼层期]|[东西南北])?(?:商铺|厂房|门面|店面|仓库|底商|车库)|附\d{1,4}号|后间|前间|亭子间|前台|丰巢柜?|菜鸟驿站|门卫|快递柜|传达室|[东南西北中][门侧户](?!口)|附近|旁边?|对面)){0,8}"
)
_SHORT = re.compile(
    rf"(?:^|(?<=[,，:：\n ]))({_H}{{3,8}}\d{{1,3}}-\d{{1,2}}-\d{{3,4}})(?=[吧呢啊那的,，。 \n]|$)|(?:住在?|搬到|送到|[填写寄]|地址是?)({_H}{{3,8}} ?\d{{1,3}}(?:-\d{{1,2}})?-\d{{3,4}})(?=[吧呢啊,，。 \n]|$)"
)
_NUMBERLESS = re.compile(
    rf"(?={_H})(?:(?:{_PROVINCES})省?|{_H}{{2,6}}省)?{_H}{{2,6}}市{_H}{{1,6}}[区县]{_H}{{2,10}}?(?:路|大道|街|镇|村|小区|花园|公寓)"
)
_STOP = re.compile(
    r"(?:寄到|寄回|寄|送到|发到|地址是|应该是|改成|改到|换成|住在|家住|就是|地址|送|我在|这边是|人在|是在|位于|快递到|送货到|发往|邮到|老家|公司在|家在|改为|目的地|[我你他请把给从去来和就在是到住])"
    rf"(?={_H}{{2}}|[A-Za-z0-9])"
)
_WITHIN = re.compile(r"大学|学院|[省市区县]")
_CUED = re.compile(
    rf"(?:收货地址|收件地址|寄件地址|地址|住址|寄到|寄回|寄|送到|派送到|发到|邮寄到?|住在|家住|家住在|发货到|我在|这边是|搬到)(?!件人?|出|了|过|错|的)(?:改成|改为|是|为|换成)?[ :：]{{0,3}}"
    rf"((?:{_H}|[0-9A-Za-z\-#()（） ]){{4,60}})"
)
_DETAIL = re.compile(
    r"[0-9一二三四五六七八九十A-Za-z] ?[号栋幢座楼室弄#单](?!线|出站|出口|航站|检票|登机)|(?<!\d)[0-9]{3,5}(?![0-9A-Za-z])"
)
_LABEL = re.compile(r"[ ,](?=收|电话|手机|联系|姓名|邮编|邮箱)")
_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Ter|Way|Circle|Cir|Highway|Hwy|Parkway|Pkwy|"
    r"Crescent|Close|Row|Trail|Trl|Alley|Loop|Plaza|Walk|Heights|Manor|Villas|Mews|Gardens|Grove|Hill|Park|Parade|Crest|Ridge|Vista|Green|Quay|Wharf|Approach|Rise|Esplanade|Broadway|Nagar|Marg)"
)
_LETTERS = "0-9A-Za-z\u00c0-\u024f"  # not \w: Han characters follow without a space
_UNIT_WORDS = r"Apt|Apartment|Suite|Ste|Unit|Room|Rm|Flat|Floor|Fl|Building|Bldg|Block|Blk|Tower|Wing|Lot|Level|Villa|Shop|Office|House|Spc|PMB"
_UNIT_NUMBER = r"(?:\d[0-9A-Za-z\-]{0,6}|[A-Z]{1,2}-?\d{0,4}(?![A-Za-z]))"
_UNIT_EN = rf"(?:{_UNIT_WORDS}|#)\.? ?{_UNIT_NUMBER}"
_W = rf"[A-Z\u00c0-\u00dd][{_LETTERS}.'’\-]{{0,24}}"
_CITY = rf"(?:(?:upon|under|le|on(?= (?:Trent|Sea|Thames|Tees|Avon))) )?(?![A-Z]{{1,2}}\d){_W}"  # no British postcode; Newcastle upon Tyne
_MONTHS = "Jan January Feb February Mar March Apr April May Jun June Jul July Aug August Sep Sept September Oct October Nov November Dec December".split()  # noqa: SIM905
_MONTH = rf"(?:{'|'.join(_MONTHS)})\b"  # no Marine Parade
_COMPASS = r"(?: (?:NE|NW|SE|SW|[NSEW]\b|North|South|East|West|Central))?"
_US = (  # states, as who types in lower case writes them
    "a[klrz]|c[aot]|d[ce]|fl|ga|hi|i[adln]|k[sy]|la|m[adeinost]|n[cdehjmvy]|o[hkr]|pa|ri|s[cd]|t[nx]|ut|v[at]|w[aivy]"
)
_ZIP = r"\d{5}(?:-\d{4})?(?!\d)"
_END = rf"(?:[, \n]{{1,3}}{_UNIT_EN})*(?:,[ \n]{{0,2}}{_CITY}(?: {_CITY}){{0,3}}){{0,4}}(?:[, \n]{{1,3}}(?:[A-Z]{{2}} ?)?{_ZIP}|[, ]{{1,2}}[A-Z]{{1,2}}\d[0-9A-Z]? ?\d[A-Z]{{2}}|(?<=Dublin) \d{{1,2}}W?(?![0-9A-Za-z])|, [A-Z]\d[0-9W] ?[0-9A-Z]{{4}}(?![0-9A-Za-z]))?"
_LINE = r"\n[ ]{0,4}(?=[^\n:]{2,40}(?:\n|$|[.?!]))(?:(?:[^\sa-z:<\u4e00-\u9fff\ue000-\ue00f][^\s:<?!\u4e00-\u9fff\ue000-\ue00f]*|nan)[ ]{0,2}){1,6}?(?=\n|$|[?!]|(?<=[.])[ ]|[ ](?:in|for|after|please|as)\b)"  # the address goes on
_FLAT = rf"(?:Apt|Apartment|Suite|Ste|Unit|Flat|Room)\.? ?#?{_UNIT_NUMBER}"
_STREET_LINE = rf"(?:(?:[NSEW]|NE|NW|SE|SW)\.? )?(?:\d{{1,3}}(?:st|nd|rd|th)|{_W})(?: {_W}){{0,4}}? {_STREET}"
_NO_DAY = "".join(rf"(?<!{month} )" for month in _MONTHS)
_APART = r"(?![^\n,]{0,24} (?:to #?\d|and \d{1,2}(?!\d))|[^\n]{0,40} address )"  # no number of its own before the address's: between 8 and 12
_WITHIN_EN = r"(?:(?!(?:(?<=[a-z]{3})(?<!Blvd)(?<!Bldg)|(?<=[A-Z]{3}))\. |, paid | in [A-Z])[^\n;:?!<$€£\u4e00-\u9fff\ue000-\ue00f])"  # what stands within one address
_ENGLISH = re.compile(
    rf"(?=[0-9A-Za-z#])(?:(?<![0-9A-Za-z])(?:(?:{_UNIT_EN}|\d{{1,3}}/F)(?:, ?{_W}(?: {_W}){{0,2}})?, ?){{0,3}}(?:Lane |Lot )?(?!\d{{1,2}} {_MONTH})(?:\d{{1,6}}[A-Za-z]?|No\.? ?\d{{1,6}},?) (?:\d{{1,4}} )?{_STREET_LINE}(?: {_STREET})?\b\.?{_COMPASS}(?: \d{{1,2}}(?=[ ,]))?{_END}"
    rf"|(?<![0-9A-Za-z]){_NO_DAY}\d{{1,6}}(?! [ap]m\b){_APART} {_WITHIN_EN}{{3,70}}?,? (?:[A-Z]{{2}}|(?!Phone|Mobile|Tel|Call|Contact|Text|Order|Case|Ticket|Code)[A-Z][a-z]+) {_ZIP}(?![0-9A-Za-z])"
    rf"|(?<![0-9A-Za-z.,])(?<!\d[ \-])(?!\d{{1,2}} {_MONTH})\d{{1,6}} (?:\d{{1,4}} )?[^\W\d_a-z\u4e00-\u9fff][^\W\d_\u4e00-\u9fff]{{0,24}}[.'’]?[ \-](?:[^\W\d_\u4e00-\u9fff]{{2,24}}[.'’]?[ \-]){{0,3}}\d{{1,4}}[A-Za-z]?\b,?\.?(?:,? {_FLAT})?(?={_LINE}|,? {_FLAT}|, [A-Z\u00c0-\u00dd]|$)(?:,? {_FLAT})?{_END}"
    rf"|(?<![0-9A-Za-z]){_NO_DAY}\d{{1,6}}[A-Za-z]?(?:[/\-]\d{{1,4}})?{_APART} {_WITHIN_EN}{{2,60}}? {_FLAT}{_END}|(?<![A-Za-z])(?:the )?corner of [^\n?!;:<\u4e00-\u9fff]{{4,60}}? (?:and|&) {_W}(?: {_W}){{0,2}}|(?:USNS|USS|USNV|USCGC|USNV) [A-Z][a-z]+"
    rf"|(?<![0-9A-Za-z])(?:(?:P\.? ?O\.? ?)Box|Unit \d+ Box|(?:PSC|CMR) \d+,? Box|Postbox) ?\d{{1,6}}{_END}|(?<![A-Za-z])[ADF]PO,? A[AEP] \d{{5}})(?:{_LINE}){{0,5}}"
)
_HEAD = (  # what an address begins with whose end is a postcode: Flat 5C, H.No. 20-6-89/C, 8/F, 75
    rf"(?:{_UNIT_WORDS}|Plot|Door|H\.? ?No|D\.? ?No|No|Khasra|Survey)\.? ?(?:No\.? ?|#)?[0-9A-Z][0-9A-Za-z/\-]{{0,9}}"
    rf"|\d{{1,3}}/F|\d{{1,2}}(?:st|nd|rd|th) Floor|#\d{{1,3}}-\d{{1,5}}|(?:#|[A-Z]-?)\d{{1,4}}[A-Z]?(?:/\d{{1,5}})?(?=,)|\d{{1,5}}[A-Za-z]?(?:[/\-]\d{{1,5}}[A-Za-z]?){{0,3}}"
)
_STEP = rf"(?:,[ \n]?|[ \n]|,?\n| - )(?:[A-Z0-9#\u00c0-\u00dd][{_LETTERS}.'’/#\-]{{0,20}}|of|the|de|la|del|and|near|opp\.?|behind|&|apt\.?|app\.?|boul\.?|av\.?|ch\.?|bureau|rue|\([A-Z][{_LETTERS} ]{{0,20}}\))"
_POSTCODE = (
    rf"(?:[, \n]{{1,2}}(?:GIR 0AA|[A-Z]{{1,2}}\d[0-9A-Z]? ?\d[A-Z]{{2}}(?![0-9A-Za-z]))"
    rf"|[, ]{{1,2}}[A-Z]{{2}},? {_ZIP}|[, ]{{1,2}}(?:NSW|VIC|QLD|SA|WA|TAS|ACT|NT),? \d{{4}}(?!\d)|[, ]{{1,2}}[A-Z]\d[A-Z] ?\d[A-Z]\d(?![0-9A-Za-z])"
    r"|(?:, ?| )#\d{1,3}-\d{1,5}[A-Z]?|[, \n]{1,2}(?:Singapore|S(?:'pore|ingapore)?) ?\(?\d{6}\)?(?!\d)"
    r"|[, \n]{1,2}(?!Order|Ticket|Case|Code|Ref|Pin|OTP|PIN|Invoice)[A-Z][a-z]{2,20}(?: [A-Z]{2,3})?(?:,? ?- ?|,? )(?:PIN ?-? ?)?\d{3} ?\d{3}(?![0-9A-Za-z]))"
)
_COUNTRY = r"(?:, ?(?:UK|USA|U\.S\.A?\.?|United Kingdom|United States|India|Singapore|England|Scotland|Wales|(?:P\.?R\.? ?)?China)(?![A-Za-z]))?"
_POSTED = re.compile(
    rf"(?=[0-9A-Z#])(?<![0-9A-Za-z#/\-.])(?!\d{{1,2}} {_MONTH})(?:{_HEAD})(?=[^A-Z#]{{0,12}}[A-Z#])(?:{_STEP}){{1,20}}?{_POSTCODE}(?:(?:{_STEP}){{0,8}}?{_POSTCODE}){{0,2}}{_COUNTRY}"
)
_CONTINENTAL = re.compile(  # Hauptstraße 12, 10115 Berlin; Prinsengracht 7b, 1015 DV Amsterdam
    rf"(?<![{_LETTERS}]){_W}(?: {_W}){{0,3}} \d{{1,4}}[a-z]?, (?:[A-Z]{{1,2}}-)?(?:\d{{5}}|\d{{4}} [A-Z]{{2}}) {_W}(?:[ \-]{_W})?"
)
_CUED_EN = re.compile(
    r"(?i:ship(?: it)? to|deliver(?: it)? to|return to|send (?:it|them|a new one|one|the [a-z]+|my [a-z]+) to|(?:live|lives|living|located|stay|staying|office is|restaurant is|you) (?:at|on|off at)|address(?: is| to| with| of [A-Z][\w ]{1,30} is|:)+|"
    r"moved to|moving (?:back )?to|meet you at|here they are:)\s{0,6}((?:the same: )?(?!\d+[.:]\d|\d{1,2} ?[ap]\.?m)(?!(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d)(?=[^\n]{0,40}\d)(?:(?:unit|flat|apt|apartment|suite|room) (?=\d))?[#0-9A-Z\u00c0-\u00dd][^?!;<\n\u4e00-\u9fff，。；\ue000-\ue00f]{6,110}?)"
    r"(?=[?!;，。；\u4e00-\u9fff]|\. [A-Z\u4e00-\u9fff]|\.?$|, (?:and|please|update|model|but|thanks|phone|tel|mobile|contact|attn|name|e-?mail|call|he|she|it|we|they|I)\b| (?:please|pls|thanks|after|asap|before|instead|by|and|for|in case|next|tomorrow|again)\b|\n)"
    rf"((?:{_LINE}){{0,5}})"
)

_ANSWER = re.compile(  # Address for the SIM? - 11B Station Approach, Bristol
    rf"(?i:address|new one)[^\n]{{0,30}}\n(?:[A-Za-z][\w ]{{0,20}}[:：] ?)?(?:(?:[Ii]t'?s|[Tt]o|[Aa]t) )?((?:{_HEAD}),? {_W}(?:,? [^\n?!;,. ]{{1,24}}){{0,12}}?, ?{_W})(?=[\n.?!;]|, [a-z]|$)"
)
_LOWER = re.compile(  # at flat 24 weaver house 2 orchard way leeds
    r"(?<![A-Za-z])(?:at|to|is|in|outside|address:?) ((?:(?:flat|apt|apartment|unit|suite) \d{1,4}[a-z]?,?(?: [a-z'’]{2,14}){0,3},? \d{1,4}[a-z]?|\d{1,4}[a-z]?(?=(?: [a-z'’]{3,14}){1,3} (?:street|road|rd|lane|avenue|ave|hill|close|crescent|terrace|gardens|grove)\b))(?:,? [a-z'’]{2,16}){1,6}?"
    r"(?: [a-z]{1,2}\d[0-9a-z]? ?\d[a-z]{2}(?![0-9a-z])|(?=[,.?!;\n]|$| (?:please|pls|thanks|asap|and|but|by|for|with|you|it|i)\b)))"
)
_WORDS = re.compile(r"[A-Za-z]{2,24}[ ,.\n]")  # without one no address abroad
_LOWER_US = re.compile(  # 1530 n jefferson st durham nc 27723
    rf"(?<![0-9A-Za-z.,$])\d{{1,5}} (?:[nsew]\.? )?(?:[a-z]{{2,16}} |\d{{1,3}}(?:st|nd|rd|th) ){{1,3}}?(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|court|ct|boulevard|blvd|way|circle|cir|place|pl|terrace|parkway|pkwy)\.?"
    rf"(?:,? (?:apt|unit|suite|ste|#)\.? ?\w{{1,5}})?,? [a-z]{{2,14}}\.?(?: [a-z]{{2,14}}){{0,2}},? (?:{_US})(?:,? {_ZIP})?(?![0-9A-Za-z])"
)
_REMARKED = re.compile(  # BS8 1QE last week; Kowloon, lobby is fine
    rf"(?s)\d.*?(?:{_POSTCODE}{_COUNTRY}(?=,? [a-z])|[A-Z][^\s,]*(?=, (?!near|opp|behind|next|above|off|beside|in |the |care )[a-z]+ [a-z]))"
)


def addresses(view: View) -> Iterator[Candidate]:
    """Places with a number; a label lets places without a known suffix through."""
    text = view.plain
    if not text.isascii():
        yield from _chinese(text)
    if _WORDS.search(text) and any(map(str.isdigit, text)):
        yield from ((start, end, "ADDRESS") for start, end in _western(text))


def _western(text: str) -> Iterator[tuple[int, int]]:
    """What the patterns find, overlapping finds as one."""
    patterns = ((_POSTED, 0), (_CONTINENTAL, 0), (_ENGLISH, 0), (_ANSWER, 1), (_LOWER, 1), (_LOWER_US, 0))
    found = [m.span(group) for pattern, group in patterns for m in pattern.finditer(text)]
    for m in _CUED_EN.finditer(text):
        end = (_REMARKED.search(text, m.start(1), m.end()) or m).end()
        found += [(m.start(1), end)] if any(map(str.isdigit, text[m.start(1) : end])) else []
    found.sort()
    begin, end = 0, 0
    for left, right in [*found, (len(text) + 1, len(text) + 1)]:
        if left < end:
            end = max(end, right)
            continue
        if begin < end:
            yield begin, end
        begin, end = left, right


def _chinese(text: str) -> Iterator[Candidate]:
    done = 0
    for anchor in _ANCHOR.finditer(text):
        if anchor.start() >= done and (start := _left(text, anchor, done)) >= 0:
            tail = _TAIL.match(text, anchor.end())
            done = tail.end() if tail else anchor.end()
            yield start, done, "ADDRESS"
    for match in _SHORT.finditer(text):
        yield *match.span(match.lastindex or 0), "ADDRESS"
    for match in _NUMBERLESS.finditer(text):
        yield match.start() + _begin(match.group()), match.end(), "ADDRESS"
    for match in _CUED.finditer(text):
        place = _LABEL.split(match.group(1))[0].rstrip()
        if details := [detail.end() for detail in _DETAIL.finditer(place)]:
            end = details[-1] if len(place) > details[-1] + LONGEST_REMARK else len(place)
            yield match.start(1), match.start(1) + end, "ADDRESS"


def _begin(place: str) -> int:
    """Where the address begins in the Han characters before its number: after the last verb; 和 and 来 stand in names of places too."""
    begin = 0
    for stop in _STOP.finditer(place):
        verb = len(stop.group()) > 1 or stop.group() in cut(place[begin:])
        if verb and (len(stop.group()) > 1 or not _WITHIN.search(place, begin, stop.start())):
            begin = stop.end()
    return begin


def _left(text: str, anchor: re.Match[str], done: int) -> int:
    """Where the address begins that this number belongs to; -1 when it belongs to none."""
    before = _BEFORE.search(text[max(done, anchor.start() - 40) : anchor.start()])
    place = before.group() if before else ""
    place = place[_begin(place) :]
    twin = anchor.group()[-1] in "栋幢楼座元舍" and _TWIN.match(text, anchor.end())
    named = len(place) >= 2 and (_ROAD_END.search(place) or _LONG_SITE.search(place) or _ADMIN.search(place, 2))
    return anchor.start() - len(place) if named or twin else -1
