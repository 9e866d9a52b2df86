"""`kb serve`: the window on this machine's port."""

import argparse
from dataclasses import replace

from assistant.cli import Subparsers, command
from assistant.settings import load_settings


def register(subparsers: Subparsers) -> None:
    """Add `kb serve`."""
    serve = command(subparsers, "serve", "start the app in the browser", _serve)
    serve.add_argument("--host", default=None, help="address to listen on (default: this machine only)")
    serve.add_argument("--port", type=int, default=None, help="port to listen on (default: 8000)")


def _serve(args: argparse.Namespace) -> None:
    settings = load_settings(args.home)
    settings = replace(
        settings, host=args.host or settings.host, port=settings.port if args.port is None else args.port
    )
    from web import server  # brings Chainlit along: not for kb --help

    server.run(settings, lambda lines: print("\n".join(lines), flush=True))
