"""Key pictures of a song: dreamt from what they should mean, then painted towards it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from musivid.analysis.sound import Curves
from musivid.core.seeds import child_seed
from musivid.painting.inits import start_latents
from musivid.painting.keyframes import paint_keys
from musivid.pipeline.guidance.schedule import Schedule
from musivid.pipeline.guidance.space import unit
from musivid.pipeline.render.keyframes import KeyTime, number_scenes
from musivid.pipeline.render.studio import Studio
from musivid.settings.video import VideoPreset

__all__ = ["KeyPlan", "paint_key_pictures", "plan_keys"]

_DREAM, _PAINT, _STRAY = 0, 1, 5  # places of the seeds of a key; a film has 2 to 4
_AT_ONCE_ON_CUDA = 8  # a GPU is filled by several pictures, a CPU by one


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """All that a key picture depends on but the networks.

    Attributes:
        targets: float32 [keys, dim], what each should mean.
        dream_seeds: one a key, for its first latent; keys of one scene share it.
        paint_seeds: one a key, for its cut-outs.
        lr_scales: factor on each key's step size.
        size: (width, height) in pixels.
    """

    targets: np.ndarray
    dream_seeds: list[int]
    paint_seeds: list[int]
    lr_scales: list[float]
    size: tuple[int, int]


def plan_keys(
    times: Sequence[KeyTime],
    schedule: Schedule,
    curves: Curves,
    preset: VideoPreset,
    size: tuple[int, int],
) -> KeyPlan:
    """Return what each key should mean, its seeds, and how strongly it is painted."""
    at = [key.time_s for key in times]
    loudness = curves.at("loudness", at)
    scenes = number_scenes(times, preset.keys.per_scene)
    return KeyPlan(
        targets=_strayed(schedule, _settled(at, schedule), scenes, preset),
        dream_seeds=[child_seed(preset.seed, _DREAM, scene) for scene in scenes],
        paint_seeds=[child_seed(preset.seed, _PAINT, key) for key in range(len(at))],
        lr_scales=[float(scale) for scale in 1 + preset.react.step * (loudness - 0.5)],
        size=size,
    )


def _strayed(
    schedule: Schedule, times_s: Sequence[float], scenes: Sequence[int], preset: VideoPreset
) -> NDArray[np.float32]:
    """Targets [keys, dim] at the times, each moved in the direction of its scene, unit length."""
    targets = schedule.targets(times_s)
    dim = targets.shape[1]
    ways = [
        np.random.default_rng(child_seed(preset.seed, _STRAY, scene)).standard_normal(dim)
        for scene in scenes
    ]
    far = preset.keys.wander * np.array([schedule.openness(time) for time in times_s], np.float32)
    return unit(targets + far[:, None] * unit(np.array(ways, np.float32)))


def _settled(times_s: Sequence[float], schedule: Schedule) -> list[float]:
    """When each key's target is read: a little later, so that it is past the fade at its line.

    An interpolation is read at once: its keys stand where it is all sound or all words.
    """
    if schedule.swing is not None:
        return list(times_s)
    late = schedule.settings.crossfade_s / 2
    gaps = [*np.diff(times_s), 0.0]
    settled = [time + min(late, gap / 4) for time, gap in zip(times_s, gaps, strict=True)]
    spans = schedule.lines.spans or schedule.story.spans
    if spans and len(times_s) > 1 and spans[0].start_s < times_s[1] / 2:
        # Words that come at once have no room for a key of their own: the first one is theirs.
        settled[0] = max(settled[0], min(spans[0].start_s + late, times_s[1]))
    return settled


def paint_key_pictures(
    studio: Studio,
    plan: KeyPlan,
    preset: VideoPreset,
    *,
    load: Callable[[int], Tensor | None] = lambda key: None,
    save: Callable[[int, Tensor], None] = lambda key, latent: None,
    on_step: Callable[[int], None] | None = None,
) -> list[Tensor]:
    """Return the latent [1, c, h, w] of each key, float32, on the studio's device.

    Keys are painted in groups whose members depend on the plan alone, so that arithmetic is the
    same whether or not the work was interrupted: a group of which one is missing is painted whole.

    Args:
        studio: the networks.
        plan: from `plan_keys`.
        preset: how to paint.
        load: the latent of a key that is done already, or None.
        save: told each new latent.
        on_step: told how many pictures have been moved, after each step.
    """
    at_once = _AT_ONCE_ON_CUDA if studio.device.type == "cuda" else 1
    latents: list[Tensor] = []
    for first in range(0, len(plan.targets), at_once):
        group = range(first, min(first + at_once, len(plan.targets)))
        held = [load(key) for key in group]
        done = [latent for latent in held if latent is not None]
        if len(done) < len(held):
            previous = latents[-1] if latents else None
            done = list(
                _paint_group(studio, plan, preset, group, previous, on_step=on_step).split(1)
            )
            for key, latent in zip(group, done, strict=True):
                save(key, latent)
        elif on_step is not None:
            on_step(len(group) * preset.painting.steps)
        latents += [latent.to(studio.device) for latent in done]
    return latents


def _paint_group(
    studio: Studio,
    plan: KeyPlan,
    preset: VideoPreset,
    group: range,
    previous: Tensor | None,
    *,
    on_step: Callable[[int], None] | None,
) -> Tensor:
    """Latents [keys, c, h, w] of a group, on the codebook where the optimiser painted them."""
    keys = slice(group.start, group.stop)
    targets = torch.from_numpy(plan.targets[keys]).to(studio.device)
    with studio.half():
        inits = start_latents(
            studio.painter,
            preset.painting,
            targets,
            plan.dream_seeds[keys],
            size=plan.size,
            dreamer=studio.dreamer,
        ).float()
    if preset.painting.steps == 0:
        return inits
    painted = paint_keys(
        studio.painter,
        studio.perceptor,
        preset.painting,
        inits,
        targets,
        seeds=plan.paint_seeds[keys],
        previous=previous,
        lr_scales=plan.lr_scales[keys],
        autocast=studio.autocast,
        on_step=on_step,
    )
    if not preset.painting.quantise:
        return painted
    with torch.inference_mode():
        # What was judged while painting is the nearest entries of the codebook.
        return studio.painter.quantize(painted).float()
