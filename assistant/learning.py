"""What the desk learned becomes files for the editors: corrections and gaps as drafts, resolved talks as a chat log.

A draft is Markdown in the form of a FAQ file in kb_sources/_drafts/, which no index reads; moving it into faq/
publishes it.
"""

import csv
import hashlib
import os
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from assistant.gaps import Gap
from assistant.journal import SIGNALS, Journal, Record
from assistant.reports import normal
from knowledge.scrubbing import load_lists, scrub

FOLDER = "_drafts"  # "_" keeps it out of the index; see kb_sources/_README.md
SHOWN = 20  # turns of evidence in a draft; the journal has them all
ALIASES = 8  # wordings of a gap that become aliases
LEARNED = "chat_logs/deskmate_resolved.csv"
HEADER = ("会话ID", "时间", "角色", "内容", "会话状态")


class DraftError(Exception):
    """A draft that cannot be written: names the folder and the remedy."""


def write_draft(sources: Path, record: Record, answer: str, user: str) -> Path:
    """Write what an agent would have answered to `record` as a draft and return its file. Raises DraftError."""
    path = sources / FOLDER / f"{date.today().isoformat()}-{record.id[:8]}.md"
    lists = load_lists(sources)
    used = "、".join(record.citations) or "-"
    question, answer = (scrub(text, lists=lists).text for text in (record.question, answer))
    text = (
        f"<!-- {user} · {record.at[:16]}Z · {record.outcome} · {used} -->\n\n"
        f"### {_line(question)}\n\n{answer.strip()}\n"
    )
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise DraftError(f"{path.parent}: a draft was not written ({fault.strerror}); check permissions") from fault
    return path


def drafts(sources: Path) -> tuple[Path, ...]:
    """The drafts that wait for an editor, newest first."""
    return tuple(sorted((sources / FOLDER).glob("*.md"), key=lambda path: path.stat().st_mtime, reverse=True))


def write_drafts(sources: Path, gaps: tuple[Gap, ...]) -> dict[str, Path]:
    """Write a draft for each gap that has none yet; return the draft of each gap's question. Raises DraftError."""
    folder = sources / FOLDER
    there = {path: _asked(path.read_text(encoding="utf-8", errors="replace")) for path in sorted(folder.glob("*.md"))}
    written = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for gap in gaps:
            wordings = {normal(question) for question in gap.questions}
            known = next((path for path, asked in there.items() if asked & wordings), None)
            if known is None:
                known = folder / f"gap-{hashlib.sha256(normal(gap.question).encode()).hexdigest()[:8]}.md"
                known.write_text(draft(gap), encoding="utf-8")
            written[gap.question] = known
    except OSError as fault:
        raise DraftError(f"{folder}: a draft was not written ({fault.strerror}); check permissions") from fault
    return written


def draft(gap: Gap) -> str:
    """A gap as a FAQ entry in Markdown, its evidence in a comment."""
    counted = ", ".join(f"{kind} {count}" for kind, count in gap.kinds.items())
    lines = [f"kb gaps · {date.today()} · {gap.count} 次 / times · {counted}"]
    for one in gap.evidence[-SHOWN:]:
        notes = "".join(f" · {_line(note)}" for note in one.notes)
        lines.append(f"- {one.at[:16]}Z {'+'.join(one.kinds)}: {_line(one.question)}{notes} ({one.turn[:8]})")
    lines.append(
        "草稿：核对或写好答案，再把文件移到 faq/ 即发布。/ A draft: check or write the answer, then move it to faq/."
    )
    comment = "\n".join(lines).replace("--", "—")  # "--" would end the comment
    title, *others = dict.fromkeys(_line(question) for question in (gap.question, *gap.questions))
    aliases = "；".join(re.sub(r"[|｜；;]", "，", other) for other in others[:ALIASES])
    said = f"\n**相似问法**：{aliases}\n" if aliases else ""
    return f"<!--\n{comment}\n-->\n\n### {title}\n{said}\n{gap.proposed.strip()}\n"


def learn(sources: Path, journal: Journal, days: int) -> int:
    """Write the resolved turns of the last `days` as one chat log, scrubbed as the journal is; return how many."""
    since = datetime.now(UTC) - timedelta(days=days)
    good, wrong, right = set(), set(), {}
    for mark in journal.marks(since):
        if mark.kind in ("copied", "up"):
            good.add(mark.turn_id)
        elif mark.kind in SIGNALS:
            wrong.add(mark.turn_id)
        if mark.kind == "corrected":
            right[mark.turn_id] = mark.note
    rows = []
    for turn in journal.turns(since):
        answer = right.get(turn.id) or (turn.answer if _resolved(turn, good - wrong) else "")
        if answer:
            when = datetime.fromisoformat(turn.at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
            rows.append((turn.id[:12], when, "客户", turn.query or turn.question, "已解决"))
            rows.append((turn.id[:12], when, "客服", re.sub(r" ?\[\d+\]", "", answer), "已解决"))
    _replace(sources / LEARNED, rows)
    return len(rows) // 2


def _resolved(turn: Record, good: set[str]) -> bool:
    """Written by the model and found good by an agent; what is verbatim stands in the knowledge already."""
    return turn.outcome == "grounded" and turn.id in good


def _replace(path: Path, rows: Sequence[tuple[str, ...]]) -> None:
    """Write the log in one step; without rows there is no file."""
    if not rows:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    os.replace(unfinished, path)


def _asked(text: str) -> set[str]:
    """The questions that a draft answers: its titles and aliases."""
    titles = re.findall(r"^### (.+)$", text, re.MULTILINE)
    aliases = [one for line in re.findall(r"^\*\*相似问法\*\*：(.+)$", text, re.MULTILINE) for one in line.split("；")]
    return {normal(question) for question in (*titles, *aliases)}


def _line(text: str) -> str:
    return " ".join(text.split())
