"""Stopping in good order: Ctrl-C, and the signals by which other programs end this one.

Asked for once, work with a run folder stops softly: the frame in hand is finished. Other work is
interrupted at once, as by Ctrl-C, so that children are ended and temporary files removed.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from musivid.core.errors import Interrupted

__all__ = [
    "StopFlag",
    "exit_code",
    "heed_signals",
    "held_signals",
    "interrupted",
    "soft_stop",
]

_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
# `timeout` and service managers send a signal twice in a row and mean it once.
_ONCE_S = 1.0


class StopFlag:
    """Whether the user asked to stop; loops look at it between frames and between steps."""

    def __init__(self) -> None:
        self.asked = False
        self.hurried = False

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Where there is nothing to finish: the first interruption acts at once in the context.

        Raises:
            Interrupted: it came.
        """
        self.hurried = True
        try:
            self.check()
            yield
        except KeyboardInterrupt:
            raise Interrupted("stopped") from None
        finally:
            self.hurried = False

    def check(self) -> None:
        """Stop here if the user asked for it.

        Raises:
            Interrupted: asked.
        """
        if self.asked:
            raise Interrupted("stopped")


class _Received:
    """The last signal that asked this process to end."""

    number: int = signal.SIGINT
    at_s: float = float("-inf")

    @classmethod
    def note(cls, number: int) -> bool:
        """Note a signal; whether it counts, being no echo of the one before."""
        since_s, cls.at_s = time.monotonic() - cls.at_s, time.monotonic()
        cls.number = number
        return number == signal.SIGINT or since_s > _ONCE_S


def heed_signals() -> None:
    """Let this whole process be interrupted by SIGTERM and SIGHUP as it is by SIGINT.

    For programs: a signal that they ignore, as under `nohup`, stays ignored.
    """
    for number in _SIGNALS:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _interrupt)


def exit_code() -> int:
    """What a process that was interrupted ends with: 128 and the number of the signal."""
    return 128 + _Received.number


def _interrupt(number: int, frame: FrameType | None) -> None:
    if _Received.note(number):
        raise KeyboardInterrupt


@contextmanager
def soft_stop() -> Iterator[StopFlag]:
    """Catch the first interruption while the context lasts; a second one acts at once, as ever.

    SIGINT is caught always, SIGTERM and SIGHUP where `heed_signals` was called. Signals reach only
    the main thread of a program; elsewhere the flag is never raised.
    """
    flag = StopFlag()
    if threading.current_thread() is not threading.main_thread():
        yield flag
        return

    def ask(number: int, frame: FrameType | None) -> None:
        counts, before = _Received.note(number), flag.asked
        flag.asked = True
        if counts and (before or flag.hurried):
            raise KeyboardInterrupt

    before = {
        number: signal.getsignal(number)
        for number in _SIGNALS
        if number == signal.SIGINT or signal.getsignal(number) is _interrupt
    }
    for number in before:
        signal.signal(number, ask)
    try:
        yield flag
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _HeldSignals:
    """Signals that came while C code ran which calls back into Python.

    A handler that raised in such a call would be lost there.
    """

    current: _HeldSignals | None = None

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}
        self._came: list[tuple[int, FrameType | None]] = []
        self.raised: BaseException | None = None

    def heed(self) -> None:
        """Let the handlers of what came act now; what they raise is kept."""
        try:
            while self._came:
                number, frame = self._came.pop(0)
                self._before[number](number, frame)
        except BaseException as error:
            self.raised = self.raised or error

    def hold(self) -> None:
        """Take the place of all handlers that are written in Python."""
        for number in _SIGNALS:
            handler = signal.getsignal(number)
            if callable(handler):
                self._before[number] = handler
                signal.signal(number, self._note)

    def release(self) -> None:
        """Give their places back, and raise what they raised."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self.heed()
        if self.raised is not None:
            raise self.raised

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._came.append((number, frame))


@contextmanager
def held_signals() -> Iterator[None]:
    """Let C code run that calls back into Python, where nothing may be raised.

    Such calls ask `interrupted`, and let the C code end early; what a signal raises is raised when
    the context ends. Signals reach only the main thread: elsewhere there is nothing to hold.
    """
    if threading.current_thread() is not threading.main_thread() or _HeldSignals.current:
        yield
        return
    held = _HeldSignals()
    held.hold()
    _HeldSignals.current = held
    try:
        yield
    finally:
        _HeldSignals.current = None
        held.release()


def interrupted() -> bool:
    """Whether a signal asks for an end to the C code that is within `held_signals`."""
    held = _HeldSignals.current
    if held is None or threading.current_thread() is not threading.main_thread():
        return False
    held.heed()
    return held.raised is not None
