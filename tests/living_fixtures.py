"""A made song for living scenes: beats, swells and onsets at known times, without analysis."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from musivid.analysis.curves import Curves
from musivid.analysis.sound import SoundFacts
from musivid.analysis.spectrum import Spectrum
from musivid.core.timeline import Timeline
from musivid.living.moment import Music, lay_music

HOP_S = 0.0232
BEAT_S = 0.5


def made_facts(duration_s: float = 12.0, sections_s: tuple[float, ...] = (0.0,)) -> SoundFacts:
    """120 beats a minute in 4/4, an onset on each beat, louder and brighter towards the end."""
    times = np.arange(int(duration_s / HOP_S)) * HOP_S
    onset = np.exp(-(times % BEAT_S) / 0.05)
    rise = (times / duration_s).astype(np.float32)
    beats = np.arange(0.0, duration_s, BEAT_S)
    hits = onset.astype(np.float32)
    return SoundFacts(
        duration_s=duration_s,
        tempo_bpm=120.0,
        rival_bpm=0.0,
        beats_s=beats,
        beat_confidence=1.0,
        downbeats_s=beats[::4],
        beats_per_bar=4,
        bar_confidence=1.0,
        sections_s=np.array(sections_s),
        curves=Curves(HOP_S, hits, hits, rise, hits, rise, rise),
        spectrum=made_spectrum(duration_s),
    )


def made_spectrum(duration_s: float = 12.0) -> Spectrum:
    """Bands that rise and fall at rates of their own."""
    columns = int(duration_s / HOP_S)
    rates = np.linspace(0.2, 2.0, 64)[:, None]
    waves = 0.5 + 0.5 * np.sin(2 * np.pi * rates * np.arange(columns) * HOP_S)
    chroma = np.ones((12, columns), np.float32)
    centres = np.geomspace(30, 1e4, 64).astype(np.float32)
    return Spectrum(HOP_S, (waves**2 + 1e-4).astype(np.float32), chroma, centres)


def made_music(duration_s: float = 12.0, fps: int = 25) -> Music:
    """The made song on the frames of a film."""
    timeline = Timeline(duration_s, Fraction(fps))
    return lay_music(made_facts(duration_s), made_spectrum(duration_s), timeline)
