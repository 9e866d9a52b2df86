"""`kb doctor`, `kb backup`, `kb restore`: what an operator needs beside the running app."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

SIGNS = {"green": "✓", "yellow": "!", "red": "✗"}


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the three commands."""
    from assistant.cli import common

    doctor = subparsers.add_parser("doctor", parents=[common()], help="examine machine, model, index and exposure")
    doctor.add_argument("--agents", type=int, default=20, metavar="N", help="agents who ask at once (default 20)")
    doctor.add_argument("--tokens", type=int, default=4096, metavar="C", help="tokens of a conversation (default 4096)")
    doctor.add_argument("--card", type=float, default=0, metavar="GIB", help="plan for a card of this size instead")
    doctor.set_defaults(run=_doctor)
    backup = subparsers.add_parser("backup", parents=[common()], help="copy the home into a folder, also while it runs")
    backup.add_argument("folder", type=Path, metavar="DIR", help="new or empty")
    backup.add_argument("--secrets", action="store_true", help="also users, keys, .env and the engine's key")
    backup.set_defaults(run=_backup)
    restore = subparsers.add_parser("restore", parents=[common()], help="put a checked backup back into the home")
    restore.add_argument("folder", type=Path, metavar="DIR")
    restore.set_defaults(run=_restore)


def _doctor(args: argparse.Namespace) -> int:
    """0 when nothing is red."""
    from assistant.doctor import Wish, examine, fits
    from assistant.settings import load_settings

    settings, wish = load_settings(args.home), Wish(args.agents, args.tokens, args.card)
    findings = examine(settings, wish)
    red = any(finding.level == "red" for finding in findings)
    if args.json:
        told = {"findings": [asdict(one) for one in findings], "fits": [asdict(fit) for fit in fits(settings, wish)]}
        print(
            json.dumps({"level": max((f.level for f in findings), key=list(SIGNS).index), **told}, ensure_ascii=False)
        )
        return int(red)
    for finding in findings:
        print(f"{_coloured(finding.level)} {finding.check:12} {finding.message}")
        if finding.remedy:
            print(f"  {'':12} → {finding.remedy}")
    return int(red)


def _backup(args: argparse.Namespace) -> int:
    from assistant.backup import back_up
    from assistant.settings import load_settings

    made = back_up(load_settings(args.home).home, args.folder, args.secrets)
    if args.json:
        told = {"folder": str(made.folder), "made": made.made, "files": len(made.files), "bytes": made.bytes}
        print(json.dumps({**told, "secrets": made.secrets}))
        return 0
    print(f"{len(made.files)} files, {made.bytes / (1 << 20):.1f} MiB in {made.folder}")
    if not made.secrets:
        print("Users, keys and other secrets are not in it; add --secrets and keep the folder safe.")
    return 0


def _restore(args: argparse.Namespace) -> int:
    from assistant.backup import restore
    from assistant.settings import load_settings

    if args.home:
        args.home.mkdir(parents=True, exist_ok=True)
    home = load_settings(args.home).home
    aside = restore(args.folder, home)
    if args.json:
        print(json.dumps({"home": str(home), "replaced": str(aside) if aside else ""}))
        return 0
    print(f"restored into {home}" + (f"; what was there lies in {aside}" if aside else ""))
    return 0


def _coloured(level: str) -> str:
    """The sign of a level, in its colour where that can be seen."""
    colours = {"green": 32, "yellow": 33, "red": 31}
    return f"\033[{colours[level]}m{SIGNS[level]}\033[0m" if sys.stdout.isatty() else SIGNS[level]
