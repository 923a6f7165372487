"""The sound of a film, measured: events on the picture's clock, level, outline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import ANALYSIS_RATE_HZ, SoundFacts, analyse
from musivid.core.numba_cache import import_librosa
from musivid.media.audio import Track
from musivid.metrics.events import AudioEvents, find_onsets, waveform_outline
from musivid.metrics.integrity import LevelFacts, measure_level
from musivid.pipeline.guidance.beat_files import BeatFile, with_beats

__all__ = ["Heard", "hear_track", "legacy_beats"]

Floats = NDArray[np.float64]
Samples = NDArray[np.float32]

_SURE_PULSE = 0.2  # played music is over this; below it beats are guesses, and onsets tell more
_OUTLINE = 1200  # segments of the waveform that a report draws
_LEGACY_LEVEL = 0.4  # of the greatest onset strength, as published


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard in a sound.

    Attributes:
        events: on the clock of the picture.
        legacy_beats_s: beats that the published evaluation takes to be significant.
        level: loudness and clipping, in JSON types.
        duration_s: length of the sound.
        tempo_bpm: 0 where there is no pulse.
        samples: float32 [n], mono at `ANALYSIS_RATE_HZ`.
        finer: the same at higher rates that somebody wants, by rate.
        outline: float32 [k, 2], least and greatest sample of even segments.
        warnings: what the user should know about the file.
    """

    events: AudioEvents
    legacy_beats_s: Floats
    level: LevelFacts
    duration_s: float
    tempo_bpm: float
    samples: Samples
    outline: Samples
    warnings: tuple[str, ...]
    finer: Mapping[int, Samples] = field(default_factory=dict)

    def mono(self, rate_hz: int) -> Samples:
        """The sound in one channel at another rate."""
        if rate_hz in self.finer:
            return self.finer[rate_hz]
        return Track(self.samples[None], ANALYSIS_RATE_HZ).mono(rate_hz)


def hear_track(
    track: Track,
    *,
    start_s: float = 0.0,
    beats: BeatFile | None = None,
    rates_hz: Sequence[int] = (),
) -> Heard:
    """Return what is heard in a sound; silence is not an error.

    Args:
        track: as it was decoded.
        start_s: how much later than the picture it begins.
        beats: that were corrected, on the sound's clock; None: they are heard.
        rates_hz: at which somebody wants it; higher ones than is analysed are kept.
    """
    level, duration_s, warnings = measure_level(track), track.duration_s, track.warnings
    samples = track.mono(ANALYSIS_RATE_HZ)
    finer = {rate: track.mono(rate) for rate in rates_hz if rate > ANALYSIS_RATE_HZ}
    del track  # a long song in all its channels is not needed beside its spectrum
    facts = analyse(samples, ANALYSIS_RATE_HZ)
    if beats is not None:
        facts = with_beats(facts, beats)
    return Heard(
        events=_events(facts, samples, duration_s, start_s),
        legacy_beats_s=legacy_beats(samples) + start_s,
        level=level,
        duration_s=duration_s,
        tempo_bpm=facts.tempo_bpm,
        samples=samples,
        outline=waveform_outline(samples, _OUTLINE),
        warnings=warnings,
        finer=finer,
    )


def legacy_beats(samples: Samples) -> Floats:
    """Return the significant beats of the published evaluation, in seconds.

    Beats by librosa's defaults at which the onset strength is over 0.4 of its maximum.

    Args:
        samples: float32 [n], mono at 22050 Hz.
    """
    librosa = import_librosa()

    if not np.any(samples):
        return np.empty(0)
    envelope = librosa.onset.onset_strength(y=samples, sr=ANALYSIS_RATE_HZ)
    highest = float(np.abs(envelope).max(initial=0.0))
    if highest <= 0:
        return np.empty(0)
    _, frames = librosa.beat.beat_track(onset_envelope=envelope, sr=ANALYSIS_RATE_HZ)
    strong = frames[envelope[frames] / highest > _LEGACY_LEVEL]
    times: Floats = librosa.frames_to_time(strong, sr=ANALYSIS_RATE_HZ)
    return times


def _events(facts: SoundFacts, samples: Samples, duration_s: float, start_s: float) -> AudioEvents:
    """Events moved onto the clock of the picture."""
    sure = facts.beat_confidence >= _SURE_PULSE
    none = np.empty(0)
    return AudioEvents(
        duration_s=duration_s,
        onsets_s=find_onsets(facts, samples, ANALYSIS_RATE_HZ) + start_s,
        beats_s=facts.beats_s + start_s if sure else none,
        downbeats_s=facts.downbeats_s + start_s if sure else none,
        tempo_bpm=facts.tempo_bpm if sure else 0.0,
        envelope=facts.curves.onset.astype(np.float64),
        hop_s=facts.curves.hop_s,
        start_s=start_s,
    )
