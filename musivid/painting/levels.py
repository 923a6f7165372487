"""Levels: the dark and the light of a keyframe, drawn apart so that nothing lies in fog."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Levels", "measure_levels"]

Frame = NDArray[np.uint8]

_MOST_GAIN = 1.6  # more would show the grain of a picture that is meant to be dim
_LIGHTEST = 250.0  # grey level that the light is drawn to; by eye
_ENDS = (2.0, 98.0)  # percentiles that count as dark and light
_LEAST_SPAN = 8.0  # grey levels; a flatter picture is left as it is


@dataclass(frozen=True, slots=True)
class Levels:
    """A straight line on the values of a picture: value * gain + offset."""

    gain: float = 1.0
    offset: float = 0.0

    def towards(self, other: Levels, share: float) -> Levels:
        """Levels a share of the way to others."""
        return Levels(
            self.gain + share * (other.gain - self.gain),
            self.offset + share * (other.offset - self.offset),
        )

    def apply(self, frame: Frame) -> Frame:
        """The frame uint8 [h, w, 3] with these levels."""
        if self.gain == 1 and self.offset == 0:
            return frame
        values = np.arange(256) * self.gain + self.offset
        import cv2

        levelled = cv2.LUT(frame, np.clip(np.rint(values), 0, 255).astype(np.uint8))
        return np.asarray(levelled, np.uint8)


def measure_levels(frame: Frame, strength: float) -> Levels:
    """Levels that draw a frame's dark and light towards black and white.

    Args:
        frame: uint8 [h, w, 3].
        strength: 0..1, how far.
    """
    dark, light = (float(end) for end in np.percentile(frame.mean(2), _ENDS))
    if light - dark < _LEAST_SPAN:
        return Levels()
    wanted_dark = dark * (1 - strength)
    wanted_light = light + max(_LIGHTEST - light, 0.0) * strength
    gain = min((wanted_light - wanted_dark) / (light - dark), _MOST_GAIN)
    # The dark end is what is held, so that night stays night and haze gives way.
    return Levels(gain, wanted_dark - gain * dark)
