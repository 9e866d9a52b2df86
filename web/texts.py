"""What the window and its pages say, in Chinese and English, from texts.toml. Answers are worded elsewhere.

Texts of the answer card stand in public/elements/*.jsx, those of Chainlit's own parts in .chainlit/translations/.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from starlette.requests import cookie_parser

from assistant.wording import read_words

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
_FILE = Path(__file__).with_suffix(".toml")


def texts_of(part: str, language: Language) -> Mapping[str, str]:
    """All texts of one part: window, pages, source, dashboard, knowledge."""
    return read_words(_FILE)[part][language]


def text(key: str, language: Language, **values: object) -> str:
    """One text, with its values filled in."""
    return texts_of("window", language)[key].format(**values)


def language_of_browser(environ: Mapping[str, object], otherwise: Language) -> Language:
    """The interface language: the window's own cookie, else what the browser prefers, else `otherwise`."""
    preferred = cookie(environ, "deskmate_lang") or str(environ.get("HTTP_ACCEPT_LANGUAGE") or "")
    return of_tag(preferred) if preferred else otherwise


def cookie(environ: Mapping[str, object], name: str) -> str:
    """One cookie of a request, "" when it is not there."""
    return cookie_parser(str(environ.get("HTTP_COOKIE") or "")).get(name, "")


def of_tag(tag: str) -> Language:
    """ "zh" for any kind of Chinese, "en" for the rest: zh-CN, zh-TW;q=0.9, en-US."""
    return "zh" if tag.lower().startswith("zh") else "en"
