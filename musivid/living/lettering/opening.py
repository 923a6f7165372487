"""The name of a song over the first image of its film."""

from __future__ import annotations

from musivid.living.canvas import Planes
from musivid.living.lettering.title import TitleBlock
from musivid.living.moment import Moment
from musivid.living.scene import Backdrop, ramp
from musivid.living.sleeve import Sleeve
from musivid.living.standing import TextPlace

__all__ = ["Opening"]

_FROM_S, _MOST_S, _COME_S, _GO_S = 0.35, 4.6, 0.9, 0.7
_LEAST_S = 1.8  # a shorter opening shows it all the same, under the first line
_SIZE, _HIGH = 0.115, 0.42


class Opening:
    """Draws title and artist until the first line is sung."""

    def __init__(
        self, title: str, artist: str, size: tuple[int, int], first_line_s: float | None
    ) -> None:
        """Measure.

        Args:
            title: of the song.
            artist: who sings it; may be empty.
            size: (width, height) of the picture.
            first_line_s: when the first line is shown; None: none is.
        """
        end_s = _MOST_S if first_line_s is None else min(_MOST_S, first_line_s - 0.1)
        self._end_s = max(end_s, _FROM_S + _LEAST_S)
        aspect = size[0] / size[1]
        margin = min(0.105, 0.075 * aspect)
        room, ems = aspect - 2 * margin, _SIZE * min(1.0, 0.35 + 0.65 * aspect / 1.6)
        place = TextPlace(aspect / 2, _HIGH, 0.5, True, room, ems, margin, True, 0.3)
        sleeve = Sleeve(artwork=None, logo=None, title=title, artist=artist, sung_s=())
        self._block = TitleBlock(sleeve, size, place, (1.0, 0.95, 0.9))

    def __call__(self, planes: Planes, moment: Moment, backdrop: Backdrop) -> None:
        """Draw what is shown of it at the moment."""
        if moment.time_s >= self._end_s:
            return
        come = ramp(_FROM_S, _FROM_S + _COME_S, moment.time_s)
        self._block.draw(planes, come * ramp(self._end_s, self._end_s - _GO_S, moment.time_s))
