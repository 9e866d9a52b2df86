"""Who passes the API's door: network, key, scope, rate, size. A refusal is an ApiError, told in OpenAI's form."""

from collections.abc import Callable
from typing import Annotated

from fastapi import HTTPException, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.settings import Settings
from web.keys import Client, Keys, check_rules, within
from web.keys import Scope as KeyScope
from web.limits import Limit

Bearer = Annotated[
    HTTPAuthorizationCredentials | None,
    Security(HTTPBearer(auto_error=False, description="a key made with: kb key add NAME")),
]


class ApiError(HTTPException):
    """What the caller did or met: status, OpenAI's type and code, one sentence with the remedy."""

    def __init__(self, status: int, code: str, message: str, param: str | None = None, wait: int = 0) -> None:
        super().__init__(status, message, {"Retry-After": str(wait)} if wait else None)
        self.code = code
        self.param = param


class Door:
    """Admits requests of one home; counts them per client and per user named by the client."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self._keys = keys
        self._rate = settings.api_limit
        self._user_rate = settings.api_user_limit
        self._networks = split(settings.api_networks)
        check_rules(self._rate, self._networks)
        check_rules(self._user_rate, ())
        self._limits: dict[str, Limit] = {}

    def admit(self, request: Request, bearer: Bearer, scope: KeyScope) -> Client:
        """The client whose key this is. Raises ApiError."""
        key = bearer.credentials if bearer else ""
        address = request.client.host if request.client else ""
        if not within(address, self._networks):
            raise ApiError(
                403, "network_not_allowed", f"{address} may not call this API; add its network to api_networks"
            )
        client = self._keys.verify(key) if key else None
        if client is None:
            what = "this API key is not known" if key else "an API key is missing"
            raise ApiError(
                401, "invalid_api_key", f"{what}; make one with kb key add NAME and send it as a Bearer token"
            )
        if not within(address, client.networks):
            raise ApiError(403, "network_not_allowed", f"the key {client.name} may not be used from {address}")
        if scope not in client.scopes:
            raise ApiError(403, "scope_missing", f"the key {client.name} lacks the scope {scope}; make one that has it")
        self._count(client.limit or self._rate, client.name)
        return client

    def count_user(self, client: Client, user: str) -> None:
        """Count a request of a user whom the client names. Raises ApiError."""
        if user:
            self._count(self._user_rate, f"{client.name}/{user}")

    def _count(self, rate: str, who: str) -> None:
        limit = self._limits.setdefault(rate, Limit(rate))
        if not limit.hit(who):
            wait = limit.wait(who)
            message = f"{who} has made more than {rate} requests; wait {wait} s or raise the limit of the key"
            raise ApiError(429, "rate_limit_exceeded", message, wait=wait)


def requires(scope: KeyScope) -> Callable[..., Client]:
    """A dependency that admits a request with a key of this scope."""

    def check(request: Request, bearer: Bearer) -> Client:
        door: Door = request.app.state.door
        return door.admit(request, bearer, scope)

    return check


class BodyLimit:
    """ASGI: refuse a request body of more than `limit` bytes, announced or not."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app, self._limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._limit:
                raise ApiError(413, "request_too_large", f"the request is larger than {self._limit} bytes; send less")
            return message

        await self._app(scope, counted, send)


def split(setting: str) -> tuple[str, ...]:
    """The parts of a comma-separated setting."""
    return tuple(part.strip() for part in setting.split(",") if part.strip())
