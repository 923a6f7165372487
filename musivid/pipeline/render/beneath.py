"""A film whose frames painted ones start from, at the same moment of the song."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from musivid.media.excerpt import read_from
from musivid.media.pictures import fit_picture

if TYPE_CHECKING:
    from musivid.media.frames import Picture

__all__ = ["FilmBeneath"]

_NEAR_S = 1e-4  # clocks of files are no finer


class FilmBeneath:
    """Pictures of a film, moment by moment; asked for in order it decodes each of them once."""

    def __init__(self, path: Path, size: tuple[int, int], start_s: float = 0.0) -> None:
        """Remember what to read.

        Args:
            path: any video.
            size: (width, height) that its pictures are cropped to.
            start_s: where in the film the first moment lies.
        """
        self._path, self._size, self._start_s = path, size, start_s
        self._pictures: Iterator[Picture] | None = None
        self._shown: Picture | None = None
        self._coming: Picture | None = None
        self._made: Tensor | None = None

    def picture(self, time_s: float) -> Tensor:
        """What is shown at a moment, [1, 3, h, w] in 0..1; after the end the last picture holds.

        Args:
            time_s: seconds, never less than asked before.

        Raises:
            InputError: the film cannot be read.
        """
        at_s = self._start_s + time_s + _NEAR_S
        if self._pictures is None:
            self._pictures = read_from(self._path, at_s)
            self._shown, self._coming = next(self._pictures), next(self._pictures, None)
        while self._coming is not None and self._coming.time_s <= at_s:
            self._shown, self._coming = self._coming, next(self._pictures, None)
            self._made = None
        if self._made is None:
            assert self._shown is not None
            frame = np.ascontiguousarray(fit_picture(self._shown.rgb(), self._size, "crop"))
            self._made = torch.from_numpy(frame).permute(2, 0, 1)[None].float() / 255
        return self._made
