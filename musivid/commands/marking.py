"""What commands ask about files of marks and cuts, as editors write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from musivid.core.errors import UsageError
from musivid.core.paths import expanded
from musivid.settings.marks import SONG

if TYPE_CHECKING:
    from musivid.interchange.reading import Wish
    from musivid.pipeline.guidance.beat_files import BeatFile

__all__ = ["CorrectedBeats", "Editor", "FromFile"]

_BEAT = "Beat"


class FromFile(StrEnum):
    """What is taken of a timeline."""

    markers = "markers"
    cuts = "cuts"


@dataclass(frozen=True, slots=True)
class Editor:
    """What is said of files that editors wrote."""

    cuts: Annotated[
        Path | None,
        typer.Option(
            "--cuts",
            metavar="FILE",
            show_default=False,
            rich_help_panel=_BEAT,
            help="Where the clip cuts, as an editor's list says; then it is not looked for.",
        ),
    ] = None
    hit_from: Annotated[
        FromFile | None,
        typer.Option(
            "--hit-from",
            show_default=False,
            rich_help_panel=_BEAT,
            help="What of a timeline are hit points; left out: markers, else cuts.",
        ),
    ] = None
    fps: Annotated[
        str | None,
        typer.Option(
            "--fps",
            metavar="RATE",
            show_default=False,
            rich_help_panel=_BEAT,
            help="Frame rate of time codes in these files: 25, 29.97df; left out: the clip's.",
        ),
    ] = None
    start: Annotated[
        str | None,
        typer.Option(
            "--start",
            metavar="TIMECODE",
            show_default=False,
            rich_help_panel=_BEAT,
            help="Time code of the clip's first frame in these files, as 01:00:00:00.",
        ),
    ] = None

    def wish(self, hit_points: Path | None) -> Wish:
        """How the files are to be read.

        Args:
            hit_points: the other file, or None.

        Raises:
            UsageError: no rate, or something said of files where none is given.
        """
        from musivid.interchange.reading import Wish
        from musivid.interchange.timecode import parse_rate

        said = {"--hit-from": self.hit_from, "--fps": self.fps, "--start": self.start}
        lost = [flag for flag, value in said.items() if value is not None]
        if self.hit_from is not None and hit_points is None and self.cuts is not None:
            raise UsageError("--hit-from says what of --hit-points is taken, which is not given")
        if lost and hit_points is None and self.cuts is None:
            raise UsageError(
                f"{lost[0]} speaks of files of moments, but none is given",
                hint="Give --hit-points FILE or --cuts FILE with it.",
            )
        rate = parse_rate(self.fps) if self.fps is not None else None
        return Wish(self.hit_from.value if self.hit_from else None, rate, self.start)


@dataclass(frozen=True, slots=True)
class CorrectedBeats:
    """A file of markers that says where beats are, instead of hearing them."""

    beats: Annotated[
        Path | None,
        typer.Option(
            "--beats",
            metavar="FILE",
            show_default=False,
            rich_help_panel=SONG,
            help="Beats and bars as an editor's markers have them, instead of those heard.",
        ),
    ] = None
    beats_fps: Annotated[
        str | None,
        typer.Option(
            "--beats-fps",
            metavar="RATE",
            show_default=False,
            rich_help_panel=SONG,
            help="Frame rate of time codes in that file: 25, 29.97df; left out: its own.",
        ),
    ] = None

    def file(self, inputs: Sequence[str]) -> BeatFile | None:
        """The file, or None: beats are heard.

        Args:
            inputs: what the command takes; the file belongs to one song.

        Raises:
            UsageError: a rate without a file, none, or several songs.
        """
        from musivid.interchange.timecode import parse_rate
        from musivid.pipeline.guidance.beat_files import beat_file

        if self.beats is None:
            if self.beats_fps is not None:
                raise UsageError("--beats-fps speaks of --beats, which is not given")
            return None
        if self.beats_fps is not None:
            parse_rate(self.beats_fps)
        if len(inputs) > 1 or any(expanded(Path(text)).is_dir() for text in inputs):
            raise UsageError("--beats belongs to one song", hint="Give one song with it.")
        return beat_file(self.beats, self.beats_fps)
