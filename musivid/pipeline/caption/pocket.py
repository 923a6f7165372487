"""The pocket captioner: says what was measured and what the tagger hears, and how sure it is."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Self, cast

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.key import find_key
from musivid.analysis.sections import describe_spans
from musivid.analysis.sound import SoundFacts
from musivid.core.progress import Reporter
from musivid.media.audio import Track
from musivid.pipeline.caption.facts import Listening, listen_closely, measure_segment
from musivid.pipeline.caption.sentences import Pulse, describe, describe_song
from musivid.settings.caption import CaptionModels, CaptionPreset

if TYPE_CHECKING:
    import torch

    from musivid.nets.captioning.tagger import Tagger
    from musivid.nets.protocols import Captioner
    from musivid.pipeline.guidance.windows import Window
    from musivid.weights.session import Session

__all__ = ["CAPTIONER", "PocketCaptioner", "form_of", "pulse_of"]

_LEAST_BEATS = 2  # in a window, to speak of its pulse
_METRE_SURE = 0.1  # confidence from which the metre is said
_OTHER_KEY = 0.85  # confidence from which a window has a key of its own
_ALIKE = 0.6  # distance of two sections' timbres


class PocketCaptioner:
    """Describes each window in one sentence; a window over the whole song gets the song's own."""

    is_quick: ClassVar[bool] = True

    def __init__(
        self, tagger: Tagger, *, device: torch.device | str = "cpu", seed: int = 0
    ) -> None:
        """Listen with `tagger`, which lives on `device`; `seed` turns equal words."""
        self._tagger, self._device, self._seed = tagger, device, seed

    @classmethod
    def check(cls, models: CaptionModels) -> None:
        """Everything that it needs is in its weights."""

    @classmethod
    def open(cls, network: Captioner, session: Session, preset: CaptionPreset) -> Self:
        """Return the captioner that listens with a tagger."""
        return cls(cast("Tagger", network), device=session.device, seed=preset.seed)

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
        facts = measure_segment(listening, window)
        song = find_key(listening.harmony, 0.0, listening.heard.duration_s)
        # Few bars say little of a key: the song's own holds unless another is plain.
        key = facts.key if facts.key.confidence >= _OTHER_KEY else song
        pulse = pulse_of(listening.heard, window)
        if pulse.rival_bpm:  # the song's own sentence names it; here `about` is enough
            pulse = replace(pulse, rival_bpm=0.0, confidence=0.0)
        return describe(replace(facts, key=key), pulse, turn)

    def _song(self, listening: Listening, window: Window, turn: int) -> str:
        heard = listening.heard
        curve, bar = heard.curves.loudness, max(1, round(2.0 / heard.curves.hop_s))
        calm = np.convolve(curve, np.ones(bar) / bar, mode="same")
        return describe_song(
            measure_segment(listening, window),
            pulse_of(heard, window),
            form_of(listening),
            float(calm.argmax()) * heard.curves.hop_s,
            turn,
        )


def pulse_of(heard: SoundFacts, window: Window) -> Pulse:
    """What can be said of tempo and metre in a window: the song's, where there are beats at all."""
    inside = (heard.beats_s >= window.start_s) & (heard.beats_s < window.end_s)
    if inside.sum() < _LEAST_BEATS:
        return Pulse(0.0)
    sure = heard.bar_confidence >= _METRE_SURE
    metre = heard.beats_per_bar if sure else 0
    return Pulse(heard.tempo_bpm, heard.rival_bpm, heard.beat_confidence, metre)


def form_of(listening: Listening) -> str:
    """Letters of a song's sections, the same for those that sound alike; empty for one section."""
    starts = listening.heard.sections_s
    if len(starts) < 2:
        return ""
    letters: list[int] = []
    known: list[NDArray[np.float32]] = []
    for row in describe_spans(listening.spectrum, starts):
        far = [float(np.linalg.norm(row - other)) for other in known]
        if far and min(far) < _ALIKE:
            letters.append(int(np.argmin(far)))
        else:
            letters.append(len(known))
            known.append(row)
    if len(known) > len(string.ascii_uppercase):
        return ""
    return " ".join(string.ascii_uppercase[letter] for letter in letters)


CAPTIONER = PocketCaptioner
