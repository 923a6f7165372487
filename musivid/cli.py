"""The `musivid` program: its commands, and the one place where errors become exit codes.

Nothing heavy is imported here or by `commands/` at import; a command's body does that.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import traceback
from itertools import pairwise
from typing import Annotated

import typer

from musivid.commands.flags import FlagsCommand
from musivid.commands.printing import print_line, print_text
from musivid.commands.progress import print_event
from musivid.commands.streams import settle_streams
from musivid.core.errors import BatchError, Interrupted, MusividError, RunError
from musivid.core.machine import settle
from musivid.core.refused import explained
from musivid.core.stopping import exit_code, heed_signals

__all__ = ["build_app", "main"]

_INTERRUPTED = 130  # 128 + SIGINT, as shells have it
# In the order of --help. Each module holds a function, or a Typer app, of its own name.
_COMMANDS = (
    "video",
    "interpolate",
    "caption",
    "lyrics",
    "visualize",
    "bgm",
    "markers",
    "combine",
    "evaluate",
    "farm",
    "studio",
    "study",
    "presets",
    "models",
    "doctor",
)


def build_app() -> typer.Typer:
    """The Typer app with all commands."""
    app = typer.Typer(
        name="musivid",
        help="Songs into music videos, offline or with published models.",
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_start)
    for name in _COMMANDS:
        command = getattr(importlib.import_module(f"musivid.commands.{name}"), name)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name, cls=FlagsCommand)(command)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        from musivid.commands.doctor import version_block

        print_text(version_block())
        raise typer.Exit


def _start(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Print versions, as a block for a report, and leave.",
        ),
    ] = False,
) -> None:
    """Songs into music videos, offline or with published models."""


def main() -> None:
    """Run the command line of `sys.argv` and leave with its exit code."""
    settle()
    settle_streams()
    heed_signals()
    sys.exit(_run())


def _run() -> int:
    """Run the command line and return its exit code; every error is told, none is a traceback."""
    debug = bool(os.environ.get("MUSIVID_DEBUG"))
    try:
        os.getcwd()  # libraries end the process where that is gone, before anybody can tell it
        typer.main.get_command(build_app()).main(prog_name="musivid")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
        return _interrupted() if code == _INTERRUPTED else code
    except KeyboardInterrupt:
        return _interrupted()
    except Interrupted as error:
        error.exit_code = exit_code()
        _tell(error)
        return error.exit_code
    except Exception as error:
        if debug:
            traceback.print_exc()
        told = explained(error) or _unforeseen(error)
        _tell(told)
        return told.exit_code
    return 0


def _interrupted() -> int:
    """Say that the work was stopped where it was, and return the exit code of its signal."""
    if _speaks_json():
        print_event("error", error="interrupted", hint="", command="", exit_code=exit_code())
    else:
        print_line("interrupted")
    return exit_code()


def _speaks_json() -> bool:
    """Whether a program reads stderr; asked of the command line, for errors of any time."""
    line = sys.argv
    return "--progress=json" in line or ("--progress", "json") in pairwise(line)


def _unforeseen(error: Exception) -> MusividError:
    """What to say when musivid itself is at fault."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return MusividError(
        f"musivid failed: {type(error).__name__}: {error} "
        f"({os.path.basename(where.filename)}:{where.lineno})",
        hint="This is a bug in musivid. Please report it with the output of "
        "`musivid --version` and of the same command with MUSIVID_DEBUG=1 before it.",
    )


def _tell(error: MusividError) -> None:
    """Show an error on stderr, and as JSON on stdout where --json was given.

    The exit code stands even where neither can be written.
    """
    from musivid.commands.batch import error_facts
    from musivid.commands.console import print_error, print_json

    with contextlib.suppress(OSError):
        if _speaks_json():
            print_event("error", **error_facts(error))
        else:
            print_error(error)
    if "--json" in sys.argv and not isinstance(error, BatchError):
        with contextlib.suppress(OSError, RunError):
            print_json(error_facts(error))
