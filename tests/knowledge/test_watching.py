import threading
from pathlib import Path

from knowledge.types import SyncReport
from knowledge.watching import Watcher
from tests.knowledge.homes import first_answer, open_home, write_faq

PATIENCE = 60  # seconds until a test gives up waiting; no figure of speed is tested here


class Switches:
    """Waits for the next switch."""

    def __init__(self) -> None:
        self._happened = threading.Semaphore(0)

    def __call__(self, report: SyncReport) -> None:
        self._happened.release()

    def wait(self) -> None:
        assert self._happened.acquire(timeout=PATIENCE)


def test_a_saved_file_is_served_and_a_vanished_folder_is_only_a_fault(tmp_path: Path) -> None:
    write_faq(tmp_path, "billing", {"怎么开发票？": "在订单页。"})
    knowledge, switches = open_home(tmp_path), Switches()
    watcher = Watcher(knowledge, switches)
    watcher.start()
    try:
        switches.wait()
        write_faq(tmp_path, "billing", {"怎么开发票？": "在“我的”里开。"})
        switches.wait()
        assert first_answer(knowledge, "怎么开发票") == "在“我的”里开。"
        (tmp_path / "kb_sources").rename(tmp_path / "away")
        for _ in range(PATIENCE * 10):
            if watcher.fault:
                break
            threading.Event().wait(0.1)
        assert "kb_sources" in watcher.fault
        assert first_answer(knowledge, "怎么开发票") == "在“我的”里开。"
        (tmp_path / "away").rename(tmp_path / "kb_sources")
    finally:
        watcher.stop()
        knowledge.close()
