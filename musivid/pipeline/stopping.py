"""Ctrl-C that lets the frame in hand be finished: asked for once it stops softly, twice at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from musivid.errors import Interrupted

__all__ = ["StopFlag", "soft_stop"]


class StopFlag:
    """Whether the user asked to stop; loops look at it between frames and between steps."""

    def __init__(self) -> None:
        self.asked = False

    def check(self) -> None:
        """Stop here if the user asked for it.

        Raises:
            Interrupted: asked.
        """
        if self.asked:
            raise Interrupted("stopped by the user")


@contextmanager
def soft_stop() -> Iterator[StopFlag]:
    """Catch SIGINT while the context lasts; a second one interrupts at once, as ever.

    Signals reach only the main thread of a program; elsewhere the flag is never raised.
    """
    flag = StopFlag()
    if threading.current_thread() is not threading.main_thread():
        yield flag
        return

    def ask(number: int, frame: FrameType | None) -> None:
        if flag.asked:
            raise KeyboardInterrupt
        flag.asked = True

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield flag
    finally:
        signal.signal(signal.SIGINT, before)
