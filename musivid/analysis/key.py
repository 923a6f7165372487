"""The key of sound or of notes: tonic and mode, and how sure that is."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.harmony import Harmony
from musivid.analysis.key_profiles import BIASES, DEGREE_WEIGHTS, MODE_NAMES, PROFILES
from musivid.analysis.tonality import MODES, Key

__all__ = ["KeyGuess", "degree_weights", "find_key", "key_of_classes"]

Chances = NDArray[np.float64]

_LEAST_SOUND = 1e-3  # of a segment's chroma, summed: below this nothing sounds
_MAJOR_KIND = frozenset({"major", "lydian", "mixolydian"})
_MODE_SURE = 0.6  # share of its kind (major, minor) that a rarer mode must have to be named
_SHARPNESS = 14.0  # of the probability of a key over how well its weights are followed
_OPENING_S, _CLOSING_S = 4.0, (7.0, 1.0)  # first chord; last chord, before the sound dies away


@dataclass(frozen=True, slots=True)
class KeyGuess:
    """What key it seems to be.

    Attributes:
        key: the likeliest tonic and mode; None where nothing has a pitch.
        confidence: 0..1, probability of that tonic with that kind of mode (major or minor).
        rival: the next likeliest tonic and kind, as `major` or `minor`.
    """

    key: Key | None
    confidence: float
    rival: Key | None


def find_key(harmony: Harmony, start_s: float, end_s: float) -> KeyGuess:
    """Return the key between two times.

    The sound of each pitch class above and in the bass, over all of the segment and in its first
    and last chord, is compared with what pieces of every key have there.
    """
    chances = _chances(harmony, start_s, end_s)
    if chances is None:
        return KeyGuess(None, 0.0, None)
    major = np.array([name in _MAJOR_KIND for name in MODE_NAMES])
    kinds = np.stack([chances[:, major].sum(1), chances[:, ~major].sum(1)], 1)
    order = np.argsort(-kinds.ravel())
    tonic, kind = divmod(int(order[0]), 2)
    names = [name for name, is_major in zip(MODE_NAMES, major, strict=True) if is_major != kind]
    odds = np.array([chances[tonic, MODE_NAMES.index(name)] for name in names])
    plain = ("major", "minor")
    best = names[int(odds.argmax())] if odds.max() > _MODE_SURE * odds.sum() else plain[kind]
    other, other_kind = divmod(int(order[1]), 2)
    rival = Key(other, plain[other_kind])
    return KeyGuess(Key(tonic, best), float(kinds.max()), rival)


def key_of_classes(heard: NDArray[np.floating]) -> KeyGuess:
    """Return the key of notes: the major or minor one whose weights are followed best.

    Args:
        heard: float [12], how long each pitch class sounds, from C upwards.
    """
    if not heard.any() or np.ptp(heard) == 0:
        return KeyGuess(None, 0.0, None)
    keys = [Key(tonic, mode) for tonic in range(12) for mode in DEGREE_WEIGHTS]
    fits = np.array([np.corrcoef(heard, degree_weights(key))[0, 1] for key in keys])
    odds = np.exp(_SHARPNESS * (fits - fits.max()))
    best, rival = np.argsort(-odds, kind="stable")[:2]
    return KeyGuess(keys[best], float(odds[best] / odds.sum()), keys[rival])


def degree_weights(key: Key) -> tuple[float, ...]:
    """Return how much each pitch class, from C on, sounds in pieces of a key; 3.5 is usual."""
    is_major = MODES[key.mode][2] == MODES["major"][2]
    weights = DEGREE_WEIGHTS["major" if is_major else "minor"]
    return tuple(weights[(pitch - key.tonic) % 12] for pitch in range(12))


def _chances(harmony: Harmony, start_s: float, end_s: float) -> Chances | None:
    """Probability of each tonic and mode, [12, modes]; None where nothing has a pitch."""
    whole = harmony.between(start_s, end_s)
    first = harmony.between(start_s, min(start_s + _OPENING_S, end_s))
    last = harmony.between(*(max(start_s, end_s - early) for early in _CLOSING_S))
    upper, bass = harmony.upper, harmony.bass
    if float(upper[:, whole].sum() + bass[:, whole].sum()) < _LEAST_SOUND:
        return None
    parts = [
        upper[:, whole].sum(1),
        bass[:, whole].sum(1),
        bass[:, last].sum(1),
        upper[:, last].sum(1),
        bass[:, first].sum(1) + 0.5 * upper[:, first].sum(1),
    ]
    rows = np.stack([12 * part / (float(part.sum()) + 1e-9) for part in parts])
    turned = np.stack([np.roll(rows, -tonic, axis=1).ravel() for tonic in range(12)])
    odds = turned @ _profiles().T + np.array(BIASES)
    odds = np.exp(odds - odds.max())
    chances: Chances = odds / odds.sum()
    return chances


@functools.cache
def _profiles() -> Chances:
    """The table of profiles, [modes, 5 x 12]."""
    numbers = np.array([[float(n) for n in row.split()] for row in PROFILES])
    return numbers.reshape(len(MODE_NAMES), -1) / 100
