"""Environment and deskmate.toml become one frozen Settings object, read once at the top. Below this, plain arguments.

A setting `model` is read from DESKMATE_MODEL first, then from `model = …` in HOME/deskmate.toml, then its default.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal

SHIPPED = Path(__file__).resolve().parent.parent  # the checkout: shipped prompts and the sample company


class SettingsError(Exception):
    """A setting that cannot be used: names the setting, the value and what would do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything one can choose. The comments here are the documentation that docs/settings.md is held to."""

    home: Path = field(default_factory=Path.cwd)  # everything read or written lies below it
    language: Literal["zh", "en"] = "zh"  # of messages and of answers to questions in neither language
    company: str = ""  # the company's name, as the model should say it
    host: str = "127.0.0.1"  # address to listen on; anything but loopback needs sign-in configured
    port: int = 8000
    model: str = ""  # GGUF file of the fast model; empty: the one found in HOME/models/
    expert_model: str = ""  # GGUF file of the expert model (32B); empty: none
    engine_url: str = ""  # an OpenAI-compatible server instead of the in-process model
    engine_key: str = ""  # its key, where it wants one
    engine_model: str = ""  # its model name; empty: the first one that it lists
    engine_timeout: float = 30.0  # seconds without a token after which the passages are shown instead
    chroma_url: str = ""  # a Chroma server for the vectors, "http://10.0.0.6:8000"; empty: in the index itself
    conversations_url: str = ""  # PostgreSQL for conversations, "postgresql://…"; empty: HOME/conversations.sqlite3
    context: int = 8192  # tokens of one conversation
    rows: int = 0  # conversations decoded at once; 0: what fits
    threads: int = 0  # compute threads; 0: all cores but one
    gpu_layers: int = -1  # layers on the GPU; -1: as many as fit
    embedder: str = ""  # folder of a sentence-transformers model; empty: HOME/models/embedder, else the built-in one
    reranker: str = ""  # folder of a CrossEncoder; empty: none
    device: str = "cpu"  # where the embedder runs: cpu, cuda
    watch: bool = True  # re-index when a file in kb_sources/ changes while the app runs
    journal_days: int = 180  # how long turns are kept
    log_days: int = 30  # how long the files in HOME/logs/ are kept
    cache: int = 1000  # answers kept ready for a repeated question; 0: none
    sign_in_header: str = ""  # header in which a reverse proxy names the user who is signed in; empty: by password
    trusted_proxies: str = "127.0.0.1"  # addresses whose sign_in_header is believed, separated by commas
    embed_origins: str = ""  # web pages that may show the window, "https://tickets.corp.example"; empty: none
    learn: bool = False  # resolved conversations of the window and the API become a chat log (scrubbed) at kb gaps
    api_limit: str = "120/minute"  # requests of one API key, unless the key has its own limit
    api_user_limit: str = "60/minute"  # requests of one user whom a caller of the API names
    api_networks: str = ""  # networks that may call the API, "10.0.0.0/8,192.168.1.0/24"; empty: all
    api_origins: str = ""  # web pages that may call the API, "https://tickets.corp.example"; empty: none
    api_body: int = 1_000_000  # bytes of one API request
    api_timeout: float = 120.0  # seconds of one API answer

    @property
    def sources(self) -> Path:
        return self.home / "kb_sources"

    @property
    def index(self) -> Path:
        return self.home / "index"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def journal(self) -> Path:
        return self.home / "journal.sqlite3"

    @property
    def prompts(self) -> Path:
        """HOME/prompts when it exists, else the shipped ones."""
        own = self.home / "prompts"
        return own if own.is_dir() else SHIPPED / "prompts"


def load_settings(home: Path | None = None, env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of `home` (default: DESKMATE_HOME, else the current directory).

    Raises SettingsError for an unknown key, a value of the wrong type, or a file that is not TOML.
    """
    env = os.environ if env is None else env
    home = (home or Path(env.get("DESKMATE_HOME") or ".")).expanduser().resolve()
    if not home.is_dir():
        raise SettingsError(f"{home}: no such folder; create it or name another with --home")
    chosen: dict[str, object] = {"home": home}
    from_file = _read_file(home / "deskmate.toml")
    for setting in _CHOICES:
        name, variable = setting.name, f"DESKMATE_{setting.name.upper()}"
        if env.get(variable):
            chosen[name] = _convert(variable, env[variable], setting.default)
        elif name in from_file:
            chosen[name] = _convert(f"deskmate.toml: {name}", from_file[name], setting.default)
    settings = Settings(**chosen)  # type: ignore[arg-type]  # each value was converted to its default's type
    if settings.language not in ("zh", "en"):
        raise SettingsError(f"language is {settings.language!r}; it must be zh or en")
    return settings


def _read_file(path: Path) -> dict[str, object]:
    if not path.exists():
        return {}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise SettingsError(f"{path}: cannot be read ({fault}); mend the line or remove the file") from fault
    known = {setting.name for setting in _CHOICES}
    if unknown := sorted(found.keys() - known):
        raise SettingsError(f"{path}: unknown setting {unknown[0]!r}; known are {', '.join(sorted(known))}")
    return found


def _convert(name: str, value: object, default: object) -> object:
    try:
        if isinstance(default, bool):
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[str(value).lower()]
        return type(default)(value)  # type: ignore[call-arg]
    except (KeyError, TypeError, ValueError) as fault:
        raise SettingsError(f"{name} is {value!r}; it must be a {type(default).__name__}") from fault


_CHOICES = [setting for setting in fields(Settings) if setting.name != "home"]
