"""What the running window holds: the desk, its users and its conversations. Opened once, by server.py or by app.py."""

import asyncio
from dataclasses import dataclass

from assistant.prompts import Prompts, load_prompts
from assistant.settings import Settings
from assistant.wiring import Desk, open_desk
from knowledge.watching import Watcher
from web.data_layer import MIGRATIONS, Conversations
from web.databases import Database, Postgres, Sqlite
from web.uploads import Shelf
from web.users import Users


@dataclass(frozen=True, slots=True)
class Window:
    """One opened home."""

    settings: Settings
    desk: Desk
    users: Users
    conversations: Conversations
    prompts: Prompts
    shelf: Shelf
    watcher: Watcher | None

    async def close(self) -> None:
        """Close what was opened."""
        if self.watcher:
            await asyncio.to_thread(self.watcher.stop)
        await self.conversations.close()
        await self.desk.close()


_open: list[Window] = []  # Chainlit runs app.py as a script without arguments, hence one place to find the window


def open_window(settings: Settings, desk: Desk | None) -> Window:
    """Open the home of `settings` for this process; `desk` stands in for the real one in tests."""
    watcher = None
    if desk is None:
        desk = open_desk(settings)
        if settings.watch:
            watcher = Watcher(desk.knowledge)
            watcher.start()
    users = Users(settings.home)
    users.create_samples()
    shelf = Shelf(settings.home, desk.knowledge.embedder)
    conversations = Conversations(_database(settings), on_delete=shelf.forget)
    prompts = load_prompts(settings.prompts)
    window = Window(settings, desk, users, conversations, prompts, shelf, watcher)
    _open[:] = [window]
    return window


def _database(settings: Settings) -> Database:
    if settings.conversations_url:
        return Postgres(settings.conversations_url, MIGRATIONS)
    return Sqlite(settings.home / "conversations.sqlite3", MIGRATIONS)


def window() -> Window | None:
    """The window of this process, None before it is opened."""
    return _open[0] if _open else None
