"""People who walk to the right, seen from the side: the hip rides on the foot that stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from musivid.living.figures.body import Body, beside
from musivid.living.figures.people import scarf

__all__ = ["STRIDE", "couple", "stride_legs", "walker"]

Vector = NDArray[np.float64]
Leg = tuple[Vector, Vector, Vector, Vector]

STRIDE = 0.74
"""How far somebody goes in a stride of two steps, in own heights."""

_ARM = 0.312  # from the shoulder to the wrist
_THIGH, _SHIN, _SOLE = 0.245, 0.238, 0.012
_HIP, _BOB = 0.5025, 0.0095  # height of the hip; how much lower it is when both feet stand
_ANKLE, _HEEL, _BALL, _TOES = 0.034, 0.030, 0.078, 0.028  # height of the ankle; parts of the foot
_FLAT, _RAISED, _OFF = 0.08, 0.36, 0.61  # shares of a stride: foot is flat, heel and toes leave
_STRUCK, _PUSHED = np.radians(19), np.radians(-58)  # pitch of the foot when it comes and goes
_HER_SIZE, _APART = 0.93, 0.33
_JOIN = (0.165, -0.455)  # where their hands meet
# Radius, share of the length, phase of locks of hair.
_LOCKS = ((1.0, 0.030, 0.0), (0.80, 0.030, 0.7), (1.12, 0.022, 1.5), (0.92, 0.022, 2.4),
          (1.20, 0.016, 3.3), (0.70, 0.026, 4.0))  # fmt: skip


def stride_legs(phase: float, stride: float = STRIDE) -> tuple[list[Leg], float]:
    """Knee, ankle, heel and toe of both legs from the hip, and the hip's height over the ground.

    A foot that stands goes back as fast as the body goes on, rolling over heel and ball; times of
    contact and pitch of the foot are those of walking at a natural pace in D. A. Winter,
    Biomechanics and Motor Control of Human Movement (4th ed., 2009), rounded.

    Args:
        phase: of the stride, two steps a turn; 0: a heel strikes.
        stride: how far the body goes in it, in heights.
    """
    hip = _HIP - _BOB * float(np.cos(4 * np.pi * phase)) * (stride / STRIDE) ** 2
    legs = []
    for own in (phase % 1, (phase + 0.5) % 1):
        ankle, pitch = _foot(own, stride)
        ankle = np.array((ankle[0], hip - ankle[1]))
        along = np.array((np.cos(pitch), -np.sin(pitch)))
        bent = along if pitch > 0 else np.array((1.0, 0.0))  # toes stay on the ground
        down = np.array((np.sin(pitch), np.cos(pitch))) * (_ANKLE - _SOLE)
        knee = _knee(ankle)
        legs.append(
            (knee, ankle, ankle - along * _HEEL + down, ankle + along * _BALL + down + bent * _TOES)
        )
    low = max(max(heel[1], toe[1]) for _, _, heel, toe in legs)
    return legs, float(low) + _SOLE


def _foot(phase: float, stride: float) -> tuple[Vector, float]:
    """The ankle, ahead of the hip and over the ground, and the pitch of the foot, toes up."""
    if phase <= _OFF:
        return _standing(phase, stride)
    share, span = (phase - _OFF) / (1 - _OFF), 1 - _OFF
    start, pitch = _standing(_OFF, stride)
    end, _ = _standing(0.0, stride)
    before = (start - _standing(_OFF - 0.01, stride)[0]) / 0.01 * span
    after = np.array((-stride * span, -0.02))
    a, b = 2 * share**3 - 3 * share**2 + 1, share**3 - 2 * share**2 + share
    c, d = 3 * share**2 - 2 * share**3, share**3 - share**2
    turn = min(share / 0.8, 1.0)
    turn = turn * turn * (3 - 2 * turn)
    ankle: Vector = a * start + b * before + c * end + d * after
    return ankle, float(pitch + (_STRUCK - pitch) * turn)


def _standing(phase: float, stride: float) -> tuple[Vector, float]:
    """The same of a foot that stands: it rolls over the heel, lies flat, rolls over the ball."""
    ahead = 0.212 * stride - stride * phase
    if phase < _FLAT:
        pitch = float(_STRUCK) * (1 - phase / _FLAT) ** 2
        pivot, arm = (ahead - _HEEL, 0.0), (_HEEL, _ANKLE)
    else:
        share = max(phase - _RAISED, 0.0) / (_OFF - _RAISED)
        pitch = float(_PUSHED) * share**1.7
        pivot, arm = (ahead + _BALL, 0.0), (-_BALL, _ANKLE)
    c, s = float(np.cos(pitch)), float(np.sin(pitch))
    return np.array((pivot[0] + arm[0] * c - arm[1] * s, arm[0] * s + arm[1] * c)), pitch


def _knee(ankle: Vector) -> Vector:
    """Where the knee is, with the hip at (0, 0): it bends to the front."""
    reach = min(float(np.hypot(*ankle)), 0.999 * (_THIGH + _SHIN))
    way = ankle / float(np.hypot(*ankle))
    along = (reach**2 + _THIGH**2 - _SHIN**2) / (2 * reach)
    out = float(np.sqrt(max(_THIGH**2 - along**2, 0.0)))
    knee: Vector = way * along + np.array((way[1], -way[0])) * out
    return knee


def walker(
    phase: float,
    time_s: float,
    *,
    woman: bool = False,
    wind: float = 0.0,
    hand: Sequence[float] | None = None,
    stride: float = STRIDE,
) -> Body:
    """Someone who walks.

    Args:
        phase: of the stride.
        time_s: clock of hair and cloth.
        woman: in a summer dress with long hair; else in a loose jacket.
        wind: from ahead, 0 to 1.
        hand: where one hand is held.
        stride: how far it goes in two steps, in heights.
    """
    b = Body()
    (near, far), up = stride_legs(phase, stride)
    hip = np.array([0.0, -up])
    neck = hip + np.array([0.022, -0.3090])
    head = neck + np.array([0.022, -0.085])
    trunk, skin, shoes = Body(), Body(), Body()
    legs = [_leg(hip, leg, shoes, bare=woman) for leg in (far, near)]
    _trunk(trunk, hip, neck, woman)
    _head(skin, neck, head, woman)
    shoulder = beside(neck, -0.004, 0.050)
    far_arm, far_hand = _arm(beside(shoulder, 0.018, 0.0), phase + 0.5, stride, hand)
    arm, near_hand = _arm(shoulder, phase, stride, None)
    knees = hip[0] + near[0][0], hip[0] + far[0][0]
    if woman:
        b.worn(far_skin=far_arm.add(far_hand).add(legs[0]), skin=skin.add(legs[1]).add(trunk))
        b.worn(shoes=shoes, arm=arm.add(near_hand))
        _dress(b, (hip, neck), knees, wind, 0.03 * float(np.sin(time_s * 5.0)))
        _locks(b, head, time_s, wind)
    else:
        b.worn(far_legs=legs[0], far_coat=far_arm, legs=legs[1], shoes=shoes)
        _coat(b, (hip, neck, head), knees, time_s, wind)
        b.worn(skin=skin.add(far_hand).add(near_hand), coat=trunk, sleeve=arm)
    return b


def _leg(hip: Vector, leg: Leg, shoes: Body, *, bare: bool) -> Body:
    """A leg in trousers that hang over the shoe, or a bare one."""
    knee, ankle, heel, toe = (hip + part for part in leg)
    calf, b = beside(knee * 0.5 + ankle * 0.5, -0.008, 0), Body()
    if bare:
        b.limb(beside(hip, 0, 0.01), knee, 0.054, 0.034, 0.02)
        b.limb(knee, calf, 0.031, 0.030, 0.01).limb(calf, ankle, 0.029, 0.016, 0.01)
    else:
        b.limb(beside(hip, -0.004, 0.01), knee, 0.066, 0.045, 0.02)
        b.limb(knee, calf, 0.043, 0.041, 0.02).limb(calf, ankle, 0.040, 0.033, 0.02)
    sole = heel * 0.45 + toe * 0.55
    shoes.limb(heel, sole, 0.017, 0.014, 0.012).limb(sole, toe, 0.014, 0.011, 0.01)
    shoes.limb(ankle * 0.6 + heel * 0.4, sole, 0.019, 0.014, 0.012)
    return b


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
        a = np.radians(2 - 21 * stride / STRIDE * np.cos(2 * np.pi * phase))
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
            beside(neck, -0.012, 0.030), beside(neck, -0.040, 0.085),
            beside(hip, -0.055, -0.10), beside(hip, -0.085, 0.02),
            (back * 0.7, hem - 0.10), (back - 0.02, hem - 0.02 + flap),
            (back * 0.45, hem + 0.012 - flap * 0.5), (0.3 * front, hem + 0.015),
            (front, hem - 0.005), (front * 0.8, hem - 0.14), beside(hip, 0.072, 0.0),
            beside(hip, 0.05, -0.10), beside(neck, 0.068, 0.120),
            beside(neck, 0.022, 0.060), beside(neck, 0.014, 0.034),
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


def _coat(
    b: Body,
    joints: tuple[Vector, Vector, Vector],
    knees: tuple[float, float],
    time_s: float,
    wind: float,
) -> None:
    """An open coat whose skirts the stride and the wind throw back; short hair, a scarf."""
    hip, neck, head = joints
    hair = Body()
    hair.limb(beside(head, -0.018, -0.018), beside(head, 0.012, -0.026), 0.044, 0.036, 0.015)
    hair.limb(beside(head, 0.015, -0.038), beside(head, 0.044, -0.036), 0.024, 0.008, 0.02)
    hair.limb(beside(head, -0.034, -0.004), beside(head, -0.040, 0.026), 0.024, 0.010, 0.02)
    sway = 0.006 * float(np.sin(time_s * 5))
    tuft = beside(head, -0.064 - 0.012 * wind, -0.016 + sway)
    hair.limb(beside(head, -0.046, -0.022), tuft, 0.020, 0.006, 0.02)
    b.parts["scarf"] = scarf(beside(neck, 0.006, -0.010), time_s, 0.55 + 0.45 * wind)
    flap = (0.010 + 0.016 * wind) * float(np.sin(time_s * 4.6))
    hem = float(hip[1]) + 0.175
    back = 0.62 * min(knees) - 0.085 - 0.060 * wind
    front = 0.55 * max(knees) + 0.050
    points = np.array([
        beside(neck, -0.030, 0.005), beside(neck, -0.064, 0.055), beside(neck, -0.078, 0.16),
        beside(hip, -0.066, -0.055), beside(hip, -0.088, 0.03), (back + 0.018, hem - 0.07),
        (back - 0.006, hem - 0.004 + flap), (0.5 * (back + front) - 0.01, hem + 0.004 - 0.4 * flap),
        (front, hem - 0.012), (0.75 * front + 0.02, hem - 0.10), beside(hip, 0.064, -0.01),
        beside(hip, 0.060, -0.12), beside(neck, 0.074, 0.13), beside(neck, 0.052, 0.05),
        beside(neck, 0.026, 0.008),
    ])  # fmt: skip
    b.worn(coat=Body().outline(points, 0.012), hair=hair)


def couple(phase: float, time_s: float, wind: float = 0.5) -> Body:
    """Two who walk hand in hand; her dress is the part `dress`."""
    x, y = _JOIN[0], _JOIN[1] + 0.012 * float(np.sin(4 * np.pi * phase))
    hers = ((x - _APART) / _HER_SIZE, y / _HER_SIZE)
    b = Body()
    b.add(walker(phase + 0.04, time_s, hand=(x, y), wind=wind))
    woman = walker(phase + 0.52, time_s, woman=True, hand=hers, wind=wind,
                   stride=STRIDE / _HER_SIZE)  # fmt: skip
    return b.add(woman, (_APART, 0.0), _HER_SIZE)
