"""CLIP as a perceptor of pictures and words, with Wav2CLIP as its ears.

Radford et al. 2021 (arXiv 2103.00020), through open_clip. Files are OpenAI's: their TorchScript
archive, a state dict, or safetensors; all use QuickGELU. Weights of the same shapes that were
trained with plain GELU cannot be told apart from theirs and are not meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from musivid.core.errors import WeightsError
from musivid.nets.checkpoints import Facts, check_layout, fill, read_model
from musivid.nets.clip_speed import hasten
from musivid.nets.pieces import PieceReader
from musivid.nets.wav2clip import RATE_HZ, Wav2Clip, load_wav2clip

__all__ = ["ClipPerceptor", "ClipShape", "build_clip", "check_clip", "load_clip_perceptor"]

# What the training pictures were normalised with (OpenAI's preprocessing).
_MEAN = (0.48145466, 0.4578275, 0.40821073)
_STD = (0.26862954, 0.26130258, 0.27577711)  # of ImageNet-like pictures, as OpenAI's CLIP has it
_VOCABULARY, _CONTEXT = 49408, 77  # of OpenAI's CLIPs
_TEXTS_AT_ONCE = 128  # in a batch
# OpenAI's models by vision width, patch (0: ResNet), picture side and dimension.
_NAMES = {
    (768, 32, 224, 512): "ViT-B-32-quickgelu",
    (768, 16, 224, 512): "ViT-B-16-quickgelu",
    (1024, 14, 224, 768): "ViT-L-14-quickgelu",
    (1024, 14, 336, 768): "ViT-L-14-336-quickgelu",
    (64, 0, 224, 1024): "RN50-quickgelu",
    (64, 0, 224, 512): "RN101-quickgelu",
    (80, 0, 288, 640): "RN50x4-quickgelu",
    (96, 0, 384, 768): "RN50x16-quickgelu",
    (128, 0, 448, 1024): "RN50x64-quickgelu",
}
_HEARING = "ViT-B-32-quickgelu"  # Wav2CLIP was distilled from this one's space


@dataclass(frozen=True, slots=True)
class ClipShape:
    """All sizes of a CLIP. `layers` holds four numbers for ResNets; their `patch` is 0."""

    width: int
    layers: int | tuple[int, ...]
    patch: int
    image_px: int
    dim: int
    text_width: int
    text_layers: int
    context: int
    vocabulary: int

    @property
    def name(self) -> str:
        """What open_clip calls the model, or a description of an unknown one."""
        key = (self.width, self.patch, self.image_px, self.dim)
        return _NAMES.get(key, f"CLIP of width {self.width} and dimension {self.dim}")

    @classmethod
    def of(cls, tensors: Mapping[str, Tensor]) -> ClipShape:
        """Read the sizes off the tensors of a checkpoint.

        Raises:
            KeyError: a tensor that tells a size is missing.
        """
        text_width, dim = tensors["text_projection"].shape
        transformer = "visual.proj" in tensors
        width, layers, patch, image_px = (_vit if transformer else _resnet)(tensors)
        return cls(
            width=width,
            layers=layers,
            patch=patch,
            image_px=image_px,
            dim=dim,
            text_width=text_width,
            text_layers=_count(tensors, r"transformer\.resblocks\.(\d+)\."),
            context=tensors["positional_embedding"].shape[0],
            vocabulary=tensors["token_embedding.weight"].shape[0],
        )


class ClipPerceptor(PieceReader):
    """CLIP behind the Perceptor protocol."""

    rate_hz = RATE_HZ
    mean: Tensor
    std: Tensor

    def __init__(self, model: nn.Module, shape: ClipShape, ears: Wav2Clip | None) -> None:
        super().__init__()
        from open_clip.tokenizer import SimpleTokenizer

        self.model, self.ears, self.shape = model, ears, shape
        self.image_px, self.dim = shape.image_px, shape.dim
        self.register_buffer("mean", torch.tensor(_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(_STD).view(1, 3, 1, 1), persistent=False)
        self._tokenizer = SimpleTokenizer(context_length=shape.context)

    def embed_image(self, images: Tensor) -> Tensor:
        """Embeddings of pictures [n, 3, image_px, image_px] in 0..1; differentiable."""
        model: Any = self.model
        return F.normalize(model.encode_image((images - self.mean) / self.std).float(), dim=-1)

    @torch.no_grad()
    def embed_text(self, texts: list[str]) -> Tensor:
        """Embeddings of texts; what goes beyond 77 tokens is not read, see `too_long`."""
        model: Any = self.model
        if not texts:
            return self.mean.new_zeros(0, self.dim)
        tokens = self._tokenizer(texts).to(self.mean.device)
        parts = [model.encode_text(part).float() for part in tokens.split(_TEXTS_AT_ONCE)]
        return F.normalize(torch.cat(parts), dim=-1)

    def too_long(self, texts: list[str]) -> list[str]:
        """Those texts that have more tokens than CLIP reads, 75 beside its two marks."""
        most = self.shape.context - 2
        return [text for text in texts if len(self._tokenizer.encode(text)) > most]

    @property
    def hears(self) -> bool:
        """Whether a listener came with it."""
        return self.ears is not None

    def embed_audio(self, clips: Tensor) -> Tensor:
        """Embeddings of mono clips [n, samples] at 16 kHz, -1..1, each on its own.

        Raises:
            WeightsError: it was loaded without a listener.
        """
        if self.ears is None:
            raise WeightsError(
                "this CLIP has no listener, so it cannot hear",
                hint="Set models.listener to wav2clip, or guide by words alone.",
                command="musivid models pull wav2clip",
            )
        return F.normalize(self.ears(clips).float(), dim=-1)


def load_clip_perceptor(clip_path: Path, wav2clip_path: Path | None = None) -> ClipPerceptor:
    """A perceptor from files of CLIP and, if it is to hear, Wav2CLIP.

    Raises:
        WeightsError: a file cannot be read, holds another model, is not whole, or Wav2CLIP is
            asked to hear for another CLIP than ViT-B/32.
    """
    tensors = read_model(clip_path, "clip")
    shape = _shape(tensors, clip_path)
    if wav2clip_path is not None and shape.name != _HEARING:
        raise WeightsError(
            f"Wav2CLIP hears for ViT-B/32 only, and {clip_path} holds {shape.name}",
            hint="Take clip-vit-b-32, or set models.listener to null and guide by words alone.",
        )
    model = build_clip(shape)
    fill(model, tensors, clip_path)
    hasten(model.visual)
    # The only tensor that no checkpoint holds: words look at earlier words only.
    mask = torch.full((shape.context, shape.context), float("-inf")).triu(1)
    model.register_buffer("attn_mask", mask, persistent=False)
    ears = None if wav2clip_path is None else load_wav2clip(wav2clip_path)
    return ClipPerceptor(model, shape, ears).eval().requires_grad_(False)


def check_clip(tensors: Mapping[str, Tensor], path: Path) -> Facts:
    """Whether the tensors make a whole CLIP, and its sizes.

    Raises:
        WeightsError: something is missing or has another shape.
    """
    shape = _shape(tensors, path)
    names = check_layout(build_clip(shape), tensors, path)
    return Facts(names, {"name": shape.name, "dim": shape.dim, "image_px": shape.image_px})


def build_clip(shape: ClipShape) -> nn.Module:
    """Open_clip's module of that shape, without memory behind it."""
    from open_clip.model import CLIP, CLIPTextCfg, CLIPVisionCfg

    picture = CLIPVisionCfg(
        layers=shape.layers,
        width=shape.width,
        patch_size=shape.patch or None,
        image_size=shape.image_px,
    )
    text = CLIPTextCfg(
        context_length=shape.context,
        vocab_size=shape.vocabulary,
        width=shape.text_width,
        heads=shape.text_width // 64,
        layers=shape.text_layers,
    )
    with torch.device("meta"):
        model: nn.Module = CLIP(shape.dim, picture, text, quick_gelu=True)
    return model


def _shape(tensors: Mapping[str, Tensor], path: Path) -> ClipShape:
    try:
        shape = ClipShape.of(tensors)
    except (KeyError, IndexError, ValueError) as error:
        raise WeightsError(
            f"{path} does not hold the whole model: {error.args[0]} missing or misshapen",
            hint="The file is damaged, or of a variant that musivid does not know.",
        ) from None
    if (shape.vocabulary, shape.context) != (_VOCABULARY, _CONTEXT):
        raise WeightsError(
            f"{path} reads another vocabulary: {shape.vocabulary} words, {shape.context} at once",
            hint=f"OpenAI's CLIPs have {_VOCABULARY} and {_CONTEXT}.",
        )
    return shape


def _vit(tensors: Mapping[str, Tensor]) -> tuple[int, int, int, int]:
    """Width, layers, patch and picture side of a vision transformer."""
    width, _, patch, _ = tensors["visual.conv1.weight"].shape
    grid = round((tensors["visual.positional_embedding"].shape[0] - 1) ** 0.5)
    layers = _count(tensors, r"visual\.transformer\.resblocks\.(\d+)\.")
    return width, layers, patch, patch * grid


def _resnet(tensors: Mapping[str, Tensor]) -> tuple[int, tuple[int, ...], int, int]:
    """Width, layers, 0 and picture side of a ResNet, which shrinks pictures 32 times."""
    width = tensors["visual.layer1.0.conv1.weight"].shape[0]
    grid = round((tensors["visual.attnpool.positional_embedding"].shape[0] - 1) ** 0.5)
    layers = tuple(_count(tensors, rf"visual\.layer{stage}\.(\d+)\.") for stage in range(1, 5))
    return width, layers, 0, 32 * grid


def _count(tensors: Mapping[str, Tensor], pattern: str) -> int:
    found = re.compile(pattern)
    return len({match[1] for match in map(found.match, tensors) if match})
