"""Events and curves of a sound and of a picture: what the measures of synchrony compare.

`pipeline/evaluate/make.py` fills them; the report draws them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import SoundFacts
from musivid.analysis.strikes import pick_peaks
from musivid.core.timeline import Cue

__all__ = [
    "AudioEvents",
    "PictureEvents",
    "Traces",
    "find_onsets",
    "find_rises",
    "flow_peaks",
    "waveform_outline",
]

Floats = NDArray[np.float64]
Samples = NDArray[np.float32]

_ONSET_DELTA = 0.12  # of the onset curve, whose plain onsets reach 1
_ONSET_GAP_S = 0.06  # onsets nearer than this are one
_ENVELOPE_S = 0.002  # steps in which an attack is looked for
# Around a coarse onset: reach of the search, and what is compared.
_SEARCH_S, _BEFORE_S, _AFTER_S = 0.06, 0.02, 0.01
_CLEAR_ATTACK = 1.4  # natural log of an energy ratio, 6 dB: smaller rises have no clear moment
_LEAST_ENERGY = 1e-9  # of samples, squared: silence
_EARLY_COLUMNS = 0.6  # the spectrum's window hears a hit this much before it is there

_LEAST_RISE = 0.002  # half a grey level of 255: below it is what an encoder does to a still picture
_PEAK_SHARE = 0.3  # of a strong peak's height; smaller ones are not events
_PEAK_GAP_S = 0.1  # peaks nearer than this are one
_LEAST_FLOW = 0.1  # AV-Align's own, in pixels a frame


@dataclass(frozen=True, slots=True)
class AudioEvents:
    """What happens in a sound, on the clock of the picture.

    Attributes:
        duration_s: length of the sound.
        onsets_s: float64, when something begins.
        beats_s: float64, the pulse; empty where there is none.
        downbeats_s: float64, first beats of bars.
        tempo_bpm: 0 where there is no pulse.
        envelope: float64, onset strength 0..1 every `hop_s` seconds.
        hop_s: its step.
        start_s: when its first value is; not 0 where sound and picture begin apart.
    """

    duration_s: float
    onsets_s: Floats
    beats_s: Floats
    downbeats_s: Floats
    tempo_bpm: float
    envelope: Floats
    hop_s: float
    start_s: float = 0.0

    def envelope_at(self, times_s: Floats) -> Floats:
        """Return the greatest onset strength around each of even times: float64 [times]."""
        step = float(times_s[1] - times_s[0]) if len(times_s) > 1 else self.hop_s
        reach = max(0, round(step / self.hop_s) // 2)
        curve = self.envelope
        if reach:
            from scipy.ndimage import maximum_filter1d

            curve = maximum_filter1d(curve, 2 * reach + 1, mode="nearest")
        grid = self.start_s + np.arange(len(curve)) * self.hop_s
        return np.interp(times_s, grid, curve, left=0.0, right=0.0)


@dataclass(frozen=True, slots=True)
class PictureEvents:
    """What happens in a picture; curves have one value a frame on an even grid of `fps`.

    Attributes:
        fps: frames a second.
        change: float64 [n], mean absolute difference of luma to the frame before, 0..1.
        rise: float64 [n], how much more changes than in the 0.2 s before.
        flow: float64 [n], mean length of the optical flow in pixels at the working size.
        changes_s: float64, when change rises suddenly: flashes, cuts, pulses; and the middles of
            fades through black, dissolves and wipes.
        flow_peaks_s: float64, local maxima of the flow of at least 0.1.
        cuts_s: float64, when new shots begin.
        legacy_s: float64, the published system's visual events.
    """

    fps: float
    change: Floats
    rise: Floats
    flow: Floats
    changes_s: Floats
    flow_peaks_s: Floats
    cuts_s: Floats
    legacy_s: Floats

    @property
    def duration_s(self) -> float:
        """Length of the picture."""
        return len(self.change) / self.fps


@dataclass(frozen=True, slots=True)
class Traces:
    """All that a report draws of one file; empty where the file has no such thing.

    Attributes:
        title: the file's name.
        duration_s: of the longer of sound and picture.
        fps: of the picture; 0 without one.
        times_s: float64 [n], of the picture's curves.
        change: float64 [n].
        rise: float64 [n].
        flow: float64 [n].
        changes_s: float64.
        cuts_s: float64.
        onset_times_s: float64 [m], of the onset envelope.
        onset: float64 [m], 0..1.
        onsets_s: float64.
        beats_s: float64.
        downbeats_s: float64.
        cues: lyrics or captions.
        thumbnails: JPEG bytes with their times in seconds.
        waveform: float32 [k, 2], least and greatest sample of k even segments of the sound.
    """

    title: str = ""
    duration_s: float = 0.0
    fps: float = 0.0
    times_s: Floats = field(default_factory=lambda: np.empty(0))
    change: Floats = field(default_factory=lambda: np.empty(0))
    rise: Floats = field(default_factory=lambda: np.empty(0))
    flow: Floats = field(default_factory=lambda: np.empty(0))
    changes_s: Floats = field(default_factory=lambda: np.empty(0))
    cuts_s: Floats = field(default_factory=lambda: np.empty(0))
    onset_times_s: Floats = field(default_factory=lambda: np.empty(0))
    onset: Floats = field(default_factory=lambda: np.empty(0))
    onsets_s: Floats = field(default_factory=lambda: np.empty(0))
    beats_s: Floats = field(default_factory=lambda: np.empty(0))
    downbeats_s: Floats = field(default_factory=lambda: np.empty(0))
    cues: Sequence[Cue] = ()
    thumbnails: Sequence[tuple[float, bytes]] = ()
    waveform: Samples = field(default_factory=lambda: np.empty((0, 2), np.float32))


def find_onsets(facts: SoundFacts, samples: Samples, rate_hz: int) -> Floats:
    """Return when something begins in a sound, to a few milliseconds where attacks are clear.

    Args:
        facts: what was heard in it.
        samples: float32 [time], the same sound in one channel.
        rate_hz: samples a second.
    """
    hop_s = facts.curves.hop_s
    curve = facts.curves.onset.astype(np.float64)
    columns = pick_peaks(curve, max(1, round(_ONSET_GAP_S / hop_s)), _ONSET_DELTA)
    times_s = np.asarray((columns + _EARLY_COLUMNS) * hop_s, np.float64)
    return _sharpened(times_s, samples, rate_hz)


def find_rises(rise: Floats, fps: float) -> NDArray[np.int64]:
    """Return the frames in which change rises as much as in strong moments of the same picture."""
    reach = max(1, round(_PEAK_GAP_S * fps))
    frames = pick_peaks(rise, reach, _LEAST_RISE)
    if not len(frames):
        return frames
    strong = float(np.quantile(rise[frames], 0.9))
    kept: NDArray[np.int64] = frames[rise[frames] >= _PEAK_SHARE * strong]
    return kept


def flow_peaks(flow: Floats) -> NDArray[np.int64]:
    """Return the frames of local maxima of the flow that are at least 0.1, as AV-Align has them."""
    if len(flow) < 3:
        return np.empty(0, np.int64)
    inner = flow[1:-1]
    peaks = (inner > flow[:-2]) & (inner > flow[2:]) & (inner >= _LEAST_FLOW)
    return np.flatnonzero(peaks) + 1


def waveform_outline(samples: Samples, segments: int) -> Samples:
    """Return the least and greatest sample of even segments of a sound: float32 [segments, 2]."""
    count = min(segments, len(samples))
    if not count:
        return np.empty((0, 2), np.float32)
    borders = (np.arange(count) * len(samples)) // count
    low, high = np.minimum.reduceat(samples, borders), np.maximum.reduceat(samples, borders)
    return np.stack([low, high], axis=1).astype(np.float32)


def _sharpened(times_s: Floats, samples: Samples, rate_hz: int) -> Floats:
    """The same moments moved to where the waveform's energy rises most, if it rises clearly."""
    hop = max(1, round(_ENVELOPE_S * rate_hz))
    count = len(samples) // hop
    if not len(times_s) or count < 2:
        return times_s
    energy = (samples[: count * hop].reshape(count, hop).astype(np.float64) ** 2).mean(1)
    sums = np.concatenate([[0.0], np.cumsum(energy)])
    places = np.arange(count)
    step_s = hop / rate_hz
    before, after = round(_BEFORE_S / step_s), max(1, round(_AFTER_S / step_s))
    first, last = np.maximum(places - before, 0), np.minimum(places + after, count)
    earlier = (sums[places] - sums[first]) / np.maximum(places - first, 1)
    later = (sums[last] - sums[places]) / (last - places)
    rises = np.log((later + _LEAST_ENERGY) / (earlier + _LEAST_ENERGY))
    reach = round(_SEARCH_S / step_s)
    window = np.clip(
        np.round(times_s / step_s).astype(int)[:, None] + np.arange(-reach, reach + 1), 0, count - 1
    )
    best = rises[window].argmax(1)
    rows = np.arange(len(times_s))
    # The highest ratio is reached once the attack's first step is inside the later segment.
    at = window[rows, best]
    clear = rises[at] > _CLEAR_ATTACK
    moved: Floats = np.unique(np.where(clear, at * step_s, times_s))
    return moved
