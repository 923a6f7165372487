"""Frames of a visualisation: latents that walk, or pictures that blend without any model."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from musivid.core.seeds import child_seed, dice
from musivid.nets.protocols import Painter
from musivid.painting.between import pixel_shares, slerp, whole_slerp
from musivid.painting.blend import blend_pictures, view_picture
from musivid.painting.camera import Camera
from musivid.painting.levels import Levels
from musivid.painting.morph import Morph
from musivid.painting.sparse_walk import sparse_walk
from musivid.painting.walk import wipe_field
from musivid.pipeline.visualize.plan import Leg
from musivid.settings.visualize import VisualizeWalk

__all__ = ["BlendedFilm", "LatentFilm", "Way"]

Frame = NDArray[np.uint8]

_ALIKE = 0.85  # mean cosine of cells, as in film.py: one scene in another light
_WIPE, _VIEW = 14, 15  # places of seeds


@dataclass(frozen=True, slots=True)
class Way:
    """Frames between two latents.

    Attributes:
        frames: which frames.
        ends: latents [1, c, h, w].
        levels: of the pictures at its ends.
        progress: float64 [frames], 0..1.
        number: of the way, for its seed.
    """

    frames: range
    ends: tuple[Tensor, Tensor]
    levels: tuple[Levels, Levels]
    progress: NDArray[np.float64]
    number: int


class LatentFilm:
    """Walks between latents: any frame can be asked for at any time."""

    def __init__(
        self,
        coder: Painter,
        ways: Sequence[Way],
        camera: Camera,
        walk: VisualizeWalk,
        *,
        seed: int,
        autocast: torch.dtype | None,
    ) -> None:
        """Keep all ways; the camera frames what is decoded."""
        self._coder, self._ways, self._camera = coder, ways, camera
        self._walk, self._seed, self._autocast = walk, seed, autocast

    def frames(self, first: int = 0) -> Iterator[Frame]:
        """Frames uint8 [h, w, 3] from `first` on."""
        for way in self._ways:
            if way.frames.stop <= first or not len(way.frames):
                continue
            start = max(first, way.frames.start)
            whole = self._walk.turn == "whole"
            walk = sparse_walk(
                self._coder,
                *way.ends,
                way.progress,
                wipe=0.0 if whole else self._walk.wipe,
                field=self._field(way),
                turn=whole_slerp if whole else slerp,
                autocast=self._autocast,
                skip=start - way.frames.start,
            )
            for number, frame in enumerate(walk, start):
                share = float(way.progress[number - way.frames.start])
                levelled = way.levels[0].towards(way.levels[1], share).apply(frame)
                yield self._camera.apply(levelled, number)

    def state(self) -> dict[str, Tensor]:
        """Nothing: frames depend on latents and numbers alone."""
        return {}

    def load_state(self, tensors: dict[str, Tensor]) -> None:
        """Do nothing."""

    def _field(self, way: Way) -> Tensor | None:
        """Which cells change first; None: all go together, as pictures that are alike do."""
        here, there = way.ends
        if self._walk.wipe == 0 or self._walk.turn == "whole":
            return None
        likeness = functional.cosine_similarity(here.float(), there.float(), dim=1).mean()
        if float(likeness) > _ALIKE:
            return None
        return wipe_field(child_seed(self._seed, _WIPE, way.number), *here.shape[-2:])


class BlendedFilm:
    """Pictures that fade into each other without any model.

    They stand still (crossfade), their forms move to one another (morph), or a camera moves over
    them (kenburns).
    """

    def __init__(
        self,
        pictures: Sequence[Frame],
        legs: Sequence[Leg],
        camera: Camera,
        walk: VisualizeWalk,
        *,
        seed: int,
        size: tuple[int, int],
    ) -> None:
        """Keep pictures uint8 [h, w, 3], all of one size, and the (width, height) of frames."""
        self._pictures, self._legs, self._camera = pictures, legs, camera
        self._walk, self._seed, self._size = walk, seed, size
        self._black = np.zeros((size[1], size[0], 3), np.uint8)
        self._morph: tuple[int, Morph] | None = None  # of the leg that was shown last

    def frames(self, first: int = 0) -> Iterator[Frame]:
        """Frames uint8 [h, w, 3] from `first` on."""
        for index, leg in enumerate(self._legs):
            field = None
            if self._walk.wipe and leg.first != leg.second:
                seed = child_seed(self._seed, _WIPE, index)
                field = wipe_field(seed, *self._black.shape[:2]).numpy()
            for number in range(max(first, leg.frames.start), leg.frames.stop):
                share = float(leg.shares[number - leg.frames.start])
                yield self._camera.apply(self._frame(index, number, share, field), number)

    def state(self) -> dict[str, Tensor]:
        """Nothing: frames depend on pictures and numbers alone."""
        return {}

    def load_state(self, tensors: dict[str, Tensor]) -> None:
        """Do nothing."""

    def _frame(
        self, index: int, number: int, share: float, field: NDArray[np.float32] | None
    ) -> Frame:
        leg = self._legs[index]
        if leg.first == leg.second or share <= 0:
            return self._view(leg.first, index, number, leaving=True)
        if share >= 1:
            return self._view(leg.second, index, number, leaving=False)
        start = self._view(leg.first, index, number, leaving=True)
        end = self._view(leg.second, index, number, leaving=False)
        shares = pixel_shares(share, field, self._walk.wipe)
        if self._walk.mode != "morph":
            return blend_pictures(start, end, shares)
        if self._morph is None or self._morph[0] != index:
            self._morph = index, Morph(start, end)
        return self._morph[1].at(share, shares)

    def _view(self, picture: int | None, index: int, number: int, *, leaving: bool) -> Frame:
        """A picture as it is seen in a frame: from the leg before its own to the end of its own."""
        if picture is None:
            return self._black
        shown = self._pictures[picture]
        if self._walk.mode != "kenburns":
            return shown
        # One slow movement from the start of the leg that leads to it to the end of the next one.
        own = self._legs[index].frames
        first = index if not leaving else max(index - 1, 0)
        last = index if leaving else min(index + 1, len(self._legs) - 1)
        begin, end = self._legs[first].frames.start, self._legs[last].frames.stop
        gone = (number - begin) / max(end - begin, 1)
        if own.start == 0 and leaving and index == 0:
            gone = 0.5 + gone / 2  # nothing led to the first one
        rng = dice(child_seed(self._seed, _VIEW, picture))
        angle, inward = rng.uniform(0, 2 * math.pi), rng.random() < 0.5
        return view_picture(shown, self._size, self._walk.zoom, gone if inward else 1 - gone, angle)
