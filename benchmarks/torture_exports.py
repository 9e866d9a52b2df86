"""More of the torture set: what help desks, chat tools and office programs export, file by file."""
# ruff: noqa: E501  (a file a line reads better than broken strings)

from collections.abc import Iterator, Sequence

from benchmarks.torture import Case, Want


def exports() -> Iterator[Case]:
    """All files of this part; made anew at each call, always the same."""
    yield from _tables_and_pages()
    yield from _conversations()
    yield from _releases()


def made(
    path: str, text: str, rows: Sequence[Want], *named: tuple[int, str], lost: int = 0, encoding: str = "utf-8"
) -> Case:
    return Case(path, text.encode(encoding), tuple(rows), named, lost)


# fmt: off
def _tables_and_pages() -> Iterator[Case]:
    yield made("faq/export-latin1-fr.csv", "question;réponse\nComment être remboursé ?;Sous 14 jours, à l'adresse d'achat\nOù êtes-vous situés ?;À Genève\n", [("Comment être remboursé ?", "14 jours"), ("Où êtes-vous situés ?", "Genève")], (1, "encoding_unsure"), encoding="cp1252")
    yield made("faq/export-korean-utf8.csv", "질문,답변\n환불은 어떻게 하나요?,주문 내역에서 신청하세요\n", [("환불은 어떻게 하나요?", "주문 내역")])
    yield made("faq/export-pipe-header.txt", "问题|答案|备注\n宽带怎么报修|拨打 10000 号转 2|7×24\nIPTV 黑屏|重启光猫和机顶盒|\n", [("宽带怎么报修", "10000 号转 2"), ("IPTV 黑屏", "重启光猫")])
    yield made("faq/export-tab-with-commas.txt", "问题\t答案\n怎么绑卡\t我的,银行卡,添加\n限额多少\t单笔 5,000 元,每日 20,000 元\n", [("怎么绑卡", "我的,银行卡,添加"), ("限额多少", "5,000")])
    yield made("faq/export-noheader-statements.csv", "退货政策,签收七天内无理由退货\n换货政策,签收十五天内可换货\n", [("退货政策", "七天内"), ("换货政策", "十五天内")])
    yield made("faq/export-udesk-kb.csv", "文章标题,文章内容,文章分类,状态,创建人,创建时间,更新时间\n如何开通会员,打开 App 点击「我的-会员」,会员,已发布,王宇,2026/10/1 9:30,2026/10/8 10:11\n旧版教程,请看新版,会员,草稿,王宇,2026/10/1 9:30,2026/10/8 10:11\n", [("如何开通会员", "我的-会员")], (3, "switched_off"), lost=1)
    yield made("faq/export-zendesk-export.csv", "Id,Title,Body,Section,Category,Draft,Created at,Updated at,Html url\n3600,How do I change my plan?,\"<p>Go to <b>Billing</b> and choose <em>Change plan</em>.</p><ul><li>Upgrades are immediate</li><li>Downgrades apply next month</li></ul>\",Billing,Account,false,2026-10-01T08:00:00Z,2026-10-08T08:00:00Z,https://h.example/3600\n", [("How do I change my plan?", "Billing")])
    yield made("faq/export-intercom-articles.csv", "article_id,title,description,body,state,url\n77,Refund timing,When refunds arrive,\"Refunds arrive in 5 to 10 business days, depending on your bank.\",published,https://h.example/77\n78,Old refund,old,\"Old text\",draft,https://h.example/78\n", [("Refund timing", "5 to 10 business days")], (3, "switched_off"), lost=1)
    yield made("faq/export-meiqia.csv", "问题分组,问题,关键词,回复内容,是否开启\n物流,什么时候发货,发货;快递;多久发,48 小时内发货，预售以页面为准,开启\n物流,可以指定快递吗,指定快递,默认中通，不支持指定,关闭\n", [("什么时候发货", "48 小时内")], (3, "switched_off"), lost=1)
    yield made("faq/export-wecom-script.csv", "话术分组,话术标题,话术内容\n开场,首次问候,您好呀，我是您的专属顾问\n售后,要求退差价,亲，7 天内降价可退差价哦，您提供一下订单截图\n", [("首次问候", "专属顾问"), ("要求退差价", "退差价")])
    yield made("faq/export-question-dup-cols.csv", "question_zh,answer_zh,question_en,answer_en\n怎么注销,联系客服注销,How do I close my account,Contact support\n", [("怎么注销", "联系客服注销")])
    yield made("faq/export-caps-bilingual-header.csv", "问题 Question,答案 Answer\n可以带宠物吗,可以，需牵绳\n", [("可以带宠物吗", "需牵绳")])
    yield made("faq/export-slash-header.csv", "问题/Question;答案/Answer\n可以带宠物吗;可以，需牵绳\n", [("可以带宠物吗", "需牵绳")])
    yield made("faq/export-front-toml.md", "+++\ntitle = \"配送说明\"\ndate = 2026-11-01\n+++\n\n## 多久能到？\n\n同城次日达。\n\n## 偏远地区送吗？\n\n送，加 2 天。\n", [("多久能到？", "同城次日达"), ("偏远地区送吗？", "加 2 天")])
    yield made("faq/export-blockquote-question.md", "> 能用优惠券吗？\n\n能，每单限一张。\n\n> 积分会过期吗？\n\n次年年底清零。\n", [("能用优惠券吗？", "限一张"), ("积分会过期吗？", "次年年底")])
    yield made("faq/export-table-html.md", "# FAQ\n\n<table>\n<thead><tr><th>问题</th><th>答案</th></tr></thead>\n<tbody>\n<tr><td>能用优惠券吗？</td><td>能，<b>每单</b>限一张</td></tr>\n<tr><td>积分会过期吗？</td><td>次年年底清零</td></tr>\n</tbody>\n</table>\n", [("能用优惠券吗？", "限一张"), ("积分会过期吗？", "次年年底")])
    yield made("faq/export-nested-list.md", "# FAQ\n\n- 账户\n  - 怎么改名？\n    - 设置里改\n  - 怎么换头像？\n    - 点头像\n", [("怎么改名？", "设置里改"), ("怎么换头像？", "点头像")])
    yield made("faq/export-notepad-number.txt", "1、宽带能移机吗？\n能，收费 100 元。\n2、移机要几天？\n3 个工作日。\n3、能换套餐吗？\n能，次月生效。\n", [("宽带能移机吗？", "100 元"), ("移机要几天？", "3 个工作日"), ("能换套餐吗？", "次月生效")])
    yield made("faq/export-multi-question.md", "Q: 能移机吗？\nQ: 可以搬家吗？\nA: 能，收费 100 元。\n\nQ: 要几天？\nA: 3 天。\n", [("能移机吗？", "100 元"), ("要几天？", "3 天")])
    yield made("faq/export-html-page.html", "<!DOCTYPE html><html><head><meta charset='gbk'><title>帮助</title><script>var a='<h2>不是</h2>';</script></head><body><nav><a href='/'>首页</a></nav><div class='q'><h3>发票多久寄出？</h3><div class='a'><p>3 天内寄出。</p><p>电子发票<strong>立即</strong>开具。</p></div></div><div class='q'><h3>能换抬头吗？</h3><div class='a'>当月可换。</div></div></body></html>", [("发票多久寄出？", "3 天内"), ("能换抬头吗？", "当月可换")], encoding="gb18030")
    yield made("faq/export-anchor-toc.md", "# FAQ\n\n- [怎么接线？](#a)\n- [灯不亮？](#b)\n\n## 怎么接线？ {#a}\n\n红接 L。\n\n## 灯不亮？ {#b}\n\n检查保险丝。\n\n[回到顶部](#faq)\n", [("怎么接线？", "红接 L"), ("灯不亮？", "保险丝")], (1, "not_a_row"), lost=1)
    yield made("faq/export-messages.jsonl", "{\"messages\": [{\"role\": \"system\", \"content\": \"你是客服\"}, {\"role\": \"user\", \"content\": \"扫码枪扫不出来怎么办\"}, {\"role\": \"assistant\", \"content\": \"先对着说明书第 3 页的复位码扫一下再试\"}]}\n{\"messages\": [{\"role\": \"system\", \"content\": \"你是客服\"}, {\"role\": \"user\", \"content\": \"发票抬头可以改吗\"}, {\"role\": \"assistant\", \"content\": \"当月的可以作废重开，跨月需要红冲\"}]}", [], (1, "chat_in_faq"))
    yield made("faq/export-categories.json", "{\"售后\": [{\"问题\": \"怎么退\", \"答案\": \"订单页退\"}], \"财务\": [{\"问题\": \"怎么开票\", \"答案\": \"订单页开\"}]}", [("怎么退", "订单页退"), ("怎么开票", "订单页开")])
    yield made("faq/export-comments.jsonl", "// export\n{\"q\": \"怎么退款\", \"a\": \"订单页退\"}\n\n{\"q\": \"怎么开票\", \"a\": \"订单页开\"},\n", [("怎么退款", "订单页退"), ("怎么开票", "订单页开")], (1, "bad_record"), lost=1)
    yield made("faq/export-own-header.csv", "No.,Customer asks,We say\n1,Do you price match?,\"Yes, within 14 days\"\n2,Can I return online orders in store?,Yes with the QR code\n", [("Do you price match?", "within 14 days"), ("Can I return online orders in store?", "QR code")])
    yield made("faq/export-intents.tsv", "意图名称\t标准问\t扩展问\t应答\nREFUND\t怎么退款\t退钱/退货/我要退款\t订单页点退款\nINVOICE\t开发票\t发票/开票\t订单页点开票\n", [("怎么退款", "订单页点退款"), ("开发票", "订单页点开票")])
    yield made("faq/export-two-tables.csv", "问题,答案\n几点开门,9 点\n\n\n问题,答案,备注\n几点关门,21 点,周末 22 点\n", [("几点开门", "9 点"), ("几点关门", "21 点")], (5, "not_a_row"), lost=1)
    yield made("faq/export-captioned.md", "常见问题\n\n1) 支持 5G 吗？\n支持。\n2) 有 NFC 吗？\n有。\n", [("支持 5G 吗？", "支持"), ("有 NFC 吗？", "有")], (1, "not_a_row"), lost=1)
    yield made("faq/export-one-line.txt", "支持 5G 吗？ 支持。\n有 NFC 吗？ 有，可刷公交。\n", [("支持 5G 吗？", "支持"), ("有 NFC 吗？", "公交")])
    yield made("faq/export-subheading.md", "## 支持 5G 吗？\n\n> **注意**：需要 5G 套餐。\n\n支持。\n\n### 哪些频段\n\nn78、n41。\n\n## 有 NFC 吗？\n\n有。\n", [("支持 5G 吗？", "需要 5G 套餐"), ("有 NFC 吗？", "有")])
    yield made("faq/export-items.mdx", "<FAQ>\n  <FAQ.Item question=\"支持 5G 吗？\">支持。</FAQ.Item>\n  <FAQ.Item question=\"有 NFC 吗？\">有。</FAQ.Item>\n</FAQ>\n", [("支持 5G 吗？", "支持"), ("有 NFC 吗？", "有")])
    yield made("faq/export-terms.md", "Term\n: Definition here\n\nOther term\n: Other definition\n", [("Term", "Definition here"), ("Other term", "Other definition")])
    yield made("faq/export-wrapped.json", "{\"code\": 0, \"msg\": \"ok\", \"data\": {\"total\": 2, \"list\": [{\"title\": \"杯子能进微波炉吗\", \"content\": \"<p>不能</p>\"}, {\"title\": \"能洗碗机洗吗\", \"content\": \"<p>能</p>\"}]}}", [("杯子能进微波炉吗", "不能"), ("能洗碗机洗吗", "能")])
    yield made("faq/export-indented.txt", "杯子能进微波炉吗\n  不能，有金属漆。\n能洗碗机洗吗\n  能，放上层架。\n保修多久\n  一年。\n", [("杯子能进微波炉吗", "金属漆"), ("能洗碗机洗吗", "上层架"), ("保修多久", "一年")])
    yield made("faq/export-underlined.txt", "FREQUENTLY ASKED QUESTIONS\n\nCan I microwave it?\n-------------------\nNo.\n\nDishwasher safe?\n----------------\nTop rack only.\n", [("Can I microwave it?", "No."), ("Dishwasher safe?", "Top rack")], (1, "not_a_row"), lost=1)


def _conversations() -> Iterator[Case]:
    yield made("chat_logs/export-intercom.txt", "November 1, 2026\n10:20 AM | Lead: 扫码枪扫不出来怎么办\n10:21 AM | Chen from Acme: 先对着说明书第 3 页的复位码扫一下再试\n10:25 AM | Lead: 发票抬头可以改吗\n10:26 AM | Chen from Acme: 当月的可以作废重开，跨月需要红冲\n", [("扫码枪扫不出来怎么办", "先对着说明书第 3 页的复位码扫一下再试"), ("发票抬头可以改吗", "当月的可以作废重开，跨月需要红冲")])
    yield made("chat_logs/export-brackets.txt", "【客户】（2026-11-01 10:20）：扫码枪扫不出来怎么办\n【客服】（2026-11-01 10:21）：先对着说明书第 3 页的复位码扫一下再试\n【客户】（2026-11-01 10:25）：发票抬头可以改吗\n【客服】（2026-11-01 10:26）：当月的可以作废重开，跨月需要红冲\n", [("扫码枪扫不出来怎么办", "先对着说明书第 3 页的复位码扫一下再试"), ("发票抬头可以改吗", "当月的可以作废重开，跨月需要红冲")])
    yield made("chat_logs/export-whatsapp.txt", "[01/11/2026, 10:20:11] Maria: 扫码枪扫不出来怎么办\n[01/11/2026, 10:21:00] Support Team: 先对着说明书第 3 页的复位码扫一下再试\n01/11/2026, 10:25 - Maria: 发票抬头可以改吗\n01/11/2026, 10:26 - Support Team: 当月的可以作废重开，跨月需要红冲\n", [("扫码枪扫不出来怎么办", "先对着说明书第 3 页的复位码扫一下再试"), ("发票抬头可以改吗", "当月的可以作废重开，跨月需要红冲")])
    yield made("chat_logs/export-lt-gt.txt", "2026-11-01 10:20 <客户> 扫码枪扫不出来怎么办\n2026-11-01 10:21 <客服> 先对着说明书第 3 页的复位码扫一下再试\n2026-11-01 10:25 <客户> 发票抬头可以改吗\n2026-11-01 10:26 <客服> 当月的可以作废重开，跨月需要红冲\n", [("扫码枪扫不出来怎么办", "先对着说明书第 3 页的复位码扫一下再试"), ("发票抬头可以改吗", "当月的可以作废重开，跨月需要红冲")])
    yield made("chat_logs/export-qianniu.txt", "tb88123(2026-11-01 10:20:11): 扫码枪扫不出来怎么办\n旗舰店:小陈(2026-11-01 10:21:00): 先对着说明书第 3 页的复位码扫一下再试\ntb88123(2026-11-01 10:25:11): 发票抬头可以改吗\n旗舰店:小陈(2026-11-01 10:26:00): 当月的可以作废重开，跨月需要红冲\n", [("扫码枪扫不出来怎么办", "先对着说明书第 3 页的复位码扫一下再试"), ("发票抬头可以改吗", "当月的可以作废重开，跨月需要红冲")])
    yield made("chat_logs/export-intercom.json", "{\"type\": \"conversation.list\", \"conversations\": [{\"type\": \"conversation\", \"id\": \"1\", \"created_at\": 1793600000, \"state\": \"closed\", \"source\": {\"type\": \"conversation\", \"body\": \"<p>扫码枪扫不出来怎么办</p>\", \"author\": {\"type\": \"user\", \"name\": \"Maria\", \"email\": \"m@x.example\"}}, \"conversation_parts\": {\"type\": \"conversation_part.list\", \"conversation_parts\": [{\"part_type\": \"comment\", \"body\": \"<p>先对着说明书第 3 页的复位码扫一下再试</p>\", \"created_at\": 1793600060, \"author\": {\"type\": \"admin\", \"name\": \"Chen\"}}, {\"part_type\": \"comment\", \"body\": \"<p>发票抬头可以改吗</p>\", \"created_at\": 1793600160, \"author\": {\"type\": \"user\", \"name\": \"Maria\"}}, {\"part_type\": \"comment\", \"body\": \"<p>当月的可以作废重开，跨月需要红冲</p>\", \"created_at\": 1793600260, \"author\": {\"type\": \"admin\", \"name\": \"Chen\"}}]}}]}", [("扫码枪扫不出来怎么办", "先对着说明书第 3 页的复位码扫一下再试"), ("发票抬头可以改吗", "当月的可以作废重开，跨月需要红冲")])
    yield made("chat_logs/export-wecom-archive.csv", "msgid,from,tolist,msgtime,msgtype,content\n1,wmAbC123,chen,1793600000000,text,扫码枪扫不出来怎么办\n2,chen,wmAbC123,1793600060000,text,先对着说明书第 3 页的复位码扫一下再试\n3,wmAbC123,chen,1793600160000,text,发票抬头可以改吗\n4,chen,wmAbC123,1793600260000,text,当月的可以作废重开，跨月需要红冲\n", [("扫码枪扫不出来怎么办", "先对着说明书第 3 页的复位码扫一下再试"), ("发票抬头可以改吗", "当月的可以作废重开，跨月需要红冲")])
    yield made("chat_logs/export-visitor-cols.csv", "时间,客户消息,客服消息\n2026-11-01 10:20,扫码枪扫不出来怎么办,\n2026-11-01 10:21,,先对着说明书第 3 页的复位码扫一下再试\n2026-11-01 10:25,发票抬头可以改吗,\n2026-11-01 10:26,,当月的可以作废重开，跨月需要红冲\n", [("扫码枪扫不出来怎么办", "先对着说明书第 3 页的复位码扫一下再试"), ("发票抬头可以改吗", "当月的可以作废重开，跨月需要红冲")])
    yield made("chat_logs/export-salesforce.txt", "Chat started: Monday, November 02, 2026, 10:20:00 (+0800)\n( 11s ) Li: 净水器滤芯多久换一次\n( 1m 5s ) Agent Wang: 前置半年，RO 膜两年\n( 5m 2s ) Li: 漏水了怎么处理\n( 6m 0s ) Agent Wang: 先关进水阀，再预约上门\n", [("Monday, November 02, 2026, 10:20:00 (+0800) 净水器滤芯多久换一次", "前置半年，RO 膜两年"), ("漏水了怎么处理", "先关进水阀，再预约上门")])
    yield made("chat_logs/export-direction.jsonl", "{\"chat_id\": 5, \"direction\": \"incoming\", \"text\": \"净水器滤芯多久换一次\", \"date\": \"2026-11-02 10:20\"}\n{\"chat_id\": 5, \"direction\": \"outgoing\", \"text\": \"前置半年，RO 膜两年\", \"date\": \"2026-11-02 10:21\"}\n{\"chat_id\": 5, \"direction\": \"incoming\", \"text\": \"漏水了怎么处理\", \"date\": \"2026-11-02 10:22\"}\n{\"chat_id\": 5, \"direction\": \"outgoing\", \"text\": \"先关进水阀，再预约上门\", \"date\": \"2026-11-02 10:23\"}", [("净水器滤芯多久换一次", "前置半年，RO 膜两年"), ("漏水了怎么处理", "先关进水阀，再预约上门")])
    yield made("chat_logs/export-page.html", "<html><body><div class='msg'><b>客户</b> 2026-11-02 10:20<br>净水器滤芯多久换一次</div><div class='msg'><b>客服</b> 2026-11-02 10:21<br>前置半年，RO 膜两年</div></body></html>", [("净水器滤芯多久换一次", "前置半年，RO 膜两年")])
    yield made("chat_logs/export-both-in-brackets.txt", "[客户 14:03] 投影仪画面偏蓝\n[客服 14:04] 进设置把色温调到暖色\n[客户 14:06] 遥控器失灵了\n[客服 14:07] 换电池，再长按确定键 5 秒配对\n", [("投影仪画面偏蓝", "进设置把色温调到暖色"), ("遥控器失灵了", "换电池，再长按确定键 5 秒配对")])
    yield made("chat_logs/export-arrows.txt", "客户> 投影仪画面偏蓝\n客服> 进设置把色温调到暖色\n客户> 遥控器失灵了\n客服> 换电池，再长按确定键 5 秒配对\n", [("投影仪画面偏蓝", "进设置把色温调到暖色"), ("遥控器失灵了", "换电池，再长按确定键 5 秒配对")])
    yield made("chat_logs/export-american-dates.txt", "Nov 2, 2026 2:03 PM - Customer: 投影仪画面偏蓝\nNov 2, 2026 2:04 PM - Agent Jay: 进设置把色温调到暖色\nNov 2, 2026 2:06 PM - Customer: 遥控器失灵了\nNov 2, 2026 2:07 PM - Agent Jay: 换电池，再长按确定键 5 秒配对\n", [("投影仪画面偏蓝", "进设置把色温调到暖色"), ("遥控器失灵了", "换电池，再长按确定键 5 秒配对")])
    yield made("chat_logs/export-call-centre.csv", "通话ID,角色,话术,开始时间\n9,用户,投影仪画面偏蓝,2026-11-02 14:03:00\n9,坐席,进设置把色温调到暖色,2026-11-02 14:04:00\n9,用户,遥控器失灵了,2026-11-02 14:06:00\n9,坐席,换电池，再长按确定键 5 秒配对,2026-11-02 14:07:00\n", [("投影仪画面偏蓝", "进设置把色温调到暖色"), ("遥控器失灵了", "换电池，再长按确定键 5 秒配对")])
    yield made("chat_logs/export-author-and-role.csv", "Ticket,Author,Author Role,Comment,Created\n5,Li,End-user,投影仪画面偏蓝,2026-11-02 14:03\n5,Jay,Agent,进设置把色温调到暖色,2026-11-02 14:04\n5,Li,End-user,遥控器失灵了,2026-11-02 14:06\n5,Jay,Agent,换电池，再长按确定键 5 秒配对,2026-11-02 14:07\n", [("投影仪画面偏蓝", "进设置把色温调到暖色"), ("遥控器失灵了", "换电池，再长按确定键 5 秒配对")])


def _releases() -> Iterator[Case]:
    yield made("changelog/export-zh-date-heading.md", "# 更新日志\n\n## 2026年11月3日 v5.2.0\n\n【新增】扫码点餐\n【优化】打印速度\n【修复】偶发闪退\n\n## 2026年10月8日 v5.1.0\n\n【修复】登录失败\n", [("v5.2.0 · Added · 【新增】扫码点餐", "扫码点餐"), ("v5.2.0 · Changed · 【优化】打印速度", "打印速度"), ("v5.2.0 · Fixed · 【修复】偶发闪退", "偶发闪退"), ("v5.1.0 · Fixed · 【修复】登录失败", "登录失败")])
    yield made("changelog/export-zh-numbered.txt", "版本：5.2.0\n发布日期：2026年11月3日\n更新内容：\n1. 新增扫码点餐\n2. 优化打印速度\n3. 修复偶发闪退\n\n版本：5.1.0\n发布日期：2026年10月8日\n更新内容：\n1. 修复登录失败\n", [("v5.2.0 · Added · 新增扫码点餐", "点餐"), ("v5.2.0 · Changed · 优化打印速度", "打印"), ("v5.2.0 · Fixed · 修复偶发闪退", "闪退"), ("v5.1.0 · Fixed · 修复登录失败", "登录")])
    yield made("changelog/export-bold-versions.md", "**V5.2.0（2026.11.03）**\n\n1、新增扫码点餐；\n2、修复闪退。\n\n**V5.1.0（2026.10.08）**\n\n1、优化速度。\n", [("v5.2.0 · Added · 新增扫码点餐；", "扫码点餐"), ("v5.2.0 · Fixed · 修复闪退。", "闪退"), ("v5.1.0 · Changed · 优化速度。", "优化速度")])
    yield made("changelog/export-whats-new.md", "## 4.2.0\n\nReleased on 2026-11-03.\n\n### What's new\n\n* Split bills.\n\n### Known issues\n\n* Slow on old tablets.\n", [("v4.2.0 · Added · Split bills.", "Split bills"), ("v4.2.0 · Changed · Known issues · Slow on old tablets.", "Slow on old tablets")])
    yield made("changelog/export-in-a-list.md", "- **4.2.0** (2026-11-03)\n  - 新增拆单\n  - 修复崩溃\n- **4.1.0** (2026-10-01)\n  - 修复登录\n", [("v4.2.0 · Added · 新增拆单", "拆单"), ("v4.2.0 · Fixed · 修复崩溃", "崩溃"), ("v4.1.0 · Fixed · 修复登录", "登录")])
    yield made("changelog/export-in-a-table.md", "| 版本 | 日期 | 说明 |\n|---|---|---|\n| 4.2.0 | 2026-11-03 | 新增拆单 |\n| 4.1.0 | 2026-10-01 | 修复登录 |\n", [("v4.2.0 · Added · 新增拆单", "拆单"), ("v4.1.0 · Fixed · 修复登录", "登录")])
    yield made("changelog/export-dated-week.md", "## 2026-11-02（第 45 周）\n\n### 投影仪\n- 新增投屏\n\n### 遥控器\n- 修复失灵\n", [("2026-11-02 · Added · 投影仪 · 新增投屏", "投屏"), ("2026-11-02 · Fixed · 遥控器 · 修复失灵", "失灵")])
