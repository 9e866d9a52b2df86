"""A home as an editor finds it on a Monday: a fault to mend, a draft, two exchanges in quarantine, an older index."""

from datetime import datetime, timedelta
from pathlib import Path

from tests.knowledge.homes import open_home, write_faq

ANSWERS = {
    "如何申请退款？": "签收后 **7 天内**可以申请退款，款项 3 个工作日内原路退回。",
    "怎么开发票？": "在“费用 › 发票”里勾选订单，填写抬头和税号。",
    "How do I invite a colleague?": "Open **Settings › Members** and choose *Invite*.",
    "How do I export my data?": "Open **Settings › Data** and choose *Export*.",
}
FEES = "问题,答案,有效期至\n退货运费谁付？,,\n年中促销打几折？,八折。,2025-06-30\n安装收费吗？,首次免费。,\n"
SAID = (
    ("外壳上的 20481234 是什么意思？", "是仓库内部的记号，可以不管。"),
    ("箱子上的 20481235 是什么意思？", "是标签的批次，可以忽略。"),
    ("打印机不出纸怎么办", "先看纸仓，再长按走纸键三秒。"),
)
DRAFT = "### 还能退款吗\n\n签收后 15 天内都可以退。\n"


def prepare(home: Path) -> None:
    """Write the files and index them twice."""
    write_faq(home, "desk", dict(list(ANSWERS.items())[:2]))
    open_home(home).sync()
    write_faq(home, "desk", ANSWERS)
    sources = home / "kb_sources"
    (sources / "faq" / "fees.csv").write_text(FEES, encoding="utf-8")
    (sources / "chat_logs").mkdir()
    day = datetime.now() - timedelta(days=1)
    rows = [
        f"c{number},{day:%Y-%m-%d %H:%M:%S},{who},{text}"
        for number, (asked, told) in enumerate(SAID)
        for who, text in (("客户", asked), ("客服", told))
    ]
    (sources / "chat_logs" / "online.csv").write_text("会话ID,时间,角色,内容\n" + "\n".join(rows), encoding="utf-8")
    (sources / "_drafts").mkdir()
    (sources / "_drafts" / "退款.md").write_text(DRAFT, encoding="utf-8")
    open_home(home).sync()
