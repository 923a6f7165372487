"""The studio served: options made into a running server, until it is told to stop."""

from __future__ import annotations

import contextlib
import secrets
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from musivid import __version__
from musivid.core.device import check_names
from musivid.core.errors import OutputError, UsageError
from musivid.core.storage import lock_folder
from musivid.serving.doors import is_loopback
from musivid.serving.listening import address_of, check_address, listen
from musivid.web.app import make_app
from musivid.web.studio import open_studio
from musivid.web.tables import DATABASE_URL, open_rows
from musivid.web.workers import Workers

__all__ = ["StudioOptions", "serve_studio"]

_LEAST_TOKEN = 8  # letters


@dataclass(frozen=True, slots=True)
class StudioOptions:
    """How the studio is served.

    Attributes:
        host: address to listen on.
        port: port to listen on.
        data: folder for all that is kept.
        token: what visitors must know: text; auto: made; empty: nothing, for this machine alone.
        most_bytes: of an upload.
        opens: whether a browser is opened.
        device: as `Session` has it.
        dtype: as `Session` has it.
        offline: whether nothing may be fetched.
        threads: as `Session` has it.
        database: address of a PostgreSQL server; empty: a file in the folder.
        keep_days: age at which runs are offered for removal; 0: never.
    """

    host: str
    port: int
    data: Path
    token: str
    most_bytes: int
    opens: bool = False
    device: str = "auto"
    dtype: str = "auto"
    offline: bool = False
    threads: int | None = None
    database: str = ""
    keep_days: int = 0


def serve_studio(options: StudioOptions, told: Callable[[str], None]) -> None:
    """Serve the studio until the process is told to stop.

    Args:
        options: how.
        told: is given the address when the studio answers.

    Raises:
        UsageError: a token that is too short, or a port that is taken. OutputError: the folder
            cannot be used, or another studio is in it.
    """
    token = _token(options)
    data = options.data.expanduser().absolute()
    check_names(options.device, options.dtype)
    check_address(options.host, options.port)
    with _locked(data):
        database = open_rows(data, options.database)
        workers = Workers(
            data,
            device=options.device,
            dtype=options.dtype,
            offline=options.offline,
            threads=options.threads,
            variables={DATABASE_URL: options.database} if options.database else {},
        )
        studio = open_studio(
            data,
            database,
            workers,
            most_bytes=options.most_bytes,
            version=__version__,
            answers=options.database,
        )
        studio.keep_days, studio.host = options.keep_days, options.host
        app = make_app(studio, host=options.host, token=token)
        link = _link(options, token)

        def ready() -> None:
            told(link)
            if options.opens:
                webbrowser.open(link)

        def closing() -> None:
            studio.closing = True

        try:
            listen(app, options.host, options.port, ready=ready, closing=closing)
        finally:
            workers.close()
            studio.openings.close_all()
            database.close()


def _locked(data: Path) -> contextlib.AbstractContextManager[object]:
    """The lock of a studio's folder.

    Raises:
        OutputError: another studio has it, or it cannot be made.
    """
    try:
        return lock_folder(data)
    except OutputError as error:
        another = (
            "Close the other studio, or give" if "another process" in error.problem else "Give"
        )
        raise OutputError(error.problem, hint=f"{another} another folder with --data.") from None


def _token(options: StudioOptions) -> str | None:
    """What visitors must know; None: nothing.

    Raises:
        UsageError: a token that is too short.
    """
    if options.token and options.token != "auto" and len(options.token) < _LEAST_TOKEN:
        raise UsageError(
            f"a token needs {_LEAST_TOKEN} letters at least",
            hint="Give --token auto for a safe one.",
        )
    if options.token == "auto" or (not options.token and not is_loopback(options.host)):
        return secrets.token_urlsafe(24)
    return options.token or None


def _link(options: StudioOptions, token: str | None) -> str:
    """The address for a browser."""
    return address_of(options.host, options.port) + (f"?token={token}" if token else "")
