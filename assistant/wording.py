"""What Deskmate itself says, in Chinese and English, from wording.toml: in answers, banners, notes and reports."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge.words import is_chinese

_FILE = Path(__file__).with_suffix(".toml")


@cache
def read_words(file: Path) -> dict[str, dict[str, dict[str, str]]]:
    """Part -> language -> key -> words, of one TOML file."""
    return tomllib.loads(file.read_text(encoding="utf-8"))


def words_of(part: str, language: str) -> Mapping[str, str]:
    """All words of one part: answer, banners, handover, gates, explain, report."""
    return read_words(_FILE)[part][language]


def language_of(text: str, otherwise: str = "zh") -> str:
    """ "zh" when there is a Han character, "en" when there are Latin letters only, else `otherwise`."""
    if is_chinese(text):
        return "zh"
    return "en" if re.search("[A-Za-z]{2}", text) else otherwise


def say(key: str, language: str) -> str:
    """One saying of an answer in one language."""
    return words_of("answer", language)[key]
