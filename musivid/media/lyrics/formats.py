"""The formats of lyrics: the one table that reading, writing, help and messages go by.

A format is a module that makes a `Format`, and its name in `FORMATS`.
"""

from __future__ import annotations

from pathlib import Path

from musivid.media.lyrics.audacity import AUDACITY
from musivid.media.lyrics.csv import CSV
from musivid.media.lyrics.json import JSON
from musivid.media.lyrics.jsonl import JSON_LINES
from musivid.media.lyrics.karaoke import KARAOKE
from musivid.media.lyrics.lines import NO, Format
from musivid.media.lyrics.lrc import LRC
from musivid.media.lyrics.microdvd import MICRODVD
from musivid.media.lyrics.mpl2 import MPL2
from musivid.media.lyrics.plain import PLAIN
from musivid.media.lyrics.sbv import SBV
from musivid.media.lyrics.srt import SRT
from musivid.media.lyrics.ssa import SSA
from musivid.media.lyrics.tsv import TSV
from musivid.media.lyrics.ttml import TTML
from musivid.media.lyrics.ultrastar import ULTRASTAR
from musivid.media.lyrics.vtt import VTT
from musivid.media.lyrics.whisper import WHISPER

__all__ = [
    "FORMATS",
    "accepted",
    "format_shown",
    "lyrics_suffixes",
    "suffixes_beside_songs",
    "written_format_of",
    "written_formats",
]

FORMATS: tuple[Format, ...] = (
    VTT, LRC, SRT, SBV, SSA, TTML, MICRODVD, MPL2, ULTRASTAR, KARAOKE, CSV, TSV, AUDACITY, JSON,
    JSON_LINES, WHISPER, PLAIN,
)  # fmt: skip
"""In the order of help; of two that a text shows equally well, the first counts."""


def accepted() -> str:
    """What can be read, for messages."""
    return f"Accepted are {', '.join(each.title for each in FORMATS)}."


def written_formats() -> dict[str, Format]:
    """Formats that cues can be written in, by name; `json` and `jsonl` alone keep everything."""
    return {each.name: each for each in FORMATS if each.write is not None}


def written_format_of(path: Path) -> str:
    """The name of the format that a path's ending asks for; the ending itself where none does."""
    suffix = path.suffix.lower()
    named = (name for name, each in written_formats().items() if suffix in each.suffixes)
    return next(named, suffix.removeprefix("."))


def lyrics_suffixes() -> tuple[str, ...]:
    """How files of timed words end."""
    return tuple(dict.fromkeys(suffix for each in FORMATS for suffix in each.suffixes))


def suffixes_beside_songs() -> tuple[str, ...]:
    """How a file beside a song ends that likely holds its lyrics, the likeliest first."""
    return tuple(suffix for each in FORMATS if each.beside for suffix in each.suffixes)


def format_shown(text: str, name: str) -> Format | None:
    """The format that a text shows best, else the one that the ending of its name says, else None.

    By the name, faults can be told with their lines.
    """
    shown = [each.shows(text) for each in FORMATS]
    if max(shown) > NO:
        return FORMATS[shown.index(max(shown))]
    suffix = Path(name).suffix.lower()
    return next((each for each in FORMATS if each.telling and suffix in each.suffixes), None)
