"""Keyframes of a song: dreamt from what they should mean, then painted towards it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from musivid.analysis.sound import Curves
from musivid.core.seeds import child_seed, dice
from musivid.painting.directions import unit
from musivid.painting.inits import start_latents
from musivid.painting.keyframes import paint_keyframes
from musivid.pipeline.guidance.schedule import Schedule
from musivid.pipeline.render.keyframes import KeyframeTime, number_scenes
from musivid.pipeline.render.studio import Studio
from musivid.settings.video import VideoPreset

__all__ = [
    "KeyframePlan",
    "keyframe_groups",
    "paint_group",
    "paint_keyframe_plan",
    "plan_keyframes",
]

_DREAM, _PAINT, _STRAY = 0, 1, 5  # places of the seeds of a keyframe; a film has 2 to 4
_AT_ONCE_ON_CUDA = 8  # a GPU is filled by several pictures, a CPU by one


@dataclass(frozen=True, slots=True)
class KeyframePlan:
    """All that a keyframe depends on but the networks.

    Attributes:
        targets: float32 [keyframes, dim], what each should mean.
        dream_seeds: one a keyframe, for its first latent; keyframes of one scene share it.
        paint_seeds: one a keyframe, for its cut-outs.
        lr_scales: factor on each keyframe's step size.
        size: (width, height) in pixels.
    """

    targets: np.ndarray
    dream_seeds: list[int]
    paint_seeds: list[int]
    lr_scales: list[float]
    size: tuple[int, int]


def plan_keyframes(
    times: Sequence[KeyframeTime],
    schedule: Schedule,
    curves: Curves,
    preset: VideoPreset,
    size: tuple[int, int],
) -> KeyframePlan:
    """Return what each keyframe should mean, its seeds, and how strongly it is painted."""
    at = [keyframe.time_s for keyframe in times]
    loudness = curves.at("loudness", at)
    scenes = number_scenes(times, preset.keys.per_scene)
    return KeyframePlan(
        targets=_strayed(schedule, _settled(at, schedule), scenes, preset),
        dream_seeds=[child_seed(preset.seed, _DREAM, scene) for scene in scenes],
        paint_seeds=[child_seed(preset.seed, _PAINT, keyframe) for keyframe in range(len(at))],
        lr_scales=[float(scale) for scale in 1 + preset.react.step * (loudness - 0.5)],
        size=size,
    )


def _strayed(
    schedule: Schedule, times_s: Sequence[float], scenes: Sequence[int], preset: VideoPreset
) -> NDArray[np.float32]:
    """Targets [keyframes, dim] at the times, each moved towards its scene, unit length."""
    targets = schedule.targets(times_s)
    dim = targets.shape[1]
    ways = [dice(child_seed(preset.seed, _STRAY, scene)).standard_normal(dim) for scene in scenes]
    far = preset.keys.wander * np.array([schedule.openness(time) for time in times_s], np.float32)
    return unit(targets + far[:, None] * unit(np.array(ways, np.float32)))


def _settled(times_s: Sequence[float], schedule: Schedule) -> list[float]:
    """When each keyframe's target is read: a little later, so that it is past the fade at its line.

    An interpolation is read at once: its keyframes stand where it is all sound or all words.
    """
    if schedule.swing is not None:
        return list(times_s)
    late = schedule.settings.crossfade_s / 2
    gaps = [*np.diff(times_s), 0.0]
    settled = [time + min(late, gap / 4) for time, gap in zip(times_s, gaps, strict=True)]
    spans = schedule.lines.spans or schedule.story.spans
    if spans and len(times_s) > 1 and spans[0].start_s < times_s[1] / 2:
        # Words that come at once have no room for a keyframe of their own: the first one is theirs.
        settled[0] = max(settled[0], min(spans[0].start_s + late, times_s[1]))
    return settled


def paint_keyframe_plan(
    studio: Studio,
    plan: KeyframePlan,
    preset: VideoPreset,
    *,
    load: Callable[[int], Tensor | None] = lambda keyframe: None,
    save: Callable[[int, Tensor], None] = lambda keyframe, latent: None,
    on_step: Callable[[int], None] | None = None,
) -> list[Tensor]:
    """Return the latent [1, c, h, w] of each keyframe, float32, on the studio's device.

    They are painted in groups whose members depend on the plan alone, so that arithmetic is the
    same whether or not the work was interrupted: a group of which one is missing is painted whole.

    Args:
        studio: the networks.
        plan: from `plan_keyframes`.
        preset: how to paint.
        load: the latent of a keyframe that is done already, or None.
        save: told each new latent.
        on_step: told how many pictures have been moved, after each step.
    """
    latents: list[Tensor] = []
    for group in keyframe_groups(plan, studio.device.type):
        held = [load(keyframe) for keyframe in group]
        done = [latent for latent in held if latent is not None]
        if len(done) < len(held):
            previous = latents[-1] if latents else None
            done = paint_group(studio, plan, preset, group, previous, on_step=on_step)
            for keyframe, latent in zip(group, done, strict=True):
                save(keyframe, latent)
        elif on_step is not None:
            on_step(len(group) * preset.painting.steps)
        latents += [latent.to(studio.device) for latent in done]
    return latents


def keyframe_groups(plan: KeyframePlan, device: str) -> list[range]:
    """The keyframes that are painted at once on a kind of device."""
    at_once = _AT_ONCE_ON_CUDA if device == "cuda" else 1
    count = len(plan.targets)
    return [range(first, min(first + at_once, count)) for first in range(0, count, at_once)]


def paint_group(
    studio: Studio,
    plan: KeyframePlan,
    preset: VideoPreset,
    group: range,
    previous: Tensor | None,
    *,
    on_step: Callable[[int], None] | None = None,
) -> list[Tensor]:
    """Latents [1, c, h, w] of a group, on the codebook where the optimiser painted them.

    Args:
        studio: the networks.
        plan: of all keyframes.
        preset: how to paint.
        group: from `keyframe_groups`.
        previous: latent of the keyframe before these, for `painting.continue_from`.
        on_step: told how many pictures have been moved, after each step.
    """
    keyframes = slice(group.start, group.stop)
    targets = torch.from_numpy(plan.targets[keyframes]).to(studio.device)
    with studio.half():
        inits = start_latents(
            studio.painter,
            preset.painting,
            targets,
            plan.dream_seeds[keyframes],
            size=plan.size,
            dreamer=studio.dreamer,
        ).float()
    if preset.painting.steps == 0:
        return list(inits.split(1))
    painted = paint_keyframes(
        studio.painter,
        studio.perceptor,
        preset.painting,
        inits,
        targets,
        seeds=plan.paint_seeds[keyframes],
        previous=previous,
        lr_scales=plan.lr_scales[keyframes],
        autocast=studio.autocast,
        thrift=studio.thrift,
        on_step=on_step,
    )
    if not preset.painting.quantise:
        return list(painted.split(1))
    with torch.inference_mode():
        # What was judged while painting is the nearest entries of the codebook.
        return list(studio.painter.quantize(painted).float().split(1))
