"""People who sit on logs around a fire: small from the side, two from behind."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from musivid.living.figures.body import Body, beside

__all__ = ["Head", "embraced", "seated"]

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

    Returns:
        The body; `coat`, `sleeve`, `skin` and `hair` are parts.
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
    b.worn(coat=Body().outline(coat, 0.015))
    b.limb(hip, beside(middle, 0.005, 0), 0.070, 0.060, 0.03)
    b.limb(beside(middle, 0.005, 0), beside(neck, -0.012, 0.075), 0.060, 0.064, 0.03)
    b.limb(beside(neck, -0.01, 0.06), neck, 0.058, 0.036, 0.03)
    b.limb(beside(neck, -0.055, 0.022), beside(neck, 0.020, 0.020), 0.045, 0.040)  # collar
    face, worn = Body().limb(neck, beside(skull, -0.008, 0.035), 0.032, 0.028), Body()
    face.limb(beside(skull, -0.008, -0.012), beside(skull, 0.006, 0.018), 0.056, 0.047)
    face.limb(beside(skull, 0.02, 0.03), beside(skull, 0.034, 0.036), 0.026, 0.020, 0.015)
    face.limb(beside(skull, 0.050, 0.006), beside(skull, 0.059, 0.013), 0.008, 0.006, 0.012)
    _wear(worn, head, skull, neck, time_s)
    b.worn(skin=face, hair=worn)
    shoulder = beside(neck, -0.008, 0.05)
    if strum is not None:
        return _guitar(b, hip, shoulder, strum)
    hand = beside(hip, 0.235 + 0.12 * reach, -0.085 - 0.085 * reach + 0.004 * breath)
    sleeves = Body()
    for dx, dy in ((0.0, 0.0), (0.035, 0.018)):
        wrist = beside(hand, dx, dy)
        elbow = beside((shoulder + wrist) / 2, -0.02, 0.075 - 0.03 * reach)
        sleeves.limb(shoulder, elbow, 0.048, 0.040, 0.015).limb(elbow, wrist, 0.039, 0.027, 0.008)
        b.limb(wrist, beside(wrist, 0.040, -0.01 - 0.012 * reach), 0.019, 0.010, 0.008)
    return b.worn(sleeve=sleeves)


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


def embraced(time_s: float, breath: float = 0.0, nod: float = 0.0) -> Body:
    """Two who sit close on a log, from behind, his arm round her; the log's top is at 0.

    Args:
        time_s: clock of her hair.
        breath: -1..1.
        nod: 1 when her head lies on his shoulder.

    Returns:
        The body, heads at -0.7; her coat is the part `cloak`.
    """
    b, up = Body(), 0.004 * breath
    his = Body().outline(_coat_behind(0.132, (0.128, 0.104, 0.122), -0.500 - up), 0.008)
    hers = Body().outline(_coat_behind(-0.112, (0.096, 0.076, 0.112), -0.440 - up), 0.008)
    x, y = 0.128 - 0.010 * nod, -0.612 - up
    skin = Body().limb((0.132, -0.49), (x, y + 0.050), 0.040, 0.038)
    skin.limb((x, y - 0.012), (x, y + 0.026), 0.062, 0.054, 0.012)
    for side in (-1, 1):
        skin.limb((x + side * 0.064, y + 0.004), (x + side * 0.062, y + 0.022), 0.011, 0.008, 0.004)
    hair = Body().limb((x - 0.006, y - 0.036), (x + 0.006, y - 0.036), 0.060, 0.060, 0.012)
    hair.limb((x - 0.004, y - 0.006), (x + 0.004, y + 0.016), 0.057, 0.046, 0.010)
    for k in range(4):  # tousled a little
        at = x + 0.022 * (k - 1.5)
        hair.limb((at, y - 0.072), (at + 0.016, y - 0.092 + 0.006 * (k % 2)), 0.024, 0.012, 0.016)
    x, y = -0.092 + 0.062 * nod, -0.548 - up + 0.020 * nod
    hair.limb((x + 0.004 + 0.010 * nod, y - 0.020), (x - 0.008, y + 0.022), 0.062, 0.058, 0.015)
    u = np.linspace(0, 1, 9)
    for k in range(9):
        off = (k / 8 - 0.5) * 0.108
        line = x - 0.004 + off * (1 + 0.20 * u) - 0.030 * nod * u
        line = line + 0.006 * u * np.sin(time_s * 2.2 + k)
        long = 0.225 + 0.020 * np.sin(k * 2.3)
        hair.chain(np.stack([line, y + long * u], 1), 0.024, 0.005, 0.008)
    arm = Body().limb((0.030, -0.430 - up), (-0.075, -0.355 - up), 0.042, 0.036, 0.02)
    arm.limb((-0.075, -0.355 - up), (-0.176, -0.335 - up), 0.035, 0.027, 0.008)
    skin.limb((-0.182, -0.333 - up), (-0.204, -0.318 - up), 0.022, 0.015, 0.006)
    for side, body in ((1, his), (-1, hers)):  # the arm on the far side hangs to the knee
        shoulder = (side * (0.235 if side > 0 else 0.188), -0.385 - up)
        elbow = (side * (0.262 if side > 0 else 0.212), -0.205)
        body.limb(shoulder, elbow, 0.040, 0.033, 0.02)
        body.limb(elbow, (side * 0.205 if side > 0 else -0.168, -0.095), 0.032, 0.026, 0.01)
    b.worn(coat=his.add(arm), cloak=hers, skin=skin, hair=hair)
    b.parts["over"] = arm  # over her back and hair
    return b


def _coat_behind(x: float, half: tuple[float, float, float], top: float) -> NDArray[np.float64]:
    """The outline of a coat of someone who sits at x, from behind.

    Args:
        x: the middle.
        half: half widths of shoulders, waist and hip.
        top: where the collar is.
    """
    shoulder, waist, hip = half
    right = np.array([
        (0.040, top), (0.066, top + 0.020), (shoulder - 0.020, top + 0.048),
        (shoulder, top + 0.095), (waist + 0.014, top + 0.22), (waist, -0.165), (hip, -0.055),
        (hip + 0.012, 0.010), (hip - 0.012, 0.040),
    ])  # fmt: skip
    both = np.concatenate([right, right[::-1] * (-1, 1)])
    return np.asarray(both + np.array((x, 0.0)), np.float64)
