"""What agents call themselves, and who speaks: 客服小禾, 我是糖糖, 客服主管钱波: …, 振华妈妈: …

Text in (a view's plain one), spans out. A nickname is no name that a dictionary knows: what stands in its place counts when
it is no ordinary word.
"""

import re
from collections.abc import Iterator

from knowledge.scrubbing.dictionary import LABELLED, LED, NO_PART, QUALIFIER, doubles, how_often, is_word, readings
from knowledge.scrubbing.lexicon import DOUBLE_SURNAMES, GIVEN, NAMES_TOO, ROLES, SURNAMES
from knowledge.scrubbing.numbers import Candidate

_H = r"[\u4e00-\u9fff]"
_SURNAME = rf"(?:{DOUBLE_SURNAMES}|[{SURNAMES}])"
COMPANY = re.compile("客服|旗舰|官方|公司|集团|有限|门店|工厂|中心|医院|学校|大学")
_AGENT = re.compile(
    rf"(?:客服|坐席|专员|顾问|售后|售前|技术支持|实施|会务|教务|运营|师傅|快递员|配送员|业务员|销售|管家|骑手|工号\d{{1,6}}的?客服)(?:是|叫|：|:|-|_)?[小老阿]?(?!.{{1,2}}(?:先生|女士|小姐)|专员|经理|主管)((?:{_SURNAME})?{_H}{{1,2}}?)(?=为您|：|:|\(|很高兴|在线|已|上门|您好|你好|在此|竭诚|，电|,电)"
)
_NICK = rf"[小阿](?![结计记节组区贴票时哥姐妹二店编伙])(?:{_H}|[A-Z][a-z]{{1,8}})|(?![爸妈爷奶姥叔伯舅姑姐哥弟妹宝人天刚常仅太谢])(?P<twice>{_H})(?P=twice)"  # 小禾, 阿May, 糖糖
_NICKNAMES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:客服|坐席|专员|顾问|售后|售前|管家|教务|前台|助理|店长|工程师|运营|导诊|@)(?:是|叫)?(?P<name>{_NICK}|小{_H}{{2}}(?=:))(?=[，,。:~!（( ]|$|很高兴|为您|看到|在)",
        rf"(?:我是|这里是|叫我)(?P<name>{_NICK})(?=[，,。~! \n]|$|呀|哦|就好|就行)",
        rf"(?m)(?:^|(?<=[,。!~ ]))(?:客服: ?)?(?P<name>{_NICK}|[A-Z][a-z]{{1,10}}|(?![很可我请妹将会]){_H}{{2,3}})(?=在线为您|竭诚为您|为您服务|很高兴为您)",
        rf"(?m)^(?P<name>{_NICK})(?=: ?[^\n]{{0,200}}\n(?:客户|用户|买家|顾客))",
        rf"(?<=\n)(?P<name>{_NICK})(?=:)",
        rf"(?m)^{_H}{{2,4}}(?P<name>{_NICK})(?=:)",
        rf"(?m)^(?:客服|售后|坐席|售前) (?P<name>{_NICK}|{_H}{{2}})$",
        rf"(?:叫|聊的是|接待的是|处理的是|对接的是)(?P<name>{_NICK})(?=吧|[,。]|\n|$)",
        rf"(?:聊的|接待的|处理的|对接的)是(?P<name>{_H}{{2,3}})(?=吧|[,。])",
        rf"(?m)^(?P<name>{_H}{{2,3}})(?=交班给|交接给)",
        rf"(?:交班|交接|转交|移交)给(?P<name>{_NICK}|{_H}{{2,3}})(?=[:,。]|$)",
        rf"(?:我是|这[边里]是)[^\n,。]{{0,8}}?(?:客服|管家|顾问|专员|售后|售前|维修|技术|站长|店长|教务|助理|运营|工程师|组的|部的|这边的)(?P<name>{_NICK}{_H}?|{_H}{{2,3}})(?=[,~!。 ]|$)",
        rf"姓{_SURNAME},?名(?:字?叫)?(?P<name>{_H}{{1,2}})(?=[,。]|$)",
        rf"(?:我是|这里是)(?P<name>{_NICK}|{_H}{{2}})(?=[，,] ?(?:请问|很高兴|有什么|万分))",
        rf"[那这]个(?P<name>{_NICK})(?=还|休息|说|答应|接待)",
        rf"找(?P<name>{_NICK})(?=[,。]|\n|$)",
        rf"我是(?P<name>[{GIVEN}]{{2}})(?=,)",
        rf"(?:跟|和|找|问)(?P<name>{_NICK})(?=说过|聊过|联系过?|反映|沟通|对接)",
        rf"(?m)^(?P<name>{_H}{{2,3}})(?=(?:妈妈|爸爸|奶奶|爷爷|家长):)",
        rf"(?:单名|名字?就?一个)(?:一个|就?是|叫|为)?(?P<name>{_H})(?=字|[，。,]|$)",
        rf"(?:祝|写字:)(?P<name>{_H}{{2,3}})(?=小朋友|宝贝|宝宝|生日|新婚)",
        rf"(?:写|叫|喊)(?P<name>{_H}{{2}})(?=就行|就可以|即可)",
    )
)
_SPEAKER = re.compile(
    rf"(?m)^(?:{_H}{{1,3}}[：:] ?)?(?:\[?[\d:：/\- .年月日]{{4,20}}\]? ?)?({_SURNAME}{_H}{{1,2}})(?=(?:[ (（\[]{{0,2}}[\d:：/\-. 年月日]{{4,20}}[)）\]]?)?(?:[：:]|(?<=[\d)）日])$))"
)
_SERVED = re.compile(
    r"(?m)^(?:客服|坐席|售后|卖家|商家|店家|人工|买家|顾客|客户|用户)[^\n:]{0,6}:"
)  # another speaker: 白洋: 在吗
_LINE_LABEL = re.compile(rf"(?m)^({_H}{{4,8}})(?=: ?)")  # 客服主管钱波: …
_CALLED_LINE = re.compile(
    rf"(?m)^({_H}{{1,2}}(?![人方名号址话码机箱间型类额费期因式态注位员家部门单站店台处组群]){_H})(?=: ?)"
)


def nicknames(text: str) -> Iterator[Candidate]:
    """Nicknames and given names alone, where one introduces oneself or is spoken of."""
    for match in _AGENT.finditer(text):
        if match.group(1) not in ROLES and (match.group(1) in NAMES_TOO or is_rare(match.group(1))):
            yield match.start(1), match.end(1), "NAME"
    for pattern in _NICKNAMES:
        for match in pattern.finditer(text):
            name = match["name"]
            nick = match.groupdict().get("twice") or len(name) == 1 or name[0] in "小阿" or name.isascii()
            if name not in ROLES and (nick or how_often(name) < QUALIFIER):
                yield *match.span("name"), "NAME"


def speakers(text: str) -> Iterator[Candidate]:
    """Names at the head of a line, before a colon or a time."""
    served = bool(_SERVED.search(text))
    for match in _LINE_LABEL.finditer(text):
        for start, end, margin in readings(match.group(1)):
            if start and end == len(match.group(1)) and margin > LED:
                yield match.start(1) + start, match.end(1), "NAME"
                break
    for match in _SPEAKER.finditer(text):
        best = readings(match.group(1))
        likely = best and best[0].margin > (LABELLED if served else LED)
        if match.group(1) in NAMES_TOO or (likely and not COMPANY.search(match.group(1))):
            yield match.start(1), match.end(1), "NAME"
    if served:
        for match in _CALLED_LINE.finditer(text):
            if match.group(1) not in ROLES and how_often(match.group(1)) == 0 and not COMPANY.search(match.group(1)):
                yield match.start(1), match.end(1), "NAME"


def is_rare(name: str) -> bool:
    """Whether what stands in the place of a name is no ordinary word; one character alone has to be a surname."""
    if len(name) == 1:
        return name in SURNAMES
    if name in doubles():
        return True
    return how_often(name) < QUALIFIER and (name[0] in SURNAMES or (NO_PART.isdisjoint(name) and not is_word(name)))
