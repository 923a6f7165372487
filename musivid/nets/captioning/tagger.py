"""The pocket tagger: who plays, what kind of music it is and how it feels, for captions.

A small convolutional network over a log-mel picture, trained by `musivid/pocket/train_tagger.py` on
songs of the project's own composer. What its outputs are called is kept in the file's metadata.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from musivid.core.errors import WeightsError

__all__ = ["GENRES", "INSTRUMENTS", "Tagger", "Tags", "load_tagger", "tiny_tagger"]

INSTRUMENTS = (
    "drums",
    "bass guitar",
    "synth bass",
    "double bass",
    "piano",
    "electric piano",
    "organ",
    "accordion",
    "acoustic guitar",
    "electric guitar",
    "distorted guitar",
    "strings",
    "solo strings",
    "choir",
    "brass",
    "saxophone",
    "flute",
    "reeds",
    "synth lead",
    "synth pad",
    "mallets",
    "plucked strings",
)
"""The instruments that the tagger tells apart, in the order of its outputs."""

GENRES = (
    "pop",
    "rock",
    "metal",
    "house",
    "techno",
    "trance",
    "synthwave",
    "ambient",
    "ballad",
    "jazz",
    "bossa nova",
    "latin",
    "folk",
    "orchestral",
    "hip hop",
    "lo-fi",
    "funk",
    "reggae",
    "country",
    "waltz",
)
"""The kinds of music, in the order of its outputs."""

_WIDTHS = (16, 32, 48, 80)
_ROWS = 6  # rows of bands that are left at the end
_SILENT = 1e-3  # greatest sample of what counts as silence
_FLOOR_DB, _LOUD = -70.0, 0.95  # the picture is seen down from what 95 of 100 values stay under


@dataclass(frozen=True, slots=True)
class Tags:
    """What was heard in `n` clips; tensors on the CPU.

    Attributes:
        instruments: float32 [n, instruments], probability of each.
        genres: float32 [n, genres], probabilities that sum to 1.
        energy: float32 [n], 0 (calm) to 1 (fierce).
        valence: float32 [n], 0 (sad or dark) to 1 (happy).
    """

    instruments: Tensor
    genres: Tensor
    energy: Tensor
    valence: Tensor


class Tagger(nn.Module):
    """Who plays in a clip, its genre and its mood."""

    kind = "pocket"
    rate_hz, n_fft, hop, bands = 22050, 2048, 512, 96
    bank: Tensor
    window: Tensor

    def __init__(
        self, instruments: tuple[str, ...] = INSTRUMENTS, genres: tuple[str, ...] = GENRES
    ) -> None:
        super().__init__()
        self.instruments, self.genres = instruments, genres
        bank = _mel_bank(self.rate_hz, self.n_fft, self.bands, 30.0, 10000.0)
        self.register_buffer("bank", bank.float(), persistent=False)
        self.register_buffer("window", torch.hann_window(self.n_fft), persistent=False)
        widths = (1, *_WIDTHS)
        layers: list[nn.Module] = []
        for start, out in pairwise(widths):
            size = 5 if start == 1 else 3
            stride = (2, 1) if out == _WIDTHS[-1] else (2, 2)
            layers += [
                nn.Conv2d(start, out, size, stride, size // 2, bias=False),
                nn.BatchNorm2d(out),
                nn.SiLU(),
            ]
        self.body = nn.Sequential(*layers)
        self.drop = nn.Dropout(0.2)
        outputs = len(instruments) + len(genres) + 2
        self.head = nn.Linear(2 * _ROWS * _WIDTHS[-1], outputs)

    def picture(self, clips: Tensor) -> Tensor:
        """Log-mel [n, 96, frames] in decibels of clips [n, samples] at 22.05 kHz."""
        clips = F.pad(clips.float(), (0, max(0, self.n_fft - clips.shape[-1])))
        spectrum = torch.stft(clips, self.n_fft, self.hop, window=self.window, return_complex=True)
        power = spectrum.real.square() + spectrum.imag.square()
        return 10 * torch.log10((power.transpose(1, 2) @ self.bank).transpose(1, 2) + 1e-8)

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Log odds [n, instruments], logits [n, genres] and log odds of energy and valence [n, 2].

        Args:
            picture: [n, 96, frames] in decibels, 20 frames or more.
        """
        top = torch.quantile(picture[:, ::2, ::4].flatten(1), _LOUD, dim=1)[:, None, None]
        x = (picture - top).clamp(_FLOOR_DB, 20) / 30 + 1
        x = self.body(x[:, None])
        x = self.head(self.drop(torch.cat([x.mean(3), x.amax(3)], 1).flatten(1)))
        players, genres, moods = x.split([len(self.instruments), len(self.genres), 2], 1)
        return players, genres, moods

    @torch.inference_mode()
    def hear(self, clips: Tensor) -> Tags:
        """What is heard in clips float32 [n, samples] at 22.05 kHz, -1..1, half a second or longer.

        In silence no instrument is heard.
        """
        players, genres, moods = self(self.picture(clips))
        quiet = clips.abs().amax(1, keepdim=True) < _SILENT
        odds = torch.sigmoid(players).masked_fill(quiet, 0.0)
        energy, valence = torch.sigmoid(moods).cpu().unbind(1)
        return Tags(odds.cpu(), genres.softmax(1).cpu(), energy, valence)


def load_tagger(path: Path) -> Tagger:
    """The tagger of a safetensors file.

    Raises:
        WeightsError: the file holds something else.
    """
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        settings = json.loads((file.metadata() or {}).get("settings", "{}"))
        tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    if not {"instruments", "genres"} <= settings.keys():
        raise WeightsError(f"{path} holds no pocket tagger", command="musivid models list")
    tagger = Tagger(tuple(settings["instruments"]), tuple(settings["genres"]))
    tagger.load_state_dict(tensors)
    return tagger.eval().requires_grad_(False)


def tiny_tagger(seed: int = 0) -> Tagger:
    """A tagger with random weights, the same for the same seed; for tests."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return Tagger().eval().requires_grad_(False)


def _mel_bank(rate_hz: int, n_fft: int, bands: int, low_hz: float, top_hz: float) -> Tensor:
    """Triangular filters on the HTK scale, not scaled by area: float64 [n_fft // 2 + 1, bands].

    In float64, which torchaudio has not: its bank differs in the sixth digit from what the weights
    were trained with. Source: mel = 2595 log10(1 + f / 700), D. O'Shaughnessy 1987, as the HTK book
    has it.
    """
    # On the CPU even where a model is being made on the meta device.
    numbers = {"dtype": torch.float64, "device": "cpu"}
    low, top = (2595 * math.log10(1 + hertz / 700) for hertz in (low_hz, top_hz))
    points = 700 * (10 ** (torch.linspace(low, top, bands + 2, **numbers) / 2595) - 1)
    bins = torch.linspace(0, rate_hz / 2, n_fft // 2 + 1, **numbers)[:, None]
    width = points.diff()
    rise = (bins - points[:-2]) / width[:-1]
    fall = (points[2:] - bins) / width[1:]
    return torch.minimum(rise, fall).clamp(min=0)
