"""Progress for programs: one JSON object a line on stderr, as docs/progress.md has it."""

from __future__ import annotations

import time
from pathlib import Path
from types import TracebackType
from typing import Any

from musivid.commands.printing import print_line
from musivid.core.pace import Pace
from musivid.core.printable import printable_json

__all__ = ["JsonReporter", "print_event"]

_LEAST_S = 0.1  # between two lines that only count on


def print_event(event: str, **facts: Any) -> None:
    """Write one line on stderr, whole and at once."""
    print_line(printable_json({"event": event, **facts}))


class JsonReporter:
    """A Reporter whose lines a program reads; a context manager, as the one for people."""

    def __init__(self, *, quiet: bool = False) -> None:
        """Say nothing when quiet."""
        self._quiet = quiet
        self._began_s = time.monotonic()
        self._stage, self._unit = "", ""
        self._total: int | None = None
        self._pace, self._told_s = Pace(), 0.0
        self._machines: int | None = None

    def __enter__(self) -> JsonReporter:
        """Return the reporter."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the stage, if all went well: else it did not come to its end."""
        if error is None:
            self.pause()

    def stage(self, name: str, total: int | None = None, unit: str = "") -> None:
        """Begin a stage of `total` units; it ends the stage before."""
        self.pause()
        self._stage, self._total, self._unit = name, total, unit
        self._pace, self._told_s, self._machines = Pace(), time.monotonic(), None
        self._say("stage", **self._count())

    def advance(self, count: int = 1) -> None:
        """Say that `count` more units of the present stage are done."""
        self._pace.advance(count)
        now_s = time.monotonic()
        if now_s - self._told_s >= _LEAST_S or self._pace.count == self._total:
            self._told_s = now_s
            self._say("step", **self._count())

    def note(self, message: str) -> None:
        """Say something that the user may want to know."""
        self._say("note", message=message)

    def warn(self, message: str) -> None:
        """Say something that the user should know, although the work goes on."""
        self._say("warning", message=message)

    def preview(self, path: Path) -> None:
        """Name a picture that shows how far the work is."""
        self._say("preview", path=str(path))

    def machines(self, count: int) -> None:
        """Say how many machines work on the present stage."""
        self._machines = count
        self._say("step", **self._count())

    def pause(self) -> None:
        """End the stage."""
        if self._stage:
            self._say("end", **self._count(), took_s=round(self._pace.took_s, 3))
        self._stage = ""

    def _count(self) -> dict[str, Any]:
        """How far the stage is, and how long what is left takes."""
        done, total = self._pace.count, self._total
        left_s = self._pace.left_s(total) if total else None
        return {
            "stage": self._stage,
            "done": done,
            "total": total,
            "unit": self._unit,
            "fraction": round(min(1.0, done / total), 4) if total else None,
            "eta_s": None if left_s is None else round(left_s, 2),
            **({} if self._machines is None else {"machines": self._machines}),
        }

    def _say(self, event: str, **facts: Any) -> None:
        if not self._quiet:
            print_event(event, time_s=self._seconds(self._began_s), **facts)

    def _seconds(self, since_s: float) -> float:
        return round(time.monotonic() - since_s, 3)
