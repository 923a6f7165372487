"""LP-MusicCaps: ten seconds of sound into the input of a BART, which writes a caption.

Doh et al. 2023 (arXiv 2307.16372). Tensors: `audio_encoder.{positional_embedding,conv1,
conv_stack.N,mel_encoder.{spec_fn.window,mel_scale.fb}}` and `bart.*` (bart.py).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from musivid.core.errors import WeightsError
from musivid.nets.captioning.bart import Bart, BartSizes
from musivid.nets.captioning.bart_writing import Writing, write_beams, write_nucleus
from musivid.nets.captioning.byte_tokens import ByteWords, tiny_words
from musivid.nets.checkpoints import Facts, check_layout, fill, read_model

__all__ = ["LpMusicCaps", "check_lp_musiccaps", "load_lp_musiccaps", "tiny_captioner"]

_N_FFT, _HOP, _BANDS, _TOP_HZ = 1024, 160, 128, 8000.0
_CONVOLUTIONS = 5  # after the first, each halves the frames
_HEAD = 64  # width of an attention head, in bart-base and every BART
# Published files hold the word embedding four times.
_TIED = (
    "bart.model.encoder.embed_tokens.weight",
    "bart.model.decoder.embed_tokens.weight",
    "bart.lm_head.weight",
)


class MelSpectrogram(nn.Module):
    """The published front end: torchaudio's spectrogram, mel filters and decibels."""

    def __init__(self) -> None:
        super().__init__()
        from torchaudio.transforms import AmplitudeToDB, MelScale, Spectrogram

        self.spec_fn = Spectrogram(_N_FFT, hop_length=_HOP, power=None)
        with torch.device("cpu"):  # it looks at its filters, also where a model is made on meta
            self.mel_scale = MelScale(_BANDS, LpMusicCaps.rate_hz, 0.0, _TOP_HZ, _N_FFT // 2 + 1)
        self.decibels = AmplitudeToDB()

    def forward(self, clips: Tensor) -> Tensor:
        """Log-mel [n, 128, 1 + samples / 160] in decibels, at least -100, of clips [n, samples].

        Only the real part of the spectrum counts: the published weights were trained on that.
        """
        loud: Tensor = self.decibels(self.mel_scale(self.spec_fn(clips).real.square()))
        return loud


class AudioEncoder(nn.Module):
    """Clips to [n, frames, width]: log-mel, six convolutions, fixed positions."""

    positional_embedding: Tensor

    def __init__(self, width: int, frames: int) -> None:
        super().__init__()
        self.mel_encoder = MelSpectrogram()
        self.conv1 = nn.Conv1d(_BANDS, width, 3, padding=1)
        self.conv_stack = nn.ModuleList(
            [nn.Conv1d(width, width, 3, 2, 1) for _ in range(_CONVOLUTIONS)]
        )
        self.register_buffer("positional_embedding", _waves(frames, width))

    def forward(self, clips: Tensor) -> Tensor:
        """Map clips [n, samples] to [n, frames, width]."""
        with torch.autocast(clips.device.type, enabled=False):
            x = self.mel_encoder(clips.float())
        x = F.gelu(self.conv1(x))
        for layer in self.conv_stack:
            x = F.gelu(layer(x))
        return x.transpose(1, 2) + self.positional_embedding


class LpMusicCaps(nn.Module):
    """A captioner of clips of ten seconds."""

    kind = "lp-musiccaps"
    rate_hz, seconds = 16000, 10.0
    words: ByteWords | None = None
    """Its own vocabulary, where it needs no file of one."""

    def __init__(self, sizes: BartSizes) -> None:
        super().__init__()
        frames = math.ceil((self.seconds * self.rate_hz / _HOP + 1) / 2**_CONVOLUTIONS)
        self.audio_encoder = AudioEncoder(sizes.width, frames)
        self.bart = Bart(sizes)

    def encode(self, clips: Tensor) -> Tensor:
        """What the decoder listens to, [n, 32, width], of clips [n, 160000] at 16 kHz, -1..1."""
        return self.bart.encode(self.audio_encoder(clips))

    @torch.inference_mode()
    def write(
        self, clips: Tensor, rules: Writing, seeds: list[int] | None = None
    ) -> list[list[int]]:
        """Tokens of a caption for each clip, `end` included.

        Args:
            clips: float32 [n, 160000] at 16 kHz.
            rules: how to write.
            seeds: one for each clip, to draw from the nucleus; None: beam search.
        """
        heard = self.encode(clips)
        rows = rules.beams if seeds is None else 1
        memory = self.bart.begin(heard, rows, rules.most)

        def step(said: Tensor, parents: Tensor | None) -> Tensor:
            if parents is not None and rows > 1:
                memory.reorder(parents)
            return self.bart.step(said[:, -1], memory)

        if seeds is None:
            return write_beams(step, len(clips), rules, clips.device)
        return write_nucleus(step, seeds, rules, clips.device)

    def clip_bytes(self, rules: Writing, beams: int) -> int:
        """Bytes that one clip takes while it is captioned, roughly: memory, logits, spectrum."""
        sizes = self.bart.sizes
        # Keys and values, and as much again while one layer's are put in another order.
        said = 2 * 4 * beams * rules.most * (sizes.decoder_layers + 1) * sizes.width
        odds = 4 * 4 * beams * sizes.vocabulary
        sound = 16 * (_N_FFT // 2 + 1) * 1001 + 4 * 3 * sizes.width * 1001
        return said + odds + sound


def _waves(frames: int, width: int) -> Tensor:
    """Fixed positions [frames, width]: sines, then cosines."""
    half = width // 2
    pace = torch.exp(-math.log(10000.0) * torch.arange(half) / max(half - 1, 1))
    angle = torch.arange(frames)[:, None] * pace
    return torch.cat([angle.sin(), angle.cos()], 1)


def load_lp_musiccaps(path: Path) -> LpMusicCaps:
    """LP-MusicCaps from a published file (transfer, supervised, pretrain), or its slim copy.

    Raises:
        WeightsError: the file cannot be read, holds another model, or is not whole.
    """
    tensors = read_model(path, "lp-musiccaps")
    _check_tied(tensors, path)
    with torch.device("meta"):
        model = LpMusicCaps(_sizes(tensors, path))
    fill(model, tensors, path)
    return model


def check_lp_musiccaps(tensors: Mapping[str, Tensor], path: Path) -> Facts:
    """Whether the tensors make a whole LP-MusicCaps.

    Raises:
        WeightsError: something is missing, has another shape, or does not fit together.
    """
    _check_tied(tensors, path)
    sizes = _sizes(tensors, path)
    with torch.device("meta"):
        names = check_layout(LpMusicCaps(sizes), tensors, path)
    return Facts(names, {"vocabulary": sizes.vocabulary, "width": sizes.width})


def _sizes(tensors: Mapping[str, Tensor], path: Path) -> BartSizes:
    """The sizes that the tensors themselves have."""
    wanted = ("model.shared.weight", "model.encoder.embed_positions.weight",
              "model.encoder.layers.0.fc1.weight")  # fmt: skip
    for name in wanted:
        if f"bart.{name}" not in tensors:
            raise WeightsError(
                f"{path} does not hold the whole model: bart.{name} missing",
                hint="The file is damaged, or of a variant that musivid does not know.",
            )
    words, places, inner = (tensors[f"bart.{name}"] for name in wanted)
    width = words.shape[1]
    return BartSizes(
        vocabulary=words.shape[0],
        width=width,
        encoder_layers=_count(tensors, "bart.model.encoder.layers."),
        decoder_layers=_count(tensors, "bart.model.decoder.layers."),
        heads=max(1, width // _HEAD),
        inner=inner.shape[0],
        positions=places.shape[0] - 2,
    )


def _count(tensors: Mapping[str, Tensor], prefix: str) -> int:
    return len({n[len(prefix) :].split(".")[0] for n in tensors if n.startswith(prefix)})


def _check_tied(tensors: Mapping[str, Tensor], path: Path) -> None:
    """All copies of the word embedding must be the same."""
    words = tensors.get("bart.model.shared.weight")
    for name in _TIED:
        if words is not None and name in tensors and not torch.equal(tensors[name], words):
            raise WeightsError(
                f"{path}: {name} differs from bart.model.shared.weight, which it should equal",
                hint="The file is damaged, or of a variant that musivid does not know.",
            )


def tiny_captioner(seed: int = 0) -> LpMusicCaps:
    """LP-MusicCaps in miniature with random weights, the same for the same seed; for tests."""
    sizes = BartSizes(300, 32, 2, 2, 4, 64, 64)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        model = LpMusicCaps(sizes).eval().requires_grad_(False)
    model.words = tiny_words(sizes.vocabulary)
    return model
