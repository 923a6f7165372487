"""From keyframes to a film: what they are coded with, pictures on the way, and the camera."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from musivid.core.seeds import child_seed
from musivid.core.storage import load_tensors, save_tensors
from musivid.nets.protocols import Painter
from musivid.painting.between import slerp
from musivid.painting.camera import Camera
from musivid.painting.levels import Levels
from musivid.pipeline.render.clips import ClipFilm
from musivid.pipeline.render.film import Film
from musivid.pipeline.render.reactions import lay_reactions
from musivid.pipeline.render.studio import painted_size
from musivid.pipeline.visualize.artists import open_coder, open_variations
from musivid.pipeline.visualize.clips import clip_size, make_clips
from musivid.pipeline.visualize.film import BlendedFilm, LatentFilm, Way
from musivid.pipeline.visualize.job import CheckedVisualize
from musivid.pipeline.visualize.keyframes import Keyframe
from musivid.pipeline.visualize.plan import Leg, VisualizePlan
from musivid.pipeline.visualize.prompts import Prompt
from musivid.settings.video import PaintingPreset, VideoPreset
from musivid.settings.visualize import LATENT
from musivid.weights.session import Session

if TYPE_CHECKING:
    from musivid.pipeline.visualize.stages import Stages

__all__ = ["canvas_size", "make_film", "to_pictures"]

_RUNG, _NOISE = 16, 17  # places of seeds
_LEAST_SHARE = 0.03  # a picture on the way that is nearer to an end than this would stutter
_PUBLISHED_FACTOR = 8  # pixels of an autoencoder's cell
_DETAILED_PX = 768  # longest side of given pictures in the pocket painter


def canvas_size(checked: CheckedVisualize, session: Session) -> tuple[int, int]:
    """(width, height) in pixels that pictures are walked at."""
    preset, mode = checked.job.preset, checked.job.mode
    output = preset.output.frame_size
    if mode in ("crossfade", "morph", "living"):
        return output
    if mode == "clips":
        return clip_size(checked)
    if mode == "kenburns":
        width, height = (round(side * (1 + preset.walk.zoom)) for side in output)
        return width, height
    if preset.models.walker is None:
        own = preset.pictures.size
        if own is None and checked.job.images:
            # Given pictures have detail that a painted one lacks: it shall stay.
            shrink = min(1.0, _DETAILED_PX / max(output))
            own = "x".join(str(2 * round(side * shrink / 2)) for side in output)
        painting = PaintingPreset(size=own)
        return painted_size(output, painting, session.painter(preset.models.painter).factor)
    native = preset.pictures.size or preset.output.frame
    return painted_size(output, PaintingPreset(size=native), _PUBLISHED_FACTOR)


def to_pictures(frames: Sequence[NDArray[np.uint8]]) -> Tensor:
    """Pictures float32 [n, 3, h, w] in 0..1 of frames uint8 [h, w, 3]."""
    stacked = torch.from_numpy(np.stack(frames))
    return stacked.permute(0, 3, 1, 2).float().div(255).contiguous()


def make_film(
    stages: Stages, plan: VisualizePlan, prompts: Sequence[Prompt], keyframes: Sequence[Keyframe]
) -> Film:
    """The film of a plan, with all pictures on the way made."""
    preset, mode = stages.preset, stages.checked.job.mode
    if mode == "clips":
        size = clip_size(stages.checked)
        return ClipFilm(make_clips(stages, plan, prompts, keyframes), _camera(stages, plan, size))
    if mode not in LATENT:
        return BlendedFilm(
            [keyframe.picture for keyframe in keyframes],
            plan.legs,
            _camera(stages, plan, plan.size),
            preset.walk,
            seed=preset.seed,
            size=plan.size,
        )
    size = canvas_size(stages.checked, stages.session)
    coder, autocast = open_coder(stages.checked, stages.session)
    ends = _Ends(stages, coder, keyframes, size)
    ways = _with_rungs(stages, plan, ends, keyframes)
    return LatentFilm(
        coder,
        ways,
        _camera(stages, plan, size),
        preset.walk,
        seed=preset.seed,
        autocast=autocast,
    )


def _camera(stages: Stages, plan: VisualizePlan, painted: tuple[int, int]) -> Camera:
    """The camera, led by the music's curves."""
    preset = stages.preset
    starts = [leg.frames.start for leg in plan.legs]
    reactions = lay_reactions(
        stages.song.facts.curves,
        plan.timeline,
        [*starts, plan.timeline.frames],
        VideoPreset(),
    )
    return Camera(
        plan.size,
        plan.timeline.fps,
        preset.camera,
        preset.react,
        reactions.camera,
        painted_size=painted,
    )


class _Ends:
    """Latents of keyframes, made when they are asked for."""

    def __init__(
        self, stages: Stages, coder: Painter, keyframes: Sequence[Keyframe], size: tuple[int, int]
    ) -> None:
        self._preset, self._device = stages.preset, stages.session.device
        self._coder, self._keyframes, self._size = coder, keyframes, size
        self._kept: dict[int | None, Tensor] = {}

    def latent(self, number: int | None, leg: int, side: int) -> Tensor:
        """Latent [1, c, h, w] of picture `number` (None: black) at a side of a leg."""
        if self._preset.walk.noisy:
            return self._encode(number, child_seed(self._preset.seed, _NOISE, leg, side))
        if number not in self._kept:
            own = None if number is None else self._keyframes[number].latent
            self._kept[number] = self._encode(number) if own is None else own.to(self._device)
        return self._kept[number]

    def levels(self, number: int | None) -> Levels:
        """What is done to a decoded picture."""
        return Levels() if number is None else self._keyframes[number].levels

    def _encode(self, number: int | None, seed: int | None = None) -> Tensor:
        black = np.zeros((self._size[1], self._size[0], 3), np.uint8)
        picture = black if number is None else self._keyframes[number].picture
        pictures = to_pictures([picture]).to(self._device)
        with torch.inference_mode():
            if seed is None:
                return self._coder.encode(pictures).float()
            drawn: Tensor = self._coder.draw(pictures, seed).float()  # type: ignore[attr-defined]
            return drawn


def _with_rungs(
    stages: Stages, plan: VisualizePlan, ends: _Ends, keyframes: Sequence[Keyframe]
) -> list[Way]:
    """All ways of the plan, through pictures made on the way where the mode wants them."""
    mode, walk = stages.checked.job.mode, stages.preset.walk
    rungs = {
        number: _rung_frames(leg, walk.every_s * float(plan.timeline.fps))
        for number, leg in enumerate(plan.legs)
        if mode in ("painting", "variation") and None not in (leg.first, leg.second)
    }
    count = sum(map(len, rungs.values()))
    if count:
        stages.reporter.stage("paint between", count, "pictures")
    ways: list[Way] = []
    for number, leg in enumerate(plan.legs):
        if not len(leg.frames):
            continue
        pair = ends.latent(leg.first, number, 0), ends.latent(leg.second, number, 1)
        between = [
            (frame, _rung(stages, keyframes, leg, pair, frame=frame))
            for frame in rungs.get(number, [])
        ]
        levels = ends.levels(leg.first), ends.levels(leg.second)
        ways += _split(leg, pair, levels, between, first=len(ways))
    return ways


def _rung_frames(leg: Leg, every: float) -> list[int]:
    """Frames of a leg at which a picture is made on the way, about `every` frames apart."""
    if leg.first == leg.second:
        return []
    count = round(len(leg.frames) / every)
    frames: list[int] = []
    last = 0.0
    for part in range(1, count):
        offset = round(len(leg.frames) * part / count)
        share = float(leg.shares[offset])
        if last + _LEAST_SHARE <= share <= 1 - _LEAST_SHARE:
            frames.append(leg.frames.start + offset)
            last = share
    return frames


def _rung(
    stages: Stages,
    keyframes: Sequence[Keyframe],
    leg: Leg,
    pair: tuple[Tensor, Tensor],
    *,
    frame: int,
) -> Tensor:
    """The latent [1, c, h, w] of a picture on the way, kept in the run's folder."""
    path = stages.run.path("between", f"{frame:06d}.safetensors")
    if path.is_file():
        stages.advance()
        return load_tensors(path)["latent"].to(pair[0])
    share = float(leg.shares[frame - leg.frames.start])
    seed = child_seed(stages.preset.seed, _RUNG, frame)
    assert leg.first is not None and leg.second is not None
    if stages.checked.job.mode == "variation":
        pictures = keyframes[leg.first].picture, keyframes[leg.second].picture
        variations = open_variations(stages.checked, stages.session)
        latent = variations.rung(pair, pictures, share)
    else:
        assert stages.targets is not None
        first, second = (torch.from_numpy(stages.targets[k])[None] for k in (leg.first, leg.second))
        target = slerp(first, second, share)[0].numpy()
        latent = stages.pocket.rung(pair, target, share, seed)
    save_tensors(path, {"latent": latent})
    stages.advance()
    return latent


def _split(
    leg: Leg,
    pair: tuple[Tensor, Tensor],
    levels: tuple[Levels, Levels],
    rungs: Sequence[tuple[int, Tensor]],
    *,
    first: int,
) -> list[Way]:
    """Ways from one end of a leg to the other through its rungs."""
    at = [leg.frames.start, *(frame for frame, _ in rungs), leg.frames.stop]
    latents = [pair[0], *(latent for _, latent in rungs), pair[1]]
    shares = [0.0, *(float(leg.shares[frame - leg.frames.start]) for frame, _ in rungs), 1.0]
    ways = []
    for number, (begin, end) in enumerate(pairwise(at)):
        low, high = shares[number], shares[number + 1]
        own = leg.shares[begin - leg.frames.start : end - leg.frames.start]
        ways.append(
            Way(
                frames=range(begin, end),
                ends=(latents[number], latents[number + 1]),
                levels=(levels[0].towards(levels[1], low), levels[0].towards(levels[1], high)),
                progress=np.clip((own - low) / max(high - low, 1e-9), 0, 1),
                number=first + number,
            )
        )
    return ways
