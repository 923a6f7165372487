"""The key of a song or a part of it: tonic and mode, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.harmony import Harmony
from musivid.score.notes import Key

__all__ = ["KeyGuess", "find_key", "key_of_classes"]

# How much each degree sounds in pieces of a key: D. Temperley, "What's key for key?", 1999.
_MAJOR = (5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0)
_MINOR = (5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0)
_SHARPNESS = 14.0
_LEAST_SOUND = 1e-3


@dataclass(frozen=True, slots=True)
class KeyGuess:
    """What key it seems to be.

    Attributes:
        key: the likeliest tonic and mode; None where nothing has a pitch.
        confidence: 0..1, its probability among all keys (major and minor kinds).
        rival: the next likeliest.
    """

    key: Key | None
    confidence: float
    rival: Key | None


def find_key(harmony: Harmony, start_s: float, end_s: float) -> KeyGuess:
    """Return the key between two times."""
    part = harmony.between(start_s, end_s)
    return key_of_classes(harmony.upper[:, part].sum(1) + harmony.bass[:, part].sum(1))


def key_of_classes(heard: NDArray[np.floating]) -> KeyGuess:
    """Return the key in which the twelve pitch classes are heard as much as `heard` [12] says."""
    if float(heard.sum()) < _LEAST_SOUND:
        return KeyGuess(None, 0.0, None)
    odds = np.array([[_fit(np.roll(heard, -t), p) for p in (_MAJOR, _MINOR)] for t in range(12)])
    chances = np.exp(_SHARPNESS * (odds - odds.max()))
    chances /= chances.sum()
    order = np.argsort(-chances.ravel())
    best, rival = (Key(int(i // 2), ("major", "minor")[i % 2]) for i in order[:2])
    return KeyGuess(best, float(chances.max()), rival)


def _fit(heard: NDArray[np.floating], profile: tuple[float, ...]) -> float:
    return float(np.corrcoef(heard, np.array(profile))[0, 1])
