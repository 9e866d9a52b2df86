"""Plain transcripts of support chats become dialogues: who speaks is read from the lines."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from knowledge.parsing.dates import read_date, read_moment
from knowledge.parsing.exchanges import Dialogue, Turn, enter_dialogues
from knowledge.parsing.ledger import Ledger

_CUSTOMER = re.compile(
    r"(?i)^(客户|顾客|买家|用户|访客|会员|消费者|客人|customer|user|visitor|client|buyer|guest|contact|lead\b|end.?user|requester|incoming|inbound|c$|q$"
    r"|游客|业主|w[mo][a-z0-9_-]{6,}$)"  # the last: WeCom's ids of people outside
)
_MACHINE = re.compile(
    r"(?i)(机器人|智能客服|智能助手|自动回复|系统|机器|小助手|\bbot\b|chatbot|robot|^ai$|^assistant$|system|\bauto|^event|notice)"
)
_AGENT = re.compile(
    r"(?i)(客服|坐席|座席|人工|售后|售前|商家|卖家|旗舰店|专卖店|掌柜|小二|管家|技术支持|专员|顾问"
    r"|\b(from \w|team|outgoing|outbound|agent|support|staff|operator|seller|service|representative|rep|admin|advisor"
    r"|csr|human)\b|^a$)"
)
_TIME = (
    r"(?:(?:[A-Z][a-z]+\.? \d\d?, \d{4}|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[/.]\d{1,2}[/.]\d{4})[ T,，]*)?"
    r"(?:[上下]午|晚上)?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2}|\s?[AaPp][Mm])?"
    r"|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
)
AFTER_DAY = 12  # characters behind a date on a line of its own: 日 星期一; more is what somebody said
_WHO = r"[\[【<]?(?P<who>[^\s\d:：\[(（【<][^:：\n]{0,29}?)[\]】>]?"
_SAID = (
    re.compile(rf"^\s*[\[(（【](?P<time>{_TIME})[\])）】]\s*{_WHO}\s*[:：]\s*(?P<text>.*)$"),  # [10:02] 王小姐: …
    re.compile(rf"^\s*(?P<time>{_TIME})[\s,|-]+{_WHO}\s*[:：]\s*(?P<text>.*)$"),  # 2026-11-02 10:02 客服: …
    # ( 1m 5s ) Li: … and [客服 10:02] …
    re.compile(rf"^\s*\((?P<time>) *(?:\d+h *)?(?:\d+m *)?\d+s *\)\s*{_WHO}\s*[:：]\s*(?P<text>.*)$"),
    re.compile(rf"^\s*[\[【](?P<who>[^\[\]【】\n]{{1,29}}?)\s+(?P<time>{_TIME})[\]】]\s*[:：]?\s*(?P<text>.*)$"),
    re.compile(rf"^\s*(?P<time>{_TIME})\s+<(?P<who>[^<>\n]{{1,30}})>\s*(?P<text>.*)$"),  # 10:02 <客服> …
    # 店:小二(10:02): …
    re.compile(rf"^\s*(?P<who>\S[^\n(（]{{0,29}}?)\s*[(（](?P<time>{_TIME})[)）]\s*[:：]\s*(?P<text>.*)$"),
    re.compile(rf"^\s*{_WHO}\s+[\[(（【]?(?P<time>{_TIME})[\])）】]?\s*(?P<text>)$"),  # 客服 10:02, the words below
    re.compile(rf"^\s*{_WHO}\s*[\[(（【]?\s*(?P<time>{_TIME})\s*[\])）】]?\s*[:：]\s*(?P<text>.*)$"),  # 客服 10:02: …
    re.compile(rf"^\s*[\[(（【]?(?P<time>{_TIME})[\])）】]?\s+{_WHO}(?P<text>)\s*$"),  # 10:02 客服, the words below
)
_UNTIMED = re.compile(r"^\s*(?P<time>)(?P<who>[^\s:：\[\]<>/][^:：\n\[\]<>/。，？?]{0,19}?)\s*[:：>]\s*(?P<text>.*)$")
_NO_SPEAKER = re.compile(r"(?i)^(https?|日期|时间|会话|对话|工单|date|time|星期.|周.)$")
_RULE = re.compile(
    r"(?i)^\s*([-=*#_~—]{3,}.*|#+\s.*|(?:会话|对话|工单|conversation|session|ticket|chat)\s*(?:id|编号|号)?\s*[:：#]?\s*[\w-]*\d[\w-]*.*)$"
)


def role_of(speaker: str) -> str:
    """customer, agent, machine, or "" for a name that tells nothing."""
    name = speaker.strip()
    if _MACHINE.search(name):
        return "machine"
    return "customer" if _CUSTOMER.match(name) else "agent" if _AGENT.search(name) else ""


def read_transcript(text: str, ledger: Ledger) -> None:
    """Read a plain transcript; rules and headings part its conversations."""
    parts: list[list[tuple[int, str]]] = [[]]
    for number, line in enumerate(text.split("\n"), 1):
        if _RULE.match(line) and not _spoken(line, frozenset()):
            parts.append([(number, line)] if read_date(line) else [])
        elif line.strip():
            parts[-1].append((number, line))
    names = _names(text.split("\n"))
    dialogues, unread = [], 0
    for part in parts:
        turns, missed = read_turns(part, None, names)
        unread += missed
        dialogues.append(Dialogue(tuple(turns)))
    if unread:
        ledger.skip(1, "not_understood", rows=unread, count=unread)
    enter_dialogues(dialogues, ledger)


def read_turns(
    lines: Sequence[tuple[int, str]], start: datetime | None, names: frozenset[str] = frozenset()
) -> tuple[list[Turn], int]:
    """The messages of one conversation, and how many lines name no speaker.

    A line without speaker goes on with the message before it; a date on a line of its own sets the day.
    """
    turns: list[Turn] = []
    day, unread = start, 0
    for number, line in lines:
        if said := _spoken(line, names):
            who, time, text = said
            moment = _moment(time, day)
            day = moment or day
            turns.append(Turn(role_of(who), text.strip(), number, who.strip(" <>[]【】"), moment))
        elif (found := read_moment(line)) and len(line) <= 80 and len(re.split(r"\d", line)[-1].strip()) <= AFTER_DAY:
            day = found
        elif turns:
            last = turns[-1]
            turns[-1] = Turn(last.role, f"{last.text}\n{line.strip()}".strip(), last.line, last.speaker, last.time)
        elif line.strip():
            unread += 1
    return turns, unread


def _names(lines: Sequence[str]) -> frozenset[str]:
    """Names before a colon that begin several untimed lines, the first among them: speakers of unknown role."""
    found = [said["who"].strip() for line in lines if (said := _UNTIMED.match(line))]
    first = next((line for line in lines if line.strip() and not read_date(line)), "")
    if not found or not _UNTIMED.match(first):
        return frozenset()
    counts = Counter(found)
    return frozenset(name for name, count in counts.items() if count > 1 or name == found[0])


def _spoken(line: str, names: frozenset[str]) -> tuple[str, str, str] | None:
    found = next((found for pattern in _SAID if (found := pattern.match(line))), None)
    if found is None and (untimed := _UNTIMED.match(line)):
        who = untimed["who"].strip()
        found = untimed if role_of(who) or who in names else None
    if found is None or _NO_SPEAKER.match(found["who"].strip()):
        return None
    return found["who"], found["time"], found["text"]


def _moment(time: str, day: datetime | None) -> datetime | None:
    if not time:
        return day
    return read_moment(time) or (read_moment(f"{day:%Y-%m-%d} {time}") if day else None)
