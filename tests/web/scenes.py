"""What the scripted desk answers: the window's states in Chinese and English, chosen by a word of the question."""

from dataclasses import dataclass, replace
from datetime import date

from assistant.types import Outcome
from knowledge.types import Passage


@dataclass(frozen=True)
class Scene:
    """One turn as it will go."""

    word: str
    passages: tuple[Passage, ...]
    text: str
    outcome: Outcome
    cited: tuple[str, ...] = ("1",)
    unsupported: tuple[str, ...] = ()
    note: str = ""
    query: str = ""  # as a follow-up was understood
    place: int = 1  # in the queue; further back means a long wait
    piece: int = 2  # letters of one token


REFUND = Passage(
    label="1",
    title="如何申请退款？",
    text="签收后 **7 天内**可以申请退款：\n\n"
    "1. 打开「我的订单」；\n2. 选择订单，点「申请退款」；\n3. 3 个工作日内原路退回。",
    layer="faq",
    source="faq/refund.md",
    line=12,
    entry_id="e1",
    url="https://help.example.com/refund",
    updated=date(2026, 9, 1),
    notice="（v2.3 之前的说法，已有变更）",
)
CHANGE = Passage(
    "2",
    "v2.3 · 变更 · 退款时限延长到 15 天",
    "退款时限由 7 天延长到 15 天。",
    "changelog",
    "changelog/CHANGELOG.md",
    31,
    "e2",
    updated=date(2026, 11, 2),
    version="v2.3",
    notice="自 v2.3 起：",
)
RECORD = Passage(
    "3",
    "我昨天签收的，今天还能退吗？",
    "可以的，签收 7 天内都能退，您在订单里点申请退款就行。",
    "chat_log",
    "chat_logs/online.csv",
    88,
    "e3",
    updated=date(2026, 11, 15),
)
INVOICE = replace(RECORD, label="1", title="发票多久开好？", text="电子发票 1 个工作日内发到邮箱。")
INVITE = Passage(
    "1",
    "How do I invite a colleague?",
    "Open **Settings → Members**, choose *Invite*, and enter the address. Invitations expire after 7 days.",
    "faq",
    "faq/team.md",
    5,
    "e4",
    updated=date(2026, 10, 3),
)
PASSWORD = Passage(
    "1",
    "忘记密码怎么办？",
    "在登录页点“忘记密码”，输入注册手机号，收到 6 位验证码（**10 分钟**内有效）后设新密码。",
    "faq",
    "faq/account.md",
    3,
    "e5",
    updated=date(2026, 10, 8),
)
REFUND_EN = replace(
    REFUND,
    title="How do I get a refund?",
    text="Within **7 days** of delivery:\n\n1. Open *My orders*;\n2. choose the order and *Request a refund*;\n"
    "3. the money is back within 3 working days.",
    notice="(as before v2.3, since changed)",
)
CHANGE_EN = replace(
    CHANGE,
    title="v2.3 · Changed · Refunds within 15 days",
    text="The refund period grows from 7 to 15 days.",
    notice="Since v2.3: ",
)
RECORD_EN = replace(
    RECORD, title="It came yesterday, can I still return it?", text="Yes, within 7 days; use the button in your order."
)
INVOICE_EN = replace(
    RECORD_EN, label="1", title="When will my invoice arrive?", text="E-invoices arrive within 1 working day."
)
SERIES = tuple(
    replace(
        (REFUND, CHANGE, RECORD)[number % 3],
        label=str(number + 1),
        title=f"{title}，以及换货、退货、维修、寄回检测时的运费由谁承担、多久到账、怎样查询进度",
        entry_id=f"t{number}",
        notice="",
    )
    for number, title in enumerate(("收银机 A8 Pro", "v2.4 打印模块", "客户问打印机", "扫码枪 S3", "v2.5 结算"))
)
GUIDE = (
    "不同型号的处理方式如下 [1][2]：\n\n"
    "| 型号 | 保修 | 退货期限 | 运费 | 备注 |\n|---|---|---|---|---|\n"
    "| 收银机 A8 Pro | 三年 | 15 天 | 我方承担 | 含整机与电源适配器 |\n"
    "| 打印机 P58 | 一年 | 7 天 | 客户承担 | 打印头属于易耗件 |\n"
    "| 扫码枪 S3 | 一年 | 7 天 | 客户承担 | 跌落、进水不在保修范围内 |\n\n"
    "寄回之前请客户先导出日志 [3]：\n\n```sh\nposctl export --days 7 --output /tmp/pos-log.zip\n```\n\n"
    + "然后按下面的步骤走 [4]：\n\n"
    + "".join(
        f"{number}. **{step}**：请客户在“设置 › 设备 › 售后”里填写序列号、购买日期和故障现象，提交后系统会生成一个"
        "八位的售后单号，务必记下来并写在包裹外面，仓库按这个单号登记；没有单号的包裹会被退回。\n"
        for number, step in enumerate(("提交售后单", "备份数据", "打包寄出", "等待检测", "确认方案", "收货验收"), 1)
    )
    + "\n检测一般需要 3 个工作日，结果会用短信通知客户 [5]。"
)
ANSWER = "可以退款：签收后 15 天内，在「我的订单」里选择订单并点「申请退款」[1][2]。款项 3 个工作日内原路退回 [1]。"
ANSWER_EN = (
    "Yes: within 15 days of delivery, choose the order in *My orders* and press *Request a refund* [1][2]. "
    "The money is back within 3 working days [1]."
)
NOTHING = "知识库里没有这个问题的答案。\n没有找到任何相关内容。建议转人工，并把问题留给知识编辑。"
NOTHING_EN = (
    "The knowledge base has no answer to this question.\n"
    "Nothing related was found. Hand over to a colleague; the question is kept for the editors."
)
REFUNDS, REFUNDS_EN = (REFUND, CHANGE, RECORD), (REFUND_EN, CHANGE_EN, RECORD_EN)

SCENES = (
    Scene("退款", REFUNDS, ANSWER, "grounded", ("1", "2")),
    Scene("refund", REFUNDS_EN, ANSWER_EN, "grounded", ("1", "2")),
    Scene("invite", (INVITE,), INVITE.text + " [1]", "direct"),
    Scene("密码", (PASSWORD,), PASSWORD.text + " [1]", "direct"),
    Scene(
        "发票",
        (INVOICE,),
        "电子发票会在 1 个工作日内发到您的邮箱 [1]。纸质发票另收 10 元邮费。",
        "unsupported",
        unsupported=("纸质发票另收 10 元邮费。",),
    ),
    Scene(
        "invoice",
        (INVOICE_EN,),
        "Your e-invoice arrives within 1 working day [1]. A paper invoice costs 2 pounds of postage.",
        "unsupported",
        unsupported=("A paper invoice costs 2 pounds of postage.",),
    ),
    Scene("忙", (REFUND,), REFUND.text + " [1]", "degraded", note="模型忙，先看原文。"),
    Scene("busy", (REFUND_EN,), REFUND_EN.text + " [1]", "degraded", note="The model is busy; here are the passages."),
    Scene("年付", (REFUND,), "年付订单同样支持 15 天内退款 [1]。", "grounded", query="年付订单如何申请退款"),
    Scene("yearly", (REFUND_EN,), "Yearly plans too, within 15 days [1].", "grounded", query="refund of a yearly plan"),
    Scene("排队", REFUNDS, ANSWER, "grounded", place=3),
    Scene("queue", REFUNDS_EN, ANSWER_EN, "grounded", place=3),
    Scene("型号", SERIES, GUIDE, "grounded", ("1", "2", "3", "4", "5"), piece=40),
    Scene("long", (INVITE,), "word " * 4000, "grounded", piece=5),
    Scene("moon", (RECORD_EN,), NOTHING_EN, "no_knowledge", ()),
)
ELSE = Scene("", (RECORD,), NOTHING, "no_knowledge", ())


def scene_of(question: str) -> Scene:
    """The scene whose word stands in the question."""
    return next((scene for scene in SCENES if scene.word in question), ELSE)
