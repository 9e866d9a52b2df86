"""What agents call themselves, and who speaks: 客服小禾, 我是糖糖, 客服主管钱波: …, 振华妈妈: …

Text in (a view's plain one), spans out. A nickname is no name that a dictionary knows: what stands in its place counts when
it is no ordinary word.
"""

import re
from collections.abc import Iterator

from knowledge.scrubbing.dictionary import (
    COMMON_PERSON,
    LABELLED,
    LED,
    NO_PART,
    QUALIFIER,
    doubles,
    how_often,
    is_word,
    readings,
)
from knowledge.scrubbing.lexicon import DOUBLE_SURNAMES, GIVEN, NAMES_TOO, ROLES, SURNAMES
from knowledge.scrubbing.normalising import OPAQUE
from knowledge.scrubbing.numbers import Candidate

_H = r"[\u4e00-\u9fff]"
_SURNAME = rf"(?:{DOUBLE_SURNAMES}|[{SURNAMES}])"
COMPANY = re.compile("客服|旗舰|官方|公司|集团|有限|门店|工厂|中心|医院|学校|大学")
_AGENT = re.compile(
    rf"(?:客服|坐席|专员|专席|顾问|售后|售前|技术支持|实施|会务|教务|运营|师傅|快递员|配送员|业务员|销售|管家|骑手|工号\d{{1,6}}的?客服)(?:是|叫|：|:|-|_)?[小老阿]?(?!.{{1,2}}(?:先生|女士|小姐)|专员|经理|主管)((?:{_SURNAME})?{_H}{{1,2}}?)(?=为您|：|:|\(|很高兴|在线|已|上门|您好|你好|在此|竭诚|，电|,电)"
)
_NICK = rf"[小阿](?![结计记节组区贴票时哥姐妹二店编伙])(?:{_H}|[A-Z][a-z]{{1,8}})|(?![爸妈爷奶姥叔伯舅姑姐哥弟妹宝人天刚常仅太谢])(?P<twice>{_H})(?P=twice)"  # 小禾, 阿May, 糖糖
_PET = r"(?P<twice>[圆朵琳可乐安桐悠糖豆果甜婷娜莉莹媛晶晴雯娟芳芬霞燕玲珍瑶妞贝宁涵轩浩阳洋鹏壮虎伟斌凯亮聪皮球毛妮囡嘟蛋丁东冬彤桃橙柚蜜念依诺诗文艺萱蕊欣馨梦灿妙沫茉苏菲薇辰倩琪颖瑞萌苗淼熙禾佑航宸昊博])(?P=twice)"
_SPELT = re.compile(  # which character: 弓长张, 宇宙的宇
    "弓长张|立早章|木子李|耳东陈|口天吴|双口吕|木易杨|古月胡|双人徐|言午许|双木林|草头黄|三横王|走肖赵|人可何|卯金刘|干勾于|禾木程"
)
_SPELT_BY_WORD = re.compile(rf"的({_H})(?=字|[,。、!? \n]|$)")
_NICK_WHOLE = re.compile(_NICK)
_NICKNAMES = tuple(  # by what stands in every match: a text without it is not searched
    (hint, re.compile(pattern))
    for hint, patterns in {
        "": (
            rf"(?:客服|坐席|专员|专席|顾问|售后|售前|管家|教务|前台|助理|店长|工程师|运营|导诊|@)(?:是|叫)?(?P<name>{_NICK}|小{_H}{{2}}(?=:))(?=[，,。:~!（( ]|$|很高兴|为您|看到|在)",
            rf"(?:我是|这里是|叫我)(?P<name>{_NICK})(?=[，,。~! \n]|$|呀|哦|就好|就行)",
            rf"(?m)^{_H}{{2,4}}(?P<name>{_NICK})(?=:)",
            rf"(?m)^(?:客服|售后|坐席|售前) (?P<name>{_NICK}|{_H}{{2}})$",
            rf"(?:叫|聊的是|接待的是|处理的是|对接的是)(?P<name>{_NICK})(?=吧|[,。]|\n|$)",
            rf"(?:我是|这[边里]是)[^\n,。]{{0,8}}?(?:客服|管家|顾问|专员|售后|售前|维修|技术|支持|成功|服务|主管|督导|站长|店长|教务|助理|运营|工程师|组的|部的|这边的)(?P<name>{_NICK}{_H}?|{_H}{{2,3}})(?=[,~!。 \n]|$)",
            rf"(?:我们?家|咱家|孩子|宝贝|闺女|女儿|儿子|孙[子女]|外甥女?|侄[子女]|老师好?[,! ]{{1,2}})(?P<name>(?![爸妈爷奶姥叔伯舅姑姐哥弟妹宝人天刚常仅太谢狗猫娃孩])(?P<twice>{_H})(?P=twice))",
            rf"(?:我叫|本人叫)(?P<name>{_NICK}|[{GIVEN}]{{2}})(?=[,。!~ \n]|$)",
            rf"(?:店员|导购|客服|老师|同事|顾问|管家)(?P<name>{_NICK}|[{GIVEN}]{{2}})(?=[发给说帮])",
            rf"(?:(?<!{_H})|(?<=[系件货]人)|(?<=财务|前台|行政|人事|客服))(?![小大表堂学师老二三四五六七亲空帅靓干])(?P<name>[{GIVEN}])(?=[姐哥](?:[,。:!~ ]|$))",
            rf"(?:我是|这里是)(?P<name>{_NICK}|{_H}{{2}})(?=[，,] ?(?:请问|很高兴|有什么|万分))",
            rf"[那这]个(?P<name>{_NICK})(?=还|休息|说|答应|接待)",
            rf"(?:喊|称呼|管)[我他她](?:叫)?(?P<name>{_H}{{2,3}})(?=[,，。]|$)",
            rf"(?:昵称|网名|花名(?!册)|角色名|(?i:id)叫)(?:是|叫|为|:)?(?P<name>(?:(?![不没能可改修换怎吗了的显被要会有乱违重设审含里和或带只就也]){_H}){{2,8}})(?=的|[^\u4e00-\u9fff]|$)",
            rf"(?:落款|亲爱的)(?:是|写|:)?(?P<name>{_H}{{1,3}})(?=[,。!])",
            rf"(?P<name>{_PET})(?:(?<!{_H}..)|(?<=[跟让找是给派接叫和与由她他]..)|(?<=(?:小名|安排|客服|会员|新来)..)|(?<=来的..))"
            r"(?=老师|的?[,。\n]|的?$|和|包|姐|阿姨|奶奶|爷爷|[今昨明]天|[给帮把跟说在先去来]|那边|[!?)”\n]|$| )",
            rf"(?:[让派叫是和那跟]|安排|派件员|新来的)(?P<name>[小阿][{GIVEN}满鱼七])(?=[,。)]|在|先|来|包|帮|给|说|吧|老师|[今昨明]天|$)",
            rf"(?:姓名|[收货联系件]人|名字|户名)[^\n,。\"“]{{0,4}}[\"“](?P<name>{_H}{{2,4}})[\"”]",
            rf"我是(?P<name>[{GIVEN}]{{2}})(?=,)",
            rf"(?:跟|和|找|问)(?P<name>{_NICK})(?=说过|聊过|联系过?|反映|沟通|对接)",
            rf"(?:祝|写字:)(?P<name>{_H}{{2,3}})(?=小朋友|宝贝|宝宝|生日|新婚)",
            rf"(?:写|叫|喊)(?P<name>{_H}{{2}})(?=就行|就可以|即可)",
        ),
        "为": (
            rf"(?m)(?:^|(?<=[,。!~ ])|工程师|顾问|专员|管家)(?:客服: ?)?(?P<name>{_NICK}|[A-Z][a-z]{{1,10}}|(?![很可我请妹将会]){_H}{{2,3}})(?=在线为您|竭诚为您|为您服务|很高兴为您)",
            rf"(?P<name>[{GIVEN}]{{2}})(?<!用心)(?<!真诚)(?<!热情)(?<!高兴)(?<!地)(?=为您服务)",
            rf"(?:客服|售[前后]|坐席|顾问|专员|管家|导购|助理)(?!竭诚|全程|上门|稍后|正在)(?P<name>{_H}{{2}})(?=为您服务)",
            rf"(?:客服|坐席|专员|顾问|管家)(?P<name>{_NICK}|[{GIVEN}]{{2}})(?=(?:正在|已|将|会)为)",
        ),
        "\n": (
            rf"(?m)^(?P<name>{_NICK})(?=: ?[^\n]{{0,200}}\n(?:客户|用户|买家|顾客))",
            rf"(?<=\n)(?P<name>{_NICK})(?=:)",
        ),
        "的": (
            rf"(?:聊的|接待的|处理的|对接的)是(?P<name>{_H}{{2,3}})(?=吧|[,。])",
            rf"[那这]个叫(?P<name>{_H}{{2,4}})(?=的)",
        ),
        "交": (
            rf"(?m)^(?P<name>{_H}{{2,3}})(?=交班给|交接给)",
            rf"(?:交班|交接|转交|移交)给(?P<name>{_NICK}|{_H}{{2,3}})(?=[:,。]|$)",
        ),
        "您": (rf"(?m)(?:^|(?<=[,。!~ :的]))(?P<name>{_NICK}|[{GIVEN}]{{2}})(?=接待您|这边[给为帮]您)",),
        "工号": (rf"(?:热线|客服|坐席)(?P<name>{_SURNAME})(?=,?工号)",),
        "@": (rf"@(?P<name>{_H}{{2,3}})(?= )",),
        "值班": (rf"值班的(?!是)(?P<name>{_NICK}|{_H}{{2}})(?=[,。\n])",),
        "名": (
            rf"姓{_SURNAME},?名(?:字?叫)?(?P<name>{_H}{{1,2}})(?=[,。]|$)",
            rf"小名(?:叫|是)?(?P<name>{_H}{{2,3}})(?=[,。]|\n|$)",
            rf"(?:单名|名字?就?一个)(?:一个|就?是|叫|为)?(?P<name>{_H})(?=字|[，。,]|$)",
        ),
        OPAQUE["NAME"]: (
            rf"(?<=[{OPAQUE['NAME']}]的)(?P<name>(?!名){_H})(?=字)",
            rf"(?<=[{OPAQUE['NAME']}])(?P<name>(?![和时于来向经又从在那方位单])[{SURNAMES}])(?=[,。、或和]|$)",
        ),
        "本人": (
            rf"[是由要非](?P<name>{_H}{{2,3}})(?=本人)",
            rf"(?m)(?:^|(?<=[,。!:]))(?P<name>{_H}{{2,3}})(?=\(本人\))",
        ),
        "(": (r"(?m)^(?:买家|客户|用户|顾客|会员|访客|旺旺)\((?P<name>[^()\n]{2,12})\)(?=:)",),
        "找": (rf"找(?P<name>{_NICK})(?=[,。]|\n|$)",),
        ":": (rf"(?m)^(?P<name>{_H}{{2,3}})(?=(?:妈妈|爸爸|奶奶|爷爷|家长):)",),
    }.items()
    for pattern in patterns
)
_SPEAKER = re.compile(
    rf"(?m)^(?:{_H}{{1,3}}[：:] ?)?(?:\[?[\d:：/\- .年月日]{{4,20}}\]? ?)?({_SURNAME}{_H}{{1,2}})(?=(?:[ (（\[]{{0,2}}[\d:：/\-. 年月日]{{4,20}}[)）\]]?)?(?:[：:]|(?<=[\d)）日])$))"
)
_SERVED = re.compile(
    r"(?m)^\[?(?:客服|坐席|售后|卖家|商家|店家|人工|买家|顾客|客户|用户)[^\n:\]]{0,6}[:\]]"
)  # another speaker: 白洋: 在吗
_LABEL = re.compile(rf"{_H}{{4,8}}")
_TIME = r"\[?(?:\d{2,4}[\-/.年])?(?:\d{1,2}[\-/.月]\d{1,2}日?[ T]?)?\d{1,2}:\d{2}(?::\d{2})?\]?"
_HEAD = re.compile(  # of a turn: 客服茉莉: …, [企业微信] 旅行管家果果@途景旅行 08:43, 旗舰店:可可 2026-10-06 18:06:01
    rf"(?m)^(?:(?:\[[^\]\n]{{1,12}}\]|{_TIME}) ?){{0,2}}\[?(?P<label>{_H}{{2,6}}:{_H}{{2,3}}(?= {_TIME}$)|[\u4e00-\u9fffA-Za-z0-9\-_· ]{{2,20}}?)"
    rf"(?:@{_H}{{2,12}})?(?: ?[(（\[][^)）\]\n]{{1,16}}[)）\]])?(?: ?{_TIME} ?:?| ?[:\]]|\n{_TIME}$)"
)
_REVERSED = re.compile(
    rf"({_NICK}|[{GIVEN}]{{2}}|{_SURNAME}{_H}{{1,2}})[\-_·](?={_H}{{0,4}}(?:部|组|科|店|中心|客服|顾问)$)"
)  # 新民-宴会部
_TIMED = re.compile(rf"(?m)^[^\n]{{2,30}} {_TIME}:?$|^{_TIME}")
_ANSWERS = re.compile(  # a role, and who has it
    r"(?:(?i:support|agent|sales|service|cs|gm|hr|it)|客服|坐席|售[前后]|顾问|专[员席]|管家|支持|成功|督导|票务|计调|门[市店]|设计师?|运维|派件员|评估师|民警|老板|管理员|店[长员]|助理|经理|主管|老师|教练|运营|销售|"
    r"审核员|[组队班]长|主任|热线|值班|导[购游]|司机|师傅|话务员|接线员|前台|行政|财务|人事|医生|护士|站长|团长|旗舰店|小二|调度|工程师|技术|代理|服务|招[生商]|培训|教务|实施|物业|快递员|骑手|(?P<split>[\-_·:]))"
    rf"[0-9]{{0,6}}[ \-_·:]*(?P<name>{_NICK}|{_H}{{1,3}})$"
)
_CALLED_LINE = re.compile(
    rf"(?m)^({_H}{{1,2}}(?![人方名号址话码机箱间型类额费期因式态注位员家部门单站店台处组群科室局厂院所校系社行库岗]){_H})(?=: ?)"
)


def nicknames(text: str) -> Iterator[Candidate]:
    """Nicknames and given names alone, where one introduces oneself or is spoken of."""
    for match in _AGENT.finditer(text):
        if match.group(1) not in ROLES and (match.group(1) in NAMES_TOO or is_rare(match.group(1))):
            yield match.start(1), match.end(1), "NAME"
    for hint, pattern in _NICKNAMES:
        for match in pattern.finditer(text) if hint in text else ():
            name = match["name"]
            nick = match.groupdict().get("twice") or len(name) == 1 or name[0] in "小阿" or name.isascii()
            if name not in ROLES and (nick or how_often(name) < QUALIFIER):
                yield *match.span("name"), "NAME"
    yield from ((*match.span(), "NAME") for match in _SPELT.finditer(text))
    for match in _SPELT_BY_WORD.finditer(text):
        word = text[max(0, match.start() - 2) : match.start()]
        if match.group(1) in word and len(word) == 2 and word[-1] not in "真好对多":
            yield match.start() - 2, match.end(), "NAME"


def speakers(text: str) -> Iterator[Candidate]:
    """Names at the head of a line, before a colon or a time, and wherever else they stand."""
    found = list(_heads(text))
    yield from found
    for name in {text[start:end] for start, end, _ in found}:
        if len(name) > 1 and how_often(name) <= COMMON_PERSON:
            yield from ((match.start(), match.end(), "NAME") for match in re.finditer(name, text))


def _heads(text: str) -> Iterator[Candidate]:
    served = bool(_SERVED.search(text)) or len(_TIMED.findall(text)) > 1
    for head in _HEAD.finditer(text) if "\n" in text else ():
        answers = _ANSWERS.search(head["label"])
        if answers and (served or not answers["split"]) and _is_called(answers["name"], answers.group()):
            yield head.start("label") + answers.start("name"), head.end("label"), "NAME"
            continue
        if reverse := _REVERSED.match(head["label"]):
            yield head.start("label"), head.start("label") + reverse.end(1), "NAME"
            continue
        for start, end, margin in readings(head["label"]) if _LABEL.fullmatch(head["label"]) else ():
            if start and end == len(head["label"]) and margin > LED:
                yield head.start("label") + start, head.end("label"), "NAME"
                break
    for match in _SPEAKER.finditer(text):
        best = readings(match.group(1))
        likely = best and best[0].margin > (LABELLED if served else LED)
        if match.group(1) in NAMES_TOO or (
            likely
            and match.group(1) not in ROLES
            and match.group(1)[-1] not in "店部方"
            and not COMPANY.search(match.group(1))
        ):
            yield match.start(1), match.end(1), "NAME"
    if served:
        for match in _CALLED_LINE.finditer(text):
            if match.group(1) not in ROLES and how_often(match.group(1)) == 0 and not COMPANY.search(match.group(1)):
                yield match.start(1), match.end(1), "NAME"


def _is_called(name: str, label: str) -> bool:
    """Whether what stands behind a role at the head of a turn is a name or a nickname."""
    if len(name) == 1:
        return name in SURNAMES and name not in "单方车时和位那门" and label[-2] in "-_·员师服问家线板练"
    if len(name) == 3:
        return any(r.start == 0 and r.end == 3 and r.margin > LABELLED for r in readings(name))
    if _NICK_WHOLE.fullmatch(name):
        return name not in ROLES
    return (
        name not in ROLES and name[1] not in "员长管理师表部组心人线科台号队站工户方端" and how_often(name) < QUALIFIER
    )


def is_rare(name: str) -> bool:
    """Whether what stands in the place of a name is no ordinary word; one character alone has to be a surname."""
    if len(name) == 1:
        return name in SURNAMES
    if name in doubles():
        return True
    return how_often(name) < QUALIFIER and (name[0] in SURNAMES or (NO_PART.isdisjoint(name) and not is_word(name)))
