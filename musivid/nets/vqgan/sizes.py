"""The sizes of a published VQGAN, read off the tensors of its checkpoint."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from musivid.core.errors import WeightsError

__all__ = ["LayerShape", "VqganShape", "read_shape"]


@dataclass(frozen=True, slots=True)
class LayerShape:
    """Sizes of an encoder or decoder, from fine to coarse.

    `widths`: channels of each level; `blocks`: residual blocks of an encoder's level (a decoder's
    has one more); `attention`: the levels that have it; `outer`: channels of the encoder's first
    convolution; `inner`: channels of the latent before (decoder) or after (encoder) its 1x1
    convolution.
    """

    widths: tuple[int, ...]
    blocks: int
    attention: frozenset[int]
    outer: int
    inner: int

    def settings(self) -> dict[str, Any]:
        """The same as the keywords of taming's `Encoder` and `Decoder`."""
        coarsest = len(self.widths) - 1
        return {
            "ch": self.outer,
            "ch_mult": tuple(width // self.outer for width in self.widths),
            "num_res_blocks": self.blocks,
            # A level is known there by its side; the coarsest may as well have 1 pixel.
            "attn_resolutions": [2 ** (coarsest - level) for level in self.attention],
            "resolution": 2**coarsest,
            "z_channels": self.inner,
            "in_channels": 3,
            "out_ch": 3,
            "double_z": False,
        }


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
            decoder=_decoder_layers(tensors),
            encoder=_encoder_layers(tensors) if has_encoder else None,
            codes=codebook.shape[0],
            channels=codebook.shape[1],
            gumbel=gumbel,
            gumbel_inlet=None if proj is None else proj.shape[1],
        )

    @property
    def factor(self) -> int:
        """How many pixels a side of a cell is."""
        return 2 ** (len(self.decoder.widths) - 1)


def read_shape(tensors: Mapping[str, Tensor], path: Path) -> VqganShape:
    """The sizes of the VQGAN that a file's tensors make.

    Raises:
        WeightsError: a tensor that tells a size is missing.
    """
    try:
        return VqganShape.of(tensors)
    except (KeyError, IndexError) as error:
        raise WeightsError(
            f"{path} does not hold the whole model: {error.args[0]} missing or misshapen",
            hint="The file is damaged, or of a variant that musivid does not know.",
        ) from None


def _encoder_layers(tensors: Mapping[str, Tensor]) -> LayerShape:
    widths, blocks, attention = _levels(tensors, "encoder.down")
    outer = tensors["encoder.conv_in.weight"].shape[0]
    return LayerShape(widths, blocks, attention, outer, tensors["encoder.conv_out.weight"].shape[0])


def _decoder_layers(tensors: Mapping[str, Tensor]) -> LayerShape:
    widths, blocks, attention = _levels(tensors, "decoder.up")
    # The finest level of every published one has the channels of the encoder's first convolution.
    return LayerShape(
        widths, blocks - 1, attention, widths[0], tensors["decoder.conv_in.weight"].shape[1]
    )


def _levels(
    tensors: Mapping[str, Tensor], below: str
) -> tuple[tuple[int, ...], int, frozenset[int]]:
    """Channels of each level, blocks of the finest, and the levels that have attention."""
    pattern = re.compile(rf"{re.escape(below)}\.(\d+)\.(block|attn)\.(\d+)\.")
    found = {match.groups() for match in map(pattern.match, tensors) if match}
    last = max((int(level) for level, _, _ in found), default=0)
    return (
        tuple(tensors[f"{below}.{k}.block.0.conv1.weight"].shape[0] for k in range(last + 1)),
        sum((level, kind) == ("0", "block") for level, kind, _ in found),
        frozenset(int(level) for level, kind, _ in found if kind == "attn"),
    )
