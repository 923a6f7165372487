"""A clock on its post, as stations and squares have it; height 1 where it stands."""

from __future__ import annotations

import numpy as np

from musivid.living.figures.body import Body

__all__ = ["street_clock"]

_MIDDLE = (0.0, -0.815)
_CASE, _FACE = 0.132, 0.112  # radii
_MINUTE_S = 40.0  # seconds in which the long hand goes round, so that it is seen to go
_STARTS = 10.15  # hours when a film begins: hands apart, as watchmakers show them


def street_clock(time_s: float) -> Body:
    """An iron post with a lit dial; parts `dial` and `hands`."""
    b = Body()
    b.outline([(-0.075, 0.0), (0.075, 0.0), (0.062, -0.035), (-0.062, -0.035)], 0.004, rounded=1)
    b.limb((0.0, -0.03), (0.0, -0.16), 0.040, 0.026, 0.010)
    b.limb((0.0, -0.16), (0.0, -0.66), 0.020, 0.014, 0.010)
    for y, wide in ((-0.165, 0.034), (-0.40, 0.022), (-0.640, 0.026)):
        b.limb((-wide, y), (wide, y), 0.009, 0.009, 0.004)
    for side in (-1, 1):  # scrolls that bear the case
        turn = np.linspace(0.0, 4.4, 10)
        scroll = np.stack([side * (0.052 - 0.038 * np.cos(turn)), -0.600 - 0.030 * np.sin(turn)], 1)
        b.chain(scroll, 0.007, 0.004, 0.002)
    b.limb(_MIDDLE, _MIDDLE, _CASE, _CASE, 0.012)
    b.limb((0.0, -0.945), (0.0, -0.962), 0.036, 0.020, 0.010)
    b.limb((0.0, -0.962), (0.0, -1.0), 0.010, 0.004, 0.006)
    b.parts.update(dial=Body().limb(_MIDDLE, _MIDDLE, _FACE, _FACE, 0.001), hands=_hands(time_s))
    return b


def _hands(time_s: float) -> Body:
    """Both hands and the marks of the hours, over the dial."""
    hands, round_ = Body(), time_s / _MINUTE_S
    hour = _STARTS / 12 + round_ / 12
    for turn, long, thick in ((hour, 0.062, 0.0085), (_STARTS % 1 + round_, 0.094, 0.0055)):
        hands.limb(_at(turn, -0.016), _at(turn, long), thick, thick * 0.7, 0.002)
    hands.limb(_MIDDLE, _MIDDLE, 0.011, 0.011, 0.002)
    for k in range(12):
        quarter = k % 3 == 0
        first = 0.086 if quarter else 0.094
        hands.limb(_at(k / 12, first), _at(k / 12, 0.104), 0.0042 if quarter else 0.0028, k=0.001)
    return hands


def _at(turn: float, radius: float) -> tuple[float, float]:
    """A place on the dial: whole turns from above, clockwise."""
    angle = 2 * np.pi * turn
    return (_MIDDLE[0] + radius * float(np.sin(angle)), _MIDDLE[1] - radius * float(np.cos(angle)))
