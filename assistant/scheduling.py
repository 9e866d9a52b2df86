"""A weekly re-index by the machine's own clock: a systemd timer of the user, or a line for cron."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from string import Template

from assistant.settings import SHIPPED

UNITS = SHIPPED / "deploy" / "systemd"
TIMER = "deskmate-reindex.timer"


class ScheduleError(Exception):
    """The timer cannot be installed: names the fault and the remedy."""


def units(home: Path) -> dict[str, str]:
    """The systemd units for `home`, by file name."""
    values = {"kb": str(_program()), "home": str(home)}
    return {
        path.name: Template(path.read_text(encoding="utf-8")).substitute(values)
        for path in sorted(UNITS.glob("deskmate-reindex.*"))
    }


def cron_line(home: Path) -> str:
    """The same for crontab -e; its mail holds what needs an editor."""
    return f"30 3 * * 0 {shlex.quote(str(_program()))} reindex --home {shlex.quote(str(home))}".replace("%", r"\%")


def install(home: Path) -> tuple[Path, ...]:
    """Write the units for the current user and start the timer. Raises ScheduleError."""
    if not shutil.which("systemctl"):
        raise ScheduleError(f"there is no systemd here; add this line by crontab -e: {cron_line(home)}")
    folder = Path.home() / ".config" / "systemd" / "user"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in units(home).items():
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    for command in (["daemon-reload"], ["enable", "--now", TIMER]):
        done = subprocess.run(["systemctl", "--user", *command], capture_output=True, text=True, check=False)
        if done.returncode:
            told = (done.stderr.strip().splitlines() or ["systemctl failed"])[0]
            raise ScheduleError(f"systemctl: {told}; log in as that user, or add by crontab -e: {cron_line(home)}")
    return tuple(written)


def _program() -> Path:
    return Path(sys.executable).with_name("kb")
