"""Which models a film needs, and whether they are there and heed what is asked of them."""

from __future__ import annotations

from pathlib import Path

from musivid.pipeline.video.footage import seeing_model
from musivid.settings.heeded import refuse_unheeded
from musivid.settings.video import VideoPreset
from musivid.weights.names import find_files, find_model
from musivid.weights.registry import Family

__all__ = ["check_models", "used_models"]


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
    if painter := used.get("painter"):
        kind = find_model(painter, "painter", offline=offline).spec.kind
        refuse_unheeded(preset, {"painter": (kind,)})
    return found


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
