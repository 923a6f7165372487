"""Who may come in: hosts, origins and tokens are checked, sizes counted, answers sealed.

A layer around the whole application, so that no page can be without it.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["COOKIE", "Doors", "is_loopback"]

COOKIE = "musivid_studio"
"""The cookie of somebody who knows the token."""

_SAFE = ("GET", "HEAD")
_UPLOADS = re.compile("/api/inputs")
_MOST_TALK = 1_000_000  # bytes of what is no upload
_SLOW_S = 1.0  # between two wrong tokens, whoever sends them
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
# A report is a page of its own: its style is within it, it loads nothing, and runs nothing.
_REPORT = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "frame-ancestors 'self'",
        "sandbox",
    )
)
_SEALS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # without it, browsers call the origin of a form null
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What somebody is told who may not come in."""

    status: int
    text: str


class Doors:
    """The layer around the application."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        host: str,
        token: str | None,
        most_bytes: int,
        names: Iterable[str] = (),
        uploads: re.Pattern[str] = _UPLOADS,
    ) -> None:
        """Remember who may come in.

        Args:
            app: what is behind the doors.
            host: the address that the server listens on.
            token: what must be known; None: nothing, for this machine alone.
            most_bytes: of an upload.
            uploads: paths at which uploads come in.
            names: under which the host is known besides, as behind another server.
        """
        self._app = app
        self._hosts = _hosts(host) | {name.lower() for name in names}
        self._token = token
        self._is_local = token is None and is_loopback(host)
        self._most_bytes = most_bytes
        self._uploads = uploads
        self._wrong = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer why not."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        sealed = _sealed(scope, send)
        refusal = self._refusal(scope)
        if refusal is None and self._token is not None:
            if await self._is_shown_in(scope, sealed):
                return
            if not self._knows(scope):
                refusal = _Refusal(401, "Open the link that the studio printed when it started.")
        if refusal is not None:
            await _answer(sealed, refusal)
            return
        await self._counted(scope, receive, sealed)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer as long as what comes is not too much."""
        most = self._most_bytes if self._uploads.fullmatch(scope["path"]) else _MOST_TALK
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdigit() or int(length) > most:
            await _answer(send, _Refusal(413, "This is too large."))
            return
        came, begun, over = 0, False, False

        async def counting() -> Message:
            nonlocal came, over
            message = await receive()
            came += len(message.get("body", b""))
            if came <= most:
                return message
            if not over and not begun:
                over = True
                await _answer(send, _Refusal(413, "This is too large."))
            return {"type": "http.disconnect"}

        async def sending(message: Message) -> None:
            nonlocal begun
            if not over:
                begun = True
                await send(message)

        try:
            await self._app(scope, counting, sending)
        except ClientDisconnect:
            if not over:
                raise

    def _refusal(self, scope: Scope) -> _Refusal | None:
        """Why a request may not come in, whoever sends it."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        host = hosts[0] if len(hosts) == 1 else ""
        if not self._is_known(_bare(host)):
            return _Refusal(421, "This is not the host that was asked for.")
        if scope["method"] not in _SAFE:
            origins = headers.getlist("origin")
            if len(origins) != 1 or urlsplit(origins[0]).netloc != host:
                return _Refusal(403, "This came from another site.")
        return None

    def _is_known(self, name: str) -> bool:
        """Whether a host is this one; an address cannot be made to mean another, a name can."""
        if name in self._hosts:
            return True
        if self._is_local:
            return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def _knows(self, scope: Scope) -> bool:
        """Whether the request has the cookie."""
        cookies = cookie_parser(Headers(scope=scope).get("cookie", ""))
        return hmac.compare_digest(cookies.get(COOKIE, "").encode(), self._mark().encode())

    async def _is_shown_in(self, scope: Scope, send: Send) -> bool:
        """Give the cookie to who shows the token in the address; whether an answer was given."""
        query = parse_qsl(scope["query_string"].decode("latin-1"))
        shown = [value for name, value in query if name == "token"]
        if not shown or scope["method"] != "GET":
            return False
        if not hmac.compare_digest(shown[0].encode(), (self._token or "").encode()):
            async with self._wrong:
                await asyncio.sleep(_SLOW_S)
            await _answer(send, _Refusal(401, "This token is wrong."))
            return True
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        place = scope["path"] if scope["path"].startswith("/") else "/"
        headers = {
            "location": "/" + place.lstrip("/") + (f"?{rest}" if rest else ""),
            "set-cookie": f"{COOKIE}={self._mark()}; Path=/; HttpOnly; SameSite=Strict",
        }
        await _answer(send, _Refusal(303, ""), headers)
        return True

    def _mark(self) -> str:
        """What the cookie holds: it proves the token and does not say it."""
        return hashlib.sha256(f"musivid studio {self._token}".encode()).hexdigest()


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _hosts(host: str) -> frozenset[str]:
    """The names that this host has."""
    names = {host.lower()}
    if is_loopback(host):
        names |= {"localhost", "127.0.0.1", "::1"}
    else:
        names |= {socket.gethostname().lower(), socket.getfqdn().lower(), "localhost"}
    return frozenset(names)


def _bare(host: str) -> str:
    """The name in a Host header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _sealed(scope: Scope, send: Send) -> Send:
    """What sends answers, with headers that tell browsers what not to do."""
    path = scope["path"]
    kept = path.startswith("/static/")
    is_report = path.startswith("/files/") and path.endswith("/report")

    async def sealing(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _SEALS.items():
                headers[name] = value
            if is_report:
                headers["Content-Security-Policy"] = _REPORT
                headers["X-Frame-Options"] = "SAMEORIGIN"
            if "cache-control" not in headers:
                headers["Cache-Control"] = "public, max-age=31536000" if kept else "no-store"
        await send(message)

    return sealing


async def _answer(send: Send, refusal: _Refusal, headers: dict[str, str] | None = None) -> None:
    """Send a short answer."""
    body = refusal.text.encode()
    lines: Iterable[tuple[bytes, bytes]] = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        *((name.encode(), value.encode("latin-1")) for name, value in (headers or {}).items()),
    ]
    start = {"type": "http.response.start", "status": refusal.status, "headers": list(lines)}
    await send(start)
    await send({"type": "http.response.body", "body": body})
