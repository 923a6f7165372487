"""Lyrics that a song's own file holds: timed ones of ID3, those of tags, and subtitles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from musivid.core.errors import InputError
from musivid.core.timeline import Cue
from musivid.media.containers import open_media
from musivid.media.lyrics.encoding import decode_text
from musivid.media.lyrics.formats import format_shown
from musivid.media.lyrics.id3 import read_tag
from musivid.media.lyrics.lines import SURE
from musivid.media.lyrics.lyrics3 import read_lyrics3
from musivid.media.lyrics.reading import cues_of, parse_cues, parse_plain
from musivid.media.lyrics.sylt import read_sylt
from musivid.media.lyrics.tracks import read_subtitles

__all__ = ["Held", "words_within"]

# USLT as ffmpeg names it, Vorbis comments, MP4's ©lyr, Windows Media's, and what taggers add.
_TAG = re.compile(r"(?:wm/)?(?:un)?sync(?:ed|hroni[sz]ed)[ _]?lyrics|(?:wm/)?lyrics?(?:-.*)?", re.I)
_LANGUAGE = re.compile(
    r"\A[a-z]{3}\|[^|\n]{0,80}\|"
)  # and a name, as Mp3tag writes before the words
_MPEG_SAMPLES, _LOW_RATE_HZ = 1152, 32000  # of a frame of layer 3; below, frames are half as long


@dataclass(frozen=True, slots=True)
class Held:
    """Lyrics in a song's file.

    Attributes:
        where: what they stand in, for messages: SYLT, a tag's name, or `subtitles, eng`.
        cues: where they have times.
        lines: where they have none.
        warnings: what the user should know.
    """

    where: str
    cues: tuple[Cue, ...] = ()
    lines: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def words_within(song: Path) -> Held | None:
    """The lyrics in a song's file, timed ones before others; None: there are none.

    Raises:
        InputError: it cannot be read as media.
    """
    texts, rate_hz = _tags(song)
    frame_s = _MPEG_SAMPLES / (rate_hz if rate_hz >= _LOW_RATE_HZ else 2 * max(rate_hz, 1))
    untimed = None
    for held in _found(song, texts, frame_s):
        if held.cues:
            return held
        untimed = untimed or held
    return untimed


def _found(song: Path, texts: dict[str, str], frame_s: float) -> Iterator[Held]:
    """All that the file holds and can be read; what cannot is none."""
    sheet = read_sylt(song, frame_s)
    if sheet is not None and not sheet.faults:
        yield Held("SYLT", tuple(cues_of(sheet, song.name)), (), tuple(sheet.warned(song.name)))
    tag = read_tag(song)
    if tag is not None and (unmarked := tag.unmarked(b"USLT", b"ULT")) is not None:
        with suppress(InputError):
            yield _read(song, "USLT", unmarked)
    for name, text in texts.items():
        with suppress(InputError):
            yield _read(song, name, text.encode())
    if (old := read_lyrics3(song)) is not None:
        with suppress(InputError):
            yield _read(song, "Lyrics3", old)
    subtitles = read_subtitles(song)  # last: all of the file is read for them
    if subtitles is not None:
        with suppress(InputError):
            yield _read(song, subtitles.where, subtitles.text.encode())


def _read(song: Path, name: str, data: bytes) -> Held:
    """The lyrics of a text in a file.

    Raises:
        InputError: it holds none.
    """
    text, doubts = decode_text(data, song.name)
    if text == data.decode("latin-1"):
        doubts = []  # as the tag says
    text = _LANGUAGE.sub("", text, count=1)
    told = [f"{song.name}, {name}: {message.partition(':')[0]}" for _, message in doubts]
    shown = format_shown(text, "")
    if shown is not None and shown.shows(text) == SURE:
        read = parse_cues(text.encode(), f"{song.name}, {name}")
        return Held(name, tuple(read.cues), (), (*told, *read.warnings))
    return Held(name, (), tuple(parse_plain(text.encode(), song.name)[0]), tuple(told))


def _tags(song: Path) -> tuple[dict[str, str], int]:
    """Texts of tags that hold lyrics, by the tags' names, and the sound's samples a second."""
    with open_media(song, "a song") as container:
        tags = [container.metadata, *(stream.metadata for stream in container.streams)]
        rates = (getattr(stream, "rate", 0) for stream in container.streams.audio)
        rate_hz = next(rates, 0) or 0  # none where no decoder is known
        texts = {name: text for tag in tags for name, text in tag.items() if _TAG.fullmatch(name)}
    return {name: text for name, text in texts.items() if text.strip()}, rate_hz
