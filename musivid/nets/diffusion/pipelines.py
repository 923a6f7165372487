"""Published pipelines of diffusers, loaded quietly and safely; and their autoencoders as painters.

Loading never runs code out of a repository. What a file lacks is told in one sentence.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor

from musivid.core.errors import WeightsError, first_line
from musivid.nets.diffusion.coders import coder_part
from musivid.nets.diffusion.quantised import Quantise, check_quantiser, quantised_parts

__all__ = ["DiffusionCoder", "Offload", "load_coder", "load_pipeline", "read_index"]

Offload = Literal["none", "model", "sequential"]

_CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
_CLIP_STD = (0.26862954, 0.26130258, 0.27577711)
# Parts that stay in float32 whatever the rest computes in, as diffusers' own examples load them.
_EXACT = {"WanImageToVideoPipeline": ("vae", "image_encoder")}


def load_pipeline(
    place: Path,
    *,
    device: torch.device,
    dtype: torch.dtype,
    offload: Offload = "none",
    kind: str = "DiffusionPipeline",
    variant: str | None = None,
    quantise: Quantise = "none",
) -> Any:
    """A pipeline of diffusers, ready to be called, without progress bars of its own.

    Args:
        place: its folder.
        device: where it works.
        dtype: of its weights.
        offload: keep networks in main memory and bring each network (model) or layer (sequential)
            to the device while it works; a CPU has nothing to save by it.
        kind: the class of diffusers that loads it.
        variant: of its files, as fp16; None: the plain ones.
        quantise: how its text encoders are kept.

    Raises:
        WeightsError: it cannot be loaded. MissingError: nobody can quantise here.
    """
    import diffusers

    check_quantiser(quantise, device)

    _be_quiet()
    index = read_index(place)
    if kind.startswith("Auto") and not _is_known(index["_class_name"]):
        kind = "DiffusionPipeline"  # a kind that diffusers has under no task: it is called as it is
    # A safety checker would need weights of its own and blackens frames of a film.
    asked: dict[str, Any] = {"safety_checker": None} if "safety_checker" in index else {}
    asked |= quantised_parts(index, quantise, dtype)
    exact = dict.fromkeys(_EXACT.get(kind, ()), torch.float32)
    try:
        with warnings.catch_warnings():  # of the library to those who wrote it
            warnings.simplefilter("ignore", FutureWarning)
            pipeline = getattr(diffusers, kind).from_pretrained(
                str(place),
                dtype={"default": dtype, **exact} if exact else dtype,
                variant=variant,
                local_files_only=True,
                **asked,
            )
    except _LOADING as error:
        raise _cannot(place, error) from None
    pipeline.set_progress_bar_config(disable=True)
    if device.type == "cpu" or offload == "none":
        return pipeline.to(device)
    if offload == "model":
        pipeline.enable_model_cpu_offload(device=device)
    else:
        pipeline.enable_sequential_cpu_offload(device=device)
    return pipeline


def load_coder(
    place: Path,
    *,
    device: torch.device,
    dtype: torch.dtype,
    clip_range: bool = False,
    variant: str | None = None,
) -> DiffusionCoder:
    """The autoencoder of a pipeline alone; nothing else of it is read.

    Raises:
        WeightsError: the pipeline has none, or it cannot be loaded.
    """
    import diffusers

    _be_quiet()
    index = read_index(place)
    part, kind = coder_part(index, place)
    try:
        network = getattr(diffusers, kind).from_pretrained(
            str(place),
            subfolder=part,
            dtype=dtype,
            variant=variant,
            local_files_only=True,
        )
    except _LOADING as error:
        raise _cannot(place, error) from None
    if dtype == torch.float16 and getattr(network.config, "force_upcast", False):
        network = network.float()  # it overflows in half precision, and says so itself
    return DiffusionCoder(network.to(device).eval().requires_grad_(False), clip_range=clip_range)


def read_index(place: Path) -> dict[str, Any]:
    """What a pipeline says of its class and parts.

    Raises:
        WeightsError: it cannot be read.
    """
    try:
        text = (place / "model_index.json").read_text(encoding="utf-8")
        index: dict[str, Any] = json.loads(text)
    except _LOADING as error:
        raise _cannot(place, error) from None
    return index


def _is_known(name: str) -> bool:
    """Whether diffusers knows a pipeline for texts that goes with this class."""
    from diffusers.pipelines import auto_pipeline

    try:
        auto_pipeline._get_task_class(auto_pipeline.AUTO_TEXT2IMAGE_PIPELINES_MAPPING, name)
    except ValueError:
        return False
    return True


class DiffusionCoder:
    """A diffusers autoencoder behind the Painter protocol: pictures in 0..1, scaled latents.

    With `clip_range` it is fed as the published visualiser feeds it: with pictures in the range of
    CLIP, although it was trained on -1..1; contrast grows by 1 / (2 std) = 1.86.
    """

    def __init__(self, network: Any, *, clip_range: bool = False) -> None:
        """Keep the network, frozen and in place already."""
        self.network = network
        levels = len(network.config.block_out_channels)
        self.factor = 2 ** (levels - 1)
        self.scale = float(getattr(network.config, "scaling_factor", None) or 1.0)
        self.shift = float(getattr(network.config, "shift_factor", None) or 0.0)
        mean, std = (_CLIP_MEAN, _CLIP_STD) if clip_range else ((0.5,) * 3, (0.5,) * 3)
        parameter = next(network.parameters())
        self.dtype, self.device = parameter.dtype, parameter.device
        self._mean = torch.tensor(mean, device=self.device)[:, None, None]
        self._std = torch.tensor(std, device=self.device)[:, None, None]

    def encode(self, images: Tensor) -> Tensor:
        """Latents [n, c, h / factor, w / factor] of pictures [n, 3, h, w] in 0..1: the mean."""
        return self._latents(images, None)

    def draw(self, images: Tensor, seed: int) -> Tensor:
        """As `encode`, but drawn from the posterior where there is one, with this seed."""
        return self._latents(images, torch.Generator().manual_seed(seed))

    def quantize(self, latents: Tensor) -> Tensor:
        """The latents as they are: these autoencoders decode free ones."""
        return latents

    @torch.inference_mode()
    def decode(self, latents: Tensor) -> Tensor:
        """Pictures [n, 3, h, w], nominally 0..1, of scaled latents."""
        plain = (latents / self.scale + self.shift).to(self.dtype)
        free = {"force_not_quantize": True} if hasattr(self.network, "quantize") else {}
        pictures: Tensor = self.network.decode(plain, **free).sample
        return pictures.float() / 2 + 0.5

    def sample(self, seed: int, height: int, width: int) -> Tensor:
        """One latent [1, c, height, width] of noise."""
        channels = self.network.config.latent_channels
        noise = torch.Generator().manual_seed(seed)
        return torch.randn(1, channels, height, width, generator=noise).to(self.device)

    def bounds(self) -> tuple[Tensor, Tensor]:
        """Four standard deviations of each channel, each [1, c, 1, 1]."""
        high = torch.full((1, self.network.config.latent_channels, 1, 1), 4.0, device=self.device)
        return -high, high

    def save_memory(self, on: bool) -> None:
        """Do nothing: nothing is learnt through it, so it keeps nothing for gradients."""

    @torch.inference_mode()
    def _latents(self, images: Tensor, dice: torch.Generator | None) -> Tensor:
        seen = ((images.to(self.device) - self._mean) / self._std).to(self.dtype)
        coded = self.network.encode(seen)
        if hasattr(coded, "latent_dist"):
            latents = coded.latent_dist.mean
            if dice is not None:
                noise = torch.randn(latents.shape, generator=dice).to(latents)
                latents = latents + coded.latent_dist.std * noise
        else:
            latents = coded.latents
        return (latents.float() - self.shift) * self.scale


_LOADING = (OSError, ValueError, KeyError, TypeError, RuntimeError, AttributeError, ImportError)


def _cannot(place: Path, error: Exception) -> WeightsError:
    """What to say of a pipeline that cannot be loaded."""
    return WeightsError(
        f"pipeline {place} cannot be loaded: {first_line(error)}",
        hint="The folder is damaged, or of another version of diffusers.",
    )


def _be_quiet() -> None:
    """Keep the libraries' own progress and advice off the screen; errors still come through."""
    import diffusers
    import transformers

    for library in (diffusers.utils.logging, transformers.utils.logging):
        library.set_verbosity_error()
        library.disable_progress_bar()
