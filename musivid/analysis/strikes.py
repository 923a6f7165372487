"""Moments that strike the eye at once: jumps, punches, flashes, sudden stops, starts and bounces.

Visual beats (`visual_beats.py`) are what was published: they say how motion slows down, smoothed
over a tenth of a second, and come as much after what was seen. Strikes are where it is seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Strikes", "find_strikes", "pick_peaks", "rise_of"]

Floats = NDArray[np.float64]

_HOLD_S = 0.2  # a flash that goes off this soon is one event, not two
_APART_S = 0.15  # moments nearer than this are one
_AROUND_S = 0.6  # to either side that a strike stands out of
_LEAST_CHANGE = 0.0015  # of luma, 0..1; below it is what an encoder does to a still picture
_LEAST_TURN = 0.1  # reference pixels
_GOES_ON_S, _GOES_ON = 0.15, 0.5  # motion that begins keeps half of its change for so long
_START, _START_SHARE = 1.5, 0.3  # growth of motion that begins; what it weighs beside what stops
_SPREADS = 4.0  # of what is around, behind which a rise hides
_LEAST_OUT, _FULL_OUT = 1.5, 4.5  # doublings above what is around, of weight 0 and 1


@dataclass(frozen=True, slots=True)
class Strikes:
    """Moments that strike.

    Attributes:
        frames: int64 [n], where each happens, ascending.
        weights: float64 [n], how far it stands out, 0..1.
    """

    frames: NDArray[np.int64]
    weights: Floats


def find_strikes(
    change: Floats, turn: Floats, flow: Floats, cuts: NDArray[np.int64], fps: float
) -> Strikes:
    """Return the moments that strike and are no cuts.

    Args:
        change: float64 [n], mean difference of luma to the frame before, 0..1.
        turn: float64 [n], by how much motion differs from that of the frame before, in reference
            pixels over all directions.
        flow: float64 [n], how much moves.
        cuts: first frames of shots.
        fps: frames a second.
    """
    reach = max(1, round(_APART_S * fps))
    taken = [int(cut) for cut in cuts]
    found: dict[int, float] = {}
    for curve, least in ((change, _LEAST_CHANGE), (turn, _LEAST_TURN)):
        rise = rise_of(curve, fps)
        for frame in pick_peaks(rise, reach, least).tolist():
            weight = _weight(curve, rise, frame, least, round(_AROUND_S * fps))
            is_start = (
                _begins(curve, rise, frame, fps)
                if curve is change
                else (flow[frame] > _START * flow[frame - 1])
            )
            weight *= _START_SHARE if is_start else 1.0
            if curve is turn and not is_start:
                frame -= 1  # where it came to; only the frame after tells
            if weight > 0 and all(abs(frame - other) > reach for other in taken):
                found[frame] = weight
        taken += list(found)
    frames = np.array(sorted(found), np.int64)
    return Strikes(frames, np.array([found[frame] for frame in frames.tolist()], np.float64))


def _begins(change: Floats, rise: Floats, frame: int, fps: float) -> bool:
    """Whether what rises goes on: motion that begins, and not a moment."""
    after = change[frame + 1 : frame + 1 + max(1, round(_GOES_ON_S * fps))]
    before = change[frame] - rise[frame]
    return bool(len(after) and after.min() > before + _GOES_ON * rise[frame])


def _weight(curve: Floats, rise: Floats, frame: int, least: float, around: int) -> float:
    """How far a rise stands out of the curve around it, 0..1."""
    near = curve[max(0, frame - around) : frame + around + 1]
    low, middle, high = np.quantile(near, (0.1, 0.5, 0.9)).tolist()
    # Grain that is always the same hides less than motion that comes and goes.
    out = np.log2(rise[frame] / (least + min(middle, _SPREADS * (high - low))))
    return float(np.clip((out - _LEAST_OUT) / (_FULL_OUT - _LEAST_OUT), 0, 1))


def pick_peaks(curve: Floats, reach: int, least: float) -> NDArray[np.int64]:
    """Return where a curve is the highest within `reach` places and at least `least`, ascending.

    Of a flat top the first place counts.
    """
    from scipy.ndimage import maximum_filter1d

    if not len(curve):
        return np.empty(0, np.int64)
    highest = maximum_filter1d(curve, 2 * reach + 1, mode="constant", cval=-np.inf)
    found: list[int] = []
    for place in np.flatnonzero((curve == highest) & (curve >= least) & (curve > 0)):
        if not found or place - found[-1] > reach:
            found.append(int(place))
    return np.array(found, np.int64)


def rise_of(change: Floats, fps: float) -> Floats:
    """Return by how much each frame's change is above the highest of the 0.2 s before it.

    A flash changes the picture twice, on and off; so does every pulse. The moment is the first.
    """
    from scipy.ndimage import maximum_filter1d

    hold = max(1, round(_HOLD_S * fps))
    before = np.concatenate([np.zeros(hold), change])[: len(change) + hold - 1]
    # Highest of change[k - hold .. k - 1] for every k; the filter's window ends at its place.
    highest = maximum_filter1d(before, hold, origin=(hold - 1) // 2, mode="constant", cval=0.0)
    rise: Floats = np.maximum(0.0, change - highest[hold - 1 :][: len(change)])
    return rise
