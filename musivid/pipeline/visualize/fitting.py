"""Whether published pipelines fit what is asked of them, told from their index before any loads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from musivid.core.errors import PresetError, WeightsError
from musivid.pipeline.visualize.kinds import asked_numbers
from musivid.settings.heeded import refuse_unheeded
from musivid.settings.visualize import VisualizePreset
from musivid.weights.pipelines import index_facts

__all__ = ["check_pipelines"]

_OF_PIPELINES = {"prompts.artwork", "prompts.negative", "pictures.steps", "pictures.guidance"}


def check_pipelines(
    preset: VisualizePreset, pipelines: Mapping[str, Path | str], *, mode: str, led: bool
) -> None:
    """Check that the autoencoder can walk, and that what was typed is heeded by who paints.

    Args:
        preset: settings.
        pipelines: folder of each by its role; those still to be fetched are not looked at.
        mode: how the walk goes.
        led: whether there is artwork to be like.

    Raises:
        WeightsError: an autoencoder that cannot walk, or a pipeline that takes no artwork.
        PresetError: settings that have no effect on what paints.
        MissingError: what quantises is not installed.
    """
    if preset.models.quantise_text != "none":
        from musivid.nets.diffusion.quantised import check_quantiser

        check_quantiser(preset.models.quantise_text)
    walker, artist = pipelines.get("walker"), pipelines.get("pipeline")
    if isinstance(walker, Path):
        _check_walker(preset, walker)
    if isinstance(artist, Path) and preset.models.artist == "diffusion":
        _check_artist(preset, artist, led=led and preset.prompts.artwork > 0)
    if "animator" in pipelines:
        from musivid.pipeline.render.filming import clip_numbers  # which needs torch

        _, guidance = clip_numbers(preset, pipelines["animator"])
        heard = "heard" if guidance > 1 else f"unheard with a guidance of {guidance:g}"
        refuse_unheeded(preset, {"animator.negative": (heard,)})


def _check_walker(preset: VisualizePreset, folder: Path) -> None:
    from musivid.nets.diffusion.coders import coder_part

    _, kind = coder_part(index_facts(folder), folder)
    if preset.walk.noisy and kind == "VQModel":
        raise PresetError(
            f"walk.noisy has no effect with the {kind} of {folder}, which knows no posterior",
            hint="Name a walker with an AutoencoderKL in models.walker, or leave it out.",
        )


def _check_artist(preset: VisualizePreset, folder: Path, *, led: bool) -> None:
    if not led and not _OF_PIPELINES & set(preset.given):
        return  # diffusers takes seconds to import, and has nothing to answer
    from musivid.nets.diffusion.asked import heeded_by_class

    facts = index_facts(folder)
    _, guidance = asked_numbers(preset, distilled=bool(facts.get("is_distilled")))
    name = facts["_class_name"]
    heeded = heeded_by_class(name, guidance)
    if led and heeded.get("pipeline.artwork") == "not taken":
        raise WeightsError(
            f"a {name} starts from no picture",
            hint="Leave the artwork out, or set prompts.artwork to 0.",
        )
    if not preset.prompts.artwork:
        heeded.pop("pipeline.artwork", None)
    if not preset.prompts.negative:
        heeded.pop("pipeline.negative", None)
    refuse_unheeded(preset, {aspect: (value,) for aspect, value in heeded.items()})
