"""The one place where commands print: nothing that a file says commands the terminal."""

from __future__ import annotations

import contextlib
import sys

from musivid.commands.streams import give_up_stdout
from musivid.core.errors import RunError
from musivid.core.printable import printable, printable_json

__all__ = ["print_json", "print_line", "print_text"]


def print_text(text: object, *, end: str = "\n") -> None:
    """Print a result on stdout.

    Raises:
        RunError: it cannot be written, as on a full disk.
        BrokenPipeError: nobody reads it any more.
    """
    try:
        print(printable(str(text)), end=end, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        give_up_stdout()
        raise RunError(
            f"the result cannot be written to standard output: {error.strerror or error}",
            hint="Files that were made stay; send the output to where there is room.",
        ) from None


def print_json(data: object) -> None:
    """Print one JSON object on stdout, in ASCII where stdout has no other letters.

    Raises:
        RunError, BrokenPipeError: as `print_text` has it.
    """
    text = printable_json(data)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = printable_json(data, ascii_only=True)
    print_text(text)


def print_line(text: str) -> None:
    """Write one line on stderr, whole and at once; JSON comes as `printable_json` gives it.

    Talk that cannot be written, as on a full disk, stops no work.

    Raises:
        BrokenPipeError: nobody reads it any more.
    """
    try:
        print(printable(text), file=sys.stderr, flush=True)
    except BrokenPipeError:
        raise
    except OSError:
        with contextlib.suppress(OSError):
            sys.stderr.flush()
