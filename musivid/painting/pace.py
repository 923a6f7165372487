"""How many optimiser steps each frame gets when every frame is painted (`mode: every_frame`)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.smooth import Curve

__all__ = ["published_steps", "spread_steps", "steps_per_frame"]

# Music2Video's iterations a second: a floor, and what the loudest moment adds.
_QUIET_STEPS_PER_S = 10.0
_LOUD_STEPS_PER_S = 110.0  # more where the sound is loudest, as in Music2Video


def steps_per_frame(
    count: int, fps: Fraction, steps_per_s: float, loudness: Curve | None = None
) -> NDArray[np.int64]:
    """Steps int [count] before each frame, by cumulative rounding: no fraction of a step is lost.

    Args:
        count: frames of the video.
        fps: frames a second.
        steps_per_s: steps a second of song; 0 lets the loudness lead, from 10 to 120.
        loudness: float [count], 0..1; needed where it leads.

    Raises:
        ValueError: loudness is needed and missing, or of another length.
    """
    if steps_per_s:
        rates = np.full(count, steps_per_s)
    elif loudness is None or len(loudness) != count:
        raise ValueError("steps led by loudness need one loudness a frame")
    else:
        rates = _QUIET_STEPS_PER_S + _LOUD_STEPS_PER_S * np.clip(loudness, 0, 1).astype(float)
    # Rounding the sum, away from binary fractions that lie just below a whole number.
    total = np.floor(np.cumsum(rates) / float(fps) + 0.5 + 1e-9).astype(np.int64)
    return np.diff(total, prepend=0)


def published_steps(length_s: float, steps_per_s: float, loudness: Curve) -> int:
    """Steps of one of Music2Video's segments: its loop counts from 0 up to the number, inclusive.

    Args:
        length_s: seconds of the segment.
        steps_per_s: 0 lets the loudest moment of the segment lead.
        loudness: float [moments] of the segment, 0..1 over the song.
    """
    loudest = float(np.max(loudness, initial=0.0))
    rate = steps_per_s or _QUIET_STEPS_PER_S + _LOUD_STEPS_PER_S * loudest
    return int(length_s * rate) + 1


def spread_steps(steps: Sequence[int], frames: Sequence[int]) -> NDArray[np.int64]:
    """Steps int [sum(frames)] before each frame, when segment i has steps[i] over frames[i].

    Within a segment they lie as evenly as whole numbers allow; a segment without frames hands its
    steps to the next one, so that none is lost.
    """
    spread: list[NDArray[np.int64]] = []
    waiting = 0
    for wanted, count in zip(steps, frames, strict=True):
        waiting += wanted
        if count:
            spread.append(np.diff(np.arange(count + 1) * waiting // count))
            waiting = 0
    return np.concatenate(spread) if spread else np.zeros(0, dtype=np.int64)
