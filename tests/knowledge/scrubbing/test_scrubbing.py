"""What the scrubber masks, and what it leaves alone."""

import pytest

from knowledge.scrubbing import Lists, scrub, scrub_dialogue

MASKED = [
    ("发到lihua_0902＠163．com收一下", "发到<EMAIL_1>收一下"),
    ("没收到，zhang.wei7艾特163点com", "没收到，<EMAIL_1>"),
    ("write to heyang (at) gmail (dot) com", "write to <EMAIL_1>"),
    ("收货手机号：①⑤⑧④⑨⓪②⑦⑥③①，别外传", "收货手机号：<PHONE_1>，别外传"),
    ("手机l38O2754l9O", "手机<PHONE_1>"),
    ("打这个吧 一三九零五七一八八二六，谢谢", "打这个吧 <PHONE_1>，谢谢"),
    ("号码：壹叁伍捌零柒肆陆贰玖壹", "号码：<PHONE_1>"),
    ("📱1️⃣8️⃣6️⃣0️⃣2️⃣1️⃣4️⃣7️⃣7️⃣5️⃣3️⃣", "📱<PHONE_1>"),
    ("1 7 7 6 0 4 2 9 1 1 5 加一下", "<PHONE_1> 加一下"),
    ("订单13812345678一直没到", "订单<ORDER_1>一直没到"),
    ("195.4260.0604 打这个", "<PHONE_1> 打这个"),
    ("座机010-72639960转801", "座机<PHONE_1>"),
    ("call +1-212-555-0198 ext. 44 or 07911 123456", "call <PHONE_1> or <PHONE_2>"),
    ("身份证330110 19621024 0849失败", "身份证<ID_CARD_1>失败"),
    ("证件号是37020319660307334x，麻烦核对", "证件号是<ID_CARD_1>，麻烦核对"),
    ("6217-0018-1497-9264-972，备注押金", "<BANK_CARD_1>，备注押金"),
    ("税号91310115MAB97Y2FC6，开专票", "税号<USCC_1>，开专票"),
    ("护照E83726154，10月到期", "护照<PASSPORT_1>，10月到期"),
    ("我车是鄂Ａ５Ｆ８８１，京东A12345券码", "我车是<PLATE_1>，京东A12345券码"),
    ("威❤wxid_8f3k2mzq91，报价发我", "威❤<WECHAT_1>，报价发我"),
    ("企鹅号三三八九一零二七，晚上在", "企鹅号<QQ_1>，晚上在"),
    ("快递单号：SF1402837465921到哪了", "快递单号：<ORDER_1>到哪了"),
    ("服务器120.183.98.229端口8080不通", "服务器<IP_1>端口8080不通"),
    ("My SSN is 861-73-7133", "My SSN is <SSN_1>"),
    ("初始密码c@^4*Ye$#_登录报-90559", "初始密码<SECRET_1>登录报-90559"),
    ("验证码483920，报错码是400", "验证码<SECRET_1>，报错码是400"),
    ("key是ghp_V3P7iMntBk7vVfJtWPeKKhM4ZWLU1BmCRjzg，返回401", "key是<SECRET_1>，返回401"),
    ("https://a.example.com/cb?lang=zh&token=Zk93jsLq81x&x=1", "https://a.example.com/cb?lang=zh&<URL_TOKEN_1>&x=1"),
    ("送我公司吧，科技园南区R2-B栋12楼前台", "送我公司吧，<ADDRESS_1>"),
    ("地址错了，应该是建设街286号创业大厦C座2307", "地址错了，应该是<ADDRESS_1>"),
    ("I live at PO Box 1187, Boulder, CO 80306, model WH-1000XM5", "I live at <ADDRESS_1>, model WH-1000XM5"),
    ("孙经理说可以退，让我找于主管签字", "<NAME_1>经理说可以退，让我找<NAME_2>主管签字"),
    ("给吴建民那单改一下地址", "给<NAME_1>那单改一下地址"),
    ("户主是我爸欧阳建国，我是他女儿欧阳静", "户主是我爸<NAME_1>，我是他女儿<NAME_2>"),
    ("收件人：陈瑜 电话：18156343129", "收件人：<NAME_1> 电话：<PHONE_1>"),
    ("Dear Mr. O'Brien, this is Amanda Robinson", "Dear Mr. <NAME_1>, this is <NAME_2>"),
    ("Kind regards,\nSven Müller\n+49 30 901820", "Kind regards,\n<NAME_1>\n<PHONE_1>"),
    ("香港身份证K088957(3)可以实名吗", "香港身份证<ID_CARD_1>可以实名吗"),
    ("银行卡号6214，8389，5635，4848，832", "银行卡号<BANK_CARD_1>"),
    ("你加我微信聊吧，khevwroei", "你加我微信聊吧，<WECHAT_1>"),
    ("刚下的单SO-0617125924能改地址不", "刚下的单<ORDER_1>能改地址不"),
    ("收到了 032427 是这个验证码吗", "收到了 <SECRET_1> 是这个验证码吗"),
    ("the code they texted me was 851-779", "the code they texted me was <SECRET_1>"),
    ("curl -u ops:1An6a8YuBO6q9 https://gw.demo.cn", "curl -u ops:<SECRET_1> https://gw.demo.cn"),
    ("mysql -uroot -paxfymc857 连不上", "mysql -uroot -p<SECRET_1> 连不上"),
    ("Cookie: sessionid=a0d0808abe435f77ce76; theme=dark", "Cookie: sessionid=<SECRET_1>; theme=dark"),
    ("乘机人阿卜杜拉·买买提的票，我叫斯琴高娃", "乘机人<NAME_1>的票，我叫<NAME_2>"),
    ("投诉快递员林明，态度恶劣", "投诉快递员<NAME_1>，态度恶劣"),
    ("我前夫蒋向前的卡，昨天潘宇航说要轮换", "我前夫<NAME_1>的卡，昨天<NAME_2>说要轮换"),
    ("报修：碧水湾8-4-303，浏览器Edge 118.0.220.86", "报修：<ADDRESS_1>，浏览器Edge 118.0.220.86"),
    (
        "TOTP seed is VFWBPDRNDVRJEULC, cell is area code 312 ... 555-0149",
        "TOTP seed is <SECRET_1>, cell is area code <PHONE_1> ... <PHONE_2>",
    ),
    ("我让王建军去门店拿了，任如意要的样品没到", "我让<NAME_1>去门店拿了，<NAME_2>要的样品没到"),
    (
        "群里那个叫大头的，昵称北巷旧人，报170449是您的登录验证码",
        "群里那个叫<NAME_1>的，昵称<NAME_2>，报<SECRET_1>是您的登录验证码",
    ),
    ("Invite He Zhiyuan, we trade under Morgan Stanley", "Invite <NAME_1>, we trade under Morgan Stanley"),
    ("薇 信 号 是 l e m o n - g o 6，请物业联系车主任先生", "薇 信 号 是 <WECHAT_1>，请物业联系车主<NAME_1>先生"),
    (
        "药师许您好，刚跟你们小乔聊过，武小龙、马超没收到",
        "药师<NAME_1>您好，刚跟你们小<NAME_2>聊过，<NAME_3>、<NAME_4>没收到",
    ),
    ("ToDesk设备代码857 548 789，后来改回Blue!26485也不认", "ToDesk设备代码<SECRET_1>，后来改回<SECRET_2>也不认"),
    ("Passport for Pemberton/Naomi, annika [dot] k [at] example [dot] org", "Passport for <NAME_1>, <EMAIL_1>"),
    (
        "客服晓雨正在为您处理，收货人写“常青”，吴编辑您好",
        "客服<NAME_1>正在为您处理，收货人写“<NAME_2>”，<NAME_3>编辑您好",
    ),
    ("key 631984-980585-366775-087491-223523-322441-945701-177445", "key <SECRET_1>"),
    (
        "https://p.example.com/reset?t=86c1c4b0a8001af4415b6b92f0665f8f533b8492",
        "https://p.example.com/reset?<URL_TOKEN_1>",
    ),
    ("我住湖滨南路十八号三栋五零一", "我住<ADDRESS_1>"),
    ("寄到来宾市兴宾区人民路18号；在颐和园路5号", "寄到<ADDRESS_1>；在<ADDRESS_2>"),
    ("im at 6400 Oak Ridge Street #301", "im at <ADDRESS_1>"),
    ("SECRET_KEY='e105267e7e48fcd5', clientSecret: 9f8e7d6c5b4a", "SECRET_KEY='<SECRET_1>', clientSecret: <SECRET_2>"),
    ("REDIS_URL=redis://:uRiO05h5a3K@redis:6379", "REDIS_URL=redis://<URL_TOKEN_1>@redis:6379"),
    ("Delivered to: 166 Station Close, London BS8 1TH", "Delivered to: <ADDRESS_1>"),
    ("帮查个件 收件张欣 18222274799，旅客斯琴高娃", "帮查个件 收件<NAME_1> <PHONE_1>，旅客<NAME_2>"),
    ("my neighbour Ngozi Okonkwo signed for it, not Aoife", "my neighbour <NAME_1> signed for it, not <NAME_2>"),
    ("the card is in the name Zainal bin Rahmat", "the card is in the name <NAME_1>"),
    ("Ticket holder Ong Kah Hwee, seat 12A", "Ticket holder <NAME_1>, seat 12A"),
    ("name on the visa: HE WENJUN, or LIU/YUTONG?", "name on the visa: <NAME_1>, or <NAME_2>?"),
    ("Zhou Yiming and Shuyao Deng join the call", "<NAME_1> and <NAME_2> join the call"),
    ("was it you, Farzana? cheers - Dev Malhotra", "was it you, <NAME_1>? cheers - <NAME_2>"),
    ("Grace told me the grace period is 7 days", "<NAME_1> told me the grace period is 7 days"),
    ("Siew Hoon: cannot pay leh\nSupport: which card?", "<NAME_1>: cannot pay leh\nSupport: which card?"),
    ("客服 Bonnie：在的\n用户：Eason让我找Vicky", "客服 <NAME_1>：在的\n用户：<NAME_2>让我找<NAME_3>"),
    ("我是 Finance 的 Winnie，老板 Leo Jiang 批了", "我是 Finance 的 <NAME_1>，老板 <NAME_2> 批了"),
    ("Blk 214C Compassvale Lane, #09-88, S543214 by 5pm", "<ADDRESS_1> by 5pm"),
    ("it goes to Flat 2B, Mill House, 9 Quarry Row, Leeds LS6 2AB please", "it goes to <ADDRESS_1> please"),
    ("At H.No. 4-7/2, Banjara Hills, Hyderabad 500034 now", "At <ADDRESS_1> now"),
    (
        "寄Room 902, Tower B, No. 77 Hongqiao Road, Xuhui District, Shanghai 200030，attn. Ada Wu",
        "寄<ADDRESS_1>，attn. <NAME_1>",
    ),
    ("Unit 4/18 Rathdowne Street, Carlton VIC 3053, tel later", "<ADDRESS_1>, tel later"),
    ("Rechnung an Lindenweg 12, 10115 Berlin bitte", "Rechnung an <ADDRESS_1> bitte"),
    ("it is 22 Marine Parade, Cottesloe WA 6011 thanks", "it is <ADDRESS_1> thanks"),
    ("we are outside Flat 9, Tanner House, 3 Marsh Row, Newcastle upon Tyne now", "we are outside <ADDRESS_1> now"),
    ("Take it to 5/F, 31 Queen's Road West, Hong Kong by noon", "Take it to <ADDRESS_1> by noon"),
    ("B-204, Tower 3, Palm Heights, Baner Road, Pune 411045 pls", "<ADDRESS_1> pls"),
    ("im at flat 6 40 lower mill lane york yo1 7hh thanks", "im at <ADDRESS_1> thanks"),
    ("Agent: the new address?\nBuyer: 3C Longacre, Bristol", "Agent: the new address?\nBuyer: <ADDRESS_1>"),
    ("moved to Flat 3, 12 Elm Road, Leeds LS6 2AB last week, same plan", "moved to <ADDRESS_1> last week, same plan"),
    ("deliver to Flat 2A, 9/F, Kornhill, Hong Kong, lobby is fine", "deliver to <ADDRESS_1>, lobby is fine"),
    ("ship the XPS 15 9530 to 41 W Fir Ave, Albany, NY 12207", "ship the XPS 15 9530 to <ADDRESS_1>"),
    ("between 8 and 12, it is address 41 Fir Drive Apt 6D", "between 8 and 12, it is address <ADDRESS_1>"),
    (
        "bought under Min-ji Yoon, for HYE-JIN PARK; ask soo-yeon park",
        "bought under <NAME_1>, for <NAME_2>; ask <NAME_3>",
    ),
    ("seats: Matteo Lo Presti, Joaquín de la Cruz", "seats: <NAME_1>, <NAME_2>"),
    ("i am sinéad ó briain, it says NIAMH Ó BRIAIN", "i am <NAME_1>, it says <NAME_2>"),
    ("change it from Kevin Tran to Sharmila Ghoshal, please", "change it from <NAME_1> to <NAME_2>, please"),
    ("Yılmazer, Piotr; 917.455.4094", "<NAME_1>, <NAME_2>; <PHONE_1>"),
    ("Will here. Will it ship? Held it under Pike, ok", "<NAME_1> here. Will it ship? Held it under <NAME_2>, ok"),
    ("it is spelled B-R-E-N-N-A-N, not Brenan", "it is spelled <NAME_1>, not Brenan"),
    (
        "Hi, this is Suling from Guest Relations. Bye. Tahlia, Customer Care",
        "Hi, this is <NAME_1> from Guest Relations. Bye. <NAME_2>, Customer Care",
    ),
    (
        "They were called Rigo and Nadeesha; my assistant Dilhani Perera",
        "They were called <NAME_1> and <NAME_2>; my assistant <NAME_3>",
    ),
    ("its jennifer murillo, ship to: Holly Maddox", "its <NAME_1>, ship to: <NAME_2>"),
]
KEPT = [
    "请拨打客服热线 400-610-1360 或 95533，工作时间 9:00-18:00",
    "升级到 v13.8.0013 后接口返回 ERR_CONNECTION_REFUSED(-102)",
    "型号 RTX4090-24G-138 价格 13,800.00 元，活动到 2024-05-18 23:59:59",
    "SHA256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855; ISBN 978-7-111-21382-6",
    "The build 20240518.13 failed at step 138/139; exit code 137; see RFC 7231 section 6.5.1",
    "王者荣耀、李宁旗舰店、张小泉剪刀都有货；马上发",
    "本机 127.0.0.1 和 192.168.1.10 能通",
    "trace_id=7172331318d4b31c75f5bc5a21093e20",
    "管理员可以在设置里修改密码，密码长度为8-20位",
    "一共两个，等了三天，一直没人管",
    "高级版和基础版有什么区别？安装方法在说明书第12页",
    "How do I reset my password? Is the Pro plan billed per user?",
    "余额不足，请先充值；周末和节假日能发货吗",
    "常用的快递有顺丰、圆通和中通；这边专员会联系您，名字和电话都填了",
    "钱原路退回；和老板说一下，施工方案谢谢师傅，高级客服专员为您服务",
    "git clone git@github.com:ant-design/ant-design.git",
    "快递客服95338一直占线，全国热线：400 123 4567，call 1-800-555-0199",
    "固件版本 1.0.0.4-2205，Q1 2025 report",
    "周大福的戒指可以改圈吗，江小白多少钱，这位女士别急",
    "我叫师傅来，我叫外卖，没到；苹果·官方旗舰店",
    "在“费用 › 发票”里填写抬头和税号",
    "It ends 21 May 2025, costs USD 655; Payee and Until are labels",
    "我是 Finance 的，用Teams开会，Jenkins里写死了github的token",
    "Note: ok\nType: Freezer\nDefault: none\nVoltage: 220",
    "Ninja Van was late; Sam's Club, Wendy's, Louis Vuitton, Ralph Lauren, San Diego, Paris Metro",
    "Customer: Jack Daniel's and Trader Joe's, Check-in Desk, Pop-up Store, Sign-in Park",
    "Do you ship to Tasmania, and is it free over $75? Your address?\nI changed it 2 days ago to Leeds, sorry",
    "常宁和万宁的网点周末开不开？兰亭会议室的投屏，付了1288元定金",
    "累计用户突破250000000，文件大小13912345678字节，热线4008-442-707",
    "EAN 6933822203274，批号L761597225，序列号SN155577621X，短信发106976805743，另外安慕希有没有",
    "《朱自清散文集》和《安和桥》都有；在康乐路口，跟陶然街的家园，万豪和全季",
    "Johnson & Johnson and Philip Morris gift cards, Head of Operations, Cobalt Fern Ltd",
    "## Security Best Practices, there's no toggle, React cannot get it",
]


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_personal_data_becomes_placeholders(text: str, expected: str) -> None:
    assert scrub(text).text == expected


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_personal_stays(text: str) -> None:
    assert scrub(text).text == text


def test_spans_count_code_points_of_the_original() -> None:
    text = "🙂手机１３８２７６４９０１５，谢谢"
    (span,) = scrub(text).spans
    assert (text[span.start : span.end], span.type) == ("１３８２７６４９０１５", "PHONE")


def test_one_value_has_one_placeholder_in_a_dialogue_and_none_in_the_next() -> None:
    turns = [("customer", "电话13800138000"), ("agent", "138 0013 8000 对吗"), ("customer", "或者13900139000")]
    said = [turn.text for turn in scrub_dialogue(turns)]
    assert said == ["电话<PHONE_1>", "<PHONE_1> 对吗", "或者<PHONE_2>"]
    assert scrub_dialogue([("customer", "电话13900139000")])[0].text == "电话<PHONE_1>"


def test_a_number_told_in_pieces_over_turns_is_masked_in_each() -> None:
    turns = [("customer", "手机1393"), ("agent", "嗯，后面呢"), ("customer", "5287640")]
    assert [turn.text for turn in scrub_dialogue(turns)] == ["手机<PHONE_1>", "嗯，后面呢", "<PHONE_2>"]
    assert scrub("电话前面是150，后面24428664，别记错").text == "电话前面是<PHONE_1>，后面<PHONE_2>，别记错"


@pytest.mark.parametrize(
    ("question", "answer", "masked"),
    [
        ("您的验证码是多少？", "681723", "<SECRET_1>"),
        ("请问怎么称呼您？", "王军", "<NAME_1>"),
        ("May I have your name?", "Cesar Watkins", "<NAME_1>"),
        ("麻烦发下单号", "4097780", "<ORDER_1>"),
        ("您微信号多少", "abc_lee77", "<WECHAT_1>"),
        ("请问怎么称呼您？", "好的", "好的"),
        ("验证码收到了吗？", "没有", "没有"),
    ],
)
def test_a_bare_answer_counts_as_what_was_asked_for(question: str, answer: str, masked: str) -> None:
    assert scrub_dialogue([("agent", question), ("customer", answer)])[1].text == masked
    assert scrub(f"客服：{question}\n客户：{answer}").text == f"客服：{question}\n客户：{masked}"


def test_a_name_heard_once_is_masked_everywhere() -> None:
    turns = [("customer", "我叫次仁卓玛吗？不，收件人：次仁卓玛，"), ("agent", "次仁卓玛的单子查到了")]
    assert all("卓玛" not in turn.text for turn in scrub_dialogue(turns))


def test_a_given_name_alone_is_masked_once_the_whole_name_is_known() -> None:
    turns = [("customer", "收件人是田雨桐"), ("agent", "雨桐您好，航海路那单查到了")]
    assert [turn.text for turn in scrub_dialogue(turns)] == [
        "收件人是<NAME_1>", "<NAME_2>您好，航海路那单查到了"
    ]  # fmt: skip
    assert scrub_dialogue([("agent", "让雨桐来取")], [("NAME", "欧阳雨桐")])[0].text == "让<NAME_1>来取"


def test_values_of_structured_columns_are_masked_wherever_they_stand() -> None:
    private = [("NAME", "Zorblatt"), ("PHONE", "55501"), ("NAME", "客服")]
    said = scrub_dialogue([("customer", "ask zorblatt or 5-55 01"), ("agent", "客服在的")], private)
    assert [turn.text for turn in said] == ["ask <NAME_1> or <PHONE_1>", "客服在的"]


def test_a_company_frees_its_brands_and_denies_its_own_words() -> None:
    lists = Lists(stop=frozenset({"李建国"}), deny=(("ADDRESS", "翠苑基地"),))
    assert scrub("找李建国就行，在翠苑基地", lists=lists).text == "找李建国就行，在<ADDRESS_1>"
    assert scrub("找李建国就行，电话13800138000", lists=Lists(stop=frozenset({"13800138000"}))).text.endswith(
        "<PHONE_1>"
    )


def test_placeholders_in_the_text_are_left_alone_and_numbers_go_on_after_them() -> None:
    assert scrub("<PHONE_3> 和 13800138000").text == "<PHONE_3> 和 <PHONE_4>"
