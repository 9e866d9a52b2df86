"""Chinese names by what stands around them: labels, titles, self-introductions, requests, greetings, sign-offs, neighbours.

View in, spans on the plain text out. A surname alone before a title is masked alone: 孙经理 -> <NAME_1>经理. A bare Chinese
name counts only where jieba's dictionary finds no word.
"""

import re
from collections.abc import Iterator
from functools import cache

from knowledge.scrubbing.dictionary import NO_PART, cut, is_common, is_unknown, is_word, persons
from knowledge.scrubbing.lexicon import DOUBLE_SURNAMES, GIVEN, NAMES_TOO, NO_NAME, ROLES, SURNAMES, TITLES
from knowledge.scrubbing.normalising import HIDDEN, OPAQUE, View
from knowledge.scrubbing.numbers import Candidate

_H = r"[\u4e00-\u9fff]"
_SURNAME = rf"(?:{DOUBLE_SURNAMES}|[{SURNAMES}])"
_GIVEN = frozenset(GIVEN) - NO_PART
_AFTER = (  # what may follow a name at once
    rf"(?:$|[^\u4e00-\u9fffA-Za-z0-9]|[{HIDDEN}]|的|先生|女士|小姐|经理|老师|师傅|就|吧|呢|啊|呀|哈|哦|嘛|接|签|收|取|那|本人|是|和|跟|与|吗|您|你|我|在|电话|手机|身份|昨|今|明天|想|说|要|这|还|来|为|打|有|已|态度|一声|"
    r"来|开|处理|回|代|看|把|被|不|也|都|会|能|可以|女|男|哥|姐|号|账|推|让|给|对|很|没|登|联系|名下|上|帮|两个|三个|等|俩|二人|一个|一起|到底|什么|怎么|问)"
)
_FOLLOWS = re.compile(_AFTER)
_READ = re.compile(rf"({_SURNAME})({_H}{{1,3}})")

_LABEL = re.compile(
    r"(?:收件人|收货人|联系人|姓名|户名|开户(?:名|人)?|户主|持卡人|寄件人|发件人|签收人|投保人|被保险人|申请人|经办人|负责人|用户名|客户名称?|称呼|本名|真名|名字|抬头|署名|法人|车主|业主|预订人|入住人|乘客|旅客|联络人|买家|机主|本人|实名信息|(?:报修|预约|推荐|下单|取件|代收|付款|收款|订购|使用|监护|投诉|代办|领取|登记|办理|就诊|紧急联系|乘机|乘车|出行|参保|借款|担保|委托|被保|继承|签约|购买|参会|订餐|订票|订房|购票|租车|接机|看房|检修|值班|受理|跟进|处理|审批|接收|接单|提货|负责|对接)人|学生|家长|患者|员工|病人|孕妇|房东|租客|租户|收货方|发货方|法定代表人)"
    r"(?:姓名|名字|改为|改成|换成|是我|是|为|叫|写的?|填的?|应该是|[:, 、(])*"
)
_AND = re.compile(rf"{_H}[和及与或同跟]")  # 抬头和税号: a label, and another one
_SURE_LABEL = re.compile(
    rf"(?:收件人|收货人|联系人|姓名|户名|开户人|寄件人|持卡人|签收人)(?:[：:]|是|为) ?({_H}{{2,5}}(?:·{_H}{{1,6}})?)(?=$|[\s，。,;；、（(]|[{HIDDEN}])"
)
_ACCOUNT_NAME = re.compile(
    rf"(?:户名|开户人|收件人|收货人)(?!.{{0,3}}[么不错写填改是和有也都要可在])({_H}{{3,4}})(?=$|[\s,。;])"
)
_SELF = re.compile(
    r"(?:我叫|我的?名字叫?|我是|名叫|叫做|我(?:爸|妈|爸爸|妈妈|父亲|母亲|老公|老婆|媳妇|儿子|女儿|弟弟?|妹妹?|哥哥?|姐姐?|同事|朋友|室友|家人|爱人|先生|太太|领导|老板)|他女儿|她女儿|他儿子|她儿子|女儿|儿子|妻子|丈夫|这边是|这里是|请问是|请问您是|您是|真名|配送员|快递员|快递小哥|外卖员|骑手|业务员|销售员|保安|司机|学员|会员|客户|顾客|用户|房客|甲方|乙方|收件|寄件|取件|转给|交给|抄送给?|@(?:一下)?|艾特一下|(?<=[\u4e00-\u9fff])[人员]|[他她](?:名字)?叫|病人|患者|就诊人|孕妇|(?<=[^\u4e00-\u9fff])叫)"
    r"(?:叫|是|名叫|名字叫)?[ ：:，]?"
)
_CUE = re.compile(
    r"(?:^我|给|找|联系|请|叫|跟|和|替|帮|转告|转接?|问[下问]?|让|通知|麻烦|由|是|客服|坐席|专员|顾问|配送员|快递员|快递小哥|骑手|师傅|业务员|销售|同事|朋友|抄送给?|交给|改成|写|@|艾特|@一下|开给|用|以|查一下|查下|对接人?|谢谢|感谢|你好|您好|叫做|名为|姓名|小|员工|老师|原来的|之前的|、)$"
)
_ACTING = re.compile(
    r"(?:给|找|联系|替|帮|转告|通知|合同是|配送员|快递员|业务员|坐席|专员|客服|同事|朋友|转给|交给|抄送|改成|@|@一下|艾特)$"
)
_AGENT = re.compile(
    rf"(?:客服|坐席|专员|顾问|售后|师傅|快递员|配送员|业务员|销售|管家|骑手|工号\d{{1,6}}的?客服)(?:是|叫|：|:|-|_)?[小老阿]?(?!.{{1,2}}(?:先生|女士|小姐)|专员|经理|主管)((?:{_SURNAME})?{_H}{{1,2}}?)(?=为您|：|:|\(|很高兴|在线|已|上门|您好|你好|在此|竭诚|，电|,电)"
)
_ASKED = re.compile(
    rf"(?:联系|请|找|转|叫|让|签收人是?)({_SURNAME}{_H}{{1,2}}?)(?=就行|就可以|即可|接电话|接一下|听电话|[,，]不是我)"
)
_FAMILIAR = re.compile(
    rf"(?<=[小老阿])(?![师时程米区包车单公婆板]|于 ?\d)([{SURNAMES}])(?=[，。！？,!?：: \n]|$|说|在|来|帮|给|您好|你好|那|跟|为您|：|联系)"
)
_TITLE = re.compile(rf"({_H})(?:{TITLES})")
_FAMILY = re.compile(rf"(?:我姓|贵姓|免贵姓|(?<![a-z百老大])姓)[是：: ]?({_SURNAME})")
_SPEAKER = re.compile(
    rf"(?m)^(?:{_H}{{1,3}}[：:] ?)?(?:\[?[\d:：/\- .年月日]{{4,20}}\]? ?)?({_SURNAME}{_H}{{1,2}})(?=(?:[ (（\[]{{0,2}}[\d:：/\-. 年月日]{{4,20}}[)）\]]?)?(?:[：:]|(?<=[\d)）日])$))"
)
_BESIDE = "".join(OPAQUE[kind] for kind in ("PHONE", "ID_CARD", "BANK_CARD", "ADDRESS", "EMAIL", "WECHAT", "PASSPORT"))
_BEFORE_VALUE = re.compile(
    rf"(?<![\u4e00-\u9fff])({_SURNAME}{_H}{{1,2}})(?=[ ,，;；/|、:：\-(（\t]{{0,3}}(?:电话|手机|身份证|号码|收)?[：: ]{{0,2}}[{_BESIDE}])"
)
_AFTER_VALUE = re.compile(
    rf"(?<=[{_BESIDE}])[ ,，;；/|、:：\-)）\t]{{0,3}}({_SURNAME}{_H}{{1,2}}?)(?=[^\u4e00-\u9fffA-Za-z0-9]|$|收|的|先生|女士|签)"
)
_FOREIGN = re.compile(
    rf"(?<![\u4e00-\u9fff])({_H}{{2,6}}·{_H}{{2,6}})(?=[ ,，;；/|、:：\-(（\t]{{0,3}}(?:电话|手机|身份证|号码|收)?[：: ]{{0,2}}[{_BESIDE}])"
)
_TRANSLITERATED = "阿卜杜拉买提吐尔逊古丽娜艾山江迪热巴力木努叶肯斯扎西多吉格桑尼玛达瓦旺堆次仁卓央金娅热合曼萨比克帕孜孜依汗库班麦麦玛伊布拉欣沙吾热克里穆罕默德阿迪丽米娜祖农哈赛买合苏甫不热依木提依"
_DOTTED = re.compile(rf"([{_TRANSLITERATED}]{{2,6}}(?:·[{_TRANSLITERATED}]{{2,7}}){{1,2}})")
_DOTTED_READ = re.compile(rf"({_H}{{1,6}}(?:·{_H}{{1,7}}?){{1,2}}){_AFTER}")
_CALLED_SO = re.compile(  # without a known surname: 我叫斯琴高娃, 古丽娜尔女士
    rf"(?:我叫|名字[是叫]|[他她]叫|名叫|本名)(?![了不你他她它我过得来快去您这那什])({_H}{{2,5}})(?=$|[，。,;；、！!\s])"
    rf"|(?<!{_H})({_H}{{3,5}})(?=先生|女士|小姐)"
)
_CLAUSE = re.compile(rf"{_H}{{2,200}}")
_LIKELY = re.compile(rf"[{SURNAMES}][{''.join(sorted(_GIVEN))}]|{DOUBLE_SURNAMES}")
_VERBS = frozenset(
    "和来由都干但公代位那相应全连容查计索支项单解展信印居施"
)  # surnames that are mostly other words: not bare
_CALLED = re.compile(TITLES)

_CLERKS = frozenset(
    ["施工方", "施工人", "施工队", *(f"{end}专员" for end in "边成修才会时信部门")]
)  # another word's end


def names(view: View) -> Iterator[Candidate]:
    """Names in Han characters, the surest first."""
    text = view.plain
    if not text.isascii():
        yield from _introduced(text)
        yield from _addressed(text)
        yield from _beside(text)
        yield from _bare(text)


def _introduced(text: str) -> Iterator[Candidate]:
    for pattern in (_SURE_LABEL, _ACCOUNT_NAME):
        for match in pattern.finditer(text):
            yield match.start(1), match.end(1), "NAME"
    for cue in _LABEL.finditer(text):
        if not _AND.match(text, cue.end() - 1):
            yield from _read(text, cue.end(), sure=True)
    for cue in _SELF.finditer(text):
        yield from _read(text, cue.end(), sure=cue.group().endswith("叫"))
    for match in _SPEAKER.finditer(text):
        if match.group(1) in NAMES_TOO or (match.group(1) not in NO_NAME and not is_word(match.group(1))):
            yield match.start(1), match.end(1), "NAME"
    for pattern in (_AGENT, _ASKED, _DOTTED, _FOREIGN):
        for match in pattern.finditer(text):
            if match.group(1) not in ROLES:
                yield match.start(1), match.end(1), "NAME"
    for match in _CALLED_SO.finditer(text):
        if is_unknown(match.group(match.lastindex or 0)):
            yield *match.span(match.lastindex or 0), "NAME"


def _read(text: str, at: int, sure: bool) -> Iterator[Candidate]:
    """The name that starts at `at`, if one does; `sure`: a label stands before it, so that a word may be a name."""
    if dotted := _DOTTED_READ.match(text, at):
        yield *dotted.span(1), "NAME"
    word = next(iter(cut(text[at : at + 6])), "")
    if len(word) > 3 and word in persons():  # 斯琴高娃
        yield at, at + len(word), "NAME"
    match = _READ.match(text, at)
    if not match or _CALLED.match(text, at):
        return
    family, rest = match.groups()
    if _CALLED.match(rest):
        return
    for length in (2, 1):
        given = rest[:length]
        ordinary = family + given in NO_NAME or family + given[:1] in NO_NAME
        if len(given) < length or (ordinary and not sure) or is_common(family + given):
            continue
        end = at + len(family) + length
        bounded = bool(_FOLLOWS.match(text, end)) or _stands(text, at, end)
        known = all(c in _GIVEN for c in given)
        if (known and (sure or bounded)) or (bounded and sure and not (length == 2 and is_word(given))):
            if length == 2 and not known and given[0] in _GIVEN and _FOLLOWS.match(text, end - 1):
                continue
            yield at, end, "NAME"
            return


def _stands(text: str, at: int, end: int) -> bool:
    """Whether a word ends at `end`, and text[at:end] is no word but a person's name."""
    tail = _CLAUSE.match(text, at)
    tokens = cut(tail.group()[:12]) if tail else []
    ends = {at + len("".join(tokens[: i + 1])) for i in range(len(tokens))}
    return end in ends and (at + len(tokens[0]) < end or tokens[0] in persons())


def _addressed(text: str) -> Iterator[Candidate]:
    """Before a title, after 姓, after 小 or 老."""
    for match in _TITLE.finditer(text):
        at = match.end(1)
        for length in (3, 2, 1):
            piece = text[max(0, at - length) : at]
            if len(piece) == length and _titled(piece) and not _ends_other(text, at, length):
                yield at - length, at, "NAME"
                break
    for pattern in (_FAMILY, _FAMILIAR):
        for match in pattern.finditer(text):
            yield match.start(1), match.end(1), "NAME"


def _ends_other(text: str, at: int, length: int) -> bool:
    return text[at - length : at + 2] in _CLERKS or text[max(0, at - 2) : at] in ("谢谢", "公司")


def _titled(piece: str) -> bool:
    if len(piece) == 1 or piece in _doubles():
        return (piece in SURNAMES and piece not in "来和位") or len(piece) == 2
    family = 2 if piece[:2] in _doubles() else 1
    if piece[0] not in SURNAMES and family == 1:
        return False
    return piece not in NO_NAME and all(c in _GIVEN for c in piece[family:])


@cache
def _doubles() -> frozenset[str]:
    return frozenset(DOUBLE_SURNAMES.split("|"))


def _beside(text: str) -> Iterator[Candidate]:
    """Next to a number or an address that was masked: 王芳 <PHONE_1>."""
    for pattern in (_BEFORE_VALUE, _AFTER_VALUE):
        for match in pattern.finditer(text):
            if (
                match.group(1) not in NO_NAME
                and all(c in _GIVEN for c in match.group(1)[1:])
                and not _CALLED.match(match.group(1), 1)
            ):
                yield match.start(1), match.end(1), "NAME"


def _bare(text: str) -> Iterator[Candidate]:
    for clause in _CLAUSE.finditer(text):
        if _LIKELY.search(clause.group()):
            for start, end in _bare_in(clause.group(), text[clause.end() : clause.end() + 1]):
                yield clause.start() + start, clause.start() + end, "NAME"


def _bare_in(clause: str, after: str) -> Iterator[tuple[int, int]]:
    tokens = cut(clause)
    at = 0
    for place, token in enumerate(tokens):
        length = _bare_length(tokens, place)
        if length and clause[at : at + length] not in NO_NAME:
            before = clause[max(0, at - 6) : at]
            left = at == 0 or bool(_CUE.search(before))
            right = at + length == len(clause) or bool(_FOLLOWS.match(clause, at + length))
            if ((left and right) or bool(_ACTING.search(before))) if length == 2 else (left or right):
                yield at, at + length
        at += len(token)


def _bare_length(tokens: list[str], place: int) -> int:
    """How many characters from this token on read as a name; 0 if none do."""
    token = tokens[place]
    following = tokens[place + 1] if place + 1 < len(tokens) else ""
    third = tokens[place + 2] if place + 2 < len(tokens) else ""
    if _CALLED.match(following):
        return 0
    if (token in SURNAMES and token not in _VERBS) or token in _doubles():
        if (
            len(following) == 2
            and all(c in _GIVEN for c in following)
            and following not in NO_NAME
            and not is_common(following)
        ):
            return len(token) + 2
        if len(following) == 1 and following in _GIVEN:
            return len(token) + 1 + (len(third) == 1 and third in _GIVEN)
        return 0
    if _CALLED.match(token, 1):
        return 0
    if len(token) < 2 or token[0] not in SURNAMES or token not in persons() or token[1] not in _GIVEN:
        return 0
    if token[-1] not in _GIVEN:
        return 2 if len(token) == 3 and token[-1] in "来和向上下" else 0  # 张文来取件: the dictionary knows a 张文来
    if len(token) == 2 and len(following) == 1 and following in _GIVEN:
        return 3
    return len(token) if len(token) in (2, 3) else 0
