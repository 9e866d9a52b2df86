"""The problems that an editor can meet (problems.toml), filled with the facts of one place."""

import tomllib
from functools import cache
from pathlib import Path

from knowledge.errors import SourceError
from knowledge.types import Problem, Severity

_FILE = Path(__file__).with_name("problems.toml")


def problem(file: str, line: int, code: str, rows: int = 0, **facts: object) -> Problem:
    """Word the problem `code` of `file`; `rows` rows of the file were not imported because of it."""
    severity, message, remedy = _words()[code]
    said = {**facts, "rows": rows}
    return Problem(file, max(line, 1), severity, code, message.format(**said), remedy.format(**said), rows)


def refuse(file: str, code: str, **facts: object) -> SourceError:
    """The error that says that `file` cannot be read at all; the caller raises it."""
    return SourceError(problem(file, 1, code, 0, **facts))


@cache
def _words() -> dict[str, tuple[Severity, str, str]]:
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {code: (words["severity"], words["message"], words["remedy"]) for code, words in tables.items()}
