"""Banks of mel filters, in float64 from their formula; networks keep them as buffers."""

from __future__ import annotations

import math

import torch
from torch import Tensor

__all__ = ["mel_bank"]


def mel_bank(rate_hz: int, n_fft: int, bands: int, low_hz: float, top_hz: float) -> Tensor:
    """Triangular filters on the HTK scale, not scaled by area: float64 [n_fft // 2 + 1, bands].

    Source: mel = 2595 log10(1 + f / 700), D. O'Shaughnessy 1987, as the HTK book has it.
    """
    # On the CPU even where a model is being made on the meta device.
    numbers = {"dtype": torch.float64, "device": "cpu"}
    low, top = (2595 * math.log10(1 + hertz / 700) for hertz in (low_hz, top_hz))
    points = 700 * (10 ** (torch.linspace(low, top, bands + 2, **numbers) / 2595) - 1)
    bins = torch.linspace(0, rate_hz / 2, n_fft // 2 + 1, **numbers)[:, None]
    width = points.diff()
    rise = (bins - points[:-2]) / width[:-1]
    fall = (points[2:] - bins) / width[1:]
    return torch.minimum(rise, fall).clamp(min=0)
