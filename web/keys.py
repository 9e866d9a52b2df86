"""Who may call the API: HOME/keys.json, one client a key. A key is shown once and kept as its SHA-256 only.

A key is 256 random bits, so a plain hash is enough: there is nothing to guess.
"""

import hashlib
import ipaddress
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from web.limits import Limit
from web.stored import Stored

Scope = Literal["ask", "search", "feedback", "analytics", "knowledge", "metrics"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
NAME = re.compile(r"[\w.@+-]{1,64}")
PREFIX = "dm-"  # lets a leaked key be recognised


class KeyFault(Exception):
    """A key that cannot be added, read or revoked: names it and the remedy."""


@dataclass(frozen=True, slots=True)
class Client:
    """The owner of a key; `networks` empty: from anywhere, `limit` empty: the setting api_limit."""

    name: str
    hash: str
    scopes: tuple[str, ...]
    created: str
    limit: str = ""
    networks: tuple[str, ...] = ()


class Keys:
    """The keys of one home; what `kb key` writes takes effect in a running app."""

    def __init__(self, home: Path) -> None:
        self._kept = Stored(home / "keys.json", _parse)

    def all(self) -> tuple[Client, ...]:
        """Every client, by name."""
        return tuple(sorted(self._kept.read().values(), key=lambda client: client.name))

    def verify(self, key: str) -> Client | None:
        """The client whose key this is, or None."""
        found = digest(key)
        return next(
            (client for client in self._kept.read().values() if secrets.compare_digest(client.hash, found)), None
        )

    def add(self, name: str, scopes: Sequence[str] = SCOPES, limit: str = "", networks: Sequence[str] = ()) -> str:
        """Add a client and return its key, which is kept nowhere. Raises KeyFault."""
        if not NAME.fullmatch(name):
            raise KeyFault(f"key {name!r}: use letters, digits and . _ @ + - (64 at most)")
        if name in self._kept.read():
            raise KeyFault(
                f"key {name!r} exists already; revoke it first with kb key revoke {name}, or take another name"
            )
        if unknown := set(scopes) - set(SCOPES):
            raise KeyFault(f"scope {min(unknown)!r} does not exist; choose from {', '.join(SCOPES)}")
        check_rules(limit, networks)
        key = PREFIX + secrets.token_urlsafe(32)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        client = Client(name, digest(key), tuple(scopes), now, limit, tuple(networks))
        self._write({**self._kept.read(), name: client})
        return key

    def revoke(self, name: str) -> None:
        """Refuse the key from now on. Raises KeyFault for an unknown name."""
        clients = dict(self._kept.read())
        if clients.pop(name, None) is None:
            raise KeyFault(f"key {name!r} does not exist; kb key list shows which do")
        self._write(clients)

    def _write(self, clients: Mapping[str, Client]) -> None:
        self._kept.write(json.dumps([asdict(client) for client in clients.values()], indent=1))


def digest(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def within(address: str, networks: Sequence[str]) -> bool:
    """Tell whether `address` lies in one of `networks` (CIDR); no networks: yes."""
    if not networks:
        return True
    try:
        found = ipaddress.ip_address(address.removeprefix("::ffff:"))  # IPv4 as an IPv6 socket shows it
    except ValueError:
        return False
    return any(found in ipaddress.ip_network(network, strict=False) for network in networks)


def check_rules(limit: str, networks: Sequence[str]) -> None:
    """Raise KeyFault for a rate or a network that cannot be read."""
    try:
        Limit(limit or "1/minute")
    except ValueError as fault:
        raise KeyFault(f"limit {limit!r} cannot be read; write it as 60/minute or 1000/hour") from fault
    for network in networks:
        try:
            ipaddress.ip_network(network, strict=False)
        except ValueError as fault:
            raise KeyFault(f"network {network!r} cannot be read; write it as 10.1.0.0/16") from fault


def _parse(path: Path) -> dict[str, Client]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        tuples = ({**row, "scopes": tuple(row["scopes"]), "networks": tuple(row["networks"])} for row in rows)
        return {row["name"]: Client(**row) for row in tuples}
    except (OSError, ValueError, TypeError, KeyError) as fault:
        raise KeyFault(
            f"{path}: cannot be read ({fault}); restore it from a backup, or remove it and add new keys"
        ) from fault
