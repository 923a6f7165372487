"""The one place where commands print: nothing that a file says commands the terminal."""

from __future__ import annotations

import sys

from musivid.core.printable import printable, printable_json

__all__ = ["print_json", "print_line", "print_text"]


def print_text(text: object, *, end: str = "\n") -> None:
    """Print a result on stdout."""
    print(printable(str(text)), end=end, flush=True)


def print_json(data: object) -> None:
    """Print one JSON object on stdout."""
    print(printable_json(data), flush=True)


def print_line(text: str) -> None:
    """Write one line on stderr, whole and at once; JSON comes as `printable_json` gives it."""
    print(printable(text), file=sys.stderr, flush=True)
