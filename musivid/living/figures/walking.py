"""People who walk to the right, seen from the side: the hip rides on the foot that stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from musivid.living.figures.body import Body, beside
from musivid.living.figures.people import scarf

__all__ = ["couple", "stride_legs", "walker"]

Vector = NDArray[np.float64]
Leg = tuple[Vector, Vector, Vector, Vector]

_ARM = 0.312  # from the shoulder to the wrist
_HER_SIZE, _APART = 0.93, 0.33
_JOIN = (0.165, -0.455)  # where their hands meet
# Radius, share of the length, phase of locks of hair.
_LOCKS = ((1.0, 0.030, 0.0), (0.80, 0.030, 0.7), (1.12, 0.022, 1.5), (0.92, 0.022, 2.4),
          (1.20, 0.016, 3.3), (0.70, 0.026, 4.0))  # fmt: skip


def _bump(phase: float, at: float, wide: float) -> float:
    d = (phase - at + 0.5) % 1 - 0.5
    return float(np.exp(-((d / wide) ** 2)))


def _angles(phase: float, stride: float) -> tuple[float, float, float]:
    """Thigh, knee and foot at a phase of the stride (0: the heel strikes), radians."""
    thigh = stride * np.cos(2 * np.pi * phase) + 3 + 6 * _bump(phase, 0.85, 0.12)
    knee = 4 + 13 * _bump(phase, 0.14, 0.10) + 2.3 * stride * _bump(phase, 0.72, 0.13)
    foot = 16 * _bump(phase, 0.0, 0.06) - 34 * _bump(phase, 0.60, 0.09)
    foot -= 6 * _bump(phase, 0.75, 0.1)
    return float(np.radians(thigh)), float(np.radians(knee)), float(np.radians(foot))


def stride_legs(phase: float, stride: float = 24.0) -> tuple[list[Leg], float]:
    """Knee, ankle, heel and toe of both legs from the hip, and the hip's height over the ground.

    Args:
        phase: of the stride, two steps a turn.
        stride: degrees that the thigh swings.
    """
    legs = []
    for own in (phase % 1, (phase + 0.5) % 1):
        thigh, bend, turn = _angles(own, stride)
        knee = np.array([np.sin(thigh), np.cos(thigh)]) * 0.245
        shin = thigh - bend
        ankle = knee + np.array([np.sin(shin), np.cos(shin)]) * 0.235
        c = shin * 0.5 + turn
        toe = ankle + np.array([np.cos(c) * 0.115 - 0.012, 0.032 - np.sin(c) * 0.09])
        heel = ankle + np.array([-0.028 * np.cos(c), 0.030 + 0.02 * np.sin(c)])
        legs.append((knee, ankle, heel, toe))
    low = max(max(heel[1], toe[1]) for _, _, heel, toe in legs)
    return legs, float(low) + 0.012


def walker(
    phase: float,
    time_s: float,
    *,
    woman: bool = False,
    wind: float = 0.0,
    hand: Sequence[float] | None = None,
    stride: float = 23.0,
) -> Body:
    """Someone who walks.

    Args:
        phase: of the stride.
        time_s: clock of hair and cloth.
        woman: in a summer dress with long hair; else in a loose jacket.
        wind: from ahead, 0 to 1.
        hand: where one hand is held.
        stride: degrees that the thigh swings.
    """
    b = Body()
    (near, far), up = stride_legs(phase, stride)
    hip = np.array([0.0, -up])
    neck = hip + np.array([0.016, -0.3096])
    head = neck + np.array([0.022, -0.085])
    legs, trunk, skin = Body(), Body(), Body()
    for leg in (far, near):
        _leg(legs, hip, leg, 0.86 if woman else 1.0)
    _trunk(trunk, hip, neck, woman)
    _head(skin, neck, head, woman)
    shoulder = beside(neck, 0.0, 0.045)
    far_arm, far_hand = _arm(shoulder, phase + 0.5, stride, hand)
    arm, near_hand = _arm(shoulder, phase, stride, None)
    skin.add(far_hand).add(near_hand)
    if woman:
        b.add(trunk).worn(skin=skin.add(legs).add(far_arm).add(arm), arm=arm.add(near_hand))
    else:
        b.worn(legs=legs, coat=trunk.add(far_arm).add(arm), skin=skin)
    if woman:
        knees = hip[0] + near[0][0], hip[0] + far[0][0]
        _dress(b, (hip, neck), knees, wind, 0.03 * float(np.sin(time_s * 5.0)))
        _locks(b, head, time_s, wind)
    else:
        _jacket(b, (hip, neck, head), time_s, wind)
    return b


def _leg(b: Body, hip: Vector, leg: Leg, full: float) -> None:
    knee, ankle, heel, toe = (hip + part for part in leg)
    calf = beside(knee * 0.45 + ankle * 0.55, -0.008, 0)
    b.limb(beside(hip, 0, 0.01), knee, 0.058, 0.040 * full, 0.02)
    b.limb(knee, calf, 0.037 * full, 0.036 * full, 0.01)
    b.limb(calf, ankle, 0.034 * full, 0.020, 0.01)
    b.limb(heel, toe, 0.016, 0.012, 0.014)
    b.limb(ankle, beside(heel * 0.4 + toe * 0.6, 0, -0.006), 0.019, 0.013, 0.012)


def _trunk(b: Body, hip: Vector, neck: Vector, woman: bool) -> None:
    b.limb(beside(hip, -0.004, 0.0), beside(hip, 0.004, -0.09), 0.064, 0.054, 0.03)
    b.limb(
        beside(hip, 0.004, -0.09),
        beside(neck, 0.002, 0.085),
        0.052,
        0.058 if woman else 0.068,
        0.03,
    )
    chest = 0.050 if woman else 0.060
    b.limb(beside(neck, 0.004, 0.07), beside(neck, 0.004, 0.03), chest, 0.040, 0.03)


def _head(b: Body, neck: Vector, head: Vector, woman: bool) -> None:
    throat = 0.025 if woman else 0.030
    b.limb(beside(neck, 0.004, 0.03), beside(head, -0.008, 0.03), throat, 0.026, 0.02)
    b.limb(beside(head, -0.008, -0.012), beside(head, 0.006, 0.018), 0.055, 0.046, 0.02)
    b.limb(beside(head, 0.02, 0.03), beside(head, 0.034, 0.034), 0.026, 0.021, 0.015)  # jaw
    b.limb(beside(head, 0.050, 0.006), beside(head, 0.058, 0.012), 0.008, 0.006, 0.012)  # nose


def _arm(
    shoulder: Vector, phase: float, stride: float, held: Sequence[float] | None
) -> tuple[Body, Body]:
    """An arm that swings, or one whose hand is held; and its hand."""
    if held is None:
        a = np.radians(2 - 0.95 * stride * np.cos(2 * np.pi * phase))
        e = a + np.radians(16 + 10 * np.sin(2 * np.pi * phase))
        elbow = shoulder + np.array([np.sin(a), np.cos(a)]) * 0.165
        wrist = elbow + np.array([np.sin(e), np.cos(e)]) * 0.15
    else:
        d = np.asarray(held, np.float64) - shoulder
        reach = min(float(np.hypot(*d)), _ARM)
        d = d / np.hypot(*d)
        wrist = shoulder + d * reach
        bend = np.array([d[1], -d[0]]) * np.sqrt(max(0.16**2 - (reach / 2) ** 2, 0))
        elbow = shoulder + d * reach / 2 + bend
        if elbow[1] <= shoulder[1]:
            elbow = shoulder + d * reach / 2 - bend
    arm = Body().limb(shoulder, elbow, 0.034, 0.026, 0.012).limb(elbow, wrist, 0.025, 0.017, 0.008)
    return arm, Body().limb(wrist, wrist + (wrist - elbow) * 0.25, 0.018, 0.013, 0.008)


def _dress(
    b: Body, joints: tuple[Vector, Vector], knees: tuple[float, float], wind: float, flap: float
) -> None:
    hip, neck = joints
    front, back = max(knees) + 0.05, min(knees) - 0.07 - 0.10 * wind
    hem = float(hip[1]) + 0.27
    points = np.array(
        [
            beside(neck, -0.055, 0.10), beside(hip, -0.055, -0.10), beside(hip, -0.085, 0.02),
            (back * 0.7, hem - 0.10), (back - 0.02, hem - 0.02 + flap),
            (back * 0.45, hem + 0.012 - flap * 0.5), (0.3 * front, hem + 0.015),
            (front, hem - 0.005), (front * 0.8, hem - 0.14), beside(hip, 0.072, 0.0),
            beside(hip, 0.05, -0.10), beside(neck, 0.065, 0.11),
        ]
    )  # fmt: skip
    b.worn(dress=Body().outline(points, 0.02))


def _locks(b: Body, head: Vector, time_s: float, wind: float) -> None:
    """Long hair that the wind carries behind her."""
    u, hair = np.linspace(0, 1, 7), Body()
    hair.limb(beside(head, -0.016, -0.018), beside(head, -0.01, 0.0), 0.058, 0.05, 0.02)
    for share, radius, off in _LOCKS:
        wave = np.sin(time_s * 4.5 - u * 4 + off)
        x = head[0] - 0.045 - (0.05 + 0.24 * wind) * share * u**1.3 + 0.02 * u * wave
        fall = (0.27 - 0.15 * wind + 0.05 * np.sin(off * 1.3)) * share
        y = head[1] - 0.02 + 0.012 * np.sin(off * 2) * (1 - u) + fall * u
        y = y + 0.026 * u * np.sin(time_s * 5.5 - u * 5 + off)
        hair.chain(np.stack([x, y], 1), radius, 0.003, 0.010)
    b.worn(hair=hair)


def _jacket(b: Body, joints: tuple[Vector, Vector, Vector], time_s: float, wind: float) -> None:
    hip, neck, head = joints
    hair = Body()
    hair.limb(beside(head, -0.022, -0.016), beside(head, 0.014, -0.034), 0.060, 0.050, 0.015)
    hair.limb(beside(head, 0.02, -0.045), beside(head, 0.052, -0.036), 0.034, 0.012, 0.02)
    hair.limb(beside(head, -0.04, 0.0), beside(head, -0.05, 0.03), 0.03, 0.016, 0.02)
    sway = 0.006 * float(np.sin(time_s * 5))
    tuft = beside(head, -0.072 - 0.012 * wind, -0.012 + sway)
    hair.limb(beside(head, -0.055, -0.02), tuft, 0.024, 0.008, 0.03)
    b.parts["scarf"] = scarf(beside(neck, 0.006, -0.010), time_s, 0.55 + 0.45 * wind)
    points = [
        beside(neck, -0.066, 0.06), beside(hip, -0.070, -0.08),
        beside(hip, -0.085 - 0.02 * wind, 0.055), beside(hip, 0.0, 0.07), beside(hip, 0.072, 0.05),
        beside(hip, 0.062, -0.10), beside(neck, 0.06, 0.07), beside(neck, 0, 0.01),
    ]  # fmt: skip
    b.worn(coat=Body().outline(points, 0.015), hair=hair)


def couple(phase: float, time_s: float, wind: float = 0.5) -> Body:
    """Two who walk hand in hand; her dress is the part `dress`."""
    x, y = _JOIN[0], _JOIN[1] + 0.012 * float(np.sin(4 * np.pi * phase))
    hers = ((x - _APART) / _HER_SIZE, y / _HER_SIZE)
    b = Body()
    b.add(walker(phase + 0.04, time_s, hand=(x, y), wind=wind))
    woman = walker(phase + 0.52, time_s, woman=True, hand=hers, wind=wind, stride=22.0)
    return b.add(woman, (_APART, 0.0), _HER_SIZE)
