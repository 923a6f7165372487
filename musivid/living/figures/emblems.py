"""Trees, flowers, hearts, angels; a dancer and a child from behind; height 1."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from musivid.core.seeds import dice
from musivid.living.figures.body import Body, beside
from musivid.living.figures.outlines import cloth

__all__ = ["angel", "child", "dancer", "flower", "heart", "tree"]


@lru_cache(maxsize=4)
def _branches(seed: int) -> tuple[tuple[float, ...], ...]:
    """Branches of a tree: ends, radii, and how near the tip each is."""
    rng, rows = dice(seed), []
    stack = [(0.0, 0.0, 0.0, 0.24, 0.040, 0)]
    while stack:
        x, y, turn, long, thick, depth = stack.pop()
        end_x, end_y = x + long * np.sin(turn), y - long * np.cos(turn)
        rows.append((x, y, end_x, end_y, thick, thick * 0.68, depth))
        if depth < 5:
            spread = 0.42 + 0.10 * rng.random()
            for way in (-1, 1) if depth else (-1, 0.15, 1):
                bend = turn * 0.85 + way * spread * (0.8 + 0.4 * rng.random())
                part = long * (0.70 + 0.14 * rng.random())
                stack.append((float(end_x), float(end_y), bend, part, thick * 0.64, depth + 1))
    return tuple(rows)


def tree(time_s: float, seed: int = 3) -> Body:
    """A tree alone, its crown in leaf, that sways."""
    b, rng = Body(), dice(seed + 1)
    for x, y, ex, ey, ra, rb, depth in _branches(seed):
        sway = 0.006 * depth * float(np.sin(time_s * 1.3 + depth))
        b.limb((x + sway * y * -0.9, y), (ex + sway * ey * -0.9, ey), ra, rb, 0.012)
        if depth >= 3:
            for _ in range(4 if depth > 3 else 2):
                dx, dy = rng.normal(0, 0.030, 2)
                r = float(rng.uniform(0.010, 0.030))
                at = (ex + dx + sway * ey * -0.9, ey + dy)
                b.limb(at, at, r, r, 0.004)
    b.limb((-0.085, 0.0), (0.0, -0.10), 0.006, 0.034, 0.03)
    return b.limb((0.085, 0.0), (0.0, -0.10), 0.006, 0.034, 0.03)


def flower(time_s: float, open_: float = 1.0) -> Body:
    """A flower on its stem; part `petals`, part `heart` in their middle; `open_` 0.2 to 1."""
    sway = 0.020 * float(np.sin(time_s * 1.2))
    u = np.linspace(0, 1, 10)
    b = Body().chain(np.stack([0.05 * np.sin(u * 2.2) + sway * u**2, -0.74 * u], 1), 0.016, 0.012)
    top = np.array((0.05 * np.sin(2.2) + sway, -0.76))
    for side, y in ((-1, -0.22), (1, -0.36)):
        leaf = np.array([(0.0, 0.0), (0.09, -0.09), (0.22, -0.13), (0.15, -0.03), (0.06, 0.02)])
        b.outline(leaf * (side, 1) + (0.03, y), 0.006)
    petals = Body()
    for turn in np.linspace(0, 2 * np.pi, 8, endpoint=False):
        out = np.array((np.sin(turn), -np.cos(turn)))
        across = np.array((-out[1], out[0]))
        wide = 0.055 + 0.025 * open_
        line = [out * 0.04, out * 0.12 + across * wide, out * 0.215 + across * 0.03,
                out * 0.225, out * 0.215 - across * 0.03, out * 0.12 - across * wide]  # fmt: skip
        petals.outline(np.array(line) * (0.35 + 0.65 * open_) + top, 0.003)
    b.add(petals)
    heart_ = Body().limb(top, top, 0.062, 0.062, 0.01)
    b.add(heart_)
    b.parts.update(petals=petals, heart=heart_)
    return b


def heart(time_s: float, beat: float = 0.0) -> Body:
    """A heart that beats, around its middle: part `heart`."""
    del time_s
    t = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    x = 16 * np.sin(t) ** 3
    y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t))
    line = np.stack([x, y + 2.5], 1) * (0.0290 * (1 + 0.06 * beat))
    return Body().worn(heart=Body().outline(line, 0.004, 1))


def angel(time_s: float, breath: float = 0.0) -> Body:
    """An angel from behind, its wings half spread; part `gown`."""
    b = Body()
    spread = 1.0 + 0.03 * breath
    for side in (-1, 1):
        b.outline(cloth("angel_wing") * (side * spread, 1), 0.01)
        for k in range(11):  # feathers along the lower edge
            x, y = 0.110 + 0.045 * k, -0.400 - 0.0012 * k - 0.0048 * k**2
            tip = (side * spread * (x + 0.045), y + 0.135 + 0.010 * k)
            b.limb((side * spread * (x - 0.01), y - 0.05), tip, 0.046, 0.020, 0.003)
    gown = Body().outline(cloth("gown", time_s, 0.25), 0.01)
    b.add(gown)
    b.limb((0.0, -0.845), (0.0, -0.80), 0.024, 0.028, 0.01)
    b.limb((0.0, -0.890), (0.0, -0.870), 0.046, 0.042, 0.01)
    b.limb((0.0, -0.900), (0.0, -0.800), 0.046, 0.026, 0.01)
    turns = np.linspace(0, 2 * np.pi, 21)
    halo = Body().chain(np.stack([0.058 * np.cos(turns), -0.975 + 0.014 * np.sin(turns)], 1),
                        0.0045, 0.0045, 0.001)  # fmt: skip
    b.add(halo)
    b.parts.update(gown=gown, halo=halo)
    return b


def child(time_s: float, wind: float = 0.3) -> Body:
    """A child from behind that holds a balloon on a string; part `balloon`."""
    b, legs, skin, hair = Body(), Body(), Body(), Body()
    for side in (-1, 1):
        x = side * 0.042
        legs.limb((x, -0.22), (x * 1.05, -0.05), 0.032, 0.024, 0.006)
        legs.limb((x - 0.006, -0.018), (x + side * 0.026, -0.013), 0.021, 0.016, 0.008)
    coat = Body().outline(cloth("child_coat", time_s, wind), 0.01)
    coat.limb((-0.092, -0.520), (-0.132, -0.345), 0.034, 0.025, 0.015)
    coat.limb((0.092, -0.520), (0.165, -0.420), 0.034, 0.027, 0.015)
    coat.limb((0.165, -0.420), (0.194, -0.506), 0.026, 0.020, 0.010)
    skin.limb((0.196, -0.512), (0.198, -0.522), 0.018, 0.018, 0.010)
    skin.limb((-0.134, -0.335), (-0.134, -0.322), 0.020, 0.018, 0.010)
    skin.limb((0.0, -0.575), (0.0, -0.63), 0.034, 0.034, 0.01)
    hair.limb((0.0, -0.705), (0.0, -0.680), 0.088, 0.080, 0.01)
    for side in (-1, 1):  # bunches of hair
        sway = 0.012 * float(np.sin(time_s * 3.0 + side))
        line = [(side * 0.070, -0.660), (side * 0.100, -0.625), (side * 0.096 - sway, -0.545)]
        hair.chain(line, 0.026, 0.011, 0.008)
    b.worn(skin=skin, legs=legs, coat=coat, hair=hair)
    u = np.linspace(0, 1, 12)
    drift = -0.10 * wind + 0.020 * float(np.sin(time_s * 1.4))
    string = np.stack([0.198 + drift * u**1.5, -0.520 - 0.50 * u], 1)
    b.chain(string, 0.0045, 0.0035, 0.001)
    top = string[-1]
    ball = Body().limb(beside(top, 0.0, -0.085), beside(top, 0.0, -0.140), 0.098, 0.108, 0.02)
    ball.limb(top, beside(top, 0.0, -0.02), 0.012, 0.022, 0.02)
    b.add(ball)
    b.parts["balloon"] = ball
    return b


def dancer(phase: float, time_s: float) -> Body:
    """A dancer on the tip of one foot, the other leg behind her; part `skirt`.

    Args:
        phase: of the dance; a turn is a bar.
        time_s: clock of the cloth.
    """
    b, skin, swing = Body(), Body(), float(np.sin(2 * np.pi * phase))
    lean = 0.10 + 0.05 * swing
    hip = np.array((0.0, -0.50))
    neck = beside(hip, 0.30 * np.sin(lean), -0.30 * np.cos(lean))
    skin.limb(hip, (0.006, -0.27), 0.047, 0.030, 0.02).limb(
        (0.006, -0.27), (0.0, -0.07), 0.029, 0.016
    )
    skin.limb((0.0, -0.07), (0.002, -0.004), 0.016, 0.008, 0.006)
    turn = -1.50 - 0.18 * swing
    knee = hip + np.array((np.sin(turn), np.cos(turn))) * 0.235
    toe = knee + np.array((np.sin(turn - 0.22), np.cos(turn - 0.22))) * 0.225
    skin.limb(hip, knee, 0.046, 0.028, 0.02).limb(knee, toe, 0.027, 0.014, 0.01)
    skin.limb(toe, beside(toe, -0.055, -0.012), 0.013, 0.006, 0.006)
    top = Body().limb(hip, hip + (neck - hip) * 0.45, 0.052, 0.038, 0.02)
    top.limb(hip + (neck - hip) * 0.45, hip + (neck - hip) * 0.86, 0.038, 0.048, 0.02)
    skin.limb(beside(neck, 0.0, 0.03), beside(neck, 0.010, -0.055), 0.022, 0.019, 0.015)
    head = beside(neck, 0.022, -0.098)
    skin.limb(beside(head, -0.006, -0.010), beside(head, 0.008, 0.012), 0.043, 0.036, 0.01)
    hair = Body().limb(beside(head, -0.040, -0.040), beside(head, -0.040, -0.040), 0.026)
    hair.limb(beside(head, -0.016, -0.018), beside(head, -0.006, -0.020), 0.041, 0.036, 0.01)
    shoulder = beside(neck, 0.004, 0.045)
    fore = beside(shoulder, 0.135, -0.055 - 0.02 * swing)
    skin.limb(shoulder, fore, 0.023, 0.018, 0.012)
    skin.limb(fore, beside(fore, 0.125, -0.090), 0.017, 0.009, 0.010)
    up = beside(shoulder, -0.105, -0.125)
    skin.limb(shoulder, up, 0.023, 0.018, 0.012).limb(
        up, beside(up, 0.070, -0.150), 0.017, 0.009, 0.010
    )
    flap = 0.014 * float(np.sin(time_s * 4.0))
    skirt = Body().outline(
        [(0.052, -0.575), (0.120, -0.515 + flap), (0.195, -0.430 + flap), (0.095, -0.408),
         (-0.020, -0.398 - flap), (-0.150, -0.430), (-0.235, -0.520 - flap), (-0.130, -0.560),
         (-0.048, -0.585)], 0.02,
    )  # fmt: skip
    return b.worn(skin=skin, coat=top, skirt=skirt, hair=hair)
