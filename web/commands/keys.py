"""`kb key add|list|revoke`: which programs may call the API."""

import argparse
import json
from dataclasses import asdict


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `kb key` and its three actions."""
    from assistant.cli import common

    command = subparsers.add_parser(
        "key", parents=[common()], help="which programs may call the API: add, list, revoke"
    )
    actions = command.add_subparsers(title="actions", metavar="ACTION", required=True)
    add = actions.add_parser("add", parents=[common()], help="make a key and print it, once")
    add.add_argument("name", help="of the program that calls")
    add.add_argument(
        "--scope", action="append", default=[], help="ask, search, feedback, analytics, knowledge, metrics"
    )
    add.add_argument("--limit", default="", help="requests, as 60/minute; default: the setting api_limit")
    add.add_argument("--network", action="append", default=[], help="accept the key from this network only (CIDR)")
    add.set_defaults(run=_add)
    listing = actions.add_parser("list", parents=[common()], help="show every client, never its key")
    listing.set_defaults(run=_list)
    revoke = actions.add_parser("revoke", parents=[common()], help="refuse a key from now on")
    revoke.add_argument("name")
    revoke.set_defaults(run=_revoke)


def _add(args: argparse.Namespace) -> int:
    from assistant.settings import load_settings
    from web.keys import SCOPES, Keys

    key = Keys(load_settings(args.home).home).add(args.name, args.scope or SCOPES, args.limit, args.network)
    print(json.dumps({"name": args.name, "key": key}) if args.json else f"{key}\nKeep it now: it is not shown again.")
    return 0


def _list(args: argparse.Namespace) -> int:
    from assistant.settings import load_settings
    from web.keys import Keys

    clients = Keys(load_settings(args.home).home).all()
    if args.json:
        shown = [{name: value for name, value in asdict(client).items() if name != "hash"} for client in clients]
        print(json.dumps({"keys": shown}, ensure_ascii=False))
        return 0
    for client in clients:
        print(f"{client.name:24} {client.created[:10]} {client.limit:12} {','.join(client.scopes)}")
    return 0


def _revoke(args: argparse.Namespace) -> int:
    from assistant.settings import load_settings
    from web.keys import Keys

    Keys(load_settings(args.home).home).revoke(args.name)
    done = f"key {args.name} revoked; it is refused from the next request on"
    print(json.dumps({"done": done}) if args.json else done)
    return 0
