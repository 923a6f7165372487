"""The key that notes are in, by how much each pitch class is heard."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.tonality import Key

__all__ = ["key_of_classes"]

# How much each degree sounds in pieces of a key: D. Temperley, "What's key for key?", 1999.
_MAJOR = (5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0)
_MINOR = (5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0)
_SHARPNESS = 14.0  # how sharply likeness becomes odds


def key_of_classes(heard: NDArray[np.floating]) -> tuple[Key | None, float]:
    """Return the likeliest key and its probability among all major and minor ones.

    Args:
        heard: float [12], how long each pitch class sounds, from C upwards.
    """
    if not heard.any() or np.ptp(heard) == 0:
        return None, 0.0
    fits = [[np.corrcoef(np.roll(heard, -t), p)[0, 1] for t in range(12)] for p in (_MAJOR, _MINOR)]
    odds = np.exp(_SHARPNESS * (np.array(fits) - np.max(fits)))
    mode, tonic = divmod(int(odds.argmax()), 12)
    return Key(tonic, ("major", "minor")[mode]), float(odds.max() / odds.sum())
