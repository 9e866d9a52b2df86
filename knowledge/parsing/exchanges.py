"""Dialogues become exchanges: what a customer asked and a human agent answered, scrubbed before all else."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from knowledge import scrubbing
from knowledge.parsing.dates import read_date
from knowledge.parsing.ledger import LONGEST_TITLE, Details, Ledger
from knowledge.parsing.tags import readable

_GREETING = re.compile(
    r"(?i)^(您好|你好|你们好|亲|在吗|在么|在不在|有人吗|人呢|嗨|哈喽|(我要)?转?人工(客服)?|客服|谢谢(您|你)?|多谢|感谢"
    r"|好滴|好哒|好嘞|好吧|好的?|嗯呢|嗯|哦|行|可以的?|再见|收到|明白了?|知道了|没有了?|没了|没啦|没事了?|没问题|不用了?"
    r"|不是|是的?|对|麻烦(你|您)?了?|辛苦(你|您)?了?|那|吧|呢|啊|呀|哈|了|还有"
    r"|hi|hello|hey|good (morning|afternoon|evening)|there|anyone|ok|okay|thanks?|thank you|thx|bye|yes|no|great)+$"
)
_SILENT = re.compile(r"<[A-Z_]+\d*>|\[[^\]]{1,4}[xX]\]|[\W\d_]+")  # placeholders, numbers and pictures ask nothing
_OFFERING = re.compile(
    r"(?i)有什么.{0,12}帮|还有.{0,12}帮|高兴为(您|你)服务|为(您|你)查询|请稍(等|候)|稍等一?下"
    r"|how (can|may) (i|we) help|anything else|one moment|let me check|please (wait|hold)"
)
OFFER = 40  # characters; a longer reply that also asks to wait says something beside
_PHRASE = re.compile(r"[\s,，.。!！~～?？、;；:：]+")


@dataclass(frozen=True, slots=True)
class Turn:
    role: str  # customer, agent, machine, or "" when it is not known
    text: str
    line: int
    speaker: str = ""
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One conversation in order; `private` are (type, value) pairs of its structured columns, never to be ingested."""

    turns: tuple[Turn, ...]
    resolved: bool | None = None
    private: tuple[tuple[str, str], ...] = ()


Dropped = dict[str, list[Turn]]  # messages that enter no exchange, by reason


def enter_dialogues(dialogues: Sequence[Dialogue], ledger: Ledger) -> None:
    """Enter every message: as part of an exchange, held for an editor, or as dropped for a reason."""
    agents = _regular_speakers(dialogues)
    dropped: Dropped = defaultdict(list)
    undated = []
    for dialogue in dialogues:
        if dialogue.turns and not _enter(replace(dialogue, turns=_with_roles(dialogue.turns, agents)), dropped, ledger):
            undated.append(dialogue.turns[0].line)
    for code, turns in dropped.items():
        if turns:
            _report(code, [turn.line for turn in turns], ledger)
    if undated:
        ledger.note(undated[0], "chat_undated", count=len(undated))


def _report(code: str, lines: Sequence[int], ledger: Ledger) -> None:
    """One problem a reason and file, with the lines."""
    shown = "、".join(map(str, list(dict.fromkeys(lines))[:12])) + ("…" if len(set(lines)) > 12 else "")
    ledger.skip(lines[0], code, rows=len(lines), count=len(lines), lines=shown)


def _regular_speakers(dialogues: Sequence[Dialogue]) -> frozenset[str]:
    """Speakers of unknown role who are in several dialogues: the agents of the desk."""
    unknown = [{turn.speaker for turn in dialogue.turns if not turn.role} for dialogue in dialogues]
    seen = Counter(name for names in unknown for name in names)
    return frozenset(name for name, count in seen.items() if name and count > 1 and count * 2 >= len(dialogues) / 4)


def _with_roles(turns: Sequence[Turn], agents: frozenset[str]) -> tuple[Turn, ...]:
    """Fill in the role of an unknown speaker where the others leave only one."""
    known = {turn.role for turn in turns}
    unknown = {turn.speaker for turn in turns if not turn.role}
    given = dict.fromkeys(unknown & agents, "agent")
    rest = unknown - given.keys()
    if "agent" in known or given:
        given |= dict.fromkeys(rest, "customer")
    elif "customer" in known and len(rest) == 1:
        given |= dict.fromkeys(rest, "agent")
    return tuple(replace(turn, role=turn.role or given.get(turn.speaker, "")) for turn in turns)


def _enter(dialogue: Dialogue, dropped: Dropped, ledger: Ledger) -> bool:
    """Enter the exchanges of one dialogue; False when they have no date to grow old by."""
    turns = dialogue.turns
    if dialogue.resolved is False:
        dropped["chat_unresolved"] += turns
        return True
    if not {"agent", "customer"} <= {turn.role for turn in turns} and any(not turn.role for turn in turns):
        dropped["unknown_roles"] += turns
        return True
    names = sorted({turn.speaker for turn in turns} - {""})
    private = [*dialogue.private, *(("NAME", name) for name in names)]
    clean = scrubbing.scrub_dialogue([(turn.role, readable(turn.text)) for turn in turns], private, ledger.lists)
    scrubbed = [replace(turn, text=said.text) for turn, said in zip(turns, clean, strict=True)]
    day = _day(turns, ledger.source.path)
    entered = []
    for asked, answered in _exchanges(scrubbed, dropped):
        own = max((turn.time.date() for turn in (*asked, *answered) if turn.time), default=day)
        entered.append(_enter_exchange(asked, answered, own, dropped, ledger))
    return day is not None or not any(entered)


def _day(turns: Sequence[Turn], path: str) -> date | None:
    times = [turn.time for turn in turns if turn.time]
    return max(times).date() if times else read_date(path.rsplit("/", 1)[-1])


def _exchanges(turns: Sequence[Turn], dropped: Dropped) -> Iterator[tuple[list[Turn], list[Turn]]]:
    """Customer's turns and the agent's that follow them, in pairs; what pairs with nothing is dropped."""
    asked: list[Turn] = []
    answered: list[Turn] = []
    for turn in turns:
        if not turn.text.strip():
            dropped["chat_empty"].append(turn)
        elif turn.role not in ("customer", "agent"):
            dropped["chat_machine"].append(turn)
        elif turn.role == "customer":
            if answered:
                yield asked, answered
                asked, answered = [], []
            asked.append(turn)
        elif asked:
            answered.append(turn)
        else:
            dropped["chat_small_talk"].append(turn)
    if answered:
        yield asked, answered
    else:
        dropped["chat_small_talk"] += asked


def _enter_exchange(
    asked: list[Turn], answered: list[Turn], day: date | None, dropped: Dropped, ledger: Ledger
) -> bool:
    """Enter one exchange without its greetings; False when nothing else was said."""
    wordings = [turn.text for turn in asked if not _is_small_talk(turn.text)]
    replies = [turn.text for turn in answered if not (_is_small_talk(turn.text) or _only_offers(turn.text))]
    if not wordings or not replies:
        dropped["chat_small_talk"] += [*asked, *answered]
        return False
    title, text = " ".join(" ".join(wordings).split())[:LONGEST_TITLE], "\n".join(replies)
    ledger.merge(len(asked) + len(answered) - 1)
    if left := scrubbing.residue(f"{title}\n{text}"):
        ledger.hold(title, text, asked[0].line, Details(updated=day), tuple(sorted(set(left))))
    else:
        ledger.add(title, text, asked[0].line, "exchange", Details(updated=day))
    return True


def _only_offers(text: str) -> bool:
    return len(text) <= OFFER and bool(_OFFERING.search(text))


def _is_small_talk(text: str) -> bool:
    """Whether `text` neither asks nor tells: greetings, thanks, pictures, a bare order number."""
    return not _SILENT.sub("", text) or bool(_GREETING.match(_PHRASE.sub("", text)))
