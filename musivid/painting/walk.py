"""The way from one keyframe to the next: where on it each frame is, and its picture.

Latents walk on arcs, so that halfway pictures keep their contrast; the music sets the pace.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from musivid.analysis.smooth import Curve
from musivid.core.device import autocast as half_precision
from musivid.core.easing import smoothstep
from musivid.core.seeds import lots
from musivid.nets.protocols import Painter
from musivid.painting.between import Turn, cell_shares, slerp
from musivid.painting.layout import channels_last
from musivid.painting.painter import to_frames
from musivid.settings.video import WalkPreset

__all__ = [
    "batch_size",
    "between_latents",
    "decode_levels",
    "decode_walk",
    "music_drive",
    "span_progress",
    "wipe_field",
]

_PIXELS_AT_ONCE = {"cpu": 4 * 256 * 256, "cuda": 64 * 256 * 256}  # cache there, memory here
# Above 1, so that half an onset moves the picture by less than half: what is felt is the beat.
_SHARPNESS = 1.5
_QUIET_DRIVE = 0.25  # pace of silence against that of full loudness


def music_drive(onsets: Curve, loudness: Curve, morph: float) -> NDArray[np.float64]:
    """How fast the walk wants to go at each moment, float [moments], above 0.

    Args:
        onsets: float [moments], 0..1, strength of onsets.
        loudness: float [moments], 0..1.
        morph: how much onsets hasten the walk (0: not at all, 1: plainly).
    """
    calm = _QUIET_DRIVE + (1 - _QUIET_DRIVE) * np.clip(loudness, 0, 1)
    return calm + 4 * morph * np.clip(onsets, 0, 1) ** _SHARPNESS


def span_progress(
    positions: Curve, settings: WalkPreset, drive: Curve | None = None
) -> NDArray[np.float64]:
    """Progress of the walk at positions of its span: monotone, exactly 0 at 0 and 1 at 1.

    Args:
        positions: float [frames], 0..1, share of the span's time that has passed.
        settings: `hold` rests at both ends (half of it each), `music` mixes the clock with the
            music's own time.
        drive: float [moments] at least 0, pace at even moments over the span; None or silence
            leaves the clock alone.

    Returns:
        float64 [frames].
    """
    clock = np.clip(np.asarray(positions, dtype=float), 0, 1)
    mixed = clock
    if drive is not None and np.sum(drive) > 0:
        passed = np.concatenate([[0.0], np.cumsum(np.maximum(drive, 0), dtype=float)])
        moments = np.linspace(0, 1, len(passed))
        mixed = (1 - settings.music) * clock + settings.music * np.interp(
            clock, moments, passed / passed[-1]
        )
    moving = max(1 - settings.hold, 1e-9)
    u = np.clip((mixed - settings.hold / 2) / moving, 0, 1)
    return np.where(clock <= 0, 0.0, np.where(clock >= 1, 1.0, smoothstep(u)))


def wipe_field(seed: int, height: int, width: int, *, coarse: int = 5) -> Tensor:
    """A smooth random landscape float32 [height, width], evenly spread over 0..1."""
    generator = lots(seed)
    rough = torch.rand(1, 1, coarse, coarse, generator=generator)
    smooth = functional.interpolate(rough, (height, width), mode="bicubic", align_corners=True)
    # By rank, so that at half the way half of the picture has changed.
    order = smooth.flatten().argsort().argsort()
    return (order.float() / max(len(order) - 1, 1)).view(height, width)


def decode_walk(
    network: Painter,
    start: Tensor,
    end: Tensor,
    progress: Curve,
    *,
    settings: WalkPreset,
    autocast: torch.dtype | None = None,
    skip: int = 0,
    field: Tensor | None = None,
    turn: Turn = slerp,
) -> Iterator[NDArray[np.uint8]]:
    """Frames uint8 [h, w, 3] of one span between the latents [1, c, h, w] of two keyframes.

    Every `decode_every`-th frame and the last are decoded, in batches that depend on the span
    alone, never on `skip`: a resumed walk gives the same bytes as one that was not interrupted.
    Frames between are blended by progress. Equal neighbours (a hold) are decoded once.

    Args:
        network: decodes.
        start: latent of the keyframe at progress 0.
        end: latent of the keyframe at progress 1.
        progress: float [frames], 0..1, of `span_progress`.
        settings: how often to decode, and whether to snap to the codebook.
        autocast: half precision for the decoder.
        skip: frames of the span that are not wanted, from its beginning.
        field: float [h, w], 0..1, which cells change first, for `settings.wipe`; None: all at once.
        turn: `slerp`, or `whole_slerp` with wipe 0.
    """
    import cv2

    count = len(progress)
    if not 0 <= skip < count:
        return
    anchors = np.unique([*range(0, count, settings.decode_every), count - 1])
    begin = int(np.searchsorted(anchors, skip, side="right")) - 1
    pictures = _decode_anchors(
        network,
        start,
        end,
        progress[anchors],
        quantise=settings.quantise,
        autocast=autocast,
        begin=begin,
        spread=partial(cell_shares, field=field, wipe=settings.wipe),
        turn=turn,
    )
    left = next(pictures)
    for first, last in itertools.pairwise(anchors[begin:].tolist()):
        right = next(pictures)
        way = progress[last] - progress[first]
        for frame in range(max(first, skip), last):
            share = (progress[frame] - progress[first]) / way if way > 0 else 0.0
            blend: Any = cv2.addWeighted(left, 1 - share, right, share, 0) if share else left
            yield blend
        left = right
    yield left


def _decode_anchors(
    network: Painter,
    start: Tensor,
    end: Tensor,
    progress: Curve,
    *,
    quantise: bool,
    autocast: torch.dtype | None,
    begin: int,
    spread: Callable[[Tensor], Tensor],
    turn: Turn,
) -> Iterator[NDArray[np.uint8]]:
    """Decoded pictures uint8 [h, w, 3] at each progress, from index `begin` on."""
    # Neighbours at the same place share one picture: `places[i]` is the distinct place of i.
    places = np.cumsum(np.diff(progress, prepend=progress[:1]) != 0)
    distinct = progress[np.unique(places, return_index=True)[1]]
    at_once = batch_size(start, network.factor)
    batch, frames = -1, np.empty(0, dtype=np.uint8)
    for place in places[begin:].tolist():
        if place // at_once != batch:
            batch = place // at_once
            shares = distinct[batch * at_once : (batch + 1) * at_once]
            share = spread(torch.from_numpy(shares).to(start))
            latents = between_latents(network, start, end, share, turn=turn, quantise=quantise)
            frames = to_frames(_decode(network, latents, autocast))
        yield frames[place % at_once]


@torch.inference_mode()
def between_latents(
    network: Painter, start: Tensor, end: Tensor, share: Tensor, *, turn: Turn, quantise: bool
) -> Tensor:
    """Latents [n, c, h, w] at shares [n, 1, 1, 1] or [n, 1, h, w] of the way."""
    latents = turn(start, end, share)
    return network.quantize(latents) if quantise else latents


def decode_levels(
    network: Painter, latents: Tensor, autocast: torch.dtype | None
) -> NDArray[np.float32]:
    """Pictures float32 [n, h, w, 3], 0..255, not rounded, of latents [n, c, h, w], in one batch."""
    pictures = _decode(network, latents, autocast).float().mul(255).clamp(0, 255)
    levels: NDArray[np.float32] = pictures.permute(0, 2, 3, 1).contiguous().cpu().numpy()
    return levels


@torch.inference_mode()
def _decode(network: Painter, latents: Tensor, autocast: torch.dtype | None) -> Tensor:
    with half_precision(latents.device, autocast):
        return network.decode(channels_last(latents))


def batch_size(latent: Tensor, factor: int) -> int:
    """Pictures a batch: a function of their size and the kind of device only."""
    pixels = latent.shape[-2] * latent.shape[-1] * factor**2
    return max(1, _PIXELS_AT_ONCE.get(latent.device.type, _PIXELS_AT_ONCE["cpu"]) // pixels)
