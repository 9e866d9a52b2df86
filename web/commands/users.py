"""`kb user add|list|passwd|disable`: who may sign in to the window."""

import argparse
import getpass
import sys

from assistant.cli import Subparsers, command, group, tell
from assistant.settings import load_settings

ACTIONS = {
    "add": "add a user; asks for the password",
    "list": "show name, role and state of every user",
    "passwd": "set a password and end the user's sessions",
    "disable": "refuse a user from now on, in open windows too",
}


def register(subparsers: Subparsers) -> None:
    """Add `kb user` and its four actions."""
    actions = group(subparsers, "user", "who may sign in: add, list, passwd, disable")
    for name, told in ACTIONS.items():
        action = command(actions, name, told, _run)
        action.set_defaults(action=name)
        if name != "list":
            action.add_argument("name")
        if name == "add":
            action.add_argument("--role", choices=("agent", "editor", "admin"), default="agent")


def _run(args: argparse.Namespace) -> None:
    from web.users import Users  # brings argon2 along: not for kb --help

    users = Users(load_settings(args.home).home)
    if args.action == "add":
        users.add(args.name, args.role, _password())
    elif args.action == "passwd":
        users.change_password(args.name, _password())
    elif args.action == "disable":
        users.disable(args.name)
    rows = [{"name": user.name, "role": user.role, "disabled": user.disabled} for user in users.all()]
    lines = [f"{row['name']:24} {row['role']:8} {'disabled' if row['disabled'] else ''}".rstrip() for row in rows]
    tell(args, {"users": rows}, *lines)


def _password() -> str:
    """Ask twice at a terminal; else read one line of stdin, for scripts."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    while (first := getpass.getpass("Password: ")) != getpass.getpass("Again: "):
        print("The two differ; try again.", file=sys.stderr)
    return first
