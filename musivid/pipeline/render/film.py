"""Frames of a video, one after another: by walks between keyframes, or painted one by one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from musivid.core.seeds import child_seed
from musivid.core.timeline import Timeline
from musivid.painting.between import slerp
from musivid.painting.camera import Camera
from musivid.painting.feedback import moved_latents
from musivid.painting.inits import start_latents
from musivid.painting.levels import Levels, measure_levels
from musivid.painting.morph import Morph
from musivid.painting.pace import published_steps, spread_steps, steps_per_frame
from musivid.painting.painter import LatentPainter, to_frames
from musivid.painting.walk import decode_walk, wipe_field
from musivid.pipeline.guidance.schedule import Schedule
from musivid.pipeline.guidance.windows import Window
from musivid.pipeline.render.beneath import FilmBeneath
from musivid.pipeline.render.reactions import Reactions
from musivid.pipeline.render.studio import Studio
from musivid.settings.video import VideoPreset

__all__ = ["Film", "Frame", "PaintedFilm", "WalkedFilm"]

Frame = NDArray[np.uint8]

_ALIKE = 0.85  # mean cosine of cells: one scene in another light; other scenes reach 0.75
_FIRST, _PAINT, _WIPE = 2, 3, 4  # places of seeds; keyframes have 0 and 1


class Film(Protocol):
    """Something that gives the frames of a video in order."""

    def frames(self, first: int = 0) -> Iterator[Frame]:
        """Frames uint8 [h, w, 3] from `first` on; `load_state` comes before, where there is one."""

    def state(self) -> dict[str, Tensor]:
        """What the frames after the last one given depend on; empty: on nothing."""

    def load_state(self, tensors: dict[str, Tensor]) -> None:
        """Go on where `state` was taken."""


class WalkedFilm:
    """Walks between keyframes: any frame can be asked for at any time."""

    def __init__(
        self,
        studio: Studio,
        preset: VideoPreset,
        reactions: Reactions,
        camera: Camera,
        latents: Sequence[Tensor] | Mapping[int, Tensor],
    ) -> None:
        """Keep the latents [1, c, h, w] of keyframes; those of a span are there when it comes."""
        self._studio, self._preset = studio, preset
        self._reactions, self._camera = reactions, camera
        self._latents = latents
        self._measured: dict[int, Levels] = {}

    def frames(self, first: int = 0) -> Iterator[Frame]:
        """Frames uint8 [h, w, 3] from `first` on."""
        for index, span in enumerate(self._reactions.spans):
            if span.frames.stop <= first:
                continue
            start = max(first, span.frames.start)
            ends = self._levels(index), self._levels(index + 1)
            walk = decode_walk(
                self._studio.painter,
                self._latents[index],
                self._latents[index + 1],
                span.progress,
                settings=self._preset.walk,
                autocast=self._studio.autocast,
                skip=start - span.frames.start,
                field=self._field(index),
            )
            for number, frame in enumerate(walk, start):
                share = float(span.progress[number - span.frames.start])
                yield self._camera.apply(ends[0].towards(ends[1], share).apply(frame), number)

    def state(self) -> dict[str, Tensor]:
        """Nothing: frames depend on keyframes and numbers alone."""
        return {}

    def load_state(self, tensors: dict[str, Tensor]) -> None:
        """Do nothing."""

    def _levels(self, keyframe: int) -> Levels:
        """Levels of a keyframe."""
        strength = self._preset.painting.levels
        if not strength:
            return Levels()
        if keyframe not in self._measured:
            with torch.inference_mode(), self._studio.half():
                frame = to_frames(self._studio.painter.decode(self._latents[keyframe]))[0]
            self._measured[keyframe] = measure_levels(frame, strength)
        return self._measured[keyframe]

    def _field(self, index: int) -> Tensor | None:
        """Which cells change first on the way from keyframe `index`; None: all go together.

        Pictures that are alike grow into each other; others would be one fog halfway.
        """
        here, there = self._latents[index], self._latents[index + 1]
        likeness = functional.cosine_similarity(here, there, dim=1).mean()
        if self._preset.walk.wipe == 0 or float(likeness) > _ALIKE:
            return None
        height, width = self._latents[index].shape[-2:]
        return wipe_field(child_seed(self._preset.seed, _WIPE, index), height, width)


class PaintedFilm:
    """Each frame is some optimiser steps on from the one before, as in Music2Video."""

    def __init__(
        self,
        studio: Studio,
        preset: VideoPreset,
        reactions: Reactions,
        camera: Camera,
        *,
        schedule: Schedule,
        timeline: Timeline,
        windows: Sequence[Window],
        size: tuple[int, int],
        beneath: FilmBeneath | None = None,
    ) -> None:
        """Begin at the first latent.

        Args:
            studio: the networks.
            preset: how to paint.
            reactions: the music's curves.
            camera: what is shown of each painted frame.
            schedule: what the pictures should mean.
            timeline: the clock of the video.
            windows: windows of sound.
            size: (width, height) that is painted.
            beneath: a film whose frames each painted one starts from, or None.
        """
        self._studio, self._preset, self._beneath = studio, preset, beneath
        self._camera, self._schedule, self._timeline = camera, schedule, timeline
        self._loudness = reactions.loudness
        painting = preset.painting
        self._steps = _plan_steps(timeline, windows, preset, reactions.loudness)
        self._numbers = _painted_numbers(timeline, painting.fps)
        self._painter = LatentPainter(
            studio.painter,
            studio.perceptor,
            painting,
            seeds=[child_seed(preset.seed, _PAINT)],
            device=studio.device,
            autocast=studio.autocast,
            thrift=studio.thrift,
        )
        target = torch.from_numpy(schedule.target(0.0))[None].to(studio.device)
        with studio.half():
            first = start_latents(
                studio.painter,
                painting,
                target,
                [child_seed(preset.seed, _FIRST)],
                size=size,
                dreamer=studio.dreamer,
            ).float()
        self._painter.start(first)
        self._last: Frame = self._painter.picture()[0]
        self._before = self._last

    def frames(self, first: int = 0) -> Iterator[Frame]:
        """Frames uint8 [h, w, 3] from `first` on, which must be where the painter stands."""
        done = bisect_left(self._numbers, first - 1) if first else -1
        morph: Morph | None = None
        for number in range(first, self._timeline.frames):
            if done < 0 or self._numbers[done] < number:
                done, morph, self._before = done + 1, None, self._last
                self._paint(self._numbers[done], self._numbers[done - 1] if done else -1)
            shown, until = self._last, self._numbers[done]
            if number < until:
                since = self._numbers[done - 1]
                morph = morph or Morph(self._before, self._last)
                shown = morph.at((number - since) / (until - since))
            yield self._camera.apply(shown, number)

    def state(self) -> dict[str, Tensor]:
        """The painter's state, the last picture and, if frames lie between, the one before."""
        last = {"last_frame": torch.from_numpy(self._last)}
        if self._preset.painting.fps is not None:
            last["frame_before"] = torch.from_numpy(self._before.copy())  # they may be one
        return {**self._painter.state(), **last}

    def load_state(self, tensors: dict[str, Tensor]) -> None:
        """Go on where `state` was taken."""
        own = dict(tensors)
        self._last = own.pop("last_frame").numpy()
        self._before = own.pop("frame_before").numpy() if "frame_before" in own else self._last
        self._painter.load_state(own)

    def _paint(self, number: int, before: int) -> None:
        """Move the latent from one frame to another, and keep what the last step saw."""
        time_s = self._timeline.time_s(number)
        if self._feedback_is_due(number, before):
            self._painter.start(
                moved_latents(self._studio.painter, self._painter.latents, self._preset.painting)
            )
        each = self._steps[before + 1 : number + 1]
        steps = int(each.sum())
        if self._beneath is not None:
            self._painter.start(self._laid_over(self._beneath.picture(time_s)))
            steps = max(1, round(float(each.mean())))  # it begins anew: a frame's steps are enough
        if not steps:
            return
        target = torch.from_numpy(self._schedule.target(time_s))[None]
        scale = 1 + self._preset.react.step * (float(self._loudness[number]) - 0.5)
        for _ in range(steps):
            self._painter.step(target, scale)
        # What the last step saw costs nothing; over a film, that would lose a step in each frame.
        painted = self._painter.seen() if self._beneath is None else self._painter.picture()
        self._last = painted[0]

    def _laid_over(self, picture: Tensor) -> Tensor:
        """Latents [1, c, h, w] of a film's picture, with what was painted before in them."""
        with torch.no_grad(), self._studio.half():
            own = self._studio.painter.encode(picture.to(self._studio.device)).float()
        return slerp(self._painter.latents, own, self._preset.painting.restyle_keep)

    def _feedback_is_due(self, number: int, before: int) -> bool:
        every_s = self._preset.painting.feedback.every_s
        if not every_s or not number:
            return False
        then, now = (self._timeline.time_s(frame) for frame in (before, number))
        return int(now / every_s + 1e-9) > int(then / every_s + 1e-9)


def _painted_numbers(timeline: Timeline, fps: float | None) -> list[int]:
    """Frames that are painted: the first in each of so many parts of a second, and the last."""
    if fps is None or fps >= timeline.fps:
        return list(range(timeline.frames))
    parts = [int(timeline.time_s(number) * fps + 1e-9) for number in range(timeline.frames)]
    first = [n for n, part in enumerate(parts) if not n or part > parts[n - 1]]
    return first if first[-1] == timeline.frames - 1 else [*first, timeline.frames - 1]


def _plan_steps(
    timeline: Timeline,
    windows: Sequence[Window],
    preset: VideoPreset,
    loudness: NDArray[np.float32],
) -> NDArray[np.int64]:
    """Steps int64 [frames] before each frame.

    Where each window of sound lasts from one beat to the next, steps are counted window by window
    as Music2Video does it; else they follow the loudness, or the preset's rate, evenly.
    """
    rate = preset.painting.steps_per_s
    if preset.audio.windows == "around":
        return steps_per_frame(timeline.frames, timeline.fps, rate, loudness)
    ranges = timeline.split([window.start_s for window in windows])
    counts = [
        published_steps(window.end_s - window.start_s, rate, loudness[frames.start : frames.stop])
        for window, frames in zip(windows, ranges, strict=True)
    ]
    return spread_steps(counts, [len(frames) for frames in ranges])
