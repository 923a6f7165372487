"""Which endings are songs, films, notes, pictures and lyrics: the one table that all go by.

A file that is named itself is taken whatever its name; endings tell what is meant of a folder, what
lies beside a file, and what an output will be.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from musivid.media.codecs import CONTAINERS
from musivid.media.lyrics.formats import lyrics_suffixes, written_formats

__all__ = [
    "FILM",
    "HOLDS_ANY",
    "KINDS",
    "LYRICS",
    "MEDIA",
    "NOTES",
    "PICTURE",
    "SONG",
    "Kind",
    "file_beside",
]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file.

    Attributes:
        name: what files of it are called, in the plural.
        suffixes: how they end, in small letters, the usual one first.
        written: how those end that we write.
    """

    name: str
    suffixes: tuple[str, ...]
    written: tuple[str, ...] = ()

    def holds(self, path: Path) -> bool:
        """Whether a file is of this kind by its name."""
        return path.suffix.lower() in self.suffixes

    def listed(self) -> str:
        """The endings, for messages."""
        return ", ".join(self.suffixes)


SONG = Kind(
    "songs",
    (".mp3", ".wav", ".flac", ".ogg", ".m4a", ".aac", ".aif", ".aiff", ".mka", ".oga", ".opus",
     ".wma"),
    (".wav", ".flac", ".mp3"),
)  # fmt: skip
FILM = Kind(
    "films",
    (".mp4", ".mkv", ".mov", ".webm", ".avi", ".m4v", ".flv", ".mpeg", ".mpg", ".ts", ".wmv"),
    tuple(CONTAINERS),
)
HOLDS_ANY = tuple(suffix for suffix, c in CONTAINERS.items() if c.counts)
"""Endings of films that keep the picture of another as it is, whatever it is coded in."""

NOTES = Kind("MIDI files", (".mid", ".midi"), (".mid", ".midi"))
PICTURE = Kind(
    "pictures",
    (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif"),
    (".png", ".jpg", ".jpeg"),
)
LYRICS = Kind(
    "lyrics",
    lyrics_suffixes(),
    tuple(suffix for each in written_formats().values() for suffix in each.suffixes),
)
KINDS = (SONG, FILM, NOTES, PICTURE, LYRICS)

MEDIA = frozenset(SONG.suffixes + FILM.suffixes)
"""Endings of whatever may hold sound."""


def file_beside(path: Path, suffixes: tuple[str, ...]) -> Path | None:
    """The file of the same name with the first of some endings that is there, or None."""
    near = (path.with_suffix(suffix) for suffix in suffixes)
    return next((file for file in near if file.is_file() and file != path), None)
