"""Rendered scenes on disk, so that each training reads pictures instead of painting them again."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from musivid.pocket.scenes import Scene, mixed_scene, render, sample_scene

__all__ = ["PLAIN", "Pictures", "cache_folder", "render_all", "training_pictures"]

SIDE_PX = 256
PLAIN, MIXED = 24_000, 9_000
_CHUNK = 256


def cache_folder() -> Path:
    """Where training data and checkpoints go: $MUSIVID_POCKET_CACHE or .cache/pocket."""
    folder = Path(os.environ.get("MUSIVID_POCKET_CACHE", ".cache/pocket"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Pictures:
    """Scenes of seeds `first` to `first + count` as memory-mapped pictures, plain or `mixed`.

    Attributes:
        px: uint8 [count, 256, 256, 3], RGB.
        scenes: the facts of each.
        name: tells these pictures from others, for what is kept of them in the cache.
    """

    def __init__(self, count: int, first: int = 0, *, mixed: bool = False) -> None:
        path = render_all(count, first, mixed=mixed)
        self.px, self.name = np.load(path, mmap_mode="r"), path.stem
        self.scenes = _draw(first, count, mixed)

    def batch(self, rows: np.ndarray, side: int) -> np.ndarray:
        """Return pictures [n, 3, side, side] as uint8, made smaller by area averaging."""
        pictures = [
            self.px[row]
            if side == SIDE_PX
            else cv2.resize(self.px[row], (side, side), interpolation=cv2.INTER_AREA)
            for row in rows
        ]
        return np.ascontiguousarray(np.stack(pictures).transpose(0, 3, 1, 2))

    def crops(self, rows: np.ndarray, side: int, rng: np.random.Generator) -> np.ndarray:
        """Return random crops [n, 3, side, side], uint8, at the full or at half the scale."""
        out = np.empty((len(rows), side, side, 3), np.uint8)
        for i, row in enumerate(rows):
            span = side * int(rng.integers(1, SIDE_PX // side + 1))
            x, y = rng.integers(0, SIDE_PX - span + 1, 2)
            crop = self.px[row, y : y + span, x : x + span]
            crop = (
                crop
                if span == side
                else cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA)
            )
            out[i] = crop[:, ::-1] if rng.random() < 0.5 else crop
        return np.ascontiguousarray(out.transpose(0, 3, 1, 2))


def training_pictures(count: int = PLAIN) -> tuple[Pictures, Pictures]:
    """What words and dreams are learned from: `count` pictures of one family, and mixed ones."""
    return Pictures(count), Pictures(max(count * MIXED // PLAIN, 64), mixed=True)


def _render_chunk(first: int, count: int, mixed: bool) -> np.ndarray:
    cv2.setNumThreads(1)
    return np.stack([render(scene, SIDE_PX) for scene in _draw(first, count, mixed)])


def _draw(first: int, count: int, mixed: bool) -> list[Scene]:
    """The facts of the scenes of `count` seeds."""
    draw = mixed_scene if mixed else sample_scene
    return [draw(seed) for seed in range(first, first + count)]


def render_all(count: int, first: int = 0, *, mixed: bool = False, workers: int = 2) -> Path:
    """Render the pictures of `count` seeds from `first` on, once; a half-done file is done anew."""
    path = cache_folder() / f"{'mixed' if mixed else 'pictures'}-{first}-{count}.npy"
    if path.exists():
        return path
    part = path.with_suffix(".part")
    out = np.lib.format.open_memmap(part, "w+", np.uint8, (count, SIDE_PX, SIDE_PX, 3))
    starts = range(0, count, _CHUNK)
    with ProcessPoolExecutor(workers) as pool:
        sizes = [min(_CHUNK, count - s) for s in starts]
        for start, chunk in zip(
            starts,
            pool.map(_render_chunk, [first + s for s in starts], sizes, [mixed] * len(sizes)),
            strict=True,
        ):
            out[start : start + len(chunk)] = chunk
    out.flush()
    part.rename(path)
    return path
