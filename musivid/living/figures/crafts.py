"""What people travel with and play on, from the side; height 1 where they stand."""

from __future__ import annotations

import numpy as np

from musivid.living.figures.body import Body
from musivid.living.figures.outlines import cloth

__all__ = ["balloon", "bicycle", "car", "guitar", "piano", "sailboat", "train"]


def _ring(b: Body, at: tuple[float, float], radius: float, thick: float, spokes: int = 0) -> None:
    """A wheel's rim, with spokes."""
    turns = np.linspace(0, 2 * np.pi, 25)
    points = np.stack([at[0] + radius * np.cos(turns), at[1] + radius * np.sin(turns)], 1)
    b.chain(points, thick, thick, 0.002)
    for turn in np.linspace(0, np.pi, spokes, endpoint=False):
        dx, dy = radius * float(np.cos(turn)), radius * float(np.sin(turn))
        b.limb((at[0] - dx, at[1] - dy), (at[0] + dx, at[1] + dy), 0.0035, 0.0035, 0.001)


def balloon(time_s: float) -> Body:
    """A hot-air balloon; part `stripes` are its coloured gores, narrower towards its sides."""
    sway = 0.012 * float(np.sin(time_s * 0.9))
    b, ropes = Body().outline(cloth("balloon"), 0.006), Body()
    for x in (-0.050, -0.022, 0.022, 0.050):
        ropes.limb((x * 1.9, -0.275), (x + sway, -0.105), 0.0038, 0.0038, 0.001)
    basket = np.array([(-0.062, -0.110), (0.062, -0.110), (0.050, 0.0), (-0.050, 0.0)])
    ropes.outline(basket + np.array((sway, 0.0)), 0.004, rounded=1)
    for x in (-0.022, 0.024):  # two travellers
        ropes.limb((x + sway, -0.112), (x + sway, -0.135), 0.016, 0.014, 0.004)
        ropes.limb((x + sway, -0.160), (x + sway, -0.163), 0.013, 0.013, 0.003)
    stripes, v = Body(), np.linspace(0, 1, 13)
    wide = 0.345 * np.sin(np.pi * (0.03 + 0.83 * v)) ** 0.62 * (1 - 0.52 * np.clip(v - 0.5, 0, 1))
    turns = np.sin(np.linspace(-np.pi / 2, np.pi / 2, 12))
    for left, right in zip(turns[1::2], turns[2::2], strict=False):
        y = -0.990 + 0.690 * v
        edge = np.concatenate([np.stack([left * wide, y], 1),
                               np.stack([right * wide, y], 1)[::-1]])  # fmt: skip
        stripes.outline(edge, 0.003, rounded=1)
    b.parts["stripes"] = stripes
    return b.worn(basket=ropes)


def sailboat(time_s: float) -> Body:
    """A sailing boat on the water; part `sail` is its mainsail."""
    b = Body().outline(cloth("hull"), 0.006)
    b.limb((0.015, -0.10), (0.015, -0.985), 0.010, 0.006, 0.002)
    b.limb((0.015, -0.135), (-0.330, -0.150), 0.007, 0.006, 0.002)
    fill = 0.020 * float(np.sin(time_s * 1.1))
    main = np.array([(0.002, -0.955), (-0.120 - fill, -0.600), (-0.315, -0.165), (0.002, -0.155)])
    jib = np.array([(0.032, -0.900), (0.130 + fill, -0.520), (0.355, -0.135), (0.036, -0.185)])
    sail = Body().outline(main, 0.004, rounded=3)
    b.add(sail).outline(jib, 0.004, rounded=3)
    b.parts["sail"] = sail
    return b


def car(time_s: float) -> Body:
    """A car; parts `glass` and `lamp`."""
    shake = 0.004 * float(np.sin(time_s * 9))
    b = Body().outline(cloth("car") + np.array((0.0, shake)), 0.02)
    for x in (-0.86, 0.90):
        b.limb((x, -0.225), (x, -0.225), 0.225, 0.225, 0.004)
    glass = Body().outline(cloth("car_glass_back") + np.array((0.0, shake)), 0.01)
    glass.outline(cloth("car_glass_front") + np.array((0.0, shake)), 0.01)
    rims = Body()
    for x in (-0.86, 0.90):
        _ring(rims, (x, -0.225), 0.115, 0.014)
    lamp = Body().limb((1.40, -0.47), (1.43, -0.44), 0.035, 0.035, 0.01)
    tail = Body().limb((-1.46, -0.50), (-1.46, -0.44), 0.030, 0.030, 0.01)
    b.parts.update(glass=glass, rims=rims, lamp=lamp, tail=tail)
    return b


def train(time_s: float) -> Body:
    """A steam engine with a carriage behind it; part `windows` is lit."""
    b = Body().outline(cloth("engine"), 0.006, rounded=1)
    b.limb((0.10, -0.560), (1.00, -0.560), 0.205, 0.205, 0.02)
    b.limb((0.86, -0.72), (0.86, -0.93), 0.055, 0.075, 0.01)
    b.limb((0.79, -0.955), (0.93, -0.955), 0.022, 0.022, 0.004)
    b.limb((0.45, -0.75), (0.45, -0.80), 0.080, 0.060, 0.02)
    b.limb((1.20, -0.56), (1.24, -0.56), 0.030, 0.030, 0.006)
    for x, r in ((-0.10, 0.165), (0.25, 0.165), (0.60, 0.165), (0.93, 0.095), (1.12, 0.095)):
        b.limb((x, -r), (x, -r), r, r, 0.004)
    turn = time_s * 5.0
    rod = (0.075 * float(np.cos(turn)), 0.075 * float(np.sin(turn)))
    rods = Body().limb((-0.10 + rod[0], -0.165 + rod[1]), (0.60 + rod[0], -0.165 + rod[1]), 0.020)
    b.outline(cloth("carriage"), 0.006, rounded=1)
    for x in (-2.02, -1.80, -0.92, -0.72):
        b.limb((x, -0.095), (x, -0.095), 0.095, 0.095, 0.004)
    windows = Body()
    for k in range(6):
        x = -2.06 + 0.235 * k
        windows.outline([(x, -0.700), (x + 0.150, -0.700), (x + 0.150, -0.500), (x, -0.500)],
                        0.01, rounded=1)  # fmt: skip
    windows.outline([(-0.24, -0.815), (-0.06, -0.815), (-0.06, -0.60), (-0.24, -0.60)], 0.01,
                    rounded=1)  # fmt: skip
    b.parts.update(windows=windows, rods=rods)
    return b


def bicycle(time_s: float) -> Body:
    """A bicycle on its stand; part `basket` hangs at its handlebar."""
    del time_s
    b = Body()
    back, front, crank = (-0.52, -0.33), (0.56, -0.33), (-0.06, -0.30)
    seat, head = (-0.20, -0.80), (0.36, -0.82)
    for at in (back, front):
        _ring(b, at, 0.325, 0.017, 6)
    for a, c in ((back, crank), (back, (-0.175, -0.70)), (crank, seat), (crank, (0.385, -0.72)),
                 ((-0.170, -0.69), (0.375, -0.765))):  # fmt: skip
        b.limb(a, c, 0.017, 0.017, 0.004)
    b.limb(head, front, 0.018, 0.015, 0.006)
    b.chain([(0.36, -0.82), (0.345, -0.93), (0.27, -0.955), (0.19, -0.935)], 0.015, 0.018, 0.004)
    b.limb((-0.30, -0.845), (-0.11, -0.830), 0.034, 0.016, 0.008)
    _ring(b, crank, 0.075, 0.010)
    b.limb(crank, (0.02, -0.16), 0.012, 0.012, 0.003).limb((-0.02, -0.155), (0.07, -0.155), 0.014)
    b.limb(crank, (-0.14, -0.44), 0.012, 0.012, 0.003).limb((-0.18, -0.445), (-0.09, -0.445), 0.014)
    basket = Body().outline([(0.40, -0.860), (0.68, -0.860), (0.64, -0.660), (0.44, -0.660)], 0.01,
                            rounded=1)  # fmt: skip
    b.add(basket)
    b.parts["basket"] = basket
    return b


def guitar(time_s: float) -> Body:
    """A guitar that stands upright; parts `hole` and `strings`."""
    del time_s
    b = Body().outline(cloth("guitar"), 0.01)
    b.limb((0.0, -0.40), (0.0, -0.86), 0.026, 0.021, 0.006)
    b.outline([(-0.028, -0.850), (0.028, -0.850), (0.042, -0.985), (0.012, -1.0), (-0.012, -1.0),
               (-0.042, -0.985)], 0.004, rounded=1)  # fmt: skip
    for side in (-1, 1):
        for y in (-0.885, -0.920, -0.955):
            b.limb((side * 0.034, y), (side * 0.058, y), 0.0085, 0.0085, 0.003)
    hole = Body().limb((0.0, -0.335), (0.0, -0.335), 0.052, 0.052, 0.002)
    hole.limb((-0.060, -0.150), (0.060, -0.150), 0.010, 0.010, 0.003)
    strings = Body()
    for k in range(4):
        x = 0.0075 * (k - 1.5)
        strings.limb((x * 1.7, -0.150), (x, -0.880), 0.0013, 0.0013, 0.0005)
    b.parts.update(hole=hole, strings=strings)
    return b


def piano(time_s: float) -> Body:
    """A grand piano with its lid open, and a stool; part `keys` are its keys."""
    del time_s
    b = Body().outline(cloth("piano_case"), 0.006)
    b.outline(cloth("piano_lid"), 0.004, rounded=1)
    b.limb((0.22, -0.50), (0.12, -0.83), 0.008, 0.008, 0.002)
    for x in (-0.40, 0.58):
        b.limb((x, -0.36), (x, -0.05), 0.040, 0.020, 0.01).limb((x, -0.022), (x, -0.022), 0.024)
    b.limb((-0.20, -0.34), (-0.20, -0.06), 0.012, 0.010, 0.004)
    b.limb((-0.24, -0.05), (-0.16, -0.05), 0.010, 0.010, 0.004)
    b.outline([(-1.02, -0.300), (-0.70, -0.300), (-0.70, -0.255), (-1.02, -0.255)], 0.01, rounded=1)
    for x in (-0.99, -0.73):
        b.limb((x, -0.25), (x, -0.012), 0.018, 0.012, 0.006)
    keys = Body().outline([(-0.640, -0.462), (-0.475, -0.478), (-0.475, -0.450), (-0.640, -0.440)],
                          0.003, rounded=1)  # fmt: skip
    b.parts["keys"] = keys
    return b
