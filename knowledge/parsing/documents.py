"""DOCX and PDF become Markdown through markitdown, an extra that is installed on demand."""

import importlib.util
import io

from knowledge.parsing.problems import refuse
from knowledge.parsing.workbooks import has_formulas


def document_text(data: bytes, suffix: str, name: str) -> str:
    """The document `name` as Markdown. Raises SourceError without the extra, or for a damaged file."""
    if importlib.util.find_spec("markitdown") is None:
        raise refuse(name, "no_converter", suffix=suffix)
    if suffix == ".docx":
        has_formulas(data, name)  # for the limits that it holds to
    from markitdown import MarkItDown, StreamInfo

    try:
        kind = StreamInfo(extension=suffix)
        text = str(MarkItDown(enable_plugins=False).convert_stream(io.BytesIO(data), stream_info=kind).markdown)
    except Exception as fault:  # the converters behind it raise whatever a broken file makes them stumble over
        raise refuse(name, "damaged", detail=type(fault).__name__) from fault
    if text.startswith("%PDF"):  # its last resort is to take the file for text
        raise refuse(name, "damaged", detail="no PDF")
    return text
