"""LP-MusicCaps: its numbers against float64, its files in every wrapping, and what is refused."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from programs import Program

from musivid.core.errors import WeightsError
from musivid.nets.captioning.bart import BartSizes
from musivid.nets.captioning.lp_musiccaps import LpMusicCaps, load_lp_musiccaps, tiny_captioner
from musivid.nets.tiny import tiny_painter

Array = NDArray[np.float64]
SIZES = BartSizes(300, 128, 2, 2, 2, 96, 40)
TIED = ("model.encoder.embed_tokens", "model.decoder.embed_tokens", "lm_head")


@pytest.fixture(scope="module")
def net() -> LpMusicCaps:
    """A small one in the published layout."""
    torch.manual_seed(0)
    model = LpMusicCaps(SIZES).eval().requires_grad_(False)
    model.bart.final_logits_bias.normal_()
    return model


@pytest.fixture(scope="module")
def clips() -> torch.Tensor:
    """Two clips of ten seconds."""
    time = torch.arange(160000) / 16000
    noise = torch.randn(2, 160000, generator=torch.Generator().manual_seed(1))
    return 0.3 * torch.sin(2 * math.pi * 440 * time * (1 + 0.1 * time)) + 0.02 * noise


def published(net: LpMusicCaps) -> dict[str, torch.Tensor]:
    """All tensors as the published file has them: the word embedding four times."""
    tensors = dict(net.state_dict())
    for name in TIED:
        tensors[f"bart.{name}.weight"] = tensors["bart.model.shared.weight"]
    return tensors


def log_mel(sound: Array) -> Array:
    """The log-mel of one clip by its definition, [1001, 128]."""
    padded = np.pad(sound, 512, mode="reflect")
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(1024) / 1024)
    frames = np.stack([padded[160 * k : 160 * k + 1024] for k in range(1001)])
    real = np.fft.rfft(frames * window, axis=1).real
    hertz = np.linspace(0, 8000, 513)
    mels = np.linspace(0, 2595 * np.log10(1 + 8000 / 700), 130)
    corners = 700 * (10 ** (mels / 2595) - 1)
    bank = np.stack(
        [np.interp(hertz, corners[k : k + 3], [0, 1, 0], 0, 0) for k in range(128)], axis=1
    )
    return 10 * np.log10(np.maximum(real**2 @ bank, 1e-10))


class Double:
    """The network in plain numpy and float64, from the paper and the names of the tensors."""

    def __init__(self, net: LpMusicCaps) -> None:
        self.w = {name: value.double().numpy() for name, value in net.state_dict().items()}

    def linear(self, name: str, x: Array) -> Array:
        return x @ self.w[f"{name}.weight"].T + self.w[f"{name}.bias"]

    def norm(self, name: str, x: Array) -> Array:
        x = x - x.mean(-1, keepdims=True)
        x = x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-5)
        return x * self.w[f"{name}.weight"] + self.w[f"{name}.bias"]

    def conv(self, name: str, x: Array, stride: int) -> Array:
        x = np.pad(x, ((1, 1), (0, 0)))
        kernel = self.w[f"{name}.weight"]
        out = sum(x[k : len(x) - 2 + k : stride] @ kernel[:, :, k].T for k in range(3))
        return gelu(out + self.w[f"{name}.bias"])

    def attend(self, name: str, x: Array, y: Array, causal: bool = False) -> Array:
        q, k, v = (self.linear(f"{name}.{p}_proj", z) for p, z in (("q", x), ("k", y), ("v", y)))
        heads = []
        for part in np.split(np.arange(q.shape[1]), SIZES.heads):
            odds = q[:, part] @ k[:, part].T / np.sqrt(len(part))
            if causal:
                odds = np.where(np.tri(len(x)) > 0, odds, -np.inf)
            chances = np.exp(odds - odds.max(1, keepdims=True))
            heads.append(chances / chances.sum(1, keepdims=True) @ v[:, part])
        return self.linear(f"{name}.out_proj", np.concatenate(heads, 1))

    def layers(self, side: str, x: Array, heard: Array | None = None) -> Array:
        root = f"bart.model.{side}"
        x = x + self.w[f"{root}.embed_positions.weight"][2 : 2 + len(x)]
        x = self.norm(f"{root}.layernorm_embedding", x)
        for k in range(2):
            at = f"{root}.layers.{k}"
            own = self.attend(f"{at}.self_attn", x, x, causal=heard is not None)
            x = self.norm(f"{at}.self_attn_layer_norm", x + own)
            if heard is not None:
                taken = self.attend(f"{at}.encoder_attn", x, heard)
                x = self.norm(f"{at}.encoder_attn_layer_norm", x + taken)
            inner = self.linear(f"{at}.fc2", gelu(self.linear(f"{at}.fc1", x)))
            x = self.norm(f"{at}.final_layer_norm", x + inner)
        return x

    def encode(self, sound: Array) -> Array:
        x = self.conv("audio_encoder.conv1", log_mel(sound), 1)
        for k in range(5):
            x = self.conv(f"audio_encoder.conv_stack.{k}", x, 2)
        half = x.shape[1] // 2
        pace = np.exp(-np.arange(half) * np.log(10000) / (half - 1))
        angle = np.arange(len(x))[:, None] * pace
        return self.layers("encoder", x + np.concatenate([np.sin(angle), np.cos(angle)], 1))

    def logits(self, tokens: list[int], heard: Array) -> Array:
        words = self.w["bart.model.shared.weight"]
        x = self.layers("decoder", words[tokens], heard)
        return x @ words.T + self.w["bart.final_logits_bias"]


def gelu(x: Array) -> Array:
    return x * 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


def test_numbers_are_those_of_float64(net: LpMusicCaps, clips: torch.Tensor) -> None:
    double = Double(net)
    mel = net.audio_encoder.mel_encoder(clips)
    heard = net.encode(clips)
    tokens = [2, 0, 17, 250, 99, 4]
    logits = net.bart.decode(torch.tensor([tokens, tokens]), heard)
    assert mel.shape == (2, 128, 1001) and heard.shape == (2, 32, 128)
    for k, clip in enumerate(clips.double().numpy()):
        assert np.abs(mel[k].T.numpy() - log_mel(clip)).max() < 2e-2
        exact = double.encode(clip)
        assert np.abs(heard[k].numpy() - exact).max() < 1e-4
        assert np.abs(logits[k].numpy() - double.logits(tokens, exact)).max() < 1e-4


def test_silence_is_at_the_floor_and_is_captioned() -> None:
    tiny = tiny_captioner()
    assert (tiny.audio_encoder.mel_encoder(torch.zeros(1, 160000)) == -100).all()


def test_the_published_sizes_have_the_published_tensors() -> None:
    with torch.device("meta"):
        model = LpMusicCaps(BartSizes())
    tensors = model.state_dict()
    assert len(tensors) + len(TIED) == 278
    assert sum(p.numel() for p in model.parameters()) == pytest.approx(148.57e6, rel=1e-4)
    assert tensors["audio_encoder.conv_stack.4.weight"].shape == (768, 768, 3)
    assert tensors["audio_encoder.mel_encoder.mel_scale.fb"].shape == (513, 128)
    assert tensors["audio_encoder.positional_embedding"].shape == (32, 768)
    assert tensors["bart.model.decoder.embed_positions.weight"].shape == (1026, 768)


@pytest.mark.parametrize("wrapping", ["wrapper", "bare", "module"])
def test_published_files_load_in_every_wrapping(
    tmp_path: Path, net: LpMusicCaps, clips: torch.Tensor, wrapping: str
) -> None:
    tensors = published(net)
    if wrapping == "module":
        tensors = {f"module.{name}": value for name, value in tensors.items()}
    optimiser = {"state": {0: {"exp_avg": torch.zeros(3)}}, "param_groups": [{"lr": 1e-4}]}
    whole = {"epoch": 7, "state_dict": tensors, "optimizer": optimiser}
    path = tmp_path / "transfer.pth"
    torch.save(tensors if wrapping == "bare" else whole, path)
    loaded = load_lp_musiccaps(path)
    assert loaded.bart.sizes == SIZES
    torch.testing.assert_close(loaded.encode(clips), net.encode(clips), atol=0, rtol=0)


def test_what_does_not_fit_is_refused(tmp_path: Path, net: LpMusicCaps) -> None:
    path = tmp_path / "x.pth"
    tensors = published(net)

    def refused(change: dict[str, torch.Tensor | None], words: str) -> None:
        changed = {**tensors, **change}
        torch.save({n: t for n, t in changed.items() if t is not None}, path)
        with pytest.raises(WeightsError, match=words):
            load_lp_musiccaps(path)

    refused({"audio_encoder.conv1.weight": torch.zeros(128, 64, 3)}, "conv1")
    refused({"bart.model.decoder.layers.1.fc1.bias": None}, "fc1")
    refused({"bart.model.shared.weight": None}, "shared")
    refused({"bart.lm_head.weight": torch.ones(300, 128)}, "lm_head")
    refused({"audio_encoder.conv1.bias": torch.full((128,), torch.nan)}, "conv1")
    torch.save(tiny_painter().state_dict(), path)
    with pytest.raises(WeightsError, match="not an LP-MusicCaps"):
        load_lp_musiccaps(path)


def test_weights_are_imported_and_the_vocabulary_is_asked_for(
    tmp_path: Path, net: LpMusicCaps, musivid: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    from songs import write_song

    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "models"))
    song = write_song(tmp_path / "song.wav", 11)
    asked = ("caption", song, "--preset", "lp-musiccaps", "-q", "--set", "generation.max_tokens=8")
    code, _, err = musivid(*asked)
    assert code == 3 and "musivid models pull lp-musiccaps" in " ".join(err.split())
    torch.save({"epoch": 1, "state_dict": published(net)}, tmp_path / "transfer.pth")
    code, out, _ = musivid("models", "import", "lp-musiccaps", tmp_path / "transfer.pth", "-q")
    assert code == 0
    # The word embedding is kept once.
    assert Path(out.strip()).stat().st_size < (tmp_path / "transfer.pth").stat().st_size
    code, _, err = musivid(*asked)
    told = " ".join(err.split())
    assert code == 3 and "transfer.pth" in told and "vocab.json" in told and "bart-base" in told
    table = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3} | {f"Ġw{k}": k for k in range(4, 300)}
    folder = tmp_path / "models" / "bart-base"
    folder.mkdir()
    (folder / "vocab.json").write_text(json.dumps(table))
    code, out, _ = musivid(*asked, "--format", "jsonl")
    captions = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [(c["start_s"], c["end_s"]) for c in captions] == [(0, 10), (10, 11)]
    assert all(caption["text"].startswith("w") for caption in captions)
