"""Numbers that point to a person: resident ID, USCC, bank card, phone, passport, SSN, plate, WeChat, QQ, order, IP.

View in, spans on the plain text out, best first. Context decides the type, a checksum or a shape whether it is masked; an
eleven-digit mobile is always masked. Never `\\b`: Han characters are word characters.
"""

import ipaddress
import re
from collections.abc import Iterator

from stdnum import luhn
from stdnum.cn import ric

from knowledge.scrubbing.cues import Cued
from knowledge.scrubbing.normalising import OPAQUE, View

Candidate = tuple[int, int, str]  # start, end on the plain text, type; "" protects what it covers

_GAP = r"[^0-9A-Za-z\n，。；！？,;\ue000-\ue00f]{0,8}?[:：=]?[ \"'「“(\[【]{0,3}"  # between a label and its value
_SEP = r"[ \-.·•*_~/]"

KEPT = re.compile(
    r"""(?=[0-9A-Za-z¥￥$€£错返退条商货料型机时批序《])(?:(?<![0-9A-Za-z])(?:
      1[38]00[\- ]\d{3}[\- ]\d{3,4}(?!\d) | 08(?:00|08)[\- ]\d{3}[\- ]\d{3,4}(?!\d) | [48]00[\- ]?\d{3}[\- ]?\d{4}(?!\d) | 1-8(?:00|88|77|66|55|44|33)-\d{3}-\d{4}(?!\d) | [48]00-\d{4}-\d{3}(?!\d) | [48]00\d-\d{3}-\d{3}(?!\d)
    | [0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}
    | (?:[0-9a-f]{64}|[0-9a-f]{40}|(?=[0-9]*[a-f])[0-9a-f]{32})(?![0-9A-Za-z])
    | (?i:commit|trace_?id|request_?id|sha(?:1|256|512)?|md5|checksum|build|rfc|isbn(?:-1[03])?|ean|upc|gtin|rev|port|errno|exit|exit[ ]status|exit[ ]code|status|错误码|返回码|退出码|条码|条形码|商品编码|货号|料号|(?:bug|pr|issue)(?=[ ]?\#))
      [ :：=#\-]{0,3}-?[0-9a-fA-F][0-9a-fA-FxX\-./]{0,63}(?![0-9A-Za-z])
    | (?i:step|line)[ ]\d{1,5}(?![ \-]?\d) | 0x[0-9a-fA-F]+ | (?<=准字)[A-Z]\d{8}(?!\d)
    | (?i:exp|expires?|iat|nbf|ts|timestamp|(?:created|updated|expires)_?at|时间戳)["' ]{0,2}[是:=]{0,2}[ ]?\d{10,13}(?!\d) | (?:型号|机型)[: ]{0,2}[\u4e00-\u9fff]{0,4}[0-9A-Z][0-9A-Za-z\-/.]{2,24} | \d{13}(?=是?(?:商品)?条码) | (?:(?<=扫不出)|(?<=扫出来)|(?<=扫描))\d{13}
    | [vV]\d+(?:\.\d+){1,3}(?:[\-+][\w.]{1,20})?(?![0-9.])
    | \d{1,3}(?:\.\d{1,5}){2}(?:[\-+.]?[A-Za-z][\w.]{0,20})?(?![0-9.])
    | (?:19|20)\d{2}[\-/.年]\s?\d{1,2}[\-/.月]\s?\d{1,2}(?:[日号]|(?!\d))(?:[ T]{0,2}\d{1,2}:\d{2}(?::\d{2})?(?:\.\d{1,6})?Z?)?
    | \d{9,15}(?=\s?(?:字节|字符|条记录|条数据|毫秒|(?i:bytes|ms)(?![a-z])))
    | 106\d{5,17}(?!\d) | 序列号[: ]{0,2}[A-Z0-9]{6,20}(?![0-9A-Za-z])
    | 《(?![^》\n]{0,14}(?:关于|投诉|合同|协议|申请|证明|通知|承诺|授权|委托|说明|声明|借条|[单表]》))[^《》\n]{1,14}》
    | 批[号次][: ]{0,2}[A-Z]{0,2}\d{4,14}(?!\d) | 3\.14\d{3,20}
    | https?://[^\s\u3000-\uffef<>"'\ue000-\ue00f]{1,2000}
    | [A-Z]{1,6}(?:_[A-Z0-9]{1,20}){1,6}(?:\(-?\d{1,6}\)|-\d{1,6})?
    )
    | [¥￥$€£]\s?\d{1,3}(?:,\d{3})*(?:\.\d{1,2})?(?!\d) | [¥￥$€£]\s?\d{1,9}(?:\.\d{1,2})?(?!\d)
    | (?<![0-9.])\d{1,9}(?:,\d{3})*(?:\.\d{1,2})?\s?(?:元|万元|块钱|USD|RMB|CNY))
    """,
    re.VERBOSE,
)

_ID = re.compile(rf"(?<![0-9A-Za-z])(?<!\d\.)[1-9](?:{_SEP}{{0,2}}\d){{16}}{_SEP}{{0,2}}[0-9Xx](?![0-9A-Za-z])")
_ID_CUE = re.compile(
    rf"(?:身份证|证件|身分证|ID ?card|居民证|[Aa]adhaa?r|resident ID|[Nn]ational ID){_GAP}([A-Z]{{0,2}}(?:[0-9Xx]{_SEP}{{0,2}}){{5,17}}[0-9Xx](?:\([0-9A]\))?)(?![0-9A-Za-z])"
)
_AADHAAR = re.compile(r"(?i:aadhaa?r)[^0-9\n]{0,40}(\d{4} ?\d{4} ?\d{4})(?!\d)")
_ID_HONG_KONG = re.compile(r"(?<![0-9A-Za-z])[A-Z]{1,2}\d{6}\([0-9A]\)")
_BORN = re.compile(r".{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d.{4}")
_USCC = re.compile(r"(?<![0-9A-Za-z])(?:[1-9ANY]\d{7}[0-9A-HJ-NPQRTUWXY]{10})(?![0-9A-Za-z])")
_USCC_LOWER = re.compile(
    r"(?<![0-9A-Za-z])(?:1[1-39]|5[1-39]|9[1-3])\d{6}(?=[0-9]{0,9}[a-z])[0-9a-z]{10}(?![0-9A-Za-z])"
)
_USCC_GROUPED = re.compile(
    r"(?<![0-9A-Za-z])(?:[159]\d{3}( |-)\d{4}\1[0-9A-Z]{4}\1[0-9A-Z]{4}\1?[0-9A-Z]{2}|(?:1[1-39]|5[1-39]|9[1-3]) \d{6} [0-9A-Z]{9} [0-9A-Z])(?![0-9A-Za-z])"
)
_TAX_CUE = Cued(
    "税号|信用代码|识别号|tax (?:id|number|no)|uscc|credit code",
    rf"{_GAP}((?:[0-9A-Za-z][ \-]?){{14,19}}[0-9A-Za-z])(?![0-9A-Za-z])",
)
_CARD = re.compile(
    rf"(?<![0-9A-Za-z])(?:[3-6]|2(?={_SEP}{{0,2}}[2-7]))(?:(?:{_SEP}{{0,2}}| [/_.] )\d){{12,18}}(?![0-9A-Za-z])"
)
_CARD_CUE = Cued(
    r"银行卡|信用卡|储蓄卡|借记卡|卡号|账号|账户|[工农中建交招商民浦光]行卡?|退款到|打款到|转账到|打到|退到|visa|master ?card|amex|credit card|debit card|"
    r"(?<![a-z])cc|(?<![a-z])card(?: number| no\.?)?|account(?: number| no\.?)|iban",
    rf"{_GAP}((?:[A-Z]{{2}})?\d(?:(?:{_SEP}{{0,2}}|[，,、] ?(?!95\d{{3}}(?!\d)|\d{{1,2}}(?:[年月日号点个次]|[:.]\d\d)))\d){{11,20}})(?!\d)",
)
_IBAN = re.compile(
    r"(?i)(?=[A-Za-z])(?<![0-9A-Za-z])(?:AD|AE|AT|BE|BG|CH|CY|CZ|DE|DK|EE|ES|FI|FR|GB|GI|GR|HR|HU|IE|IL|IS|IT|LI|LT|LU|LV|MC|MT|NL|NO|PL|PT|RO|SA|SE|SI|SK|SM|TR)\d{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,4})?(?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"(?=[0-9+])(?<!\d)(?:(?:\+|00)?86[ \-]?)?1[3-9](?<!3\.14)\d{9}(?!\d|字节| ?bytes|[0-9a-f]{12})")
_GROUPED = re.compile(
    r"(?<![0-9A-Za-z.])(?:1[3-9]\d([ \-.·•*_/])\d{4}\1\d{4}|\(?(?!400|800|(?<=1-)8(?:88|77|66|55|44|33)-)[2-9]\d{2}\)?[\-.]\d{3}[\-.]\d{4})(?![0-9A-Za-z]|\.\d)"
)
_SPACED_MOBILE = re.compile(
    rf"(?<![0-9A-Za-z.])(?:(?:\+|00)?86{_SEP}{{0,2}})?1[ \-.,、·•*_~/]{{0,2}}[3-9](?:[^0-9A-Za-z\u4e00-\u9fff\n:;；。()（）\ue000-\ue00f]{{0,2}}\d){{9}}(?![0-9A-Za-z])"
)
_DOTTED = re.compile(r"(?<![0-9A-Za-z.])\d(?:\.\d){7,14}(?![0-9A-Za-z]|\.\d)")  # no version has so many parts
_LANDLINE = re.compile(
    r"(?<![0-9A-Za-z.])(?<![A-Za-z]-)[(（]?0\d{2,3}[)）]?[ \-]{0,2}\d{3,4}[ \-]?\d{3,4}(?:[ \-,]{0,2}(?:转?分机号?|转|x|ext\.?|#) ?\d{1,6}|-\d{1,6})?(?![0-9A-Za-z])"
)
_WORLD = re.compile(
    r"(?=[0+])(?:(?<![0-9+])\+|(?<![0-9A-Za-z])00[1-9])\d{0,3}(?:[ \-.()/]{0,3}\d){6,13}(?:\s?(?:x|ext\.?|转|#) ?\d{1,6})?(?!\d)"
)
_SPELT = re.compile(
    r"(?<![0-9A-Za-z])\d{3} dot \d{3} dot \d{4}(?!\d)|(?<![0-9A-Za-z.,])\d(?: \d){8,13}(?![0-9A-Za-z]| \d)"
)
_EIGHT = re.compile(  # Singapore, Hong Kong; India writes five and five
    r"(?<![0-9A-Za-z.\-])(?<!\d )(?:\((?:65|852)\) ?[3689]\d{3}[ \-]\d{4}|[89]\d{3} \d{4}|[6-9]\d{4} \d{5}|[6-9]\d{3}-\d{6}|91[ \-][6-9]\d{9}|\(0[2378]\) ?\d{4} ?\d{4}|0[2378] \d{4} \d{4})(?![0-9A-Za-z]|[ \-.]\d)"
)
_NANP = re.compile(
    r"(?<![0-9A-Za-z.])(?:1[ \-.]?)?(?:\(\d{3}\)[ \-.]?|\d{3}[\-.]|\d{3} )\d{3}[\-. ]\d{4}(?:\s?(?:x|ext\.?) ?\d{1,6})?(?![0-9A-Za-z])"
)
_UK = re.compile(
    r"(?=0)(?:(?<![0-9A-Za-z])0\d{2,4} \d{3,4} ?\d{3,4}(?!\d)|(?<![0-9A-Za-z.])0\d(?:[ .]\d\d){4}(?![0-9A-Za-z]|\.\d))"
)
_PHONE_CUE = Cued(
    r"电话|手机|座机|号码|热线|传真|联系方式|拨|打|致电|tel|f?ph?one|(?<![a-z])(?:hp|ring|sms)|cont?a?ct(?: no\.?| number)?|mobile|cell|fax|call(?: me)?(?: (?:at|on))?|text me(?: at)?|reach me (?:at|on)|whatsapp(?: me)?(?: at| on)?|sent to|my number(?: is|'s)|answering at",
    rf"{_GAP}([+(]?\d(?:[ \-.()/]{{0,2}}\d){{6,14}}(?:\s?(?:x|ext\.?|转) ?\d{{1,6}})?)(?![0-9])",
)
_LANDLINE_NEAR = re.compile(r"(?:固话|座机)[^\n0-9]{0,14}(\d{7,8})(?!\d)")
_PHONE_BY_NAME = re.compile(  # Contact <NAME> 9488 6902
    rf"(?<={OPAQUE['NAME']})(?:[ ,，:\-(（/]{{1,3}}| at | on )((?!(?:19|20)\d{{6}}(?!\d))(?:\+|\()?\d(?:[ \-()]{{0,2}}\d){{6,14}})(?![0-9A-Za-z]|[.:/]\d|[年月元])"
)
_AREA = re.compile(r"(?i)(?:area code|区号)[: 是为]{0,3}(0?\d{2,3})[^0-9]{1,24}(\d{3}-\d{4}|\d{7,8})(?![0-9A-Za-z\-])")
_PHONE_OF = re.compile(
    r"(?<![0-9A-Za-z.])([+(]?\d(?:[ \-.()/]{0,2}\d){5,13}(?:x\d{1,5})?)(?=[ \-(]{1,2}(?:office|fax|mobile|cell|home|work)\b)",
    re.IGNORECASE,
)
_PLATE = re.compile(
    r"(?<!苏(?=宁))[滇黔京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领] ?(?![a-z]{5})(?=[^\u4e00-\u9fff]{1,8}\d)[A-Za-z]{1,2} ?[·•.\-]? ?"
    r"(?:[0-9A-Za-z]{4,6}[挂学警港澳领试超]?)(?![0-9A-Za-z])"
)
_PLATE_ABROAD = re.compile(
    r"(?=[0-9A-Za-z])(?<![0-9A-Za-z])(?:(?i:(?<![a-z])(?:licen[cs]e plate|number plate|plate|rego?|registration|vehicle (?:number|no\.?|reg(?:istration)?)))(?i: number| no\.?| is|:){0,2}[^0-9A-Za-z\n]{1,3}((?=[A-Z]{0,4}[ \-]?\d|\d)(?=\d{0,4}[ \-]?[A-Z]|[A-Z])[A-Z0-9]{2,4}[ \-]?[A-Z0-9]{2,4}(?:[ \-]?[A-Z0-9]{1,4})?|\d{2,3}-[A-Z]{1,2}-\d{1,6})(?![0-9A-Za-z])"
    r"|(?i:(?<![a-z])(?:car|ute|van|truck|suv|sedan|pickup|lorry|taxi|cab|wagon|scooter)|(?<![a-z])(?:drives?|drove|parked)[^\n.,;]{1,24}),? \(?((?=\d[A-Z]{3}\d{3}(?![0-9A-Za-z]))\d[A-Z]{3}\d{3}|(?=(?:[ \-]?[A-Z0-9]){5,8}(?![0-9A-Za-z]))(?:[A-Z]{2,4}[ \-]?\d{2,4}|\d{2,4}[ \-]?[A-Z]{2,4}|[A-Z]\d{2,3}[ \-]?[A-Z]{3}|\d{2,3}[ \-][A-Z]{2}\d|[A-Z]{2,3}\d{2}[A-Z]{1,3}))(?![0-9A-Za-z\-]| [A-Z]{1,3} ?\d)"
    r"|(?<![0-9A-Za-z\-])([A-Z]{2}\d{2} ?(?!GB|MB|KB)[A-Z]{3}|\d{2,3}-[A-Z]{1,2}-\d{3,6}|(?:A[PRS]|BR|C[GH]|DL|G[AJ]|H[PR]|J[HK]|K[AL]|LA|M[HLNPZ]|NL|O[DR]|P[BY]|RJ|SK|T[NRS]|U[KP]|WB)[ \-]?\d{1,2}[ \-]?[A-Z]{1,3}(?:[ \-][A-Z]{1,2})?[ \-]?\d{4})(?![0-9A-Za-z\-]))"
)
_SPACED_PLATE = re.compile(
    r"(?<!苏(?=宁))[滇黔京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] [A-Z](?: [0-9A-Z]){5,6}(?![0-9A-Za-z])"
)
_PLATE_CUE = re.compile(
    r"车牌号?(?:码|是|为|:)* ?([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?[A-Za-z] ?[·•.\-]? ?[0-9A-Za-z]{5,6})(?![0-9A-Za-z])"
)
_PASSPORT = re.compile(r"(?<![0-9A-Za-z])(?:[EGDSP][A-HJ-NP-Z]?\d{7,8}|[HM]\d{8,10}|[A-Z]\d{7}[A-Z])(?![0-9A-Za-z])")
_PASSPORT_NEAR = re.compile(
    r"(?:护照[^\n0-9A-Za-z]{0,16}|[Pp]assport[^0-9\n]{0,8}(?<![A-Za-z]))([A-Za-z]{1,2}\d{7,8}|[A-Za-z](?: [A-Za-z0-9]){7,8})(?![0-9A-Za-z])"
)
_PASSPORT_CUE = Cued(
    r"护照|通行证|回乡证|台胞证|签证|旅行证件|travel doc(?:ument)?|passport(?:[^0-9\n]{0,12}number(?: was)?)?|(?<![a-z])ppt|driver'?s? licen[cs]e",
    rf"(?i: number| no\.?| is|号码?){{0,2}}{_GAP}([A-Za-z]{{0,2}}(?:[0-9][0-9\-]{{4,14}}[0-9A-Za-z]| ?\d(?: ?\d){{6,9}})(?![0-9A-Za-z])|(?=[A-Z]\d)[A-Z0-9](?:-?[A-Z0-9]){{7,10}}(?![0-9A-Za-z]))",
)
_SSN = re.compile(r"(?<![0-9A-Za-z])\d{3}-\d{2}-\d{4}(?![0-9A-Za-z])")
_SSN_CUE = Cued(
    r"ssn|(?<![a-z])soc(?:ial)?(?:\.? sec(?:urity)?)?",
    r"(?i: number| no\.?| should| read| is|:){0,3}[^0-9\n]{0,20}(\d{3} ?[ \-.]? ?\d{2} ?[ \-.]? ?\d{4})(?!\d)"
    r"|(?<!\d)(\d{3}[ \-.]?\d{2}[ \-.]?\d{4})(?= (?:as|is) (?:my|the|a|her|his) (?i:ssn|social))",
)
_WECHAT_WORD = re.compile(
    r"微|[威薇维卫徽] ?[信星芯心❤♥x]|[威薇] ?❤|v ?[信❤♥:]|wei ?[信❤♥]|[vw]x|wechat|绿泡泡|[+➕]v|加一?[个下我你]?的?[v薇威维]"
)
_WECHAT = re.compile(
    rf"(?i:微信号?|[微威薇维卫徽] ?[信星芯心❤♥x](?: ?号)?|[微威薇]\s?❤|(?<![a-z])(?:v|wei) ?[信❤♥]|(?<![a-z])[vw]x(?!id_)|wechat|加一?[个下我你]?的?(?:v信?|[微薇威维])|绿泡泡|(?<![a-z])wx号|[+＋➕]v|(?<![a-z])v(?=[:：])){_GAP}(?:(?i: ?id|号)(?=[: 还就是]))?(?:还是|就是|是)?(?i: is| as)?[: ]{{0,2}}"
    r"((?!(?i:twitter|facebook|wechat|weixin|http|www|account|number|please|message))[A-Za-z][A-Za-z0-9_\-]{1,19}下划线[0-9A-Za-z]{1,12}|[A-Za-z][A-Za-z0-9_\-]{5,19}|[A-Za-z](?: [0-9A-Za-z_\-]){5,19}|1[3-9]\d{9})(?![0-9A-Za-z])|(?<![0-9A-Za-z])(wxid_[0-9a-z]{6,24})|(?<![0-9A-Za-z_\-])([A-Za-z][0-9A-Za-z_\-]{5,19})(?=(?:这个|那个|是我的?|的)微信)"
    r"|(?:微信|薇信|VX|vx)[^\n,，。]{0,40}?(?:现在|改成|换成|新号|新的|我的)(?:是|为|叫|:)?([A-Za-z][0-9A-Za-z_\-]{5,19})(?![0-9A-Za-z])"
    r"|(?i:wechat),? (?i:id) ([A-Za-z][0-9A-Za-z_\-]{5,19})(?![0-9A-Za-z])"
    r"|(?i:wechat)[^\n]{0,12} ID is ([A-Za-z][0-9A-Za-z_\-]{5,19})(?![0-9A-Za-z])"
    r"|(?i:微信|wx|vx)(?:[^\n0-9A-Za-z]{1,24}(?:[搜加]|[,，吧哈]号(?:是|:)?)|,)([A-Za-z][0-9A-Za-z_\-]{5,19})(?![0-9A-Za-z])"
    r"|(?i:加一?[个下我你]?的?(?:微信|[vw]x?)[^0-9A-Za-z\n]{0,8}?)([A-Za-z][A-Za-z0-9_\-]{5,19})(?![0-9A-Za-z])"
)
_QQ = Cued(
    r"(?<![a-z])qq|扣 ?[扣号]|秋秋|蔻蔻|企鹅|[叩球]{2}|(?<![a-z])q号?(?![1-4] ?(?:19|20)\d\d(?!\d))",
    rf"{_GAP}(?: is)?,? ?(?:注册[^0-9\n]{{0,4}}号)?([1-9](?:[ \-]?\d){{4,10}})(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z])([1-9]\d{4,10})(?=(?:这个|那个|是我[的新旧老]?|的)?(?i:qq|扣扣))",
)
_QQ_NEAR = re.compile(
    r"(?i:Q币|扣扣|(?<![a-z])qq|扣我|扣一下)[^0-9\n\ue000-\ue00f]{0,14}((?!(?:19|20)\d{6}(?!\d))[1-9]\d{5,10})(?![0-9A-Za-z.])"
)
_ORDER = Cued(
    r"[订运工账保退换报修派货]单|单号|单(?=[: ]?[a-z]{0,4}-?\d{6})|报修|快递|物流|退款编?号|售后单|流水号?|交易号|保单|编号|凭证号|顺丰|圆通|中通|韵达|申通|病历号?|住院号|就诊卡号?|会员卡?号|客户号|户号|合同号?|(?:报案|案件|受理|预约|预订|确认|取票|票)号|conf(?:irmation)?|booking|reservation|order|tracking|invoice|shipment|parcel|pickup|complaint|claim|rma|ticket|case|reference|ref",
    rf"(?i:号码?|编号| ?id| number| no\.?| num| for| is| ?#){{0,3}}{_GAP}#?(?![48]00-?\d{{3}}-?\d{{4}})(\d{{4,5}}(?: \d{{4,5}}){{2,5}}(?: \d{{1,3}})?|[A-Z]{{2,4}}\d{{2,5}}(?: \d{{3,6}}){{1,5}}|[A-Za-z]{{0,6}}-?\d[0-9A-Za-z]*(?:-[0-9A-Za-z]+)*)(?![0-9A-Za-z])",
)
_NUMBERED = re.compile(r"\d(?:[ \-]?[0-9A-Za-z]){3}|[0-9A-Z]{6}")  # without one there is no order's number
_TICKET = re.compile(  # ticket systems and shops whose numbers need no label
    r"(?=[0-9A-Z#os])(?:(?<![0-9A-Za-z])(?:(?:REQ|RITM|CHG|INC|SCTASK|TASK|PRB|TKT|CASE|RMA|HELP)[\-#]?(?:20\d\d-)?\d{4,12}|\d{3}-\d{7}-\d{7}|\d{3}-\d{10}|1Z(?: [0-9A-Z]{2,4}){4,7}|[A-Z]{2,4}-\d{6,8}-\d{3,8}|[A-Z]{1,3}\d{4}-\d{6}|(?i:ORD|ORDER|SHP)-?(?:20\d\d-)?\d{5,12}|(?:SO|PO|INV)-20\d\d-\d{4,8}|\d{4}-(?=[0-9A-Z]{0,4}[A-Z])(?=[A-Z]{0,4}\d|[A-Z]{5})[0-9A-Z]{5}|\d{6}-\d{15}|GPA\.\d{4}-\d{4}-\d{4}-\d{4,5})(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z&])#(?:[A-Z]{1,4})?\d{7,12}(?!\d)|(?<![0-9A-Za-z&])#[A-Z]{1,4}\d{4,6}(?!\d)|(?<=订座编码|订座记录|预订编码)(?=[A-Z]{0,5}\d|[A-Z]{6})[0-9A-Z]{6}(?![0-9A-Za-z])|(?<=单子)#?(?=[A-Z0-9]{0,6}\d)[0-9A-Z]{6,22}(?![0-9A-Za-z])|(?<=单 )\d{4}(?: \d{4}){2,4}(?![0-9A-Za-z]| \d)"
    r"|(?<![0-9A-Za-z])[A-Z]{2,6}-\d{4,7}(?= ?(?:这单|这个?工单|这个?单|那单|ticket|case)))"
)
_CODED = Cued(  # after its label a number may hold more letters than digits: 运单 NVSGHM5KMHYCE, 订单号MSXDKYRDFW
    "tracking|waybill|parcel|shipment|consignment|airway bill|awb|运单|快递|物流|面单|订单号|订单编号|交易单?号",
    r"(?i:号码?|编?号| ?id| number| no\.?| is|#|:){0,3}[ :是为]{0,3}"
    r"((?=[A-Z]{0,20}\d|[A-Z]{10})[0-9A-Z]{8,22}|[A-Z]{2,4}\d{2,5}(?: \d{3,6}){1,5}|\d{2,4}(?: \d{3,4}){2,5})(?![0-9A-Za-z])",
)
_BOOKED = Cued(  # a booking's reference may hold no digit: PNR ZMWZVE
    r"(?<![a-z])(?:booking|reservation|confirmation|record locator|pnr|bag tag)",
    r"(?i: ?(?:ref(?:erence)?|code|number|no\.?|id|is|:|#)){0,3} ([A-Z0-9]{6}|[A-Z]{1,2} ?\d{5,8})(?![0-9A-Za-z])",
)
_NO_ORDER = re.compile(  # behind an order's label: a hash or UUID, a hotline, a room (报修：碧水湾8-4-303), an article of a knowledge base
    r"(?=[0-9\-]*[a-f])(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"|95\d{3,4}|1[0-2]\d{3}|\d{1,3}-\d{1,2}-\d{3,4}|KB\d{6,7}"
)
_COURIER = re.compile(
    r"(?=[0-9A-Z])(?<![0-9A-Za-z])(?!QQ|VX|WX)(?:[A-Z]{2,4}-\d{8,20}(?:-\d{1,8})?|SF\d{10,15}|JD[A-Z]{0,2}[0-9A-Z]{10,16}|YT\d{12,15}|ZTO?\d{10,14}|STO?\d{10,14}|[A-Z]{2}\d{9}[A-Z]{2}|(?!KB|IP)[A-Z]{2,3}\d{7}|(?![A-Z]20[12]\d)[A-Z]\d{8}|[A-Z]{2,3}-\d{7}|EMS\d{9,13}[A-Z]{0,2}|1Z[0-9A-Z]{16}|[A-Z]{2,3}\d{8}|CAS-\d{5}-[0-9A-Z]{6}|\d{2}[A-Z]{3}\d{10}|NV[A-Z]{2}[0-9A-Z]{8,12})(?![0-9A-Za-z])"
)
_LONG = re.compile(
    r"(?<![0-9A-Za-z.])(?<![^0-9A-Za-z]-)(?!QQ|VX|WX|TEL|[1-9]\d{0,3}0{5,}(?!\d))(?:[A-Z]{1,6}-?)?\d{9,30}(?:[A-Z]{1,2})?(?![0-9A-Za-z]|\.\d|[条个次行])"
)
_DEFANGED = re.compile(r"[\[(]\.[\])]|[\[(]dot[\])]| ?\. ?|点")  # 112[.]27[.]193[.]26
_IPV4 = re.compile(
    r"(?<![0-9A-Za-z.])(?<![A-Za-z]/)(?:\d{1,3}(?:\.| \. |点|[\[(]\.[\])]|[\[(]dot[\])])){3}\d{1,3}(?:(?![0-9A-Za-z]|\.\d)|(?=ping|port))"
)
_IPV6 = re.compile(
    r"(?=[0-9A-Fa-f:])(?<![0-9A-Za-z])(?<![0-9A-Za-z]:)(?:(?<=:)|(?<!:))(?:[0-9A-Fa-f]{1,4}:|:(?=:)|(?<=:):){2,7}[0-9A-Fa-f]{0,4}(?![0-9A-Za-z:])"
)
_VERSION_CUE = re.compile(
    r"(?i)(?:版本|固件|补丁|浏览器|edge|chrome|chromium|firefox|safari|opera|[升更降][级新][到至]|(?:roll(?:ing|ed)? back|upgrad(?:e|ed|ing)|downgrad(?:e|ed|ing)|updat(?:e|ed|ing)|revert(?:ed|ing)?) to|(?<![a-z])(?:version|firmware|driver|release|build|ver\.?|v))[^0-9\n,，。]{0,4}$"
)
_SERVICES = frozenset({"8.8.8.8", "8.8.4.4", "1.1.1.1", "114.114.114.114", "223.5.5.5"})


def kept(view: View) -> Iterator[Candidate]:
    """What looks like a number of a person and is none: hotlines, hashes, versions, dates, prices, error codes."""
    for match in KEPT.finditer(view.plain):
        yield match.start(), match.end(), ""


def _whole(pattern: re.Pattern[str], text: str, kind: str) -> Iterator[Candidate]:
    for match in pattern.finditer(text):
        yield match.start(), match.end(), kind


def _cued(pattern: re.Pattern[str] | Cued, text: str, kind: str) -> Iterator[Candidate]:
    for match in pattern.finditer(text):
        yield *match.span(match.lastindex or 0), kind


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit() or c in "Xx")


def labelled(view: View) -> Iterator[Candidate]:
    """Chat accounts and mobiles, before anything may protect them; an order's label turns a mobile into an order."""
    if _WECHAT_WORD.search(view.plain.lower()):
        yield from _cued(_WECHAT, view.plain, "WECHAT")
    yield from _cued(_QQ, view.digits, "QQ")
    yield from _cued(_QQ_NEAR, view.digits, "QQ")
    yield from _cued(_TAX_CUE, view.plain, "USCC")
    yield from _cued(_SSN_CUE, view.digits, "SSN")
    yield from _cued(_PLATE_CUE, view.plain, "PLATE")
    yield from _whole(_SPACED_PLATE, view.plain, "PLATE")
    yield from _cued(_PLATE_ABROAD, view.plain, "PLATE")
    yield from (c for c in _orders(view) if c[1] - c[0] >= 11)
    for pattern in (_MOBILE, _GROUPED, _DOTTED):
        for start, end, kind in _whole(pattern, view.digits, "PHONE"):
            if not _VERSION_CUE.search(view.plain, max(0, start - 20), start):
                yield start, end, kind


def is_resident_id(number: str) -> bool:
    """Eighteen characters with the right check digit or a plausible date of birth (typing errors are personal data too)."""
    if not re.fullmatch(r"[1-9]\d{16}[0-9Xx]", number):
        return False
    return _BORN.match(number) is not None or ric.calc_check_digit(number[:-1]) == number[-1].upper()


def identities(view: View) -> Iterator[Candidate]:
    """Resident IDs (checksum or a plausible birth date), labelled ones of any length, USCC, passports, SSN."""
    for match in _ID.finditer(view.digits):
        if is_resident_id(_digits(match.group())):
            yield match.start(), match.end(), "ID_CARD"
    yield from _whole(_ID_HONG_KONG, view.plain, "ID_CARD")
    yield from _whole(_USCC, view.plain, "USCC")
    yield from _whole(_USCC_GROUPED, view.plain, "USCC")
    yield from _whole(_USCC_LOWER, view.plain, "USCC")
    yield from _cued(_ID_CUE, view.digits, "ID_CARD")
    yield from _cued(_AADHAAR, view.digits, "ID_CARD")
    yield from _whole(_SSN, view.digits, "SSN")
    yield from _cued(_PASSPORT_CUE, view.plain, "PASSPORT")
    yield from _cued(_PASSPORT_NEAR, view.plain, "PASSPORT")


def addresses_of_machines(view: View) -> Iterator[Candidate]:
    """Public IP addresses; private, loopback and documentation ranges protect themselves."""
    for pattern in (_IPV4, _IPV6):
        for match in pattern.finditer(view.plain):
            try:
                address = ipaddress.ip_address(_DEFANGED.sub(".", match.group()))
            except ValueError:
                continue
            version = _VERSION_CUE.search(view.plain, max(0, match.start() - 20), match.start())
            public = address.is_global and match.group() not in _SERVICES and not version
            yield match.start(), match.end(), "IP" if public else ""


def accounts(view: View) -> Iterator[Candidate]:
    """Orders by label, then cards, phones, plates; last what is only long."""
    yield from _orders(view)
    for match in _CARD.finditer(view.digits):
        if luhn.is_valid(_digits(match.group())):
            yield match.start(), match.end(), "BANK_CARD"
    yield from _cued(_CARD_CUE, view.digits, "BANK_CARD")
    yield from _phones(view)
    yield from _whole(_PLATE, view.plain, "PLATE")
    yield from _whole(_PASSPORT, view.plain, "PASSPORT")
    for match in _IBAN.finditer(view.plain):
        if _iban(match.group().replace(" ", "")):
            yield match.start(), match.end(), "BANK_CARD"
    yield from _whole(_COURIER, view.plain, "ORDER")
    yield from _whole(_LONG, view.digits, "ORDER")


def _iban(number: str) -> bool:
    return int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 == 1


def _orders(view: View) -> Iterator[Candidate]:
    if not _NUMBERED.search(view.digits):
        return
    yield from _whole(_TICKET, view.plain, "ORDER")
    yield from _cued(_CODED, view.plain, "ORDER")
    yield from _cued(_BOOKED, view.plain, "ORDER")
    for match in _ORDER.finditer(view.digits):
        if sum(c.isdigit() for c in match.group(1)) >= 5 and not _NO_ORDER.fullmatch(match.group(1)):
            yield match.start(1), match.end(1), "ORDER"


def _phones(view: View) -> Iterator[Candidate]:
    for pattern in (_WORLD, _SPACED_MOBILE, _LANDLINE, _NANP, _UK, _SPELT, _EIGHT):
        for start, end, kind in _whole(pattern, view.digits, "PHONE"):
            if not _VERSION_CUE.search(view.plain, max(0, start - 20), start):
                yield start, end, kind
    yield from _cued(_PHONE_CUE, view.digits, "PHONE")
    for match in _AREA.finditer(view.digits):
        yield from ((*match.span(part), "PHONE") for part in (1, 2))
    yield from _cued(_PHONE_OF, view.digits, "PHONE")
    yield from _cued(_PHONE_BY_NAME, view.digits, "PHONE")
    yield from _cued(_LANDLINE_NEAR, view.digits, "PHONE")
