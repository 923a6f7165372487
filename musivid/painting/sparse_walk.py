"""The way between two latents with no more decoding than the eye can tell.

Decoding is nearly all that a walk costs, and over a few frames it is nearly straight: a frame
blended from its decoded neighbours then differs by less than the rounding to whole levels. So
frames are decoded far apart, each gap is tried in its middle, and where the blend is wrong there
the gap is halved, down to single frames where the music leaps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from musivid.analysis.smooth import Curve
from musivid.nets.protocols import Painter
from musivid.painting.between import Turn, cell_shares, slerp
from musivid.painting.walk import batch_size, between_latents, decode_levels

__all__ = ["sparse_walk"]

Frame = NDArray[np.uint8]
# A decoded frame float32 [h, w, 3], 0..255, not rounded yet: two roundings would be seen.
Levels = NDArray[np.float32]
Decode = Callable[[Sequence[int]], dict[int, Levels]]

_CHUNK = 32  # frames that are in memory together
_GAP = 8  # frames between those that are decoded at first
_OFF = 1.6  # levels that a blend may be off in the middle of a gap; halved, a quarter of it is left


def sparse_walk(
    network: Painter,
    start: Tensor,
    end: Tensor,
    progress: Curve,
    *,
    wipe: float = 0.0,
    field: Tensor | None = None,
    turn: Turn = slerp,
    autocast: torch.dtype | None = None,
    skip: int = 0,
) -> Iterator[Frame]:
    """Frames uint8 [h, w, 3] between the latents [1, c, h, w] of two pictures.

    They are those of decoding every frame on its own, within a level where blending is as good.
    What is decoded together depends on the span alone, never on `skip`: a resumed walk gives the
    same bytes as one that was not interrupted.

    Args:
        network: decodes.
        start: latent at progress 0.
        end: latent at progress 1.
        progress: float [frames], 0..1, never falling.
        wipe: 0..1, how much cells change one after another.
        field: float [h, w], 0..1, which cells change first; None: all at once.
        turn: how latents go from one to the other.
        autocast: half precision for the decoder.
        skip: frames that are not wanted, from the beginning.
    """
    at_once = batch_size(start, network.factor)

    def decode(numbers: Sequence[int]) -> dict[int, Levels]:
        frames: dict[int, Levels] = {}
        for first in range(0, len(numbers), at_once):
            batch = numbers[first : first + at_once]
            shares = torch.from_numpy(np.asarray(progress, float)[list(batch)]).to(start)
            spread = cell_shares(shares, field=field, wipe=wipe)
            latents = between_latents(network, start, end, spread, turn=turn, quantise=False)
            frames |= zip(batch, decode_levels(network, latents, autocast), strict=True)
        return frames

    for first in range(0, len(progress), _CHUNK):
        last = min(first + _CHUNK, len(progress))
        if last > skip:
            known = _decoded(decode, progress, first, last - 1)
            yield from _filled(known, progress)[max(skip - first, 0) :]


def _decoded(decode: Decode, progress: Curve, first: int, last: int) -> dict[int, Levels]:
    """Frames between which blending is as good as decoding, the first and the last among them."""
    anchors = sorted({*range(first, last, _GAP), last})
    known = decode(anchors)
    gaps = list(pairwise(anchors))
    while gaps := [(a, b) for a, b in gaps if b - a > 1 and progress[b] > progress[a]]:
        middles = [(a + b) // 2 for a, b in gaps]
        known |= decode(middles)
        wrong = [
            (a, middle, b)
            for (a, b), middle in zip(gaps, middles, strict=True)
            if _apart(_blend(known, progress, (a, b), middle), known[middle]) > _OFF
        ]
        gaps = [half for a, middle, b in wrong for half in ((a, middle), (middle, b))]
    return known


def _filled(known: dict[int, Levels], progress: Curve) -> list[Frame]:
    """All frames from the first known one to the last."""
    order = sorted(known)
    frames = [_rounded(known[order[0]])]
    for a, b in pairwise(order):
        between = [_blend(known, progress, (a, b), number) for number in range(a + 1, b)]
        frames += [_rounded(levels) for levels in (*between, known[b])]
    return frames


def _rounded(levels: Levels) -> Frame:
    import cv2

    return np.asarray(cv2.convertScaleAbs(levels), np.uint8)


def _blend(known: dict[int, Levels], progress: Curve, gap: tuple[int, int], number: int) -> Levels:
    """A frame within a gap, blended by how far the walk has gone."""
    import cv2

    first, last = gap
    way = progress[last] - progress[first]
    share = float((progress[number] - progress[first]) / way) if way > 0 else 0.0
    mixed: Any = cv2.addWeighted(known[first], 1 - share, known[last], share, 0)
    return np.asarray(mixed, np.float32)


def _apart(first: Levels, second: Levels) -> float:
    """By how many levels two frames differ at most."""
    import cv2

    return float(np.max(cv2.absdiff(first, second)))
