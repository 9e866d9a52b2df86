"""What an operator should know before the desk opens: each check a finding in green, yellow or red, with its remedy.

Reads only. A check that itself fails is a red finding, never a traceback.
"""

import os
import platform
import shutil
import socket
import sqlite3
import tomllib
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import psutil

from assistant.machine import cards, is_loopback
from assistant.settings import Settings
from engine.gguf import CARD_CONTEXT, MARGIN, ROWS_ON_CPU, Header, capacity, free_memory, plan, read_header
from engine.types import EngineError
from knowledge.errors import IndexFault
from knowledge.generations import Generations
from knowledge.manifest import read_manifest

Level = Literal["green", "yellow", "red"]
GIB = 1 << 30
WEEKLY = timedelta(days=8)  # the timer runs once a week; a day late is a missed run
TIGHT, FULL = 5 * GIB, 1 * GIB  # bytes free on the disk: a second generation and a day's log still fit
SECRETS = ("users.toml", "keys.json", "deskmate.toml", ".env", ".deskmate/session_key")
KNOWN = (  # shapes of the models that kb model pull offers, so that advice comes before the download
    Header(Path("qwen3-4b"), "Qwen3-4B Q4_K_M", "qwen3", 36, 2560, 9728, 2048, 40_960, 151_936, 2_497_000_000),
    Header(Path("qwen3-32b"), "Qwen3-32B Q4_K_M", "qwen3", 64, 5120, 25_600, 2048, 40_960, 151_936, 19_760_000_000),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: what was looked at, how it is, and what to do where it is not green."""

    check: str
    level: Level
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """How many conversations of `tokens` fit beside a model's weights, by precision of the KV cache."""

    model: str
    tokens: int
    f16: int
    q8_0: int
    where: str  # card | RAM


@dataclass(frozen=True, slots=True)
class Wish:
    """The desk to advise on: agents at once, tokens a conversation, GiB of a card to plan for (0: this machine's)."""

    agents: int = 20
    tokens: int = 4096
    card: float = 0.0


def examine(settings: Settings, wish: Wish) -> tuple[Finding, ...]:
    """Run every check."""
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (
        _machine,
        _card,
        lambda: _model(settings),
        lambda: _outside(settings),
        lambda: _fits(settings, wish),
        lambda: _index(settings),
        lambda: _journal(settings),
        lambda: _disk(settings),
        lambda: _permissions(settings),
        lambda: _timeouts(settings),
        lambda: _sign_in(settings),
    )
    findings: list[Finding] = []
    for check in checks:
        try:
            findings += check()
        except Exception as fault:  # noqa: BLE001  # boundary: one broken check must not hide the others
            findings.append(
                Finding("doctor", "red", f"a check failed: {fault!r}", "report this line to the maintainers")
            )
    return tuple(findings)


def fits(settings: Settings, wish: Wish) -> tuple[Fit, ...]:
    """What fits now, for the models in HOME/models/ and those that can be pulled."""
    memory = free_memory()
    card = int(wish.card * GIB) or memory.card
    where, budget = ("card", card - CARD_CONTEXT - MARGIN) if card else ("RAM", memory.ram - MARGIN)
    return tuple(
        Fit(
            header.name,
            wish.tokens,
            capacity(header, budget, wish.tokens, "f16"),
            capacity(header, budget, wish.tokens, "q8_0"),
            where,
        )
        for header in (*_local(settings), *KNOWN)
    )


def _found(check: str, message: str, remedy: str = "") -> Finding:
    """Yellow where there is something to do, else green."""
    return Finding(check, "yellow" if remedy else "green", message, remedy)


def _machine() -> Iterator[Finding]:
    ram = psutil.virtual_memory().total
    told = f"{os.cpu_count()} cores, {ram / GIB:.0f} GiB RAM, Python {platform.python_version()}, {platform.system()}"
    yield _found("machine", told, "a 4B model wants 8 GiB; without one, answers are verbatim" if ram < 8 * GIB else "")


def _card() -> Iterator[Finding]:
    found = cards()
    build = f"llama-cpp-python {metadata.version('llama-cpp-python')}"
    if not found:
        yield _found("card", f"no NVIDIA card; the model runs on the CPU ({build})")
        return
    told = ", ".join(f"{card.name} {card.total / GIB:.0f} GiB, driver {card.driver}" for card in found)
    if free_memory().card:
        yield _found("card", f"{told}; {build} with CUDA")
    else:
        yield Finding("card", "red", f"{told}, but {build} was built for the CPU", "run: make install on this machine")


def _model(settings: Settings) -> Iterator[Finding]:
    if settings.engine_url:
        yield _remote(settings)
        return
    try:
        headers = _local(settings)
        for header in headers:
            chosen = plan(header, free_memory(), settings.context, settings.rows)
            told = f"{header.name}: {chosen.rows} conversations of {chosen.context} tokens at once ({chosen.kv_type})"
            yield _found("model", f"{told}, {chosen.gpu_layers} layers on the card")
    except EngineError as fault:
        yield Finding("model", "red", str(fault), "choose a smaller model, or free memory")
        return
    if not headers:
        yield _found("model", "no model file; answers are the knowledge base verbatim", "kb model pull qwen3-4b")


def _remote(settings: Settings) -> Finding:
    request = urllib.request.Request(f"{settings.engine_url.rstrip('/')}/models")
    request.add_header("Authorization", f"Bearer {settings.engine_key or 'none'}")
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the engine stands in our own network
        with opener.open(request, timeout=5):
            return _found("model", f"{settings.engine_url} answers")
    except (OSError, ValueError) as fault:
        remedy = "start that server, or correct engine_url and engine_key; until then answers are verbatim"
        return Finding("model", "red", f"{settings.engine_url} does not answer ({fault})", remedy)


def _outside(settings: Settings) -> Iterator[Finding]:
    """The parts of the scaled-out form that were chosen: does something listen there?"""
    chosen = (("vectors", settings.chroma_url, 8000), ("database", settings.conversations_url, 5432))
    for check, url, port in chosen:
        if not url:
            continue
        parts = urlsplit(url)
        where = f"{parts.hostname}:{parts.port or port}"
        try:
            socket.create_connection((parts.hostname or "", parts.port or port), 5).close()
            yield _found(check, f"{where} accepts connections")
        except OSError as fault:
            remedy = "start that server, or mend chroma_url or conversations_url (docs/scale-out.md)"
            yield Finding(check, "red", f"{where} does not answer ({fault})", remedy)


def _fits(settings: Settings, wish: Wish) -> Iterator[Finding]:
    """One line a model, and the advice in one sentence."""
    found = fits(settings, wish)
    for fit in found:
        told = f"{fit.model}: {fit.f16} conversations of {fit.tokens} tokens in f16, {fit.q8_0} in q8_0 ({fit.where})"
        yield _found("fits", told)
    able = [fit for fit in found if fit.q8_0 >= wish.agents]
    best = max(found, key=lambda fit: fit.q8_0)
    if able and able[-1].where == "RAM" and wish.agents > ROWS_ON_CPU:
        told = f"{able[-1].model} fits for {wish.agents} agents, but a CPU answers about {ROWS_ON_CPU} at once"
        yield _found("advice", told, "take an NVIDIA card of 24 GB, or set engine_url to a server with one")
    elif able:
        yield _found("advice", f"take {able[-1].model}: it carries {wish.agents} agents at {wish.tokens} tokens each")
    elif best.q8_0:
        told = f"{best.model} carries {best.q8_0} of {wish.agents} agents at once; the others wait in the queue"
        yield _found("advice", told, "shorten the conversations (context), or take a larger card")
    else:
        yield _found("advice", "no known model fits into the free memory", "free memory, or set engine_url")


def _index(settings: Settings) -> Iterator[Finding]:
    generations = Generations(settings.index)
    try:
        name = generations.current()
        if not name:
            yield Finding("index", "red", f"{settings.index}: there is no index yet", "kb reindex")
            return
        manifest = read_manifest(generations.path(name) / "manifest.json")
    except IndexFault as fault:
        yield Finding("index", "red", str(fault), "kb index rollback, or kb reindex --full")
        return
    age = datetime.now(UTC) - datetime.fromisoformat(manifest.created)
    told = f"{manifest.entries} entries, {manifest.chunks} chunks, made {age.days} days ago ({name})"
    yield _found("index", told, "kb reindex; kb schedule sets up the weekly run" if age > WEEKLY else "")
    errors = [one for source in manifest.sources for one in source.problems if one.severity == "error"]
    if errors:
        yield _found("sources", f"{len(errors)} faults, first {errors[0].file} line {errors[0].line}", "kb check")


def _journal(settings: Settings) -> Iterator[Finding]:
    for name in ("journal.sqlite3", "conversations.sqlite3"):
        path = settings.home / name
        if not path.exists():
            continue
        try:
            db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
            sound = db.execute("PRAGMA quick_check").fetchone()[0] == "ok"
            db.close()
        except sqlite3.Error as fault:
            yield Finding("database", "red", f"{path}: cannot be read ({fault})", "kb restore from a backup")
            continue
        told = f"{name}, {path.stat().st_size / (1 << 20):.1f} MiB"
        yield Finding("database", "green" if sound else "red", told, "" if sound else "kb restore from a backup")


def _disk(settings: Settings) -> Iterator[Finding]:
    free = shutil.disk_usage(settings.home).free
    level: Level = "red" if free < FULL else "yellow" if free < TIGHT else "green"
    remedy = "" if level == "green" else "delete old backups and models, or move the home to a larger disk"
    yield Finding("disk", level, f"{free / GIB:.1f} GiB free at {settings.home}", remedy)


def _permissions(settings: Settings) -> Iterator[Finding]:
    if not os.access(settings.home, os.W_OK):
        yield Finding("permissions", "red", f"{settings.home} cannot be written", "chown it to the user who runs kb")
    there = [name for name in SECRETS if (settings.home / name).exists()]
    open_to_all = [name for name in there if (settings.home / name).stat().st_mode & 0o044]
    if open_to_all:
        paths = " ".join(str(settings.home / name) for name in open_to_all)
        yield _found("permissions", f"others may read {', '.join(open_to_all)}", f"chmod 600 {paths}")
    elif os.access(settings.home, os.W_OK):
        yield _found("permissions", "the home is writable, its secrets are its owner's")


def _timeouts(settings: Settings) -> Iterator[Finding]:
    told = f"a silent model is given {settings.engine_timeout:.0f} s, an API answer {settings.api_timeout:.0f} s"
    remedy = "make api_timeout longer than engine_timeout, or callers get errors where agents get passages"
    yield _found("time-outs", told, remedy if settings.engine_timeout >= settings.api_timeout else "")


def _sign_in(settings: Settings) -> Iterator[Finding]:
    """Users, and who can reach them."""
    path = settings.home / "users.toml"
    users = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    samples = sorted(name for name, user in users.items() if user.get("sample") and not user.get("disabled"))
    exposed = not is_loopback(settings.host)
    if not users:
        yield Finding("sign-in", "red" if exposed else "yellow", "there are no users", "kb user add NAME --role admin")
    elif samples:
        told = f"sample users can still sign in: {', '.join(samples)}"
        yield Finding(
            "sign-in", "red" if exposed else "yellow", told, f"kb user passwd {samples[0]}, or kb user disable"
        )
    else:
        yield _found("sign-in", f"{len(users)} users")
    told = f"listens on {settings.host}:{settings.port}"
    if not exposed:
        yield _found("network", f"{told}: this machine only; a reverse proxy brings TLS")
    else:
        remedy = "listen on 127.0.0.1 behind deploy/nginx.conf, which brings TLS"
        yield _found("network", f"{told}: passwords and answers travel unencrypted", remedy)


def _local(settings: Settings) -> list[Header]:
    """The models of this home: those that the settings name, else those in models/."""
    named = [settings.home / Path(name).expanduser() for name in (settings.model, settings.expert_model) if name]
    return [read_header(path) for path in named or sorted(settings.models.glob("*.gguf"))]
