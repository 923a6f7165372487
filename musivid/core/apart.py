"""Work in a process of its own, so that the memory of what it loads is given back with it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, TypeVar

from musivid.core.errors import MusividError, RunError
from musivid.core.progress import Reporter

__all__ = ["apart"]

T = TypeVar("T")

_LOOK_S = 0.2  # how often a wait can be interrupted, where the system does not do it


@dataclass(frozen=True, slots=True)
class _Said:
    """A call of the reporter."""

    name: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Made:
    """What came of the work."""

    result: Any


@dataclass(frozen=True, slots=True)
class _Failed:
    """The error that the work ended with."""

    error: BaseException
    trace: str


def apart(work: Callable[..., T], *arguments: Any, reporter: Reporter) -> T:
    """What `work(*arguments, reporter=...)` returns, done in another process that then ends.

    That process ends too when this one is killed, or when an interruption is raised here.

    Args:
        work: a function at the top of a module.
        arguments: whatever can be pickled.
        reporter: told here what the work tells there.

    Raises:
        RunError: the process died. Whatever else the work raises.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_work, args=(there, work, arguments), daemon=True)
    process.start()
    there.close()
    try:
        while True:
            if not here.poll(_LOOK_S):
                continue
            try:
                told = here.recv()
            except EOFError:
                process.join()
                raise _death(process.exitcode) from None
            if isinstance(told, _Made):
                result: T = told.result
                return result
            if isinstance(told, _Failed):
                told.error.add_note(told.trace)
                raise told.error
            getattr(reporter, told.name)(*told.arguments)
    finally:
        process.kill()
        process.join()
        here.close()


def _death(status: int | None) -> RunError:
    if status is not None and status < 0:
        return RunError(
            f"the process that plans was killed by signal {-status}",
            hint="Perhaps memory ran out. Give the same command again.",
        )
    return RunError(f"the process that plans ended with status {status}")


class _Teller:
    """A Reporter whose calls are made in the other process."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def stage(self, name: str, total: int | None = None, unit: str = "") -> None:
        """Pass it on."""
        self._pipe.send(_Said("stage", (name, total, unit)))

    def advance(self, count: int = 1) -> None:
        """Pass it on."""
        self._pipe.send(_Said("advance", (count,)))

    def note(self, message: str) -> None:
        """Pass it on."""
        self._pipe.send(_Said("note", (message,)))

    def warn(self, message: str) -> None:
        """Pass it on."""
        self._pipe.send(_Said("warn", (message,)))

    def preview(self, path: Path) -> None:
        """Pass it on."""
        self._pipe.send(_Said("preview", (path,)))

    def machines(self, count: int) -> None:
        """Pass it on."""
        self._pipe.send(_Said("machines", (count,)))


def _work(pipe: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """What the other process does."""
    for name in ("SIGINT", "SIGHUP"):  # the first process heeds them, and ends this one
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    try:
        told: _Made | _Failed = _Made(work(*arguments, reporter=_Teller(pipe)))
    except MusividError as error:
        told = _Failed(error, "")
    except BaseException as error:
        told = _Failed(error, traceback.format_exc())
    try:
        pipe.send(told)
    except Exception:  # an error that cannot be sent
        trace = told.trace if isinstance(told, _Failed) else traceback.format_exc()
        pipe.send(_Failed(RuntimeError(trace), trace))
    pipe.close()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
