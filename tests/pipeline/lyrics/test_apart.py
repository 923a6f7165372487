"""The voice of a song taken apart: from a saved network to lyrics, and windows that do not show."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from programs import Program
from songs import write_song
from torch import Tensor

import musivid as package
from musivid.core.errors import PresetError, WeightsError
from musivid.core.progress import Silent
from musivid.media.audio import Track
from musivid.nets.checkpoints import convert_checkpoint
from musivid.nets.hdemucs import load_hdemucs, tiny_separator
from musivid.pipeline.lyrics.apart import faded_windows, voice_of
from musivid.settings.lyrics import SeparationPreset
from musivid.weights.session import Session

RATE = 44_100


class LocalSeparator:
    """A separator whose voice is what is left of a song after a filter of 101 samples."""

    rate_hz = RATE
    stems = ("vocals",)

    def __init__(self) -> None:
        self.longest = 0

    def stem(self, mixes: Tensor, name: str) -> Tensor:
        assert name == "vocals" and mixes.shape[:2] == (1, 2)
        self.longest = max(self.longest, mixes.shape[-1])
        kernel = torch.hann_window(101)[None, None]
        return torch.nn.functional.conv1d(mixes.transpose(0, 1), kernel, padding=50).transpose(0, 1)


def noise(seconds: float, channels: int = 2) -> Track:
    made = np.random.default_rng(3).standard_normal((channels, round(seconds * RATE)))
    return Track((0.1 * made + 0.02).astype(np.float32), RATE)


def apart(track: Track, separator: object, **settings: float) -> NDArray[np.float32]:
    preset, session = (
        SeparationPreset.model_validate(settings),
        Session("cpu", "float32", threads=1),
    )
    made = voice_of(track, session, separator, preset, Silent())  # type: ignore[arg-type]
    assert made.rate_hz == RATE and made.samples.shape == (1, track.samples.shape[1])
    return made.samples[0]


def test_windows_give_what_the_whole_gives() -> None:
    """Beside the fades, windows of a network that hears a short while give the whole's voice."""
    track, network = noise(10.3), LocalSeparator()
    whole = apart(track, network, window_s=120)
    assert network.longest == track.samples.shape[1]
    network.longest = 0
    windows = apart(track, network, window_s=4, overlap_s=1)
    assert network.longest <= 4 * RATE
    starts = [round(n * (len(whole) - RATE) / 4) for n in range(5)]
    for first, end in itertools.pairwise(starts):
        inside = slice(first + (RATE if first else 0) + 50, end - 50)
        assert np.allclose(windows[inside], whole[inside], atol=1e-6)
    # Where windows are faded, only what a window's own edge lacks differs, and that is faded out.
    assert np.abs(windows - whole).max() < 1e-2 * np.abs(whole).max()


def test_fades_leave_no_seam() -> None:
    steps = np.arange(1000, dtype=np.float32)
    for window, overlap in ((100, 10), (64, 21), (100, 0), (2000, 10), (999, 333)):
        made = faded_windows(lambda a, b: steps[a:b], 1000, window=window, overlap=overlap)
        assert np.allclose(made, steps, rtol=1e-5), (window, overlap)


def test_a_window_is_what_the_network_makes_of_it() -> None:
    """In units of the song: of mean 0 and deviation 1 for the network, and back again."""
    network, track = tiny_separator(), noise(4.4, channels=1)
    window = round((len(track.samples[0]) - RATE) / 2) + RATE
    mix = np.repeat(track.samples, 2, 0)
    mean, deviation = mix.mean(), mix.std()
    made = network.stem(torch.from_numpy((mix[None, :, :window] - mean) / deviation), "vocals")
    made = made[0].mean(0).numpy() * deviation + mean
    found = apart(track, network, window_s=4, overlap_s=1)
    assert np.allclose(found[: window - RATE], made[: window - RATE], atol=1e-5)
    assert np.ptp(found) > 0.01


def test_from_a_published_file_to_lyrics(
    musivid: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "models"))
    song = write_song(tmp_path / "song.wav", 1.0)
    words = tmp_path / "words.txt"
    words.write_text("A red sea\n")
    asked = ["lyrics", str(song), "-t", str(words), "--threads", "1"]
    asked += ["--set", "models.aligner=tiny-aligner"]
    code, said, told = musivid(*asked, "--dry-run")
    assert code == 0 and "taken apart" not in said, told
    code, said, told = musivid(*asked, "--json")
    before = json.loads(said)["results"][0]
    assert code == 0 and before["separator"] is None
    named = [*asked, "--set", "models.separator=hdemucs-high-musdb"]
    code, said, told = musivid(*named, "--dry-run")
    assert code == 0 and "taken apart by hdemucs-high-musdb (not on this machine)" in said
    code, said, told = musivid(*named)
    assert code == 3 and "musivid models pull hdemucs-high-musdb" in told and "335 MB" in told

    published = tmp_path / "hdemucs_high_trained.pt"
    torch.save(tiny_separator(seed=1).network.state_dict(), published)
    code, _, told = musivid("models", "import", "hdemucs-high", str(published))
    assert code == 0, told
    assert musivid("models", "verify", "hdemucs-high")[0] == 0
    code, said, told = musivid(*asked, "--dry-run")
    assert code == 0 and said.strip().endswith("the voice taken apart by hdemucs-high"), said
    code, said, told = musivid(*asked, "--json")
    after = json.loads(said)["results"][0]
    assert code == 0 and after["separator"] == "hdemucs-high", told
    assert after["lines"] != before["lines"]
    code, said, _ = musivid(*asked, "--json", "--set", "models.separator=null")
    assert json.loads(said)["results"][0]["lines"] == before["lines"]
    code, said, _ = musivid(*asked, "--voice", str(song), "--dry-run")
    assert code == 0 and "taken apart" not in said
    code, said, _ = musivid(*asked, "--json", "--set", f"models.separator={published}")
    assert code == 0 and json.loads(said)["results"][0]["lines"] == after["lines"]


def test_settings_without_effect_are_refused(tmp_path: Path) -> None:
    song = write_song(tmp_path / "song.wav", 1.0)

    def refused(settings: dict[str, object], voice: Path | None = None) -> str:
        with pytest.raises(PresetError) as caught:
            package.lyrics(song, ["a"], preset="tiny", settings=settings, voice=voice)
        return caught.value.problem

    assert "no effect with voice given" in refused({"models.separator": "auto"}, song)
    assert "no effect with models.separator null" in refused({"separation.overlap_s": 0.5})


def test_what_is_no_hybrid_demucs(tmp_path: Path) -> None:
    tensors = tiny_separator().network.state_dict()
    path = tmp_path / "part.pt"
    torch.save({k: v for k, v in tensors.items() if "time_decoder.0" not in k}, path)
    with pytest.raises(WeightsError, match=r"not hold the whole model: time_decoder.0"):
        convert_checkpoint(path, "hdemucs")
    torch.save({**tensors, "freq_encoder.0.conv.weight": torch.zeros(5, 4, 8, 1)}, path)
    with pytest.raises(WeightsError, match="not hold the whole model"):
        load_hdemucs(path)
    torch.save({"model.diffusion_model.x": torch.zeros(1)}, path)
    with pytest.raises(WeightsError, match="holds a diffusion model, not a Hybrid Demucs"):
        load_hdemucs(path)


def test_a_damaged_separator_stops_before_anything_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path))
    file = tmp_path / "hdemucs-high.safetensors"
    file.write_bytes(b"not a model")
    (tmp_path / f"{file.name}.json").write_text(json.dumps({"sha256": "0" * 64}))
    song = write_song(tmp_path / "song.wav", 1.0)
    with pytest.raises(WeightsError, match="is damaged") as told:
        package.lyrics(song, ["a"], preset="tiny", settings={"models.separator": "auto"})
    assert "--set models.separator=null" in told.value.hint
