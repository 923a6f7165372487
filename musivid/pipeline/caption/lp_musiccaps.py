"""LP-MusicCaps over a whole song: clips of ten seconds, written in batches that fit the memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self, cast

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import SoundFacts
from musivid.core.errors import WeightsError
from musivid.core.paths import expanded
from musivid.core.progress import Reporter
from musivid.media.audio import Track
from musivid.settings.caption import CaptionModels, CaptionPreset, GenerationPreset
from musivid.weights.missing import MissingModels, unless_missing
from musivid.weights.registry import ModelSpec, models_folder

if TYPE_CHECKING:
    from musivid.nets.captioning.bart_writing import Writing
    from musivid.nets.captioning.byte_tokens import ByteWords
    from musivid.nets.captioning.lp_musiccaps import LpMusicCaps
    from musivid.nets.protocols import Captioner
    from musivid.pipeline.guidance.windows import Window
    from musivid.weights.session import Session

__all__ = ["CAPTIONER", "LpMusicCapsCaptioner", "cut_clip", "find_words"]


_WORDS = ModelSpec(
    name="bart-base/vocab.json",
    family="captioner",
    kind="vocabulary",
    loader=None,
    licence="Apache-2.0",
    source="https://huggingface.co/facebook/bart-base",
    note="the tokens that LP-MusicCaps writes with",
    published="vocab.json",
)


class LpMusicCapsCaptioner:
    """Writes freely about each window; of a longer one it hears the middle ten seconds."""

    is_quick: ClassVar[bool] = False

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

    @classmethod
    def check(cls, models: CaptionModels) -> None:
        """Check that its vocabulary is there, as `find_words` does."""
        unless_missing(lambda: find_words(models.vocabulary))

    @classmethod
    def open(cls, network: Captioner, session: Session, preset: CaptionPreset) -> Self:
        """Return the captioner that writes with the network, by `preset.generation`.

        Raises:
            WeightsError: the vocabulary is missing, or not the network's.
        """
        from musivid.nets.captioning.byte_tokens import load_words

        own = cast("LpMusicCaps", network)
        words = own.words
        if words is None:
            vocabulary = find_words(preset.models.vocabulary)
            words = load_words(vocabulary, own.bart.sizes.vocabulary)
        return cls(own, words, preset.generation, session, preset.seed)

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
        import torch

        length = round(self._network.seconds * self._network.rate_hz)
        clips = [cut_clip(samples, window, self._network.rate_hz, length) for window in windows]
        drawn = self._settings.method == "nucleus"
        # One seed for each window of the song, so that batches do not show.
        seeds = [self._seed * 1_000_003 + first + k for k in range(len(windows))]
        batch = torch.from_numpy(np.stack(clips)).to(self._session.device)
        with self._session.autocast():
            written = self._network.write(batch, rules, seeds if drawn else None)
        return [self._words.text(tokens) for tokens in written]


def find_words(named: str | None) -> Path:
    """The vocabulary that it writes with: the one that is named, or in the user's model folder.

    Raises:
        WeightsError: it is not there; the message names both files that are needed.
    """
    folder = models_folder()
    places = [expanded(named)] if named else [folder / "bart-base", folder]
    for place in places:
        path = place / "vocab.json" if place.is_dir() else place
        if path.is_file():
            return path
    if named:
        raise WeightsError(f"there is no vocabulary {places[0]}", hint="Name vocab.json of BART.")
    error = MissingModels([_WORDS])
    error.problem = f"there is no vocabulary {places[0] / 'vocab.json'}"
    error.command = ""
    error.hint = (
        "LP-MusicCaps needs two files: its weights (transfer.pth of "
        "https://huggingface.co/seungheondoh/lp-music-caps, taken over by `musivid models import "
        "lp-musiccaps transfer.pth`) and vocab.json of https://huggingface.co/facebook/bart-base, "
        f"put into {folder / 'bart-base'} or named with --set models.vocabulary=FILE."
    )
    raise error


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
    from musivid.nets.captioning.bart_writing import Writing

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


CAPTIONER = LpMusicCapsCaptioner
