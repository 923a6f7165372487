"""Marks that are written and read back: what tests take a sample of, and bench/markers.py all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from musivid.interchange.edit import Edit, Grid
from musivid.interchange.marks import Mark
from musivid.interchange.page import Output
from musivid.interchange.reading import Marks, MediaClock, Wish, read_marks
from musivid.interchange.timecode import parse_rate
from musivid.interchange.writing import written

RATES = ("23.976", "24", "25", "29.97", "29.97df", "30", "47.952", "50", "59.94", "59.94df", "60")
"""Nine rates, and drop frame where there is such a thing."""
STARTS = ("00:00:00:00", "01:00:00:00", "23:59:50:00")
NAMES = (
    "Hit", "Überraschung é", "Припев", "副歌 愛", "جسر", "ภาษาไทย \U0001f3b8",
    'a "quoted", name; & <b>', "it's 50 % / 1:2 | tab", "",
)  # fmt: skip
"""Six writings, what formats take for their own signs, and none."""


@dataclass(frozen=True, slots=True)
class Back:
    """What came back of an edit.

    Attributes:
        off: marks further than half a frame from where they were.
        most: how far the furthest is, in frames.
        lost: marks that did not come back.
        renamed: names that came back otherwise without a word.
        told: how many names were told to change.
    """

    off: int
    most: float
    lost: int
    renamed: tuple[str, ...]
    told: int


def made_edit(rate_name: str, start: str, marks: int = 200) -> Edit:
    """Marks at odd times over five minutes, no two within two frames, with all names."""
    rate = parse_rate(rate_name)
    step = Fraction(3001, 2003)
    made = [
        Mark(
            n * step + Fraction(n * n % 97, 1000),
            NAMES[n % len(NAMES)],
            n * step + 1 if n % 7 == 3 else None,
            ("bar", "beat", "section", "hit", "lyric", "marker")[n % 6],
            note="" if n % 5 else "a note é",
        )
        for n in range(marks)
    ]
    beats = tuple(Fraction(3, 10) + n * Fraction(617, 1000) for n in range(480))
    return Edit(
        f"Lied {rate_name}",
        rate,
        step * marks + 2,
        rate.seconds(start),
        marks=tuple(made),
        grid=Grid(beats, beats[::4]),
    )


def read_back(edit: Edit, output: Output, folder: Path) -> tuple[Marks, tuple[str, ...]]:
    """Write an edit and read it, told no more than what the format has no place for."""
    made = written(edit, output, folder)
    path = folder / f"x{output.suffix}"
    path.write_bytes(made.data)
    film = MediaClock("film.mp4", float(edit.length), edit.rate.fps)
    is_silent = output.name in ("resolve-edl", "edl", "premiere-csv", "avid")
    wish = Wish("markers", edit.rate, edit.label(0) if is_silent else None)
    return read_marks(path, film, wish), made.notes


def compared(edit: Edit, output: Output, folder: Path) -> Back:
    """What comes back of an edit by a format."""
    found, notes = read_back(edit, output, folder)
    half = 1 / (2 * edit.rate.fps)
    pairs = list(zip(edit.marks, found.marks, strict=False))
    far = [abs(a.time - b.time) for a, b in pairs]
    told = [note for note in notes if " is written as " in note or "names are" in note]
    changed = [(a.name, b.name) for a, b in pairs if a.name != b.name]
    silent = [old for old, new in changed if f"{old!r} is written as {new!r}" not in told]
    return Back(
        sum(d > half for d in far),
        float(max(far) * edit.rate.fps),
        len(edit.marks) - len(found.marks),
        tuple(silent),
        len(told),
    )


def by_library(data: bytes) -> Iterator[tuple[Fraction, str]]:
    """Times and names of a timeline's markers as OpenTimelineIO's own library has them."""
    import opentimelineio

    timeline: Any = opentimelineio.adapters.read_from_string(data.decode(), "otio_json")
    for marker in timeline.tracks.markers:
        start = marker.marked_range.start_time
        yield Fraction(start.to_seconds()), marker.name


def is_apart(edit: Edit) -> bool:
    """Whether no two marks share a frame."""
    frames = [edit.frame(mark.time) for mark in edit.marks]
    return all(b > a for a, b in pairwise(frames))
