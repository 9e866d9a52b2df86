"""What may not differ between a question and the wording it is taken for: codes, numbers, negation, opposites.

"A102" is not "A120", 能 is not 不能, per month is not per year, 导入 is not 导出, and 多久 does not ask for
多少钱. Two texts that differ in one of these may be alike in every other letter.
"""

import re
from functools import lru_cache

from knowledge.numerals import value_of
from knowledge.words import codes, fold

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_HAN_NUMBER = re.compile(r"[一二两三四五六七八九十百千万]+(?=[天日年月周个小分秒元块人次台份种类级倍折])")
_CAN_OR_NOT = re.compile(r"([能可要会用有是行])(?:不|没)\1")
_CAN_NOT_ASKED = re.compile(r"(?:可不可以|支不支持|需不需要|can you not|why not)")
_NEGATION = re.compile(
    r"不能|不可以|无法|不支持|不会|不用|不需要|不是|不要|不让|不想|不让|不了|不到|不上|不出|没有|没法|没收到|没到|(?<![特级分类区])别(?![的人家])|未|无需"
    r"|\bnot\b|n't\b|\bcannot\b|\bno\b|\bwithout\b|\bnever\b|\bunable\b|\bfail\w*"
)
_OPPOSITES = tuple(
    tuple(tuple(side.split()) for side in pair.split(" / "))
    for pair in """
开启 打开 启用 开通 激活 enable activate turn_on switch_on / 关闭 关掉 停用 禁用 disable deactivate turn_off switch_off
月付 按月 每月 包月 每个月 monthly month / 年付 按年 每年 包年 一年 yearly annual year / 每天 每日 daily / 每周 weekly
添加 新增 增加 创建 新建 add create / 删除 移除 删掉 去掉 清空 remove delete
导入 上传 import upload / 导出 下载 export download
升级 upgrade / 降级 downgrade
登录 登陆 login sign_in log_in / 退出登录 登出 logout sign_out log_out / 注册 register
充值 存入 top_up topup deposit / 提现 取款 取现 withdraw withdrawal / 转账 transfer
付款 支付 付钱 pay payment / 退款 退钱 refund / 退货 return / 换货 exchange
购买 下单 buy purchase / 出售 卖 sell
主屏 / 副屏
中文 chinese / 英文 英语 english
保修 质保 warranty / 维修 repair
within inside / outside
国内 境内 domestic / 海外 国外 境外 国际 abroad overseas international
before / after
最多 上限 最大 max maximum / 最少 最低 下限 min minimum
增加 提高 increase raise / 减少 降低 decrease reduce lower
收到 接收 receive / 发送 发出 寄出 send
免费 free / 付费 收费 paid
开始 start begin / 结束 停止 stop end
安装 install / 卸载 uninstall
安卓 android / 苹果 ios iphone
自动 automatic automatically / 手动 manual manually
借记卡 储蓄卡 debit / 信用卡 credit
标准版 基础版 standard basic / 专业版 高级版 professional pro premium / 企业版 旗舰版 连锁版 enterprise / 免费版
会员 member / 商品 item product / 员工 staff employee
手机号 phone / 邮箱 email / 密码 password / 地址 address
from
""".strip().splitlines()
)
_ASKED = {
    "why": r"为什么|为何|为啥|怎么回事|\bwhy\b",
    "where": r"哪里|哪儿|在哪|什么地方|何处(?!理)|\bwhere\b",
    "when": r"什么时候|何时|啥时候|\bwhen\b",
    "what hour": r"几点|what time",
    "what day": r"哪天|几号|what day|what date",
    "how long": r"多久|多长时间|几天|多少天|几个工作日|how long|how soon",
    "how much": r"多少钱|价格|价钱|几块钱|收费标准|how much|\bprice\b|\bcost\b",
    "how many": r"多少个|几个|多少次|几次|how many|how often",
    "who": r"谁|哪位|\bwho\b",
}


@lru_cache(maxsize=8192)
def marks(text: str) -> frozenset[str]:
    """Every mark of `text`, in words an editor understands."""
    folded = fold(text)
    found = {f"code {code}" for code in codes(text)}
    found |= {f"number {number}" for number in (*_NUMBER.findall(folded), *map(value_of, _HAN_NUMBER.findall(folded)))}
    if _NEGATION.search(_CAN_NOT_ASKED.sub("", _CAN_OR_NOT.sub(r"\1", folded))):
        found.add("negation")
    for pattern, sides in _opposites():
        found |= {sides[match] for match in pattern.findall(folded.replace("-", " "))}
    return frozenset(found | {f"asks {name}" for name, pattern in _ASKED.items() if re.search(pattern, folded)})


def differences(one: str, other: str) -> tuple[str, ...]:
    """The marks that only one of two texts bears."""
    return tuple(sorted(marks(one) ^ marks(other)))


@lru_cache(maxsize=1)
def _opposites() -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    """One pattern a row, longest wording first, and the side that each wording stands for."""
    rows = []
    for row in _OPPOSITES:
        sides = {wording.replace("_", " "): side[0].replace("_", " ") for side in row for wording in side}
        parts = sorted(sides, key=len, reverse=True)
        pattern = "|".join(rf"\b{re.escape(part)}\b" if part.isascii() else re.escape(part) for part in parts)
        rows.append((re.compile(pattern), sides))
    return tuple(rows)


def counterparts(one: str, other: str) -> list[tuple[str, str]]:
    """Wordings of `one` and of `other` that are sides of one opposition: (手机号, 邮箱), (monthly, yearly)."""
    pairs = []
    for pattern, sides in _opposites():
        left, right = pattern.findall(fold(one)), pattern.findall(fold(other))
        pairs += [(a, b) for a in left[:1] for b in right[:1] if sides[a] != sides[b]]
    return pairs
