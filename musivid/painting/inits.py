"""Where a picture begins: a dreamed latent, random codes, noise, a gradient, or a picture file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from musivid.core.paths import expanded
from musivid.core.seeds import lots
from musivid.media.pictures import read_picture
from musivid.nets.protocols import Dreamer, Painter
from musivid.settings.video import PaintingPreset

__all__ = ["gradient_picture", "load_picture", "noise_picture", "start_latents"]


def start_latents(
    network: Painter,
    settings: PaintingPreset,
    embeddings: Tensor,
    seeds: Sequence[int],
    *,
    size: tuple[int, int],
    dreamer: Dreamer | None = None,
) -> Tensor:
    """First latents [n, c, h / factor, w / factor], by the settings' `init` or `init_image`.

    Args:
        network: makes the latents.
        settings: says how.
        embeddings: [n, dim], what the pictures will mean; only a dreamer listens to them.
        seeds: one a picture; the same seed gives the same latent in any batch.
        size: width and height in pixels, whole multiples of the network's factor.
        dreamer: asked for `init: dream`; without one, random codes stand in.
    """
    width, height = size
    rows, columns = height // network.factor, width // network.factor
    with torch.no_grad():
        if settings.init_image:
            picture = load_picture(expanded(settings.init_image), size).to(embeddings.device)
            return network.encode(picture).expand(len(seeds), -1, -1, -1).clone()
        if settings.init == "dream" and dreamer is not None:
            return dreamer.dream(embeddings, list(seeds), rows, columns)
        if settings.init in ("dream", "random"):
            return torch.cat([network.sample(seed, rows, columns) for seed in seeds])
        make = noise_picture if settings.init == "pixels" else gradient_picture
        pictures = torch.cat([make(seed, size) for seed in seeds])
        return network.encode(pictures.to(embeddings.device))


def noise_picture(seed: int, size: tuple[int, int]) -> Tensor:
    """A picture [1, 3, h, w] in 0..1 of uniform noise in each pixel and channel."""
    width, height = size
    return torch.rand(1, 3, height, width, generator=lots(seed))


def gradient_picture(seed: int, size: tuple[int, int]) -> Tensor:
    """A picture [1, 3, h, w] in 0..1, each channel a linear ramp across or down it."""
    width, height = size
    generator = lots(seed)
    first, last, across = torch.rand(3, 3, generator=generator).unbind()
    channels = []
    for start, end, direction in zip(first.tolist(), last.tolist(), across.tolist(), strict=True):
        if direction < 0.5:
            channels.append(torch.linspace(start, end, width).expand(height, width))
        else:
            channels.append(torch.linspace(start, end, height)[:, None].expand(height, width))
    return torch.stack(channels)[None].contiguous()


def load_picture(path: Path, size: tuple[int, int]) -> Tensor:
    """The picture file as [1, 3, h, w] in 0..1, stretched to the exact size.

    Raises:
        InputError: not a picture that can be read.
    """
    width, height = size
    picture = _read_picture(path)
    return functional.interpolate(picture, (height, width), mode="bicubic", antialias=True).clamp(
        0, 1
    )


def _read_picture(path: Path) -> Tensor:
    """The picture file as [1, 3, h, w] in 0..1."""
    picture = torch.from_numpy(read_picture(path, None).copy())
    return picture.permute(2, 0, 1)[None].float() / 255
