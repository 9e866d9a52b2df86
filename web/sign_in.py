"""Sign-in as Chainlit wants it: password, a trusted proxy's header or OAuth, checked against the users file.

A session's token carries the second it began (`since` of its user). Whoever changes a password or disables a user
raises that second, and every older token is void at its next use.
"""

import asyncio
import logging
import os
import secrets
from contextlib import suppress
from pathlib import Path

import chainlit as cl
import chainlit.auth
import chainlit.server
from chainlit.oauth_providers import get_configured_oauth_providers
from starlette.datastructures import Headers

from web.limits import Limit
from web.users import User, Users

log = logging.getLogger("deskmate.sign_in")
FAILURES = "10 per 5 minutes"  # of one name; a person who has forgotten a password stops earlier, a guesser does not


def provide_secret(home: Path) -> None:
    """Put the key that signs sessions into the environment; made once for a home, readable by its owner only."""
    if os.environ.get("CHAINLIT_AUTH_SECRET"):
        return
    path = home / ".deskmate" / "session_key"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with suppress(FileExistsError), open(path, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(secrets.token_urlsafe(48))
    os.environ["CHAINLIT_AUTH_SECRET"] = path.read_text().strip()


def install(users: Users, header: str = "") -> None:
    """Register the sign-in callbacks: by `header` alone if one is named, else by password; OAuth beside it."""
    failures = Limit(FAILURES)

    async def by_password(username: str, password: str) -> cl.User | None:
        if failures.exceeded(username):
            log.warning("event=sign_in_throttled user=%s", username)
            return None
        user = await asyncio.to_thread(users.verify, username, password)
        if user is None:
            failures.hit(username)
            log.warning("event=sign_in_failed user=%s", username)
            return None
        failures.forget(username)
        return _signed(user)

    async def by_header(headers: Headers) -> cl.User | None:
        return _known(users, headers.get(header, ""))

    async def by_oauth(
        provider_id: str,
        token: str,
        raw_user_data: dict[str, str],
        default_app_user: cl.User,
        id_token: str | None = None,
    ) -> cl.User | None:
        return _known(users, default_app_user.identifier)

    if header:
        cl.header_auth_callback(by_header)
    else:
        cl.password_auth_callback(by_password)
    if get_configured_oauth_providers():
        cl.oauth_callback(by_oauth)
    _refuse_void_tokens(users)


def _known(users: Users, name: str) -> cl.User | None:
    """The user whom somebody else vouches for; they must stand in the users file."""
    user = users.get(name)
    if user is None:
        log.warning("event=sign_in_unknown user=%s", name)
    return _signed(user) if user else None


def _signed(user: User) -> cl.User:
    return cl.User(identifier=user.name, metadata={"role": user.role, "since": user.since})


def current(users: Users, signed: cl.User) -> User | None:
    """Who signed in, as they stand in the users file now; None when the session has ended."""
    user = users.get(signed.identifier)
    return user if user and signed.metadata.get("since") == user.since else None


def _refuse_void_tokens(users: Users) -> None:
    """Chainlit's tokens are stateless; check each one against the users file where it is decoded."""
    decode = chainlit.auth.jwt.decode_jwt

    def decode_valid(token: str) -> cl.User:
        signed = decode(token)
        user = current(users, signed)
        if user is None:
            raise PermissionError("this session has ended; sign in again")
        signed.metadata["role"] = user.role
        return signed

    for module in (chainlit.auth, chainlit.server):
        setattr(module, "decode_jwt", decode_valid)  # noqa: B010  # not exported, hence no plain assignment
