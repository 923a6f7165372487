"""Random weights at published sizes, and one optimisation step done as Music2Video does it.

The reference keeps what is slow in the original: pooling anew for every cut-out, the codebook
lookup as a one-hot product, float32 throughout. Only its randomness comes from a given generator,
in the order that `musivid.painting` draws, so that the losses can be compared.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from musivid.nets.clip import load_clip_perceptor
from musivid.nets.protocols import Painter, Perceptor
from musivid.nets.vqgan.model import load_vqgan
from musivid.painting.augments import Augmenter
from musivid.painting.clamping import clamp_with_grad

__all__ = ["PublishedModels", "PublishedStep", "our_networks"]

# VQGAN ImageNet f16-16384 and CLIP ViT-B/32.
DDCONFIG = dict(
    double_z=False, z_channels=256, resolution=256, in_channels=3, out_ch=3, ch=128,
    ch_mult=(1, 1, 2, 2, 4), num_res_blocks=2, attn_resolutions=(16,), dropout=0.0,
)  # fmt: skip
CODES, CODE_DIM, FACTOR = 16384, 256, 16
CLIP_NAME, CLIP_PX, CLIP_DIM = "ViT-B-32-quickgelu", 224, 512
CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)


class PublishedModels(nn.Module):
    """The modules of taming and open_clip with random weights."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        import open_clip
        from taming.modules.diffusionmodules.model import Decoder, Encoder

        with torch.random.fork_rng(devices=[]), contextlib.redirect_stdout(io.StringIO()):
            torch.manual_seed(seed)
            self.encoder, self.decoder = Encoder(**DDCONFIG), Decoder(**DDCONFIG)
            self.quant_conv = nn.Conv2d(CODE_DIM, CODE_DIM, 1)
            self.post_quant_conv = nn.Conv2d(CODE_DIM, CODE_DIM, 1)
            self.codebook = nn.Parameter(torch.randn(CODES, CODE_DIM))
            self.clip = open_clip.create_model(CLIP_NAME, pretrained=None)
        self.eval().requires_grad_(False)

    def save(self, folder: Path) -> tuple[Path, Path]:
        """Write the weights in the published layouts; return the paths of VQGAN and CLIP."""
        vqgan = {k: v for k, v in self.state_dict().items() if not k.startswith("clip.")}
        vqgan["quantize.embedding.weight"] = vqgan.pop("codebook")
        clip = {k: v.contiguous() for k, v in self.clip.state_dict().items()}
        paths = folder / "vqgan.safetensors", folder / "ViT-B-32.safetensors"
        for path, tensors in zip(paths, (vqgan, clip), strict=True):
            save_file(tensors, path)
        return paths


def our_networks(models: PublishedModels, device: torch.device) -> tuple[Painter, Perceptor]:
    """Our own networks with the same weights, through its loaders."""
    with tempfile.TemporaryDirectory() as folder:
        vqgan_path, clip_path = models.save(Path(folder))
        painter, perceptor = load_vqgan(vqgan_path), load_clip_perceptor(clip_path)
    for network in (painter, perceptor):
        network.to(device).eval().requires_grad_(False)
    return painter, perceptor


class PublishedStep:
    """Repeats the published step: `step()` returns the loss before it."""

    def __init__(
        self, models: PublishedModels, latent: Tensor, target: Tensor, *, cutouts: int, seed: int
    ) -> None:
        self._models = models
        self._latent = latent.clone().requires_grad_()
        self._target = target
        self._cutouts = cutouts
        self._generator = torch.Generator(latent.device).manual_seed(seed)
        self._augment = Augmenter("latest", ["Af", "Pe", "Ji", "Er"], CLIP_PX)
        self._optimiser = torch.optim.Adam([self._latent], lr=0.1)
        codebook = models.codebook
        self._low = codebook.min(0).values[None, :, None, None]
        self._high = codebook.max(0).values[None, :, None, None]
        as_pixel = lambda values: torch.tensor(values, device=latent.device).view(1, 3, 1, 1)  # noqa: E731
        self._mean, self._std = as_pixel(CLIP_MEAN), as_pixel(CLIP_STD)

    def step(self) -> float:
        """One step; the loss before it."""
        self._optimiser.zero_grad(set_to_none=True)
        loss = self.loss()
        loss.backward()
        self._optimiser.step()
        with torch.inference_mode():
            self._latent.copy_(self._latent.maximum(self._low).minimum(self._high))
        return loss.item()

    def loss(self) -> Tensor:
        """The loss of the present latent, with its graph."""
        quantised = self._quantise().movedim(3, 1)
        decoded = self._models.decoder(self._models.post_quant_conv(quantised))
        crops = self._crops(clamp_with_grad(decoded.add(1).div(2)))
        embeddings = self._models.clip.encode_image((crops - self._mean) / self._std).float()
        first = functional.normalize(embeddings[:, None], dim=2)
        second = functional.normalize(self._target[None], dim=2)
        return first.sub(second).norm(dim=2).div(2).arcsin().pow(2).mul(2).mean()

    def _quantise(self) -> Tensor:
        """Nearest codes [n, h, w, dim] by a product with one-hot rows, straight through."""
        cells = self._latent.movedim(1, 3)
        codebook = self._models.codebook
        distances = cells.square().sum(-1, keepdim=True) + codebook.square().sum(1)
        distances = distances - 2 * cells @ codebook.T
        hot = functional.one_hot(distances.argmin(-1), len(codebook)).to(cells.dtype)
        return cells + (hot @ codebook - cells).detach()

    def _crops(self, picture: Tensor) -> Tensor:
        """Augmented, noisy cut-outs; each pools the picture again."""
        pooled = [
            (
                functional.adaptive_avg_pool2d(picture, CLIP_PX)
                + functional.adaptive_max_pool2d(picture, CLIP_PX)
            )
            / 2
            for _ in range(self._cutouts)
        ]
        crops = self._augment(torch.cat(pooled), self._generator)
        strength = crops.new_empty(len(crops), 1, 1, 1).uniform_(0, 0.1, generator=self._generator)
        noise = crops.new_empty(crops.shape).normal_(generator=self._generator)
        return crops + strength * noise
