"""Actors that are processes of this machine: for machines with many cores, and without Ray."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import platform
import signal
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from musivid.farm.hosting import Host
from musivid.farm.units import (
    Actor,
    ActorsHeld,
    Answer,
    Answered,
    Crew,
    Event,
    Joined,
    Lost,
    Unable,
)

__all__ = ["Processes"]

# Of these a process dies that is at fault; others are sent to it.
_CRASHES = {
    number
    for name in ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE", "SIGSYS", "SIGTRAP")
    if (number := getattr(signal, name, None)) is not None
}


@dataclass(slots=True)
class _Process:
    """A process, our end of its pipe, and what it is at."""

    process: SpawnProcess
    pipe: Connection
    unit: str | None = None
    is_ready: bool = False


class Processes(ActorsHeld[_Process]):
    """An executor whose actors are processes here; a context manager that ends them."""

    def __init__(self, crew: Crew, most: int) -> None:
        """Have at most so many processes, as they are asked for."""
        self._crew, self._most = crew, most
        self._context = multiprocessing.get_context("spawn")
        self._all: dict[int, _Process] = {}
        self._begun = 0
        self._node = platform.node() or "this machine"
        self._shunned = False

    def ask(self, count: int) -> None:
        """Start processes up to the number that there is work for."""
        while self.can_grow() and len(self._all) < min(count, self._most):
            self._start()

    def give(self, actor: int, unit: str, payload: Any) -> None:
        """Let a process do a unit; one that is gone is told of as lost."""
        self._all[actor].unit = unit
        with contextlib.suppress(OSError):
            self._all[actor].pipe.send(payload)

    def events(self, wait_s: float) -> Sequence[Event]:
        """What has happened since, waited for a little."""
        pipes = {held.pipe: number for number, held in self._all.items()}
        if not pipes:
            time.sleep(wait_s)
            return []
        ready = wait(list(pipes), wait_s)
        return [event for pipe in ready if (event := self._read(pipes[pipe]))]  # type: ignore[index]

    def dismiss(self, actor: int, *, shun: bool = False) -> None:
        """End a process."""
        self._shunned |= shun
        if held := self._all.pop(actor, None):
            held.process.kill()
            held.process.join()
            held.pipe.close()

    def can_grow(self) -> bool:
        """Whether this machine is not shunned."""
        return not self._shunned

    def pids(self) -> list[int]:
        """The processes that are ready, by their numbers in the system."""
        return [held.process.pid or 0 for held in self._all.values() if held.is_ready]

    def _start(self) -> None:
        here, there = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(there, self._crew), daemon=True)
        process.start()
        there.close()
        self._begun += 1
        self._all[self._begun] = _Process(process, here)

    def _read(self, number: int) -> Event | None:
        held = self._all[number]
        try:
            told = held.pipe.recv()
        except (EOFError, OSError):
            held.process.join()
            status, was_ready = held.process.exitcode or 0, held.is_ready
            self.dismiss(number)
            why = f"killed by signal {-status}" if status < 0 else f"it ended with status {status}"
            by_itself = status > 0 or -status in _CRASHES
            if by_itself and not was_ready:
                self._shunned = True
                return Unable(self._node, why)
            return Lost(number, why, by_itself=by_itself)
        if isinstance(told, Answer):
            unit, held.unit = held.unit or "", None
            return Answered(number, unit, told)
        if isinstance(told, str):
            self.dismiss(number, shun=True)
            return Unable(self._node, told)
        held.is_ready = True
        return Joined(Actor(number, self._node, told))


def _serve(pipe: Connection, crew: Crew) -> None:
    """What each process does: its facts first, then one answer a payload."""
    for name in ("SIGINT", "SIGHUP"):  # the first process heeds them, and ends this one
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    try:
        host = Host(crew)
        pipe.send(dict(host.facts()))
    except Exception as error:
        pipe.send(str(error) or traceback.format_exc())
        return
    while True:
        try:
            payload = pipe.recv()
        except EOFError:
            return
        pipe.send(host.do(payload))


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
