"""One hostile run: what is typed, in which world, and what must be said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Case", "all_of", "links", "nothing", "writes"]


def nothing(folder: Path) -> None:
    """Change nothing."""


def writes(name: str, content: bytes) -> Callable[[Path], None]:
    """Write a file of the user's folder."""

    def write(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).write_bytes(content)

    return write


def links(name: str, target: str) -> Callable[[Path], None]:
    """Make a name a link."""

    def link(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)

    return link


def all_of(*steps: Callable[[Path], None]) -> Callable[[Path], None]:
    """Do one after the other."""

    def do(folder: Path) -> None:
        for step in steps:
            step(folder)

    return do


@dataclass(frozen=True, slots=True)
class Case:
    """A hostile run.

    Attributes:
        kind: what is hostile in it; no more than ten cases are of one kind.
        bullet: which promise it holds musivid to.
        command: whose it is, as in `world.COMMANDS`.
        typed: the command line.
        says: what must be said, all of it; small and large letters are the same.
        prepare: what is done to the user's folder before.
        codes: how it may end.
        environment: variables of the environment.
        encoding: of the terminal; empty: UTF-8.
        leaves: what may lie there afterwards that did not before.
        label: what tells it from others of its kind and command.
    """

    kind: str
    bullet: str
    command: str
    typed: tuple[str, ...]
    says: tuple[str, ...]
    prepare: Callable[[Path], None] = nothing
    codes: tuple[int, ...] = (2,)
    environment: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    leaves: tuple[str, ...] = ()
    label: str = ""

    @property
    def name(self) -> str:
        """What it is called among all cases."""
        return ": ".join(filter(None, (self.bullet, self.kind, self.command, self.label)))
