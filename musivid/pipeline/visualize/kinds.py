"""The kinds of artists: what each one needs to be there, and how it is opened and paints.

A published artist is a class in `nets/diffusion`, a row here, and its name in the settings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from musivid.settings.visualize import VisualizeModels, VisualizePreset
from musivid.weights.pipelines import pipeline_spec
from musivid.weights.registry import Family

if TYPE_CHECKING:
    from musivid.nets.protocols import Artist
    from musivid.pipeline.visualize.keyframes import Keyframe
    from musivid.pipeline.visualize.prompts import Prompt
    from musivid.pipeline.visualize.stages import Stages

    Painting = Callable[[Stages, list[Prompt], tuple[int, int]], list[Keyframe]]

__all__ = ["ARTISTS", "ArtistKind", "asked_numbers"]

Pipelines = Mapping[str, Callable[[], Any]]

# Steps and guidance of a pipeline that says that it is distilled (FLUX.2 klein's model card).
_DISTILLED = (4, 1.0)


@dataclass(frozen=True, slots=True)
class ArtistKind:
    """What paints keyframes.

    Attributes:
        paint: keyframes of prompts, at the (width, height) that they are walked at; those that a
            run has already are kept.
        networks: families of our own networks that it paints with.
        pipelines: published pipelines that it paints with, by role in the preset's models: the
            class of diffusers that each must be; empty: any.
        reading: those of them that read texts, by role.
        loader: class of diffusers that loads them.
        open: the artist of what gives its pipelines, by role; None where it is opened by its
            networks.
    """

    paint: Painting
    networks: tuple[Family, ...] = ()
    pipelines: Mapping[str, str] = field(default_factory=dict)
    reading: tuple[str, ...] = ()
    loader: str = "DiffusionPipeline"
    open: Callable[[Pipelines, VisualizePreset], Artist] | None = None

    def named(self, models: VisualizeModels) -> dict[str, tuple[str, str]]:
        """Name and wanted class of each of its pipelines, by role."""
        roles = {role: (getattr(models, role), kind) for role, kind in self.pipelines.items()}
        return {role: (name, kind) for role, (name, kind) in roles.items() if name}


def _paint_pocket(stages: Stages, prompts: list[Prompt], size: tuple[int, int]) -> list[Keyframe]:
    from musivid.pipeline.visualize.pocket import make_keyframes

    return make_keyframes(stages, prompts, size)


def _draw(stages: Stages, prompts: list[Prompt], size: tuple[int, int]) -> list[Keyframe]:
    from musivid.pipeline.visualize.drawn import draw_keyframes

    return draw_keyframes(stages, prompts, size)


def _paint_published(
    stages: Stages, prompts: list[Prompt], size: tuple[int, int]
) -> list[Keyframe]:
    from musivid.pipeline.visualize.artists import make_keyframes

    return make_keyframes(stages, prompts, size)


def _open_kandinsky(pipelines: Pipelines, preset: VisualizePreset) -> Artist:
    from musivid.nets.diffusion.kandinsky import KandinskyArtist

    return KandinskyArtist(
        pipelines["prior"],
        pipelines["pipeline"],
        seed=preset.seed,
        steps=preset.pictures.steps or 0,
        guidance=preset.pictures.guidance or 0.0,
        prior_steps=preset.pictures.prior_steps,
        prior_guidance=preset.pictures.prior_guidance,
    )


def _open_text(pipelines: Pipelines, preset: VisualizePreset) -> Artist:
    from musivid.nets.diffusion.text_to_image import TextArtist

    pipeline = pipelines["pipeline"]()
    distilled = bool(getattr(pipeline.config, "is_distilled", False))
    steps, guidance = asked_numbers(preset, distilled=distilled)
    return TextArtist(pipeline, steps=steps, guidance=guidance)


def asked_numbers(preset: VisualizePreset, *, distilled: bool) -> tuple[int | None, float | None]:
    """Steps and guidance that a pipeline is asked for: the user's, else its publisher's.

    Args:
        preset: settings.
        distilled: whether the pipeline says that it is.

    Returns:
        either is None where nobody says it, so that the pipeline's class decides.
    """
    pictures, said = preset.pictures, pipeline_spec(preset.models.pipeline or "")
    steps, guidance = pictures.steps, pictures.guidance
    if steps is None:
        steps = said.steps if said and said.steps else _DISTILLED[0] if distilled else None
    if guidance is None:
        known = said is not None and said.guidance is not None
        guidance = said.guidance if said and known else _DISTILLED[1] if distilled else None
    return steps, guidance


ARTISTS: Mapping[str, ArtistKind] = {
    "living": ArtistKind(_draw, networks=("perceptor",)),
    "pocket": ArtistKind(_paint_pocket, networks=("painter", "perceptor", "dreamer")),
    "kandinsky": ArtistKind(
        _paint_published,
        pipelines={"prior": "KandinskyV22PriorPipeline", "pipeline": "KandinskyV22Pipeline"},
        reading=("prior",),
        open=_open_kandinsky,
    ),
    "diffusion": ArtistKind(
        _paint_published,
        pipelines={"pipeline": ""},
        reading=("pipeline",),
        loader="AutoPipelineForText2Image",
        open=_open_text,
    ),
}
"""By name, as `models.artist` of the settings has it."""
