"""Invented support chats with personal data at known places: templates, values by Faker, disguises; same seed, same texts.

`texts(seed, count, held_out)` gives Sample(text, spans, keep). Templates are split by their position: two thirds to tune on,
one third held out. A field is written {TYPE} or {TYPE:variant}; {KEEP} must survive.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from faker import Faker
from stdnum import luhn
from stdnum.cn import ric


@dataclass(frozen=True, slots=True)
class Sample:
    """One text, what is personal in it as (start, end, type), and what must stay."""

    text: str
    spans: tuple[tuple[int, int, str], ...]
    keep: tuple[str, ...]


CHINESE = r"""
你好，我想查一下{NAME}的订单
麻烦帮忙改个收货人，改成{NAME}，电话{PHONE}
收货人：{NAME}，{PHONE}，{ADDRESS}
{NAME} {PHONE} {ADDRESS}
{NAME}，{ADDRESS}，{PHONE}
{ADDRESS}，{NAME}收，{PHONE}
地址：{ADDRESS} 收件人：{NAME} 手机：{PHONE}
新地址是{ADDRESS}，麻烦尽快发
寄到{ADDRESS}就好，谢谢
我家住{ADDRESS}，你们能上门吗
我在{ADDRESS}，师傅什么时候到
派送到{ADDRESS}，放门口
公司搬家了，以后都寄{ADDRESS}
换货请寄回{ADDRESS}
我这边是{ADDRESS}，想问下多久能到{KEEP:day}
您好，我叫{NAME}，{KEEP:date}买的{KEEP:model}有问题
我是{NAME}，之前打过电话的
我是{NAME}的老公，她手机{PHONE}
我的名字是{NAME}，会员号查不到
客户姓名{NAME}，身份证{ID_CARD}
本人{NAME}，身份证号码{ID_CARD}，申请退款{KEEP:price}
{NAME}{ID_CARD}
实名信息：{NAME} {ID_CARD}
ID {ID_CARD}，认证一直不过，报{KEEP:error}
身份证号：{ID_CARD:spaced}
身份证是{ID_CARD:wide}
我的证件号{ID_CARD}填错了怎么改
{SURNAME}先生您好，您反馈的问题已经处理
{SURNAME}女士，请问方便接电话吗
我姓{SURNAME}，叫我{SURNAME}先生就行
免贵姓{SURNAME}
请问是{NAME}女士吗
刚才{SURNAME}经理答应给我退{KEEP:price}的
让{SURNAME}师傅给我回个电话{PHONE}
上次是{SURNAME}工处理的，这次还找他
你们{SURNAME}老师讲得很清楚
工号{KEEP:small}的客服{NAME}态度很好
配送员：{NAME}，电话：{PHONE}，请保持手机畅通
快递员{NAME}说联系不上我，我电话是{PHONE}
发票抬头写{NAME}，邮箱{EMAIL}
发票发我邮箱{EMAIL}就行
邮箱：{EMAIL}，收不到激活邮件
我用{EMAIL}注册的，登录提示{KEEP:error}
{EMAIL} 发到这个邮箱
把合同发{EMAIL:spelt}
我手机号{PHONE}，请回电
手机{PHONE:spaced}收不到短信
{PHONE}这个号打得通
电话：{PHONE:dashed}
联系方式 {PHONE:dotted}
打我{PHONE:han}这个号
号码{PHONE:circled}
我的号是{PHONE:wide}
加微同号{PHONE}
备用电话{PHONE:land}
单位电话{PHONE:land}，找{SURNAME}主任
+86 {PHONE:spaced}
{PHONE:letters}，打这个
你记一下，{PHONE:mixed}
退到我的卡{BANK_CARD}，开户人{NAME}
卡号{BANK_CARD:spaced}，{KEEP:bank}
{BANK_CARD} {NAME} {KEEP:bank}
打款账户{BANK_CARD}，户名：{NAME}
招行{BANK_CARD}，退{KEEP:price}到这里
我绑定的银行卡是{BANK_CARD:dashed}，一直扣款失败
公司税号{USCC}，开专票
开票信息：{USCC} 电话{PHONE:land}
统一社会信用代码：{USCC}
纳税人识别号 {USCC}，抬头没变
护照号码是{PASSPORT}，签证页也发你了
港澳通行证{PASSPORT:hk}过期了还能用吗
我拿护照{PASSPORT}登记的，系统不认
车牌号{PLATE}，停车费多扣了{KEEP:price}
{PLATE}这辆车怎么解绑
我的车{PLATE}进不了场
新能源车牌{PLATE:green}识别成别的了
加我微信{WECHAT}，我把照片发你
微信号：{WECHAT}
我wx {WECHAT}
v：{WECHAT}
VX号{WECHAT}，报价发这里
我的QQ是{QQ}
q{QQ}
加QQ{QQ}发文件
QQ：{QQ}，在线
扣扣号{QQ}
订单号{ORDER}，{KEEP:date}下的
订单编号：{ORDER}
单号{ORDER}到哪里了
{ORDER:courier}，物流三天没动
运单{ORDER:courier}显示已签收，我没收到
帮我查下订单{ORDER}为什么还没发
退货单号填了{ORDER:courier}
交易流水{ORDER}，扣了{KEEP:price}
我家公网IP {IP}，被封了
登录IP是{IP}，不是我本人
ping {IP} 不通，{KEEP:version}
服务器地址{IP}:8080，报{KEEP:error}
{IP:six}这个地址加白名单
密码{SECRET:password}，登不上
我密码设的是{SECRET:password}
账号admin 密码{SECRET:password}
用户名test，密码：{SECRET:password}，帮我看看
初始密码是{SECRET:password}，改不了
wifi密码{SECRET:password}
验证码是{SECRET:code}
短信验证码 {SECRET:code}
收到验证码{SECRET:code}但是提示{KEEP:error}
动态口令{SECRET:code}不对
我的token是{SECRET:key}
apikey={SECRET:key}
密钥：{SECRET:key}，返回{KEEP:error}
链接 https://pay.example.com/cb?order=1&token={URL_TOKEN}&lang=zh 打不开
https://x.example.cn/reset?code={URL_TOKEN} 失效了
客户：{PHONE}\n客服：收到，{SURNAME}先生，{KEEP:date}前回复您
客户：我叫{NAME}\n客服：{SURNAME}女士您好，请提供单号\n客户：{ORDER:courier}
{NAME}：东西坏了怎么办\n客服小{SURNAME}：您好{SURNAME}先生，麻烦发下照片
{NAME} {KEEP:date}\n怎么还不发货
买家：手机号{PHONE:part1}\n买家：{PHONE:part2}
用户：前三位{PHONE:head3}，后八位{PHONE:tail8}
客户：身份证{ID_CARD:part1}\n客户：{ID_CARD:part2}
替我妈{NAME}问一下，她不会用手机
我朋友{NAME}推荐的，说报他名字优惠
给{NAME}开个账号
帮{NAME}重置一下密码
转告{NAME}一声
通知{NAME}来取件
跟{NAME}对接的
联系{NAME}，电话{PHONE}
经办人{NAME}
抄送给{NAME}和{NAME}
{NAME}、{NAME}两个账号都登不上
合同是{NAME}签的
负责人：{NAME}；电话：{PHONE}
""".strip().split("\n")

ENGLISH = r"""
Hi, my name is {NAME} and I ordered {KEEP:model} on {KEEP:date}
This is {NAME}, order {ORDER}
Hello, I'm {NAME}. My phone is {PHONE}
Please call {NAME} at {PHONE}
Dear Mr. {SURNAME}, your refund of {KEEP:price} is on its way
Dear {NAME},
Mrs. {SURNAME} asked for an invoice
Thanks,\n{NAME}\n{PHONE}
Best regards,\n{NAME}
Name: {NAME}\nEmail: {EMAIL}\nPhone: {PHONE}
Agent {FIRST}: Hi {FIRST}, how can I help?
{NAME}: it still fails with {KEEP:error}
my email is {EMAIL}, I never got the code
contact me on {EMAIL} or {PHONE}
reach me at {PHONE:nanp} after five
cell {PHONE:nanp}
text me: {PHONE:plain}
my number's {PHONE:dots}
the mobile is {PHONE:world}
ship it to {ADDRESS}
My address is {ADDRESS}
I live at {ADDRESS}, can you deliver on Monday?
please change the delivery address to {ADDRESS}
Billing address: {ADDRESS}
We moved to {ADDRESS} last month
send the replacement to {ADDRESS} please
card {BANK_CARD} was declined, error {KEEP:error}
my credit card number is {BANK_CARD:spaced}
charged twice on {BANK_CARD:dashed} for {KEEP:price}
SSN {SSN}
my social security number is {SSN}
passport number {PASSPORT}
My passport {PASSPORT} was rejected
order number {ORDER} has not shipped
where is parcel {ORDER:courier}?
tracking {ORDER:courier} says delivered
invoice {ORDER} shows {KEEP:price} instead
the password is {SECRET:password}
pwd={SECRET:password} does not work on {KEEP:version}
login admin / password: {SECRET:password}
verification code is {SECRET:code}
your OTP is {SECRET:code}, do not share it
the code I got by SMS: {SECRET:code}
api key {SECRET:key} returns {KEEP:error}
Authorization: Bearer {SECRET:key}
export OPENAI_API_KEY={SECRET:key}
https://app.example.com/join?team=4&token={URL_TOKEN} is a 404
my IP is {IP}, please unblock it
the server {IP} does not answer on port 8080
add me on WeChat: {WECHAT}
can you remove my colleague {NAME} from the team?
the account belongs to {NAME}
{NAME} can no longer log in
I spoke to {FIRST} yesterday
my wife {FIRST} has the same phone
invite {NAME} ({EMAIL}) as an admin
""".strip().split("\n")

PLAIN = r"""
请问{KEEP:model}支持{KEEP:version}吗
升级到{KEEP:version}后报{KEEP:error}
价格{KEEP:price}，活动到{KEEP:date}
客服热线{KEEP:hotline}，工作时间{KEEP:hours}
commit {KEEP:hash} 之后就不行了
镜像 sha256:{KEEP:hash}
本机{KEEP:private}能通，外网不行
trace id {KEEP:uuid}
高度{KEEP:size}，重量{KEEP:weight}
还有多久到？已经等了三天了
万能充和方太油烟机都能退吗
马上处理，请您稍等一下
成都发北京要几天
谢谢，祝您生活愉快
安装方法在说明书第{KEEP:page}页
管理员可以在设置里修改密码，密码长度为8-20位
验证码收不到怎么办，等了十分钟
余额不足，请先充值
那时候没说要收费啊
周末和节假日能发货吗
常用的快递有顺丰、圆通和中通
向导第二步点完成就卡住了
高级版和基础版有什么区别
华为和小米的都支持
李宁和安踏的鞋能一起退吗
应该是路由器的问题，换个网线试试
how do I reset my password?
Please upgrade from {KEEP:version} to {KEEP:version}
it costs {KEEP:price} until {KEEP:date}
exit code 137, see {KEEP:error}
The Settings page does not load in Chrome
Is the Pro plan billed per user or per team?
resolution {KEEP:resolution}, firmware {KEEP:version}
Thank you so much for the quick reply!
Can I use Google Pay or Apple Pay?
""".strip().split("\n")

FIELD = re.compile(r"\{([A-Z_]+)(?::([a-z0-9]+))?\}")
HAN = "零一二三四五六七八九"
BANKS = ("工商银行", "建行北京分行", "招商银行")


class Values:
    """One draw of values per text: the same name twice where a template means one person."""

    def __init__(self, rng: random.Random, chinese: bool) -> None:
        self.rng, self.chinese = rng, chinese
        self.fake = Faker("zh_CN" if chinese else "en_US")
        self.fake.seed_instance(rng.randrange(1 << 30))
        self.mobile = f"1{rng.choice('3456789')}{rng.choice('0123456789')}{self.digits(8)}"
        self.identity = self._identity()

    def digits(self, count: int) -> str:
        return "".join(self.rng.choice("0123456789") for _ in range(count))

    def letters(self, count: int, alphabet: str = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789") -> str:
        return "".join(self.rng.choice(alphabet) for _ in range(count))

    def _identity(self) -> str:
        region = self.rng.choice(("110105", "310104", "440106", "510107", "320583", "420111", "610113"))
        body = f"{region}{self.rng.randint(1950, 2008)}{self.rng.randint(1, 12):02}{self.rng.randint(1, 28):02}{self.digits(3)}"
        return body + ric.calc_check_digit(body)

    def _card(self) -> str:
        body = self.rng.choice(
            ("622202", "621700", "622588", "621226") if self.chinese else ("4", "51", "4532")
        ) + self.digits(20)
        body = body[: self.rng.choice((15, 18)) if self.chinese else 15]
        return body + luhn.calc_check_digit(body)

    def make(self, kind: str, variant: str) -> str:
        maker: Callable[[str], str] = getattr(self, f"_{kind.lower()}")
        return maker(variant)

    def _name(self, variant: str) -> str:
        return self.fake.name() if self.chinese else f"{self.fake.first_name()} {self.fake.last_name()}"

    def _first(self, variant: str) -> str:
        return self.fake.first_name()

    def _surname(self, variant: str) -> str:
        return self.fake.last_name()

    def _phone(self, variant: str) -> str:
        m = self.mobile
        wide = m.translate({48 + i: 0xFF10 + i for i in range(10)})
        forms = {
            "": m if self.chinese else f"({self.digits(3)}) 555-{self.digits(4)}",
            "spaced": f"{m[:3]} {m[3:7]} {m[7:]}",
            "dashed": f"{m[:3]}-{m[3:7]}-{m[7:]}",
            "dotted": f"{m[:3]}.{m[3:7]}.{m[7:]}",
            "han": "".join(HAN[int(c)] for c in m),
            "circled": "".join("⓪①②③④⑤⑥⑦⑧⑨"[int(c)] for c in m),
            "wide": wide,
            "letters": m.replace("0", "O").replace("1", "l"),
            "mixed": "".join(HAN[int(c)] if i % 3 == 1 else c for i, c in enumerate(m)),
            "land": f"0{self.rng.choice(('10', '21', '755', '571'))}-{self.rng.randint(2, 8)}{self.digits(7)}",
            "part1": m[:4],
            "part2": m[4:],
            "head3": m[:3],
            "tail8": m[3:],
            "nanp": f"{self.rng.randint(201, 789)}-{self.rng.randint(201, 789)}-{self.digits(4)}",
            "dots": f"{self.rng.randint(201, 789)}.{self.rng.randint(201, 789)}.{self.digits(4)}",
            "plain": f"{self.rng.randint(201, 789)}{self.rng.randint(201, 789)}{self.digits(4)}",
            "world": self.rng.choice(
                (
                    f"+44 7{self.digits(3)} {self.digits(6)}",
                    f"+49 {self.digits(3)} {self.digits(7)}",
                    f"+1-{self.digits(3)}-555-{self.digits(4)}",
                )
            ),
        }
        return forms[variant]

    def _id_card(self, variant: str) -> str:
        i = self.identity
        return {
            "": i,
            "spaced": f"{i[:6]} {i[6:14]} {i[14:]}",
            "wide": i.translate({48 + n: 0xFF10 + n for n in range(10)}),
            "part1": i[:6],
            "part2": i[6:],
        }[variant]

    def _bank_card(self, variant: str) -> str:
        card = self._card()
        return {
            "": card,
            "spaced": re.sub(r"(.{4})(?=.)", r"\1 ", card),
            "dashed": re.sub(r"(.{4})(?=.)", r"\1-", card),
        }[variant]

    def _email(self, variant: str) -> str:
        user = self.letters(self.rng.randint(4, 9), "abcdefghijklmnopqrstuvwxyz0123456789")
        host = self.rng.choice(("qq", "163", "gmail", "outlook"))
        return f"{user}艾特{host}点com" if variant else f"{user}@{host}.com"

    def _address(self, variant: str) -> str:
        if not self.chinese:
            return self.fake.address().replace("\n", ", ")
        r = self.rng
        area = r.choice(
            (
                "浙江省杭州市西湖区",
                "北京市朝阳区",
                "四川成都武侯区",
                "广东省深圳市南山区粤海街道",
                "江苏苏州工业园区",
                "山东省青岛市崂山区",
                "",
                "",
            )
        )
        road = (
            r.choice(
                ("文三路", "建国路", "人民南路四段", "科技园南路", "中山东二路", "解放大道", "延安西路", "长江一路")
            )
            + f"{r.randint(1, 999)}号"
        )
        site = r.choice(("翠苑小区", "万科城市花园", "创业大厦", "阳光100", "世纪金源", "华润橡树湾", ""))
        room = r.choice(
            (
                f"{r.randint(1, 30)}栋{r.randint(1, 4)}单元{r.randint(101, 2808)}",
                f"{r.randint(1, 9)}号楼{r.randint(101, 909)}室",
                f"{r.choice('ABC')}座{r.randint(3, 30)}层",
                f"{r.randint(101, 3000)}室",
            )
        )
        village = f"{r.choice(('河北省保定市唐县', '湖南邵阳洞口县'))}{r.choice(('高昌镇', '石江镇'))}{r.choice(('东庄村', '大王村'))}{r.randint(1, 40)}号"
        return r.choice(
            (area + road + site + room, area + site + room if site else area + road, area + road + room, village)
        )

    def _uscc(self, variant: str) -> str:
        return (
            "91" + self.rng.choice(("110105", "440300", "330106")) + self.letters(10, "0123456789ABCDEFGHJKLMNPQRTUWXY")
        )

    def _passport(self, variant: str) -> str:
        return (
            f"C{self.digits(8)}"
            if variant
            else self.rng.choice((f"E{self.digits(8)}", f"EJ{self.digits(7)}", f"G{self.digits(8)}"))
        )

    def _plate(self, variant: str) -> str:
        head = self.rng.choice("京沪粤川浙苏鲁湘") + self.rng.choice("ABCDEFG")
        return head + (
            f"D{self.digits(5)}"
            if variant
            else self.rng.choice(("", "·")) + self.letters(4, "0123456789ABCDEFGHJ") + self.digits(1)
        )

    def _wechat(self, variant: str) -> str:
        return self.rng.choice(
            (
                f"wxid_{self.letters(12, 'abcdefghij0123456789')}",
                self.letters(5, "abcdefghij") + f"_{self.digits(4)}",
                self.letters(8, "abcdefgh") + self.digits(2),
            )
        )

    def _qq(self, variant: str) -> str:
        return str(self.rng.randint(1, 9)) + self.digits(self.rng.randint(5, 9))

    def _order(self, variant: str) -> str:
        r = self.rng
        if variant:
            return r.choice(
                (f"SF{self.digits(13)}", f"YT{self.digits(13)}", f"JDVA{self.digits(11)}", f"7{self.digits(14)}")
            )
        return r.choice(
            (
                f"2024{self.digits(12)}",
                self.digits(12),
                f"DD{self.digits(10)}",
                f"E2024{self.digits(8)}",
                self.digits(19),
            )
        )

    def _ip(self, variant: str) -> str:
        return (
            f"240e:{self.rng.randrange(4096):x}:1a:{self.rng.randrange(65536):x}::{self.rng.randrange(1, 65536):x}"
            if variant
            else f"{self.rng.choice((36, 58, 101, 183, 223))}.{self.rng.randint(0, 255)}.{self.rng.randint(0, 255)}.{self.rng.randint(1, 254)}"
        )

    def _secret(self, variant: str) -> str:
        r = self.rng
        if variant == "code":
            return self.digits(r.choice((4, 6, 6)))
        if variant == "password":
            return r.choice(
                (
                    self.letters(9) + self.digits(1),
                    f"{self.fake.first_name_female() if not self.chinese else 'Zhang'}@{self.digits(4)}",
                    f"{self.letters(4)}!{self.digits(3)}{r.choice('#$%&*')}",
                    self.digits(8),
                )
            )
        return r.choice(
            (
                f"sk-{self.letters(40)}",
                f"ghp_{self.letters(36)}",
                f"LTAI5t{self.letters(18)}",
                f"AKIA{self.letters(16, 'ABCDEFGH234567')}",
                f"AIza{self.letters(35)}",
            )
        )

    def _url_token(self, variant: str) -> str:
        return self.letters(self.rng.randint(16, 40))

    def _ssn(self, variant: str) -> str:
        return f"{self.rng.randint(100, 665)}-{self.rng.randint(10, 99)}-{self.digits(4)}"

    def _keep(self, variant: str) -> str:
        r = self.rng
        return {
            "day": "明天下午",
            "date": r.choice(("2024-05-18 23:59:59", "2024年7月3日", "3月15日", "2025/01/09", "11-20 14:03")),
            "model": r.choice(("WH-1000XM5", "RTX4090-24G", "KFR-35GW/N8XHA1", "iPhone 15 Pro", "MX3-2024")),
            "price": r.choice(("¥1,380.00", "199元", "3288.50元", "$49.99", "2.5万元"))
            if self.chinese
            else r.choice(("$49.99", "USD 1200", "€15")),
            "error": r.choice(
                (
                    "ERR_TIMEOUT_504",
                    "0x80070005",
                    "HTTP 502",
                    "E10032",
                    "错误码40029" if self.chinese else "error 40029",
                )
            ),
            "version": r.choice(("v2.3.1", "3.11.9", "v13.8.0013", "build 20240518", "10.0.19045")),
            "small": str(r.randint(100, 9999)),
            "bank": r.choice(BANKS),
            "hotline": r.choice(("400-610-1360", "95533", "10086", "4008205555", "12315")),
            "hours": "9:00-18:00",
            "hash": "".join(r.choice("0123456789abcdef") for _ in range(r.choice((32, 40, 64)))),
            "private": r.choice(("192.168.1.10", "127.0.0.1", "10.0.3.15", "172.16.8.2")),
            "uuid": "3f2b8c1e-9a4d-4b7e-8f10-" + "".join(r.choice("0123456789abcdef") for _ in range(12)),
            "size": "1920mm",
            "weight": "13.5kg",
            "page": str(r.randint(2, 90)),
            "resolution": "1920x1080",
        }[variant]


def texts(seed: int, count: int, held_out: bool) -> Iterator[Sample]:
    """Draw `count` samples from one half of the templates; the same seed gives the same samples."""
    rng = random.Random(seed)
    pools = [
        (_half(CHINESE, held_out), True, 0.55),
        (_half(ENGLISH, held_out), False, 0.25),
        (_half(PLAIN, held_out), True, 0.2),
    ]
    for _ in range(count):
        templates, chinese, _share = rng.choices(pools, [p[2] for p in pools])[0]
        yield fill(rng.choice(templates), Values(rng, chinese and not templates[0].isascii()))


def _half(templates: list[str], held_out: bool) -> list[str]:
    return [t for i, t in enumerate(templates) if (i % 3 == 2) == held_out]


def fill(template: str, values: Values) -> Sample:
    """Replace the fields of one template and note where they came to stand."""
    text, spans, keep, at = "", [], [], 0
    template = template.replace("\\n", "\n")
    for match in FIELD.finditer(template):
        text += template[at : match.start()]
        kind, variant = match.group(1), match.group(2) or ""
        value = values.make(kind, variant)
        if kind == "KEEP":
            keep.append(value)
        else:
            spans.append((len(text), len(text) + len(value), {"SURNAME": "NAME", "FIRST": "NAME"}.get(kind, kind)))
        text += value
        at = match.end()
    return Sample(text + template[at:], tuple(spans), tuple(keep))
