"""The published VQGANs as painters: VQModel, Gumbel, and first stages of transformers.

Esser, Rombach and Ommer 2021 (arXiv 2012.09841). A checkpoint alone suffices: all sizes are read
off the shapes of its tensors `encoder.*`, `decoder.*`, `quant_conv.*`, `post_quant_conv.*` and
`quantize.embedding.weight`, or for Gumbel models `quantize.embed.weight` and `quantize.proj.*`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from musivid.core.errors import WeightsError
from musivid.nets.checkpoints import Facts, check_layout, fill, read_model
from musivid.nets.vqgan.layers import Decoder, Encoder, LayerShape, Up

__all__ = ["Vqgan", "VqganShape", "check_vqgan", "load_vqgan"]

_CELLS_AT_ONCE = 4096  # of the codebook lookup, so that it takes no more than 268 MB


@dataclass(frozen=True, slots=True)
class VqganShape:
    """All sizes of a VQGAN. `gumbel_inlet` is what a Gumbel model's `proj` takes, else None."""

    decoder: LayerShape
    encoder: LayerShape | None
    codes: int
    channels: int
    gumbel: bool
    gumbel_inlet: int | None

    @classmethod
    def of(cls, tensors: Mapping[str, Tensor]) -> VqganShape:
        """Read the sizes off the tensors of a checkpoint.

        Raises:
            KeyError: a tensor that tells a size is missing.
        """
        gumbel = "quantize.embed.weight" in tensors
        codebook = tensors[f"quantize.{'embed' if gumbel else 'embedding'}.weight"]
        has_encoder = any(name.startswith("encoder.") for name in tensors)
        proj = tensors["quantize.proj.weight"] if gumbel and has_encoder else None
        return cls(
            decoder=_layers(tensors, "decoder", "up"),
            encoder=_layers(tensors, "encoder", "down") if has_encoder else None,
            codes=codebook.shape[0],
            channels=codebook.shape[1],
            gumbel=gumbel,
            gumbel_inlet=None if proj is None else proj.shape[1],
        )


class Codebook(nn.Module):
    """The codes, and for Gumbel models what chooses among them when pictures are encoded."""

    norms: Tensor

    def __init__(self, shape: VqganShape) -> None:
        super().__init__()
        entries = nn.Embedding(shape.codes, shape.channels)
        if shape.gumbel:
            self.embed = entries
        else:
            self.embedding = entries
        if shape.gumbel_inlet is not None:
            self.proj = nn.Conv2d(shape.gumbel_inlet, shape.codes, 1)
        self.register_buffer("norms", torch.empty(shape.codes), persistent=False)

    @property
    def codes(self) -> Tensor:
        """All codes, float32 [codes, channels]."""
        entries = self.embed if hasattr(self, "embed") else self.embedding
        return entries.weight

    def nearest(self, latents: Tensor) -> Tensor:
        """The row of each cell's nearest code, int64 [n, h, w].

        The same in every autocast: a lookup in half precision would take wrong codes.
        """
        with torch.autocast(latents.device.type, enabled=False):
            cells = latents.detach().float().movedim(1, -1)
            parts = cells.flatten(0, -2).split(_CELLS_AT_ONCE)
            # |z - e|^2 / 2 without |z|^2 / 2, which is the same for all codes.
            table = self.codes.T
            rows = [torch.addmm(self.norms, part, table, alpha=-1).argmin(1) for part in parts]
        return torch.cat(rows).view(cells.shape[:-1])

    def chosen(self, hidden: Tensor) -> Tensor:
        """The row that the encoder chooses for each cell, int64 [n, h, w].

        For Gumbel models that is the likeliest one, without the noise that training adds.
        """
        return self.proj(hidden).argmax(1) if hasattr(self, "proj") else self.nearest(hidden)

    def entries(self, rows: Tensor) -> Tensor:
        """Codes [n, channels, h, w] of rows [n, h, w]."""
        return F.embedding(rows, self.codes).movedim(-1, 1)


class Network(nn.Module):
    """The networks of a VQGAN, with the tensor names of its checkpoints."""

    def __init__(self, shape: VqganShape) -> None:
        super().__init__()
        self.decoder = Decoder(shape.decoder)
        self.post_quant_conv = nn.Conv2d(shape.channels, shape.decoder.inner, 1)
        self.quantize = Codebook(shape)
        if shape.encoder is not None:
            out = shape.channels if shape.gumbel_inlet is None else shape.gumbel_inlet
            self.encoder = Encoder(shape.encoder)
            self.quant_conv = nn.Conv2d(shape.encoder.inner, out, 1)

    def prepare(self) -> None:
        """Compute what follows from the weights once, and lay them out for speed."""
        self.quantize.norms = self.quantize.codes.square().sum(1) / 2
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        for module in self.modules():
            if isinstance(module, Up):
                module.fold()


class Vqgan(nn.Module):
    """A published VQGAN as a painter; its latents are [n, channels, h / factor, w / factor]."""

    def __init__(self, network: Network, shape: VqganShape) -> None:
        super().__init__()
        self.network = network
        self.shape = shape
        self.factor = 2 ** (len(shape.decoder.widths) - 1)

    @property
    def can_encode(self) -> bool:
        """Whether the file held the encoder as well."""
        return self.shape.encoder is not None

    def save_memory(self, on: bool = True) -> None:
        """Make activations again for gradients, instead of keeping them: a third more work."""
        self.network.decoder.saves_memory = on
        if self.can_encode:
            self.network.encoder.saves_memory = on

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
        codebook = self.network.quantize
        nearest = codebook.entries(codebook.chosen(hidden))
        # A Gumbel model's hidden values are no place in the codebook, so none can be passed on.
        return nearest if self.shape.gumbel else _straight_through(hidden, nearest)

    def quantize(self, latents: Tensor) -> Tensor:
        """Each cell's nearest code; the gradient passes straight through."""
        codebook = self.network.quantize
        return _straight_through(latents, codebook.entries(codebook.nearest(latents)))

    def decode(self, latents: Tensor) -> Tensor:
        """Pictures [n, 3, h, w] of latents, nominally 0..1 and not clamped."""
        pictures: Tensor = self.network.decoder(self.network.post_quant_conv(latents))
        return pictures * 0.5 + 0.5

    def sample(self, seed: int, height: int, width: int) -> Tensor:
        """One latent [1, channels, height, width] of random codes."""
        lots = torch.Generator().manual_seed(seed)
        rows = torch.randint(self.shape.codes, (1, height, width), generator=lots)
        codebook = self.network.quantize
        return codebook.entries(rows.to(codebook.codes.device))

    def bounds(self) -> tuple[Tensor, Tensor]:
        """Least and greatest value of each channel over the codes, each [1, channels, 1, 1]."""
        codes = self.network.quantize.codes
        return codes.amin(0)[None, :, None, None], codes.amax(0)[None, :, None, None]


def load_vqgan(path: Path) -> Vqgan:
    """A painter from a published checkpoint, or from its slim safetensors copy.

    Raises:
        WeightsError: the file cannot be read, holds another model, or is not whole.
    """
    tensors = read_model(path, "vqgan")
    shape = _shape(tensors, path)
    with torch.device("meta"):
        network = Network(shape)
    fill(network, tensors, path)
    network.prepare()
    return Vqgan(network, shape)


def check_vqgan(tensors: Mapping[str, Tensor], path: Path) -> Facts:
    """Whether the tensors make a whole VQGAN, and its sizes.

    Raises:
        WeightsError: something is missing or has another shape.
    """
    shape = _shape(tensors, path)
    with torch.device("meta"):
        names = check_layout(Network(shape), tensors, path)
    return Facts(
        names,
        {
            "factor": 2 ** (len(shape.decoder.widths) - 1),
            "codes": shape.codes,
            "channels": shape.channels,
            "gumbel": shape.gumbel,
            "encoder": shape.encoder is not None,
        },
    )


def _straight_through(latents: Tensor, nearest: Tensor) -> Tensor:
    """`nearest`, exactly, with the gradient of `latents`."""
    return nearest + (latents - latents.detach()) if latents.requires_grad else nearest


def _shape(tensors: Mapping[str, Tensor], path: Path) -> VqganShape:
    try:
        return VqganShape.of(tensors)
    except (KeyError, IndexError) as error:
        raise WeightsError(
            f"{path} does not hold the whole model: {error.args[0]} missing or odd",
            hint="The file is damaged, or of a variant that musivid does not know.",
        ) from None


def _layers(tensors: Mapping[str, Tensor], side: str, levels: str) -> LayerShape:
    """Sizes of `encoder` or `decoder`, from the names and shapes below it."""
    pattern = re.compile(rf"{side}\.{levels}\.(\d+)\.(block|attn)\.(\d+)\.")
    found = [match.groups() for match in map(pattern.match, tensors) if match]
    last = max((int(level) for level, _, _ in found), default=0)
    extra = 1 if side == "decoder" else 0
    first = f"{side}.{levels}.{{}}.block.0.conv1.weight"
    inner = tensors[f"{side}.conv_{'in' if extra else 'out'}.weight"]
    return LayerShape(
        widths=tuple(tensors[first.format(level)].shape[0] for level in range(last + 1)),
        blocks=len({block for level, kind, block in found if (level, kind) == ("0", "block")})
        - extra,
        attention=frozenset(int(level) for level, kind, _ in found if kind == "attn"),
        outer=3 if extra else tensors["encoder.conv_in.weight"].shape[0],
        inner=inner.shape[1] if extra else inner.shape[0],
    )
