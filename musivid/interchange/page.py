"""What a file that is being written knows: where it will lie, and what is told of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from musivid.interchange.edit import Edit, Media

__all__ = ["Output", "Page"]

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_MOST_TOLD = 10  # of names


@dataclass(slots=True)
class Page:
    """A file that is being written.

    Attributes:
        folder: where it will lie.
        notes: what the user should know.
        renamed: names that the format cannot hold, and what is written instead.
    """

    folder: Path
    notes: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)

    def name(
        self, text: str, swaps: Mapping[str, str] | None = None, *, lines: bool = False
    ) -> str:
        """A name as the format can hold it; each that changes is told.

        Args:
            text: the name.
            swaps: what it cannot hold, and what stands for that.
            lines: whether it may have more than one line, and blanks as they come.
        """
        plain = _CONTROLS.sub("", text)
        if not lines:
            plain = " ".join(plain.split())
        for found, instead in (swaps or {}).items():
            plain = plain.replace(found, instead)
        if plain != text:
            self.renamed[text] = plain
        return plain

    def told(self) -> tuple[str, ...]:
        """All that there is to tell."""
        names = [f"{old!r} is written as {new!r}" for old, new in self.renamed.items()]
        more = len(names) - _MOST_TOLD
        rest = [f"and {more} more names are written otherwise"] * (more > 0)
        return (*self.notes, *names[:_MOST_TOLD], *rest)

    def url(self, media: Media, *, relative: bool = False) -> str:
        """Where media are, as an address.

        Args:
            media: the file.
            relative: as seen from the folder of the page, so that both can move together.
        """
        path = Path(os.path.abspath(media.path))
        if relative and path.anchor == Path(os.path.abspath(self.folder)).anchor:
            return quote(Path(os.path.relpath(path, self.folder)).as_posix())
        return "file://" + quote(path.as_posix())


@dataclass(frozen=True, slots=True)
class Output:
    """A kind of file that is written: the row that it has in `writing.OUTPUTS`.

    Attributes:
        name: as plans call it.
        title: what it is called in help.
        suffix: how its files end.
        write: makes the file's content of an edit; what there is to tell goes on the page.
        programmes: which take it, as `--for` names them.
        holds_clips: whether it is a timeline, not marks alone.
        counts: in what its times are: seconds, frames from zero, or time codes.
        has_colours: whether markers have a colour in it.
        start_hours: the hour at which timelines of its programme begin.
    """

    name: str
    title: str
    suffix: str
    write: Callable[[Edit, Page], bytes]
    programmes: tuple[str, ...] = ()
    holds_clips: bool = False
    counts: Literal["seconds", "frames", "labels"] = "labels"
    has_colours: bool = False
    start_hours: int = 0
