"""The sample company's chat templates become chat logs dated relative to today, so that the age limit is seen to work.

Templates lie in kb_sources/_samples/chat_logs/ ("_" folders are never indexed) and say "-3d 10:02" where an export says
a time. A home without templates is not a sample company: nothing is written there.
"""

import os
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

FRESH_FOR = timedelta(days=7)  # older than this and the 30-day window would soon begin to empty
_RELATIVE = re.compile(r"(?<![\w-])-(\d{1,3})d (\d\d:\d\d)(?!\d)")
_WRITTEN = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d) \d\d:\d\d:00")


@dataclass(frozen=True, slots=True)
class Seeded:
    """Files written now, and files left because they are fresh enough; POSIX paths relative to kb_sources/."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def seed(sources: Path, *, today: date, force: bool = False) -> Seeded:
    """Write chat_logs/seeded_* from the templates of `sources` where they are missing, stale, or when forced."""
    written, kept = [], []
    samples = (sources / "_samples" / "chat_logs").glob("*")
    for template in sorted(path for path in samples if path.suffix in (".csv", ".jsonl")):
        target = sources / "chat_logs" / f"seeded_{template.name}"
        if not force and _is_fresh(target, today):
            kept.append(target.relative_to(sources).as_posix())
            continue
        _write(target, dated(template.read_text(encoding="utf-8"), today))
        written.append(target.relative_to(sources).as_posix())
    return Seeded(tuple(written), tuple(kept))


def dated(text: str, today: date) -> str:
    """Replace every "-3d 10:02" by the time of day three days before `today`."""
    return _RELATIVE.sub(lambda found: f"{today - timedelta(days=int(found[1]))} {found[2]}:00", text)


def _is_fresh(target: Path, today: date) -> bool:
    """True when the newest time in `target` is at most FRESH_FOR away from `today` (a clock set back counts too)."""
    if not target.exists():
        return False
    times = [date.fromisoformat(found) for found in _WRITTEN.findall(target.read_text(encoding="utf-8"))]
    return bool(times) and abs(today - max(times)) <= FRESH_FOR


def _write(target: Path, text: str) -> None:
    """Replace the file in one step, so that a watcher never reads half of it; its unfinished name is never a source."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.part")
    unfinished.write_text(text, encoding="utf-8", newline="")
    os.replace(unfinished, target)
