"""Programs that tests start: always ended with the test, whatever became of it."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["Program", "heed_ignored_signals", "started"]

Program = Callable[..., tuple[int, str, str]]
"""The fixture `musivid`: arguments in; exit code, stdout and stderr out."""


_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def started(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A program that runs; killed on leaving if it still does, so that no test waits for ever.

    Args:
        command: the program and its arguments.
        options: of `subprocess.Popen`.
    """
    with subprocess.Popen(command, text=True, **options) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def heed_ignored_signals() -> None:
    """Let programs that tests start be ended by signals that this process was told to ignore.

    Under `nohup`, or in a shell's background, SIGHUP or SIGINT are ignored, and what is ignored is
    inherited; what has a handler is not. This process itself goes on to take no notice of them.
    """
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, _take_no_notice)


def _take_no_notice(number: int, frame: FrameType | None) -> None:
    """What a signal does that is to be ignored here, but not in programs started from here."""
