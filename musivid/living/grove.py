"""A wood in layers: trunks, boughs and leaves drawn once as masks, then seen by a moving camera."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice

__all__ = ["Eye", "Layer", "Stand", "lone_tree"]

Bytes = NDArray[np.uint8]
Points = NDArray[np.float64]

_SPARE = 1.3  # how much wider a layer is than the picture
_LEAF_BUDGET = 1400


@dataclass(frozen=True, slots=True)
class Stand:
    """What grows in one layer.

    Attributes:
        depth: how far away, 1 is the foremost.
        trunks: how many.
        free: half of the middle that is kept free, 0..1 of the half width.
        leaves: leaves a height of bough, 0 bare.
        leaf: length of a leaf at depth 1, in heights.
        bare: whether boughs fork low, as in winter.
        soft: out of focus, in pixels of 720.
    """

    depth: float
    trunks: int
    free: float
    leaves: float
    leaf: float = 0.020
    bare: bool = False
    soft: float = 0.0


@dataclass(frozen=True, slots=True)
class Eye:
    """Where the camera is: forward and aside in units of depth, and how much the wind bends."""

    forward: float
    aside: float
    bend: float


class Layer:
    """One layer: uint8 [h, w, 4] of wood, leaves, edges that face the light, and leaves' tone."""

    def __init__(
        self, size: tuple[int, int], seed: int, stand: Stand, light: tuple[float, float],
        horizon: float,
    ) -> None:  # fmt: skip
        """Grow it.

        Args:
            size: (width, height) of the picture.
            seed: which trees.
            stand: what grows.
            light: where the light stands, in picture heights.
            horizon: the height of the eye.
        """
        self.size, self.depth, self.horizon = size, stand.depth, horizon
        self.base = horizon + 0.46 / stand.depth
        self._left = int(size[0] * (_SPARE - 1) / 2)
        wide = size[0] + 2 * self._left, size[1]
        drawing = _Drawing(wide, seed)
        self.feet = drawing.grow(stand, self.base, self._left / size[1])
        wood, leaf, tone = drawing.masks()
        spot = light[0] + self._left / size[1], light[1]
        if stand.bare:  # snow lies on the boughs
            leaf = np.clip(_edges(wood, (spot[0], -9.0)) * 1.5, 0, 1) * wood
            tone = np.ones_like(leaf)
        edge = _edges(np.maximum(wood, leaf), spot) * np.maximum(wood, leaf)
        planes = np.stack([wood, leaf, edge, tone], -1)
        if stand.soft:
            planes = cv2.GaussianBlur(planes, (0, 0), max(stand.soft * size[1] / 720, 0.3))
        self.planes: Bytes = (np.clip(planes, 0, 1) * 255 + 0.5).astype(np.uint8)

    def stood(self, eye: Eye) -> list[tuple[float, float, float]]:
        """Feet of its trunks as the eye sees them: x, y and half width, in picture heights."""
        zoom = self.depth / max(self.depth - eye.forward, 0.15)
        left, middle = self._left / self.size[1], self.size[0] / self.size[1] / 2
        x = [(x - left - eye.aside / self.depth - middle) * zoom + middle for x, _ in self.feet]
        y = self.horizon + (self.base - self.horizon) * zoom
        return [(a, y, wide * zoom) for a, (_, wide) in zip(x, self.feet, strict=True)]

    def seen(self, eye: Eye, size: tuple[int, int]) -> Bytes:
        """The layer as the eye sees it, at a size of the same shape: uint8 [h, w, 4]."""
        width, height = self.size
        zoom = self.depth / max(self.depth - eye.forward, 0.15)
        scale = size[1] / height
        x, y, foot = width / 2 + self._left, self.horizon * height, self.base * height
        shear = eye.bend / height
        # From the picture to the layer: undo the zoom about the middle of the horizon.
        matrix = np.array([[1 / zoom, 0, 0], [0, 1 / zoom, 0]])
        matrix[0, 2] = x - width / 2 / zoom + eye.aside * height / self.depth
        matrix[1, 2] = y - y / zoom
        matrix[0, 1] += shear * height
        matrix[0, 2] -= shear * foot * height / zoom
        matrix[:, :2] /= scale
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        out = cv2.warpAffine(self.planes, matrix, size, flags=flags, borderMode=cv2.BORDER_REFLECT)
        return np.asarray(out, np.uint8)


def _edges(cover: NDArray[np.float32], light: tuple[float, float]) -> NDArray[np.float32]:
    """Where a mask ends towards the light."""
    height, width = cover.shape
    ys, xs = np.mgrid[:height, :width].astype(np.float32)
    dx, dy = light[0] * height - xs, light[1] * height - ys
    far = np.sqrt(dx * dx + dy * dy) + 40
    total = np.zeros_like(cover)
    for reach, weight in ((0.0035, 0.6), (0.010, 0.4)):
        soft = cv2.GaussianBlur(cover, (0, 0), max(reach * height * 0.5, 0.6))
        step = reach * height
        other = cv2.remap(
            soft, xs + dx / far * step, ys + dy / far * step, cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip
        total += weight * np.clip(1 - other * 1.1, 0, 1)
    return total


def lone_tree(height_px: int, seed: int, light: tuple[float, float]) -> Bytes:
    """A broad tree that stands alone, its foot in the middle of the lower edge.

    Args:
        height_px: rows; it is a third wider.
        seed: which tree.
        light: where the light stands, in heights of the tree, from its upper left.

    Returns:
        uint8 [h, w, 4] of wood, leaves, edges that face the light, and leaves' tone.
    """
    size = max(height_px * 4 // 3, 8), max(height_px, 6)
    drawing = _Drawing(size, seed)
    drawing.spread(Stand(1.0, 1, 0.0, 9.0, leaf=0.020))
    wood, leaf, tone = drawing.masks()
    cover = np.maximum(wood, leaf)
    edge = _edges(cover, light) * cover
    planes = np.clip(np.stack([wood, leaf, edge, tone], -1), 0, 1)
    return np.asarray(planes * 255 + 0.5, np.uint8)


class _Drawing:
    """Wood and leaves of a layer, drawn twice as large."""

    def __init__(self, size: tuple[int, int], seed: int) -> None:
        self._size, self._rng = size, dice(seed + 400)
        self._scale = size[1] * 2
        shape = size[1] * 2, size[0] * 2
        self._wood, self._leaf, self._tone = (np.zeros(shape, np.uint8) for _ in range(3))
        self._tips: list[tuple[float, float, float]] = []

    def masks(self) -> list[NDArray[np.float32]]:
        """Wood, leaves and their tone at the size of the layer, 0..1."""
        half = [
            cv2.resize(mask, self._size, interpolation=cv2.INTER_AREA)
            for mask in (self._wood, self._leaf, self._tone)
        ]
        return [plane.astype(np.float32) / np.float32(255) for plane in half]

    def grow(self, stand: Stand, base: float, left: float) -> list[tuple[float, float]]:
        """Trees of a stand; `left` is how much of the layer lies left of the picture.

        Returns:
            Where trunks stand and half their width there.
        """
        rng, aspect = self._rng, self._size[0] / self._size[1]
        half = aspect / 2 - left
        spread = np.linspace(0, aspect, stand.trunks + 2)[1:-1]
        feet: list[tuple[float, float]] = []
        for x in spread + rng.normal(0, 0.28 * aspect / stand.trunks, stand.trunks):
            off = (x - aspect / 2) / max(half, 0.3)
            if abs(off) < stand.free:
                x = aspect / 2 + np.sign(off + 1e-9) * (stand.free + 0.3 * rng.random()) * half
            feet.append((float(x), self._tree(float(x), base, stand)))
        self._foliage(stand)
        self._undergrowth(stand, base, feet)
        return feet

    def spread(self, stand: Stand) -> None:
        """One broad tree in the middle: a short trunk, boughs to all sides."""
        rng, u = self._rng, np.linspace(0, 1, 9)
        x = self._size[0] / self._size[1] / 2
        line = np.stack([x + 0.012 * np.sin(u * 4 + 1), 1.01 - 0.46 * u], 1)
        self._ribbon(line, 0.026 * (1 - 0.35 * u) + 0.030 * np.exp(-u * 9))
        for k, angle in enumerate(np.linspace(-3.0, -0.14, 13)):
            start = line[min(4 + k % 5, 8)]
            long = (0.21 + 0.05 * np.sin(-angle)) * rng.uniform(0.85, 1.1)
            self._bough(start, angle - 0.15 * np.cos(angle), long, 0.012, 3)
        self._crown((x, 0.40), stand.leaf)

    def _crown(self, middle: tuple[float, float], leaf: float) -> None:
        """Clusters of leaves in a dome, each lit from above."""
        rng, count, each = self._rng, 74, 150
        angle, reach = rng.uniform(0, 2 * np.pi, count), np.sqrt(rng.uniform(0.02, 1, count))
        low = np.where(np.sin(angle) > 0, 0.20, 0.33)
        at = np.stack([0.46 * reach * np.cos(angle), low * reach * np.sin(angle)], 1) + middle
        order = np.argsort(at[:, 1])[::-1]
        off = rng.normal(0, 1, (count, each, 2)) * (0.042, 0.030)
        places = (at[order, None] + off).reshape(-1, 2)
        lift = 0.55 - off[..., 1] / 0.030 * 0.22 - (at[order, None, 1] - middle[1]) * 0.7
        tones = np.clip(lift + rng.normal(0, 0.10, lift.shape), 0.08, 1).reshape(-1)
        long = leaf * rng.uniform(0.5, 1.1, len(places))
        self._leaves(places, long, rng.uniform(0, np.pi, len(places)), tones)

    def _tree(self, x: float, base: float, stand: Stand) -> float:
        rng, n = self._rng, 18
        wide = rng.uniform(0.026, 0.052) / stand.depth
        tall = base + rng.uniform(0.05, 0.25)
        u = np.linspace(0, 1, n)
        lean = rng.normal(0, 0.05) * tall
        mid = x + lean * u**1.4 + 0.10 * wide * np.cumsum(rng.normal(0, 1, n))
        half = wide * (1 - 0.45 * u) * (1 + 0.04 * rng.normal(0, 1, n))
        half = half + wide * 0.8 * np.exp(-u * tall * stand.depth * 30)
        y = base + 0.02 / stand.depth - tall * u
        line = np.stack([mid, y], 1)
        self._ribbon(line, half)
        low = 5 if stand.bare else 8
        for _ in range(rng.integers(7, 12)):
            q = int(rng.integers(low, n))
            way = float(rng.choice((-1, 1)))
            angle = -np.pi / 2 + way * rng.uniform(0.45, 1.35)
            long = rng.uniform(0.22, 0.50) / stand.depth**0.8
            self._bough(line[q], angle, long, half[q] * 0.42, 3)
        return float(wide)

    def _bough(self, start: Points, angle: float, long: float, wide: float, deep: int) -> None:
        rng, n = self._rng, 6
        points, at = [start], start
        for _ in range(n):
            angle += float(rng.normal(0, 0.17)) - 0.05 * np.cos(angle)
            at = at + np.array([np.cos(angle), np.sin(angle)]) * long / n
            points.append(at)
        self._ribbon(np.array(points), np.linspace(wide, wide * 0.35, n + 1))
        self._tips += [(float(p[0]), float(p[1]), long) for p in points[2:]]
        if deep < 1:
            return
        for k in range(1, n):
            if rng.random() < 0.62:
                turn = float(rng.choice((-1, 1))) * rng.uniform(0.4, 0.95)
                thin = wide * (1 - 0.65 * k / n) * 0.62
                self._bough(points[k], angle + turn, long * rng.uniform(0.38, 0.62), thin, deep - 1)

    def _foliage(self, stand: Stand) -> None:
        """Leaves about the boughs, in clusters."""
        if not stand.leaves or not self._tips:
            return
        rng, tips = self._rng, np.array(self._tips)
        count = int(min(len(tips) * stand.leaves, _LEAF_BUDGET * 14))
        at = tips[rng.integers(0, len(tips), count)]
        spread = 0.10 * np.minimum(at[:, 2:], 0.3)
        places = at[:, :2] + rng.normal(0, 1, (count, 2)) * spread * (1.0, 0.8)
        long = stand.leaf / stand.depth**0.75 * rng.uniform(0.5, 1.1, count)
        turn = rng.uniform(0, np.pi, count)
        self._leaves(places, long, turn)

    def _undergrowth(self, stand: Stand, base: float, feet: list[tuple[float, float]]) -> None:
        """Ferns and grass: about the trunks, and clumps beside the way."""
        rng, aspect, d = self._rng, self._size[0] / self._size[1], stand.depth
        blades = [(x + rng.normal(0, 2.4 * w), 0.7) for x, w in feet for _ in range(26)]
        clumps = rng.uniform(0, aspect, round(9 * aspect * d**0.5))
        away = np.abs(clumps - aspect / 2) * d > 0.45
        blades += [(c + rng.normal(0, 0.05 / d), 1.0) for c in clumps[away] for _ in range(34)]
        u = np.linspace(0, 1, 5)
        for x, tall in blades:
            high = tall * rng.uniform(0.02, 0.105) / d * (0.45 if stand.bare else 1.0)
            lean, foot = rng.normal(0, 0.55) * high, base + rng.uniform(-0.01, 0.025) / d
            line = np.stack([x + lean * u**1.7, foot - high * u], 1)
            half = (0.0030 / d) * (1 - u) * rng.uniform(0.5, 1.3) + 0.0003
            mask = self._wood if stand.bare else self._leaf
            self._ribbon(line, half, mask)
            if not stand.bare:
                self._ribbon(line, half, self._tone, int(rng.integers(40, 190)))

    def _leaves(
        self, places: Points, long: Points, turn: Points, tones: Points | None = None
    ) -> None:
        """Leaves of a length and turn, each of its own tone."""
        along = np.stack([np.cos(turn), np.sin(turn)], 1) * long[:, None] / 2
        across = np.stack([-along[:, 1], along[:, 0]], 1) * 0.5
        quads = np.stack([places - along, places + across, places + along, places - across], 1)
        drawn = np.round(quads * self._scale * 16).astype(np.int32)
        if tones is None:
            tones = self._rng.uniform(0.27, 1, len(drawn))
        for quad, tone in zip(drawn, (255 * tones).tolist(), strict=True):
            cv2.fillConvexPoly(self._leaf, quad, 255, cv2.LINE_AA, 4)
            cv2.fillConvexPoly(self._tone, quad, tone, cv2.LINE_AA, 4)

    def _ribbon(
        self, line: Points, half: Points, mask: Bytes | None = None, tone: int = 255
    ) -> None:
        step = np.empty_like(line)  # np.gradient of few points takes as long as all the rest
        step[1:-1] = (line[2:] - line[:-2]) / 2
        step[0], step[-1] = line[1] - line[0], line[-1] - line[-2]
        normal = np.stack([-step[:, 1], step[:, 0]], 1) / (np.hypot(*step.T)[:, None] + 1e-9)
        wide = normal * half[:, None]
        points = np.concatenate([line + wide, (line - wide)[::-1]])
        drawn = np.round(points * self._scale * 16).astype(np.int32)
        cv2.fillPoly(self._wood if mask is None else mask, [drawn], tone, cv2.LINE_AA, 4)
