"""Wav2CLIP: sounds into the space of CLIP ViT-B/32, each clip on its own.

Wu et al. 2022 (arXiv 2110.11499): a ResNet-18 (He et al. 2015, arXiv 1512.03385) of a log
spectrogram, then two linear layers, all of them modules of the package wav2clip. Tensors:
`audio_encoder.{spectrogram.window,conv1,bn1,layer1..4.*}`, `audio_transform.sequential.{0,3}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from musivid.nets.checkpoints import Facts, check_layout, fill, read_model

__all__ = ["RATE_HZ", "Wav2Clip", "check_wav2clip", "load_wav2clip"]

RATE_HZ = 16000
"""The only rate at which its embeddings mean something."""
_LEAST_SAMPLES = 512 // 2 + 1  # the published spectrogram mirrors half a window at each end
_BLOCKS = (2, 2, 2, 2)  # residual blocks of each layer: a ResNet-18
_DIM = 512


class Wav2Clip(nn.Module):
    """Clips [n, samples] at 16 kHz, -1..1, to embeddings [n, 512], not of unit length.

    The published networks; only the picture of a sound is made in our own way, see `picture`.
    """

    def __init__(self) -> None:
        super().__init__()
        from wav2clip.model.encoder import MLPLayers
        from wav2clip.model.resnet import BasicBlock, ResNet

        self.audio_encoder = ResNet(BasicBlock, _BLOCKS)
        self.audio_transform = MLPLayers()

    @torch.no_grad()
    def forward(self, clips: Tensor) -> Tensor:
        """Embed clips of any one length, each on its own; below 257 samples, silence follows."""
        net = self.audio_encoder
        x = net.maxpool(net.relu(net.bn1(net.conv1(self.picture(clips)[:, None]))))
        for layer in (net.layer1, net.layer2, net.layer3, net.layer4):
            x = layer(x)
        return self.audio_transform(net.avgpool(x).flatten(1))

    def picture(self, clips: Tensor) -> Tensor:
        """Log spectrograms [n, 257, frames] of clips, each with mean 0 and deviation 1.

        The published code takes mean and deviation over the whole batch, so a clip's embedding
        depends on its neighbours; for a batch of one both are the same.
        """
        with torch.autocast(clips.device.type, enabled=False):
            clips = F.pad(clips.float(), (0, max(0, _LEAST_SAMPLES - clips.shape[-1])))
            loud = torch.log(self.audio_encoder.spectrogram(clips) + 1e-7)
            # Around the loudest value first: silence is then exactly zero, not blown-up rounding.
            loud = loud - loud.amax((1, 2), keepdim=True)
            spread, mean = torch.std_mean(loud, (1, 2), keepdim=True)
            return (loud - mean) / (spread + 1e-9)


def load_wav2clip(path: Path) -> Wav2Clip:
    """Wav2CLIP from its released file, or from its slim safetensors copy.

    Raises:
        WeightsError: the file cannot be read, holds another model, or is not whole.
    """
    tensors = read_model(path, "wav2clip")
    with torch.device("meta"):
        model = Wav2Clip()
    fill(model, tensors, path)
    return model


def check_wav2clip(tensors: Mapping[str, Tensor], path: Path) -> Facts:
    """Whether the tensors make a whole Wav2CLIP.

    Raises:
        WeightsError: something is missing or has another shape.
    """
    with torch.device("meta"):
        names = check_layout(Wav2Clip(), tensors, path)
    return Facts(names, {"dim": _DIM, "rate_hz": RATE_HZ})
