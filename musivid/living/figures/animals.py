"""Animals: a cat that sits, from behind."""

from __future__ import annotations

import numpy as np

from musivid.living.figures.body import Body
from musivid.living.figures.outlines import cloth

__all__ = ["cat"]


def cat(time_s: float, *, look: float = 0.0, ear: float = 0.0, breath: float = 0.0) -> Body:
    """A cat from behind, height 1 at the ears; its tail curls to the right.

    Args:
        time_s: clock of the tail.
        look: turns its head, -1 left to 1 right.
        ear: 1 turns an ear.
        breath: -1..1.
    """
    b, x = Body(), 0.030 * look
    b.outline(cloth("cat_body") * (1 + 0.02 * breath, 1), 0.02)
    head = cloth("cat_head")
    head[:, 0] += x
    head[:, 0] += np.where(abs(head[:, 0] - x) > 0.15, 0.012 * look, 0.0)
    b.outline(head, 0.030)
    for side in (-1, 1):
        turn = 0.018 * ear if side > 0 else 0.0
        tip_x, tip_y = x + side * 0.122 - 0.018 * look + turn, -0.985 + turn
        points = [
            (x + side * 0.040, -0.862), (x + side * 0.072, -0.915), (tip_x - side * 0.008, tip_y),
            (tip_x + side * 0.006, tip_y + 0.004), (x + side * 0.140, -0.915),
            (x + side * 0.148, -0.845), (x + side * 0.10, -0.780),
        ]  # fmt: skip
        b.outline(points, 0.030, rounded=1)
        for k in range(3):  # whiskers
            end = (x + side * (0.205 + 0.01 * k), -0.715 + 0.026 * k)
            b.limb((x + side * 0.125, -0.700 + 0.014 * k), end, 0.0024, 0.0006, 0.001)
    u, sway = np.linspace(0, 1, 26), 0.7 * float(np.sin(time_s * 1.3))
    turns = -0.10 + 0.15 * np.sin(u * 3.0) + (3.0 + 0.8 * sway) * np.clip(u - 0.36, 0, 1) ** 1.15
    turns = turns - 4.2 * (1 - 0.4 * sway) * np.clip(u - 0.76, 0, 1)
    tail_x, tail_y = 0.15 + np.cumsum(np.cos(turns)) * 0.0215, np.cumsum(np.sin(turns)) * 0.0215
    return b.chain(np.stack([tail_x, -0.040 - tail_y], 1), 0.044, 0.026, 0.002)
