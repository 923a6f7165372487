"""What shots of footage show, in a space that pictures share with words; looked at once, and kept.

The space is that of a published CLIP or SigLIP: `pipeline/video/sight.py` brings it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.analysis.kept import read_kept, write_kept
from musivid.core.progress import Reporter, Silent
from musivid.footage.faults import GOOD, NEVER, Graded
from musivid.footage.looking import file_mark
from musivid.footage.pool import Pool
from musivid.footage.seen import CELL_S
from musivid.media.excerpt import read_from
from musivid.media.pictures import read_picture

__all__ = ["Embed", "embed_shots"]

Frame = NDArray[np.uint8]
Embed = Callable[[Sequence[Frame]], NDArray[np.float32]]
"""Embeddings float32 [n, dim] of unit length of square pictures, uint8 [side, side, 3]."""

_VERSION = 1  # rises when the same pictures are looked at otherwise
_EVERY_S, _MOST = 4.0, 6  # seconds of a shot that a picture speaks for; how many at most


def embed_shots(
    pool: Pool,
    embed: Embed,
    *,
    side: int,
    name: str,
    cache: Path | None = None,
    reporter: Reporter | None = None,
) -> NDArray[np.float64]:
    """What each shot shows, float64 [shots, dim] of unit length; zeros where nothing may be shown.

    Args:
        pool: the footage.
        embed: the network; called for pictures that are not known yet alone.
        side: of the pictures that it wants, in pixels.
        name: tells one network from others.
        cache: folder in which is kept what was seen; None: nothing is kept.
        reporter: told of the progress.
    """
    told = reporter or Silent()
    told.stage("see what footage shows", len(pool.files), "files")
    found: dict[int, NDArray[np.float64]] = {}
    for number, one in enumerate(pool.files):
        own = np.flatnonzero(pool.file == number)
        moments = {shot: _moments(pool, own[pool.shot[own] == shot])
                   for shot in np.unique(pool.shot[own]).tolist()}  # fmt: skip
        times = [time for of_shot in moments.values() for time in of_shot]
        rows = iter(_seen(one, times, embed, side, _place(one.seen.path, name, cache)))
        for shot, of_shot in moments.items():
            if of_shot:
                mean = np.mean([next(rows) for _ in of_shot], axis=0).astype(np.float64)
                found[shot] = mean / (np.linalg.norm(mean) + 1e-9)
        told.advance()
    dim = max((len(row) for row in found.values()), default=1)
    return np.stack([found.get(shot, np.zeros(dim)) for shot in range(int(pool.shot[-1]) + 1)])


def _moments(pool: Pool, cells: NDArray[np.int64]) -> list[float]:
    """When a shot is looked at: evenly over what of it may be shown, at best without any fault."""
    shown = cells[pool.grades[cells] == GOOD]
    shown = shown if len(shown) else cells[pool.grades[cells] < NEVER]
    if not len(shown):
        return []
    count = min(_MOST, max(1, round(len(shown) * CELL_S / _EVERY_S)))
    picked = shown[((np.arange(count) + 0.5) / count * len(shown)).astype(int)]
    if pool.files[int(pool.file[picked[0]])].seen.is_photo:
        return [0.0]
    return [float(time) for time in pool.start_s[picked]]


def _place(path: Path, name: str, cache: Path | None) -> Path | None:
    if cache is None:
        return None
    text = f"shots {_VERSION} {name} {file_mark(path)} {path.stat().st_mtime_ns}"
    return cache / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.npz"


def _seen(
    one: Graded, times: Sequence[float], embed: Embed, side: int, place: Path | None
) -> NDArray[np.float32]:
    """Embeddings [times, dim] of the pictures of some moments of a file."""
    if not times:
        return np.empty((0, 1), np.float32)
    held = None if place is None else read_kept(place)
    # Which moments may be shown depends on the rest of the footage.
    if held is not None and np.array_equal(held.get("times", np.empty(0)), times):
        rows = held.get("rows")
        if rows is not None and rows.ndim == 2 and len(rows) == len(times):
            return rows.astype(np.float32)
    made = embed([_picture(one, time, side) for time in times])
    if place is not None:
        write_kept(place, {"times": np.array(times), "rows": made})
    return made


def _picture(one: Graded, time_s: float, side: int) -> Frame:
    """The middle of a picture, uint8 [side, side, 3], as the network was taught by."""
    width, height = one.seen.size
    scale = side / min(width, height)
    size = max(side, round(width * scale)), max(side, round(height * scale))
    if one.seen.is_photo:
        whole = read_picture(one.seen.path, size, role="photo")
    else:
        whole = next(read_from(one.seen.path, time_s)).rgb(size)
    tall, wide = whole.shape[:2]
    least = min(tall, wide)
    top, left = (tall - least) // 2, (wide - least) // 2
    square = whole[top : top + least, left : left + least]
    if least != side:
        square = np.asarray(cv2.resize(square, (side, side)), np.uint8)
    return np.ascontiguousarray(square)
