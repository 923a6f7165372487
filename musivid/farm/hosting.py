"""What runs where the work is done: makes a hand, and answers whatever becomes of a unit."""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from musivid.core.errors import (
    MissingError,
    MusividError,
    OutputError,
    RunError,
    UsageError,
)
from musivid.core.machine import settle
from musivid.core.refused import explained
from musivid.farm.units import Answer, Crew, Fault, Hand

__all__ = ["Host"]


class Host:
    """A hand in a process of its own, which nothing that a unit does brings down."""

    def __init__(self, crew: Crew) -> None:
        """Make the hand; whatever it raises is told as why this machine cannot take part."""
        settle()
        self._hand: Hand = crew.make(*crew.arguments)

    def facts(self) -> Mapping[str, str]:
        """What the hand's results depend on."""
        return dict(self._hand.facts())

    def do(self, payload: Any) -> Answer:
        """Do a unit; what it raises is its answer."""
        heard = _Heard()
        try:
            return Answer(self._hand.do(payload, heard), told=tuple(heard.calls))
        except Exception as error:
            return Answer(fault=_fault(error), told=tuple(heard.calls))


class _Heard:
    """A Reporter that keeps what people should know."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    def stage(self, name: str, total: int | None = None, unit: str = "") -> None:
        """Nobody looks on."""

    def advance(self, count: int = 1) -> None:
        """Nobody looks on."""

    def note(self, message: str) -> None:
        """Keep it."""
        self.calls.append(("note", (message,)))

    def warn(self, message: str) -> None:
        """Keep it."""
        self.calls.append(("warn", (message,)))

    def preview(self, path: Path) -> None:
        """Nobody looks on."""

    def machines(self, count: int) -> None:
        """There is this one."""


def _fault(error: Exception) -> Fault:
    """What an error says of its unit: the input's own, memory's, or perhaps of this machine."""
    told = explained(error)
    if isinstance(error, MemoryError) or "too little memory" in str(told or ""):
        return Fault("memory", told or RunError("there is too little memory"))
    if type(error).__name__ == "OutOfMemoryError":  # torch's
        return Fault("memory", RunError(f"there is too little memory: {error}"))
    if told is None:
        where = traceback.format_exception(error)
        unforeseen = RunError(f"musivid failed: {type(error).__name__}: {error}")
        unforeseen.add_note("".join(where))
        return Fault("odd", unforeseen)
    is_own = isinstance(told, UsageError) and not isinstance(told, OutputError)
    return Fault("own" if is_own else "odd", _portable(told))


def _portable(error: MusividError) -> Exception:
    """The error, or one of ours that says the same where it cannot be sent."""
    try:
        pickle.dumps(error)
    except Exception:
        kind = MissingError if isinstance(error, MissingError) else RunError
        return kind(error.problem, hint=error.hint, command=error.command)
    return error
