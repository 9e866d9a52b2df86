"""Presets by URL: `?preset=name` chooses a file of prompts/presets/. A link names a preset and brings no text along."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from assistant.prompts import PromptError

NAME = re.compile(r"[a-z0-9-]{1,40}")
TONES = ("default", "warm", "formal", "brief")
LENGTHS = ("default", "short", "long")


@dataclass(frozen=True, slots=True)
class Preset:
    """What a preset chooses; `zh` and `en` are its names on the screen."""

    zh: str
    en: str
    tone: str = "default"
    length: str = "default"
    layers: tuple[str, ...] = ()


def load_preset(prompts: Path, name: str) -> Preset | None:
    """The preset of that name, None when there is none. Raises PromptError for a file that cannot be used."""
    path = prompts / "presets" / f"{name}.toml"
    if not NAME.fullmatch(name) or not path.is_file():
        return None
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        preset = Preset(**{**found, "layers": tuple(found.get("layers", ()))})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError) as fault:
        raise PromptError(f"{path}: cannot be read ({fault}); mend the line") from fault
    if preset.tone not in TONES or preset.length not in LENGTHS:
        raise PromptError(f"{path}: tone is one of {', '.join(TONES)}; length is one of {', '.join(LENGTHS)}")
    return preset
