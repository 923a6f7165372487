"""LP-MusicCaps over a whole song: clips of ten seconds, written in batches that fit the memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from musivid.analysis.sound import SoundFacts
from musivid.core.progress import Reporter
from musivid.media.audio import Track
from musivid.nets.captioning.bart_writing import Writing
from musivid.nets.captioning.byte_tokens import ByteWords
from musivid.nets.captioning.lp_musiccaps import LpMusicCaps
from musivid.pipeline.guidance.windows import Window
from musivid.settings.caption import GenerationPreset
from musivid.weights.session import Session

__all__ = ["PublishedCaptioner", "cut_clip"]


class PublishedCaptioner:
    """Writes freely about each window; of a longer one it hears the middle ten seconds."""

    def __init__(
        self,
        network: LpMusicCaps,
        words: ByteWords,
        settings: GenerationPreset,
        session: Session,
        seed: int = 0,
    ) -> None:
        """Write with `network`, which lives on the session's device, by `settings`."""
        self._network, self._words, self._session = network, words, session
        self._settings, self._seed = settings, seed

    def caption(
        self, track: Track, heard: SoundFacts, windows: Sequence[Window], reporter: Reporter
    ) -> list[str]:
        """One text for each window."""
        network, settings = self._network, self._settings
        if any(window.end_s - window.start_s > 1.01 * network.seconds for window in windows):
            reporter.note(f"of longer windows the middle {network.seconds:g} s are heard")
        rules = _rules(settings)
        rows = rules.beams if settings.method == "beams" else 1
        at_once = max(1, int(settings.memory_mb * 1e6) // network.clip_bytes(rules, rows))
        samples = track.mono(network.rate_hz)
        reporter.stage("caption", len(windows), "windows")
        texts: list[str] = []
        for first in range(0, len(windows), at_once):
            batch = windows[first : first + at_once]
            texts += self._write(samples, batch, rules, first)
            reporter.advance(len(batch))
        return texts

    def _write(
        self, samples: NDArray[np.float32], windows: Sequence[Window], rules: Writing, first: int
    ) -> list[str]:
        length = round(self._network.seconds * self._network.rate_hz)
        clips = [cut_clip(samples, window, self._network.rate_hz, length) for window in windows]
        drawn = self._settings.method == "nucleus"
        # One seed for each window of the song, so that batches do not show.
        seeds = [self._seed * 1_000_003 + first + k for k in range(len(windows))]
        batch = torch.from_numpy(np.stack(clips)).to(self._session.device)
        with self._session.autocast():
            written = self._network.write(batch, rules, seeds if drawn else None)
        return [self._words.text(tokens) for tokens in written]


def cut_clip(
    samples: NDArray[np.float32], window: Window, rate_hz: int, length: int
) -> NDArray[np.float32]:
    """`length` samples of a window: its middle if it is longer, silence after it if shorter."""
    first, last = round(window.start_s * rate_hz), round(window.end_s * rate_hz)
    if last - first > length:
        first += (last - first - length) // 2
    clip = samples[first : min(last, first + length)]
    return np.pad(clip, (0, length - len(clip)))


def _rules(settings: GenerationPreset) -> Writing:
    return Writing(
        beams=settings.beams,
        most=settings.max_tokens,
        least=settings.min_tokens,
        no_repeat=settings.no_repeat_ngram,
        repetition_penalty=settings.repetition_penalty,
        length_penalty=settings.length_penalty,
        early_stopping=settings.early_stopping,
        forced_start=settings.forced_start,
        forced_end=settings.forced_end,
        top_p=settings.top_p,
        top_k=settings.top_k,
        temperature=settings.temperature,
    )
