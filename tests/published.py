"""Random checkpoints in the layouts of published models, small or of full size, for tests."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

_CALLBACK = "pytorch_lightning.callbacks.model_checkpoint"
SMALL = {"ch": 32, "ch_mult": (1, 1, 2), "resolution": 32, "attn_resolutions": (8,)}
SMALL |= {"z_channels": 48, "embed_dim": 48, "n_embed": 64}
F16 = {"ch": 128, "ch_mult": (1, 1, 2, 2, 4), "resolution": 256, "attn_resolutions": (16,)}
F16 |= {"z_channels": 256, "embed_dim": 256, "n_embed": 16384}
GUMBEL_F8 = {"ch": 128, "ch_mult": (1, 1, 2, 4), "resolution": 256, "attn_resolutions": (32,)}
GUMBEL_F8 |= {"z_channels": 256, "embed_dim": 256, "n_embed": 8192}


class Taming(nn.Module):
    """The reference: taming's own encoder, decoder and quantiser, put together as published."""

    def __init__(self, config: dict[str, Any], gumbel: bool = False) -> None:
        super().__init__()
        from taming.modules.diffusionmodules.model import Decoder, Encoder
        from taming.modules.vqvae.quantize import GumbelQuantize, VectorQuantizer2

        sizes = dict(config, double_z=False, in_channels=3, out_ch=3, num_res_blocks=2)
        channels, inner = sizes["embed_dim"], sizes["z_channels"]
        with contextlib.redirect_stdout(io.StringIO()):
            self.encoder, self.decoder = Encoder(**sizes), Decoder(**sizes)
        if gumbel:
            self.quantize = GumbelQuantize(inner, channels, n_embed=sizes["n_embed"])
        else:
            self.quantize = VectorQuantizer2(sizes["n_embed"], channels, beta=0.25)
            nn.init.normal_(self.quantize.embedding.weight)
        self.quant_conv = nn.Conv2d(inner, channels, 1)
        self.post_quant_conv = nn.Conv2d(channels, inner, 1)

    def decode(self, latents: Tensor) -> Tensor:
        return self.decoder(self.post_quant_conv(latents))


def seeded(build: Any, *arguments: Any, **keywords: Any) -> Any:
    """Build a module with random weights, norms and biases too, from a seed of its own."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        module = build(*arguments, **keywords).eval().requires_grad_(False)
        for name, value in module.state_dict().items():
            if "norm" in name or "bn" in name or "downsample.1" in name:
                spread = torch.rand(value.shape) if value.is_floating_point() else value
                value.copy_(spread + 0.5 if value.is_floating_point() else spread)
    return module


def released_wav2clip() -> dict[str, Tensor]:
    """Random tensors in the layout of the released Wav2CLIP.pt, from the published modules."""
    from wav2clip.model.encoder import MLPLayers, ResNetExtractor

    parts = {"audio_encoder": seeded(ResNetExtractor).encoder, "audio_transform": seeded(MLPLayers)}
    return {f"{part}.{n}": t for part, net in parts.items() for n, t in net.state_dict().items()}


def clip_like(kind: str = "ViT-B-32", layers: int = 1) -> nn.Module:
    """Open_clip's own module in the sizes of ViT-B/32 but few layers, or a small ResNet."""
    from open_clip.model import CLIP, CLIPTextCfg, CLIPVisionCfg

    sizes = {"vocab_size": 49408, "context_length": 77, "layers": layers}
    if kind == "ViT-B-32":
        dim, picture = 512, CLIPVisionCfg(layers=layers, width=768, patch_size=32, image_size=224)
    else:
        dim, picture = 64, CLIPVisionCfg((1, 2, 1, 1), width=16, patch_size=None, image_size=64)
    return seeded(CLIP, dim, picture, CLIPTextCfg(width=64, heads=1, **sizes), quick_gelu=True)


def save_lightning(path: Path, tensors: dict[str, Tensor], *, legacy: bool = False) -> Path:
    """Write what Lightning 1.x does: losses, and a callback by its class, beside tensors."""
    extra = {"loss.perceptual_loss.lin0.model.1.weight": torch.ones(1, 64, 1, 1)}
    with _lightning() as callback:
        content = {
            "epoch": 3,
            "global_step": 1000,
            "pytorch-lightning_version": "1.0.8",
            "callbacks": {callback: {"monitor": "val/rec_loss", "best_model_path": "a.ckpt"}},
            "optimizer_states": [{"state": {0: {"exp_avg": torch.ones(3)}}, "param_groups": []}],
            "lr_schedulers": [],
            "state_dict": tensors | extra,
        }
        torch.save(content, path, _use_new_zipfile_serialization=not legacy)
    return path


@contextlib.contextmanager
def _lightning() -> Iterator[type]:
    """A class that pickles as Lightning's, while Lightning itself is never imported."""
    parts = _CALLBACK.split(".")
    names = [".".join(parts[: end + 1]) for end in range(len(parts))]
    before = {name: sys.modules.get(name) for name in names}
    sys.modules.update({name: ModuleType(name) for name in names})
    callback = type("ModelCheckpoint", (), {"__module__": _CALLBACK})
    sys.modules[_CALLBACK].ModelCheckpoint = callback
    try:
        yield callback
    finally:
        for name, module in before.items():
            sys.modules.pop(name)
            if module is not None:
                sys.modules[name] = module
