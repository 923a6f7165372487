"""Random changes to cut-outs, so that a picture must please the perceptor from many sides.

The augments are kornia's, with the numbers of VQGAN-CLIP. kornia draws from torch's global
generator; `Augmenter` lends it a seed of the caller's generator and puts the global state back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType

import torch
from torch import Tensor, nn

from musivid.core.seeds import global_lots

__all__ = ["AUGMENT_CODES", "FIXED_SETS", "Augmenter"]

# Method of cutting -> distortion of `Pe` and degrees of `Af`; all other numbers are common.
_LATEST = (0.7, 15.0)
_NRUPDATED = (0.5, 30.0)

_ERASED_SHARE = (0.1, 0.4)  # of a cut-out's area, least and most, as published
_ERASED_RATIO = (0.3, 1 / 0.3)  # width by height, as published

_Make = Callable[[ModuleType, tuple[int, int], tuple[float, float]], nn.Module]

# Degrees, shares of sides, and chances, all VQGAN-CLIP's.
_CODES: dict[str, _Make] = {
    "Ji": lambda k, _, __: k.ColorJitter(0.1, 0.1, 0.1, 0.1, p=0.7),
    "Sh": lambda k, _, __: k.RandomSharpness(0.3, p=0.5),
    "Gn": lambda k, _, __: k.RandomGaussianNoise(0.0, 1.0, p=0.5),
    "Pe": lambda k, _, numbers: k.RandomPerspective(numbers[0], p=0.7),
    "Ro": lambda k, _, __: k.RandomRotation(15.0, p=0.7),
    "Af": lambda k, _, numbers: k.RandomAffine(
        numbers[1], (0.1, 0.1), shear=5.0, p=0.7, padding_mode="zeros", keepdim=True
    ),
    "Et": lambda k, _, __: k.RandomElasticTransform(p=0.7),
    "Ts": lambda k, _, __: k.RandomThinPlateSpline(0.8, same_on_batch=True, p=0.7),
    "Cr": lambda k, size, __: k.RandomCrop(size, pad_if_needed=True, padding_mode="reflect", p=0.5),
    "Er": lambda k, _, __: k.RandomErasing(_ERASED_SHARE, _ERASED_RATIO, same_on_batch=True, p=0.7),
    "Re": lambda k, size, __: k.RandomResizedCrop(
        size, (0.1, 1.0), (0.75, 1.333), cropping_mode="resample", p=0.5
    ),
}

AUGMENT_CODES: tuple[str, ...] = tuple(_CODES)
"""Codes of the augments that `latest` and `nrupdated` cut-outs may be given."""

FIXED_SETS: dict[str, Callable[[ModuleType], list[nn.Module]]] = {
    "updatedpooling": lambda k: [
        k.RandomAffine(15.0, (0.1, 0.1), p=0.7, padding_mode="border"),
        k.RandomPerspective(0.7, p=0.7),
        k.ColorJitter(hue=0.1, saturation=0.1, p=0.7),
        k.RandomErasing(_ERASED_SHARE, _ERASED_RATIO, same_on_batch=True, p=0.7),
    ],
    "updated": lambda k: [
        k.RandomHorizontalFlip(p=0.5),
        k.ColorJitter(hue=0.01, saturation=0.01, p=0.7),
        k.RandomSharpness(0.3, p=0.4),
        k.RandomAffine(30.0, (0.1, 0.1), p=0.8, padding_mode="border"),
        k.RandomPerspective(0.2, p=0.4),
    ],
    "original": lambda k: [],
}
"""Methods of cutting whose augments cannot be chosen."""


class Augmenter:
    """Augments for one method of cutting: `augmenter(cutouts, generator)`."""

    def __init__(self, method: str, codes: Sequence[str], px: int) -> None:
        """Make the augments.

        Args:
            method: name of the method of cutting.
            codes: chosen augments in order; for methods of FIXED_SETS they are not heeded.
            px: side of the cut-outs.
        """
        import kornia.augmentation as kornia_augmentation

        numbers = _NRUPDATED if method == "nrupdated" else _LATEST
        self._steps = (
            FIXED_SETS[method](kornia_augmentation)
            if method in FIXED_SETS
            else [_CODES[code](kornia_augmentation, (px, px), numbers) for code in codes]
        )

    def __call__(self, cutouts: Tensor, generator: torch.Generator) -> Tensor:
        """Augmented cut-outs [n, 3, px, px], differentiable, drawn from the generator alone."""
        if not self._steps:
            return cutouts
        seed = int(torch.randint(2**62, (), generator=generator, device=generator.device))
        with global_lots(seed, cutouts.device):
            for step in self._steps:
                cutouts = step(cutouts)
        return cutouts
