"""Keeps the index in step while the app runs: one thread syncs when files change, another's switch is followed.

A fault is kept for the screen, and tried again at the next change or after a while; the live generation goes on.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from knowledge.knowledge_base import KnowledgeBase
from knowledge.types import SyncReport

log = logging.getLogger("deskmate.watching")

BATCH_MS = 400  # changes within it are one sync: an editor's save is several writes
LOOK_MS = 500  # how soon another process's switch or rollback is followed
RETRY = 300  # seconds after which a failed sync is tried again: another writer is done, a disk has space
PAUSE = 2  # seconds between two looks at a folder that is gone


class Watcher:
    """The thread and what it did last. `report` and `fault` are for the knowledge page."""

    def __init__(self, knowledge: KnowledgeBase, on_switch: Callable[[SyncReport], None] | None = None) -> None:
        self.report: SyncReport | None = None
        self.fault = ""
        self._knowledge, self._on_switch = knowledge, on_switch
        self._stopping = threading.Event()
        self._day, self._tried = date.min, 0.0
        self._thread = threading.Thread(target=self._run, name="deskmate-watcher", daemon=True)

    def start(self) -> None:
        """Sync once, then whenever something changes."""
        self._thread.start()

    def stop(self) -> None:
        """Return when the thread has ended; a sync under way is finished first."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._follow()
            except Exception as fault:  # noqa: BLE001  the desk goes on with the index it has
                self._fail(fault)
            self._stopping.wait(PAUSE)

    def _follow(self) -> None:
        """Sync whenever something changes, until the folder is another one or gone."""
        from watchfiles import watch

        folder, begun = self._folder(), False
        if folder is None:
            self._sync()  # for its fault, and for a folder that comes back at this moment
            return
        changes = watch(
            self._knowledge.sources,
            watch_filter=self._is_source,
            debounce=BATCH_MS,
            stop_event=self._stopping,
            rust_timeout=LOOK_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
        )
        for changed in changes:  # what changes during a sync waits here for the next round
            self._knowledge.refresh()
            if not begun or changed or self._is_due():
                begun = True
                self._sync()
            if self._folder() != folder:
                return

    def _folder(self) -> int | None:
        """Which folder kb_sources/ is: a mount that went or came is another one, and its watch sees nothing."""
        try:
            return self._knowledge.sources.stat().st_ino
        except OSError:
            return None

    def _is_due(self) -> bool:
        """A day began (entries enter and leave by date), or a failed sync has waited long enough."""
        return date.today() != self._day or bool(self.fault and time.monotonic() > self._tried + RETRY)

    def _is_source(self, _: object, path: str) -> bool:
        """Everything but unfinished and hidden files, so that layers, golden questions and decisions count too."""
        return not Path(path).name.startswith((".", "~$")) and not path.endswith((".tmp", ".swp", "~"))

    def _sync(self) -> None:
        self._day, self._tried = date.today(), time.monotonic()
        try:
            report = self._knowledge.sync(automatic=True)
        except Exception as fault:  # noqa: BLE001  whatever it is, it is tried again at the next change
            self._fail(fault)
            return
        self.report, self.fault = report, ""
        if report.switched:
            log.info("event=switched generation=%s seconds=%s", report.generation, report.seconds)
            if self._on_switch:
                self._on_switch(report)

    def _fail(self, fault: Exception) -> None:
        self.fault = str(fault)
        log.warning("event=sync_failed fault=%s", fault)
