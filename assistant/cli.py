"""The `kb` command: one line of help per command, --home and --json everywhere, one sentence per error.

Exit codes: 0 done; 1 the knowledge has errors or the result is negative; 2 wrong usage or cannot run.
"""

import argparse
import importlib
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

COMMANDS = (  # files of assistant/commands/ or, with their path, of a floor above; in the order of the help
    "checking", "knowledge", "asking", "proof", "web.commands.serving", "models", "scrubbing", "web.commands.users",
    "seeding", "web.commands.keys", "learning", "operations",
)  # fmt: skip
Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


class UsageError(Exception):
    """Something on the command line that cannot be used."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    os.environ.setdefault("OTEL_SDK_DISABLED", "true")  # no telemetry, whatever a library ships
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    args = _parser().parse_args(argv)
    logging.basicConfig(level=logging.ERROR, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
    try:
        return int(args.run(args) or 0)
    except KeyboardInterrupt:
        return _fail("stopped")
    except BrokenPipeError:  # the reader of our output went away, as in `kb … | head`
        sys.stdout = None
        return 0
    except OSError as fault:
        return _fail(f"{fault.filename or 'file system'}: {fault.strerror or fault}; check path, permissions and space")
    except Exception as fault:  # boundary: errors of our own trees are complete sentences, others are our bugs
        if type(fault).__module__.split(".")[0] not in {"assistant", "engine", "knowledge", "web"}:
            raise
        return _fail(str(fault))


def command(
    subparsers: Subparsers, name: str, about: str, run: Callable[[argparse.Namespace], int | None]
) -> argparse.ArgumentParser:
    """Add a command with the options that all have; `run` gives its exit code, None for 0."""
    parser = subparsers.add_parser(name, parents=[_common()], help=about)
    parser.set_defaults(run=run)
    return parser


def group(subparsers: Subparsers, name: str, about: str) -> Subparsers:
    """Add a command that consists of actions."""
    parser = subparsers.add_parser(name, parents=[_common()], help=about)
    return parser.add_subparsers(title="actions", metavar="ACTION", required=True)


def tell(args: argparse.Namespace, found: object, *lines: str) -> None:
    """Print `found` as one JSON object where --json asks for it, else the lines."""
    for line in [json.dumps(found, ensure_ascii=False, default=str)] if args.json else lines:
        print(line)


def _common() -> argparse.ArgumentParser:
    """The options that every command has, as a parent parser; they may stand before or behind it."""
    options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    options.add_argument("--home", type=Path, metavar="DIR", help="home of knowledge, models and index")
    options.add_argument("--json", action="store_true", help="print one JSON object on stdout and nothing else there")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kb", parents=[_common()], description="Deskmate 同桌: check, index, ask and serve the knowledge."
    )
    parser.set_defaults(home=None, json=False)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in COMMANDS:
        importlib.import_module(name if "." in name else f"assistant.commands.{name}").register(subparsers)
    return parser


def _fail(message: str) -> int:
    print(f"kb: {message}", file=sys.stderr)
    return 2
