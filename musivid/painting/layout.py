"""The memory layout in which networks are fastest."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["channels_last"]


def channels_last(pictures: Tensor) -> Tensor:
    """Pictures or latents [n, c, h, w] in channels-last memory; convolutions then keep to it.

    Three times as fast in bfloat16 on a CPU, where other layouts are reordered at every layer.
    """
    return pictures.contiguous(memory_format=torch.channels_last)
