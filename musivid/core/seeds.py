"""Seeds: where every number that is drawn by lot comes from, so that a run can be had again."""

from __future__ import annotations

__all__ = ["child_seed"]


def child_seed(seed: int, *path: int) -> int:
    """A seed of its own, below 2^63, for the place `path` under `seed`; no two are related."""
    import numpy as np

    state = np.random.SeedSequence(seed, spawn_key=path).generate_state(1, np.uint64)[0]
    return int(state) & (2**63 - 1)
