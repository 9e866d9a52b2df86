"""`kb seed`: date the sample company's support dialogues relative to today."""

import argparse
import sys
from dataclasses import asdict
from datetime import date

from assistant.cli import Subparsers, command, tell
from assistant.seeding import seed
from assistant.settings import load_settings


def register(subparsers: Subparsers) -> None:
    """Add `kb seed`."""
    parser = command(subparsers, "seed", "write the sample company's chat logs, dated today", run)
    parser.add_argument("--force", action="store_true", help="write them anew even when they are fresh")


def run(args: argparse.Namespace) -> None:
    """Seed; 0 also when there is nothing to do."""
    settings = load_settings(args.home)
    seeded = seed(settings.sources, today=date.today(), force=args.force)
    if args.json:
        tell(args, asdict(seeded))
        return
    for path in seeded.written:
        print(f"kb seed: wrote {path}", file=sys.stderr)
    if not seeded.written:
        state = "chat logs are fresh" if seeded.kept else f"no samples in {settings.sources / '_samples'}"
        print(f"kb seed: {state}; nothing to do", file=sys.stderr)
