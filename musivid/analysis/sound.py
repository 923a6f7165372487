"""What there is to hear in a song: pulse, bars, sections and curves. Called by the pipelines."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.bars import find_bars
from musivid.analysis.beats import find_beats
from musivid.analysis.curves import Curves, measure_curves, measure_onsets
from musivid.analysis.harmony import measure_harmony
from musivid.analysis.sections import find_sections
from musivid.analysis.spectrum import Spectrum, measure_spectrum
from musivid.media.audio import Track

__all__ = ["ANALYSIS_RATE_HZ", "Curves", "SoundFacts", "analyse", "hear"]

ANALYSIS_RATE_HZ = 22050
"""The rate that analysis is made for; others work as well."""


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """What was heard; all times are seconds from the first sample.

    Attributes:
        duration_s: length of the sound.
        tempo_bpm: beats a minute; 0 where there is no pulse.
        rival_bpm: another count of the same music (half, double, 3:2) that is about as likely;
            or 0.
        beats_s: float64 [beats]; empty where there is no pulse.
        beat_confidence: 0..1.
        downbeats_s: float64 [bars]; empty where there is no pulse.
        beats_per_bar: 3 or 4.
        bar_confidence: 0..1.
        sections_s: float64 [sections], where each begins; the first is 0.
        curves: what pictures follow.
        spectrum: all of it was read from this; scenes show it.
    """

    duration_s: float
    tempo_bpm: float
    rival_bpm: float
    beats_s: NDArray[np.float64]
    beat_confidence: float
    downbeats_s: NDArray[np.float64]
    beats_per_bar: int
    bar_confidence: float
    sections_s: NDArray[np.float64]
    curves: Curves
    spectrum: Spectrum = field(repr=False)


def analyse(samples: NDArray[np.float32], rate_hz: int) -> SoundFacts:
    """Return the facts of a sound; silence and sounds without a pulse are not error.

    Args:
        samples: float32 [time], mono, -1..1, finite.
        rate_hz: samples a second; `ANALYSIS_RATE_HZ` is enough.
    """
    spectrum = measure_spectrum(np.ascontiguousarray(samples, np.float32), rate_hz)
    onsets = measure_onsets(spectrum)
    harmony = measure_harmony(np.ascontiguousarray(samples, np.float32), rate_hz)
    beats = find_beats(onsets, spectrum, harmony)
    bars = find_bars(beats, onsets, spectrum, harmony)
    return SoundFacts(
        duration_s=len(samples) / rate_hz,
        tempo_bpm=beats.tempo_bpm,
        rival_bpm=beats.rival_bpm,
        beats_s=beats.times_s,
        beat_confidence=beats.confidence,
        downbeats_s=bars.downbeats_s,
        beats_per_bar=bars.beats_per_bar,
        bar_confidence=bars.confidence,
        sections_s=find_sections(spectrum, beats.times_s, bars.downbeats_s),
        curves=measure_curves(spectrum, onsets),
        spectrum=spectrum,
    )


def hear(track: Track) -> SoundFacts:
    """The facts of a track; its length on the clock is that of the decoded sound, exactly."""
    facts = analyse(track.mono(ANALYSIS_RATE_HZ), ANALYSIS_RATE_HZ)
    return replace(facts, duration_s=track.duration_s)
