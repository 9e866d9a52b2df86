"""Chinese names by what stands around them: labels, titles, self-introductions, requests, greetings, sign-offs, neighbours.

View in, spans on the plain text out. A surname alone before a title is masked alone: 孙经理 -> <NAME_1>经理. How much better
a name has to read than the words that may stand there instead (dictionary.py) depends on what stands around it.
"""

import re
from collections.abc import Iterator

from knowledge.scrubbing.dictionary import (
    ALONE,
    BESIDE,
    ENDED,
    LABELLED,
    LED,
    LONGER,
    QUALIFIER,
    SURE,
    cut,
    doubles,
    how_often,
    is_unknown,
    persons,
    places,
    readings,
)
from knowledge.scrubbing.lexicon import DOUBLE_SURNAMES, NAMES_TOO, NO_NAME, ROLES, SURNAMES, TITLES
from knowledge.scrubbing.nicknames import COMPANY, is_rare, nicknames, speakers
from knowledge.scrubbing.normalising import HIDDEN, OPAQUE, View
from knowledge.scrubbing.numbers import Candidate

_H = r"[\u4e00-\u9fff]"
_SURNAME = rf"(?:{DOUBLE_SURNAMES}|[{SURNAMES}])"
_AFTER = (  # what may follow a name at once
    rf"(?:$|[^\u4e00-\u9fffA-Za-z0-9]|[{HIDDEN}]|的|系|先生|女士|小姐|经理|老师|师傅|就|吧|呢|啊|呀|早|自己|哈|哦|嘛|接|签|收|取|那|本人|是|和|跟|与|吗|您|你|我|在|电话|手机|身份|昨|今|明天|想|说|要|这|还|来|为|打|有|已|态度|一声|"
    r"来|开|处理|回|代|看|把|被|不|也|都|会|能|可以|女|男|哥|姐|号|账|推|让|给|对|很|没|登|联系|名下|上|帮|约|挂|拍|下单|办|弄|修|装|买|订|寄|两个|三个|等|反映|反馈|投诉|急|负责|俩|二人|一个|一起|先|名下|到底|什么|怎么|问)"
)
_FOLLOWS = re.compile(_AFTER)
_RUN = re.compile(rf"{_H}{{2,10}}")

_LABEL = re.compile(
    r"(?=[\u4e00-\u9fff])(?:收件人|收货人|联系人|姓名|户名|开户(?:名|人)?|户主|持卡人|寄件人|发件人|签收人|投保人|被保险人|申请人|经办人|负责人|用户名|客户名称?|称呼|本名|真名|名字|抬头|署名|法人|车主|业主|预订人|入住人|乘客|旅客|联络人|买家|机主|本人|实名信息|(?:报修|预约|推荐|下单|取件|代收|付款|收款|订购|使用|监护|投诉|代办|领取|登记|办理|就诊|紧急联系|乘机|乘车|出行|参保|借款|担保|委托|被保|继承|签约|购买|参会|订餐|订票|订房|购票|租车|接机|看房|检修|值班|受理|跟进|处理|审批|接收|接单|提货|负责|对接)人|(?:医生|医师|技师|教练|设计师|工程师|师傅|老师)(?=[：:])|学生|家长|患者|员工|病人|孕妇|房东|租客|租户|收货方|发货方|法定代表人)"
    r"(?:姓名|名字|改为|改成|换成|是我|是|为|叫|写[的成]?|填[的成]?|应该是|[:, 、(])*"
)
_SAYS = re.compile(r"(?m)\n?^(?:买家|学生|家长|患者):")  # who speaks, not whose name follows
_AND = re.compile(rf"{_H}[和及与或同跟]")  # 抬头和税号: a label, and another one
_SURE_LABEL = re.compile(
    rf"(?:收件人|收货人|联系人|姓名|户名|开户人|寄件人|持卡人|签收人)(?:[：:]|是|为) ?({_H}{{2,5}}(?:·{_H}{{1,6}})?)(?=$|[\s，。,;；、（(]|[{HIDDEN}])"
)
_ACCOUNT_NAME = re.compile(
    rf"(?:户名|开户人|收件人|收货人)(?!.{{0,3}}(?:[么不错写填改和有也都要可在]|本人|您))((?!.{{0,3}}是){_H}{{3,4}}|{_SURNAME}是{_H})(?=$|[\s,。;])"
)
_KIN = "老伴|爷爷|奶奶|姥姥|姥爷|外公|外婆|公公|婆婆|岳父|岳母|舅舅|舅妈|姑姑|姑妈|阿姨|叔叔|伯伯|爸爸?|妈妈?|父亲|母亲|老公|老婆|媳妇|爱人|丈夫|妻子|对象|男友|女友|男朋友|女朋友|儿子|女儿|闺女|孙子|孙女|外甥女?|侄子|侄女|弟弟?|妹妹?|哥哥?|姐姐?|表[弟妹哥姐]|堂[弟妹哥姐]|未婚妻|未婚夫|前夫|前妻|学[妹弟姐长]|大伯|小姨|小舅子|嫂子|弟媳|女婿|儿媳|闺蜜|同事|朋友|同学|室友|舍友|邻居|家人|领导|老板|助理|秘书"
_SELF = re.compile(
    rf"(?=[\u4e00-\u9fff@])(?:我叫|我的?名字叫?|我[是系]|名叫|叫做|[我他她的](?:{_KIN}|先生|太太)|女儿|儿子|妻子|丈夫|这边是|这里是|请问是|请问您是|您是|真名|实名|大名|(?<=[签填])的|登记|[中英]文名|全名|[改换写填点记弄输打登]成|配送员|快递员|快递小哥|外卖员|骑手|机手|[技焊电木瓦]工|钟点工|护工|保洁|月嫂|育儿嫂|厨师|摄影师|化妆师|行政|门市|票务|计调|司仪|业务员|销售员|保安|司机|教练|学员|家长|会员|客户|顾客|用户|房客|甲方|乙方|收件|寄件|取件|机主|工程师|店长|主播|法人|代理|渠道|财务|采购|会计|出纳|仓管|库管|收银|值班|管理员|队长|前台|导游|转给|交给|抄送给?|@(?:一下)?|艾特一下|(?<=[\u4e00-\u9fff])[人员者]|[他她](?:名字)?叫|(?:回访|服务|投保|签约)对象|病人|患者|就诊人|孕妇|(?<=[^\u4e00-\u9fff])叫|(?<=[\u4e00-\u9fff])叫(?![我你他她您人车上了一个做不]))"
    r"(?:叫|是|名叫|名字叫)?[ ：:，]?"
)
_STRONG = re.compile(rf"(?:叫|{_KIN}|[人员]|实名|大名|[签填]的|登记|真名|全名|文名|成)[是 ：:，]?$")
_CUE = re.compile(
    r"(?:^我|给了?|找|联系|请|叫|跟|和|替|帮|转告|转接?|问[下问]?|让|通知|麻烦|由|是|客服|坐席|专员|顾问|配送员|快递员|快递小哥|骑手|师傅|业务员|销售|同事|朋友|抄送给?|交给|改成|写|@|艾特|@一下|开给|用|以|查一下|查下|对接人?|[昨今明]天|[上下]午|[早晚]上|昨晚|刚才|刚刚|上次|[部处组科商]|谢谢|感谢|你好|您好|叫做|名为|姓名|小|员工|老师|原来的|之前的|班|报|、|[写填报]的|好友|孩子|群主|团长|楼主|邻居|徒弟)$"
)
_ACTING = re.compile(
    r"(?:给|找|联系|替|帮|让|叫|请|派|转告|通知|合同是|配送员|快递员|业务员|坐席|专员|客服|同事|朋友|转给|交给|抄送|改成|@|@一下|艾特)$"
)
_ASKED = re.compile(
    rf"(?:联系|请|找|转|叫|让|写|填|签收人是?)({_SURNAME}{_H}{{1,2}}?)(?=就行|就好|就可以|即可|接电话|接一下|听电话|[,，]不是我)"
)
_SPACED = re.compile(
    rf"(?:姓 ?名|[收寄]件|(?:客户|用户)(?!方)|收货人|联系人|写的?|实名[^\n]{{0,4}}|填|变成|显示成?|签[字名]|[收寄]件人|户 ?名)[: ]{{0,3}}((?:{'|'.join(' '.join(d) for d in DOUBLE_SURNAMES.split('|'))}|[{SURNAMES}])(?:(?: {_H}){{1,2}}| {_H}{{2}}))(?=了|的|[^\u4e00-\u9fff]|$)"
)
_KEYED = re.compile(
    rf"(?i)[\"'](?:name|buyer|receiver|recipient|contact|consignee|customer|owner|user_?name|real_?name|姓名|联系人|收货人)[\"']\s?:\s?[\"']({_H}{{2,4}})[\"']"
)
_FAMILIAR = re.compile(
    rf"(?<![养敬古大最缩减较太][小老阿])(?<=[小老阿])(?![师时米区包车单公婆板票数型计金]|程序|于 ?\d)({_SURNAME})"
    r"(?=[，。！？,!?：: 、\n]|$|说|聊|也|再|先|和|与|在|来|帮|给|不[是在]|只|是|您好|你好|那|跟|为您|联系|介绍|都|非|离职|负责|请假|让|推荐|又|已|昨|刚|送|打|接|就)"
)
_BOSS = re.compile(rf"(?<!{_H})(?![时常何那万全钱单应])({_SURNAME})总(?=[要在会得有是])")  # 张总要的
_YOUNG = re.compile(
    rf"(?:那个|这个|叫|找|问|让|派|请|麻烦|运维|客服|销售|物业|保安|同事|顾问|店员|护士|司机|安装工|客户经理)[小老](?![师时米区包车单公婆板票数型计金]|程序)({_SURNAME})(?={_H})"
)
_TITLE = re.compile(rf"({_H})(?={TITLES})")
_FAMILY = re.compile(rf"(?:我姓|贵姓|免贵姓?|(?<![a-z百老大])姓)[是：: ]?(?![和名氏])({_SURNAME})")
_GREETED = re.compile(rf"(?:药师|医生|医师|护士|律师|经理|老师|师傅|主任|教练)({_SURNAME})(?=[您你]好)")  # 药师许您好
_CHANGED = re.compile(rf"(?:[从由]|(?<=[:,])原)({_H}{{2,4}})(?=[,，]?[改换变][成为更])")  # 法人从…换成…
_BESIDE = "".join(OPAQUE[kind] for kind in ("PHONE", "ID_CARD", "BANK_CARD", "ADDRESS", "EMAIL", "WECHAT", "PASSPORT"))
_BEFORE_VALUE = re.compile(
    rf"(?={_H})(?<!{_H})({_SURNAME}{_H}{{1,2}})(?=[ ,，;；/|、:：\-(（\t]{{0,3}}(?:电话|手机|身份证|号码|收)?[：: ]{{0,2}}[{_BESIDE}])"
)
_AFTER_VALUE = re.compile(
    rf"(?<=[{_BESIDE}])[ ,，;；/|、:：\-)）\t]{{0,3}}({_SURNAME}{_H}{{1,2}}?)(?=[^\u4e00-\u9fffA-Za-z0-9]|$|收|的|先生|女士|签)"
)
_SENT = re.compile(  # 我是安禾经纪的王启航,
    rf"(?:我是|这里是|这边是)[^\n,。]{{1,24}}?的({_SURNAME}{_H}{{1,2}})(?=[,。!~ \n]|$)"
)
_OWNER = re.compile(rf"(?<=[给到在是用])({_SURNAME}{_H}{{1,2}})(?=名下)")
_FOREIGN = re.compile(
    rf"(?<![\u4e00-\u9fff])({_H}{{2,6}}·{_H}{{2,6}})(?=[ ,，;；/|、:：\-(（\t]{{0,3}}(?:电话|手机|身份证|号码|收)?[：: ]{{0,2}}[{_BESIDE}])"
)
_TRANSLITERATED = (  # the characters of the dictionary's transliterated names, and of Uyghur, Kazakh, Tibetan and Mongolian ones
    "尔斯吐逊拉克特云汗额里德夫卡阿布塔巴哈格罗尼维科瓦多奥达亚伊托米普诺利洛纳勒基莱姆马蒂弗萨西茨比雷帕塞库曼莫埃贝什奇菲兰加吉迪恩威图赫穆耶凯伦戈朗鲁顿默雅伯扎希波安列内切瑟索古登佩韦林森乌坦坎约娜博杰杜"
    "梅玛涅法海沃舍费迈摩丁努皮盖兹霍彼妮得福麦艾谢劳蒙佐施莎查罕金珀卢撒邦逊因万桑厄琳翰哥芬泰莉奎辛宁夸拜豪沙太乔易热提冈卜芙昂烈契苏肯温泽丝赖衮丽力江孜买合甫吾守依玉素旦增卓嘎旺堆平措次仁"
    "宗珠央娃孟和叶班木都不娅扬山地沁祖农满苗坤军夏"
)
_UNITS = (
    "扎西|次仁|索朗|旺堆|卓嘎|卓玛|央金|格桑|尼玛|达瓦|多吉|平措|洛桑|[丹旦]增|顿珠|拉姆|白玛|强巴|普布|边巴|巴桑|曲珍|仁青|德吉|罗布|旺姆|次旺|次旦|朗杰|贡布|桑珠|"
    "巴雅尔|图雅|其其格|乌云|斯琴|娜仁|托娅|格日勒|朝鲁|阿拉坦|那日苏|哈斯|巴图|宝音|孟和|毕力格|巴特尔|高娃|图娜|乌兰"
)
_COMPOSED = re.compile(rf"(?={_H})((?:{_UNITS}){{2,3}}|(?:巴雅尔|乌力吉|宝力德)图)")
_DOTTED = re.compile(rf"([{_TRANSLITERATED}]{{2,8}}(?:[·.][{_TRANSLITERATED}]{{2,8}}){{1,2}})")
_DOTTED_READ = re.compile(rf"({_H}{{1,6}}(?:[·.]{_H}{{1,7}}?){{1,2}}){_AFTER}")
_CALLED_SO = re.compile(  # without a known surname: 我叫斯琴高娃, 古丽娜尔女士
    rf"(?={_H})(?:(?:我叫|名字[是叫]|[他她]叫|名叫|本名)(?![了不你他她它我过得来快去您这那什])({_H}{{2,5}})(?=$|[，。,;；、！!\s])"
    rf"|(?<!{_H})({_H}{{3,5}})(?=先生|女士|小姐))"
)
_FIRM = re.compile(  # what makes a firm or a place of what stands before it
    rf"(?:(?![去来在到给和跟说把被问让找就也都您你我他的]){_H}){{0,10}}?(?:{COMPANY.pattern}|科技|网络|传媒|广告|贸易|软件|物流|实业|文具|经销|商行|超市|工作室|事务所|包装|建材|装饰|会议室|高速|大桥|机场|高铁站|火车站)"
    r"|路(?![上过费线途由])|街|大道|胡同|大厦|广场|花园|小区|家园"
)
_CLAUSE = re.compile(rf"(?={_H})(?:(?<=\d)[元块年月日天号楼层万千百亿])?({_H}{{2,200}})")
_LIKELY = re.compile(rf"{_SURNAME}{_H}")
_CLAUSE_END = re.compile(rf"{_H}{{1,6}}$")
_OWNS = re.compile(r"[车业户机房店货失]主$")  # 车主任先生: not 主任
_CALLED = re.compile(TITLES)

_CLERKS = frozenset(
    ["施工方", "施工人", "施工队", *(f"{end}专员" for end in "边成修才会时信部门")]
)  # another word's end


def names(view: View) -> Iterator[Candidate]:
    """Names in Han characters, the surest first."""
    text = view.plain
    if not text.isascii():
        yield from speakers(text)
        yield from _introduced(text)
        yield from nicknames(text)
        yield from _addressed(text)
        yield from _beside(text)
        yield from _bare(text)


def _introduced(text: str) -> Iterator[Candidate]:
    for pattern in (_SURE_LABEL, _ACCOUNT_NAME):
        for match in pattern.finditer(text):
            if match.group(1) not in ROLES:
                yield match.start(1), match.end(1), "NAME"
    for cue in _LABEL.finditer(text):
        if not _AND.match(text, cue.end() - 1):
            yield from _read(text, cue.end(), sure=not _SAYS.match(text, max(0, cue.start() - 1), cue.end()))
    for cue in _SELF.finditer(text):
        yield from _read(text, cue.end(), sure=bool(_STRONG.search(cue.group())))
    for match in _CHANGED.finditer(text):
        if any(r.start == 0 and r.end == len(match.group(1)) for r in readings(match.group(1))):
            yield match.start(1), match.end(1), "NAME"
    for pattern in (_ASKED, _DOTTED, _FOREIGN, _COMPOSED, _SPACED, _KEYED):
        for match in pattern.finditer(text):
            name = match.group(1)
            if name not in ROLES and (name in NAMES_TOO or not name.isalpha() or is_rare(name)):
                yield match.start(1), match.end(1), "NAME"
    for match in _CALLED_SO.finditer(text):
        if is_unknown(match.group(match.lastindex or 0)):
            yield *match.span(match.lastindex or 0), "NAME"


def _read(text: str, at: int, sure: bool) -> Iterator[Candidate]:
    """The name that starts at `at`, if one does; `sure`: a label stands before it, so that a word may be a name."""
    if dotted := _DOTTED_READ.match(text, at):
        yield *dotted.span(1), "NAME"
    word = next(iter(cut(text[at : at + 6])), "")
    known = (
        sure and word not in NO_NAME and word[:1] in SURNAMES and len(word) > 1 and _FOLLOWS.match(text, at + len(word))
    )
    if word in persons() and word not in NO_NAME and (len(word) > 3 or known):
        yield at, at + len(word), "NAME"  # 斯琴高娃; 户名于是之
    run = _RUN.match(text, at)
    if not run or _CALLED.match(text, at) or _FIRM.match(text, at + 1):
        return
    if sure and run.group() in NAMES_TOO:
        yield run.start(), run.end(), "NAME"
        return
    best = [r for r in readings(run.group()) if r.start == 0]
    for reading in sorted(
        best, key=lambda r: (at + r.end < run.end(), not _FOLLOWS.match(text, at + r.end), -r.margin - LONGER * r.end)
    ):
        end = at + reading.end
        closed, bounded = end == run.end(), bool(_FOLLOWS.match(text, end))
        least = (LABELLED if closed else SURE) if sure else ENDED if closed else LED if bounded else ALONE
        if reading.margin > least and not _CALLED.match(text, at + 1):
            yield at, end + _cut_short(text, end, any(at + r.end == end + 1 for r in best)), "NAME"
            return


def _cut_short(text: str, end: int, longer: bool) -> bool:
    """Whether the reading that is one character longer ends where names do, and this one does not: 蒋向|前的."""
    return longer and not _FOLLOWS.match(text, end) and bool(_FOLLOWS.match(text, end + 1))


def _addressed(text: str) -> Iterator[Candidate]:
    """Before a title, after 姓, after 小 or 老."""
    for match in _TITLE.finditer(text):
        at = match.end(1)
        for length in (3, 2, 1):
            piece = text[max(0, at - length) : at]
            if len(piece) == length and _titled(piece) and not _ends_other(text, at, length):
                yield at - length, at, "NAME"
                break
    for pattern in (_FAMILY, _FAMILIAR, _YOUNG, _BOSS, _GREETED):
        for match in pattern.finditer(text):
            if text[max(0, match.start(1) - 2) : match.end(1)] in NO_NAME:  # 王老吉
                continue
            whole = match.start(1) - 2  # 武小龙, not 小龙
            named = (
                pattern is _FAMILIAR
                and whole >= 0
                and text[whole] not in "和与"
                and _titled(text[whole : match.end(1)])
            )
            yield whole if named else match.start(1), match.end(1), "NAME"


def _ends_other(text: str, at: int, length: int) -> bool:
    """Whether what stands before the title belongs to another word: 安全主管, 班主任, 课程顾问, 王老吉, 原队长."""
    if text[at - length : at + 2] in _CLERKS or text[max(0, at - 2) : at] in ("谢谢", "公司", "随车", "跟车", "校车"):
        return True
    if length == 1 and _OWNS.search(text, max(0, at - 3), at - 1):
        return False
    if length > 1 or any(text[at - 1 : at + stop] in NO_NAME for stop in (1, 2, 3)):
        return length == 1
    before = _CLAUSE_END.search(text, max(0, at - 6), at)
    spot = 0
    for word in cut(text[before.start() if before else at - 1 : at + 3]):
        start, spot = spot, spot + len(word)
        here = at - 1 - (before.start() if before else at - 1)
        if start <= here < spot:
            return len(word) > 1 and how_often(word) > QUALIFIER and word not in persons()
    return False


def _titled(piece: str) -> bool:
    if len(piece) == 1 or piece in doubles():
        return (piece in SURNAMES and piece not in "来和位原哈副总那修") or len(piece) == 2
    family = 2 if piece[:2] in doubles() else 1
    if (piece[0] not in SURNAMES and family == 1) or piece[-1] in "和跟与及":
        return False
    return any(r.start == 0 and r.end == len(piece) and r.margin > SURE for r in readings(piece))


def _beside(text: str) -> Iterator[Candidate]:
    """Next to a number or an address that was masked: 王芳 <PHONE_1>; and whose an account is: 转到于红霞名下."""
    for pattern in (_BEFORE_VALUE, _AFTER_VALUE, _OWNER, _SENT):
        for match in pattern.finditer(text):
            name = match.group(1)
            likely = any(r.start == 0 and r.end == len(name) and r.margin > BESIDE for r in readings(name))
            if likely and not _CALLED.match(name, 1):
                yield match.start(1), match.end(1), "NAME"


def _bare(text: str) -> Iterator[Candidate]:
    """Names in the middle of a sentence: alone where nothing else reads so well, else where a word leads to one."""
    for clause in _CLAUSE.finditer(text):
        if _LIKELY.search(clause.group(1)):
            for start, end in _bare_in(clause.group(1)):
                yield clause.start(1) + start, clause.start(1) + end, "NAME"


def _bare_in(clause: str) -> Iterator[tuple[int, int]]:
    taken: set[int] = set()
    spans = {(start, end) for start, end, _ in readings(clause)}
    for start, end, margin in sorted(readings(clause), key=lambda r: -r.margin - LONGER * (r.end - r.start)):
        greeted = start == 0 and clause.startswith(
            ("您好", "你好", "那台", "那单", "那份", "那笔", "那件", "那户"), end
        )
        if margin < (LABELLED if greeted else LED - 1):
            continue
        if _CALLED.match(clause, start + 1) or _FIRM.match(clause, end) or clause[start:end] in places():
            continue
        before = clause[max(0, start - 6) : start]
        led = start == 0 or bool(_CUE.search(before))
        bounded = end == len(clause) or bool(_FOLLOWS.match(clause, end))
        least = LED - (end == len(clause))
        likely = margin > ALONE or greeted or (led and bounded and margin > least) or _ACTING.search(before)
        end += bool(likely) and _cut_short(clause, end, (start, end + 1) in spans)
        if likely and taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            yield start, end
