"""Which models a film needs, and whether they are there and heed what is asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from musivid.core.errors import PresetError
from musivid.pipeline.video.footage import seeing_model
from musivid.settings.heeded import refuse_unheeded
from musivid.settings.video import InterpolatePreset, VideoPreset
from musivid.weights.animators import find_animator
from musivid.weights.names import find_files, find_model
from musivid.weights.pipelines import INDEX
from musivid.weights.registry import Family

__all__ = ["animator_of", "check_models", "used_models"]

_DEAF = ("siglip", "clip")  # kinds of perceptors that hear nothing without a listener


def check_models(preset: VideoPreset, *, offline: bool, worded: bool = True) -> dict[str, Path]:
    """The files of all models that a preset uses, checked; models built in code have none.

    Args:
        preset: settings.
        offline: nothing may be fetched.
        worded: whether there are words.

    Raises:
        UsageError: an unknown name, or settings that such a painter does not heed.
        WeightsError: missing or damaged.
    """
    used = used_models(preset, worded=worded)
    found = find_files(used, offline=offline)
    _check_ears(preset, used, offline=offline)
    if painter := used.get("painter"):
        kind = find_model(painter, "painter", offline=offline).spec.kind
        refuse_unheeded(preset, {"painter": (kind,)})
    if preset.is_clips:
        from musivid.pipeline.render.filming import clip_numbers  # which needs torch

        folder = animator_of(preset, offline=offline)
        _, guidance = clip_numbers(preset, folder)
        heard = "heard" if guidance > 1 else f"unheard with a guidance of {guidance:g}"
        refuse_unheeded(preset, {"animator.negative": (heard,)})
        found["animator"] = folder / INDEX
    return found


def _check_ears(preset: VideoPreset, used: Mapping[Family, str | None], *, offline: bool) -> None:
    """Check that the perceptor hears, or that nothing needs it to.

    Raises:
        PresetError: it is deaf, and the sound should guide.
    """
    name = used.get("perceptor")
    if name is None or preset.is_footage or used.get("listener"):
        return
    if find_model(name, "perceptor", offline=offline).kind not in _DEAF:
        return
    others = "take clip-vit-b-32 with models.listener=wav2clip, a PE-AV, or pocket-perceptor"
    if preset.painting.mode == "living":
        raise PresetError(
            f"{name} hears nothing, and scenes are chosen by what is heard",
            hint=f"Leave models.perceptor out, or {others}.",
        )
    if preset.guidance.audio or isinstance(preset, InterpolatePreset):
        raise PresetError(
            f"{name} hears nothing, so the sound cannot guide",
            hint=f"Give words and --set guidance.audio=0, or {others}.",
        )


def animator_of(preset: VideoPreset, *, offline: bool) -> Path:
    """The folder of the pipeline that films clips.

    Raises:
        UsageError: neither a folder nor like a hub id.
        WeightsError: it is not on this machine, or makes no clips between two pictures.
    """
    place = find_animator(str(preset.models.animator), offline=offline)
    assert isinstance(place, Path)  # nothing is fetched here
    return place


def used_models(preset: VideoPreset, *, worded: bool = True) -> dict[Family, str | None]:
    """The names of the models that a preset uses.

    What is drawn needs no painter; a cover, and a plan that names every look, none at all. Footage
    is seen by a published perceptor where there are words to hold against it.
    """
    families: tuple[Family, ...] = ("painter", "perceptor", "listener", "dreamer")
    if preset.painting.mode == "living":
        from musivid.pipeline.video.places import needs_ears

        if preset.is_footage:
            seeing = seeing_model(preset) if worded else None
            return {} if seeing is None else {"perceptor": seeing}
        families = ("perceptor", "listener") if needs_ears(preset) else ()
    return {family: getattr(preset.models, family) for family in families}
