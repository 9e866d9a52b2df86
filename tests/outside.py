"""The outside parts of the scaled-out form as real processes on loopback, to be killed and started again on the same
data: `chroma run`, and PostgreSQL where it is installed."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

P = TypeVar("P", bound="Part")
PATIENCE = 60  # seconds until a part must be up


class Part:
    """One outside program."""

    command: list[str]

    def __init__(self, folder: Path, user: str | None = None) -> None:
        self.folder, self.port, self._user = folder, free_port(), user
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return when it accepts connections."""
        self._process = subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=self._user
        )
        until = time.monotonic() + PATIENCE
        while not _listens(self.port):
            assert self._process.poll() is None, f"{self.command[0]} did not start"
            assert time.monotonic() < until, f"{self.command[0]} does not listen"
            time.sleep(0.1)

    def kill(self) -> None:
        """End it at once and without a word."""
        if self._process:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(self.last_signal)
            self._process.wait(PATIENCE)

    last_signal = signal.SIGKILL

    def hang(self) -> None:
        """Accept connections and answer nothing: worse than being gone."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)


class Chroma(Part):
    """A Chroma server; its data stay in `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.url = f"http://127.0.0.1:{self.port}"
        program = str(Path(sys.executable).parent / "chroma")
        if not Path(program).exists():
            program = shutil.which("chroma") or program
        self.command = [program, "run", "--host", "127.0.0.1", "--port", str(self.port), "--path", str(folder)]


class Postgres(Part):
    """A PostgreSQL cluster of its own; an ordinary user runs it, for it refuses root."""

    last_signal = signal.SIGQUIT  # "immediate shutdown": as after a crash, but no child keeps the memory

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, _ordinary_user())
        self.url = f"postgresql://desk@127.0.0.1:{self.port}/postgres"
        folder.mkdir(parents=True, exist_ok=True)
        if self._user:
            shutil.chown(folder, self._user)
            for above in folder.parents:  # tmp_path is for its owner only
                if above.stat().st_uid == os.getuid() and above != Path("/"):
                    above.chmod(above.stat().st_mode | 0o011)
        program = postgres() or "postgres"
        made = [str(Path(program).with_name("initdb")), "-D", str(folder), "-U", "desk", "--auth=trust", "-E", "UTF8"]
        subprocess.run([*made, "--no-sync"], check=True, capture_output=True, user=self._user)
        self.command = [program, "-D", str(folder), "-p", str(self.port), "-h", "127.0.0.1", "-k", "", "-F"]


def postgres() -> str:
    """The server's program, "" where PostgreSQL is not installed; Debian keeps it out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return shutil.which("postgres") or (str(found[-1]) if found else "")


@contextmanager
def running(part: P) -> Iterator[P]:
    part.start()
    try:
        yield part
    finally:
        part.kill()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _ordinary_user() -> str | None:
    if os.getuid():
        return None
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
