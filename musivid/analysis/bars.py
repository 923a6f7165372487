"""Bars of a song: which beats are the first ones, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.accents import chord_change, hits
from musivid.analysis.beats import Beats
from musivid.analysis.harmony import Harmony
from musivid.analysis.spectrum import Spectrum

__all__ = ["Bars", "find_bars"]

Array = NDArray[np.float32]
Times = NDArray[np.float64]

_METRES = (4, 3)  # beats of a bar that are told apart
# Chords change at bars: beats compared each way, and how much that counts beside the bass.
_CHORD_SHARES = ((1, 0.8), (2, 0.8), (4, 0.6))
_OTHER_METRE_MARGIN = 1.3  # how much better a metre of three must fit before it is believed


@dataclass(frozen=True, slots=True)
class Bars:
    """The metre.

    Attributes:
        downbeats_s: float64 [bars], first beats of bars; empty where there are no beats.
        beats_per_bar: 3 or 4.
        confidence: 0..1, how much first beats stand out.
    """

    downbeats_s: Times
    beats_per_bar: int
    confidence: float


def find_bars(beats: Beats, onsets: Array, spectrum: Spectrum, harmony: Harmony) -> Bars:
    """Return where bars begin: the phase of 4 (or 3) beats that bass, attack and chords stress."""
    if len(beats.times_s) < 2 * max(_METRES):
        return Bars(beats.times_s[:1].copy(), _METRES[0], 0.0)
    weight = _accent(beats.times_s, onsets, spectrum, harmony)
    fits = {metre: _phase_scores(weight, metre) for metre in _METRES}
    four, three = (float(fits[metre].max()) for metre in _METRES)
    metre = 3 if three > _OTHER_METRE_MARGIN * max(four, 0.0) + 0.05 else 4
    scores = np.sort(fits[metre])
    phase = int(fits[metre].argmax())
    confidence = float(np.clip((scores[-1] - scores[-2]) / 2.0, 0.0, 1.0))
    return Bars(beats.times_s[phase::metre].copy(), metre, confidence)


def _accent(times_s: Times, onsets: Array, spectrum: Spectrum, harmony: Harmony) -> Times:
    """How much each beat stands out: attack, bass and change of chord, each of unit spread."""
    bass = np.sqrt(spectrum.mel[:8]).sum(0)
    beat_s = float(np.median(np.diff(times_s)))
    parts = (
        0.3 * _unit_spread(hits(onsets, spectrum, times_s)),
        0.7 * _unit_spread(hits(bass, spectrum, times_s)),
        *(
            share * _unit_spread(chord_change(harmony, times_s, count * beat_s))
            for count, share in _CHORD_SHARES
        ),
    )
    return sum(parts, np.zeros(len(times_s)))


def _unit_spread(values: NDArray[np.floating]) -> Times:
    """Values less their mean, over their spread."""
    scaled: Times = (values - values.mean()) / (values.std() + 1e-9)
    return scaled


def _phase_scores(weight: Times, metre: int) -> Times:
    """How much the beats of each phase stand out over the rest, [metre]."""
    return np.array(
        [
            weight[phase::metre].mean() - np.delete(weight, np.s_[phase::metre]).mean()
            for phase in range(metre)
        ]
    )
