"""Wav2CLIP: sounds into the space of CLIP ViT-B/32, each clip on its own.

Wu et al. 2022 (arXiv 2110.11499): a ResNet-18 (He et al. 2015, arXiv 1512.03385) of a log
spectrogram, then two linear layers. Tensors: `audio_encoder.{spectrogram.window,conv1,bn1,
layer1..4.*}` and `audio_transform.sequential.{0,3}`.
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
_N_FFT, _HOP = 512, 353  # of the published front end
_LEAST_SAMPLES = _N_FFT // 2 + 1  # the spectrogram mirrors half a window at each end
_DIM = 512
_WIDTHS = (64, 128, 256, 512)


class Block(nn.Module):
    """Two 3x3 convolutions around a skip."""

    def __init__(self, channels: int, out: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or channels != out:
            conv = nn.Conv2d(channels, out, 1, stride, bias=False)
            self.downsample = nn.Sequential(conv, nn.BatchNorm2d(out))

    def forward(self, x: Tensor) -> Tensor:
        """Map [n, channels, bands, frames] to [n, out, bands / stride, frames / stride]."""
        h = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(h)) + self.downsample(x))


class Window(nn.Module):
    """Holds the window of the spectrogram, under its published name."""

    window: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("window", torch.hann_window(_N_FFT))


class Extractor(nn.Module):
    """Clips [n, samples] to features [n, 512]."""

    def __init__(self) -> None:
        super().__init__()
        self.spectrogram = Window()
        self.conv1 = nn.Conv2d(1, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        starts = (64, *_WIDTHS[:-1])
        for index, (start, out) in enumerate(zip(starts, _WIDTHS, strict=True), 1):
            stride = 1 if index == 1 else 2
            layer = nn.Sequential(Block(start, out, stride), Block(out, out, 1))
            self.add_module(f"layer{index}", layer)

    def forward(self, clips: Tensor) -> Tensor:
        """Extract features."""
        x = F.relu(self.bn1(self.conv1(self.picture(clips)[:, None])))
        x = F.max_pool2d(x, 3, 2, 1)
        for index in range(1, 5):
            x = self.get_submodule(f"layer{index}")(x)
        return x.mean((2, 3))

    def picture(self, clips: Tensor) -> Tensor:
        """Log spectrograms [n, 257, frames] of clips, each with mean 0 and deviation 1.

        The published code takes mean and deviation over the whole batch, so a clip's embedding
        depends on its neighbours; for a batch of one both are the same.
        """
        with torch.autocast(clips.device.type, enabled=False):
            clips = F.pad(clips.float(), (0, max(0, _LEAST_SAMPLES - clips.shape[-1])))
            window = self.spectrogram.window
            spectrum = torch.stft(clips, _N_FFT, _HOP, window=window, return_complex=True)
            loud = torch.log(spectrum.real.square() + spectrum.imag.square() + 1e-7)
            # Around the loudest value first: silence is then exactly zero, not blown-up rounding.
            loud = loud - loud.amax((1, 2), keepdim=True)
            spread, mean = torch.std_mean(loud, (1, 2), keepdim=True)
            return (loud - mean) / (spread + 1e-9)


class Projection(nn.Module):
    """Features to CLIP's space."""

    def __init__(self) -> None:
        super().__init__()
        self.sequential = nn.Sequential(
            nn.Linear(_DIM, _DIM), nn.ReLU(), nn.Dropout(0.1), nn.Linear(_DIM, _DIM)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map [n, 512] to [n, 512]."""
        return self.sequential(x)


class Wav2Clip(nn.Module):
    """Clips [n, samples] at 16 kHz, -1..1, to embeddings [n, 512], not of unit length."""

    def __init__(self) -> None:
        super().__init__()
        self.audio_encoder = Extractor()
        self.audio_transform = Projection()

    @torch.no_grad()
    def forward(self, clips: Tensor) -> Tensor:
        """Embed clips of any one length, each on its own; below 257 samples, silence follows."""
        return self.audio_transform(self.audio_encoder(clips))


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
