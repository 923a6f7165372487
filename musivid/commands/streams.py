"""The three streams of the program made fit to use: closed, of few letters, or full."""

from __future__ import annotations

import contextlib
import io
import os
import sys

__all__ = ["give_up_stdout", "settle_streams"]

_NUMBERS = (0, 1, 2)


def settle_streams() -> None:
    """Let streams that were closed lead nowhere, and write out what a terminal has no letters for.

    Else the first file that is opened would take a closed stream's place, and programs that are
    started would write into it.
    """
    for number in _NUMBERS:
        try:
            os.fstat(number)
        except OSError:
            with contextlib.suppress(OSError):
                nowhere = os.open(os.devnull, os.O_RDWR)
                if nowhere != number:
                    os.dup2(nowhere, number)
                    os.close(nowhere)
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def give_up_stdout() -> None:
    """Let what is still to be written on stdout go nowhere: it cannot be, and was told."""
    with contextlib.suppress(OSError, ValueError):
        number = sys.stdout.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)
