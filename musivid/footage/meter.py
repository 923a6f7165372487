"""The pictures of a file, seen in order, become numbers a quarter of a second."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.analysis.cuts import CutFinder, is_sudden
from musivid.analysis.flow import FlowMeter
from musivid.footage.seen import CELL_S, THUMB

__all__ = ["Meter", "sharpness"]

Frame = NDArray[np.uint8]
Floats = NDArray[np.float32]

_WIDE = 640  # width of a picture whose sharpness is measured; 8K is then no sharper than VGA
_LESS = 4  # as small is the picture whose structure must be left where all fine detail is gone
_SURE = 0.08  # response of the phase correlation below which a displacement means nothing
_UNIT = 160.0  # pixels: displacements are as long as in pictures of this width
_USUAL_FPS = 25.0  # pictures a second that changes of a camera's way are counted at
_EDGE = 0.06  # share of each side where nothing is looked at: letterbox and interlaced edges


class Meter:
    """Sees the small pictures of a file on an even grid, and says in the end what they show.

    Args:
        size: width and height of the small pictures.
        fps: of the grid.
    """

    def __init__(self, size: tuple[int, int], fps: float) -> None:
        self._fps, self._scale = fps, _UNIT / max(size)
        self._flow, self._cuts = FlowMeter(size, fps), CutFinder(fps)
        self._window = cv2.createHanningWindow(size, cv2.CV_32F)
        self._before: Floats | None = None
        self._way: tuple[float, float] | None = None
        self._seen = 0
        self._sums: dict[int, list[tuple[float, ...]]] = {}
        self._cells: dict[int, dict[str, Any]] = {}

    def wants_detail(self, time_s: float) -> bool:
        """Whether the picture of a moment is the first of its cell, and looked at in full."""
        return int(time_s / CELL_S + 1e-6) not in self._cells

    def see(
        self, small: Frame, time_s: float, steps: int, detail: tuple[float, float] | None
    ) -> None:
        """Take the next picture.

        Args:
            small: uint8 [h, w, 3] RGB.
            time_s: when it is shown.
            steps: how many steps of the grid it comes after the one before.
            detail: from `sharpness`, of the first picture of a cell.
        """
        step = self._flow.see(small, steps)
        for _ in range(steps - 1 if self._seen else 0):
            self._cuts.hold()
        self._cuts.see(self._flow.grey, step.novelty)
        self._seen += steps if self._seen else 1
        cell = int(time_s / CELL_S + 1e-6)
        if detail is not None:
            self._cells[cell] = _looked(small, self._flow.grey, detail)
        sudden = is_sudden(step.novelty, step.recolouring)
        across, down, shake = self._displaced(steps, sudden=sudden)
        flow = 0.0 if sudden else step.flow
        self._sums.setdefault(cell, []).append((flow, across, down, shake))

    def finish(self) -> dict[str, Any]:
        """The curves and cuts, by the names that `Seen` has for them."""
        count = max(self._cells) + 1
        known = np.array(sorted(self._cells))
        # A cell in which nothing new was shown holds what was shown before it.
        held = known[np.searchsorted(known, np.arange(count), side="right") - 1]
        names = ("luma", "contrast", "sharp", "fine", "at_x", "at_y")
        found: dict[str, Any] = {
            name: np.array([self._cells[c][name] for c in held], np.float32) for name in names
        }
        found["thumbs"] = np.stack([self._cells[c]["thumb"] for c in held])
        nothing = [(0.0, 0.0, 0.0, 0.0)]
        means = [np.mean(self._sums.get(c, nothing), axis=0) for c in range(count)]
        rows = np.array(means, np.float32).reshape(count, 4)
        for name, row in zip(("flow", "across", "down", "shake"), rows.T, strict=True):
            found[name] = row.copy()
        cuts = self._cuts.find()
        found["cuts_s"] = cuts / self._fps
        found["soft_s"] = self._cuts.find_soft(cuts) / self._fps
        return found

    def _displaced(self, steps: int, *, sudden: bool) -> tuple[float, float, float]:
        """How far the picture went right and down a second, and how much that changed."""
        grey = self._flow.grey.astype(np.float32)
        before, self._before = self._before, grey
        if before is None:
            return 0.0, 0.0, 0.0
        (x, y), response = cv2.phaseCorrelate(before, grey, self._window)
        if sudden or response < _SURE:  # a cut, or nothing that could be followed
            self._way = None
            return 0.0, 0.0, 0.0
        rate = self._fps / steps
        way = self._scale * x * rate, self._scale * y * rate
        last, self._way = self._way, way
        change = 0.0 if last is None else float(np.hypot(way[0] - last[0], way[1] - last[1]))
        return *way, change / _USUAL_FPS


def sharpness(luma: Frame) -> tuple[float, float]:
    """How sharp a picture is, and how much of its structure is coarse.

    Args:
        luma: uint8 [h, w], at any size.
    """
    height, width = luma.shape
    inner = luma[int(_EDGE * height) : height - int(_EDGE * height), int(_EDGE * width) :]
    if width > _WIDE:
        size = _WIDE, max(8, round(_WIDE * inner.shape[0] / inner.shape[1]))
        inner = np.asarray(cv2.resize(inner, size, interpolation=cv2.INTER_AREA), np.uint8)
    less = max(8, inner.shape[1] // _LESS), max(8, inner.shape[0] // _LESS)
    small = cv2.resize(inner, less, interpolation=cv2.INTER_AREA)
    fine, coarse = _laplacian(inner), _laplacian(small)
    return fine, coarse / (fine + 1.0)


def _laplacian(picture: Any) -> float:
    return float(cv2.Laplacian(picture, cv2.CV_32F).var())


def _looked(small: Frame, grey: Frame, detail: tuple[float, float]) -> dict[str, Any]:
    """What one picture shows."""
    mean, spread = (float(value[0, 0]) / 255 for value in cv2.meanStdDev(grey))
    at_x, at_y = _interest(grey)
    return {
        "luma": mean,
        "contrast": spread,
        "sharp": detail[0],
        "fine": detail[1],
        "at_x": at_x,
        "at_y": at_y,
        "thumb": np.asarray(cv2.resize(small, THUMB, interpolation=cv2.INTER_AREA), np.uint8),
    }


def _interest(grey: Frame) -> tuple[float, float]:
    """Where there is most to see: the middle of the edges that stand out, in shares."""
    soft = cv2.GaussianBlur(grey, (0, 0), 1.5)
    edges = np.abs(cv2.Sobel(soft, cv2.CV_32F, 1, 0)) + np.abs(cv2.Sobel(soft, cv2.CV_32F, 0, 1))
    strong = np.maximum(edges - 1.5 * edges.mean(), 0.0)
    total = float(strong.sum())
    if total <= 0:
        return 0.5, 0.5
    places: Iterable[Any] = (strong.sum(0), strong.sum(1))
    found = [float((row * (np.arange(len(row)) + 0.5)).sum() / total / len(row)) for row in places]
    return found[0], found[1]
