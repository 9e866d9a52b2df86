"""Nothing leaves the machine: outside links are cut out of Chainlit's page, and a policy holds the browser to it."""

import re
from collections.abc import Callable

import chainlit.server
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

# Chainlit compiles its elements in the browser (unsafe-eval) and inlines styles; everything else is our own origin.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; "
    "media-src 'self' blob:; frame-ancestors {ancestors}; object-src 'none'; base-uri 'self'; form-action 'self'"
)
_OUTSIDE = re.compile(r"<(?:link|meta)\b[^>]*https?://[^>]*>")


def cut_outside_links() -> None:
    """Wrap Chainlit's page template: without this every page waits for two outside hosts before it shows anything."""
    original: Callable[[str], str] = chainlit.server.get_html_template

    def local_template(root_path: str) -> str:
        return _OUTSIDE.sub("", original(root_path))

    chainlit.server.get_html_template = local_template


class Headers:
    """ASGI middleware: policy headers on every answer, no foreign page, a proxy's user header only from the proxy."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...], header: str, proxies: tuple[str, ...]) -> None:
        self._app, self._origins, self._proxies = app, origins, proxies
        self._header = header.lower().encode()
        ancestors = " ".join(("'self'", *origins))
        self._added = [
            (b"content-security-policy", POLICY.format(ancestors=ancestors).encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, without a forged user header, and the answer back with the headers."""
        asked_by = (scope.get("client") or ("",))[0]
        if self._header and scope["type"] != "lifespan" and asked_by not in self._proxies:
            scope["headers"] = [pair for pair in scope.get("headers", ()) if pair[0] != self._header]
        if self._is_foreign(scope):
            await _refuse(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self._added]
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)

    def _is_foreign(self, scope: Scope) -> bool:
        """A page of another site that uses this browser's cookie: reads are harmless, sockets and writes are not."""
        if scope["type"] == "lifespan" or scope.get("method") in ("GET", "HEAD", "OPTIONS"):
            return False
        if scope["type"] == "http" and scope["path"].startswith(("/v1/", "/api/")):
            return False  # the API takes keys, not cookies, and has origins of its own
        headers = dict(scope.get("headers", ()))
        origin = headers.get(b"origin", b"").decode("latin-1")
        own = headers.get(b"host", b"").decode("latin-1")
        return origin not in ("", *self._origins) and origin.split("://")[-1] != own


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    refusal = PlainTextResponse("this page may not use Deskmate; see embed_origins", 403)
    await (WebSocketClose(1008) if scope["type"] == "websocket" else refusal)(scope, receive, send)
