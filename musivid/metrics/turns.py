"""Where motion stops, turns or bounces, for `evaluate`; apart from what `bgm infer` plans by.

How much of the motion turns is told by its parts towards the right, the left, up and down; how much
that is to the eye, by how much of the picture changes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.strikes import pick_peaks, rise_of

__all__ = ["motion_parts", "rise_with_turns"]

Floats = NDArray[np.float64]

_GROWS = 1.5  # motion that grows by this much begins; it does not turn
_LEAST_TURN = 0.5  # share of the motion that must turn: half of all, or all of half
_ARRIVES_S = 1.0  # what begins and comes to a sudden end this soon is a move, felt at its end
_START_SHARE = 0.25  # what its beginning counts
_APART_S = 0.1  # turns nearer than this are one


def motion_parts(field: NDArray[np.float32]) -> tuple[float, float, float, float]:
    """Mean motion towards the right, the left, down and up, in pixels a frame.

    Args:
        field: float32 [h, w, 2], the optical flow.
    """
    across, down = field[..., 0], field[..., 1]
    right, lower = (float(np.maximum(part, 0).mean()) for part in (across, down))
    return right, right - float(across.mean()), lower, lower - float(down.mean())


def rise_with_turns(change: Floats, parts: Floats, fps: float) -> Floats:
    """Return by how much each frame's change, or turn of its motion, stands above the last 0.2 s.

    A turn belongs to the frame before the one that shows it: there the motion came to its end.

    Args:
        change: float64 [n], mean absolute difference of luma to the frame before, 0..1.
        parts: float64 [n, 4], of `motion_parts`.
        fps: frames a second.
    """
    rise = rise_of(change, fps)
    turns = _turns(change, parts, fps)
    for frame in np.flatnonzero(turns).tolist():
        begun = np.arange(
            max(0, frame - round(_ARRIVES_S * fps)), max(0, frame - round(_APART_S * fps))
        )
        rise[begun[_goes_on(change, begun, frame)]] *= _START_SHARE
    found: Floats = np.maximum(rise, turns)
    return found


def _turns(change: Floats, parts: Floats, fps: float) -> Floats:
    """How much of the picture each sudden turn moves, 0 elsewhere."""
    size = parts.sum(axis=1)
    turned = np.zeros(len(change))
    if len(change) < 2:
        return turned
    both = size[1:] + size[:-1]
    share = np.abs(np.diff(parts, axis=0)).sum(axis=1) / np.maximum(both, 1e-9)
    turned[1:] = share * np.maximum(change[1:], change[:-1])
    rises = rise_of(turned, fps)
    found = np.zeros(len(change))
    for frame in pick_peaks(rises, max(1, round(_APART_S * fps)), 0.0).tolist():
        is_turn = frame > 1 and share[frame - 1] >= _LEAST_TURN
        if is_turn and size[frame] <= _GROWS * size[frame - 1]:
            found[frame - 1] = rises[frame]
    return found


def _goes_on(change: Floats, begun: NDArray[np.int64], end: int) -> NDArray[np.bool_]:
    """Of frames at which something may begin, those from which on it goes on until `end`."""
    least = np.minimum.accumulate(change[end::-1])[::-1]  # of change from each frame to the end
    goes: NDArray[np.bool_] = least[begun] > 0.5 * change[begun]
    return goes
