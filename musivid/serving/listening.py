"""An application at an address, until it is told to stop: the studio's, and a study's."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from musivid.core.errors import UsageError

__all__ = ["address_of", "check_address", "listen"]

_GRACE_S = 2  # for answers that are under way, when the server stops


class _Server(uvicorn.Server):
    """A server that says when it answers, and when it begins to stop."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], closing: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._ready, self._closing = ready, closing

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """Begin to listen."""
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.started:
            self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop."""
        self._closing()
        super().handle_exit(sig, frame)


def listen(
    app: ASGIApp,
    host: str,
    port: int,
    *,
    ready: Callable[[], None],
    closing: Callable[[], None] = lambda: None,
) -> None:
    """Serve an application until the process is told to stop.

    Args:
        app: what answers.
        host: address to listen on.
        port: port to listen on.
        ready: is called when it answers.
        closing: is called when it is told to stop, before open pages are let go.

    Raises:
        UsageError: as `check_address` has it.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    check_address(host, port)
    try:
        with contextlib.suppress(KeyboardInterrupt):  # which is how it is closed
            _Server(config, ready, closing).run()
    except SystemExit:
        raise UsageError(
            f"port {port} of {host} cannot be listened on",
            hint="Another program may use it; give another --port.",
        ) from None


def check_address(host: str, port: int) -> None:
    """Make sure that an address can be listened on, before any work for its pages begins.

    Raises:
        UsageError: it is none of this machine, the port is taken, or needs the system's leave.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        raise _no_address(host) from None
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen()
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise _no_address(host) from None
            hint = "Another program may use it; give another --port."
            if error.errno == errno.EACCES:
                hint = "Ports below 1024 need the system's leave; give another --port."
            raise UsageError(f"port {port} of {host} cannot be listened on", hint=hint) from None


def _no_address(host: str) -> UsageError:
    return UsageError(
        f"{host} is no address of this machine",
        hint="Give --host 127.0.0.1 for this machine alone, 0.0.0.0 for all its addresses.",
    )


def address_of(host: str, port: int) -> str:
    """The address for a browser; of all this machine's addresses, the one by its name."""
    if host in ("0.0.0.0", "::"):
        host = socket.gethostname()
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
