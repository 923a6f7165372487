"""A stag in profile, for the middle distance: it grazes and lifts its head."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from musivid.living.figures.body import Body, Point, beside

__all__ = ["stag"]

Turn = Callable[[float, float], tuple[float, float]]
Line = Sequence[tuple[float, float]]

_TRUNK = (
    (0.085, -0.632), (0.0, -0.612), (-0.11, -0.598), (-0.20, -0.606), (-0.270, -0.598),
    (-0.318, -0.570), (-0.340, -0.520), (-0.344, -0.455), (-0.330, -0.395), (-0.295, -0.345),
    (-0.240, -0.335), (-0.195, -0.372), (-0.150, -0.408), (-0.06, -0.388), (0.03, -0.358),
    (0.11, -0.343), (0.175, -0.362), (0.222, -0.415), (0.240, -0.480), (0.225, -0.560),
    (0.165, -0.618),
)  # fmt: skip
_TAIL = ((-0.322, -0.565), (-0.352, -0.545), (-0.366, -0.500), (-0.356, -0.478),
         (-0.338, -0.500), (-0.325, -0.535))  # fmt: skip
_NECK = (
    (0.120, -0.662), (0.175, -0.738), (0.225, -0.812), (0.262, -0.856), (0.305, -0.850),
    (0.330, -0.795), (0.322, -0.735), (0.310, -0.672), (0.296, -0.600), (0.283, -0.530),
    (0.262, -0.465), (0.225, -0.41),
)  # fmt: skip
_HEAD = (
    (0.262, -0.862), (0.300, -0.872), (0.335, -0.858), (0.372, -0.826), (0.418, -0.794),
    (0.446, -0.776), (0.454, -0.757), (0.446, -0.738), (0.420, -0.730), (0.380, -0.734),
    (0.345, -0.742), (0.310, -0.745), (0.275, -0.785),
)  # fmt: skip
_BEAM: Line = ((0.296, -0.855), (0.250, -0.915), (0.214, -0.990), (0.212, -1.070),
               (0.242, -1.140), (0.292, -1.190))  # fmt: skip
_TINES: tuple[tuple[Line, float], ...] = (
    (((0.284, -0.880), (0.335, -0.895), (0.366, -0.955)), 0.0088),
    (((0.256, -0.920), (0.312, -0.940), (0.338, -1.005)), 0.0082),
    (((0.216, -1.015), (0.275, -1.030), (0.308, -1.090)), 0.0082),
    (((0.220, -1.100), (0.188, -1.145), (0.196, -1.205)), 0.0075),
    (((0.244, -1.140), (0.240, -1.190), (0.264, -1.235)), 0.0070),
)
_WITHERS, _POLL = (0.145, -0.53), (0.300, -0.800)  # about which neck and head turn


def stag(time_s: float, *, graze: float = 0.0, ear: float = 0.0, breath: float = 0.0) -> Body:
    """A stag that looks to the right; withers at 0.62, antlers to 1.2.

    Args:
        time_s: clock of the mane.
        graze: 1 has neck and head down.
        ear: 1 turns the ears.
        breath: -1..1.
    """
    b = Body()
    rise = np.array([(0.0, 0.004 * breath if y > -0.42 else 0.0) for _, y in _TRUNK])
    b.outline(np.array(_TRUNK) + rise, 0.004).outline(_TAIL, 0.006)
    _fore(b, (0.175, -0.415), (0.205, -0.222), (0.190, -0.068), (0.206, -0.006))
    _hind(b, (-0.185, -0.400), (-0.232, -0.236), (-0.212, -0.066), (-0.196, -0.006))
    _fore(b, (0.115, -0.405), (0.118, -0.216), (0.112, -0.062), (0.127, 0.0))
    _hind(b, (-0.255, -0.405), (-0.335, -0.232), (-0.318, -0.062), (-0.303, 0.0))
    neck = _turned(_WITHERS, np.radians(46 * graze))
    nod = _turned(_POLL, np.radians(-26 * graze))  # the head keeps nearer to the level

    def head(x: float, y: float) -> tuple[float, float]:
        return neck(*nod(x, y))

    top = [(0.06, -0.60), *(neck(*p) for p in _NECK), (0.150, -0.42), (0.07, -0.50)]
    b.outline(top, 0.012)
    for k in range(9):  # the mane under the throat
        x, y = 0.312 - 0.055 * k / 8, -0.715 + 0.275 * k / 8
        end = x + 0.004 + 0.007 * np.sin(k * 2.1), y + 0.044 + 0.004 * np.sin(time_s * 2 + k)
        b.limb(neck(x - 0.016, y), neck(*end), 0.015, 0.003, 0.008)
    b.outline([head(*p) for p in _HEAD], 0.006)
    _ears(b, head, 0.012 * ear)
    _antlers(b, head)
    b.places["nose"] = head(0.454, -0.757)
    return b


def _turned(about: tuple[float, float], angle: float) -> Turn:
    """A turn about a point."""
    c, s = float(np.cos(angle)), float(np.sin(angle))

    def turn(x: float, y: float) -> tuple[float, float]:
        x, y = x - about[0], y - about[1]
        return about[0] + x * c - y * s, about[1] + x * s + y * c

    return turn


def _foot(b: Body, fetlock: Point, hoof: Point) -> None:
    b.limb(fetlock, (fetlock[0] + 0.002, fetlock[1] + 0.008), 0.0150, 0.0140, 0.005)
    b.limb(fetlock, (hoof[0] - 0.006, hoof[1] - 0.024), 0.0117, 0.0121, 0.004)
    shape = ((-0.016, -0.028), (0.004, -0.030), (0.022, 0.0), (-0.014, 0.0))
    b.outline([(hoof[0] + x, hoof[1] + y) for x, y in shape], 0.003, rounded=1)


def _fore(b: Body, top: Point, knee: Point, fetlock: Point, hoof: Point) -> None:
    middle = (np.array(top) + np.array(knee)) / 2
    b.limb(top, middle, 0.046, 0.029, 0.02).limb(middle, knee, 0.029, 0.0185, 0.006)
    b.limb((knee[0] + 0.003, knee[1] - 0.008), (knee[0] + 0.003, knee[1] + 0.012), 0.0195, 0.0175)
    b.limb(knee, fetlock, 0.0150, 0.0118, 0.004)
    _foot(b, fetlock, hoof)


def _hind(b: Body, stifle: Point, hock: Point, fetlock: Point, hoof: Point) -> None:
    high, low = np.array(stifle), np.array(hock)
    middle = high * 0.45 + low * 0.55
    b.limb(high, middle, 0.064, 0.034, 0.03).limb(middle, low, 0.033, 0.0185, 0.008)
    b.limb(beside(low, -0.012, -0.016), beside(low, -0.004, 0.010), 0.0140, 0.0170, 0.008)
    b.limb(beside(low, 0.0, 0.004), fetlock, 0.0180, 0.0128, 0.004)
    _foot(b, fetlock, hoof)


def _ears(b: Body, head: Turn, e: float) -> None:
    back = ((0.282, -0.862), (0.262 - e, -0.893 - e), (0.222 - e, -0.905 - e), (0.196 - e, -0.895),
            (0.216, -0.874), (0.252, -0.850))  # fmt: skip
    front = ((0.296, -0.865), (0.292 + e, -0.900), (0.262, -0.932 - e), (0.250, -0.936 - e),
             (0.262, -0.900), (0.280, -0.862))  # fmt: skip
    for ear in (back, front):
        b.outline([head(*p) for p in ear], 0.004)


def _antlers(b: Body, head: Turn) -> None:
    """The farther antler is smaller and stands a little turned."""
    foot = (0.300, -0.860)
    for dx, dy, angle, size in ((0.018, 0.004, 0.20, 0.92), (0.0, 0.0, 0.0, 1.0)):
        turn = _turned(foot, angle)

        def placed(x: float, y: float, how: tuple[Turn, float, float, float]) -> Point:
            turned, shift, drop, scale = how
            x, y = foot[0] + (x - foot[0]) * scale, foot[1] + (y - foot[1]) * scale
            x, y = turned(x, y)
            return head(x + shift, y + drop)

        how = turn, dx, dy, size
        b.chain(_bent(np.array([placed(*p, how) for p in _BEAM]), 3), 0.0135, 0.0055, 0.003)
        for tine, thick in _TINES:
            b.chain(_bent(np.array([placed(*p, how) for p in tine]), 2), thick, 0.0022, 0.003)


def _bent(points: NDArray[np.float64], degree: int) -> NDArray[np.float64]:
    """A smooth line near points, float64 [n, 2]."""
    u = np.linspace(0, 1, len(points))
    fit = np.polynomial.polynomial.polyfit(u, points, degree)
    dense = np.linspace(0, 1, 4 * len(points) - 3)
    return np.asarray(np.polynomial.polynomial.polyval(dense, fit).T)
