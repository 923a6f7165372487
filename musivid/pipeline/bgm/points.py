"""Moments and cuts that the user names, as numbers or as a file of an editor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from musivid.core.errors import InputError
from musivid.interchange.marks import Mark
from musivid.interchange.reading import MediaClock, Wish, read_marks

__all__ = ["Named", "PointFacts", "name_moments", "point_facts"]


@dataclass(frozen=True, slots=True)
class PointFacts:
    """What there is to tell of a moment that was named; fields are the keys of its JSON.

    Attributes:
        time_s: when it is.
        name: as the file calls it.
        end_s: where it ends, or None: it is a point.
        file: the file that names it, or None: it was given as a number.
        line: where it is in that file, or None: lines do not say.
        colour: of the marker, or None.
        note: what else the file says of it, or None.
    """

    time_s: float
    name: str
    end_s: float | None
    file: str | None
    line: int | None
    colour: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """What the user names.

    Attributes:
        hits: moments that beats must meet, ascending.
        hit_file: where they come from, or None.
        cuts: where the film cuts, ascending; None: it is looked at.
        notes: what the user should know.
        left_out: what of the files was not taken.
        label: time code of the film's first frame in them; empty: they have none.
    """

    hits: tuple[Mark, ...] = ()
    hit_file: Path | None = None
    cuts: tuple[Mark, ...] | None = None
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    label: str = ""

    @property
    def hits_s(self) -> tuple[float, ...]:
        """The moments in seconds, each once."""
        return tuple(sorted({float(mark.time) for mark in self.hits}))

    @property
    def cuts_s(self) -> tuple[float, ...] | None:
        """The cuts in seconds, each once."""
        if self.cuts is None:
            return None
        return tuple(sorted({float(mark.time) for mark in self.cuts}))


def name_moments(
    hits: Path | Sequence[float] | None, cuts: Path | None, film: MediaClock, wish: Wish
) -> Named:
    """Return what the user names, on the film's clock.

    Args:
        hits: moments in seconds, or a file of them.
        cuts: a file that says where the film cuts, or None.
        film: what they belong to.
        wish: how the files are to be read.

    Raises:
        InputError: a file that cannot be read, or a moment beyond the film.
        MissingError: a file's library is not installed.
    """
    said = []
    found: tuple[Mark, ...] = ()
    if isinstance(hits, Path):
        said.append(read := read_marks(hits, film, wish))
        found = read.marks
    elif hits:
        found = _numbers(hits, film)
    shown = None
    if cuts is not None:
        # Times alone are the cuts; a timeline says which of its marks they are.
        asked = Wish(None, wish.rate, wish.start, prefers="cuts")
        said.append(read := read_marks(cuts, film, asked))
        shown = tuple(mark for mark in read.marks if 0 < mark.time < film.duration_s)
    return Named(
        found,
        hits if isinstance(hits, Path) else None,
        shown,
        tuple(dict.fromkeys(note for each in said for note in each.notes)),
        tuple(dict.fromkeys(text for each in said for text in each.left_out)),
        next((each.label for each in said if each.label), ""),
    )


def _numbers(times_s: Sequence[float], film: MediaClock) -> tuple[Mark, ...]:
    for time_s in times_s:
        if not 0 <= time_s <= film.duration_s:
            raise InputError(
                f"{time_s:g} s is not within the clip of {film.duration_s:.2f} s",
                hint="Times count from the first frame.",
            )
    return tuple(Mark(Fraction(time_s)) for time_s in sorted(times_s))


def point_facts(named: Named) -> tuple[PointFacts, ...]:
    """What there is to tell of the moments."""
    file = str(named.hit_file) if named.hit_file else None
    return tuple(
        PointFacts(
            time_s=round(float(mark.time), 3),
            name=mark.name,
            end_s=None if mark.end is None else round(float(mark.end), 3),
            file=file,
            line=mark.line or None,
            colour=mark.colour or None,
            note=mark.note or None,
        )
        for mark in named.hits
    )
