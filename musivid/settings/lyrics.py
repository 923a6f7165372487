"""What a preset of `musivid lyrics` may say; `base.py` says how groups are written."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from musivid.settings.base import Group, Preset, Unit
from musivid.settings.marks import Flag, Heeded

__all__ = [
    "AlignmentPreset",
    "LyricsModels",
    "LyricsPreset",
    "SeparationPreset",
    "TranscriptionPreset",
]

_GIVEN = Heeded("words", ("given",))
_HEARD = Heeded("words", ("heard",))
_MIXED = Heeded("voice", ("in the song",))
_APART = Heeded("models.separator", ("a model",))
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def _checked_language(text: str | None) -> str | None:
    """The code, if it is one; pydantic wants a ValueError otherwise."""
    if text is not None and not _LANGUAGE.fullmatch(text):
        raise ValueError("must be the code of a language, as en, de or yue")
    return text


class LyricsModels(Group):
    """Who listens, by name in `models/registry.yaml`, by folder or by hub id."""

    aligner: Annotated[str, _GIVEN] = "wav2vec2-base-960h"
    """Times words that are given: a network of transformers with a head for CTC."""
    transcriber: Annotated[str, _HEARD] = "whisper-small"
    """Writes down what is sung where no words are given: a Whisper of transformers."""
    separator: Annotated[str | None, _MIXED] = "auto"
    """Takes the voice apart before it is listened to, by name or file; auto: the first of the table
    that is on this machine, if one is; None: the song is heard as it is."""


class AlignmentPreset(Group):
    """How words that are given get their times."""

    window_s: float = Field(20.0, ge=2, le=120)
    """Seconds that are heard at once; more take more memory."""
    overlap_s: float = Field(2.0, ge=0, le=20)
    """Seconds before and behind a window that are heard with it and then left out."""
    at_once: int = Field(1, ge=1, le=64)
    """Number of windows that go through the network together."""
    tail_s: float = Field(0.4, ge=0, le=5)
    """Seconds that a line stays behind its last letter, if the next one leaves them: a letter is
    heard where it begins, and held notes last longer."""


class SeparationPreset(Group):
    """How the voice is taken apart, where a separator does that."""

    window_s: float = Field(10.0, ge=4, le=120)
    """Seconds that are taken apart at once; more take more memory."""
    overlap_s: float = Field(1.0, ge=0, le=1)
    """Seconds in which a window is faded into the next one."""


class TranscriptionPreset(Group):
    """How what is sung is written down, and what of it is not believed."""

    beams: int = Field(1, ge=1, le=16)
    """Number of texts that the search keeps; more are surer and slower."""
    silence: Unit = 0.6
    """Chance of silence in a window, a share of 1, from which on what was written of it is left out
    where it is less sure than `unsure`."""
    repeats: int = Field(8, ge=1, le=100)
    """Number of times that a line may come one after the other; the others are left out."""


class LyricsPreset(Preset):
    """Settings of `musivid lyrics`."""

    language: Annotated[
        str | None, Flag("--language", metavar="CODE"), AfterValidator(_checked_language)
    ] = None
    """What is sung in: en, de, zh; None: it is heard, and numbers in given words are English."""
    unsure: Unit = 0.5
    """Confidence, a share of 1, below which a line is told as unsure."""
    models: LyricsModels = LyricsModels()
    separation: Annotated[SeparationPreset, _MIXED, _APART] = SeparationPreset()
    alignment: Annotated[AlignmentPreset, _GIVEN] = AlignmentPreset()
    transcription: Annotated[TranscriptionPreset, _HEARD] = TranscriptionPreset()

    def aspects(self) -> dict[str, tuple[str, ...]]:
        """Whether the voice may be taken apart; whether it is given, the job says."""
        return {"models.separator": ("null" if self.models.separator is None else "a model",)}
