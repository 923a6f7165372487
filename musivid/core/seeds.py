"""Seeds: where every number that is drawn by lot comes from, so that a run can be had again.

Networks draw with torch's own generators from the seeds that they are given; all else draws here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import torch

__all__ = ["child_seed", "dice", "global_lots", "lots", "mixed_seed"]


def child_seed(seed: int, *path: int) -> int:
    """A seed of its own, below 2^63, for the place `path` under `seed`; no two are related."""
    import numpy as np

    state = np.random.SeedSequence(seed, spawn_key=path).generate_state(1, np.uint64)[0]
    return int(state) & (2**63 - 1)


def mixed_seed(*numbers: int) -> int:
    """A seed below 2^32 that depends on all of the numbers."""
    import numpy as np

    return int(np.random.SeedSequence(numbers).generate_state(1)[0])


def dice(*numbers: int) -> np.random.Generator:
    """NumPy's generator for a seed, or for a seed and what tells this use of it from others."""
    import numpy as np

    return np.random.default_rng(numbers)


def lots(seed: int, device: torch.device | str = "cpu") -> torch.Generator:
    """Torch's generator for a seed, on the device where the numbers are needed."""
    import torch

    return torch.Generator(device).manual_seed(seed)


@contextlib.contextmanager
def global_lots(seed: int, device: torch.device) -> Iterator[None]:
    """Seed torch's global generators for a while, then put their states back.

    For libraries that draw from nothing else.
    """
    import torch

    cuda = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=cuda):
        torch.default_generator.manual_seed(seed)  # not torch.manual_seed: it reseeds every device
        for each in cuda:
            with torch.cuda.device(each):
                torch.cuda.manual_seed(seed)
        yield
