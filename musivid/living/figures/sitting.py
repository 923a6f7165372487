"""People who sit on logs around a fire: small from the side, two under a blanket from behind."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from musivid.living.figures.body import Body, beside
from musivid.living.figures.outlines import cloth

__all__ = ["Head", "seated", "under_blanket"]

Head = Literal["hood", "hat", "beanie", "ponytail"]
Vector = NDArray[np.float64]


def seated(
    time_s: float,
    head: Head,
    *,
    breath: float = 0.0,
    reach: float = 0.0,
    lean: float = 12.0,
    strum: float | None = None,
) -> Body:
    """Someone who sits and looks to the right; standing height 1, the seat is at -0.24.

    Args:
        time_s: clock of the hair.
        head: what the head wears.
        breath: -1..1.
        reach: 1 holds the hands to the warmth.
        lean: degrees forward.
        strum: -1..1, plays a guitar; then `guitar`, `hole` and `arms` are parts.
    """
    b, a = Body(), np.radians(lean)
    hip = np.array([0.0, -0.285])
    up = 0.31 + 0.005 * breath
    neck = hip + np.array([np.sin(a), -np.cos(a)]) * up
    middle = beside(hip, float(np.sin(a * 0.4)) * 0.15 - 0.02, -float(np.cos(a)) * 0.15)
    skull = beside(neck, 0.038, -0.085)
    for dx, dy in ((0.0, 0.0), (0.035, 0.012)):
        _bent_leg(b, hip, dx, dy)
    coat = [
        beside(neck, -0.045, 0.004), beside(neck, -0.092, 0.060), beside(middle, -0.108, -0.02),
        beside(hip, -0.112, -0.02), beside(hip, -0.095, 0.055), beside(hip, 0.02, 0.075),
        beside(hip, 0.105, 0.035), beside(hip, 0.088, -0.055), beside(middle, 0.092, 0.0),
        beside(neck, 0.066, 0.105), beside(neck, 0.046, 0.025),
    ]  # fmt: skip
    b.outline(coat, 0.015)
    b.limb(hip, beside(middle, 0.005, 0), 0.070, 0.060, 0.03)
    b.limb(beside(middle, 0.005, 0), beside(neck, -0.012, 0.075), 0.060, 0.064, 0.03)
    b.limb(beside(neck, -0.01, 0.06), neck, 0.058, 0.036, 0.03)
    b.limb(beside(neck, -0.055, 0.022), beside(neck, 0.020, 0.020), 0.045, 0.040)  # collar
    b.limb(neck, beside(skull, -0.008, 0.035), 0.032, 0.028)
    b.limb(beside(skull, -0.008, -0.012), beside(skull, 0.006, 0.018), 0.056, 0.047)
    b.limb(beside(skull, 0.02, 0.03), beside(skull, 0.034, 0.036), 0.026, 0.020, 0.015)
    b.limb(beside(skull, 0.050, 0.006), beside(skull, 0.059, 0.013), 0.008, 0.006, 0.012)
    _wear(b, head, skull, neck, time_s)
    shoulder = beside(neck, -0.008, 0.05)
    if strum is not None:
        return _guitar(b, hip, shoulder, strum)
    hand = beside(hip, 0.235 + 0.12 * reach, -0.085 - 0.085 * reach + 0.004 * breath)
    for dx, dy in ((0.0, 0.0), (0.035, 0.018)):
        wrist = beside(hand, dx, dy)
        elbow = beside((shoulder + wrist) / 2, -0.02, 0.075 - 0.03 * reach)
        b.limb(shoulder, elbow, 0.048, 0.040, 0.015).limb(elbow, wrist, 0.039, 0.027, 0.008)
        b.limb(wrist, beside(wrist, 0.040, -0.01 - 0.012 * reach), 0.019, 0.010, 0.008)
    return b


def _bent_leg(b: Body, hip: Vector, dx: float, dy: float) -> None:
    knee = beside(hip, 0.225 + dx, -0.055 + dy)
    ankle = np.array([0.225 + dx * 2.2, -0.045])
    calf = beside((ankle + knee) / 2, -0.010, 0)
    b.limb(beside(hip, 0, 0.005), knee, 0.068, 0.046).limb(knee, calf, 0.043, 0.038, 0.010)
    b.limb(calf, beside(ankle, 0, -0.022), 0.037, 0.027, 0.010)
    b.limb(beside(ankle, -0.002, -0.030), beside(ankle, -0.002, 0.0), 0.030, 0.028, 0.006)
    b.limb(beside(ankle, -0.012, 0.020), beside(ankle, 0.085, 0.026), 0.024, 0.017, 0.010)


def _wear(b: Body, head: Head, skull: Vector, neck: Vector, time_s: float) -> None:
    """Hair or what covers it."""
    x, y = float(skull[0]), float(skull[1])
    if head == "hood":
        b.limb((x - 0.022, y - 0.014), (x - 0.03, y + 0.05), 0.064, 0.055, 0.03)
        b.limb((x - 0.03, y + 0.05), beside(neck, -0.04, 0.05), 0.052, 0.06, 0.03)
    elif head == "hat":
        b.limb((x - 0.105, y - 0.036), (x + 0.098, y - 0.052), 0.0125, 0.011, 0.004)
        b.limb((x - 0.042, y - 0.075), (x + 0.034, y - 0.082), 0.048, 0.044, 0.006)
        b.limb((x - 0.042, y + 0.008), (x - 0.05, y + 0.038), 0.03, 0.018)
    elif head == "beanie":
        b.limb((x - 0.048, y - 0.022), (x + 0.042, y - 0.034), 0.026, 0.025, 0.006)
        b.limb((x - 0.020, y - 0.052), (x + 0.010, y - 0.056), 0.056, 0.050, 0.008)
        b.limb((x - 0.024, y - 0.122), (x - 0.022, y - 0.124), 0.024, 0.024, 0.004)
    else:
        u = np.linspace(0, 1, 8)
        b.limb((x - 0.018, y - 0.018), (x - 0.012, y + 0.005), 0.058, 0.052)
        tail = x - 0.072 - 0.050 * u + 0.012 * u * np.sin(time_s * 2.2)
        b.chain(np.stack([tail, y - 0.045 + 0.20 * u**1.3], 1), 0.028, 0.004, 0.008)


def _guitar(b: Body, hip: Vector, shoulder: Vector, strum: float) -> Body:
    at = beside(hip, 0.085, -0.075)
    wood = Body()
    wood.limb(beside(at, -0.055, 0.022), beside(at, -0.045, 0.018), 0.086, 0.086, 0.004)
    wood.limb(beside(at, 0.055, -0.02), beside(at, 0.06, -0.022), 0.066, 0.066, 0.03)
    end = beside(at, 0.40, -0.15)
    wood.limb(at, end, 0.012, 0.011, 0.004).limb(
        end, beside(end, 0.05, -0.022), 0.018, 0.016, 0.006
    )
    arms, down = Body(), 0.055 * strum
    elbow, hand = beside(shoulder, 0.02 - 0.02 * strum, 0.17), beside(at, 0.005, -0.012 + down)
    arms.limb(shoulder, elbow, 0.048, 0.041, 0.015).limb(elbow, hand, 0.040, 0.027, 0.008)
    arms.limb(hand, beside(hand, 0.03, 0.012), 0.019, 0.012, 0.006)
    elbow, grip = beside(shoulder, 0.12, 0.135), beside(at, 0.27, -0.10)
    arms.limb(shoulder, elbow, 0.046, 0.038, 0.012)
    arms.limb(elbow, beside(grip, -0.022, 0.018), 0.037, 0.027, 0.008)
    arms.limb(beside(grip, -0.01, 0.012), beside(grip, 0.008, 0.002), 0.020, 0.015, 0.006)
    b.parts.update(guitar=wood, arms=arms)
    b.parts["hole"] = Body().limb(beside(at, 0.005, 0.0), beside(at, 0.007, 0.0), 0.023, 0.023)
    return b.add(wood).add(arms)


def under_blanket(time_s: float, breath: float = 0.0, nod: float = 0.0) -> Body:
    """Two who sit close under one blanket, from behind; the log's top is at 0, heads at -0.75.

    Args:
        time_s: clock of her hair.
        breath: -1..1.
        nod: 1 when her head lies on his shoulder.

    Returns:
        The body; `bands` and `folds` are drawn over it.
    """
    b, up = Body(), 0.004 * breath
    b.outline(cloth("blanket"), 0.01)
    x, y = 0.142 - 0.012 * nod, -0.605 - up
    b.limb((0.142, -0.49), (x, y + 0.05), 0.050, 0.044)
    b.limb((x, y - 0.008), (x, y + 0.030), 0.066, 0.058, 0.012)
    b.limb((x - 0.004, y - 0.040), (x + 0.004, y - 0.040), 0.063, 0.063, 0.012)
    b.limb((x - 0.016, y - 0.050), (x + 0.012, y - 0.058), 0.058, 0.054, 0.010)  # hair
    b.limb((x - 0.050, y - 0.010), (x - 0.052, y + 0.030), 0.030, 0.016, 0.010)
    for side in (-1, 1):
        b.limb((x + side * 0.066, y + 0.004), (x + side * 0.064, y + 0.022), 0.011, 0.008, 0.004)
    b.limb((0.095, -0.478 - up), (0.190, -0.478 - up), 0.040, 0.040)
    x, y = -0.082 + 0.055 * nod, -0.568 - up + 0.018 * nod
    b.limb((-0.105, -0.46), (x - 0.01, y + 0.05), 0.046, 0.040)
    b.limb((x + 0.004, y - 0.016), (x - 0.008, y + 0.022), 0.064, 0.062, 0.015)
    u = np.linspace(0, 1, 7)
    for k in range(7):  # long hair over the blanket
        off = (k / 6 - 0.5) * 0.10
        line = x - 0.006 + off * (1 + 0.25 * u) + 0.006 * u * np.sin(time_s * 2.6 + k)
        b.chain(np.stack([line, y + (0.19 + 0.02 * np.sin(k * 2.3)) * u], 1), 0.026, 0.006, 0.008)
    bands, u = Body(), np.linspace(-1, 1, 13)
    for high, radius in ((0.020, 0.010), (-0.012, 0.0045)):
        line = high + 0.008 * np.sin(u * 7) + 0.012 * u * u
        bands.chain(np.stack([0.282 * u, line], 1), radius, radius, 0.002)
    folds, u = Body(), np.linspace(0, 1, 8)
    for x0, y0, x1, y1 in cloth("blanket_folds").reshape(-1, 4):
        line = x0 + (x1 - x0) * u + 0.010 * np.sin(u * 4 + x0 * 30)
        folds.chain(np.stack([line, y0 + (y1 - y0) * u], 1), 0.0012, 0.0075, 0.003)
    b.parts.update(bands=bands, folds=folds)
    return b
