"""Someone under an umbrella, from behind."""

from __future__ import annotations

import numpy as np

from musivid.living.figures.body import Body
from musivid.living.figures.outlines import cloth

__all__ = ["GRIP", "in_the_rain", "umbrella"]

GRIP = (0.186, -0.715)  # where the umbrella is held

_EDGE, _HALF, _HIGH = -0.955, 0.40, 0.265
_GORES = 5
_MIDDLE = GRIP[0] - 0.085


def in_the_rain(time_s: float, breath: float = 0.0) -> Body:
    """Someone in a raincoat and rubber boots; height 1, the right hand at `GRIP`."""
    legs, boots, coat, skin = Body(), Body(), Body(), Body()
    for side in (-1, 1):
        legs.limb((side * 0.047, -0.32), (side * 0.049, -0.20), 0.036, 0.030, 0.01)
        boots.limb((side * 0.050, -0.190), (side * 0.052, -0.040), 0.0375, 0.0320, 0.004)
        boots.limb((side * 0.052, -0.034), (side * 0.060, -0.018), 0.031, 0.023, 0.01)
        boots.limb((side * 0.044, -0.010), (side * 0.088, -0.010), 0.014, 0.013, 0.006)
    coat.outline(cloth("raincoat", time_s, 0.6, 0.003 * breath), 0.008)
    coat.limb((-0.112, -0.785), (-0.148, -0.635), 0.040, 0.035)
    coat.limb((-0.148, -0.635), (-0.136, -0.505), 0.034, 0.028, 0.008)
    skin.limb((-0.134, -0.500), (-0.128, -0.468), 0.019, 0.014, 0.006)
    x, y = GRIP
    coat.limb((0.112, -0.785), (0.164, -0.596), 0.040, 0.036)
    coat.limb((0.164, -0.596), (x + 0.022, y + 0.016), 0.035, 0.028, 0.008)
    skin.limb((x + 0.010, y + 0.008), (x - 0.004, y - 0.004), 0.020, 0.017, 0.006)
    b = Body().worn(legs=legs, shoes=boots, coat=coat, skin=skin)
    b.parts["hand"] = Body().limb((x + 0.012, y + 0.010), (x - 0.006, y + 0.004), 0.021, 0.019)
    return b


def umbrella(lean: float = 0.0) -> Body:
    """An umbrella held at `GRIP`: the canopy; parts `shaft` and `ribs`; lean -0.2..0.2."""
    middle = _MIDDLE + lean * 0.3
    u = np.linspace(np.pi, 0, 21)
    rise = _EDGE - _HIGH * np.sin(u) ** 0.85 + lean * 0.25 * np.cos(u)
    points = [np.stack([middle + _HALF * np.cos(u), rise], 1)]
    v = np.linspace(0, 1, 7)[1:]
    for k in range(_GORES):  # a scalloped edge, each gore an arc
        first, last = np.cos(np.pi * k / _GORES), np.cos(np.pi * (k + 1) / _GORES)
        x = first + (last - first) * v
        arc = 0.149 * abs(last - first) * v * (1 - v)
        points.append(np.stack([middle + _HALF * x, _EDGE + lean * 0.25 * x - arc], 1))
    b = Body().outline(np.concatenate(points), 0.003, rounded=1)
    tip = (middle + lean * 0.06, _EDGE - _HIGH - 0.055)
    b.limb((middle - 0.002, _EDGE - _HIGH + 0.01), tip, 0.008, 0.004, 0.004)
    ribs, v = Body(), np.linspace(0, 1, 9)
    for share in (-0.80, -0.31, 0.31, 0.80):
        across = middle + _HALF * share * np.sin(v * np.pi / 2) ** 0.9
        down = _EDGE - _HIGH * np.cos(v * np.pi / 2 * 0.97) ** 0.85 + lean * 0.25 * share * v
        ribs.chain(np.stack([across, down], 1), 0.0026, 0.0034, 0.001)
    grip_x, grip_y = GRIP
    shaft = Body().limb(
        (grip_x - 0.008, grip_y + 0.012), (middle, _EDGE - _HIGH * 0.6), 0.0075, 0.0065, 0.003
    )
    shaft.limb((grip_x - 0.004, grip_y), (grip_x - 0.002, grip_y + 0.052), 0.0085, 0.0085, 0.003)
    b.parts.update(shaft=shaft, ribs=ribs)
    return b
