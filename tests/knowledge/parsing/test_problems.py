"""The problems that editors meet: bilingual, worded without holes, and explained in the editors' handbook."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
WORDS = tomllib.loads((ROOT / "knowledge" / "parsing" / "problems.toml").read_text(encoding="utf-8"))


def test_every_problem_is_worded_in_both_languages() -> None:
    for code, words in WORDS.items():
        assert words["severity"] in ("error", "warning", "info"), code
        for text in (words["message"], words["remedy"]):
            chinese, _, english = text.partition(" / ")
            assert re.search(r"[\u4e00-\u9fff]", chinese) or "{" in chinese, code
            assert english, code


def test_every_problem_is_explained_in_the_handbook_in_both_languages() -> None:
    handbook = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
    assert [code for code in WORDS if handbook.count(f"| `{code}` |") != 2] == []
