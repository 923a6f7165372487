"""What is typed of a film's words, and which of them go with which song."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from musivid.commands.inputs import can_be_several
from musivid.commands.options import LyricsEncoding
from musivid.commands.typed import namesake
from musivid.core.counting import EXAMPLES
from musivid.core.errors import InputError, UsageError
from musivid.core.timeline import Cue, parse_fps
from musivid.media.lyrics.choosing import lyrics_for
from musivid.media.lyrics.encoding import check_encoding
from musivid.settings.marks import SONG

if TYPE_CHECKING:
    from musivid.core.progress import Reporter

__all__ = ["Wording", "Words", "tell_lacking", "words_for"]


@dataclass(frozen=True, slots=True)
class Wording:
    """All that can be typed of words."""

    lyrics: Annotated[
        Path | None,
        typer.Option(
            "--lyrics",
            "-l",
            show_default=False,
            rich_help_panel=SONG,
            help="Timed lyrics: csv, lrc, srt, vtt, ass, ttml, json, txt and more; a folder of "
            "them for many songs. Left out: timed ones that the song's file holds.",
        ),
    ] = None
    lyrics_encoding: LyricsEncoding = None
    lyrics_fps: Annotated[
        str | None,
        typer.Option(
            "--lyrics-fps",
            metavar="RATE",
            show_default=False,
            rich_help_panel=SONG,
            help="Frames per second of lyrics that count frames, as MicroDVD; left out: as they "
            "say, else as the film has that is the song.",
        ),
    ] = None
    spread_lyrics: Annotated[
        bool,
        typer.Option(
            "--spread-lyrics",
            rich_help_panel=SONG,
            help="Lay lyrics without times over the parts where somebody seems to sing.",
        ),
    ] = False
    no_lyrics: Annotated[
        bool,
        typer.Option(
            "--no-lyrics",
            rich_help_panel=SONG,
            help="Leave out the lyrics that the song's file holds.",
        ),
    ] = False
    burn_lyrics: Annotated[
        bool,
        typer.Option(
            "--burn-lyrics", rich_help_panel=SONG, help="Write the lines into the picture."
        ),
    ] = False
    subtitles: Annotated[
        bool,
        typer.Option(
            "--subtitles",
            rich_help_panel=SONG,
            help="Put the lines into the film as subtitles that players can show.",
        ),
    ] = False

    @property
    def fps(self) -> Fraction | None:
        """Frames a second of the lyrics.

        Raises:
            UsageError: no rate.
        """
        return None if self.lyrics_fps is None else parse_fps(self.lyrics_fps)

    def check(self) -> None:
        """Check what goes together.

        Raises:
            UsageError: something has no effect, or is none.
        """
        check_encoding(self.lyrics_encoding)
        if self.fps is not None and self.lyrics is None:
            raise UsageError("--lyrics-fps has no lyrics", hint="Give --lyrics FILE as well.")
        given = {"--lyrics": self.lyrics, "--spread-lyrics": self.spread_lyrics,
                 "--burn-lyrics": self.burn_lyrics, "--subtitles": self.subtitles}  # fmt: skip
        if self.no_lyrics and (names := [name for name, value in given.items() if value]):
            raise UsageError(
                f"--no-lyrics and {names[0]} contradict each other", hint="Leave one of them out."
            )


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a song.

    Attributes:
        lyrics: a file, or cues of the song's own file; None: it is made by sound alone.
        name: what cues are called in messages.
        wanted: whether what is to be done with words can be done.
    """

    lyrics: Path | tuple[Cue, ...] | None
    name: str = ""
    wanted: bool = True


def words_for(song: Path, asked: Wording, songs: Sequence[str], reporter: Reporter) -> Words:
    """The words of a song: what was given, else what its file holds.

    Args:
        song: the song.
        asked: what was typed.
        songs: as they were typed; a folder of lyrics may lack those of some of several.
        reporter: told of what is found.

    Raises:
        InputError: the folder lacks those of the only song, or the song cannot be read.
    """
    in_folder = asked.lyrics is not None and asked.lyrics.is_dir()
    lacks = in_folder and can_be_several(songs) and not lyrics_for(song, asked.lyrics or song)
    if asked.lyrics is not None and not lacks:
        return Words(namesake(song, asked.lyrics, "lyrics", reporter))
    found = Words(None) if asked.no_lyrics else _held(song, asked, reporter)
    return Words(found.lyrics, found.name, wanted=not lacks or found.lyrics is not None)


def tell_lacking(asked: Sequence[tuple[Path, Wording]], reporter: Reporter) -> None:
    """Say once which of several songs have no lyrics in the folder given.

    Args:
        asked: all songs, each with what was typed of its words.
        reporter: told.

    Raises:
        InputError: none of them has.
    """
    folders = {word.lyrics for _, word in asked if word.lyrics and word.lyrics.is_dir()}
    for folder in sorted(folders):
        songs = [song for song, word in asked if word.lyrics == folder]
        lacking = [song for song in songs if not lyrics_for(song, folder)]
        if len(songs) > 1 and len(lacking) == len(songs):
            raise InputError(
                f"{folder} holds no lyrics of these {len(songs)} songs",
                hint=f"Name them as the songs: {songs[0].stem}.lrc, {songs[0].stem}.en.vtt.",
            )
        if len(songs) > 1 and lacking:
            shown = ", ".join(song.name for song in lacking[:EXAMPLES])
            more = f" and {len(lacking) - EXAMPLES} more" if len(lacking) > EXAMPLES else ""
            reporter.warn(
                f"{folder} holds no lyrics of {len(lacking)} of {len(songs)} songs ({shown}{more})"
                "; these go by what their own files hold, else by sound alone"
            )


def _held(song: Path, asked: Wording, reporter: Reporter) -> Words:
    """The words that a song's file holds, as far as they can be used."""
    from musivid.media.lyrics.within import words_within

    held = words_within(song)
    if held is None:
        return Words(None)
    name = f"{song.name} ({held.where})"
    if asked.spread_lyrics:
        if held.cues:
            raise InputError(f"{name} has lyrics with times", hint="Leave --spread-lyrics out.")
        return Words(tuple(Cue(0.0, None, line) for line in held.lines), name)
    if held.cues:
        lines = sum(bool(cue.text) for cue in held.cues)
        reporter.note(f"{name} holds {lines} timed lines of lyrics: taken; --no-lyrics leaves them")
        for warning in held.warnings:
            reporter.warn(warning)
        return Words(held.cues, name)
    reporter.note(
        f"{name} holds {len(held.lines)} lines of lyrics without times: not taken; --spread-lyrics "
        "lays them over the parts where somebody seems to sing, a guess; `musivid studio`, page "
        "Time the words, gives them their times"
    )
    return Words(None)
