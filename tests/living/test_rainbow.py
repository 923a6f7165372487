"""A double rainbow as added light."""

from __future__ import annotations

import numpy as np

from musivid.living.rainbow import rainbow


def test_red_lies_outside_and_violet_inside_and_the_outer_bow_is_the_other_way_round() -> None:
    ys = np.linspace(0, 1, 400, dtype=np.float32)
    across = rainbow(np.array([0.8], np.float32), ys, (0.8, 1.0), 0.5)[:, :, 0]
    red, green, blue = (ys[across[k, 150:].argmax() + 150] for k in range(3))
    assert red < green < blue, "from above: red first"
    outer = across[:, 110:170] - across[:, :1]
    red, green, blue = (int(plane.argmax()) for plane in outer)
    assert blue < green < red
    assert across[:, 260:].mean() > across[:, :60].mean(), "the sky inside is lighter"
