"""Which file of a folder holds a song's lyrics: by name, format and language, never by alphabet."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from musivid.core.errors import InputError
from musivid.media.lyrics.encoding import decode_text
from musivid.media.lyrics.formats import format_shown, lyrics_suffixes
from musivid.media.lyrics.services import unwrapped

__all__ = ["lyrics_for"]

# What stands between a song's name and the ending: a language, as yt-dlp and players name it.
_TAG = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,3}|lyrics?")
_ORIGINAL = "orig"  # of a tag: the language that is sung, of several
_SAMPLE_BYTES = 100_000  # by which a file shows its format


def lyrics_for(
    song: Path, folder: Path, suffixes: tuple[str, ...] = lyrics_suffixes()
) -> list[Path]:
    """The files of a folder that may hold a song's lyrics, the likeliest first.

    Names are the same in any case and any form of Unicode. A file of just the song's name comes
    before one with a language, that of the original before translations, and what shows lines with
    times before what does not. The song itself, covers and cue sheets are none.

    Args:
        song: the song.
        folder: where to look.
        suffixes: how such files end, the likeliest first.
    """
    names = {_same(song.stem), _same(song.name)}
    found = []
    for path in folder.iterdir():
        ending = path.suffix.lower()
        if ending not in suffixes or path.name.startswith(".") or not path.is_file():
            continue
        tag = _tag(_same(path.stem), names)
        if tag is not None and not _is_same_file(path, song):
            rank = (not _is_timed(path), bool(tag), _ORIGINAL not in tag, suffixes.index(ending))
            found.append((*rank, _same(path.name), path))
    return [path for *_, path in sorted(found)]


def _same(name: str) -> str:
    """A name in one form of Unicode and one case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _tag(stem: str, names: set[str]) -> str | None:
    """The language behind a song's name; empty: there is none. None: it is another name."""
    if stem in names:
        return ""
    name, _, tag = stem.rpartition(".")
    return tag if name in names and _TAG.fullmatch(tag) else None


def _is_same_file(path: Path, song: Path) -> bool:
    try:
        return path.samefile(song)
    except OSError:
        return False


def _is_timed(path: Path) -> bool:
    """Whether a file shows a format of timed words."""
    try:
        with path.open("rb") as file:
            text = unwrapped(decode_text(file.read(_SAMPLE_BYTES), path.name)[0])
    except (OSError, InputError):
        return False
    return format_shown(text, "") is not None
