"""A language model that hears, over a whole song: one window after the other, each kept once said.

Words of a large network take minutes, so each answer is kept in the cache under all that it depends
on: killed, the same command goes on with the next window.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self, cast

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import SoundFacts
from musivid.core.paths import cache_folder
from musivid.core.plain_json import json_digest
from musivid.core.progress import Reporter
from musivid.core.storage import write_atomic
from musivid.media.audio import Track
from musivid.pipeline.caption.lp_musiccaps import cut_clip
from musivid.settings.caption import AnswerPreset, CaptionModels, CaptionPreset

if TYPE_CHECKING:
    from musivid.nets.captioning.audio_language import AudioLanguage
    from musivid.nets.protocols import Captioner
    from musivid.pipeline.guidance.windows import Window
    from musivid.weights.session import Session

__all__ = ["CAPTIONER", "AudioLanguageCaptioner"]


class AudioLanguageCaptioner:
    """Answers a question about each window; of one that is too long it hears the middle."""

    is_quick: ClassVar[bool] = False

    def __init__(
        self, network: AudioLanguage, settings: AnswerPreset, seed: int, *, digest: str = ""
    ) -> None:
        """Ask `network`, which lives on the session's device.

        Args:
            network: hears and answers.
            settings: the question, and how it is answered.
            seed: of what is drawn.
            digest: of its weights, by which answers are kept; empty: none is.
        """
        self._network, self._settings, self._seed = network, settings, seed
        self._digest = digest

    @classmethod
    def check(cls, models: CaptionModels) -> None:
        """Nothing: its folder has all that it needs."""

    @classmethod
    def open(cls, network: Captioner, session: Session, preset: CaptionPreset) -> Self:
        """Return the captioner that asks the network, by `preset.answer`."""
        digest = session.hashes().get(preset.models.captioner, "")
        return cls(cast("AudioLanguage", network), preset.answer, preset.seed, digest=digest)

    def caption(
        self, track: Track, heard: SoundFacts, windows: Sequence[Window], reporter: Reporter
    ) -> list[str]:
        """One text for each window."""
        network = self._network
        if any(window.end_s - window.start_s > 1.01 * network.window_s for window in windows):
            reporter.note(f"of longer windows the middle {network.window_s:g} s are heard")
        samples = track.mono(network.rate_hz)
        reporter.stage("caption", len(windows), "windows")
        texts, known = [], 0
        for number, window in enumerate(windows):
            lasts_s = min(window.end_s - window.start_s, network.window_s)
            length = round(lasts_s * network.rate_hz)
            clip = cut_clip(samples, window, network.rate_hz, length)
            text, was_known = self._answer(clip, number)
            texts.append(text)
            known += was_known
            reporter.advance()
        if known:
            reporter.note(f"{known} of {len(windows)} answers were kept from before")
        return texts

    def _answer(self, clip: NDArray[np.float32], number: int) -> tuple[str, bool]:
        """What is said of a clip, and whether it was kept."""
        seed = self._seed * 1_000_003 + number  # one for each window of the song
        place = self._place(clip, seed)
        if place and place.is_file():
            return place.read_text(encoding="utf-8"), True
        settings = self._settings
        text = self._network.answer(
            clip,
            settings.question,
            most=settings.max_tokens,
            temperature=settings.temperature,
            top_p=settings.top_p,
            seed=seed,
        )
        if place:
            place.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(place, text)
        return text, False

    def _place(self, clip: NDArray[np.float32], seed: int) -> Path | None:
        """Where an answer is kept, under all that it depends on."""
        if not self._digest:
            return None
        settings = self._settings.model_dump(mode="json")
        drawn = seed if self._settings.temperature > 0 else None
        sound = hashlib.sha256(clip.tobytes()).hexdigest()
        name = json_digest([self._digest, settings, drawn, sound])
        return cache_folder() / "captions" / f"{name[:32]}.txt"


CAPTIONER = AudioLanguageCaptioner
