"""The pocket captioner: says what was measured and what the tagger hears, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from musivid.analysis.sound import SoundFacts
from musivid.media.audio import Track
from musivid.nets.tagger import Tagger
from musivid.pipeline.caption_facts import Listening, listen_closely, measure_stretch
from musivid.pipeline.caption_words import Pulse, describe, describe_song
from musivid.pipeline.windows import Window
from musivid.progress import Reporter

__all__ = ["PocketCaptioner", "pulse_of"]

_LEAST_BEATS = 2
_METRE_SURE = 0.1


class PocketCaptioner:
    """Describes each window in one sentence; a window over the whole song gets the song's own."""

    def __init__(
        self, tagger: Tagger, *, device: torch.device | str = "cpu", seed: int = 0
    ) -> None:
        """Listen with `tagger`, which lives on `device`; `seed` turns equal words."""
        self._tagger, self._device, self._seed = tagger, device, seed

    def caption(
        self, track: Track, heard: SoundFacts, windows: Sequence[Window], reporter: Reporter
    ) -> list[str]:
        """One sentence for each window."""
        reporter.stage("describe", len(windows), "windows")
        listening = listen_closely(track, heard, self._tagger, device=self._device)
        texts = []
        for turn, window in enumerate(windows, self._seed):
            whole = window.start_s <= 0 and window.end_s >= heard.duration_s
            texts.append(
                self._song(listening, window, turn)
                if whole
                else self._part(listening, window, turn)
            )
            reporter.advance()
        return texts

    def _part(self, listening: Listening, window: Window, turn: int) -> str:
        pulse = pulse_of(listening.heard, window)
        return describe(measure_stretch(listening, window), pulse, turn)

    def _song(self, listening: Listening, window: Window, turn: int) -> str:
        heard = listening.heard
        curve, bar = heard.curves.loudness, max(1, round(2.0 / heard.curves.hop_s))
        calm = np.convolve(curve, np.ones(bar) / bar, mode="same")
        return describe_song(
            measure_stretch(listening, window),
            pulse_of(heard, window),
            "",
            float(calm.argmax()) * heard.curves.hop_s,
            turn,
        )


def pulse_of(heard: SoundFacts, window: Window) -> Pulse:
    """What can be said of tempo and metre in a window: the song's, where there are beats at all."""
    inside = (heard.beats_s >= window.start_s) & (heard.beats_s < window.end_s)
    if inside.sum() < _LEAST_BEATS:
        return Pulse(0.0)
    sure = heard.bar_confidence >= _METRE_SURE
    return Pulse(heard.tempo_bpm, 0.0, heard.beat_confidence, heard.beats_per_bar if sure else 0)
