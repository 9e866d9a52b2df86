"""DOCX and PDF become Markdown through markitdown, an extra that is installed on demand."""

import importlib.util
import io
import zipfile

from knowledge.parsing.grids import MAX_UNPACKED
from knowledge.parsing.problems import refuse


def document_text(data: bytes, suffix: str, name: str) -> str:
    """The document `name` as Markdown. Raises SourceError without the extra, or for a damaged file."""
    if importlib.util.find_spec("markitdown") is None:
        raise refuse(name, "no_converter", suffix=suffix)
    _check_size(data, suffix, name)
    from markitdown import MarkItDown, StreamInfo

    try:
        kind = StreamInfo(extension=suffix)
        text = str(MarkItDown(enable_plugins=False).convert_stream(io.BytesIO(data), stream_info=kind).markdown)
    except Exception as fault:  # the converters behind it raise whatever a broken file makes them stumble over
        raise refuse(name, "damaged", detail=type(fault).__name__) from fault
    if text.startswith("%PDF"):  # its last resort is to take the file for text
        raise refuse(name, "damaged", detail="no PDF")
    return text


def _check_size(data: bytes, suffix: str, name: str) -> None:
    if suffix != ".docx":
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile as fault:
        raise refuse(name, "damaged", detail=str(fault)) from fault
    if size > MAX_UNPACKED:
        raise refuse(name, "zip_bomb", size=size // 2**20, limit=MAX_UNPACKED // 2**20)
