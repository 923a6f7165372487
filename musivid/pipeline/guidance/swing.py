"""How the target of `musivid interpolate` goes from the sound to the words and back.

All else is as in `pipeline.video`: `make_video` with an `InterpolatePreset` interpolates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from musivid.pipeline.guidance.lanes import Span
from musivid.settings.video import InterpolatePreset, VideoPreset

__all__ = ["DEFAULT_PERIOD_S", "Swing", "swing_of"]

DEFAULT_PERIOD_S = 10.0
"""Seconds there and back of a song without words, where the preset gives no period."""


@dataclass(frozen=True, slots=True)
class Swing:
    """How the target goes from the sound to the words and back, on the great circle.

    Attributes:
        period_s: seconds there and back; None: once a span of words.
        ease: linear, sine or tanh.
    """

    period_s: float | None
    ease: Literal["linear", "sine", "tanh"]

    def share(self, time_s: float, span: Span | None) -> float:
        """0 at the sound, 1 at the words."""
        if self.period_s is not None:
            passed = time_s / self.period_s
        elif span is not None:
            passed = (time_s - span.start_s) / (span.end_s - span.start_s)
        else:
            return 0.0
        return self.eased(1 - abs(2 * (passed % 1.0) - 1))

    def eased(self, share: float) -> float:
        """How far the way has gone when a share of its time has, both 0 to 1."""
        if self.ease == "linear":
            return share
        if self.ease == "sine":
            return (1 - math.cos(math.pi * share)) / 2
        # Slow, fast, slow: the walk of the lyrics videos that Music2Video descends from.
        u = 2 * share - 1
        return 0.5 + math.tanh(1.5 * u / (math.sqrt(max(1 - u * u, 0.0)) + 1e-6)) / 2

    def turns_s(self, spans: Sequence[Span], duration_s: float) -> list[float]:
        """Moments at which the target is all sound or all words."""
        period = self.period_s or (None if spans else DEFAULT_PERIOD_S)
        if period is not None:
            half = period / 2
            return [turn * half for turn in range(int(duration_s / half) + 1)]
        edges = [(s.start_s, (s.start_s + s.end_s) / 2, s.end_s) for s in spans]
        return sorted({edge for three in edges for edge in three})


def swing_of(preset: VideoPreset) -> Swing | None:
    """The swing that a preset asks for; None for a preset of `musivid video`."""
    if isinstance(preset, InterpolatePreset):
        return Swing(preset.period_s, preset.ease)
    return None
