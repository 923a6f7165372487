"""What a song is told of a film: its length, cuts, sections, strong moments and energy."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FilmOutline"]


@dataclass(frozen=True, slots=True)
class FilmOutline:
    """A film as music sees it.

    Attributes:
        duration_s: length in seconds.
        cuts_s: when new shots begin, ascending.
        sections_s: when it begins anew, ascending; a cut may be one.
        moments: other moments that are seen to strike, as seconds and weight 0..1.
        points_s: moments that the user named.
        energy: how lively it is, 0..1, one value a second; empty where nobody knows.
        strikes_s: moments that strike so hard that beats should meet them as cuts, ascending.
    """

    duration_s: float
    cuts_s: tuple[float, ...] = ()
    sections_s: tuple[float, ...] = ()
    moments: tuple[tuple[float, float], ...] = ()
    points_s: tuple[float, ...] = ()
    energy: tuple[float, ...] = ()
    strikes_s: tuple[float, ...] = ()

    @property
    def met_s(self) -> tuple[float, ...]:
        """What beats must meet: cuts, hard strikes and named moments, ascending."""
        return tuple(sorted({*self.cuts_s, *self.strikes_s, *self.points_s}))
