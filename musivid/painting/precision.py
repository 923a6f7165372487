"""Where half precision pays."""

from __future__ import annotations

import torch

__all__ = ["best_autocast"]


def best_autocast(device: torch.device | str) -> torch.dtype | None:
    """The dtype that makes painting faster on a device, or None where float32 is as fast.

    bfloat16 on CUDA cards that compute in it (float16 on older ones) and on CPUs with AMX tiles;
    elsewhere bfloat16 is emulated and slower.
    """
    kind = torch.device(device).type
    if kind == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(False) else torch.float16
    if kind == "cpu" and torch.cpu._is_amx_tile_supported():
        return torch.bfloat16
    return None
