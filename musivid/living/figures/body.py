"""Bodies of capsules and outlines, joined softly, drawn as fields of distance with a thin rim.

The field is measured on a grid of one to three pixels and enlarged: distances interpolate well, so
edges are sharp at any size and any focus is a wider edge. Light falls where the slope of the
blurred field turns to it; the raw slope would give dots and creases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numba import float32, int32
from numpy.typing import ArrayLike, NDArray

from musivid.living.canvas import Planes
from musivid.living.kernels import kernel

__all__ = [
    "Body",
    "Ink",
    "Point",
    "Shape",
    "beside",
    "contact",
    "draw",
    "measure",
    "shaped",
    "smooth_line",
]

Point = Sequence[float] | NDArray[np.float64]
Array = NDArray[np.float32]

_FAR_RIM = 0.030  # how deep the slope of a body of height 1 is known
_BLUR = 0.011  # of the field, for its slope
_ROUND = 0.030  # how deep the broad light reaches into a body of height 1


@dataclass(frozen=True, slots=True)
class Ink:
    """How a body is laid on a picture.

    Attributes:
        dark: its colour, linear light; at its feet, where `high` says another one.
        high: its colour at the head, where the sky lights it; None: as `dark`.
        broad: how far the light reaches round it, beside the thin rim: 0 not at all.
        rim: colour of its lit edge.
        light: where the light stands, x and y in picture heights.
        edge: strength of the rim; 0 draws none.
        width: of the rim, in body heights; two pixels of 720 at most.
        soft_px: half width of the edge; more is out of focus.
        depth: how far before the picture the light stands, in heights.
        reach: distance of the light's full strength, in heights.
        alpha: how much it covers.
        mirror: y of a ground that shows it upside down.
        ripple: pixels and phase of the waves in which it is mirrored.
        coarse: pixels of the field's grid; 0 chooses by size.
    """

    dark: Sequence[float] | NDArray[np.floating]
    rim: Sequence[float] | NDArray[np.floating] = (0.0, 0.0, 0.0)
    light: tuple[float, float] = (0.0, 0.0)
    edge: float = 1.0
    width: float = 0.008
    soft_px: float = 0.7
    depth: float = 0.02
    reach: float = 0.9
    alpha: float = 1.0
    mirror: float | None = None
    ripple: tuple[float, float] = (0.0, 0.0)
    coarse: int = 0
    high: Sequence[float] | NDArray[np.floating] | None = None
    broad: float = 0.0


class Body:
    """Tapered capsules and outlines, joined by a smooth minimum; named parts and places of it."""

    def __init__(self) -> None:
        self.cones: list[tuple[float, ...]] = []
        self.outlines: list[tuple[NDArray[np.float64], float]] = []
        self.parts: dict[str, Body] = {}
        self.places: dict[str, tuple[float, float]] = {}

    def limb(self, a: Point, b: Point, ra: float, rb: float | None = None, k: float = 0.02) -> Body:
        """A capsule from a to b with radii ra and rb that joins what is there within k."""
        self.cones.append((*a, ra, *b, ra if rb is None else rb, k))
        return self

    def chain(self, points: ArrayLike, ra: float, rb: float, k: float = 0.012) -> Body:
        """A line through points that tapers from ra to rb: hair, tails, scarves."""
        line = np.asarray(points, np.float64)
        radii = np.linspace(ra, rb, len(line))
        for n in range(len(line) - 1):
            self.limb(line[n], line[n + 1], float(radii[n]), float(radii[n + 1]), k)
        return self

    def outline(self, points: ArrayLike, k: float = 0.012, rounded: int = 4) -> Body:
        """A filled outline; `rounded` steps of a curve from point to point, 1 leaves corners."""
        line = np.asarray(points, np.float64)
        self.outlines.append((smooth_line(line, rounded) if rounded > 1 else line, k))
        return self

    def add(self, other: Body, at: Point = (0.0, 0.0), size: float = 1.0, flip: int = 1) -> Body:
        """Another body, its feet at `at`, times `size`; flip -1 faces the other way."""
        cones, outlines = other.placed(at, size, flip)
        self.cones.extend(tuple(row) for row in cones.tolist())
        self.outlines.extend(outlines)
        for name, part in other.parts.items():
            self.parts.setdefault(name, Body()).add(part, at, size, flip)
        for name, (x, y) in other.places.items():
            self.places[name] = (x * flip * size + at[0], y * size + at[1])
        return self

    def worn(self, **parts: Body) -> Body:
        """The body with parts that are drawn over it again in colours of their own."""
        for name, part in parts.items():
            self.cones.extend(part.cones)
            self.outlines.extend(part.outlines)
            known = self.parts.setdefault(name, Body())
            known.cones.extend(part.cones)
            known.outlines.extend(part.outlines)
        return self

    def placed(
        self, at: Point, size: float, flip: int = 1
    ) -> tuple[NDArray[np.float64], list[tuple[NDArray[np.float64], float]]]:
        """Capsules [n, 7] and outlines where they are drawn."""
        cones = np.array(self.cones, np.float64).reshape(-1, 7) * size
        cones[:, (0, 3)] = cones[:, (0, 3)] * flip + at[0]
        cones[:, (1, 4)] += at[1]
        way = np.array([flip * size, size], np.float64)
        return cones, [(points * way + np.asarray(at), k * size) for points, k in self.outlines]


def beside(point: Point, dx: float, dy: float) -> NDArray[np.float64]:
    """The place dx, dy from a point."""
    return np.array((point[0] + dx, point[1] + dy), np.float64)


def smooth_line(points: ArrayLike, steps: int = 4) -> NDArray[np.float64]:
    """A closed Catmull-Rom curve through points, float64 [n * steps, 2]."""
    p = np.asarray(points, np.float64)
    a, b, c, d = (np.roll(p, shift, 0)[:, None] for shift in (1, 0, -1, -2))
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    curve = 2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
    return np.asarray(0.5 * (curve + (3 * b - a - 3 * c + d) * t**3)).reshape(-1, 2)


@kernel
def _measure(out, x0, y0, step, cones, points, starts, cap):
    """Signed distance to all parts, no larger than cap.

    cones [n, 7]: a, ra, b, rb, how softly it joins. points [m, 3]: outlines with how softly they
    join; starts: where each begins.
    """
    h, w = out.shape
    xs = np.empty(w, np.float32)
    for i in range(w):
        xs[i] = x0 + float32(i) * step
    sign, part = np.empty(w, np.float32), np.empty(w, np.float32)
    boxes = np.empty((max(len(starts) - 1, 1), 4), np.float32)
    for n in range(len(starts) - 1):  # beyond its box an outline is farther than the cap
        s, e = starts[n], starts[n + 1]
        r = cap + points[s, 2]
        boxes[n, 0], boxes[n, 1] = points[s:e, 0].min() - r, points[s:e, 0].max() + r
        boxes[n, 2], boxes[n, 3] = points[s:e, 1].min() - r, points[s:e, 1].max() + r
    for j in range(h):
        y = y0 + float32(j) * step
        row = out[j]
        for i in range(w):
            row[i] = cap
        for n in range(len(starts) - 1):
            s, e = starts[n], starts[n + 1]
            if y < boxes[n, 2] or y > boxes[n, 3]:
                continue
            i0 = min(max(int32((boxes[n, 0] - x0) / step), int32(0)), int32(w))
            i1 = min(int32((boxes[n, 1] - x0) / step) + int32(2), int32(w))
            for i in range(i0, i1):
                part[i], sign[i] = 81.0, 1.0
            q = e - 1
            for v in range(s, e):
                ax, ay, bx, by = points[v, 0], points[v, 1], points[q, 0], points[q, 1]
                ex, ey = bx - ax, by - ay
                inv = 1.0 / (ex * ex + ey * ey + 1e-12)
                wy = y - ay
                up, down = y >= ay, y >= by
                rising = 1.0 if up and not down else 0.0
                falling = 1.0 if down and not up else 0.0
                for i in range(i0, i1):
                    wx = xs[i] - ax
                    t = min(max((wx * ex + wy * ey) * inv, 0.0), 1.0)
                    dx, dy = wx - ex * t, wy - ey * t
                    part[i] = min(part[i], dx * dx + dy * dy)
                    side = rising if ex * wy - ey * wx > 0.0 else falling
                    sign[i] = sign[i] * (1.0 - 2.0 * side)
                q = v
            k = points[s, 2]
            for i in range(i0, i1):
                d = np.sqrt(part[i]) * sign[i]
                o = max(k - abs(d - row[i]), 0.0) / k
                row[i] = min(row[i], d) - o * o * k * 0.25
        for n in range(len(cones)):
            ax, ay, ra, bx = cones[n, 0], cones[n, 1], cones[n, 2], cones[n, 3]
            by, rb, k = cones[n, 4], cones[n, 5], cones[n, 6]
            reach = max(ra, rb) + cap + k * 0.3
            if y < min(ay, by) - reach or y > max(ay, by) + reach:
                continue
            i0 = min(max(int32((min(ax, bx) - reach - x0) / step), int32(0)), int32(w))
            i1 = min(int32((max(ax, bx) + reach - x0) / step) + int32(2), int32(w))
            ex, ey = bx - ax, by - ay
            inv = 1.0 / (ex * ex + ey * ey + 1e-12)
            wy = y - ay
            for i in range(i0, i1):
                wx = xs[i] - ax
                t = min(max((wx * ex + wy * ey) * inv, 0.0), 1.0)
                dx, dy = wx - ex * t, wy - ey * t
                d = np.sqrt(dx * dx + dy * dy) - (ra + (rb - ra) * t)
                o = max(k - abs(d - row[i]), 0.0) / k
                row[i] = min(row[i], d) - o * o * k * 0.25


@kernel
def _lay(planes, field, slope, ix, iy, soft, light, dark, rim, width, alpha, ripple):
    """Lay a field (distances in pixels, over the region at ix, iy) on the picture.

    light: x, y, depth, reach, then where the head is and how far below it the feet are, in pixels,
    and how strong and how wide the broad light is; dark: [2, 3], feet and head; rim: its colour
    and strength, and 1, or 0 where the rim alone is laid; slope: the blurred field.
    """
    _, h, w = planes.shape
    body = np.empty(3, np.float32)
    fh, fw = field.shape
    for j in range(max(iy, 0), min(iy + fh, h)):
        fj = j - iy
        j0, j1 = max(fj - 1, 0), min(fj + 1, fh - 1)
        ly = light[1] - float32(j)
        sway = np.sin(float32(j) * 0.55 + ripple[1]) * ripple[0]
        sway *= 0.4 + 0.6 * np.sin(float32(j) * 0.21 - ripple[1] * 0.7)
        off = int32(np.floor(sway + 0.5))
        up = 1.0 - min(max((float32(j) - light[4]) / light[5], 0.0), 1.0)
        for c in range(3):
            body[c] = dark[0, c] + (dark[1, c] - dark[0, c]) * up
        for i in range(max(ix, 0), min(ix + fw, w)):
            fi = min(max(i - ix + off, 0), fw - 1)
            d = field[fj, fi]
            if d > soft:
                continue
            s = min(max(0.5 - d / (2.0 * soft), 0.0), 1.0)
            a = s * s * (3.0 - 2.0 * s) * alpha
            i0, i1 = max(fi - 1, 0), min(fi + 1, fw - 1)
            gx = (slope[fj, i1] - slope[fj, i0]) * 0.5
            gy = (slope[j1, fi] - slope[j0, fi]) * 0.5
            lx = light[0] - float32(i)
            inv = 1.0 / (np.sqrt(lx * lx + ly * ly + light[2] * light[2]) + 1.0)
            thin = max(-d - 0.3, 0.0) / width
            turned = min(max(((gx * lx + gy * ly) * inv - 0.10) * 1.55, 0.0), 1.0)
            round_ = thin * width / light[7]
            lit = np.exp(-thin * thin) + light[6] * np.exp(-round_ * round_)
            lit *= turned * turned * (3.0 - 2.0 * turned)
            fall = min(light[3] * inv, 1.0)
            lit *= rim[3] * fall * fall
            for c in range(3):
                planes[c, j, i] += ((body[c] - planes[c, j, i]) * rim[4] + rim[c] * lit) * a


def measure(
    body: Body, at: Point, size: float, flip: int = 1, mirror: float | None = None
) -> tuple[Array, Array, NDArray[np.int32], NDArray[np.float64]]:
    """Capsules [n, 7], points of outlines [m, 3], where each begins, and the box [2, 2] of all."""
    cones, outlines = body.placed(at, size, flip)
    rows = [np.column_stack([points, np.full(len(points), k)]) for points, k in outlines]
    points = np.concatenate([np.zeros((0, 3)), *rows])
    if mirror is not None:
        cones[:, (1, 4)] = 2 * mirror - cones[:, (1, 4)]
        points[:, 1] = 2 * mirror - points[:, 1]
    ends = np.concatenate([cones[:, 0:3], cones[:, 3:6]])
    ends = np.concatenate([ends, points * (1, 1, 0)])
    box = np.stack([(ends[:, :2] - ends[:, 2:]).min(0), (ends[:, :2] + ends[:, 2:]).max(0)])
    starts = np.cumsum([0, *(len(points) for points, _ in outlines)])
    return cones.astype(np.float32), points.astype(np.float32), starts.astype(np.int32), box


@dataclass(frozen=True, slots=True)
class Shape:
    """A body measured where it stands: it can be laid on a picture more than once.

    Attributes:
        field: distances in pixels, float32 [rows, columns].
        slope: the same, blurred.
        corner: where it begins in the picture, in pixels.
        at: its feet, in picture heights.
        size: its height.
        step: pixels of the grid on which it was measured.
    """

    field: Array
    slope: Array
    corner: tuple[int, int]
    at: tuple[float, float]
    size: float
    step: int

    def lay(self, planes: Planes, ink: Ink, *, rim_alone: bool = False) -> None:
        """Lay it on a picture; `rim_alone` adds what the light does and leaves the rest."""
        height, (ix, iy) = planes.shape[1], self.corner
        x, y = ink.light if ink.mirror is None else (ink.light[0], 2 * ink.mirror - ink.light[1])
        top, long = self.at[1] - self.size, self.size
        if ink.mirror is not None:
            top, long = 2 * ink.mirror - top, -self.size
        light = np.array([x, y, ink.depth, ink.reach, top, long, 0.0, _ROUND * self.size])
        light = (light * height).astype(np.float32)
        light[6] = ink.broad
        finest = max(2.1 * height / 720, 0.9)
        rim_px = min(max(ink.width * self.size * height, 0.9), finest)
        rim_px += 0.5 * max(ink.soft_px - 1.5, 0.0)
        rim = np.array([*ink.rim, ink.edge, 0.0 if rim_alone else 1.0], np.float32)
        dark = np.array([ink.dark, ink.dark if ink.high is None else ink.high], np.float32)
        ripple = np.array(ink.ripple, np.float32)
        _lay(planes, self.field, self.slope, np.int32(ix), np.int32(iy), max(ink.soft_px, 0.6),
             light, dark, rim, rim_px, ink.alpha, ripple)  # fmt: skip


def draw(
    planes: Planes, body: Body, at: tuple[float, float], size: float, ink: Ink, *, flip: int = 1
) -> None:
    """Lay a body on a picture, its feet at `at` (picture heights), `size` heights tall."""
    found = shaped(planes, body, at, size, ink, flip=flip)
    if found is not None:
        found.lay(planes, ink)


def shaped(
    planes: Planes, body: Body, at: tuple[float, float], size: float, ink: Ink, *, flip: int = 1
) -> Shape | None:
    """A body as it stands in a picture; None where nothing of it is seen."""
    if not body.cones and not body.outlines:
        return None
    height, width = planes.shape[1:]
    cones, points, starts, box = measure(body, at, size, flip, ink.mirror)
    pad = (ink.soft_px + 3) / height + (0.3 * float(cones[:, 6].max()) if len(cones) else 0.0)
    low = np.maximum(box[0] - pad, -0.02)
    high = np.minimum(box[1] + pad, (width / height + 0.02, 1.02))
    if (high <= low).any():
        return None
    span = (high - low) * height
    step = ink.coarse or (1 if span.max() < 120 else 2 if span.max() < 400 else 3)
    ix, iy = int(np.floor(low[0] * height)), int(np.floor(low[1] * height))
    across, down = int(np.ceil(span[0] / step)) + 2, int(np.ceil(span[1] / step)) + 2
    field: NDArray[Any] = np.empty((down, across), np.float32)
    cap = ink.soft_px + 4 * step + (_FAR_RIM * size**0.6 * height if ink.edge else 0)
    first = (ix + 0.5 * step) / height, (iy + 0.5 * step) / height
    _measure(field, *first, step / height, cones, points, starts, cap / height)
    field *= np.float32(height)
    slope: NDArray[Any] = field
    if ink.edge:
        slope = cv2.GaussianBlur(field, (0, 0), max(_BLUR * size**0.6 * height / step, 0.7))
    if step > 1:
        full = across * step, down * step
        slope = cv2.resize(slope, full, interpolation=cv2.INTER_LINEAR)
        way = cv2.INTER_LINEAR if step < 3 else cv2.INTER_CUBIC
        field = cv2.resize(field, full, interpolation=way)
    return Shape(field, slope, (ix, iy), at, size, step)


def contact(
    planes: Planes, at: tuple[float, float], wide: float, flat: float = 0.16, dark: float = 0.7
) -> None:
    """The soft shadow under what stands at `at`: an ellipse, multiplied into the picture."""
    height, width = planes.shape[1:]
    reach = np.array([1.6 * wide, 1.6 * wide * flat + 0.002])
    low = np.maximum(np.round((np.array(at) - reach) * height).astype(int), 0)
    high = np.minimum(np.round((np.array(at) + reach) * height).astype(int), (width, height))
    if (high <= low).any():
        return
    dx = ((np.arange(low[0], high[0]) + 0.5) / height - at[0]) / wide
    dy = ((np.arange(low[1], high[1]) + 0.5) / height - at[1]) / (wide * flat)
    keep = 1 - dark * np.exp(-1.6 * (dx[None] ** 2 + dy[:, None] ** 2))
    planes[:, low[1] : high[1], low[0] : high[0]] *= keep.astype(np.float32)
