"""What of a song's words is understood, and how that is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from musivid.core.progress import Reporter

if TYPE_CHECKING:
    from musivid.nets.protocols import Perceptor

__all__ = ["ReadLine", "ReadSong", "read_lines", "warn_unread"]

_LANGUAGES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French",
    "hi": "Hindi", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean",
    "pt": "Portuguese", "ru": "Russian", "tr": "Turkish", "zh": "Chinese",
}  # fmt: skip

_EXAMPLES = 3  # words that are shown of those not understood


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line and what is made of its words; small words are not counted.

    Attributes:
        text: the line.
        known: words that are understood.
        unknown: words that are not.
    """

    text: str
    known: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def told(self) -> str:
        """How many of its words are understood, and those that are not: `3 of 4, not qwertz`."""
        if not self.known and not self.unknown:
            return ""
        count = f"{len(self.known)} of {len(self.known) + len(self.unknown)}"
        return f"{count}, not {' '.join(self.unknown)}" if self.unknown else count


@dataclass(frozen=True, slots=True)
class ReadSong:
    """What is made of the words of a song.

    Attributes:
        lines: each text once.
        language: code of the language that most of it is in; empty: not known, or several.
    """

    lines: tuple[ReadLine, ...] = ()
    language: str = ""

    @property
    def known(self) -> int:
        """How many words are understood."""
        return sum(len(line.known) for line in self.lines)

    @property
    def count(self) -> int:
        """How many words there are, small ones apart."""
        return self.known + sum(len(line.unknown) for line in self.lines)

    @property
    def told(self) -> str:
        """How many words are understood, as which language."""
        if not self.count:
            return ""
        read = f", read as {_LANGUAGES.get(self.language, self.language)}" if self.language else ""
        return f"{self.known} of {self.count} understood{read}; small words are not counted"


def read_lines(perceptor: Perceptor, texts: Iterable[str]) -> ReadSong:
    """What is made of the texts of one song."""
    single = list(dict.fromkeys(text for text in texts if text.strip()))
    reader = perceptor.in_song(single)
    read = zip(single, reader.understood(single), strict=True)
    lines = (ReadLine(text, tuple(known), tuple(unknown)) for text, (known, unknown) in read)
    return ReadSong(tuple(lines), reader.language)


def warn_unread(song: ReadSong, reporter: Reporter, cure: str) -> None:
    """Say so where most words are not understood.

    Args:
        song: its words.
        reporter: is told.
        cure: what becomes of lines that are not.
    """
    if 2 * song.known >= song.count:
        return
    unread = list(dict.fromkeys(word for line in song.lines for word in line.unknown))
    examples = ", ".join(unread[:_EXAMPLES]) + (", …" if len(unread) > _EXAMPLES else "")
    missing = song.count - song.known
    reporter.warn(f"of {song.count} words {missing} are not understood ({examples}); {cure}")
