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
from musivid.core.seeds import lots
from musivid.nets.protocols import Painter
from musivid.painting.painter import to_frames
from musivid.painting.precision import channels_last
from musivid.settings.video import WalkPreset

__all__ = [
    "Turn",
    "batch_size",
    "between_latents",
    "cell_shares",
    "decode_levels",
    "decode_walk",
    "music_drive",
    "slerp",
    "span_progress",
    "whole_slerp",
    "wipe_field",
]

Turn = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Latents a share of the way from first to second: `slerp`, `whole_slerp`."""

_NEARLY_ONE = 0.9995  # cosine beyond which the published slerp takes the chord
_SMALL_SINE = 1e-4  # below it the arc is replaced by the chord, at both ends of 0..pi
_TINY = 1e-12  # keeps a resting walk from dividing by zero
_PIXELS_AT_ONCE = {"cpu": 4 * 256 * 256, "cuda": 64 * 256 * 256}  # cache there, memory here
_MOST_WIPE = 0.85  # of the way, spent on waiting for other cells at wipe 1
# Above 1, so that half an onset moves the picture by less than half: what is felt is the beat.
_SHARPNESS = 1.5
_QUIET_DRIVE = 0.25  # pace of silence against that of full loudness


def slerp(first: Tensor, second: Tensor, share: float | Tensor, *, dim: int = 1) -> Tensor:
    """The vectors a share of the way along the arc from first to second; exact at 0 and 1.

    Each vector along `dim` turns on its own and its length goes evenly from one to the other.
    For latents [n, c, h, w] (dim 1) each cell is a vector, so cells that agree do not change at
    all. Nearly equal and nearly opposite vectors take the chord.

    Args:
        first: float vectors along dim.
        second: as first.
        share: 0..1, a number or a tensor that broadcasts to first.
        dim: where a vector lies; 1 serves latents [n, c, h, w] and embeddings [n, d].
    """
    share = torch.as_tensor(share, dtype=first.dtype, device=first.device)
    start_length = first.norm(dim=dim, keepdim=True)
    end_length = second.norm(dim=dim, keepdim=True)
    start = first / start_length.clamp(min=_TINY)
    end = second / end_length.clamp(min=_TINY)
    # The half angle from sum and difference stays exact where the arccosine of a dot does not.
    angle = 2 * torch.atan2(
        (start - end).norm(dim=dim, keepdim=True), (start + end).norm(dim=dim, keepdim=True)
    )
    sine = angle.sin()
    flat = sine < _SMALL_SINE
    safe = torch.where(flat, torch.ones_like(sine), sine)
    length = torch.lerp(start_length, end_length, share)
    arc = (start * ((1 - share) * angle).sin() + end * (share * angle).sin()) / safe * length
    between = torch.where(flat, torch.lerp(first, second, share), arc)
    return torch.where(share <= 0, first, torch.where(share >= 1, second, between))


def whole_slerp(first: Tensor, second: Tensor, share: float | Tensor) -> Tensor:
    """Latents [n, c, h, w] a share of the way, each latent one vector, as published.

    Source: stable-diffusion-videos. Lengths are not kept apart from directions, and nearly equal
    or opposite latents take the chord.

    Args:
        first: latents [1, c, h, w].
        second: as first.
        share: 0..1, a number or a tensor [n, 1, 1, 1].
    """
    share = torch.as_tensor(share, dtype=first.dtype, device=first.device)
    cosine = functional.cosine_similarity(first.flatten(1), second.flatten(1), dim=1)
    if float(cosine.abs().max()) > _NEARLY_ONE:
        return torch.lerp(first, second, share)
    angle = cosine.acos()[:, None, None, None]
    return (first * ((1 - share) * angle).sin() + second * (share * angle).sin()) / angle.sin()


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
    eased = u * u * (3 - 2 * u)
    return np.where(clock <= 0, 0.0, np.where(clock >= 1, 1.0, eased))


def wipe_field(seed: int, height: int, width: int, *, coarse: int = 5) -> Tensor:
    """A smooth random landscape float32 [height, width], evenly spread over 0..1."""
    generator = lots(seed)
    rough = torch.rand(1, 1, coarse, coarse, generator=generator)
    smooth = functional.interpolate(rough, (height, width), mode="bicubic", align_corners=True)
    # By rank, so that at half the way half of the picture has changed.
    order = smooth.flatten().argsort().argsort()
    return (order.float() / max(len(order) - 1, 1)).view(height, width)


def cell_shares(shares: Tensor, *, field: Tensor | None, wipe: float) -> Tensor:
    """The way that each cell has gone, [n, 1, h, w], when the whole has gone `shares` [n].

    With `wipe` above 0 cells of a low `field` [h, w] go first and each is quicker on its own: the
    picture changes place by place, and little of it is ever between two pictures, where latents
    mean nothing. All cells stand at 0 at 0 and at 1 at 1.
    """
    share = shares[:, None, None, None]
    if field is None or wipe <= 0:
        return share
    quick = 1 - _MOST_WIPE * wipe
    local = ((share - field.to(share) * (1 - quick)) / quick).clamp(0, 1)
    return local * local * (3 - 2 * local)


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
    half = torch.autocast(
        latents.device.type, autocast or torch.bfloat16, enabled=autocast is not None
    )
    with half:
        return network.decode(channels_last(latents))


def batch_size(latent: Tensor, factor: int) -> int:
    """Pictures a batch: a function of their size and the kind of device only."""
    pixels = latent.shape[-2] * latent.shape[-1] * factor**2
    return max(1, _PIXELS_AT_ONCE.get(latent.device.type, _PIXELS_AT_ONCE["cpu"]) // pixels)
