"""Lyrics that were timed: lines and words, each with how sure it is, in any form of timed text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from musivid.core.clock import clock
from musivid.core.outputs import check_apart, check_output
from musivid.core.paths import expanded
from musivid.core.storage import write_atomic
from musivid.core.timeline import Cue
from musivid.media.lyrics.formats import written_format_of
from musivid.media.lyrics.writing import format_cues

__all__ = ["SungLine", "SungLyrics", "SungWord"]

_MOST_NAMED = 6  # lines that are named as unsure


@dataclass(frozen=True, slots=True)
class SungWord:
    """A word: as it is written, when it begins and ends, how sure that is, 0 to 1."""

    text: str
    start_s: float
    end_s: float
    confidence: float


@dataclass(frozen=True, slots=True)
class SungLine:
    """A line, as `SungWord`; its words are none where only the line is known."""

    text: str
    start_s: float
    end_s: float
    confidence: float
    words: tuple[SungWord, ...] = ()


@dataclass(frozen=True, slots=True)
class SungLyrics:
    """A song and its words.

    Attributes:
        lines: ascending.
        duration_s: length of the song.
        model: who heard them.
        language: code of what is sung; None: not known.
        separator: who took the voice apart before; None: nobody did.
        unsure: confidence below which a line is told as unsure.
        song: its file; None: it was in memory.
        text_file: the words that were given in a file.
    """

    lines: tuple[SungLine, ...]
    duration_s: float
    model: str
    language: str | None = None
    unsure: float = 0.5
    separator: str | None = None
    song: Path | None = field(default=None, repr=False, compare=False)
    text_file: Path | None = field(default=None, repr=False, compare=False)

    def __len__(self) -> int:
        """Return how many lines there are."""
        return len(self.lines)

    def __iter__(self) -> Iterator[SungLine]:
        """Yield all lines."""
        return iter(self.lines)

    @property
    def cues(self) -> tuple[Cue, ...]:
        """The lines as timed text, with the times of their words."""
        return tuple(
            Cue(
                line.start_s,
                line.end_s,
                line.text,
                words=tuple((word.start_s, word.text) for word in line.words),
                confidence=line.confidence,
            )
            for line in self.lines
        )

    @property
    def doubtful(self) -> tuple[SungLine, ...]:
        """The lines that are unsure."""
        return tuple(line for line in self.lines if line.confidence < self.unsure)

    def text(self, form: str = "lrc") -> str:
        """The lyrics as a file's text.

        Args:
            form: one of `written_formats()`; lrc has times of words, json also confidence.

        Raises:
            UsageError: no such format.
        """
        return format_cues(self.cues, form, duration_s=self.duration_s)

    def save(self, path: Path | str, *, force: bool = False) -> Path:
        """Write the lyrics in the format that the name ends in: lrc, srt, vtt, json, ...

        Raises:
            UsageError: no such format. OutputError: it exists, or cannot be written.
        """
        out = expanded(path)
        text = self.text(written_format_of(out))
        check_output(out, force=force)
        check_apart({"lyrics": out}, {"song": self.song, "text": self.text_file})
        out.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(out, text)
        return out

    def told(self) -> list[str]:
        """What the user should know: which lines are unsure."""
        if not self.doubtful:
            return []
        named = "; ".join(
            f"{clock(line.start_s, 2)} {line.text[:30]}" for line in self.doubtful[:_MOST_NAMED]
        )
        rest = len(self.doubtful) - _MOST_NAMED
        more = f"; and {rest} more" if rest > 0 else ""
        return [
            f"{len(self.doubtful)} of {len(self.lines)} lines are unsure: {named}{more}. Save them "
            "as .json and open that on the studio's page Time the words"
        ]

    def facts(self) -> dict[str, Any]:
        """All of it in JSON types."""
        return {
            "model": self.model,
            "separator": self.separator,
            "language": self.language,
            "duration_s": round(self.duration_s, 3),
            "unsure": len(self.doubtful),
            "lines": [asdict(line) for line in self.lines],
        }
