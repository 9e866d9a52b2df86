"""Files dropped into a conversation: judged by their content, read like any source, searched in this conversation only.

Each conversation with files has a small knowledge base of its own below HOME/.deskmate/attachments/, made by the same
road as the large one and deleted with the conversation.
"""

import asyncio
import logging
import re
import shutil
import threading
import uuid
import zipfile
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path, PurePosixPath

from assistant.answering import Assistant
from assistant.types import Done, Found, Question, TurnEvent
from knowledge.embedding import Embedder
from knowledge.errors import KnowledgeError
from knowledge.knowledge_base import KnowledgeBase
from knowledge.scrubbing.lists import EVERY_LAYER, FOLDER
from knowledge.types import Context, Query

log = logging.getLogger("deskmate.uploads")

LARGEST = 10 * 1024 * 1024  # bytes of one file
UNPACKED = 100 * 1024 * 1024  # bytes in an office file: an honest one holds ten times less
FILES = 20  # of one conversation
TEXTS = (".csv", ".tsv", ".md", ".txt")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # what Excel calls Unicode text
IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"II*\x00", b"MM\x00*")


class UploadError(Exception):
    """A file that is refused: `key` names the text to show, `detail` what was wrong."""

    def __init__(self, key: str, detail: str = "") -> None:
        self.key, self.detail = key, detail
        super().__init__(f"{key}: {detail}")


@dataclass(frozen=True, slots=True)
class Attachments:
    """The files of one conversation and how to search them."""

    folder: Path
    knowledge: KnowledgeBase

    def add(self, name: str, data: bytes) -> int:
        """Read one file; returns how many entries can now be asked about. Raises UploadError."""
        suffix = judge(name, data)
        sources = self.folder / "kb_sources" / "faq"
        sources.mkdir(parents=True, exist_ok=True)
        if len(list(sources.iterdir())) >= FILES:
            raise UploadError("upload_full")
        path = sources / (safe_stem(name) + suffix)
        path.write_bytes(data)
        try:
            report = self.knowledge.sync()
        except KnowledgeError as fault:
            path.unlink()
            raise UploadError("upload_broken", str(fault)) from fault
        found = sum(entry.source == f"faq/{path.name}" for entry in self.knowledge.entries())
        if not found:
            path.unlink()
            faults = [fault.message for fault in report.faults if fault.file.endswith(path.name)]
            raise UploadError("upload_broken", faults[0] if faults else "0")
        return found

    async def answer(self, assistant: Assistant, question: Question) -> AsyncGenerator[TurnEvent]:
        """Answer from the files; from the company's knowledge when they do not hold it."""
        own = assistant.over(self.knowledge)
        context = await asyncio.to_thread(self.knowledge.ground, Query(question.text), len)
        async with aclosing((own if context.answerable else assistant).answer(question)) as events:
            async for event in events:
                yield _relabelled(event) if context.answerable else event


class Shelf:
    """All conversations' attachments of one home."""

    def __init__(self, home: Path, embedder: Embedder) -> None:
        self._root = home / ".deskmate" / "attachments"
        self._embedder = embedder
        self._open: dict[str, Attachments] = {}
        self._lock = threading.Lock()

    def get(self, thread_id: str) -> Attachments | None:
        """The attachments of a conversation; None when it has none."""
        return self.open(thread_id) if self._folder(thread_id).is_dir() else None

    def open(self, thread_id: str) -> Attachments:
        """The attachments of a conversation, at first without any."""
        folder = self._folder(thread_id)
        with self._lock:
            if thread_id not in self._open:
                marker = folder / "kb_sources" / FOLDER / EVERY_LAYER
                marker.parent.mkdir(parents=True, exist_ok=True)
                marker.touch()  # what is kept of an attached file is de-identified, whatever its form
                knowledge = KnowledgeBase(folder / "kb_sources", folder / "index", self._embedder)
                self._open[thread_id] = Attachments(folder, knowledge)
            return self._open[thread_id]

    def forget(self, thread_id: str) -> None:
        """Delete the files of a conversation and everything made of them."""
        with self._lock:
            attachments = self._open.pop(thread_id, None)
        if attachments:
            attachments.knowledge.close()
        shutil.rmtree(self._folder(thread_id), ignore_errors=True)

    def _folder(self, thread_id: str) -> Path:
        return self._root / str(uuid.UUID(thread_id))  # a browser names conversations; a path is no name


def _relabelled(event: TurnEvent) -> TurnEvent:
    """The event with its passages shown as what they are: parts of an uploaded file, under its own name."""
    if isinstance(event, Found):
        return Found(event.query, _uploaded(event.context))
    if isinstance(event, Done):
        return Done(replace(event.turn, context=_uploaded(event.turn.context)))
    return event


def _uploaded(context: Context) -> Context:
    passages = (replace(one, layer="upload", source=one.source.removeprefix("faq/")) for one in context.passages)
    return replace(context, passages=tuple(passages))


def judge(name: str, data: bytes) -> str:
    """The suffix that the content deserves. Raises UploadError for anything that cannot be read."""
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if len(data) > LARGEST:
        raise UploadError("upload_big")
    if data.startswith(IMAGES):
        raise UploadError("upload_image")
    if data.startswith(b"%PDF-"):
        return ".pdf"
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    if suffix in TEXTS and (data.startswith(UTF_16) or b"\x00" not in data[:8192]):
        return suffix
    raise UploadError("upload_type")


def _office(data: bytes) -> str:
    """Tell a workbook from a document, and either from a bomb."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError) as fault:
        raise UploadError("upload_broken", str(fault)) from fault
    if sum(part.file_size for part in parts) > UNPACKED:
        raise UploadError("upload_big")
    names = {part.filename for part in parts}
    if "xl/workbook.xml" in names:
        return ".xlsx"
    if "word/document.xml" in names:
        return ".docx"
    raise UploadError("upload_type")


def safe_stem(name: str) -> str:
    """A file name without folders and signs, as an agent will recognise it."""
    stem = PurePosixPath(name.replace("\\", "/")).stem
    return re.sub(r"[^\w\u3400-\u9fff -]", "_", stem).strip(" _-.")[:60] or "file"
