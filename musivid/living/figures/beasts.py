"""Animals from the side or on the wing, height 1 where they stand; they face +x."""

from __future__ import annotations

import numpy as np

from musivid.living.figures.body import Body
from musivid.living.figures.outlines import cloth

__all__ = ["butterfly", "eagle", "horse", "swan", "whale"]

Spot = tuple[float, float]


def _leg(
    b: Body,
    hip: Spot,
    lengths: tuple[float, float, float],
    *,
    phase: float,
    hind: bool,
    radii: tuple[float, float, float],
) -> None:
    """A leg of three parts that walks; the hind one bends back at the hock."""
    swing = 0.30 * float(np.cos(2 * np.pi * phase))
    lift = max(0.0, float(np.sin(2 * np.pi * phase))) * 0.75
    first = (-0.28 if hind else 0.02) + swing * 0.8
    second = (0.10 if hind else 0.0) + swing - (0.9 if hind else 1.0) * lift
    third = second - 0.5 * lift
    a, n, c = lengths
    knee = hip[0] + a * np.sin(first), hip[1] + a * np.cos(first)
    ankle = knee[0] + n * np.sin(second), knee[1] + n * np.cos(second)
    hoof = ankle[0] + c * np.sin(third + 0.35), ankle[1] + c * np.cos(third + 0.35)
    b.limb(hip, knee, radii[0], radii[1], 0.03).limb(knee, ankle, radii[1], radii[2], 0.008)
    b.limb(ankle, hoof, radii[2], radii[2] * 1.25, 0.008)


def horse(time_s: float, phase: float | None = None) -> Body:
    """A horse; `phase` of its walk, None: it stands. Part `blanket` lies on its back."""
    b = Body()
    nod = 0.012 * float(np.sin(time_s * 1.1 if phase is None else 4 * np.pi * phase))
    own = [0.25, 0.75, 0.5, 0.0] if phase is None else [phase, phase + 0.5, phase + 0.25,
                                                        phase + 0.75]  # fmt: skip
    if phase is None:  # all four hooves on the ground
        for x, hind in ((0.17, False), (0.23, False), (-0.36, True), (-0.29, True)):
            knee = (x + (-0.012 if hind else 0.006), -0.27)
            b.limb((x + (0.06 if hind else 0.0), -0.47), knee, 0.070 if hind else 0.052, 0.031)
            b.limb(knee, (x, -0.085), 0.029, 0.019, 0.008)
            b.limb((x, -0.085), (x + 0.024, -0.014), 0.020, 0.026, 0.008)
    else:
        for turn, x in ((own[0], 0.20), (own[1], 0.21)):
            _leg(
                b,
                (x, -0.47),
                (0.20, 0.19, 0.075),
                phase=turn,
                hind=False,
                radii=(0.052, 0.031, 0.019),
            )
        for turn, x in ((own[2], -0.27), (own[3], -0.26)):
            _leg(
                b,
                (x, -0.48),
                (0.22, 0.19, 0.075),
                phase=turn,
                hind=True,
                radii=(0.070, 0.031, 0.019),
            )
    b.outline(cloth("horse_trunk"), 0.02)
    b.limb((0.200, -0.585), (0.400, -0.815 + nod), 0.132, 0.076, 0.05)
    b.limb((0.420, -0.845 + nod), (0.575, -0.690 + nod), 0.062, 0.034, 0.02)
    b.limb((0.440, -0.785 + nod), (0.520, -0.705 + nod), 0.048, 0.030, 0.02)
    b.limb((0.572, -0.692 + nod), (0.592, -0.672 + nod), 0.036, 0.031, 0.01)
    for x in (0.385, 0.412):
        b.limb((x, -0.885 + nod), (x + 0.006, -0.975 + nod), 0.022, 0.004, 0.01)
    u = np.linspace(0, 1, 9)
    for k in range(10):  # mane
        x, y = 0.375 - 0.030 * k, -0.900 + 0.028 * k + nod * (1 - k / 10)
        wave = 0.014 * np.sin(time_s * 2.2 - u * 3 + k)
        b.chain(np.stack([x - 0.085 * u + wave * u, y + 0.135 * u**1.5], 1), 0.026, 0.003, 0.008)
    for k in range(5):
        wave = 0.030 * np.sin(time_s * 1.7 - u * 2.4 + 0.3 * k)
        side = -0.405 - 0.110 * np.sin(u * 2.1) - 0.014 * k * u + wave * u
        b.chain(np.stack([side, -0.630 + 0.47 * u * (1 - 0.05 * k)], 1), 0.022, 0.003, 0.012)
    b.parts["blanket"] = Body().outline(cloth("horse_blanket"), 0.006)
    return b


def eagle(time_s: float, spread: float | None = None) -> Body:
    """An eagle that soars, from below; width 2, around its middle. `spread` 0.7 to 1."""
    b = Body()
    wide = 0.94 + 0.06 * float(np.sin(time_s * 1.3)) if spread is None else spread
    b.limb((0.0, -0.17), (0.0, 0.14), 0.075, 0.060, 0.02)
    b.limb((0.0, -0.20), (0.012, -0.262), 0.046, 0.020, 0.01)
    for side in (-1, 1):
        wing = cloth("eagle_wing") * (side * wide * 0.94, 0.78) - (0.0, 0.02)
        b.outline(wing, 0.015)
        for tip_x, tip_y in ((0.950, -0.345), (1.050, -0.255), (1.090, -0.150), (1.060, -0.045),
                             (0.960, 0.045)):  # fmt: skip
            root = (side * wide * 0.70, -0.115 + 0.5 * (tip_y + 0.12))
            b.limb(root, (side * wide * tip_x, tip_y), 0.030, 0.008, 0.003)
    for turn in np.linspace(-0.42, 0.42, 7):
        tip = (0.26 * float(np.sin(turn)), 0.12 + 0.26 * float(np.cos(turn)))
        b.limb((0.0, 0.10), tip, 0.034, 0.022, 0.008)
    return b


def butterfly(time_s: float) -> Body:
    """A butterfly whose wings beat, from above; height 1 around its middle. Part `wings`."""
    b = Body()
    open_ = 0.46 + 0.54 * abs(float(np.cos(time_s * 3.4)))
    wings = Body()
    for side in (-1, 1):
        for name in ("butterfly_fore", "butterfly_hind"):
            wings.outline(cloth(name) * (side * open_, 1), 0.01)
    b.add(wings)
    b.limb((0.0, -0.19), (0.0, 0.24), 0.030, 0.014, 0.01).limb((0.0, -0.22), (0.0, -0.24), 0.030)
    u = np.linspace(0, 1, 8)
    for side in (-1, 1):
        line = np.stack([side * (0.02 + 0.13 * u**1.4), -0.24 - 0.22 * u**0.8], 1)
        b.chain(line, 0.008, 0.005, 0.002).limb(line[-1], line[-1], 0.013)
    veins = Body()
    for side in (-1, 1):
        for x, y in ((0.40, -0.40), (0.47, -0.26), (0.44, -0.12), (0.34, 0.22), (0.22, 0.33)):
            veins.limb((side * 0.03 * open_, -0.06), (side * x * open_, y), 0.004, 0.007, 0.001)
    b.parts.update(wings=wings, veins=veins)
    return b


def whale(time_s: float) -> Body:
    """A whale from the side, its tail lifted; 1.2 long around its middle."""
    b = Body().outline(cloth("whale"), 0.012)
    beat = 0.03 * float(np.sin(time_s * 1.2))
    b.outline(cloth("whale_fin") + np.array((0.0, beat)), 0.02)
    lines = Body()
    for k in range(5):  # furrows of the throat
        y = 0.022 + 0.014 * k
        lines.limb((0.46 - 0.03 * k, y - 0.012), (0.16, y + 0.012), 0.0022, 0.0008, 0.001)
    b.parts["lines"] = lines
    return b


def swan(time_s: float) -> Body:
    """A swan on water, height 1 over the water line."""
    b = Body().outline(cloth("swan"), 0.02)
    nod = 0.008 * float(np.sin(time_s * 1.3))
    u = np.linspace(0, 1, 32)
    x = 0.37 + 0.17 * np.sin(u * 3.1) - 0.19 * np.sin(np.clip(u - 0.45, 0, 1) * 4.6) + nod * u
    b.chain(np.stack([x, -0.17 - 0.76 * u], 1), 0.080, 0.036, 0.012)
    head = float(x[-1])
    b.limb((head + 0.012, -0.935), (head + 0.075, -0.915), 0.050, 0.036, 0.02)
    beak = Body().limb((head + 0.10, -0.905), (head + 0.205, -0.860), 0.028, 0.012, 0.01)
    b.add(beak)
    b.parts["beak"] = beak
    return b
