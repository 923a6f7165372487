"""How library code talks: a Reporter protocol and a silent one. The Rich one lives in commands/."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

__all__ = ["Reporter", "Silent"]


class Reporter(Protocol):
    """What a pipeline tells while it works. No call may change the result."""

    def stage(self, name: str, total: int | None = None, unit: str = "") -> None:
        """Begin a stage of `total` units (None: unknown); it ends the stage before."""

    def advance(self, count: int = 1) -> None:
        """Say that `count` more units of the present stage are done."""

    def note(self, message: str) -> None:
        """Say something that the user may want to know."""

    def warn(self, message: str) -> None:
        """Say something that the user should know, although the work goes on."""

    def preview(self, path: Path) -> None:
        """Name a picture that shows how far the work is."""

    def machines(self, count: int) -> None:
        """Say how many machines work on the present stage."""


class Silent:
    """A Reporter that says nothing."""

    def stage(self, name: str, total: int | None = None, unit: str = "") -> None:
        """Ignore it."""

    def advance(self, count: int = 1) -> None:
        """Ignore it."""

    def note(self, message: str) -> None:
        """Ignore it."""

    def warn(self, message: str) -> None:
        """Ignore it."""

    def preview(self, path: Path) -> None:
        """Ignore it."""

    def machines(self, count: int) -> None:
        """Ignore it."""
