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

# The second hand: written later, in another style, and measured unseen before the rules were mended (docs/log.md).
CHINESE += r"""
亲 东西给我寄老地址就行 {NAME} {PHONE}
那个啥我电话变了哈 现在用{PHONE}了 旧的别打
喂你好我是上次打过电话的那个{SURNAME}先生我手机号是{PHONE:han}
tel{PHONE:dotted}
家里座机{PHONE:land}没人接的话打手机{PHONE}
姓名：{NAME}\n性别：女\n身份证号：{ID_CARD}\n联系电话：{PHONE}
开户人{NAME} 开户行工行天河支行 卡号{BANK_CARD:spaced}
就诊人：{NAME}，就诊卡号没有，身份证{ID_CARD}，想退下周三的号
患者姓名 {NAME} 身份证 {ID_CARD:spaced} 挂的是骨科
我妈叫{NAME}，住院号忘了，能查体检报告吗
病人{NAME}的家属，电话{PHONE}
{ID_CARD} 这个是我身份证
退我银行卡吧{BANK_CARD}{NAME}
工资卡{BANK_CARD:dashed}被冻结了
这张{BANK_CARD}扣了两次钱
微信同号 {PHONE}
我的微信是{WECHAT}，备注退货
加个V呗 {WECHAT}
wx: {WECHAT}
VX：{WECHAT} 发你图
薇❤ {WECHAT}
威信{WECHAT}
微信号码为{WECHAT}
绿泡泡{WECHAT}
你加我微信聊吧，{WECHAT}
Q：{QQ}
qq号是{QQ}，群里找我
加我企鹅 {QQ}
QQ邮箱{EMAIL}
把电子发票发到{EMAIL}这个邮箱哈
{EMAIL:spelt}，发这里
车是{PLATE}，停了两小时扣了我一天的钱
{PLATE:green}，绿牌，充电桩识别不了
订单{ORDER}还没发货呢？？都几天了
单号 {ORDER:courier} 一直在转运
快递{ORDER:courier}丢了谁赔
退货的快递单号是{ORDER:courier}，已经寄出了
订单尾号太长我直接发 {ORDER}
刚下的单{ORDER}能改地址不
流水号{ORDER}，金额358.00元，一直显示处理中
税号 {USCC}
开票资料：\n名称：杭州云起科技有限公司\n税号：{USCC}\n地址电话：{ADDRESS} {PHONE:land}\n开户行及账号：招商银行城西支行 {BANK_CARD}
护照{PASSPORT}怎么绑定
护照号:{PASSPORT}
港澳通行证号码{PASSPORT:hk}快过期了
验证码 {SECRET:code} 输了没反应
【某某银行】您的验证码是{SECRET:code}，5分钟内有效，请勿泄露
给我发的码是{SECRET:code}对不对
收到了 {SECRET:code} 是这个验证码吗
取件码{SECRET:code}打不开柜门
我密码就是{SECRET:password}啊一直说错
账户 zhaoxm 密码 {SECRET:password}
pwd:{SECRET:password}
密码: {SECRET:password}
原密码{SECRET:password}，新密码{SECRET:password}
登录名cs01，登陆密码为{SECRET:password}
wifi：office-5G 密码：{SECRET:password}
后台账号admin/{SECRET:password}，密码你们看下对不对
我的密钥{SECRET:key}老是报401
curl -u ops:{SECRET:password} https://gw.demo.cn/health
mysql -h db.internal -uroot -p{SECRET:password} 连不上
jdbc:mysql://10.2.3.4:3306/crm?user=root&password={SECRET:password}
redis://default:{URL_TOKEN}@cache.demo.cn:6379/0 超时
DATABASE_URL=postgres://app:{URL_TOKEN}@pg.demo.cn:5432/prod
DB_PASSWORD={SECRET:password}\nDB_HOST=localhost
OPENAI_API_KEY={SECRET:key}
2025-06-03 10:22:31.447 ERROR [http-nio-8080-exec-3] c.d.UserService - login failed phone={PHONE} ip={IP}
java.lang.IllegalStateException: bad sign for accessKey={SECRET:key}
分享链接 https://pan.demo.com/s/1abcDEF?pwd={URL_TOKEN} 打不开
https://login.demo.cn/callback?code={URL_TOKEN}&state=1
点这个重置 https://demo.cn/reset-password?token={URL_TOKEN}
我这边出口IP是{IP}，帮忙加白
{IP}连不上你们的mqtt
ipv6地址 {IP:six}
地址{ADDRESS}
寄 {ADDRESS} {NAME} {PHONE}
{NAME}，{PHONE}，{ADDRESS}
帮我把收货地址换成{ADDRESS}谢谢
我在{ADDRESS}，师傅到哪了
就{ADDRESS}这边，导航能到
详细地址：{ADDRESS}
收件人 {NAME}\n手机 {PHONE}\n地址 {ADDRESS}
收货人:{NAME:minor},电话:{PHONE}
我叫{NAME:minor}，系统说姓名格式不对
乘机人{NAME:minor}的票怎么改名字
{SURNAME}总您好，合同我发您了
麻烦{SURNAME}工看下这个报错
{SURNAME}老师在吗 我问下课程
{SURNAME}师傅刚走，空调又不制冷了
请{NAME}女士回个电话
感谢{NAME}经理的帮助，五星好评
我老公{NAME}的号，不是我的
我叫{NAME}
本人{NAME}，于5月3日购买
经办：{NAME}
投诉快递员{NAME}，态度恶劣
你们那个客服{NAME}答应我今天处理的
{NAME}：在吗\n客服：在的亲
{NAME} 10:32:05\n什么时候发货啊\n客服小美 10:32:40\n亲 今天发
【{NAME}】 2025-03-02 14:05\n路由器红灯
甲方联系人：{NAME}，{PHONE}，{EMAIL}
入住人{NAME}，明天下午到，能提前入住吗
宽带户主是{NAME}，身份证{ID_CARD}，要移机到{ADDRESS}
司机姓{SURNAME}，车牌{PLATE}
发件人{NAME}，寄件电话{PHONE}
保单{ORDER}，投保人{NAME}，什么时候理赔
我英文名{NAME}，护照{PASSPORT}，酒店查不到
order {ORDER} 什么时候到 我名字{NAME}
帮我@一下{NAME}，他负责这块
他叫{NAME}，是我们采购
我同事{NAME}的账号停用一下
转给{NAME}吧，卡号{BANK_CARD}
客户：卡号{BANK_CARD:spaced}\n客服：好的，{SURNAME}女士
师傅电话多少 我{PHONE} 让他打给我
喂 听得到吗 我手机{PHONE:han} 你记一下哈
{NAME}的快递放驿站了没 取件手机{PHONE:dashed}
帮查个件 收件{NAME} {PHONE}
我是{SURNAME}女士的先生，她身份证是{ID_CARD}
你好 我们是3栋的业主{NAME} 漏水了
主治医生{SURNAME}主任，我预约的是下周二 就诊人{NAME}
孩子叫{NAME}，家长{NAME}，电话{PHONE}，试听课改到周日
学员{NAME} 学号忘了 邮箱{EMAIL}
老板 发顺丰到付 {ADDRESS} {NAME} {PHONE}
地址写错啦！！正确的是 {ADDRESS}
麻烦上门取件：{ADDRESS}，联系{NAME} {PHONE:spaced}
【收货地址】{ADDRESS}【联系人】{NAME}【电话】{PHONE}
name={NAME}&mobile={PHONE}&idcard={ID_CARD}
客户名称：{NAME} | 手机：{PHONE} | 车牌：{PLATE}
姓 名 {NAME} 电 话 {PHONE}
<phone>{PHONE}</phone><userName>{NAME}</userName>
INFO  sms send to {PHONE} ok, code={SECRET:code}
WARN user {EMAIL} login from {IP} blocked
spring.datasource.password={SECRET:password}
  password: {SECRET:password}
wget --user=admin --password={SECRET:password} http://nas.local/a
https://meet.demo.cn/j/998?pwd={URL_TOKEN}&lang=zh
我用这个 key {SECRET:key} 调接口报 403
验证码短信内容：{SECRET:code}（登录验证码）
你们发的 {SECRET:code} 我填了 说验证码错误
动态密码是 {SECRET:code}
我老婆微信{WECHAT} 你加她
加微 {WECHAT}
微信号就是手机号 {PHONE}
＋v {WECHAT}
qq：{QQ} 或者微信：{WECHAT}
Q Q {QQ}
小鹏{PLATE:green} 充电口打不开
京东订单 {ORDER} 少发一件
物流单号{ORDER:courier} 三天没更新
售后单{ORDER}还没审核
打款到这张卡 {BANK_CARD} 户名{NAME} 建行
卡{BANK_CARD:spaced}，钱扣了没到账
营业执照 {USCC} 认证不过
护照 {PASSPORT} 姓名拼音 {NAME}
旅客{NAME:minor}，行李延误
我{NAME}啊，上周找你们修过电脑的
找{SURNAME}经理，他知道这个事
客服：{SURNAME}先生，您的验证码是多少？\n客户：{SECRET:code}
客户：我手机号1开头 {PHONE:head3}\n客服：继续\n客户：{PHONE:tail8}
坐席{NAME}（工号8812）：您好
{NAME}(13:22)：还没修好吗
急急急 {NAME}的包裹被人冒领了 我电话{PHONE}
机主本人{NAME}，证件后台留的是{ID_CARD}
宽带报修 联系方式{PHONE} 装机地址{ADDRESS}
用户{NAME}来电咨询，回访号码{PHONE}
我把微信给你吧 {WECHAT}
vx同号{PHONE}
企业QQ{QQ}没人回
车辆{PLATE}已过户给{NAME}
挂号人{NAME} 身份证{ID_CARD} 想改到明天
护士说找{SURNAME}医生加号
我刚转账到{BANK_CARD}，收款人{NAME}，能撤回吗
开票信息发你 {USCC} 杭州某某公司 电话{PHONE:land}
麻烦把合同寄给{NAME}，地址{ADDRESS}，电话{PHONE}
收:{NAME} 电:{PHONE} 址:{ADDRESS}
【快递】{NAME}您好，您的包裹{ORDER:courier}已到站，取件码{SECRET:code}
系统提示 账号{EMAIL}异地登录 {IP}
我的登录密码{SECRET:password}被盗了
管理员口令：{SECRET:password}
mobile={PHONE}, vcode={SECRET:code}
POST /api/login?username={EMAIL}&password={URL_TOKEN}
ssh root@{IP} 密码 {SECRET:password}
ftp://web:{URL_TOKEN}@files.demo.cn/
退款单号 {ORDER}
客服{NAME}（工号1024）为您服务
{SURNAME}总监让我联系你们
上次接待我的是{NAME}
代理人{NAME}
{NAME}同学，作业没交
跟单员{NAME}说今天能到
客户：姓名{NAME}\n客户：{PHONE}\n客户：{ADDRESS}
客服：方便留个电话吗\n客户：{PHONE:han}
客服：您的收货人姓名是？\n客户：{NAME}
""".strip().split("\n")
ENGLISH += r"""
hi im {NAME} n i cant log in
Hello, {NAME} here. Still waiting on order {ORDER}.
This is {NAME} from Acme Logistics, please call {PHONE}.
Mr. {SURNAME} called again about his refund
Dr. {NAME} needs access to the portal
Dear Ms. {SURNAME},\nyour parcel is delayed.
Hi {FIRST},\nthanks for reaching out.
Regards,\n{NAME}\nHead of Ops
Best,\n{FIRST}
Thanks!\n- {FIRST}
Cheers, {FIRST}
Yours sincerely\n{NAME}
From: {NAME} <{EMAIL}>
To: {NAME} <{EMAIL}>\nSubject: invoice
On Mon, 3 Mar 2025 {NAME} wrote:
Customer name: {NAME}
Full name - {NAME}
Patient: {NAME}, DOB 1980-02-03
Cardholder name {NAME}, card {BANK_CARD:spaced}, exp 09/27
{NAME} lives at {ADDRESS}
Ship to: {NAME}, {ADDRESS}
my address is {ADDRESS}
deliver to {ADDRESS} please
Billing address: {ADDRESS}
I moved, new address: {ADDRESS}
I'm at {ADDRESS}, driver can't find it
please speak with {NAME} in accounting
my manager {NAME} approved it
my husband {FIRST} placed the order
cc {NAME}
contact {NAME} at {PHONE} or {EMAIL}
Your verification code is {SECRET:code}. Do not share it.
G-{SECRET:code} is your Google verification code
code: {SECRET:code}
my otp is {SECRET:code}
use PIN {SECRET:code} at the door
pwd: {SECRET:password}
my password is {SECRET:password} and it says invalid
username jdoe password {SECRET:password}
temporary password: {SECRET:password}
login: jdoe / {SECRET:password} (password)
passphrase is {SECRET:password}
card number {BANK_CARD} got charged twice
visa ending? full number {BANK_CARD:dashed}
SSN: {SSN}
passport no. {PASSPORT}
tracking number {ORDER} stuck in customs
order {ORDER} never arrived
export STRIPE_KEY={SECRET:key}
password={SECRET:password}
SMTP_PASS={SECRET:password}
git clone https://oauth2:{URL_TOKEN}@gitlab.demo.io/a/b.git fails
mongodb+srv://app:{URL_TOKEN}@cluster0.demo.net/prod
Server=sql1;User Id=sa;Password={SECRET:password};Encrypt=true
https://files.demo.com/d/report.pdf?X-Amz-Signature={URL_TOKEN}&X-Amz-Expires=60
https://demo.io/invite/accept?invite_token={URL_TOKEN}
https://hooks.demo.io/cb#access_token={URL_TOKEN}
my ip is {IP} and it got banned
login attempt from {IP} was not me
Name: {NAME}\nPhone: {PHONE}\nAddress: {ADDRESS}\nOrder: {ORDER}
Agent {FIRST}: how can I help?\nCustomer: my wifi is down
{NAME} (09:14): it still fails
{FIRST}: hello?\nSupport: hi
add my coworker {NAME} ({EMAIL}) as admin
the tenant, {NAME}, moved out last week
I talked to {FIRST} yesterday, she promised a refund
attn {NAME}
ask for {FIRST} at reception
signed by {NAME}
reservation under {NAME}
the booking is in the name of {NAME}
yo this is {NAME}, lost my phone, new number {PHONE}
Hi there, {NAME} speaking
Could you transfer me to {NAME} please?
account holder: {NAME}, last 4 of SSN no, full is {SSN}
Guest name: {NAME} / Room 1203 / phone {PHONE}
Please forward to {NAME}, {ADDRESS}
Pickup address - {ADDRESS}
my place is {ADDRESS}
Sincerely,\n{NAME}\n{PHONE}\n{EMAIL}
Kind regards, {FIRST}
-- \n{NAME}\nSenior Buyer
Mrs {SURNAME} is furious
doctor: Dr. {SURNAME}, patient {NAME}
{NAME} wrote on 3 May:
> {FIRST}: are you there?
my one-time code is {SECRET:code} but it expired
2FA: {SECRET:code}
{SECRET:code} is your Acme login code
I typed password {SECRET:password} three times
Password = {SECRET:password}
user: bob pass: {SECRET:password}
REDIS_URL=redis://:{URL_TOKEN}@redis:6379
https://app.demo.io/magic?token={URL_TOKEN}
Tracking no: {ORDER}
RMA for order {ORDER} please
card ending? here's the whole thing {BANK_CARD:spaced} cvv {SECRET:code}
fax: {PHONE}
client IP {IP} flagged
email me: {EMAIL}
It's {NAME} again, still no refund
My daughter {FIRST} ordered it with {EMAIL}
Please update my name to {NAME}
The package was signed for by {NAME} at {ADDRESS}
Can {NAME} call me back on {PHONE}?
Employee: {NAME}, badge 1123
Home address: {ADDRESS}
We're located at {ADDRESS}
Bill to {NAME}, {ADDRESS}
Best wishes\n{NAME}
Thanks, {FIRST}
DB_PASS={SECRET:password}
the pin is {SECRET:code}
security code {SECRET:code}
conf number {ORDER}
my phone's {PHONE}
driver's license and SSN {SSN}
Prof. {SURNAME} can't open the file
""".strip().split("\n")
PLAIN += r"""
客服电话400-820-8820，人工时间9:00-21:00
有问题拨打10086或者10010
请致电95588转人工
信用卡热线4008895588
投诉请打12315
报警打110，急救120
快递客服95338一直占线
全国统一服务热线：400 123 4567
800-820-8820是固话免费电话
升级到V5.1.0.23后闪退
固件版本 1.0.0.4-2205
iOS 17.5.1 和 Android 14 都不行
python 3.12.4 装不上
chrome 126.0.6478.127 打不开控制台
node v20.11.1 npm 10.2.4
构建号 20240611.3
5月20号下的单，6月1号还没到
2025-03-08 12:00:00 开始维护
有效期至2026/12/31
预约2025年4月18日下午3点
10:30-11:45之间上门
价格是1299.00，优惠后999
一共￥12,345.67
退款358.5元已到账
满300减50，限3件
充了100块还没到
年费 $1,299.00
电费158.32元，水费45.6元
型号KFR-72LW/BDN8Y-YA400(1)A
型号 iPhone15ProMax 256G
联想ThinkPad X1 Carbon Gen 11
小米14 Ultra 16+512
显卡RTX 4070Ti SUPER 16G
内存DDR5-6000 32GB
硬盘 WD40EZAX-00C8UB0
规格 500ml*24瓶
尺寸 190*80*45cm
错误代码 0xc000007b
报错 ORA-12541
HTTP 500 Internal Server Error
返回码 ERR_10057
错误码：-1001
E-102故障灯亮
errno=111
commit 9fceb02d0ae598e95dc970b74767f19372d61af8
md5: d41d8cd98f00b204e9800998ecf8427e
sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
requestId: 550e8400-e29b-41d4-a716-446655440000
trace-id 4bf92f3577b34da6a3ce929d0e0e4736
127.0.0.1:8080 拒绝连接
192.168.0.1 打不开管理页
网关10.10.1.254
172.20.3.9 ping不通
::1 和 fe80::1 都试过了
端口 443 和 8443 都放行了
mac地址不用填
域名 docs.example.com 解析不了
https://help.example.com/zh/article/12345
https://example.com/docs?page=2&lang=zh
git@github.com:org/repo.git
请参阅第3.2.1节
第12页第5行
表3-4 参数说明
RFC 8259
GB/T 28181-2016
ISO 9001:2015
分辨率3840x2160 刷新率144Hz
温度26.5度，湿度45%
信号-67dBm
下载速度 23.5MB/s
CPU占用98%，内存7.8G/8G
经纬度不用了
请问什么时候发货
能不能便宜点
东西坏了怎么退
我要投诉你们
怎么还没到账啊都三天了
密码忘了怎么办
验证码一直收不到
密码错误次数过多被锁了
密码必须包含大小写字母和数字
修改密码后需要重新登录
验证码有效期5分钟
请不要把验证码告诉任何人
短信验证码发送上限是每天10条
输入验证码后点确定
初始密码在包装盒背面
WiFi密码在路由器底部
微信支付失败
微信公众号怎么绑定
关注我们的微信小程序
用QQ登录不了
支持微信、支付宝和银联
银行卡限额多少
身份证过期了能用吗
身份证正反面照片上传失败
需要提供身份证复印件
手机号换了怎么改绑
地址填错了能改吗
省内两天，省外三到五天
北京、上海、广州都有门店
我在北京，什么时候能到
广东省内包邮
二楼有自助机
三号线坐到底
一号楼的电梯坏了吗
物业费怎么交
订单状态一直是待发货
订单号在哪里看
运单号怎么查
车牌识别不了怎么办
新能源车可以充吗
发票抬头能改吗
税号填错了要重开吗
护照可以办理吗
张家界的酒店能退吗
王者荣耀充值不到账
方太油烟机安装
高德地图定位不准
白色的没货了
金色和银色哪个好
黄焖鸡外卖少送了
关于退款的事情
任何问题都可以问
安全模式怎么进
华为Mate60 Pro
麦当劳优惠券过期了
石家庄到郑州几天
周大福的戒指可以改圈吗
李宁的鞋开胶了
钱什么时候退
时间来不及了
平安保险的理赔
解决了，谢谢
常见问题里没有
路由器重启了还是不行
宁波仓库发的吗
成都和重庆哪个近
孔夫子旧书网
江小白多少钱
师傅说要换主板
客服人员什么时候上班
医生开的药能报销吗
老师说下周上课
女士内衣能退吗
Please restart the router and try again.
What is your refund policy?
It takes 3-5 business days.
My order has not arrived yet
The password reset link expired
Password must be at least 12 characters
Enter the verification code we sent you
I forgot my password
Your code has expired
error code: 500123
The promo code SAVE20 does not work
version 2.14.0-rc.1
v1.28.3+k3s1
Chrome 126 on Windows 11
exit status 137
SIGSEGV at 0x7ffee4c0
Invoice total: $1,234.56
due 2025-04-30
Model WH-CH720N
part number 00-1234-56
ISBN 978-7-302-51234-5
call our hotline 1-800-555-0199
kubectl get pods -n prod
SELECT * FROM orders WHERE id = 42
docker pull nginx:1.25.3
sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709
build 22631.3593
Released on March 5, 2025
We support English, Chinese and Japanese
Is this covered by the warranty?
Sorry for the inconvenience.
Visit Settings > Account > Security
Go to My Orders and click Return
Black Friday deals
Amazon Prime and Apple Pay
New York to San Francisco in 2 days
San Jose office is closed on Sunday
Windows Server 2022
Visual Studio Code 1.90
Google Sheets integration
Microsoft Teams meeting
Power BI dashboard
Mark as read
May I ask a question?
Will it work with Will call?
The status code was 404
10.0.0.0/8 and 192.168.0.0/16
localhost:3000
2001:db8::1
from __future__ import annotations
token count: 4096
max_tokens=2048
the token limit is 128000
secret sauce is patience
API key rotation is done every 90 days
See RFC 6750 for Bearer tokens
set the timeout to 30000 ms
Order status: pending
weight: 12.5 kg, size 40x30x20 cm
UTC+08:00
1 GB = 1024 MB
Q1 2025 report
3rd party app
Type C cable 100W
Hello, how can I help you today?
Thank you for contacting us
Dear customer, your ticket is closed
Best regards, the support team
Kind regards
My name is misspelled on the label
What is your name?
Who signed for it?
Room 1203 is fully booked
Terminal 2, Gate B14
Flight CA1831 is delayed
高铁G1234次晚点了
航班MU5101改签
2024款比2023款贵多少
一共三十六个
差不多四五天吧
百分之九十八
二零二五年上市的
一二三四步都做了
三百六十度旋转
五六百块钱的
拨打 95566 或 400 889 5566 咨询
移动10086、联通10010、电信10000
12306 上买的票
版本 2.18.4（20250301）
v7.0.0-beta.12
Android 15 (API 35)
2025.03.18 更新
3月18日至4月2日
9折后 ¥268
共 3 件，合计 1,024.50 元
型号 MHA-AL00
ThinkCentre M75q-1
佳能EOS R6 Mark II
错误 80072EE2
exit code 2
sha1:2fd4e1c67a2d28fced849ee1bb76e7391b93eb12
0a1b2c3d-4e5f-6789-abcd-ef0123456789
192.168.31.1
10.8.0.2
127.0.0.1
GB 18030-2022
第 128 页
5G 信号差
Wi-Fi 6E
4K@120Hz
100Mbps
300dpi
M3 螺丝 12 颗
50kg 以内
请输入6位验证码
密码长度 8-16 位
忘记支付密码
修改登录密码
微信扫码登录
地址不支持配送
本店地址见首页
女士们先生们
高先进的技术
成长值怎么算
方便的话回个电话
项目经理认证考试
任意一家门店
平时几点下班
Reset your password here
What's my balance?
Order total $45.00
SKU 4012-88
Firmware 3.4.1.2
Ubuntu 24.04
Node 22
port 5432
localhost
Error 0x800f081f
Call 911
1-888-555-0100
The code is open source
The password is case sensitive
Token expired
Bearer token required
Spring Sale
Amazon order
Apple ID
Best Buy
Dear Sir or Madam
Thanks in advance
Hi team
Hello World
Contact support
Ship to store
New address
Java 21
客户经理会联系您
用户权限怎么设置
会员积分规则
用户名或密码错误
密码重置邮件没收到
验证码错误三次
我高兴得太早了
我和平台沟通过
客户成功案例
会员等级黄金
token 过期时间 7200 秒
max_tokens: 4096
secret santa event
passwordless login
API token: see docs
password: string
cookie 已清除
Thanks team
Best price
Best match first
Kind of slow
Signed in as guest
transfer to checking account
forward to spam
on behalf of the team
This is fine
This is Windows 11
I'm Happy
It's May
From Monday to Friday
By Friday
Mark as done
Will do
Rich text
Max speed
the code is wrong
code 404
2FA is on
Version 3.2.1.0
400-800-8888
iPhone 16 Pro Max
2025年第3季度
B座电梯坏了
第5条第2款
一共128.5元
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
        if variant:
            return self.rng.choice(("阿卜杜拉·买买提", "古丽娜尔·艾山", "格桑·多吉", "斯琴高娃", "乌兰图雅"))
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
    text += template[at:]
    return Sample(text, tuple(spans), tuple(keep) if spans or keep else (text,))
