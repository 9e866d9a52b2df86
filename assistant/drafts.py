"""What agents would have answered: a draft file for the editors, which no index reads before an editor moves it.

In: a recorded turn and the right answer. Out: a Markdown file in kb_sources/_drafts/, in the form of a FAQ file.
"""

from datetime import date
from pathlib import Path

from assistant.journal import Record
from knowledge.scrubbing import load_lists, scrub

FOLDER = "_drafts"  # "_" keeps it out of the index; see kb_sources/_README.md


class DraftError(Exception):
    """A draft that cannot be written: names the folder and the remedy."""


def write_draft(sources: Path, record: Record, answer: str, user: str) -> Path:
    """Write a correction of `record` as a draft entry and return its file."""
    path = sources / FOLDER / f"{date.today().isoformat()}-{record.id[:8]}.md"
    lists = load_lists(sources)
    used = "、".join(record.citations) or "-"
    question, answer = (scrub(text, lists=lists).text for text in (record.question, answer))
    text = (
        f"<!-- {user} · {record.at[:16]}Z · {record.outcome} · {used} -->\n\n"
        f"### {' '.join(question.split())}\n\n{answer.strip()}\n"
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
