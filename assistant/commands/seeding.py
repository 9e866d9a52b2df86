"""`kb seed`: date the sample company's support dialogues relative to today."""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import date


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `kb seed`."""
    from assistant.cli import common

    parser = subparsers.add_parser("seed", parents=[common()], help="write the sample company's chat logs, dated today")
    parser.add_argument("--force", action="store_true", help="write them anew even when they are fresh")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Seed; 0 also when there is nothing to do."""
    from assistant.seeding import seed
    from assistant.settings import load_settings

    settings = load_settings(args.home)
    seeded = seed(settings.sources, today=date.today(), force=args.force)
    if args.json:
        print(json.dumps(asdict(seeded), ensure_ascii=False))
        return 0
    for path in seeded.written:
        print(f"kb seed: wrote {path}", file=sys.stderr)
    if not seeded.written:
        state = "chat logs are fresh" if seeded.kept else f"no samples in {settings.sources / '_samples'}"
        print(f"kb seed: {state}; nothing to do", file=sys.stderr)
    return 0
