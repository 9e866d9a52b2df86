"""Headings of changelogs: which version, when, released or not; and which kind of change a heading or an item names."""

import html
import re
from dataclasses import dataclass
from datetime import date

from knowledge.parsing.dates import read_date

_STAGES = "a|b|c|rc|alpha|beta|dev|pre|post|next|canary|snapshot|m|sp|hotfix"
_NUMBERS = (
    rf"\d+(?:\.\d+)+(?:\.[x*])?(?:[-.]?(?:{_STAGES})[-.]?\d*(?:\.\d+)*)?(?:\+[\w.]+)?"  # 1.2.0-beta.1+build
    r"|\d+\.x"
)
_DAY = r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
_VERSION = rf"(?:[\w./-]*[@%])?v?(?P<version>{_NUMBERS})"  # plugin@1.2.0
_NAMED = r"(?:(?:version|ver\.?|release|版本号?|第)\s*[:：]?\s*)"
_RELEASE = re.compile(
    rf"(?i)^\W*(?:{_DAY}\W+)?(?:{_NAMED}?{_VERSION}|{_NAMED}v?(?P<number>\d+)\b|v(?P<short>\d+)\b|[\w-]+\s+v?(?P<product>{_NUMBERS}))"
    r"(?![\w.]*\w*[.：:]\d)(?P<rest>.*)$"
)
_PLANS = "未发布|待发布|即将发布|开发中|计划中"
_UNRELEASED = re.compile(
    rf"(?i)^\W*(?:(?:unreleased|upcoming|next(?: release)?|coming soon|future|下一版本?)\b.{{0,120}}$|{_PLANS})"
)
_PLANNED = re.compile(rf"(?i)(unreleased|planned|upcoming|{_PLANS}|预计|计划|将于)")
_DATED = re.compile(
    r"(?i)^\W*(?:发布(?:日期|时间|于)|上线时间|日期|release date|released(?: on)?|date)?\W*"
    rf"(?:{_DAY}"
    r"|\d{1,2} [a-z]{3,9}\.? \d{4}|[a-z]{3,9}\.? \d{1,2}, \d{4})\W*(?:[(（][^()（）]{0,20}[)）])?\W*$"
)
_REST = re.compile(  # what may follow a version in a heading: a date, brackets, a name after a dash
    r"(?i)^[\s\W]*(?:\(.*\)|（.*）|\[.*\]|【.*】|yanked|\d{4}.*|.{0,12}\d{4}.*|[-–—:：~].{0,80}|[\"“「].*)?[\s\W]*$"
)
LONGEST = 160  # characters of a heading; a longer line is prose
_CATEGORIES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?i)^\W*(?:{words})"))
    for name, words in (
        ("Security", r"security|vulnerabilit|cve\b|安全|漏洞"),
        ("Deprecated", r"deprecat|废弃|弃用|即将移除|不推荐|🗑"),
        ("Removed", r"remov|delet|drop|移除|删除|去除|下线|停止|取消|➖"),
        ("Fixed", r"fix|bug|hotfix|patch|revert|修复|修正|解决|问题|缺陷|错误|🐞|🐛|🚑"),
        (
            "Added",
            r"add|(?:what'?s )?new\b|feat|introduc|support|新增|新功能|新?特性|增加|添加|支持|功能|上线|🆕|✨|🌟|🎉|➕",
        ),
        (
            "Changed",
            r"chang|improv|updat|upgrad|perf|refactor|enhanc|break|miscell|chore|docs?\b|document|build|tests?\b|ci\b"
            r"|style|other|optimi|code|depend|continuous|developer|变更|更改|变化|调整|优化|改进|改善|重构|升级|更新"
            r"|完善|兼容|不兼容|文档|其他|破坏|🔥|⚠|💥|⚡|💄|🛠|♻|📦|🌐|🇮|📖|📝|♿|⌨|🤖|🎨|🚀|💫|🔧",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Release:
    version: str  # "Unreleased" where it has none
    line: int
    released: bool = True
    day: date | None = None
    yanked: bool = False
    url: str = ""


def read_release(shown: str, line: int, today: date, strict: bool = False) -> Release | None:
    """The release that a heading names; `strict`: for a paragraph, which must name nothing else."""
    shown = html.unescape(shown).strip()
    if len(shown) > LONGEST or "\n" in shown:
        return None
    if _UNRELEASED.match(shown) and not (strict and len(shown) > 20):
        return Release("Unreleased", line, released=False)
    if _DATED.match(shown) and not strict:
        day = read_date(shown)
        return Release(str(day), line, day=day, released=not (day and day > today))
    found = _RELEASE.match(shown)
    if not found or not _REST.match(found["rest"]) or (strict and not (read_date(shown) and len(shown) < 60)):
        return None
    version = found["version"] or found["product"] or found["number"] or found["short"]
    days = [day for part in re.split(r"[(（)）]|\s[-–—~至到/]\s", found["rest"]) if (day := read_date(part))]
    day = max(days, default=None) or read_date(shown[: found.start("rest")].removesuffix(version))
    released = not _PLANNED.search(found["rest"]) and not (day and day > today)
    yanked = bool(re.search(r"(?i)yanked|已撤回|已撤销", found["rest"]))
    return Release(version, line, released, day, yanked)


def category_of(text: str) -> str:
    """Added, Changed, Deprecated, Removed, Fixed or Security, by how a text begins; "" if it does not tell."""
    return next((name for name, pattern in _CATEGORIES if pattern.match(text)), "")


def is_date(shown: str) -> bool:
    """Whether a line holds a date and nothing else."""
    return bool(_DATED.match(shown))
