"""Windows of a song that are heard as one, and their embeddings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from musivid.painting.directions import unit
from musivid.settings.video import AudioPreset

if TYPE_CHECKING:
    import torch

    from musivid.nets.protocols import Perceptor

__all__ = ["Window", "calm_windows", "embed_windows", "place_windows"]

Array = NDArray[np.float32]

_SHORTEST_S = 0.1  # a spectrogram needs some samples; shorter sounds are repeated
_AT_ONCE_S = 60.0  # seconds of sound in one batch


@dataclass(frozen=True, slots=True)
class Window:
    """Sound from `start_s` to `end_s` that is heard as what goes on at `time_s`."""

    time_s: float
    start_s: float
    end_s: float


def place_windows(
    beats_s: NDArray[np.float64], duration_s: float, settings: AudioPreset
) -> list[Window]:
    """Return the windows of a song, ascending; at least one.

    Around each beat (or a fixed hop, where there are no beats) `window_s` of sound, moved inside
    the song at its ends; or exactly from each beat to the next, from 0 to the end.
    """
    beats = [float(beat) for beat in beats_s if 0 <= beat < duration_s]
    if len(beats) < 2:
        beats = list(np.arange(0, max(duration_s, 1e-3), settings.fallback_hop_s))
    if settings.windows == "between":
        starts = [0.0] + [beat for beat in beats if beat > _SHORTEST_S]
        ends = [*starts[1:], duration_s]
        return [Window(a, a, b) for a, b in zip(starts, ends, strict=True)]
    length = min(settings.window_s, duration_s)
    windows: list[Window] = []
    for beat in beats:
        if windows and beat - windows[-1].time_s < settings.least_hop_s:
            continue
        start = min(max(beat - length / 2, 0.0), duration_s - length)
        windows.append(Window(beat, start, start + length))
    return windows


def embed_windows(
    perceptor: Perceptor,
    samples: Array,
    windows: list[Window],
    *,
    device: torch.device | str,
    on_done: Callable[[int], None] = lambda count: None,
) -> Array:
    """Return the embedding of each window, float32 [windows, dim], unit length.

    Windows of one length go together in batches that hold a minute of sound; others go alone.

    Args:
        perceptor: hears.
        samples: float32 [time], mono at the perceptor's rate, -1..1.
        windows: from `place_windows`.
        device: where the perceptor lives.
        on_done: told how many more windows are done.
    """
    import torch

    clips = [_cut(samples, window, perceptor.rate_hz) for window in windows]
    rows: list[Array] = []
    first = 0
    while first < len(clips):
        size = len(clips[first])
        most = max(1, int(_AT_ONCE_S * perceptor.rate_hz / size))
        last = first + 1
        while last < len(clips) and len(clips[last]) == size and last - first < most:
            last += 1
        batch = torch.from_numpy(np.stack(clips[first:last])).to(device)
        with torch.inference_mode():
            heard = perceptor.embed_audio(batch).float().cpu().numpy()
        rows.append(np.nan_to_num(heard))
        on_done(last - first)
        first = last
    return np.concatenate(rows)


def calm_windows(
    sounds: Array, times_s: Sequence[float], sections_s: Sequence[float], detail: float
) -> Array:
    """Embeddings [windows, dim] drawn towards the mean of their section, unit length.

    A section of a song has one character, so its pictures belong together; what a moment adds to
    it counts by `detail`, 0..1.

    Args:
        sounds: float32 [windows, dim].
        times_s: when each is what goes on.
        sections_s: where each section begins, ascending; the first is 0.
        detail: 1 leaves them as they are.
    """
    owner = np.searchsorted(np.asarray(sections_s), np.asarray(times_s), side="right")
    calm = np.empty_like(sounds)
    for section in np.unique(owner):
        own = owner == section
        middle = sounds[own].mean(0)
        calm[own] = middle + detail * (sounds[own] - middle)
    return unit(calm)


def _cut(samples: Array, window: Window, rate_hz: int) -> Array:
    """The window's samples; all windows of one length in seconds have one length in samples."""
    length = max(1, round((window.end_s - window.start_s) * rate_hz))
    start = min(max(round(window.start_s * rate_hz), 0), max(len(samples) - length, 0))
    clip = samples[start : start + length]
    least = max(length, round(_SHORTEST_S * rate_hz))
    return clip if len(clip) == least else np.resize(clip, least)
