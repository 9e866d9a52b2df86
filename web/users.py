"""Who may sign in: HOME/users.toml with a role and an argon2 hash each. Knows no screen and no session.

[anna]
role = "agent"            # agent | editor | admin
password = "$argon2id$…"
since = 1793000000        # sessions begun before this second are void
disabled = true           # optional
sample = "…"              # only of the sample users of a first start: the password in the clear, to be printed
"""

import json
import re
import secrets
import time
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from argon2 import PasswordHasher  # the memory-hard hash that OWASP names first; this is its one home
from argon2.exceptions import InvalidHashError, VerificationError

from web.stored import Stored

Role = Literal["agent", "editor", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
NAME = re.compile(r"[\w.@+-]{1,64}")  # also what an e-mail address or a staff number looks like
SHORTEST = 8  # characters of a password: NIST SP 800-63B
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's minimum: about 25 ms a sign-in
_NOBODY = _HASHER.hash(secrets.token_hex())  # verified for unknown names, so that time tells nothing


class UsersError(Exception):
    """A user that cannot be added, changed or read: names the user or file and the remedy."""


@dataclass(frozen=True, slots=True)
class User:
    """One user; `since` is the second from which sessions count, `sample` a sample user's password."""

    name: str
    role: Role
    password: str
    since: int
    disabled: bool = False
    sample: str = ""

    def at_least(self, role: Role) -> bool:
        """Tell whether this user may do what `role` may."""
        return ROLES.index(self.role) >= ROLES.index(role)


class Users:
    """The users file of one home; what `kb user` writes into it takes effect in a running app."""

    def __init__(self, home: Path) -> None:
        self._kept = Stored(home / "users.toml", _parse)

    def all(self) -> tuple[User, ...]:
        """Every user, by name."""
        return tuple(sorted(self._kept.read().values(), key=lambda user: user.name))

    def get(self, name: str) -> User | None:
        """An enabled user of that name, or None."""
        user = self._kept.read().get(name)
        return None if user is None or user.disabled else user

    def verify(self, name: str, password: str) -> User | None:
        """The user whose password this is, or None; takes the same time for names that do not exist."""
        user = self.get(name)
        try:
            _HASHER.verify(user.password if user else _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return None
        return user

    def add(self, name: str, role: Role, password: str, sample: bool = False) -> User:
        """Add a user. Raises UsersError for a bad name, a short password or a name that is taken."""
        if not NAME.fullmatch(name):
            raise UsersError(f"user {name!r}: use letters, digits and . _ @ + - (64 at most)")
        if name in self._kept.read():
            raise UsersError(f"user {name!r} exists already; change it with kb user passwd {name}")
        user = User(name, role, _hash(password), int(time.time()), sample=password if sample else "")
        self._write(user)
        return user

    def change_password(self, name: str, password: str) -> None:
        """Set a new password, enable the user and end the sessions begun before."""
        self._change(name, password=_hash(password), disabled=False, sample="")

    def disable(self, name: str) -> None:
        """Refuse the user from now on, in open windows too."""
        self._change(name, disabled=True)

    def samples(self) -> tuple[User, ...]:
        """The enabled sample users whose passwords still stand in the file."""
        return tuple(user for user in self.all() if user.sample and not user.disabled)

    def create_samples(self) -> None:
        """One user of each role with a random password, in a home that has no users yet."""
        if not self._kept.read():
            for role in ROLES:
                self.add(role, role, f"{role}-{secrets.token_hex(3)}", sample=True)

    def _change(self, name: str, **changes: Any) -> None:
        """Rewrite one user and end the sessions begun before; two changes within a second must both end some."""
        if (user := self._kept.read().get(name)) is None:
            raise UsersError(f"user {name!r} does not exist; kb user list shows who does")
        self._write(replace(user, since=max(int(time.time()), user.since + 1), **changes))

    def _write(self, user: User) -> None:
        blocks = "".join(_block(one) for one in {**self._kept.read(), user.name: user}.values())
        self._kept.write("# Users of Deskmate; change them with `kb user`.\n" + blocks)


def _hash(password: str) -> str:
    if len(password) < SHORTEST:
        raise UsersError(f"the password is too short; use at least {SHORTEST} characters")
    return _HASHER.hash(password)


def _block(user: User) -> str:
    lines = [
        f"\n[{json.dumps(user.name)}]",
        f'role = "{user.role}"',
        f'password = "{user.password}"',
        f"since = {user.since}",
    ]
    if user.disabled:
        lines.append("disabled = true")
    if user.sample:
        lines.append(f'sample = "{user.sample}"  # remove with: kb user passwd {user.name}')
    return "\n".join(lines) + "\n"


def _parse(path: Path) -> dict[str, User]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        users = {name: User(name, **table) for name, table in tables.items()}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError) as fault:
        raise UsersError(f"{path}: cannot be read ({fault}); mend the line or remove the file") from fault
    for user in users.values():
        if user.role not in ROLES:
            raise UsersError(f"{path}: user {user.name!r} has role {user.role!r}; it must be one of {', '.join(ROLES)}")
    return users
