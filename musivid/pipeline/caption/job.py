"""What can be checked of a captioning job before a model loads, and its plan."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from musivid.core.errors import InputError
from musivid.media.audio import probe_audio
from musivid.pipeline.caption.kinds import caption_kind
from musivid.settings.caption import CaptionPreset
from musivid.settings.heeded import refuse_unheeded
from musivid.weights.missing import missed_at_once
from musivid.weights.names import find_model

__all__ = ["LEAST_S", "CaptionPlanFacts", "CheckedCaption", "check_caption", "too_short"]

LEAST_S = 1.0
"""A remainder shorter than this is too little to describe and goes to the window before it."""


@dataclass(frozen=True, slots=True)
class CheckedCaption:
    """A song that can be captioned.

    Attributes:
        song: the file.
        preset: settings.
        duration_s: length where the file promises it; None: not known.
        weights: the model's file; None where it is built in code, or not on this machine.
    """

    song: Path
    preset: CaptionPreset
    duration_s: float | None
    weights: Path | None

    def facts(self) -> CaptionPlanFacts:
        """What there is to tell of the plan."""
        return CaptionPlanFacts(
            duration_s=None if self.duration_s is None else round(self.duration_s, 3),
            windows=self.preset.windows,
            overlap=self.preset.overlap,
            model=self.preset.models.captioner,
            weights=str(self.weights) if self.weights else None,
        )


@dataclass(frozen=True, slots=True)
class CaptionPlanFacts:
    """What there is to tell of a plan; fields are the keys of its JSON.

    Attributes:
        duration_s: length of the song; None: not known.
        windows: what one caption is for.
        overlap: whether windows begin twice as often.
        model: name of the captioner.
        weights: its file; None where it is built in code.
    """

    duration_s: float | None
    windows: str
    overlap: bool
    model: str
    weights: str | None


def check_caption(song: Path, preset: CaptionPreset, *, offline: bool = False) -> CheckedCaption:
    """Check song and weights; nothing is loaded.

    Raises:
        InputError: the song cannot be used, or is shorter than a second.
        UsageError: an unknown model. WeightsError: weights that are missing or damaged.
    """
    info = probe_audio(song)
    if info.sure_s is not None and info.sure_s < LEAST_S:
        raise too_short(song, info.sure_s)
    with missed_at_once():
        model = find_model(preset.models.captioner, "captioner", offline=offline)
        if not model.spec.built_in:
            caption_kind(model.spec.kind).check(preset.models)
    kind, method = model.spec.kind, preset.generation.method
    texts = "drawn by chance"
    if kind == "lp-musiccaps" and method == "beams":
        texts = "searched by beams"
    elif kind == "audio-language" and not preset.answer.temperature:
        texts = "the likeliest"
    refuse_unheeded(preset, {"captioner": (kind,), "texts": (texts,)})
    return CheckedCaption(song, preset, info.sure_s, model.file)


def too_short(song: Path, duration_s: float) -> InputError:
    """What to say of a song that is over before anything can be said."""
    return InputError(
        f"{song} lasts {duration_s:.2f} s", hint=f"A caption needs {LEAST_S:g} s of sound at least."
    )
