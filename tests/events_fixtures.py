"""Moments of sounds and pictures for the tests of synchrony."""

from __future__ import annotations

import numpy as np
import pytest

__all__ = ["pairs", "uneven"]


@pytest.fixture(scope="module")
def pairs() -> list[tuple[np.ndarray, np.ndarray]]:
    """Random lists of moments, some near each other: (audio [n], video [m])."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(30):
        audio = np.sort(rng.uniform(0, 20, rng.integers(2, 40)))
        near = rng.choice(audio, rng.integers(1, len(audio))) + rng.normal(0, 0.05, 1)
        found.append((audio, np.sort(np.concatenate([near, rng.uniform(0, 20, 5)]))))
    return found


def uneven(seed: int = 0, seconds: float = 29.0) -> np.ndarray:
    """Moments 0.5 to 1.6 s apart, in seconds."""
    times = 0.5 + np.cumsum(np.random.default_rng(seed).uniform(0.5, 1.6, 60))
    return times[times < seconds]
