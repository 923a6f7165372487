"""The voice of a song without its instruments, by a separator, window by window.

As torchaudio's tutorial of Hybrid Demucs has it: the song is brought to mean 0 and deviation 1 by
its mono mix, and windows that overlap are faded into each other in straight lines. Each window
needs its own memory and no more, however long the song is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from musivid.core.progress import Reporter
from musivid.media.audio import Track
from musivid.media.blocks import resampled

if TYPE_CHECKING:
    from musivid.nets.protocols import Separator
    from musivid.settings.lyrics import SeparationPreset
    from musivid.weights.session import Session

__all__ = ["faded_windows", "voice_of"]

_VOICE = "vocals"
_QUIET = 1e-8  # below which a deviation is silence, which is not made loud

Samples = NDArray[np.float32]


def voice_of(
    track: Track,
    session: Session,
    separator: Separator,
    settings: SeparationPreset,
    reporter: Reporter,
) -> Track:
    """The voice of a song in one channel, on its clock.

    Args:
        track: the song.
        session: where the network works.
        separator: the network.
        settings: length of windows, and of what they overlap.
        reporter: told how far it is.
    """
    rate = separator.rate_hz
    mix = _stereo(track, rate)
    mono = mix.mean(0)
    mean, deviation = float(mono.mean()), max(float(mono.std()), _QUIET)

    def one(first: int, end: int) -> Samples:
        window = torch.from_numpy((mix[:, first:end] - mean) / deviation)
        voice = separator.stem(window[None].to(session.device), _VOICE)[0].mean(0)
        heard: Samples = voice.cpu().numpy() * np.float32(deviation) + np.float32(mean)
        reporter.advance()
        return heard

    window, overlap = round(settings.window_s * rate), round(settings.overlap_s * rate)
    count = _count(mix.shape[1], window, overlap)
    reporter.stage("take the voice apart", count)
    voice = faded_windows(one, mix.shape[1], window=window, overlap=overlap)
    return replace(track, samples=voice[None], rate_hz=rate, channels=())


def faded_windows(
    one: Callable[[int, int], Samples], length: int, *, window: int, overlap: int
) -> Samples:
    """What windows of a sound give, each faded into the next one: float32 [length].

    All windows have about the same length, so none is too short to be heard.

    Args:
        one: the result float32 [end - first] of the samples from `first` to before `end`.
        length: of the sound, in samples.
        window: longest window, in samples.
        overlap: samples that two neighbours share, at most a third of a window.
    """
    count = _count(length, window, overlap)
    if count == 1:
        return one(0, length)
    starts = [round(n * (length - overlap) / count) for n in range(count + 1)]
    rising = ((np.arange(overlap) + 0.5) / max(1, overlap)).astype(np.float32)
    joined = np.zeros(length, np.float32)
    for n in range(count):
        first, end = starts[n], starts[n + 1] + overlap
        made = one(first, end).copy()
        if n > 0:
            made[:overlap] *= rising
        if n < count - 1:
            made[len(made) - overlap :] *= 1 - rising
        joined[first:end] += made
    return joined


def _count(length: int, window: int, overlap: int) -> int:
    """How many windows cover a sound."""
    return max(1, -(-(length - overlap) // (window - overlap)))


def _stereo(track: Track, rate_hz: int) -> Samples:
    """The song in two channels, float32 [2, samples]; other than two are mixed to one first."""
    samples = track.samples if len(track.samples) == 2 else track.mono()[None]
    there = resampled(samples, track.rate_hz, rate_hz)
    return np.broadcast_to(there, (2, there.shape[1]))
