"""The torture set: files as editors really make them, with the rows each must give and the lines that must be named."""
# ruff: noqa: E501  (a file a line reads better than broken strings)

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import openpyxl

Want = tuple[str, str]  # title, a piece of the text

ZH = (
    ("怎么退款？", "在订单页点“申请退款”，3 个工作日到账。"),
    ("发票怎么开？", "在“我的发票”里填写抬头，当天开出。"),
    ("可以货到付款吗？", "不可以，请在线支付。"),
)
TW = (
    ("怎麼退款？", "在訂單頁點「申請退款」，3 個工作日到帳。"),
    ("發票怎麼開？", "在「我的發票」裡填寫抬頭，當天開出。"),
    ("可以貨到付款嗎？", "不可以，請線上支付。"),
)
EN = (
    ("How do I reset my password?", "Open Settings, then Security."),
    ("Where is my invoice?", "Under Billing, Documents."),
)
GREEK = (("Où est ma facture ?", "Voilà : café, reçu, détails."), ("¿Cómo pago?", "Con tarjeta, señor."))


@dataclass(frozen=True, slots=True)
class Case:
    """One file. `rows` must become entries; `named` (line, code) must be reported; `lost` rows cannot become entries."""

    path: str
    data: bytes
    rows: tuple[Want, ...]
    named: tuple[tuple[int, str], ...] = ()
    lost: int = 0


def cases() -> tuple[Case, ...]:
    """All files of the set; made anew at each call, always the same."""
    makers = (_encodings, _separators, _shapes, _workbooks, _things, _pages, _help_pages, _records, _chats, _changelogs)
    return tuple(case for maker in makers for case in maker())


def _csv(pairs: Sequence[Want], header: str = "问题,答案", separator: str = ",") -> str:
    quoted = [separator.join(f'"{cell}"' if separator in cell else cell for cell in pair) for pair in pairs]
    return "\n".join([*([header.replace(",", separator)] if header else []), *quoted]) + "\n"


def _encodings() -> Iterator[Case]:
    def made(name: str, text: str, encoding: str, rows: Sequence[Want], *named: tuple[int, str]) -> Case:
        return Case(f"faq/enc-{name}", text.encode(encoding), tuple(rows), named)

    guessed = (1, "encoding_guessed")
    yield made("utf8.csv", _csv(ZH), "utf-8", ZH)
    yield made("utf8-bom.csv", _csv(ZH), "utf-8-sig", ZH)
    yield made("gb18030.csv", _csv(ZH), "gb18030", ZH, guessed)
    yield made("gbk-short.csv", "问题,答案\n退款,七天内可退\n", "gbk", [("退款", "七天内可退")], guessed)
    yield made("gbk-tiny.csv", "问题,答案\n运费,十元\n", "gbk", [("运费", "十元")], guessed)
    yield made("gbk-english-header.csv", _csv(ZH, "question,answer"), "gbk", ZH, guessed)
    yield made("gbk-no-header.csv", _csv(ZH, ""), "gbk", ZH, guessed, (1, "guessed_columns"))
    yield made("gbk.tsv", _csv(ZH, separator="\t"), "gbk", ZH, guessed)
    yield made("gbk.md", "# 常见问题\n\n" + "".join(f"## {q}\n\n{a}\n\n" for q, a in ZH), "gbk", ZH, guessed)
    yield made("gbk.txt", "".join(f"问：{q}\n答：{a}\n\n" for q, a in ZH), "gbk", ZH, guessed)
    yield made("big5.csv", _csv(TW, "問題,答案"), "big5", TW, guessed)
    yield made("big5-short.csv", "問題,答案\n退款,七天內可退\n", "big5", [("退款", "七天內可退")], guessed)
    yield made("big5-no-header.csv", _csv(TW, ""), "big5", TW, guessed)
    yield made("big5.md", "".join(f"## {q}\n\n{a}\n\n" for q, a in TW), "big5", TW, guessed)
    yield made("traditional-gbk.csv", _csv(TW, "問題,答案"), "gb18030", TW, guessed)
    yield made("utf16.csv", _csv(ZH, separator="\t"), "utf-16", ZH)
    yield made("utf16-be.csv", "\ufeff" + _csv(ZH), "utf-16-be", ZH)
    yield made("utf16-no-bom.csv", _csv(ZH), "utf-16-le", ZH, guessed)
    yield made("cp1252.csv", _csv(GREEK, "question,answer"), "cp1252", GREEK, (1, "encoding_unsure"))
    yield made("english-utf8.csv", _csv(EN, "Question,Answer"), "utf-8", EN)
    yield made("emoji.csv", "问题,答案\n支付失败😭怎么办,换一张卡 💳 再试\n", "utf-8", [("支付失败😭怎么办", "💳")])
    mixed = "问题,答案\n怎么退款？,在订单页申请\n".encode() + "发票怎么开？,在我的发票里填写\n".encode("gbk")
    yield Case(
        "faq/enc-mixed.csv", mixed, (("怎么退款？", "订单页"), ("发票怎么开？", "我的发票")), ((3, "encoding_mixed"),)
    )


def _separators() -> Iterator[Case]:
    def made(name: str, text: str, rows: Sequence[Want], *named: tuple[int, str], lost: int = 0) -> Case:
        return Case(f"faq/sep-{name}", text.encode(), tuple(rows), named, lost)

    yield made("tab.csv", _csv(ZH, separator="\t"), ZH)
    yield made("semicolon.csv", _csv(ZH, separator=";"), ZH)
    yield made(
        "chinese-comma.csv",
        "问题，答案\n怎么退款？，打开订单，点申请退款\n能换货吗？，可以\n",
        [("怎么退款？", "打开订单，点申请退款"), ("能换货吗？", "可以")],
        (2, "ragged_row"),
    )
    yield made("enumeration-comma.csv", "问题、答案\n怎么退款？、打开订单\n", [("怎么退款？", "打开订单")])
    yield made(
        "stray-nul.csv", "问题,答案\n怎么退款？,打开订单\0页，按提示填写原因后提交\n", [("怎么退款？", "打开订单页")]
    )
    yield made(
        "inner-quotes.csv",
        'question,answer,category\n"How do I pay?","Say "hello" to us",Billing\n',
        [("How do I pay?", 'Say "hello" to us')],
    )
    yield made("pipe.csv", _csv(ZH, separator="|"), ZH)
    yield made("excel-sep.csv", "sep=;\n" + _csv(ZH, separator=";"), ZH)
    yield made(
        "stray-tab.csv",
        "问题,答案\n怎么退款？,打开订单\t点申请\n能换货吗？,可以\n要几天？,三天\n",
        [("怎么退款？", "点申请"), ("能换货吗？", "可以"), ("要几天？", "三天")],
    )
    yield made(
        "one-row-chinese-comma.csv",
        "问题,答案\n怎么退款？,打开订单\n能换货吗？，可以\n",
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
        (3, "other_separator"),
    )
    yield made(
        "one-row-tab.csv",
        "问题,答案\n怎么退款？,打开订单\n能换货吗？\t可以\n",
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
        (3, "other_separator"),
    )
    yield made(
        "quoted-newline.csv",
        '问题,答案\n怎么退款？,"第一步\n第二步\n\n第三步"\n能换货吗？,可以\n',
        [("怎么退款？", "第二步\n\n第三步"), ("能换货吗？", "可以")],
    )
    yield made(
        "doubled-quotes.csv",
        '问题,答案\n怎么退款？,"点""申请""，再点""确定"""\n',
        [("怎么退款？", '点"申请"，再点"确定"')],
    )
    yield made(
        "inch.csv",
        '问题,答案\n屏幕多大？,15.6" 的屏\n能换吗？,27" 也有\n',
        [("屏幕多大？", '15.6"'), ("能换吗？", '27"')],
    )
    yield made(
        "open-quote.csv",
        '问题,答案\n怎么退款？,"打开订单\n能换货吗？,可以\n要几天？,三天\n',
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以"), ("要几天？", "三天")],
        (2, "open_quote"),
    )
    yield made(
        "open-quote-then-quoted.csv",
        '问题,答案\n"怎么退款？,打开订单\n"能换货吗？","可以"\n',
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
        (2, "open_quote"),
    )
    yield made("crlf.csv", _csv(ZH).replace("\n", "\r\n"), ZH)
    yield made("old-mac.csv", _csv(ZH).replace("\n", "\r"), ZH)
    yield made(
        "unquoted-commas.csv",
        "question,answer\nHow do I pay?,By card, by bank transfer, or cash\n",
        [("How do I pay?", "By card, by bank transfer, or cash")],
        (2, "ragged_row"),
    )
    yield made(
        "surplus-before-url.csv",
        "问题,答案,链接\n怎么退款？,打开订单,点申请,https://h.example/r\n",
        [("怎么退款？", "点申请")],
        (2, "ragged_row"),
    )


def _shapes() -> Iterator[Case]:
    def made(name: str, text: str, rows: Sequence[Want], *named: tuple[int, str], lost: int = 0) -> Case:
        return Case(f"faq/shape-{name}.csv", text.encode(), tuple(rows), named, lost)

    yield made(
        "order",
        "分类,更新时间,答案,链接,问题\n售后,2026-11-01,打开订单,https://h.example/r,怎么退款？\n",
        [("怎么退款？", "打开订单")],
    )
    yield made("facts", "问题,答案,适用地区\n怎么退款？,打开订单,华东\n", [("怎么退款？", "- 适用地区: 华东")])
    yield made(
        "aliases",
        "标准问题,相似问法1,相似问法2,标准答案,反例\n怎么退款？,退钱|退货款,我要退,打开订单,怎么换货\n",
        [("怎么退款？", "打开订单")],
    )
    yield made(
        "maxkb",
        '分段标题（选填）,分段内容（必填）,问题（选填，单元格内一行一个）\n退款,打开订单,"怎么退款？\n如何退钱？"\n',
        [("怎么退款？", "打开订单")],
    )
    yield made("contents", "标题,内容\n退款流程,打开订单\n", [("退款流程", "打开订单")])
    yield made("starred", "*问题（必填）,*答案（必填）\n怎么退款？,打开订单\n", [("怎么退款？", "打开订单")])
    yield made(
        "no-header",
        "怎么退款？,打开订单\n能换货吗？,可以\n",
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
        (1, "guessed_columns"),
    )
    yield made(
        "no-header-numbered",
        "1,怎么退款？,打开订单\n2,能换货吗？,可以换的\n",
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
    )
    yield made(
        "no-header-english",
        "How do I pay?,By card\nCan I cancel?,Yes\n",
        [("How do I pay?", "By card"), ("Can I cancel?", "Yes")],
    )
    yield made(
        "banner",
        "售后常见问题汇总,\n,\n问题,答案\n怎么退款？,打开订单\n",
        [("怎么退款？", "打开订单")],
        (1, "not_a_row"),
        lost=1,
    )
    yield made(
        "header-again",
        "问题,答案\n怎么退款？,打开订单\n问题,答案\n能换货吗？,可以\n",
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
        (3, "not_a_row"),
        lost=1,
    )
    yield made(
        "empty-answer",
        "问题,答案\n怎么退款？,\n能换货吗？,可以\n",
        [("能换货吗？", "可以")],
        (2, "empty_answer"),
        lost=1,
    )
    yield made(
        "short-row", "问题,答案\n怎么退款？\n能换货吗？,可以\n", [("能换货吗？", "可以")], (2, "empty_answer"), lost=1
    )
    yield made(
        "empty-question",
        "问题,答案\n,打开订单\n能换货吗？,可以\n",
        [("能换货吗？", "可以")],
        (2, "empty_question"),
        lost=1,
    )
    yield made(
        "blank-lines",
        "\n问题,答案\n\n怎么退款？,打开订单\n,\n  ,  \n能换货吗？,可以\n\n",
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
    )
    yield made(
        "trailing-cells",
        "问题,答案,,,\n怎么退款？,打开订单,,,\n能换货吗？,可以,,,,,\n",
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
    )
    yield made(
        "off",
        "问题,答案,状态\n怎么退款？,打开订单,启用\n能换货吗？,可以,停用\n",
        [("怎么退款？", "打开订单")],
        (3, "switched_off"),
        lost=1,
    )
    yield made(
        "expired",
        "问题,答案,有效期\n怎么退款？,打开订单,2020-01-01\n能换吗？,可以,长期有效\n",
        [("怎么退款？", "打开订单"), ("能换吗？", "可以")],
        (2, "expired"),
    )
    yield made(
        "bad-date", "问题,答案,更新时间\n怎么退款？,打开订单,上个礼拜\n", [("怎么退款？", "打开订单")], (2, "bad_date")
    )
    yield made(
        "formula",
        '问题,答案\n怎么退款？,"=VLOOKUP(A2,B:C,2)"\n能换货吗？,="可以"\n',
        [("能换货吗？", "可以")],
        (2, "formula"),
        (2, "empty_answer"),
        lost=1,
    )
    yield made(
        "error-value",
        "问题,答案\n怎么退款？,#N/A\n能换货吗？,可以\n",
        [("能换货吗？", "可以")],
        (2, "error_value"),
        (2, "empty_answer"),
        lost=1,
    )
    yield made(
        "thousands",
        _csv([(f"第 {n} 种商品怎么退？", f"走流程 {n}") for n in range(3000)]),
        [(f"第 {n} 种商品怎么退？", f"走流程 {n}") for n in range(3000)],
    )
    yield made(
        "long-answer", "问题,答案\n怎么退款？," + "说明" * 6000 + "\n", [("怎么退款？", "说明说明")], (2, "over_long")
    )
    yield made(
        "endless-line",
        "问题,答案\n怎么退款？," + "说明" * 60000 + "\n能换货吗？,可以\n",
        [("能换货吗？", "可以")],
        (2, "long_line"),
        lost=1,
    )


def _workbook(sheets: dict[str, Sequence[Sequence[object]]], change: object = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    if callable(change):
        change(book)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _workbooks() -> Iterator[Case]:
    head = ("问题", "答案")
    yield Case("faq/book-plain.xlsx", _workbook({"FAQ": [head, *ZH]}), ZH)
    yield Case(
        "faq/book-two-sheets.xlsx",
        _workbook({"售后": [head, ZH[0]], "财务": [("answer", "question"), ZH[1][::-1]]}),
        ZH[:2],
    )

    def hide(book: openpyxl.Workbook) -> None:
        book["旧"].sheet_state = "hidden"

    yield Case(
        "faq/book-hidden.xlsx",
        _workbook({"新": [head, ZH[0]], "旧": [head, ZH[1]]}, hide),
        ZH[:1],
        ((1, "hidden_sheet"),),
        lost=2,
    )

    def merge(book: openpyxl.Workbook) -> None:
        book["FAQ"].merge_cells("A2:A4")

    merged = [("分类", *head), ("售后", *ZH[0]), (None, *ZH[1]), (None, *ZH[2])]
    yield Case("faq/book-merged.xlsx", _workbook({"FAQ": merged}, merge), ZH)

    def banner(book: openpyxl.Workbook) -> None:
        book["FAQ"].merge_cells("A1:B1")

    yield Case(
        "faq/book-banner.xlsx",
        _workbook({"FAQ": [("售后知识库 2026 版", None), head, *ZH]}, banner),
        ZH,
        ((1, "not_a_row"),),
        lost=1,
    )

    def far(book: openpyxl.Workbook) -> None:
        book["FAQ"].cell(1_048_576, 16_384).number_format = "0.00"

    yield Case("faq/book-far-cell.xlsx", _workbook({"FAQ": [head, *ZH]}, far), ZH)
    yield Case(
        "faq/book-formula.xlsx",
        _workbook({"FAQ": [head, ("怎么退款？", '="打开"&"订单"'), ZH[1]]}),
        ZH[1:2],
        ((2, "formula"), (2, "empty_answer")),
        lost=1,
    )
    yield Case(
        "faq/book-formula-stored.xlsx",
        _stored(_workbook({"FAQ": [head, ("怎么退款？", '="打开"&"订单"')]})),
        (("怎么退款？", "打开订单"),),
    )

    def formats(book: openpyxl.Workbook) -> None:
        book["FAQ"]["C2"].number_format = "0%"
        book["FAQ"]["E2"].number_format = "0000"
        book["FAQ"]["B3"].hyperlink = "https://h.example/invoice"

    rows = [
        (*head, "手续费", "更新时间", "编码", "天数"),
        ("怎么退款？", "打开订单", 0.15, datetime(2026, 11, 2), 7, 3.0),
        ("发票怎么开？", "见说明"),
    ]
    wanted = (
        ("怎么退款？", "- 手续费: 15%\n- 编码: 0007\n- 天数: 3"),
        ("发票怎么开？", "[见说明](https://h.example/invoice)"),
    )
    yield Case("faq/book-formats.xlsx", _workbook({"FAQ": rows}, formats), wanted)
    yield Case(
        "faq/book-newlines.xlsx",
        _workbook({"FAQ": [head, ("怎么退款？", "第一步\n第二步")]}),
        (("怎么退款？", "第一步\n第二步"),),
    )
    yield Case("faq/book-named.csv", _workbook({"FAQ": [head, *ZH]}), ZH)
    html = (
        "<html><meta charset='utf-8'><table><tr><th>问题</th><th>答案</th></tr>"
        + "".join(f"<tr><td>{q}</td><td>{a}</td></tr>" for q, a in ZH)
        + "</table></html>"
    )
    yield Case("faq/book-is-html.xls", html.encode(), ZH)
    yield Case("faq/book-is-tsv.xls", _csv(ZH, separator="\t").encode("gbk"), ZH, ((1, "encoding_guessed"),))


def _stored(data: bytes) -> bytes:
    """The workbook with the formula's result in it, as Excel saves it and openpyxl cannot."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fresh:
        for name in packed.namelist():
            content = packed.read(name).decode()
            content = (
                content.replace('<c r="B2"><f>', '<c r="B2" t="str"><f>')
                .replace("</f><v></v>", "</f><v>打开订单</v>")
                .replace("</f><v />", "</f><v>打开订单</v>")
            )
            fresh.writestr(name, content)
    return out.getvalue()


def _things() -> Iterator[Case]:
    text = "型号,名称,价格,保修期\nA102,标准版,468 元,24 个月\nA012,便携版,219 元,12 个月\n"
    rows = (("A102 标准版", "保修期: 24 个月"), ("A012 便携版", "价格: 219 元"))
    yield Case("faq/products.csv", text.encode(), rows)
    yield Case("faq/products-gbk.csv", text.encode("gbk"), rows, ((1, "encoding_guessed"),))
    yield Case("faq/products.tsv", text.replace(",", "\t").encode(), rows)
    yield Case("faq/products.xlsx", _workbook({"价目": [line.split(",") for line in text.splitlines()]}), rows)
    yield Case(
        "faq/stores.csv",
        "城市,电话,营业时间\n上海,400-800-1234,9:00-21:00\n北京,400-800-5678,10:00-20:00\n".encode(),
        (("上海", "营业时间: 9:00-21:00"), ("北京", "电话: 400-800-5678")),
    )
    yield Case(
        "faq/lonely.csv",
        "型号,价格\nA102,468 元\nA103,\nA104,500 元\n".encode(),
        (("A102", "468"), ("A104", "500")),
        ((3, "lonely_cell"),),
        lost=1,
    )


def _pages() -> Iterator[Case]:
    def made(name: str, text: str, rows: Sequence[Want], *named: tuple[int, str], lost: int = 0) -> Case:
        return Case(f"faq/page-{name}", text.encode(), tuple(rows), named, lost)

    yield made(
        "headings.md",
        "# 常见问题\n\n## 售后\n\n### 怎么退款？\n\n打开订单。\n\n### 能换货吗？\n\n可以。\n",
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
    )
    yield made(
        "bold-qa.md",
        "## 售后\n\n**Q**: 怎么退款？\n**A**: 打开订单。\n\n再点申请。\n\n**Q**：能换货吗？\n\n**A**：可以。\n",
        [("怎么退款？", "打开订单。\n\n再点申请。"), ("能换货吗？", "可以")],
    )
    yield made(
        "heading-with-qa.md",
        "### 退款\n\n**Q**: 怎么退款？\n\n**A**: 打开订单。\n\n**相关链接**: [退款说明](https://h.example/r)\n",
        [("怎么退款？", "打开订单")],
    )
    yield made(
        "heading-with-a.md",
        "### 修改密码\n\n**A**: 打开设置。\n\n### 注销\n\n**A**: 联系客服。\n",
        [("修改密码", "打开设置"), ("注销", "联系客服")],
    )
    yield made(
        "plain-qa.txt",
        "问：怎么退款？\n答：打开订单。\n\nQ2. 能换货吗？\nA2: 可以。\n",
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
    )
    yield made(
        "one-line-qa.md",
        "Q: 怎么退款？ A: 打开订单。\n\nQ: 能换货吗？ A: 可以。\n",
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
    )
    yield made(
        "list-qa.md",
        "- **Q**: 怎么退款？\n  **A**: 打开订单。\n- **Q**: 能换货吗？\n  **A**: 可以。\n",
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
    )
    yield made(
        "numbered-list.md",
        "1. **怎么退款？**\n   打开订单。\n2. **能换货吗？**\n   可以。\n",
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
    )
    yield made(
        "bold.md",
        "# 帮助\n\n**怎么退款？**\n\n打开订单。\n\n**能换货吗？** 可以。\n",
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
    )
    yield made(
        "setext.md",
        "常见问题\n====\n\n怎么退款？\n----\n\n打开订单。\n\n能换货吗？\n----\n\n可以。\n",
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
    )
    yield made(
        "table.md",
        "# 常见问题\n\n| 问题 | 答案 | 链接 |\n| --- | --- | --- |\n| 怎么退款？ | 打开**订单** | https://h.example/r |\n| 能换货吗？ | 可以 | |\n",
        [("怎么退款？", "打开**订单**"), ("能换货吗？", "可以")],
    )
    yield made(
        "numbers.md",
        "### 1. 怎么退款？\n\n打开订单。\n\n### Q2：能换货吗？\n\n可以。\n",
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
    )
    yield made(
        "h1.md",
        "# 怎么退款？\n\n打开订单。\n\n# 能换货吗？\n\n可以。\n",
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
    )
    yield made(
        "whole-answer.md",
        "## 怎么安装？\n\n先下载。\n\n### Windows\n\n```bash\n# 不是标题\nsetup.exe\n```\n\n### Mac\n\n| 版本 | 包 |\n| --- | --- |\n| 14 | a.dmg |\n\n## 能卸载吗？\n\n可以。\n",
        [
            (
                "怎么安装？",
                "### Windows\n\n```bash\n# 不是标题\nsetup.exe\n```\n\n### Mac\n\n| 版本 | 包 |\n| --- | --- |\n| 14 | a.dmg |",
            ),
            ("能卸载吗？", "可以"),
        ],
    )
    yield made(
        "front-matter.md",
        "---\ntitle: 退款\nurl: https://h.example/refund\ntags: [售后, 退款]\nupdated: 2026-11-01\nvalid_until: 2030-01-01\n---\n\n## 怎么退款？\n\n见[流程](steps.html)。\n",
        [("怎么退款？", "[流程](https://h.example/steps.html)")],
    )
    yield made("crlf.md", "## 怎么退款？\r\n\r\n打开订单。\r\n", [("怎么退款？", "打开订单")])
    yield made(
        "two-languages.md",
        "## 怎么退款？\n\n打开订单。\n\n## How do I get a refund?\n\nOpen the order.\n\n## 返金の方法は？\n\n注文を開く。\n",
        [("怎么退款？", "打开订单"), ("How do I get a refund?", "Open the order"), ("返金の方法は？", "注文")],
    )
    yield made(
        "details.md",
        "# FAQ\n\n<details>\n<summary>怎么退款？</summary>\n\n打开**订单**。\n\n</details>\n\n<details><summary>能换货吗？</summary><p>可以。</p></details>\n",
        [("怎么退款？", "打开**订单**"), ("能换货吗？", "可以")],
    )
    yield made(
        "accordion.mdx",
        'import { Accordion } from "x";\n\n<AccordionGroup>\n  <Accordion title="怎么退款？">\n    打开订单。\n  </Accordion>\n  <Accordion title="能换货吗？">\n    可以。\n  </Accordion>\n</AccordionGroup>\n',
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
    )
    yield made(
        "page.html",
        "<!doctype html><html><head><title>x</title><style>p{color:red}</style></head><body><h2>怎么退款？</h2><p>打开<b>订单</b>。</p><h2>能换货吗？</h2><ul><li>可以</li><li>七天内</li></ul></body></html>",
        [("怎么退款？", "打开**订单**"), ("能换货吗？", "- 可以\n- 七天内")],
    )
    yield made(
        "notepad.txt",
        "怎么退款？\n打开订单。\n\n能换货吗？\n\n可以。\n",
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
    )
    yield made(
        "asking-list.md",
        "# 帮助\n\n1. 怎么退款？\n\n   打开订单。\n\n2. 能换货吗？\n   可以。\n",
        [("怎么退款？", "打开订单"), ("能换货吗？", "可以")],
    )
    yield made(
        "list-in-answer.md",
        "## 怎么退款？\n\n- **怎么申请？** 打开订单。\n- **多久到账？** 三天。\n",
        [("怎么退款？", "- **怎么申请？** 打开订单。\n- **多久到账？** 三天。")],
    )
    yield made(
        "problem-cause.md",
        "问题：打印机不出纸\n原因：缺纸\n解决办法：加纸\n",
        [("打印机不出纸", "原因：缺纸\n解决办法：加纸")],
    )
    yield made(
        "empty-answer.md",
        "## 怎么退款？\n\n## 能换货吗？\n\n可以。\n\n## 要几天？\n",
        [("能换货吗？", "可以")],
        (1, "empty_answer"),
        (7, "empty_answer"),
        lost=2,
    )
    yield made(
        "labels.md",
        "### 怎么退款？\n\n打开订单。\n\n**相似问法**：退钱 | 退货款\n**有效期**：2030-01-01\n**相关链接**：[说明](https://h.example/r)\n",
        [("怎么退款？", "打开订单")],
    )


def _help_pages() -> Iterator[Case]:
    def made(name: str, text: str, rows: Sequence[Want], *named: tuple[int, str], lost: int = 0) -> Case:
        return Case(f"faq/guide/{name}", text.encode(), tuple(rows), named, lost)

    yield made(
        "sections.md",
        "# 安装指南\n\n先读这一页。\n\n## 准备\n\n备份数据。\n\n## 步骤\n\n### 下载\n\n打开官网。\n",
        [("安装指南", "先读这一页"), ("安装指南 › 准备", "备份数据"), ("安装指南 › 步骤 › 下载", "打开官网")],
    )
    yield made(
        "admonitions.md",
        '# 升级\n\n:::warning{title=注意}\n先备份。\n:::\n\n> [!NOTE]\n> 需要十分钟。\n\n!!! tip "小技巧"\n    晚上升级。\n',
        [("升级", "**注意**\n\n先备份。")],
    )
    yield made(
        "links.md",
        "# 链接\n\n见[退款](../refund.md#a)与![图](img/a.png)，[站内][ref]，[外部](https://x.example)。\n\n[ref]: ./other.md\n",
        [
            (
                "链接",
                "[退款](faq/refund.md#a)与![图](faq/guide/img/a.png)，[站内](faq/guide/other.md)，[外部](https://x.example)",
            )
        ],
    )
    yield made(
        "html.md",
        '# 支付\n\n按 <kbd>F4</kbd> 挂单，<span style="color:red">重要</span>。<br>第二行 <a href="https://x.example">说明</a>\n\n<table><tr><th>卡</th><th>费</th></tr><tr><td>信用卡</td><td>1%</td></tr></table>\n\n把 <your-api-key> 换掉。\n',
        [
            ("支付", "按 F4 挂单，重要。\n第二行 [说明](https://x.example)"),
        ][:1],
    )
    yield made(
        "code-kept.md",
        "# 接口\n\n```html\n<div>:::warning</div>\n<!-- 注释 -->\nimport x from 'y'\n```\n",
        [("接口", "<div>:::warning</div>\n<!-- 注释 -->\nimport x from 'y'")],
    )
    yield made(
        "deep.md",
        "# 引用\n\n" + ">" * 150 + " 很深\n\n## 正文\n\n在这里。\n",
        [("引用", "很深"), ("引用 › 正文", "在这里")],
        (1, "too_deep"),
    )
    yield made(
        "bad-front-matter.md",
        "---\ntitle: a: b: c\n---\n\n# 标题\n\n正文。\n",
        [("标题", "正文")],
        (1, "bad_front_matter"),
    )
    yield made("no-heading.md", "营业时间是每天九点到六点。\n", [("no-heading", "九点到六点")])


def _records() -> Iterator[Case]:
    lines = [json.dumps({"question": q, "answer": a, "category": "售后"}, ensure_ascii=False) for q, a in ZH]
    yield Case("faq/records.jsonl", "\n".join(lines).encode(), ZH)
    yield Case(
        "faq/records-broken.jsonl",
        "\n".join([lines[0], "{oops", lines[2]]).encode(),
        (ZH[0], ZH[2]),
        ((2, "bad_record"),),
        lost=1,
    )
    yield Case(
        "faq/records.json",
        json.dumps({"data": [{"问题": q, "答案": a} for q, a in ZH]}, ensure_ascii=False).encode(),
        ZH,
    )


def _chats() -> Iterator[Case]:
    asked, said = "打印机连不上网怎么办", "把网线重新插一下，灯变绿就好了"
    rows = ((asked, said),)
    head = "会话ID,时间,角色,内容,客户姓名,是否解决"
    day = "2026-11-02 10:0"
    table = [
        head,
        f"c1,{day}1,客户,{asked},王小明,是",
        f"c1,{day}2,客服,{said},王小明,是",
        f"c2,{day}3,客户,能退吗,李四,否",
        f"c2,{day}4,客服,我问一下,李四,否",
    ]
    yield Case("chat_logs/table.csv", "\n".join(table).encode(), rows, ((4, "chat_unresolved"),), lost=2)
    yield Case("chat_logs/table-gbk.csv", "\n".join(table[:3]).encode("gbk"), rows, ((1, "encoding_guessed"),))
    yield Case("chat_logs/shuffled.csv", "\n".join([head, table[2], table[1]]).encode(), rows)
    machine = [
        "conversation_id,created_at,sender,message",
        f"1,{day}1,visitor,{asked}",
        f"1,{day}2,bot,请稍候",
        f"1,{day}3,agent,{said}",
    ]
    yield Case("chat_logs/machine.csv", "\n".join(machine).encode(), rows, ((3, "chat_machine"),), lost=1)
    messages = [
        {"role": "customer", "text": "你好"},
        {"role": "customer", "text": asked, "time": f"{day}1"},
        {"role": "agent", "text": said},
    ]
    yield Case(
        "chat_logs/dialogues.jsonl",
        json.dumps({"id": 1, "resolved": True, "messages": messages}, ensure_ascii=False).encode(),
        rows,
    )
    single = [
        {"session_id": "a", "sender": "user", "content": asked, "timestamp": "1793600000"},
        {"session_id": "a", "sender": "agent", "content": said, "timestamp": "1793600060"},
    ]
    yield Case(
        "chat_logs/messages.jsonl", "\n".join(json.dumps(one, ensure_ascii=False) for one in single).encode(), rows
    )
    yield Case("chat_logs/2026-11-02.txt", f"客户 10:01: {asked}\n客服 10:02: {said}\n".encode(), rows)
    yield Case("chat_logs/named.txt", f"[{day}1] 王小姐: {asked}\n[{day}2] 客服小李: {said}\n".encode(), rows)
    yield Case(
        "chat_logs/qq.txt",
        f"{day}1:00 访客\n{asked}\n\n{day}2:00 客服\n{said}\n".encode("gbk"),
        rows,
        ((1, "encoding_guessed"),),
    )
    yield Case(
        "chat_logs/machine-column.csv",
        f"客户问题,客服回复,是否人工,日期\n{asked},{said},是,2026-11-02\n能退吗,请稍候,否,2026-11-02\n".encode(),
        rows,
        ((3, "chat_machine"),),
        lost=2,
    )
    yield Case(
        "chat_logs/notes.txt",
        f"2026年11月2日 星期一\n王小姐：{asked}\n客服：请看：步骤如下\n注意：{said}\n王小姐：谢谢\n".encode(),
        ((asked, said),),
        ((5, "chat_small_talk"),),
        lost=1,
    )
    yield Case("chat_logs/pairs.csv", f"客户问题,客服回复,日期\n{asked},{said},2026-11-02\n".encode(), rows)


def _changelogs() -> Iterator[Case]:
    def made(name: str, text: str, rows: Sequence[Want], *named: tuple[int, str], lost: int = 0) -> Case:
        return Case(f"changelog/{name}", text.encode(), tuple(rows), named, lost)

    yield made(
        "keep.md",
        "# Changelog\n\nAll changes.\n\n## [Unreleased]\n\n### Added\n\n- Dark mode\n\n## [1.1.0] - 2026-10-01 [YANKED]\n\n### Fixed\n\n- Crash\n- Leak\n\n[1.1.0]: https://x.example/1.1.0\n",
        [
            ("Unreleased · Added · Dark mode", "Dark mode"),
            ("v1.1.0 · Fixed · Crash", "Crash"),
            ("v1.1.0 · Fixed · Leak", "Leak"),
        ],
        (3, "preamble"),
    )
    yield made(
        "release-please.md",
        "## [2.0.1](https://x.example/compare/a...b) (2026-10-02)\n\n\n### Bug Fixes\n\n* **ui:** button ([#1](https://x.example/1)) ([abc1234](https://x.example/c))\n\n### ⚠ BREAKING CHANGES\n\n* drop node 18\n",
        [("v2.0.1 · Fixed · ui: button", "**ui:** button"), ("v2.0.1 · Changed · drop node 18", "drop node 18")],
    )
    yield made(
        "small.md",
        "## <small>[8.2.2](https://x.example) (2026-08-20)</small>\n### Features\n\n* widen range\n",
        [("v8.2.2 · Added · widen range", "widen range")],
    )
    yield made(
        "ant.md",
        "---\ntitle: 更新日志\n---\n\n## 6.6.1\n\n`2026-08-17`\n\n- 🐞 修复 Upload 的问题。[#1](https://x.example/1)\n- Form\n  - 🆕 新增 Form 插槽。\n  - 💄 优化样式。\n",
        [
            ("v6.6.1 · Fixed · 🐞 修复 Upload 的问题。", "修复 Upload"),
            ("v6.6.1 · Added · Form · 🆕 新增 Form 插槽。", "Form: 🆕 新增"),
            ("v6.6.1 · Changed · Form · 💄 优化样式。", "优化样式"),
        ],
    )
    yield made(
        "chinese.md",
        "# 更新日志\n\n## 版本 2.3.0（2026年10月1日）\n\n### 新增\n\n- 支持多门店\n\n### 修复\n\n- 小票乱码\n",
        [("v2.3.0 · Added · 支持多门店", "多门店"), ("v2.3.0 · Fixed · 小票乱码", "乱码")],
    )
    yield made(
        "conventional.md",
        "## v1.2.0 (2026-09-01)\n\n- feat(cart): add coupons\n- fix: rounding\n- refactor!: new API\n",
        [
            ("v1.2.0 · Added · feat(cart): add coupons", "coupons"),
            ("v1.2.0 · Fixed · fix: rounding", "rounding"),
            ("v1.2.0 · Changed · refactor!: new API", "new API"),
        ],
    )
    yield made(
        "reverse.md",
        "## 1.0.0 - 2026-01-01\n\n- First\n\n## 1.1.0 - 2026-02-01\n\n- Second\n\n## 1.2.0 - 2026-03-01\n\n- Third\n",
        [
            ("v1.0.0 · Changed · First", "First"),
            ("v1.1.0 · Changed · Second", "Second"),
            ("v1.2.0 · Changed · Third", "Third"),
        ],
        (1, "release_order"),
    )
    yield made(
        "undated.md",
        "## 1.0.0\n\n- 修复登录\n\n## 0.9.0\n",
        [("v1.0.0 · Fixed · 修复登录", "登录")],
        (1, "release_undated"),
        (5, "release_empty"),
    )
    yield made(
        "setext.md",
        "2.0.0 / 2026-10-10\n==================\n\n  * Add streaming\n  * Fix leak\n",
        [("v2.0.0 · Added · Add streaming", "streaming"), ("v2.0.0 · Fixed · Fix leak", "leak")],
    )
    yield made(
        "plain.txt",
        "v1.5.0 2026-10-10\n- 新增导出\n- 修复打印\n\nv1.4.0 2026-09-10\n- 优化速度\n",
        [
            ("v1.5.0 · Added · 新增导出", "导出"),
            ("v1.5.0 · Fixed · 修复打印", "打印"),
            ("v1.4.0 · Changed · 优化速度", "速度"),
        ],
    )
    yield made(
        "table.csv",
        "版本,发布日期,类型,更新内容\n2.3.0,2026-10-01,新增,多门店\n2.2.0,2026-09-01,修复,小票乱码\n",
        [("v2.3.0 · Added · 多门店", "多门店"), ("v2.2.0 · Fixed · 小票乱码", "乱码")],
    )
    yield made(
        "prose.md",
        "## 1.0.0 - 2026-01-01\n\nInitial release.\n\n## 计划中\n\n- 多币种\n",
        [("v1.0.0 · Changed · Initial release.", "Initial"), ("Unreleased · Changed · 多币种", "多币种")],
    )


TODAY = date(2026, 11, 21)
