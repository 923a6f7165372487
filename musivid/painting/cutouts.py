"""Cut-outs: the views of a picture that the perceptor judges.

Five methods of VQGAN-CLIP. Pooling methods show the whole picture every time; since all its copies
are equal, it is pooled once and repeated. The others cut random squares.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from musivid.painting.augments import Augmenter
from musivid.settings.video import PaintingPreset

__all__ = ["CutoutMaker", "pool_picture", "resample"]

_POOLING = ("latest", "updatedpooling")
_NOISE_FACTOR = 0.1  # greatest standard deviation of the noise on a cut-out
_LANCZOS_LOBES = 2  # of the kernel, as published


class CutoutMaker:
    """Makes the cut-outs of a picture: `maker(picture, generator)`."""

    def __init__(self, settings: PaintingPreset, px: int) -> None:
        """Prepare for cut-outs of side `px`, by the settings' method and augments."""
        self._count = settings.cutouts
        self._method = settings.cut_method
        self._power = settings.cut_power
        self._px = px
        self._augment = Augmenter(settings.cut_method, settings.augments, px)

    def __call__(self, picture: Tensor, generator: torch.Generator) -> Tensor:
        """Cut-outs [cutouts, 3, px, px] of one picture [1, 3, h, w] in 0..1; differentiable.

        All randomness comes from the generator, which lives on the picture's device.
        """
        if self._method in _POOLING:
            cut = pool_picture(picture, self._px).expand(self._count, -1, -1, -1)
        else:
            cut = torch.cat([self._square(picture, generator) for _ in range(self._count)])
        if self._method == "original":
            return cut.clamp(0, 1)
        return _add_noise(self._augment(cut, generator), generator)

    def _square(self, picture: Tensor, generator: torch.Generator) -> Tensor:
        """One random square of the picture [1, 3, px, px]."""
        height, width = picture.shape[-2:]
        longest = min(height, width)
        shortest = min(longest, self._px)
        draw = torch.rand(3, generator=generator, device=generator.device).tolist()
        side = int(draw[0] ** self._power * (longest - shortest) + shortest)
        top, left = int(draw[1] * (height - side + 1)), int(draw[2] * (width - side + 1))
        return resample(picture[..., top : top + side, left : left + side], self._px)


def pool_picture(picture: Tensor, px: int) -> Tensor:
    """The whole picture [n, 3, h, w] as [n, 3, px, px]: mean of average and maximum pooling."""
    average = functional.adaptive_avg_pool2d(picture, px)
    return (average + functional.adaptive_max_pool2d(picture, px)) / 2


def resample(picture: Tensor, px: int) -> Tensor:
    """A picture as [n, 3, px, px]: Lanczos-2 low-pass where it shrinks, then bicubic."""
    for axis in (2, 3):
        if px < picture.shape[axis]:
            picture = _low_pass(picture, px / picture.shape[axis], axis)
    return functional.interpolate(picture, (px, px), mode="bicubic", align_corners=True)


def _low_pass(picture: Tensor, ratio: float, axis: int) -> Tensor:
    """The picture without what is finer than `ratio` (below 1) of its pixels, along one axis."""
    reach = math.ceil(_LANCZOS_LOBES / ratio) - 1
    at = torch.arange(-reach, reach + 1, device=picture.device, dtype=picture.dtype) * ratio
    kernel = torch.sinc(at) * torch.sinc(at / _LANCZOS_LOBES)
    shape = [1, 1, 1, 1]
    shape[axis] = len(kernel)
    kernel = (kernel / kernel.sum()).view(shape).expand(picture.shape[1], -1, -1, -1)
    padding = (0, 0, reach, reach) if axis == 2 else (reach, reach, 0, 0)
    padded = functional.pad(picture, padding, mode="reflect")
    return functional.conv2d(padded, kernel, groups=picture.shape[1])


def _add_noise(cutouts: Tensor, generator: torch.Generator) -> Tensor:
    """Cut-outs with Gaussian noise, of another strength on each."""
    strengths = torch.empty(len(cutouts), 1, 1, 1, device=cutouts.device)
    strengths.uniform_(0, _NOISE_FACTOR, generator=generator)
    noise = torch.empty(cutouts.shape, device=cutouts.device).normal_(generator=generator)
    return cutouts + strengths * noise
