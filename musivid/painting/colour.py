"""How the music colours each frame: one 3x3 matrix on RGB, kept from flashing.

A flash is a pair of opposite changes of a tenth or more of the greatest luminance, and more than
three in a second can harm viewers (WCAG 2.3.1, ITU-R BT.1702). Luminance goes with the 2.2nd power
of the gain, so a change of a tenth takes 0.045 of gain. The quick part of the gain never spans
more than 0.03 and the slow part never turns faster than 0.09 a second: within a third of a second
both ways together make at most 2 * 0.03 + 0.09 / 3 = 0.09 of gain, so no three-a-second flash fits,
whatever the music and the strengths.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.smooth import Curve, follow, limit_slope
from musivid.settings.video import ViewReact

__all__ = ["colour_matrices", "gain_path"]

_QUICK_GAIN = 0.03  # log gain that onsets add at most; more flickers
_GAIN_PER_S = 0.09  # log gain a second beyond that
_SLOW_RANGE = (-0.3, 0.3)  # log gain
_SATURATION_PER_S = 0.6  # factor a second
_SATURATION_RANGE = (0.3, 1.9)  # factor
_HUE_DEG_PER_S = 45.0  # fastest turn of the hue

# The effect of strength 1, where the curve swings its whole range.
_SLOW_SWING = 0.3
_ONSET_SWING = 0.02  # log gain; by eye
_SATURATION_SWING = 0.6  # factor; by eye
_HUE_SWING_DEG = 60.0  # by eye

# Luma of linear light's primaries and the turn about the grey axis that keeps it, as in the
# hueRotate and saturate matrices of SVG's feColorMatrix.
_LUMA = np.tile([0.213, 0.715, 0.072], (3, 1))
_TURN = np.array([[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]])


def gain_path(
    loudness: Curve, percussive: Curve, fps: float, strength: float
) -> NDArray[np.float64]:
    """Factor on the light of each frame, float [frames] about 1, that cannot flash.

    loudness, percussive: float [frames], 0..1.
    """
    wanted = strength * _SLOW_SWING * (follow(loudness, fps, 0.5, 0.9) - 0.5)
    slow = limit_slope(np.clip(wanted, *_SLOW_RANGE), fps, _GAIN_PER_S)
    quick = min(strength * _ONSET_SWING, _QUICK_GAIN) * follow(percussive, fps, 0.02, 0.2)
    return 1 + slow + quick


def colour_matrices(
    *,
    loudness: Curve,
    percussive: Curve,
    harmonic: Curve,
    brightness: Curve,
    fps: float,
    react: ViewReact,
) -> NDArray[np.float32]:
    """Matrices float32 [frames, 3, 3] on RGB columns, from curves float [frames], 0..1."""
    gain = gain_path(loudness, percussive, fps, react.brightness)
    deep = react.saturation * _SATURATION_SWING * (follow(harmonic, fps, 0.3, 0.8) - 0.4)
    saturation = np.clip(1 + limit_slope(deep, fps, _SATURATION_PER_S), *_SATURATION_RANGE)
    turn = react.hue * _HUE_SWING_DEG * (follow(brightness, fps, 1.0, 1.0) - 0.5)
    hue = np.radians(limit_slope(turn, fps, _HUE_DEG_PER_S))
    gain, saturation, hue = (path[:, None, None] for path in (gain, saturation, hue))
    chroma = np.cos(hue) * (np.eye(3) - _LUMA) + np.sin(hue) * _TURN
    matrices: NDArray[np.float64] = gain * (_LUMA + saturation * chroma)
    return matrices.astype(np.float32)
