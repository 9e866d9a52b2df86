"""What the window, an answer and a report say: the same in both languages, and each in its own."""

import json
import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from web.texts import language_of_browser

ROOT = Path(__file__).parent.parent.parent
PARTS = {
    (name, part): languages
    for name in ("web/texts.toml", "assistant/wording.toml")
    for part, languages in tomllib.loads((ROOT / name).read_text(encoding="utf-8")).items()
}
HAN = re.compile(r"[\u3400-\u9fff]")


def test_both_languages_say_the_same_things_with_the_same_values() -> None:
    def values(text: str) -> set[str | None]:
        return {field for _, field, _, _ in Formatter().parse(text) if field}

    for part in PARTS.values():
        assert part["zh"].keys() == part["en"].keys()
        for key, chinese in part["zh"].items():
            assert values(chinese) == values(part["en"][key]), key


def test_english_texts_hold_no_chinese_but_the_name_of_the_language() -> None:
    english = [text for part in PARTS.values() for text in part["en"].values()]
    assert [text for text in english if HAN.search(text.replace("中文", ""))] == []


def test_chainlits_own_parts_are_translated_whole() -> None:
    zh, en = (
        _leaves(json.loads((ROOT / f".chainlit/translations/{tag}.json").read_text())) for tag in ("zh-CN", "en-US")
    )
    assert zh.keys() == en.keys()
    assert [path for path, text in en.items() if HAN.search(text)] == []
    assert [path for path, text in zh.items() if not HAN.search(text)] == ["navigation.user.menu.settingsKey"]


@pytest.mark.parametrize("name", ["AnswerCard", "SourceCard"])
def test_each_element_has_its_texts_in_both_languages(name: str) -> None:
    source = (ROOT / f"public/elements/{name}.jsx").read_text()
    zh, en = re.search(r"const TEXTS = \{\s*zh: \{(.*?)\n?\s*\},?\s*en: \{(.*?)\}\s*\n?\};", source, re.DOTALL).groups()  # type: ignore[union-attr]
    bare = [re.sub(r"'[^']*'|`[^`]*`", "''", part) for part in (zh, en)]
    keys = [set(re.findall(r"(?:^|[,{\s])(\w+): ", part)) for part in bare]
    assert keys[0] == keys[1]
    assert not HAN.search(en)


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"HTTP_COOKIE": "a=1; deskmate_lang=en-US", "HTTP_ACCEPT_LANGUAGE": "zh-CN"}, "en"),
        ({"HTTP_ACCEPT_LANGUAGE": "zh-TW,zh;q=0.9"}, "zh"),
        ({"HTTP_ACCEPT_LANGUAGE": "de-DE"}, "en"),
        ({}, "zh"),
    ],
)
def test_the_interface_language_is_the_cookies_then_the_browsers(environ: dict[str, str], language: str) -> None:
    assert language_of_browser(environ, "zh") == language


def _leaves(tree: dict[str, object], path: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in tree.items():
        found |= _leaves(value, f"{path}{key}.") if isinstance(value, dict) else {f"{path}{key}": str(value)}
    return found
