"""Secrets and e-mail: keys with known prefixes, passwords and one-time codes by their cue, tokens in URLs, addresses with @.

View in, spans on the plain text out. A secret without prefix, cue or URL looks like any other word: not promised.
"""

import re
from collections.abc import Iterator

from knowledge.scrubbing.normalising import OPAQUE, View
from knowledge.scrubbing.numbers import KEPT, Candidate

_KEY = re.compile(
    r"""(?<![0-9A-Za-z])(?:
      sk-[A-Za-z0-9_\-]{16,} | (?:sk|pk|rk)_(?:live|test)_[0-9A-Za-z]{10,} | gh[oprsu]_[0-9A-Za-z]{20,} | github_pat_[0-9A-Za-z_]{20,}
    | (?:AKIA|ASIA)[0-9A-Z]{16} | LTAI[0-9A-Za-z]{12,26} | AKID[0-9A-Za-z]{13,40} | AIza[0-9A-Za-z_\-]{30,} | xox[abprs]-[0-9A-Za-z\-]{10,}
    | glpat-[0-9A-Za-z_\-]{16,} | hf_[0-9A-Za-z]{20,} | npm_[0-9A-Za-z]{30,} | pypi-[0-9A-Za-z_\-]{20,} | SG\.[0-9A-Za-z_\-]{16,}\.[0-9A-Za-z_\-]{16,}
    | eyJ[0-9A-Za-z_\-]{6,}\.[0-9A-Za-z_\-]{6,}(?:\.[0-9A-Za-z_\-]*)? | ya29\.[0-9A-Za-z_\-]{16,} | gsk_[0-9A-Za-z]{20,} | dop_v1_[0-9a-f]{30,}
    | shp(?:at|ss|ca)_[0-9a-fA-F]{20,} | \d{8,10}:AA[0-9A-Za-z_\-]{30,} | \d{6}(?:-\d{6}){7}(?![0-9A-Za-z\-])
    ) | -----BEGIN[ A-Z]{0,30}PRIVATE\ KEY-----[\s\S]{0,8000}?(?:-----END[ A-Z]{0,30}PRIVATE\ KEY-----|$)
      | (?<=[Bb]earer\ )[0-9A-Za-z_\-.=+/]{12,} | (?<=Basic\ )[0-9A-Za-z+/]{12,}={0,2}
    """,
    re.VERBOSE,
)
_URL_TOKEN = re.compile(
    r"(?i)(?<=[?&#;/])(?:[a-z_\-]*(?:token|ticket|secret|signature|sig|session|sessionid|password|passwd|pwd|auth|jwt|apikey|api_key|access_key|credential)|"
    r"sid|sign|pnr|(?:[a-z]{1,16}_)?(?:key|code)|otp|invite|share)=[^\s&#\"'<>，。；、）)\u4e00-\u9fff\ue000-\ue00f]{4,}"
)
_URL_RANDOM = re.compile(  # whatever it is called: reset?uid=88&t=PN6ApUZzUWpk…
    r"(?<=[?&])[A-Za-z_\-]{1,20}=(?:(?=[0-9A-Za-z_\-]{0,60}[a-z])(?=[0-9A-Za-z_\-]{0,60}[A-Z])(?=[0-9A-Za-z_\-]{0,60}\d)[0-9A-Za-z_\-]{18,}|[0-9a-f]{32,}(?![0-9A-Za-z]))"
)
_URL_PATH = re.compile(  # what a path hands over: an incoming hook, a link to reset or to join
    r"(?i)://[^\s/]{3,100}/(?:[^\s/]{1,40}/){0,5}(?:hooks?|services|webhooks?|reset|invite|verify|activate|confirm|magic|join)/"
    r"((?=[^\s?#]{0,80}\d)[0-9A-Za-z_\-]{8,80}(?:/[0-9A-Za-z_\-]{8,80}){0,2})"
)
_URL_USER = re.compile(
    r"(?<=://)[^\s/@:\u4e00-\u9fff\ue000-\ue00f]{0,64}:[^\s/@\u4e00-\u9fff\ue000-\ue00f]{1,128}(?=@)"
)
_URL_BEFORE = re.compile(r"://[^\s\u4e00-\u9fff]*$")
_VALUE = r"([!-+\--~]{4,64})"  # visible ASCII but the comma, which ends a Chinese clause too
_IS = r"(?: ?(?:就是|是|为|改成了?|改为|设成了?|设的是|叫|:|=|is|was) ?)"
_PASSWORD = re.compile(
    rf"(?:密码|口令|(?i:(?<![a-z])(?:password|passwd|pwd|passcode|passphrase|pass|psw|pw)(?![a-z]))){_IS}{{1,2}}[\"'“「]?{_VALUE}"
)
_PASSWORD_AFTER = re.compile(  # 密码我记得是…, 门禁密码按…, 密码已重置为…, requirepass设的…
    rf"(?:[密蜜秘]码|密[钥匙]|(?i:wi-?fi|无线) ?密|口令|(?i:(?<![a-z])(?:password|passwd|pwd|pw|requirepass)))(?![^\n,，。;；]{{0,10}}(?:错|误|报|提示|失败|过期|返回|不对|长度|至少|不少于|位))"
    rf"[\u4e00-\u9fff ]{{0,9}}?(?:(?:是|为|成|按|输|用|的|哈|了|:) ?[\"'“「]?(?=[!-~]{{0,63}}\d|[!-~]{{0,63}}[#!@$%^&*]|[!-~]{{0,31}}[a-z][!-~]{{0,31}}[A-Z])| (?=[a-z]{{3,20}}\d{{3}})){_VALUE}"
)
_PASSWORD_EN = re.compile(  # the temp password you gave me was …
    rf"(?i:(?<![a-z])(?:password|passcode|pwd|pw|secret))(?: [a-z]{{1,12}}){{0,5}} ?(?: (?:is|was)[: ]{{1,2}}|\()(?=[!-'*-~]{{0,40}}\d|[!-~]{{0,30}}[a-z][!-~]{{0,30}}[A-Z]){_VALUE}"
)
_RESET_TO = re.compile(
    r"(?i)(?<![a-z])(?:reset(?:ting)?|chang(?:e|ed|ing)|set(?:ting)?)(?: (?:it|mine|that|(?:the |my |her |his )?(?:password|pw|pin)))?(?: back)? to [\"'“]?(?=[a-z]{0,40}[^\s]{0,20}\d)(?=[^\s]{0,40}[a-z])([!-~]{8,40})(?![^\s])"
)
_CHANGED_TO = re.compile(  # 后来改回Bluesky!26485
    r"(?:[改换设][回成为])(?=[!-~]{0,40}\d)(?=[!-~]{0,40}[!@#$%^&*])(?=[!-~]{0,40}[A-Za-z])([!-+\--~]{6,40})"
)
_SIGNS = re.compile(  # signs with … as the signing secret
    r"(?<![0-9A-Za-z])((?=[A-Za-z]{0,30}\d)(?=[0-9a-z]{0,30}[A-Z])[0-9A-Za-z]{16,64})(?= as (?:the|my|our|your) [a-z ]{0,20}(?:secret|key|token|password))"
)
_PASSPHRASE = re.compile(r"(?i)(?:pass ?phrase|password|密码|口令)[^\n\"“”]{0,12}[\"“]([^\"“”\n]{6,80})[\"”]")
_SHARED = re.compile(
    r"(?:提取码|访问码|分享码)[: 是为]{0,3}([0-9A-Za-z]{4,8})(?![0-9A-Za-z])|(?:应用|专用|授权)密?码[: 是为]{0,3}([a-z]{16})(?![a-z])|(?:[Ss]eed|SEED|种子)(?: is|是|为|:| |码){1,3}([A-Z2-7]{16,64})(?![0-9A-Za-z])"
)
_PASSWORD_NEXT = re.compile(
    rf"(?:密码|口令|(?i:(?<![a-z(_])(?:password|passwd|pwd|pass|pw)(?![a-z]))) ?(?=\S{{0,63}}\d|[0-9A-Za-z]{{0,63}}[#!@$%^&*][0-9A-Za-z#!@$%^&*]{{3}}|(?:[a-z]{{0,9}}[A-Z]){{3}}[A-Z]{{0,9}}[a-z]){_VALUE}"
)
_LOGIN = re.compile(  # account and secret in one breath: admin/pw, curl -u user:pw, mysql -uroot -ppw
    r"(?i)(?:(?:账号|账户|帐号|帐户|用户名|登录名)[: 是为]{0,3}|(?<![a-z])(?:login|log in|user(?:name)?|creds?|credentials)[: ]{1,3})[\w.@\-]{2,40} ?/ ?(?=[^\s/]{0,63}[\d!#$%^&*])([!-.0-~]{4,64}?)(?=[\s，。；、)\u4e00-\u9fff]|$)"
    r"|(?<![a-z\-])(?:-u|--user)[ =][\"']?[\w.@\-]{1,40}:([^\s\"']{4,128})"
    r"|(?<![a-z])(?:mysql\w*|mariadb|mongo\w*|redis-cli|sshpass|psql)(?![a-z])[^\n\ue000-\ue00f]{0,120}? (?:-p|-a |--pass(?:word)?[ =])[\"']?([^\s\"'\-][^\s\"']{3,63})"
)
_COOKIE = re.compile(
    r"(?i)(?<![a-z])(?:[a-z_.\-]{0,20}(?:sess(?:ion)?[_\-]?id|sessid|session|csrf_?token|auth_?token|jwt)|connect\.sid)=([0-9A-Za-z%._\-+/=:]{16,512})"
)
_ASSIGNED = re.compile(  # an entry of a configuration: SECRET_KEY='…', spring.datasource.password=…, "clientSecret": "…"
    r"(?i)(?:secret|passw(?:or)?d|passphrase|token|api_?key|private_?key|access_?key|credentials?)(?:_?(?:id|key|value|hash|\d{1,2}))?[\"']?\s{0,3}[:=]\s{0,3}"
    r"[\"']?(?=[^\s\"']{0,63}\d|[0-9A-Za-z+/]{28})([0-9A-Za-z_\-.+/=~!@#$%^*]{8,128})"
)
_RANDOM = re.compile(  # a key without prefix or cue: 40 letters of both cases and digits; hashes have one case
    r"(?=[0-9A-Za-z+/])(?:(?<![0-9A-Za-z/+=_.\-@#&?])(?=[a-z]{2,10}[_\-](?:[a-z]{2,10}[_\-])?[0-9A-Za-z]{0,40}[A-Z])[a-z]{2,10}[_\-](?:[a-z]{2,10}[_\-])?(?=[A-Za-z]{0,30}\d)[0-9A-Za-z]{20,80}(?![0-9A-Za-z_])"
    r"|(?<![0-9A-Za-z/+=_.\-@#&?])(?=[0-9A-Za-z+/]{0,60}[a-z])(?=[0-9A-Za-z+/]{0,60}[A-Z])(?=[0-9A-Za-z+/]{0,60}\d)[0-9A-Za-z+/]{32,88}={0,2}(?![0-9A-Za-z/+=_.\-@]))"
)
_ISSUED = re.compile(  # recovery codes, transfer codes, licence codes: letters and digits in groups, often several
    r"(?i)(?:恢复码|备用码|备份码|转出码|转移码|授权码|激活码|兑换码|邀请码|cdk(?:ey)?|(?:backup|recovery|scratch|transfer|auth|epp|redeem|activation)[ -]?codes?)"
    r"[^0-9A-Za-z\n,，。]{0,3}(?:\((?:auth|epp) ?code\))?(?:[^0-9A-Za-z\n,，。]{0,6}|[ ](?:you gave me|i have|are|is)){0,2}[: ]{0,3}"
    r"((?=[^\s，。]{0,24}\d|[a-z]{16}(?![a-z]))[0-9A-Za-z][!#-+\-0-9A-Za-z@^_%&]{4,39}(?:[,，、/ ]{1,3}(?:and )?(?=[^\s，。,]{0,12}\d)[0-9a-zA-Z]{3,8}-[0-9a-zA-Z]{3,8}){0,12})"
)
_SPOKEN = re.compile(
    r"(?i)(?<![a-z])(?=(?:[a-z]+[ \-,]{1,2}){3}(?:[a-z]|\d))(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)(?:[ \-,]{1,2}|(?![a-z]))){3,16}(?:\d{1,4}(?:[ \-]|(?![0-9A-Za-z]))){0,4}"
)
_TOLD = re.compile(  # what was asked for or spoken of is told a little later: 报了 750844, ok it says 801295, 一直都是 xObdiOBJ5w
    r"(?i)(?P<code>[四六]位(?:码|数字?)|锁屏码|二次验证|双重验证|验证短信|短信验证|验证信息|验证码|校验码|动态码|短信码|提取码|[校验][验证]数字|(?:verification|security|login|sms|access|auth\w*|one[- ]time|(?:six|four|\d)[- ]digit) ?code|text(?:ed)? (?:with )?(?:a )?code|asks? (?:me )?for (?:a |the )?code|(?<![a-z])(?:otp|passcode|2fa|mfa)(?![a-z]))"
    r"|(?P<password>密码|改密|口令|(?<![a-z])password(?![a-z]))|(?P<key>app ?secret|(?<![a-z])token(?![a-z])|secret[ -]?key|密钥|秘钥|(?:(?:licen[cs]e|activation|product|current|api|access)[ -]?)?(?<![a-z])key(?![a-z])|激活码)"
)
_BARE = r"(?<![0-9A-Za-z.\-/#¥$@_])(?<!\d:)(?<![码号编错误位费单元])"  # what a secret's first character stands behind
_UNITS = r"[元块年月日号个条次分秒天人位]"
_SAID = {
    "code": re.compile(
        rf"(?m){_BARE}(?<!code )(?:\d{{6}}|\d{{3}} \d{{3}}|\d(?: \d){{5}}|(?<=:)\d{{4,8}}(?=$)|(?<=,)\d{{4}}(?=,))(?![0-9A-Za-z.\-:/%]| ?\d|{_UNITS})"
    ),
    "password": re.compile(
        rf"{_BARE}(?:\d{{6}}|\d{{8}}|(?=[!-~]{{0,24}}[a-z])(?=[!-~]{{0,24}}\d)(?=[!-~]{{0,24}}[a-z]{{3}}|[!-~]{{0,24}}[A-Z])[A-Za-z][0-9A-Za-z!@#$%^&*_]{{5,23}}|(?=[A-Za-z]{{0,15}}\d)(?=[0-9a-z]{{0,15}}[A-Z])(?=[0-9A-Z]{{0,15}}[a-z])[0-9A-Za-z]{{8,16}}|(?=[0-9A-Za-z]{{1,20}}[!@#$%^&*])(?=\d{{0,20}}[A-Za-z])(?=[A-Za-z!@#$%^&*]{{0,20}}\d)[0-9A-Za-z!@#$%^&*_]{{8,24}})"
        rf"(?![0-9A-Za-z\-:/%=_]|\.[0-9A-Za-z]|{_UNITS})"
    ),
    "key": re.compile(
        r"(?<![0-9A-Za-z.\-/#@_=])(?:(?=[A-Za-z]{0,30}\d)(?=\d{0,30}[A-Za-z])[0-9A-Za-z]{16,64}|[a-z]{2,8}[_\-](?=[A-Za-z]{0,30}\d)[0-9A-Za-z]{20,64}|[0-9A-Z]{4,8}(?:-[0-9A-Z]{4,8}){2,5})(?![0-9A-Za-z\-/:@_=]|\.[0-9A-Za-z])"
    ),
}
_BACK = re.compile(r"背面的?后?三位(?:数字?|码)?(?:是|为|:)?(\d{3})(?!\d)")  # of a card
_REMOTE = re.compile(  # who has it may take over the screen
    r"(?i:todesk|向日葵|teamviewer|anydesk|rustdesk|session id|设备代码|识别码|远程码)[^\n0-9]{0,16}(\d{3} ?\d{3} ?\d{3,4})(?![0-9A-Za-z])"
)
_FOUND = re.compile(OPAQUE["SECRET"])
_DIGITS = re.compile(r"\d[ \-]?[0-9A-Za-z]{1,3}[ \-]?\d|码[是为: ]?[A-Z]{6}")
_TOLD_WITHIN = 120  # characters
_AGAIN = re.compile(
    r"(?<![0-9A-Za-z.\-/:#¥$])(?!(?:19|20)\d\d(?!\d))\d{4,8}(?![0-9A-Za-z.\-:/%]|[元块年月日号个条次分秒天人位])"
)
_SECRET_CUE = re.compile(
    r"(?i:secret|(?:api|secret)[ _-]?key|access[ _-]?key(?:[ _-]?(?:id|secret))?|appsecret|appkey|app[ _-]?secret|token|授权码|密钥|秘钥|私钥)"
    r"\s?(?:是|为|is|:|：|=)?\s?[\"']?([0-9A-Za-z_\-.+/=]{12,128})"
)
_CODE = re.compile(
    r"(?:验证码|校验码|动态码|动态密码|动态口令|短信码|安全码|取件码|提货码|开门码|开锁码|门禁码|临时码|激活码|兑换码|确认码|授权码|支付密码|"
    r"(?i:(?<![a-z])passcode|(?:verification|security|login|sms|auth(?:entication)?|confirmation|one[- ]time|2fa|access|reset|backup)[ -]?(?:pass)?codes?|code (?:i got|you sent|i received|from|sent)[^0-9\n.]{0,24}|(?:the|your|my) code(?: is)?|(?<![a-z])(?:otp|totp|2fa|mfa|captcha|(?:v|sms|verify|auth|captcha|check)_?code)(?![a-z])|(?<![a-z])cvv2?|(?<![a-z])cvc|(?<![a-z])pin(?: code)?))"
    r"[^0-9A-Za-z\n，。,;；\ue000-\ue00f]{0,8}?(?: ?(?:is|was))?[:：= \"'「“(\[【]{0,4}([0-9]{1,2}(?:[ \-][0-9]{1,2}){3,7}|[0-9A-Za-z]{0,2}[0-9][ \-]?[0-9A-Za-z]{1,3}[ \-]?[0-9A-Za-z]{0,6}[0-9])(?![0-9A-Za-z])"
)
_NOT_CODE = r"(?<!error )(?<!exit )(?<!status )(?<!return )(?<!response )(?<!promo )(?<!discount )(?<!product )(?<!zip )(?<!postal )(?<!country )(?<!source )(?<![a-z_])"
_PLAIN_CODE = re.compile(
    rf"(?i)(?=[0-9a-z码验校动口发收给填新用])(?:{_NOT_CODE}code (?:[a-z]+ ){{0,5}}?(?:is|was|said) ?:? ?(\d{{3}}[ \-]?\d{{3}}|\d{{4,8}})(?![0-9A-Za-z]|[.\-]\d)|{_NOT_CODE}code ?[:=] ?(\d{{3}} ?\d{{3}})(?! ?\d)"
    r"|(?<![误态返回编形条货号串尺数乱源代解机电邮政板率])码(?:就是|是|为) ?(\d{4,8}|\d{3} \d{3})(?![0-9A-Za-z]|[.\-]\d)"
    r"|(?<![0-9A-Za-z.\-])(G-\d{6})(?!\d)|(?<![0-9A-Za-z.\-:#])(\d{4,8})(?=(?:那个|这个)?(?:验证码|校验码|动态码)(?!收不到|错))"
    r"|(?:验证码|校验码|动态码)(?:是|为|:| )?(?=[A-Z]{0,6}\d|[A-Z]{6})([0-9A-Z]{5,8})(?![0-9A-Za-z])|(?:验证码|校验码|动态码|口令)[^\n0-9A-Za-z,。]{0,8}[,:] ?(\d{3}[ \-]?\d{3})(?=[,。 \n]|$)"
    r"|(?<![0-9A-Za-z.\-])(\d{4,8})(?=是[您你我]?的?[\u4e00-\u9fff]{0,6}(?:验证码|校验码|动态码))"
    r"|(?:验证码|校验码|动态码)[^0-9\n]{2,24}收到了? ?(\d{4,8})(?![0-9A-Za-z.\-:/%]|[元块年月日个条次分秒天人位])"
    r"|(?:发的|收到了?|给的|填的?) ?(\d{4,8})(?=[^0-9\n]{1,16}(?:验证码|校验码))"
    rf"|{_NOT_CODE}code (\d{{6}})(?![0-9A-Za-z]|[.\-]\d)"
    r"|(?<![0-9A-Za-z.\-])(\d{4,8})(?= as (?:the|my|a) [a-z\- ]{0,24}(?:code|otp|pin|password))|(?:text(?:ed)? (?:me )?(?:with )?(?:a )?|with (?:the )?)code (\d{4,8})(?![0-9A-Za-z])|(?:[新发用]的? ?|new |fresh |another |this )code ?(\d{4,8})(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z.\-])(?:[A-Z]-)?(\d{6})(?=[ ，,]{0,2}(?:(?:就?是|为)?(?:这个|我的|你的|您的|收到的|短信)?(?:验证码|校验码|动态码)(?!收不到|错)))"
    r"|(?:验证码|校验码)[^0-9\n]{2,24}(?<![码报错误单号是])[ :]?(?<![0-9A-Za-z.\-/:#])(\d{6})(?![0-9A-Za-z.\-:/%]|[元块年月日个条次分秒天人])"
    r"|(?<![0-9A-Za-z.\-/:#])(?<![码报错误单号是])(?<!code )(\d{6})(?![0-9A-Za-z.\-:/%]|[元块年月日个条次分秒天人])(?=[^0-9\n]{1,16}(?:验证码|校验码))"
    r"|(?<![0-9A-Za-z.])(?:[A-Z]-)?(\d{4,8})(?= is (?:your|my|the) [^\n.]{0,30}?(?:code|otp|pin|password)))"
)
_HAN_EMAIL = re.compile(r"[0-9A-Za-z_.\-\u4e00-\u9fff]{1,20}@[0-9A-Za-z_\-\u4e00-\u9fff]{1,20}\.[\u4e00-\u9fff]{2,4}")
_EMAIL = re.compile(
    r"(?:[0-9A-Za-z_][0-9A-Za-z_.+%&'~\-]{0,63})@(?:[0-9A-Za-z](?:[0-9A-Za-z\-]{0,61}[0-9A-Za-z])?\.){1,6}[A-Za-z]{2,24}"
)
_IN_URL = re.compile(r"://[^\s/@]*$")
_AT = r"\s?(?:@|\(at?\)|\[at?\]|\{at\}|[#*_]at[#*_]|艾特|圈a|圈A|＠|#(?=[0-9a-z\-]{2,20}\.(?:com|cn|net|org)(?![0-9a-z.])))\s?| at (?=[0-9A-Za-z\-]{1,30}(?: dot | ?点 ?|\(dot\)|\.))"
_DOT = r"\s?(?:\.|。|\(dot\)|\[dot\]|点|點| dot )\s?"
_SPELT_EMAIL = re.compile(
    rf"(?i)(?<![0-9A-Za-z])(?:[0-9A-Za-z_.\-]{{1,24}}(?: (?:dot|plus|underscore|dash) | ?点 ?| ?[\[(]dot[\])] ?)){{0,3}}[0-9A-Za-z][0-9A-Za-z_.+\-]{{0,40}}(?:{_AT})[0-9A-Za-z\-]{{1,30}}(?:{_DOT}[0-9A-Za-z\-]{{1,20}}){{0,2}}{_DOT}(?:com|cn|net|org|io|edu|gov|top|me|co|uk|hk|tw|sg|in|au|us|ca|de|fr|jp|info|biz|dev|app|ai|shop|store|xyz)(?![0-9A-Za-z])"
)
_HARMLESS = re.compile(
    r"(?i)[\W_]*(?:(?:the|a|an|your|my|reset|incorrect|wrong|required|invalid|correct|must|should|field|hint|manager|protected|policy|expired|not|and|or|for|was|is|has|"
    r"login|custom|through|provided|generator|length|strength|change|changed|null|true|false|none|string|account|username|yes|no|error|failed|set|here|this|that|stored|"
    r"passwords?|your_?password|example|secret|form|input|type|text|undefined|empty|same|too|weak|strong|only|also|being|never|always|still|working|accepted|case)[\W_]*"
    r"|\d{1,2}[-~]\d{1,2}\W*|\$?\{.*|<[a-z][\w\- ]*>?\W*|%[sd]\W*|\[\w+\]\W*|\*{3,}\W*|[`'].*[`']\W*|x{3,}\W*|[\W_]+)"
)
_OUTSIDE_URLS = (_PASSWORD, _PASSWORD_NEXT, _PASSWORD_AFTER, _PASSWORD_EN, _RESET_TO)
_VALUES = (*_OUTSIDE_URLS, _ISSUED, _SHARED, _SIGNS, _CHANGED_TO, _PASSPHRASE, _LOGIN, _COOKIE, _ASSIGNED)
_CUE = re.compile(  # without one of these words none of those, and no code, can be found
    r"[码密令]|口令|[账帐][号户]|验证|校验|短信|用户名|登录名|pass|pw|psw|secret|key|token|cred|code|otp|pin|2fa|mfa|captcha|cv[cv]|login|log in|user(?!:)|sess|seed|种子|jwt|auth|mysql|maria|mongo|redis|psql|-u |(?:reset|chang|set)[a-z]* |g-\d"
)


def secrets(view: View) -> Iterator[Candidate]:
    """Keys, URL tokens, passwords and one-time codes."""
    text = view.plain
    for match in _KEY.finditer(text):
        yield match.start(), match.end(), "SECRET"
    if "://" in text or "=" in text:
        for pattern in (_URL_TOKEN, _URL_RANDOM, _URL_USER, _URL_PATH):
            for match in pattern.finditer(text):
                yield *match.span(match.lastindex or 0), "URL_TOKEN"
    for match in _RANDOM.finditer(text):
        if not _in_url(text, match.start()):
            yield match.start(), match.end(), "SECRET"
    for pattern in (_REMOTE, _BACK):
        for match in pattern.finditer(text):
            yield *match.span(1), "SECRET"
    for match in _SPOKEN.finditer(text):
        long = len(match.group().split()) > 6 or any(map(str.isdigit, match.group()))
        yield match.start(), match.end(), "PHONE" if long else "SECRET"
    if _CUE.search(text.lower()):
        yield from _cued(view)


def _cued(view: View) -> Iterator[Candidate]:
    for pattern in _VALUES:
        for match in pattern.finditer(view.plain):
            start, end = match.span(match.lastindex or 0)
            if not _HARMLESS.fullmatch(view.plain, start, end) and not (
                pattern in _OUTSIDE_URLS and _in_url(view.plain, match.start())
            ):
                yield start, end, "SECRET"
    yield from _told(view)
    for match in _SECRET_CUE.finditer(view.plain):
        if any(c.isdigit() for c in match.group(1)):
            yield match.start(1), match.end(1), "SECRET"
    for pattern in (_CODE, _PLAIN_CODE) if _DIGITS.search(view.digits) else ():
        for match in pattern.finditer(view.digits):
            start, end = match.span(match.lastindex or 0)
            yield start, end, "SECRET"
            line = view.digits[end:].split("\n", 1)[0]
            for other in _AGAIN.finditer(view.digits, end, end + len(line)):  # 刚过期，再来一个 165898
                if len(other.group()) == end - start and other.start() < end + 40:
                    yield other.start(), other.end(), "SECRET"


def _in_url(text: str, at: int) -> bool:
    return _URL_BEFORE.search(text, max(0, at - 200), at) is not None


def _told(view: View) -> Iterator[Candidate]:
    """The first thing that looks like one, a little behind a word for a code, a password or a key."""
    cues = list(_TOLD.finditer(view.plain))
    ends = [cue.start() for cue in cues[1:]] + [len(view.plain)]
    for cue, end in zip(cues, ends, strict=False):
        until = min(cue.end() + _TOLD_WITHIN, end)
        found = _FOUND.search(view.plain, cue.end(), until)  # a value that was found already is the one
        until = found.start() if found else until
        kind = cue.lastgroup or ""
        for match in _SAID[kind].finditer(view.digits if kind == "code" else view.plain, cue.end(), until):
            bare = int(kind == "key")  # a key may look like a hash, unless a word says that it is one
            if match.end() < until + (until == len(view.plain)) and not any(
                k.start() < match.start() + 1 - bare and match.start() < k.end()
                for k in KEPT.finditer(view.plain, cue.end(), until)
            ):
                yield match.start(), match.end(), "SECRET"
                if kind != "code":
                    break


def emails(view: View) -> Iterator[Candidate]:
    """Addresses with @ in any width, and the ones spelt out: zhang艾特qq点com, jo (at) example (dot) org."""
    for pattern in (_EMAIL, _HAN_EMAIL, _SPELT_EMAIL) if "@" in view.plain else (_SPELT_EMAIL,):
        for match in pattern.finditer(view.plain):
            before = view.plain[max(0, match.start() - 80) : match.start()]
            if not match.group().startswith("git@") and not _IN_URL.search(before):  # addresses of software
                yield match.start(), match.end(), "EMAIL"
