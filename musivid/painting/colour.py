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

from musivid.painting.smooth import follow, limit_slope
from musivid.schema import ReactPreset

__all__ = ["colour_matrices", "gain_path"]

_QUICK_GAIN = 0.03
_GAIN_PER_S = 0.09
_GAIN_RANGE = (0.7, 1.3)
_SATURATION_PER_S = 0.6
_SATURATION_RANGE = (0.3, 1.9)
_HUE_DEG_PER_S = 45.0

# The effect of strength 1, where the curve swings its whole range.
_SLOW_SWING = 0.3
_ONSET_SWING = 0.02
_SATURATION_SWING = 0.6
_HUE_SWING_DEG = 60.0

# Luma of linear light's primaries and the turn about the grey axis that keeps it, as in the
# hueRotate and saturate matrices of SVG's feColorMatrix.
_LUMA = np.tile([0.213, 0.715, 0.072], (3, 1))
_TURN = np.array([[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]])


def gain_path(
    loudness: np.ndarray, percussive: np.ndarray, fps: float, strength: float
) -> np.ndarray:
    """Factor on the light of each frame, float [frames] about 1, that cannot flash.

    loudness, percussive: float [frames], 0..1.
    """
    wanted = strength * _SLOW_SWING * (follow(loudness, fps, 0.5, 0.9) - 0.5)
    slow = limit_slope(wanted, fps, _GAIN_PER_S)
    quick = np.minimum(strength * _ONSET_SWING * follow(percussive, fps, 0.02, 0.2), _QUICK_GAIN)
    return np.clip(1 + slow + quick, *_GAIN_RANGE)


def colour_matrices(
    *,
    loudness: np.ndarray,
    percussive: np.ndarray,
    harmonic: np.ndarray,
    brightness: np.ndarray,
    fps: float,
    react: ReactPreset,
) -> np.ndarray:
    """Matrices float32 [frames, 3, 3] on RGB columns, from curves float [frames], 0..1."""
    gain = gain_path(loudness, percussive, fps, react.brightness)
    deep = react.saturation * _SATURATION_SWING * (follow(harmonic, fps, 0.3, 0.8) - 0.4)
    saturation = np.clip(1 + limit_slope(deep, fps, _SATURATION_PER_S), *_SATURATION_RANGE)
    turn = react.hue * _HUE_SWING_DEG * (follow(brightness, fps, 1.0, 1.0) - 0.5)
    hue = np.radians(limit_slope(turn, fps, _HUE_DEG_PER_S))
    gain, saturation, hue = (path[:, None, None] for path in (gain, saturation, hue))
    chroma = np.cos(hue) * (np.eye(3) - _LUMA) + np.sin(hue) * _TURN
    return (gain * (_LUMA + saturation * chroma)).astype(np.float32)
