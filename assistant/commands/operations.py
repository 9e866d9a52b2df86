"""`kb doctor`, `kb backup`, `kb restore`: what an operator needs beside the running app."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from assistant.cli import Subparsers, command, tell
from assistant.settings import load_settings

SIGNS = {"green": "✓", "yellow": "!", "red": "✗"}


def register(subparsers: Subparsers) -> None:
    """Add the three commands."""
    doctor = command(subparsers, "doctor", "examine machine, model, index and exposure", _doctor)
    doctor.add_argument("--agents", type=int, default=20, metavar="N", help="agents who ask at once (default 20)")
    doctor.add_argument("--tokens", type=int, default=4096, metavar="C", help="tokens of a conversation (default 4096)")
    doctor.add_argument("--card", type=float, default=0, metavar="GIB", help="plan for a card of this size instead")
    backup = command(subparsers, "backup", "copy the home into a folder, also while it runs", _backup)
    backup.add_argument("folder", type=Path, metavar="DIR", help="new or empty")
    backup.add_argument("--secrets", action="store_true", help="also users, keys, .env and the engine's key")
    restore = command(subparsers, "restore", "put a checked backup back into the home", _restore)
    restore.add_argument("folder", type=Path, metavar="DIR")


def _doctor(args: argparse.Namespace) -> int:
    """0 when nothing is red."""
    from assistant.doctor import Wish, examine, fits

    settings, wish = load_settings(args.home), Wish(args.agents, args.tokens, args.card)
    findings = examine(settings, wish)
    red = any(finding.level == "red" for finding in findings)
    if args.json:
        level = max((finding.level for finding in findings), key=list(SIGNS).index)
        fitting = [asdict(fit) for fit in fits(settings, wish)]
        tell(args, {"level": level, "findings": [asdict(one) for one in findings], "fits": fitting})
        return int(red)
    for finding in findings:
        print(f"{_coloured(finding.level)} {finding.check:12} {finding.message}")
        if finding.remedy:
            print(f"  {'':12} → {finding.remedy}")
    return int(red)


def _backup(args: argparse.Namespace) -> None:
    from assistant.backup import back_up

    made = back_up(load_settings(args.home).home, args.folder, args.secrets)
    told = {**asdict(made), "folder": str(made.folder), "files": len(made.files)}
    lines = [f"{len(made.files)} files, {made.bytes / (1 << 20):.1f} MiB in {made.folder}"]
    if not made.secrets:
        lines.append("Users, keys and other secrets are not in it; add --secrets and keep the folder safe.")
    tell(args, told, *lines)


def _restore(args: argparse.Namespace) -> None:
    from assistant.backup import restore

    if args.home:
        args.home.mkdir(parents=True, exist_ok=True)
    home = load_settings(args.home).home
    aside = restore(args.folder, home)
    told = f"restored into {home}" + (f"; what was there lies in {aside}" if aside else "")
    tell(args, {"home": str(home), "replaced": str(aside or "")}, told)


def _coloured(level: str) -> str:
    """The sign of a level, in its colour where that can be seen."""
    colours = {"green": 32, "yellow": 33, "red": 31}
    return f"\033[{colours[level]}m{SIGNS[level]}\033[0m" if sys.stdout.isatty() else SIGNS[level]
