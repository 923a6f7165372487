"""How one scene becomes the next: a plain cut, an iris from light to light, an ember, a push.

Each takes both pictures and gives one; `share` runs from 0 to 1 over the cut, with the downbeat at
its middle. Pictures may be written into.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from musivid.living.canvas import Planes, camera, grid, resized
from musivid.living.kernels import kernel
from musivid.living.scene import ease
from musivid.living.shade import expo, fbm3, fbm5, mix, noise, smooth

__all__ = ["CUTS", "Seam", "cut_length_s"]

_PUSH_COPIES = 12  # of the picture in the blur of a push


@dataclass(frozen=True, slots=True)
class Seam:
    """What a cut knows of both sides.

    Attributes:
        leaving: where the old picture's light is, in picture heights.
        coming: where the new one's is.
        glow: colour of the old light.
        seed: what is drawn by lot follows from it.
    """

    leaving: tuple[float, float]
    coming: tuple[float, float]
    glow: tuple[float, float, float]
    seed: int


@kernel
def _iris(a, b, xs, ys, cx, cy, radius, e0, e1, e2):
    for j in range(a.shape[1]):
        ar, ag, ab, br, bg, bb = a[0, j], a[1, j], a[2, j], b[0, j], b[1, j], b[2, j]
        for i in range(len(xs)):
            dx, dy = xs[i] - cx, ys[j] - cy
            d = np.sqrt(dx * dx + dy * dy) + (fbm3(dx * 5.0 + 3.0, dy * 5.0) - 0.5) * 0.10 - radius
            k = smooth(0.012, -0.012, d)
            e = expo(-min(abs(d) * 22.0, 12.0)) + 0.25 * expo(-min(abs(d) * 5.0, 12.0))
            ar[i] = mix(ar[i], br[i], k) + e * e0
            ag[i] = mix(ag[i], bg[i], k) + e * e1
            ab[i] = mix(ab[i], bb[i], k) + e * e2


@kernel
def _ember(a, b, xs, ys, cx, cy, front, seed):
    for j in range(a.shape[1]):
        ar, ag, ab, br, bg, bb = a[0, j], a[1, j], a[2, j], b[0, j], b[1, j], b[2, j]
        for i in range(len(xs)):
            dx, dy = xs[i] - cx, (ys[j] - cy) * 1.15
            n = fbm5(xs[i] * 3.1 + seed, ys[j] * 3.1)
            fine = noise(xs[i] * 46.0, ys[j] * 46.0 + seed)
            d = np.sqrt(dx * dx + dy * dy) + (n - 0.5) * 0.62 + (fine - 0.5) * 0.022 - front
            k = smooth(0.0025, -0.0025, d)
            above = max(d, 0.0)
            char = 1.0 - 0.94 * expo(-min(above * 17.0, 12.0))
            hot = expo(-min(above * 120.0, 12.0)) * (0.35 + 1.1 * fine)
            late = expo(-min(max(d - 0.012, 0.0) * 34.0, 12.0))
            hot += 0.16 * late * smooth(0.45, 0.75, n)
            ar[i] = mix(ar[i] * char + hot * 2.6, br[i], k)
            ag[i] = mix(ag[i] * char + hot * 0.80, bg[i], k)
            ab[i] = mix(ab[i] * char + hot * 0.12, bb[i], k)


def _grid_of(planes: Planes) -> tuple[Planes, Planes]:
    return grid((planes.shape[2], planes.shape[1]))


def _cut_iris(a: Planes, b: Planes, share: float, seam: Seam) -> Planes:
    """The new scene opens where the old one's light is: sun into moon, moon into fire."""
    glow = 1.6 * float(np.sin(np.pi * share)) ** 0.7
    light = [glow * c for c in seam.glow]
    _iris(a, b, *_grid_of(a), *seam.leaving, 0.02 + ease(share) * 2.1, *light)
    return a


def _cut_ember(a: Planes, b: Planes, share: float, seam: Seam) -> Planes:
    """The old picture burns away like paper from where the new light is."""
    _ember(a, b, *_grid_of(a), *seam.coming, -0.42 + 2.1 * share**1.35, float(seam.seed % 97))
    return a


def _cut_push(a: Planes, b: Planes, share: float, seam: Seam) -> Planes:
    """Through the old picture into the new one, blurred by speed."""
    height, width = a.shape[1:]
    at = seam.leaving[0] * height / width, seam.leaving[1]
    k, speed = ease(share), float(np.sin(np.pi * share))
    source, zoom = (a, 1 + 2.2 * k**1.5) if share < 0.5 else (b, 1 + 0.5 * (1 - k))
    small = resized(source, (width // 2, height // 2), cv2.INTER_AREA)
    total = np.zeros_like(small)
    for copy in range(_PUSH_COPIES):
        total += camera(small, zoom * (1 + 0.022 * copy * speed), at=at)
    blurred = resized(total / np.float32(_PUSH_COPIES), (width, height))
    if speed > 0.25:
        return blurred
    sharp = camera(source, zoom, at=at)
    return sharp + (blurred - sharp) * np.float32(speed * 4)


def _cut_plain(a: Planes, b: Planes, share: float, seam: Seam) -> Planes:
    """A cut on the downbeat; the new picture comes a little closer and settles."""
    if share < 0.5:
        return a
    closer = 0.06 * (1 - (share - 0.5) * 2) ** 3
    return b if closer < 1e-4 else camera(b, 1 + closer)


CUTS: dict[str, Callable[[Planes, Planes, float, Seam], Planes]] = {
    "cut": _cut_plain,
    "ember": _cut_ember,
    "iris": _cut_iris,
    "push": _cut_push,
}
"""Cuts by name."""

_LENGTHS_S = {"cut": 0.4, "ember": 1.2, "iris": 0.9, "push": 0.6}


def cut_length_s(name: str) -> float:
    """Seconds that a cut takes."""
    return _LENGTHS_S[name]
