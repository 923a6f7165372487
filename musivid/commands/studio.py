"""`musivid studio`: both directions in a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from musivid.commands.extras import STUDIO, need_extra
from musivid.commands.flags import with_flags
from musivid.commands.options import Machine
from musivid.commands.printing import print_line
from musivid.core.errors import UsageError
from musivid.core.paths import data_folder, expanded

__all__ = ["studio"]

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """All that can be typed after `musivid studio`."""

    host: Annotated[
        str,
        typer.Option(
            "--host",
            metavar="ADDRESS",
            help="Where to listen; others than this machine need a token.",
        ),
    ] = "127.0.0.1"
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = 8741
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="FOLDER",
            show_default=False,
            help="Where all is kept; left out, studio/ in the user's data folder.",
        ),
    ] = None
    token: Annotated[
        str,
        typer.Option(
            "--token",
            metavar="auto|TEXT",
            show_default=False,
            help="What visitors must know; auto: made anew and shown in the link.",
        ),
    ] = ""
    max_upload: Annotated[
        str, typer.Option("--max-upload", metavar="SIZE", help="The largest file that is taken.")
    ] = "500M"
    database: Annotated[
        str,
        typer.Option(
            "--database",
            metavar="URL",
            show_default=False,
            envvar="MUSIVID_STUDIO_DATABASE",
            help="A PostgreSQL server instead of a file; best given by the variable.",
        ),
    ] = ""
    keep: Annotated[
        int,
        typer.Option(
            "--keep",
            min=0,
            metavar="DAYS",
            show_default=False,
            help="Offer runs of this age for removal; left out, none.",
        ),
    ] = 0
    backup: Annotated[
        Path | None,
        typer.Option(
            "--backup",
            metavar="FILE.tar",
            show_default=False,
            help="Write all that is kept into an archive, and serve nothing.",
        ),
    ] = None
    opens: Annotated[bool, typer.Option("--open", help="Open a browser, too.")] = False
    machine: Machine


@with_flags()
def studio(asked: _Asked) -> None:
    """Make films and soundtracks in a browser, on this machine.

    Songs become films by way of a plan that can be changed; words are timed by tapping; clips get
    music. What is at work goes on after a restart.

    [bold]Examples[/bold]

    musivid studio --open

    musivid studio --host 0.0.0.0 --token auto --data /srv/musivid

    musivid studio --backup studio.tar
    """
    need_extra("studio", STUDIO, what="the studio")
    from musivid.web.serve import StudioOptions, serve_studio

    machine = asked.machine
    data = asked.data or data_folder() / "studio"
    if asked.backup:
        from musivid.web.backup import write_backup

        count = write_backup(expanded(data), expanded(asked.backup))
        print_line(f"{asked.backup} holds {count} files")
        return
    serve_studio(
        StudioOptions(
            host=asked.host,
            port=asked.port,
            data=data,
            token=asked.token,
            most_bytes=_bytes(asked.max_upload),
            opens=asked.opens,
            database=asked.database,
            keep_days=asked.keep,
            device=machine.device,
            dtype=machine.dtype,
            offline=machine.offline,
            threads=machine.threads,
        ),
        lambda link: print_line(f"The studio is open: {link}   (Ctrl-C closes it)"),
    )


def _bytes(text: str) -> int:
    """Bytes of `500M`.

    Raises:
        UsageError: no size.
    """
    match = re.fullmatch(r"(\d{1,9})([kmg]?)b?", text.strip().lower())
    if not match or not int(match[1]):
        raise UsageError(f"--max-upload {text!r} is not a size", hint="Give bytes, or 500M, 2G.")
    return int(match[1]) * _UNITS[match[2]]
