"""What is known of each captioned segment of a song, before it is put into words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.harmony import Harmony, measure_harmony
from musivid.analysis.key import KeyGuess, find_key
from musivid.analysis.sound import ANALYSIS_RATE_HZ, SoundFacts
from musivid.analysis.spectrum import Spectrum
from musivid.media.audio import Track

if TYPE_CHECKING:
    import torch

    from musivid.nets.captioning.tagger import Tagger
    from musivid.pipeline.guidance.windows import Window

__all__ = ["Listening", "SegmentFacts", "listen_closely", "measure_segment"]

Array = NDArray[np.float32]

_CLIP_S, _HOP_S = 10.0, 5.0  # the tagger was trained on clips of 10 s
_LEAST_CLIP_S = 0.5  # shorter ones are not tagged
_AT_ONCE = 8  # clips in a batch
_OWN_SHARE = 0.7  # a segment's own clips against the whole song's, for who plays
_RISE = 0.18  # of the song's own range of loudness, from a segment's first third to its last
_ONSET = 0.15  # on the curve's scale of 0..1
_SILENT_POWER = 1e-7  # mean square of samples, -70 dB
_HEARD = 0.97  # what is next to a silence is heard a little way into it


@dataclass(frozen=True, slots=True)
class SegmentFacts:
    """One segment.

    Attributes:
        window: from when to when.
        silent: whether nothing is heard.
        key: tonic and mode.
        loudness: 0..1 in the song's own range, mean.
        course: how that goes: `rising`, `falling`, `arch` or `steady`.
        brightness_hz: middle of the spectrum.
        onsets_per_s: how many sounds begin in a second.
        instruments: names and probabilities, the surest first.
        genre: the likeliest kind of music, and its probability.
        energy: 0..1, how hard it is played.
        valence: 0..1, how happy it sounds.
    """

    window: Window
    silent: bool
    key: KeyGuess
    loudness: float
    course: str
    brightness_hz: float
    onsets_per_s: float
    instruments: tuple[tuple[str, float], ...]
    genre: tuple[str, float]
    energy: float
    valence: float


@dataclass(frozen=True, slots=True)
class Listening:
    """A song as the captioner hears it.

    Attributes:
        heard: pulse, bars, sections and curves.
        harmony: its pitch classes.
        spectrum: its bands.
        tagger: whose words they are.
        times_s: middle of each clip that was tagged, float64 [clips].
        tags: float32 [clips, instruments + genres + 2], as the tagger gives them.
    """

    heard: SoundFacts
    harmony: Harmony
    spectrum: Spectrum
    tagger: Tagger
    times_s: NDArray[np.float64]
    tags: Array


def listen_closely(
    track: Track,
    heard: SoundFacts,
    tagger: Tagger,
    *,
    device: torch.device | str = "cpu",
    on_done: Callable[[int], None] = lambda count: None,
) -> Listening:
    """Measure and tag a whole song.

    Args:
        track: the song.
        heard: what is known of it.
        tagger: names instruments, genre and mood.
        device: where the tagger lives.
        on_done: told how many more clips are tagged.
    """
    import torch

    samples = track.mono(ANALYSIS_RATE_HZ)
    starts = np.arange(0.0, max(heard.duration_s - _CLIP_S, 0.0) + _HOP_S, _HOP_S)
    starts = np.minimum(starts, max(heard.duration_s - _CLIP_S, 0.0))
    length = round(min(_CLIP_S, max(heard.duration_s, _LEAST_CLIP_S)) * ANALYSIS_RATE_HZ)
    rows: list[Array] = []
    for first in range(0, len(starts), _AT_ONCE):
        clips = [_cut(samples, start, length) for start in starts[first : first + _AT_ONCE]]
        tags = tagger.hear(torch.from_numpy(np.stack(clips)).to(device))
        moods = torch.stack([tags.energy, tags.valence], 1)
        rows.append(torch.cat([tags.instruments, tags.genres, moods], 1).float().numpy())
        on_done(len(clips))
    return Listening(
        heard=heard,
        harmony=measure_harmony(samples, ANALYSIS_RATE_HZ),
        spectrum=heard.spectrum,
        tagger=tagger,
        times_s=starts + length / ANALYSIS_RATE_HZ / 2,
        tags=np.concatenate(rows),
    )


def measure_segment(listening: Listening, window: Window) -> SegmentFacts:
    """The facts of one segment of a song."""
    heard, spectrum = listening.heard, listening.spectrum
    columns = _columns(spectrum.hop_s, spectrum.columns, window)
    power = spectrum.mel[:, columns].mean(1)
    curve = heard.curves.loudness[_columns(heard.curves.hop_s, len(heard.curves.loudness), window)]
    instruments, genre, energy, valence = _tags(listening, window)
    return SegmentFacts(
        window=window,
        silent=float(np.quantile(spectrum.mel[:, columns].mean(0), _HEARD)) < _SILENT_POWER,
        key=find_key(listening.harmony, window.start_s, window.end_s),
        loudness=float(curve.mean()),
        course=_course(curve),
        brightness_hz=_middle_hz(power, spectrum),
        onsets_per_s=_onsets(heard, window) / max(window.end_s - window.start_s, 0.1),
        instruments=instruments,
        genre=genre,
        energy=energy,
        valence=valence,
    )


def _tags(
    listening: Listening, window: Window
) -> tuple[tuple[tuple[str, float], ...], tuple[str, float], float, float]:
    """Instruments, genre, energy and valence: means over the clips by how much they overlap."""
    tagger, half = listening.tagger, _CLIP_S / 2
    early = np.maximum(listening.times_s - half, window.start_s)
    late = np.minimum(listening.times_s + half, window.end_s)
    share = np.maximum(late - early, 1e-6) ** 2
    own = share @ listening.tags / share.sum()
    mixed = _OWN_SHARE * own + (1 - _OWN_SHARE) * listening.tags.mean(0)
    count = len(tagger.instruments)
    order = np.argsort(-mixed[:count])
    genres = mixed[count:-2]
    return (
        tuple((tagger.instruments[k], float(mixed[k])) for k in order),
        (tagger.genres[int(genres.argmax())], float(genres.max())),
        float(own[-2]),
        float(own[-1]),
    )


def _course(curve: Array) -> str:
    """How loudness goes over a segment: rising, falling, arch or steady."""
    if len(curve) < 6:
        return "steady"
    first, middle, last = (float(part.mean()) for part in np.array_split(curve, 3))
    if last - first > _RISE:
        return "rising"
    if first - last > _RISE:
        return "falling"
    return "arch" if middle - max(first, last) > _RISE else "steady"


def _middle_hz(power: Array, spectrum: Spectrum) -> float:
    """The centroid of amplitude over octaves, in hertz."""
    size = np.sqrt(power)
    octave = float(np.log2(spectrum.centres_hz) @ size / max(float(size.sum()), 1e-9))
    return float(2**octave)


def _onsets(heard: SoundFacts, window: Window) -> int:
    from scipy.signal import find_peaks

    curve = heard.curves.onset
    part = curve[_columns(heard.curves.hop_s, len(curve), window)]
    return len(find_peaks(part, height=_ONSET, prominence=_ONSET / 2)[0])


def _columns(hop_s: float, count: int, window: Window) -> slice:
    first = min(max(round(window.start_s / hop_s), 0), max(count - 1, 0))
    return slice(first, max(first + 1, round(window.end_s / hop_s)))


def _cut(samples: Array, start_s: float, length: int) -> Array:
    first = round(start_s * ANALYSIS_RATE_HZ)
    clip = samples[first : first + length]
    return np.pad(clip, (0, length - len(clip)))
