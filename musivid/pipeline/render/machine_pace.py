"""How fast networks run on this machine, measured in a moment: for telling how long work takes."""

from __future__ import annotations

import time

from musivid.weights.session import Session

__all__ = ["gflop_per_s"]

_SIDE = 1024  # of the matrices that the pace is measured with
_REACHED = 0.4  # share of that pace that networks reach


def gflop_per_s(session: Session) -> float:
    """How many GFLOP a second networks reach here, from how fast matrices are multiplied."""
    import torch

    matrix = torch.ones(_SIDE, _SIDE, dtype=session.dtype, device=session.device)
    best = 0.0
    for _ in range(3):
        start = time.perf_counter()
        float((matrix @ matrix)[0, 0])  # reading a value waits for the device
        best = max(best, 2e-9 * _SIDE**3 / (time.perf_counter() - start))
    return _REACHED * best
