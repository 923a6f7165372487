"""The film that walks between keyframes, and the camera that follows the music."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor

from musivid.analysis.sound import SoundFacts
from musivid.painting.camera import Camera
from musivid.painting.looks import Finish
from musivid.pipeline.render.film import WalkedFilm
from musivid.pipeline.render.reactions import Reactions, keyframe_numbers, lay_reactions
from musivid.pipeline.render.studio import Studio, painted_size
from musivid.pipeline.video.plan import VideoPlan
from musivid.settings.video import VideoPreset

__all__ = ["keyframes_at", "seen_by_camera", "walk_film"]


def keyframes_at(plan: VideoPlan) -> list[int]:
    """The frame of each keyframe of a walk; the first is 0, the last the number of frames."""
    return keyframe_numbers([keyframe.time_s for keyframe in plan.keyframes], plan.timeline)


def walk_film(
    studio: Studio,
    facts: SoundFacts,
    preset: VideoPreset,
    plan: VideoPlan,
    latents: Sequence[Tensor] | Mapping[int, Tensor],
) -> WalkedFilm:
    """The film that walks between keyframes."""
    reactions, camera = seen_by_camera(studio, facts, preset, plan)
    return WalkedFilm(studio, preset, reactions, camera, latents)


def seen_by_camera(
    studio: Studio,
    facts: SoundFacts,
    preset: VideoPreset,
    plan: VideoPlan,
    size: tuple[int, int] | None = None,
) -> tuple[Reactions, Camera]:
    """What the music does to each frame, and the camera that follows it.

    Args:
        studio: the networks.
        facts: what was heard.
        preset: settings.
        plan: clock, size, moments of keyframes.
        size: (width, height) of the pictures that it sees; None: as they are painted.
    """
    walks = preset.painting.mode != "every_frame"
    numbers = keyframes_at(plan) if walks else [0, plan.timeline.frames]
    lines = [number for number, keyframe in enumerate(plan.keyframes) if keyframe.why == "line"]
    reactions = lay_reactions(facts.curves, plan.timeline, numbers, preset, lines=lines)
    size = size or painted_size(plan.size, preset.painting, studio.painter.factor)
    camera = Camera(
        plan.size,
        plan.timeline.fps,
        preset.camera,
        preset.react,
        reactions.camera,
        painted_size=size,
        finish=_finish(preset, size),
    )
    return reactions, camera


def _finish(preset: VideoPreset, size: tuple[int, int]) -> Finish | None:
    """What redraws painted frames in the preset's style."""
    style = preset.drawn
    if style is None or not style.strength:
        return None
    return Finish(style.finish, size, strength=style.strength, seed=preset.seed)
