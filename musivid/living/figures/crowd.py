"""A crowd from behind: heads and shoulders that bounce on the beat, raised hands, lit phones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import float32, int32
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes
from musivid.living.kernels import kernel
from musivid.living.sprites import Colour

__all__ = ["Crowd", "Row"]

Array = NDArray[np.float64]
Who = NDArray[np.int64]
Parts = list[tuple[Who, Array]]

_POOL = 97  # different people
_UPPER, _FORE = 1.45, 1.40  # arms, in heads
_SCREEN = (0.36, 0.42, 0.52)  # light of phones
_SOLID = 1.9  # heads below the neck all is covered
# Capsules of everyone, in heads about the neck: ax, ay, ra, bx, by, rb.
_TRUNK = np.array([
    (0.0, -0.72, 0.40, 0.0, -0.42, 0.34), (0.0, -0.20, 0.24, 0.0, 0.45, 0.27),
    (0.0, 0.32, 0.20, -0.80, 0.80, 0.27), (0.0, 0.32, 0.20, 0.80, 0.80, 0.27),
    (-0.74, 0.98, 0.34, -0.80, 2.60, 0.42), (0.74, 0.98, 0.34, 0.80, 2.60, 0.42),
    (0.0, 0.95, 0.42, 0.0, 2.60, 0.62), (-0.43, -0.52, 0.07, -0.42, -0.44, 0.05),
    (0.43, -0.52, 0.07, 0.42, -0.44, 0.05),
])  # fmt: skip
_LONG = np.array([(-0.12, -0.55, 0.44, -0.22, 0.95, 0.30), (0.12, -0.55, 0.44, 0.22, 0.90, 0.30)])
_TAIL = np.array([(0.0, -0.85, 0.20, -0.14, -0.10, 0.17), (-0.14, -0.10, 0.17, -0.06, 0.70, 0.05)])
_BUN = np.array([(0.0, -1.16, 0.21, 0.03, -1.13, 0.21)])
_CURLS = np.array([(-0.26, -0.72, 0.42, -0.20, -0.42, 0.36), (0.26, -0.72, 0.42, 0.20, -0.42, 0.36),
                   (0.0, -0.98, 0.36, 0.0, -0.9, 0.36)])  # fmt: skip
_CREST = np.array([(-0.20, -1.06, 0.20, 0.10, -1.12, 0.17), (0.10, -1.10, 0.18, 0.30, -0.92, 0.16)])


@dataclass(frozen=True, slots=True)
class Row:
    """One row of people.

    Attributes:
        foot: y of the necks, in picture heights.
        head: height of a head, in picture heights.
        apart: from one to the next, in heads.
        hands: share whose arms are up, 0..1.
        phones: share that hold a phone up.
        soft_px: how far out of focus at a height of 720.
    """

    foot: float
    head: float
    apart: float = 2.3
    hands: float = 0.5
    phones: float = 0.0
    soft_px: float = 0.0


@kernel
def _fill(mask, cones, top, soft):
    """Cover capsules float32 [n, 6] (pixels; ax, ay, ra, bx, by, rb) in the rows from `top` on."""
    h, w = mask.shape
    inv = 0.5 / soft
    for n in range(len(cones)):
        ax, ay, ra = cones[n, 0], cones[n, 1] - top, cones[n, 2]
        bx, by, rb = cones[n, 3], cones[n, 4] - top, cones[n, 5]
        r = max(ra, rb) + soft
        i0 = min(max(int32(min(ax, bx) - r), int32(0)), int32(w))
        i1 = max(min(int32(max(ax, bx) + r) + int32(2), int32(w)), i0)
        j0 = max(int32(min(ay, by) - r), int32(0))
        j1 = min(int32(max(ay, by) + r) + int32(2), int32(h))
        ex, ey = bx - ax, by - ay
        part = 1.0 / (ex * ex + ey * ey + 1e-6)
        for j in range(j0, j1):
            wy = float32(j) + 0.5 - ay
            row = mask[j]
            for i in range(i0, i1):
                wx = float32(i) + 0.5 - ax
                t = min(max((wx * ex + wy * ey) * part, 0.0), 1.0)
                dx, dy = wx - ex * t, wy - ey * t
                d = np.sqrt(dx * dx + dy * dy) - (ra + (rb - ra) * t)
                row[i] = max(row[i], min(max(0.5 - d * inv, 0.0), 1.0))


@kernel
def _lay(planes, mask, top, inks, rim, solid):
    """Lay the dark (inks[0]) and, where an edge looks up, the light (inks[1]).

    rim: its width in pixels; solid: the row from which all is covered.
    """
    h, w = mask.shape
    for j in range(h):
        own, over = mask[j], mask[max(j - rim, 0)]
        for c in range(3):
            row, dark, lamp = planes[c, top + j], inks[0, c], inks[1, c]
            for i in range(w):
                edge = max(own[i] - over[i], 0.0) if rim <= j < solid else 0.0
                row[i] += (dark + lamp * edge * edge - row[i]) * own[i]


class Crowd:
    """Rows of people; the same people wherever the camera goes."""

    def __init__(self, size: tuple[int, int], seed: int) -> None:
        """Take the size (width, height) in pixels, and who comes by `seed`."""
        self._size = size
        self._chances = dice(seed + 61).random((_POOL, 12))

    def draw(
        self,
        planes: Planes,
        row: Row,
        inks: tuple[Colour, Colour],
        *,
        beat: float,
        lift: float = 1.0,
        shift: float = 0.0,
    ) -> None:
        """Draw a row.

        Args:
            planes: the picture.
            row: how they stand.
            inks: their dark and the light on their upper edges.
            beat: the clock in beats.
            lift: how wildly they move, 0..1.
            shift: how far they have moved aside, in picture heights.
        """
        width, height = self._size
        top = max(int((row.foot - 4.9 * row.head) * height), 0)
        if top >= height:
            return
        gap = row.apart * row.head
        first = int(np.floor(-shift / gap)) - 2
        numbers = np.arange(first, first + int(width / height / gap) + 5)
        u = self._chances[numbers % _POOL]
        x = shift + (numbers + 0.5 + 0.56 * (u[:, 0] - 0.5)) * gap
        at = np.stack([x, row.foot + (0.8 * u[:, 1] - 0.35) * row.head], 1)
        unit = row.head * (0.90 + 0.18 * u[:, 2])
        cones, screens = _people(u, row, beat, lift)
        mask = np.zeros((height - top, width), np.float32)
        soft = max((0.7 + row.soft_px) * height / 720, 0.6)
        _fill(mask, _placed(cones, at, unit, height), float(top), soft)
        solid = int((row.foot + _SOLID * row.head) * height) - top
        mask[max(solid, 0) :] = 1
        rim = max(round((1.8 + 1.2 * row.soft_px) * height / 720), 1)
        _lay(planes, mask, top, np.array(inks, np.float32), rim, solid)
        if screens:
            mask[:] = 0
            _fill(mask, _placed(screens, at, unit, height), float(top), soft)
            _lay(planes, mask, top, np.array((_SCREEN, (0, 0, 0)), np.float32), 1, solid)


def _placed(parts: Parts, at: Array, unit: Array, height: int) -> Array:
    """Capsules float32 [n, 6] in pixels, from capsules of single people in heads."""
    rows = [np.zeros((0, 6))]
    for who, cones in parts:
        scale = unit[who][:, None] * height
        moved = cones * scale
        moved[:, [0, 1]] += at[who] * height
        moved[:, [3, 4]] += at[who] * height
        rows.append(moved)
    return np.concatenate(rows).astype(np.float32)


def _people(u: Array, row: Row, beat: float, lift: float) -> tuple[Parts, Parts]:
    """Capsules of all, each with whose they are; and the screens of phones."""
    count = len(u)
    late, wild = 0.2 * (u[:, 3] - 0.5), (0.5 + 0.7 * u[:, 4]) * lift
    phase = (beat + late) % 1
    swing = np.sin(np.pi * (beat + late))
    jump = np.stack([0.10 * swing * wild, -1.7 * phase * (1 - phase) * wild], 1)
    lean = 0.20 * (u[:, 5] - 0.5) + 0.10 * wild * swing
    slim = 0.82 + 0.24 * u[:, 6]
    parts = [_dressed(np.arange(count), _TRUNK, slim)]
    hair = u[:, 7]
    for low, high, shape in ((0.0, 0.32, _LONG), (0.32, 0.44, _TAIL), (0.44, 0.55, _BUN),
                             (0.55, 0.72, _CURLS), (0.72, 0.92, _CREST)):  # fmt: skip
        parts.append(_dressed(np.flatnonzero((hair >= low) & (hair < high)), shape, slim * 0 + 1))
    for who, cones in parts:  # heads lean
        for k in (0, 3):
            cones[:, k] += lean[who] * np.clip(0.4 - cones[:, k + 1], 0, 2)
    up = u[:, 8]
    screens: Parts = []
    phones = np.flatnonzero(up < row.phones)
    hand = np.stack(
        [0.60 + 0 * phones, -1.5 + 0.08 * np.sin(np.pi * beat / 2 + 40 * up[phones])], 1
    )
    parts += _arms(phones, np.ones(len(phones)), hand, slim[phones], row.head > 0.03)
    if len(phones):
        parts.append((phones, _bar(hand + np.array((-0.02, -0.34)), 0.34, 0.17)))
        screens.append((phones, _bar(hand + np.array((-0.02, -0.34)), 0.28, 0.125)))
    lifted = np.flatnonzero((up >= row.phones) & (up < row.phones + row.hands))
    for side in (-1, 1):
        one = lifted[(u[lifted, 9] < 0.6) | ((u[lifted, 10] < 0.5) == (side < 0))]
        sway = 0.45 * (swing * wild)[one] + 0.5 * (u[one, 11] - 0.5)
        reach = 1.0 + 1.0 * u[one, 10] + 0.35 * wild[one] * (1 - phase[one])
        hand = np.stack([side * 0.75 + sway, -reach], 1)
        parts += _arms(one, np.full(len(one), side), hand, slim[one], row.head > 0.03)
    for who, cones in parts + screens:
        cones[:, [0, 1]] += jump[who]
        cones[:, [3, 4]] += jump[who]
    return parts, screens


def _dressed(who: Who, shape: Array, slim: Array) -> tuple[Who, Array]:
    """One shape for each of some people."""
    cones = np.tile(shape, (len(who), 1))
    owners = np.repeat(who, len(shape))
    cones[:, [0, 3]] *= slim[owners][:, None]
    return owners, cones


def _bar(at: Array, long: float, half: float) -> Array:
    """Upright bars about places."""
    x, y = at[:, 0], at[:, 1]
    r = np.full(len(at), half)
    return np.stack([x, y - long + half, r, x, y + long - half, r], 1)


def _arms(who: Who, side: Array, hand: Array, slim: Array, fingers: bool) -> Parts:
    """Arms from shoulders to lifted hands, elbows outside; near ones have fingers."""
    shoulder = np.stack([side * 0.88 * slim, np.full(len(who), 0.92)], 1)
    way = hand - shoulder
    far = np.hypot(*way.T)[:, None]
    way, reach = way / far, np.minimum(far, (_UPPER + _FORE) * 0.985)
    along = (reach**2 + _UPPER**2 - _FORE**2) / (2 * reach)
    out = np.stack([-way[:, 1], way[:, 0]], 1) * side[:, None]
    elbow = shoulder + way * along + out * np.sqrt(np.maximum(_UPPER**2 - along**2, 0))
    wrist = shoulder + way * reach
    d = (wrist - elbow) / _FORE
    palm = wrist + d * 0.34
    parts = [
        _cones(shoulder, elbow, 0.31, 0.22), _cones(elbow, wrist, 0.22, 0.135),
        _cones(wrist, palm, 0.15, 0.19),
    ]  # fmt: skip
    if fingers:
        across = np.stack([-d[:, 1], d[:, 0]], 1)
        for k in range(4):
            base = palm + across * (k - 1.5) * 0.105 + d * 0.05
            tip = base + d * (0.32 - 0.05 * abs(k - 1.4)) + across * (k - 1.5) * 0.07
            parts.append(_cones(base, tip, 0.060, 0.042))
        thumb = wrist - across * side[:, None] * 0.12 + d * 0.1
        parts.append(_cones(thumb, thumb + d * 0.26 - across * side[:, None] * 0.16, 0.072, 0.05))
    return [(who, cones) for cones in parts]


def _cones(a: Array, b: Array, ra: float, rb: float) -> Array:
    one = np.ones((len(a), 1))
    return np.concatenate([a, one * ra, b, one * rb], 1)
