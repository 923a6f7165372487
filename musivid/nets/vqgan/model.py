"""The published VQGANs as painters: VQModel, Gumbel, and first stages of transformers.

Esser, Rombach and Ommer 2021, "Taming Transformers for High-Resolution Image Synthesis" (arXiv
2012.09841); encoder, decoder and quantisers are those of taming-transformers. A checkpoint alone
suffices: all sizes are read off the shapes of its tensors `encoder.*`, `decoder.*`,
`quant_conv.*`, `post_quant_conv.*` and `quantize.embedding.weight`, or for Gumbel models
`quantize.embed.weight` and `quantize.proj.*`.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from musivid.core.errors import WeightsError
from musivid.nets.checkpoints import Facts, check_layout, fill, read_model
from musivid.nets.vqgan.sizes import VqganShape, read_shape
from musivid.nets.vqgan.swaps import save_memory, swap_blocks

__all__ = ["Network", "Vqgan", "check_vqgan", "load_vqgan"]

_CELLS_AT_ONCE = 1024  # of the codebook lookup, which takes 3 numbers a cell and code: 201 MB
_COMMITMENT = 0.25  # only a training's loss depends on it


class Network(nn.Module):
    """The published networks of a VQGAN, with the tensor names of its checkpoints."""

    def __init__(self, shape: VqganShape) -> None:
        super().__init__()
        from taming.modules.diffusionmodules.model import Decoder, Encoder
        from taming.modules.vqvae.quantize import GumbelQuantize, VectorQuantizer2

        inlet = shape.channels if shape.gumbel_inlet is None else shape.gumbel_inlet
        with contextlib.redirect_stdout(io.StringIO()):  # the decoder's tells of its sizes
            self.decoder = Decoder(**shape.decoder.settings())
        self.post_quant_conv = nn.Conv2d(shape.channels, shape.decoder.inner, 1)
        if shape.gumbel:
            self.quantize = GumbelQuantize(inlet, shape.channels, shape.codes)
        else:
            self.quantize = VectorQuantizer2(shape.codes, shape.channels, _COMMITMENT)
        if shape.encoder is not None:
            self.encoder = Encoder(**shape.encoder.settings())
            self.quant_conv = nn.Conv2d(shape.encoder.inner, inlet, 1)
        elif shape.gumbel:
            del self.quantize.proj  # it reads what the encoder writes


class Vqgan(nn.Module):
    """A published VQGAN as a painter; its latents are [n, channels, h / factor, w / factor]."""

    def __init__(self, network: Network, shape: VqganShape) -> None:
        super().__init__()
        swap_blocks(network)
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.network = network
        self.shape = shape
        self.factor = shape.factor
        # Pictures are painted with the nearest codes, those of a Gumbel model too.
        self.lookup = _nearest_of(network.quantize.embed) if shape.gumbel else network.quantize

    @property
    def codes(self) -> Tensor:
        """All codes, float32 [codes, channels]."""
        codes: Tensor = self.lookup.embedding.weight
        return codes

    def nearest(self, latents: Tensor) -> Tensor:
        """The row of each cell's nearest code, int64 [n, h, w].

        The same in every autocast: a lookup in half precision would take wrong codes.
        """
        with torch.no_grad(), torch.autocast(latents.device.type, enabled=False):
            cells = latents.float().movedim(1, -1)
            parts = cells.flatten(0, -2).split(_CELLS_AT_ONCE)
            rows = [self.lookup(part.T[None, :, None])[2][2] for part in parts]
        return torch.cat(rows).view(cells.shape[:-1])

    def _chosen(self, hidden: Tensor) -> Tensor:
        """The row that the encoder chooses for each cell, int64 [n, h, w].

        For Gumbel models that is the likeliest one, without the noise that training adds.
        """
        if self.shape.gumbel:
            likeliest: Tensor = self.network.quantize.proj(hidden).argmax(1)
            return likeliest
        return self.nearest(hidden)

    def _entries(self, rows: Tensor) -> Tensor:
        """Codes [n, channels, h, w] of rows [n, h, w]."""
        shape = (*rows.shape, self.shape.channels)
        entries: Tensor = self.lookup.get_codebook_entry(rows.flatten(), shape)
        return entries

    @property
    def can_encode(self) -> bool:
        """Whether the file held the encoder as well."""
        return self.shape.encoder is not None

    def save_memory(self, on: bool = True) -> None:
        """Make activations again for gradients, instead of keeping them: a third more work."""
        save_memory(self.network, on)

    def encode(self, images: Tensor) -> Tensor:
        """Latents of pictures [n, 3, h, w] in 0..1, quantised as published.

        Raises:
            WeightsError: the file held the decoder only.
        """
        if not self.can_encode:
            raise WeightsError(
                "this VQGAN was loaded without its encoder, so it cannot read pictures",
                hint="Take the whole checkpoint, or do without first pictures and picture zoom.",
            )
        hidden = self.network.quant_conv(self.network.encoder(images * 2 - 1))
        nearest = self._entries(self._chosen(hidden))
        # A Gumbel model's hidden values are not a place in the codebook, so none can be passed on.
        return nearest if self.shape.gumbel else _straight_through(hidden, nearest)

    def quantize(self, latents: Tensor) -> Tensor:
        """Each cell's nearest code; the gradient passes straight through."""
        return _straight_through(latents, self._entries(self.nearest(latents)))

    def decode(self, latents: Tensor) -> Tensor:
        """Pictures [n, 3, h, w] of latents, nominally 0..1 and not clamped."""
        pictures: Tensor = self.network.decoder(self.network.post_quant_conv(latents))
        return pictures * 0.5 + 0.5

    def sample(self, seed: int, height: int, width: int) -> Tensor:
        """One latent [1, channels, height, width] of random codes."""
        lots = torch.Generator().manual_seed(seed)
        rows = torch.randint(self.shape.codes, (1, height, width), generator=lots)
        return self._entries(rows.to(self.codes.device))

    def bounds(self) -> tuple[Tensor, Tensor]:
        """Least and greatest value of each channel over the codes, each [1, channels, 1, 1]."""
        codes = self.codes
        return codes.amin(0)[None, :, None, None], codes.amax(0)[None, :, None, None]


def load_vqgan(path: Path) -> Vqgan:
    """A painter from a published checkpoint, or from its slim safetensors copy.

    Raises:
        WeightsError: the file cannot be read, holds another model, or is not whole.
    """
    tensors = read_model(path, "vqgan")
    shape = read_shape(tensors, path)
    network = _empty(shape, path)
    fill(network, tensors, path)
    return Vqgan(network, shape)


def check_vqgan(tensors: Mapping[str, Tensor], path: Path) -> Facts:
    """Whether the tensors make a whole VQGAN, and its sizes.

    Raises:
        WeightsError: something is missing or has another shape.
    """
    shape = read_shape(tensors, path)
    names = check_layout(_empty(shape, path), tensors, path)
    return Facts(
        names,
        {
            "factor": shape.factor,
            "codes": shape.codes,
            "channels": shape.channels,
            "gumbel": shape.gumbel,
            "encoder": shape.encoder is not None,
        },
    )


def _straight_through(latents: Tensor, nearest: Tensor) -> Tensor:
    """`nearest`, exactly, with the gradient of `latents`."""
    return nearest + (latents - latents.detach()) if latents.requires_grad else nearest


def _empty(shape: VqganShape, path: Path) -> Network:
    """The networks without weights.

    Raises:
        WeightsError: there are no such networks.
    """
    try:
        with torch.device("meta"):
            return Network(shape)
    except ValueError as error:
        raise WeightsError(
            f"{path} holds a VQGAN of odd sizes: {error}",
            hint="The file is damaged, or of a variant that musivid does not know.",
        ) from None


def _nearest_of(codebook: nn.Embedding) -> nn.Module:
    """The quantiser that takes each cell's nearest code of a codebook."""
    from taming.modules.vqvae.quantize import VectorQuantizer2

    with torch.device("meta"):
        lookup: nn.Module = VectorQuantizer2(*codebook.weight.shape, _COMMITMENT)
    lookup.embedding = codebook
    return lookup
