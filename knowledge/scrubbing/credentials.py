"""Secrets and e-mail: keys with known prefixes, passwords and one-time codes by their cue, tokens in URLs, addresses with @.

View in, spans on the plain text out. A secret without prefix, cue or URL looks like any other word: not promised.
"""

import re
from collections.abc import Iterator

from knowledge.scrubbing.normalising import View
from knowledge.scrubbing.numbers import Candidate

_KEY = re.compile(
    r"""(?<![0-9A-Za-z])(?:
      sk-[A-Za-z0-9_\-]{16,} | (?:sk|pk|rk)_(?:live|test)_[0-9A-Za-z]{10,} | gh[oprsu]_[0-9A-Za-z]{20,} | github_pat_[0-9A-Za-z_]{20,}
    | (?:AKIA|ASIA)[0-9A-Z]{16} | LTAI[0-9A-Za-z]{12,26} | AKID[0-9A-Za-z]{13,40} | AIza[0-9A-Za-z_\-]{30,} | xox[abprs]-[0-9A-Za-z\-]{10,}
    | glpat-[0-9A-Za-z_\-]{16,} | hf_[0-9A-Za-z]{20,} | npm_[0-9A-Za-z]{30,} | pypi-[0-9A-Za-z_\-]{20,} | SG\.[0-9A-Za-z_\-]{16,}\.[0-9A-Za-z_\-]{16,}
    | eyJ[0-9A-Za-z_\-]{6,}\.[0-9A-Za-z_\-]{6,}(?:\.[0-9A-Za-z_\-]*)? | ya29\.[0-9A-Za-z_\-]{16,} | gsk_[0-9A-Za-z]{20,} | dop_v1_[0-9a-f]{30,}
    | shp(?:at|ss|ca)_[0-9a-fA-F]{20,} | \d{8,10}:AA[0-9A-Za-z_\-]{30,}
    ) | -----BEGIN[ A-Z]{0,30}PRIVATE\ KEY-----[\s\S]{0,8000}?(?:-----END[ A-Z]{0,30}PRIVATE\ KEY-----|$)
      | (?<=[Bb]earer\ )[0-9A-Za-z_\-.=+/]{12,} | (?<=Basic\ )[0-9A-Za-z+/]{12,}={0,2}
    """,
    re.VERBOSE,
)
_URL_TOKEN = re.compile(
    r"(?i)(?<=[?&#;/])(?:[a-z_\-]*(?:token|ticket|secret|signature|sig|session|sessionid|password|passwd|pwd|auth|jwt|apikey|api_key|access_key|credential)|"
    r"sid|sign|key|code|otp|invite|share)=[^\s&#\"'<>，。；、）)\u4e00-\u9fff\ue000-\ue00f]{4,}"
)
_URL_USER = re.compile(
    r"(?<=://)[^\s/@:\u4e00-\u9fff\ue000-\ue00f]{0,64}:[^\s/@\u4e00-\u9fff\ue000-\ue00f]{1,128}(?=@)"
)
_URL_BEFORE = re.compile(r"://[^\s\u4e00-\u9fff]*$")
_VALUE = r"([\x21-\x7e]{4,64})"  # a password may hold any visible ASCII
_IS = r"(?: ?(?:就是|是|为|改成了?|改为|设成了?|设的是|叫|:|=|is|was) ?)"
_PASSWORD = re.compile(
    rf"(?:密码|口令|(?i:(?<![a-z])(?:password|passwd|pwd|passcode|passphrase|pass|psw|pw)(?![a-z]))){_IS}{{1,2}}[\"'“「]?{_VALUE}"
)
_PASSWORD_NEXT = re.compile(
    rf"(?:密码|口令|(?i:(?<![a-z(])(?:password|passwd|pwd|pass)(?![a-z]))) ?(?=\S{{0,63}}\d){_VALUE}"
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
_SECRET_CUE = re.compile(
    r"(?i:secret|api[ _-]?key|access[ _-]?key(?:[ _-]?(?:id|secret))?|appsecret|appkey|app[ _-]?secret|token|授权码|密钥|秘钥|私钥)"
    r"\s?(?:是|为|is|:|：|=)?\s?[\"']?([0-9A-Za-z_\-.+/=]{12,128})"
)
_CODE = re.compile(
    r"(?:验证码|校验码|动态码|动态密码|动态口令|短信码|安全码|取件码|提货码|激活码|兑换码|确认码|授权码|支付密码|"
    r"(?i:(?:verification|security|login|sms|auth(?:entication)?|confirmation|one[- ]time|2fa|access|reset|backup)[ -]?(?:pass)?codes?|code (?:i got|you sent|i received|from|sent)[^0-9\n.]{0,24}|(?:the|your|my) code(?: is)?|(?<![a-z])(?:otp|totp|2fa|mfa|captcha|(?:v|sms|verify|auth|captcha|check)_?code)(?![a-z])|(?<![a-z])cvv2?|(?<![a-z])cvc|(?<![a-z])pin(?: code)?))"
    r"[^0-9A-Za-z\n，。,;；\ue000-\ue00f]{0,8}?(?:\s?(?:is|was))?[:：=\s\"'「“(\[【]{0,4}([0-9A-Za-z]{0,2}[0-9][ \-]?[0-9A-Za-z]{1,3}[ \-]?[0-9A-Za-z]{0,6}[0-9])(?![0-9A-Za-z])"
)
_NOT_CODE = r"(?<!error )(?<!exit )(?<!status )(?<!return )(?<!response )(?<!promo )(?<!discount )(?<!product )(?<!zip )(?<!postal )(?<!country )(?<!source )(?<![a-z_])"
_PLAIN_CODE = re.compile(
    rf"(?i){_NOT_CODE}code (?:[a-z]+ ){{0,5}}?(?:is|was|said) ?:? ?(\d{{3}}[ \-]?\d{{3}}|\d{{4,8}})(?![0-9A-Za-z]|[.\-]\d)|{_NOT_CODE}code ?[:=] ?(\d{{6}})(?!\d)"
    r"|(?<![误态返回编形条货号串尺数乱源代解机电邮政板率])码(?:就是|是|为) ?(\d{4,8})(?![0-9A-Za-z]|[.\-]\d)"
    r"|(?<![0-9A-Za-z.\-])(?:[A-Z]-)?(\d{6})(?=[ ，,]{0,2}(?:(?:就?是|为)?(?:这个|我的|你的|您的|收到的|短信)?(?:验证码|校验码|动态码)(?!收不到|错)))"
    r"|(?:验证码|校验码)[^0-9\n]{2,24}(?<![码报错误单号是])[ :]?(?<![0-9A-Za-z.\-/:#])(\d{6})(?![0-9A-Za-z.\-:/%]|[元块年月日个条次分秒天人])"
    r"|(?<![0-9A-Za-z.\-/:#])(?<![码报错误单号是])(?<!code )(\d{6})(?![0-9A-Za-z.\-:/%]|[元块年月日个条次分秒天人])(?=[^0-9\n]{1,16}(?:验证码|校验码))"
    r"|(?<![0-9A-Za-z.])(?:[A-Z]-)?(\d{4,8})(?= is (?:your|my|the) [^\n.]{0,30}?(?:code|otp|pin|password))"
)
_HAN_EMAIL = re.compile(r"[0-9A-Za-z_.\-\u4e00-\u9fff]{1,20}@[0-9A-Za-z_\-\u4e00-\u9fff]{1,20}\.[\u4e00-\u9fff]{2,4}")
_EMAIL = re.compile(
    r"(?:[0-9A-Za-z_][0-9A-Za-z_.+%&'~\-]{0,63})@(?:[0-9A-Za-z](?:[0-9A-Za-z\-]{0,61}[0-9A-Za-z])?\.){1,6}[A-Za-z]{2,24}"
)
_IN_URL = re.compile(r"://[^\s/@]*$")
_AT = r"\s?(?:@|\(at\)|\[at\]|\{at\}|艾特|圈a|圈A|＠|#(?=(?:qq|163|126|gmail)))\s?| at (?=[0-9A-Za-z\-]{1,30}(?: dot |\(dot\)|\.))"
_DOT = r"\s?(?:\.|。|\(dot\)|\[dot\]|点|點| dot )\s?"
_SPELT_EMAIL = re.compile(
    rf"(?i)(?<![0-9A-Za-z])[0-9A-Za-z][0-9A-Za-z_.+\-]{{0,40}}(?:{_AT})[0-9A-Za-z\-]{{1,30}}(?:{_DOT}[0-9A-Za-z\-]{{1,20}}){{0,2}}{_DOT}(?:com|cn|net|org|io|edu|gov|top|me|co|uk|hk|tw)(?![0-9A-Za-z])"
)
_HARMLESS = re.compile(
    r"(?i)[\W_]*(?:(?:the|a|an|your|my|reset|incorrect|wrong|required|invalid|correct|must|should|field|hint|manager|protected|policy|expired|not|and|or|for|was|is|has|"
    r"login|custom|through|provided|generator|length|strength|change|changed|null|true|false|none|string|account|username|error|failed|set|here|this|that|stored|"
    r"passwords?|your_?password|example|secret|form|input|type|text|undefined|empty|same|too|weak|strong|only|also|being|never|always|still|working|accepted|case)[\W_]*"
    r"|\d{1,2}[-~]\d{1,2}\W*|\$?\{.*|<[a-z][\w\- ]*>?\W*|%[sd]\W*|\[\w+\]\W*|\*{3,}\W*|[`'].*[`']\W*|x{3,}\W*|[\W_]+)"
)


def secrets(view: View) -> Iterator[Candidate]:
    """Keys, URL tokens, passwords and one-time codes."""
    for match in _KEY.finditer(view.plain):
        yield match.start(), match.end(), "SECRET"
    for pattern in (_URL_TOKEN, _URL_USER):
        for match in pattern.finditer(view.plain):
            yield match.start(), match.end(), "URL_TOKEN"
    for pattern in (_PASSWORD, _PASSWORD_NEXT):
        for match in pattern.finditer(view.plain):
            in_url = _URL_BEFORE.search(view.plain, max(0, match.start() - 200), match.start())
            if not in_url and not _HARMLESS.fullmatch(match.group(1)):
                yield match.start(1), match.end(1), "SECRET"
    for pattern in (_LOGIN, _COOKIE, _ASSIGNED):
        for match in pattern.finditer(view.plain):
            if not _HARMLESS.fullmatch(match.group(match.lastindex or 0)):
                yield *match.span(match.lastindex or 0), "SECRET"
    for match in _SECRET_CUE.finditer(view.plain):
        if any(c.isdigit() for c in match.group(1)):
            yield match.start(1), match.end(1), "SECRET"
    for pattern in (_CODE, _PLAIN_CODE):
        for match in pattern.finditer(view.digits):
            yield *match.span(match.lastindex or 0), "SECRET"


def emails(view: View) -> Iterator[Candidate]:
    """Addresses with @ in any width, and the ones spelt out: zhang艾特qq点com, jo (at) example (dot) org."""
    for pattern in (_EMAIL, _HAN_EMAIL, _SPELT_EMAIL) if "@" in view.plain else (_SPELT_EMAIL,):
        for match in pattern.finditer(view.plain):
            before = view.plain[max(0, match.start() - 80) : match.start()]
            if not match.group().startswith("git@") and not _IN_URL.search(before):  # addresses of software
                yield match.start(), match.end(), "EMAIL"
