"""`kb key add|list|revoke`: which programs may call the API."""

import argparse
from dataclasses import asdict

from assistant.cli import Subparsers, command, group, tell
from assistant.settings import load_settings


def register(subparsers: Subparsers) -> None:
    """Add `kb key` and its three actions."""
    actions = group(subparsers, "key", "which programs may call the API: add, list, revoke")
    add = command(actions, "add", "make a key and print it, once", _add)
    add.add_argument("name", help="of the program that calls")
    add.add_argument(
        "--scope", action="append", default=[], help="ask, search, feedback, analytics, knowledge, metrics"
    )
    add.add_argument("--limit", default="", help="requests, as 60/minute; default: the setting api_limit")
    add.add_argument("--network", action="append", default=[], help="accept the key from this network only (CIDR)")
    command(actions, "list", "show every client, never its key", _list)
    command(actions, "revoke", "refuse a key from now on", _revoke).add_argument("name")


def _add(args: argparse.Namespace) -> None:
    from web.keys import SCOPES, Keys

    key = Keys(load_settings(args.home).home).add(args.name, args.scope or SCOPES, args.limit, args.network)
    tell(args, {"name": args.name, "key": key}, key, "Keep it now: it is not shown again.")


def _list(args: argparse.Namespace) -> None:
    from web.keys import Keys

    clients = Keys(load_settings(args.home).home).all()
    shown = [{name: value for name, value in asdict(client).items() if name != "hash"} for client in clients]
    lines = [f"{one.name:24} {one.created[:10]} {one.limit:12} {','.join(one.scopes)}" for one in clients]
    tell(args, {"keys": shown}, *lines)


def _revoke(args: argparse.Namespace) -> None:
    from web.keys import Keys

    Keys(load_settings(args.home).home).revoke(args.name)
    done = f"key {args.name} revoked; it is refused from the next request on"
    tell(args, {"done": done}, done)
