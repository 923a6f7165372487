"""Outlines kept as data: read once, and moved as cloth is by wind and breath."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.settings.yamltext import read_plain_yaml

__all__ = ["cloth"]

_FLUTTER = 0.014  # heights at a wind of 1
_RATE, _APART = 3.4, 1.25  # radians a second; from point to point
_SHOULDER = -0.80  # breath lifts what is above


@lru_cache(maxsize=1)
def _outlines() -> dict[str, NDArray[np.float64]]:
    """All outlines, float64 [n, 6]."""
    text = Path(__file__).with_name("outlines.yaml").read_text(encoding="utf-8")
    made = {}
    for name, lines in read_plain_yaml(text).data.items():
        rows = [row for line in lines for row in line]
        made[name] = np.array([[*row, 0, 0, 0, 0][:6] for row in rows], np.float64)
    return made


def cloth(
    name: str, time_s: float = 0.0, wind: float = 0.0, up: float = 0.0
) -> NDArray[np.float64]:
    """An outline of `outlines.yaml` at a moment, float64 [n, 2].

    Args:
        name: which.
        time_s: clock of the flutter.
        wind: 0 still air, 1 a strong breeze, negative from the other side.
        up: how far a breath lifts the shoulders, in body heights.
    """
    rows = _outlines()[name]
    phase = time_s * _RATE + _APART * np.arange(len(rows))
    flutter = _FLUTTER * wind * np.sin(phase)
    points = rows[:, 0:2] + rows[:, 2:4] * wind + rows[:, 4:6] * flutter[:, None]
    points[:, 1] -= np.where(rows[:, 1] < _SHOULDER, up, 0.0)
    return np.asarray(points)
