"""Files as editors really make them: every row is imported or named, and nothing is mojibake."""

import pytest

from benchmarks.torture import TODAY, Case, cases
from benchmarks.torture_exports import exports
from knowledge.errors import SourceError
from knowledge.parsing import parse
from knowledge.types import Parsed, Source

ALL = (*cases(), *exports())
LAYERS = {"faq": "faq", "chat_logs": "chat_log", "changelog": "changelog"}


def read(case: Case) -> Parsed:
    source = Source(case.path, LAYERS[case.path.split("/")[0]], "")
    try:
        return parse(source, case.data, today=TODAY)
    except SourceError as fault:
        return Parsed((), (fault.problem,))


def test_the_set_holds_every_peculiarity() -> None:
    paths = [case.path for case in ALL]
    assert len(paths) >= 60
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.path)
def test_every_row_is_imported_or_named(case: Case) -> None:
    parsed = read(case)
    found = {(entry.title, entry.text) for entry in parsed.entries}
    missing = [want for want in case.rows if not any(want[0] == title and want[1] in text for title, text in found)]
    assert not missing
    assert len(parsed.entries) == len(case.rows)
    assert sum(problem.rows for problem in parsed.problems) == case.lost
    assert parsed.rows == len(parsed.entries) + len(parsed.held) + parsed.merged + case.lost


@pytest.mark.parametrize("case", [case for case in ALL if case.named], ids=lambda case: case.path)
def test_what_is_wrong_is_named_with_its_line(case: Case) -> None:
    named = {(problem.line, problem.code) for problem in read(case).problems}
    assert set(case.named) <= named
