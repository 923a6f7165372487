"""A published CLIP sees footage where it is there and words are sung; a random one of its form."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from judging_fixtures import save_siglip
from PIL import Image
from programs import Program
from published import clip_like
from safetensors.torch import save_file
from songs import write_song

from musivid.pipeline.video.footage import seeing_model
from musivid.pipeline.video.models import used_models
from musivid.settings.presets import load_preset

LINE = "[00:00.00]the harbour at night\n[00:01.00]a green field\n"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("sight")
    write_song(here / "song.wav", 2.0)
    (here / "song.lrc").write_text(LINE, encoding="utf-8")
    (here / "clips").mkdir()
    for number in range(3):
        noise = np.random.default_rng(number).integers(0, 255, (9, 16, 3), np.uint8)
        Image.fromarray(noise).resize((160, 90)).save(here / "clips" / f"IMG_{number}.png")
    return here


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models with a random CLIP of a published one's form, but small."""
    weights = {name: t.contiguous() for name, t in clip_like("ResNet").state_dict().items()}
    save_file(weights, tmp_path / "clip-rn50.safetensors")
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path))
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("name", ["clip-rn50", "siglip2-base-naflex"])
def test_footage_is_seen_by_a_published_network_that_is_there(
    world: Path, musivid: Program, models: Path, name: str
) -> None:
    film = world / f"{name}.mp4"
    if name != "clip-rn50":
        save_siglip(models / name, rows=True)
    code, _, err = musivid(
        "video", str(world / "song.wav"), "--footage", str(world / "clips"), "--reuse",
        "--lyrics", str(world / "song.lrc"), "--size", "64x36", "--fps", "10", "-o", str(film),
    )  # fmt: skip
    assert code == 0 and f"by what {name} sees" in err, err
    run = json.loads(film.with_suffix(".musivid").joinpath("manifest.json").read_text())
    assert list(run["results"]["models"]) == [name]
    assert "perceptor" in run["recipe"]["inputs"]


def test_a_published_clip_is_taken_where_it_is_there_and_none_where_another_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "clip-rn50.safetensors"
    save_file({"any": torch.zeros(1)}, file)
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path))

    def seeing(**settings: str) -> str | None:
        return seeing_model(load_preset("video", "living", settings))

    assert seeing() == "clip-rn50"
    assert seeing(**{"models.perceptor": "pocket-perceptor"}) is None
    (tmp_path / "siglip2-base").mkdir()
    (tmp_path / "siglip2-base" / "config.json").write_text("{}")
    assert seeing() == "siglip2-base"
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "none"))
    assert seeing() is None
    assert seeing(**{"models.perceptor": str(file)}) == str(file)
    footage = load_preset("video", "living", {"footage.clips": "x", "models.perceptor": str(file)})
    assert used_models(footage) == {"perceptor": str(file)}
    assert used_models(footage, worded=False) == {}


def test_a_clip_that_is_named_and_not_there_is_told(world: Path, musivid: Program) -> None:
    code, _, err = musivid(
        "video", str(world / "song.wav"), "--footage", str(world / "clips"), "--lyrics",
        str(world / "song.lrc"), "--set", "models.perceptor=clip-vit-b-32",
    )  # fmt: skip
    assert code == 3 and "musivid models pull clip-vit-b-32" in err
