"""What of a song's words is understood, and how that is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from musivid.core.progress import Reporter

if TYPE_CHECKING:
    from musivid.nets.protocols import Perceptor

__all__ = ["ReadLine", "count_words", "read_lines", "warn_unread"]

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


def read_lines(perceptor: Perceptor, texts: Iterable[str]) -> list[ReadLine]:
    """What is made of each text; those that are there twice count once."""
    single = list(dict.fromkeys(text for text in texts if text.strip()))
    read = perceptor.understood(single)
    return [
        ReadLine(text, tuple(known), tuple(unknown))
        for text, (known, unknown) in zip(single, read, strict=True)
    ]


def count_words(lines: Sequence[ReadLine]) -> tuple[int, int]:
    """How many words of all lines are understood, and how many there are."""
    known = sum(len(line.known) for line in lines)
    return known, known + sum(len(line.unknown) for line in lines)


def warn_unread(lines: Sequence[ReadLine], reporter: Reporter) -> None:
    """Say so where most words are not understood."""
    known, count = count_words(lines)
    if 2 * known >= count:
        return
    unread = list(dict.fromkeys(word for line in lines for word in line.unknown))
    examples = ", ".join(unread[:_EXAMPLES]) + (", …" if len(unread) > _EXAMPLES else "")
    reporter.warn(
        f"of {count} words {count - known} are not understood ({examples}); "
        "where a line is not, the sound guides"
    )
