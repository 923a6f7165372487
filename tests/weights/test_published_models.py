"""From a published file on this machine to a loaded, frozen network, through the program itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from programs import Program
from published import F16, SMALL, Taming, clip_like, released_wav2clip, save_lightning, seeded
from safetensors.torch import save_file

from musivid.core.errors import UsageError, WeightsError
from musivid.weights.files import read_metadata
from musivid.weights.names import find_file
from musivid.weights.session import Session


@pytest.fixture
def imported(musivid: Program, tmp_path: Path) -> Callable[..., Any]:
    """Import a file under a model's name; gives the path that the program prints."""

    def run(name: str, file: Path) -> str:
        code, out, err = musivid("models", "import", name, file)
        assert code == 0, err
        return out.strip()

    return run


def test_imported_vqgan_becomes_a_painter(
    imported: Callable[..., Any], musivid: Program, tmp_path: Path
) -> None:
    taming = seeded(Taming, SMALL)
    path = imported("vqgan-sflckr", save_lightning(tmp_path / "last.ckpt", taming.state_dict()))
    assert path == str(find_file("vqgan-sflckr"))
    assert json.loads(read_metadata(find_file(path))["facts"])["codes"] == 64
    session = Session(device="cpu", offline=True)
    painter = session.painter("vqgan-sflckr")
    latents = painter.sample(1, 4, 4)
    expected = (taming.decode(latents) + 1) / 2
    torch.testing.assert_close(painter.decode(latents), expected, rtol=1e-5, atol=1e-5)
    assert session.painter("vqgan-sflckr") is painter
    assert not any(p.requires_grad for p in painter.parameters()) and not painter.training
    assert list(session.hashes()) == ["vqgan-sflckr"]
    assert musivid("models", "verify", "vqgan-sflckr")[0] == 0


def test_imported_clip_and_wav2clip_become_one_perceptor(
    imported: Callable[..., Any], tmp_path: Path
) -> None:
    save_file(clip_like().state_dict(), tmp_path / "clip.safetensors")
    torch.save(released_wav2clip(), tmp_path / "Wav2CLIP.pt")
    imported("clip-vit-b-32", tmp_path / "clip.safetensors")
    imported("wav2clip", tmp_path / "Wav2CLIP.pt")
    session = Session(device="cpu", offline=True)
    perceptor = session.perceptor("clip-vit-b-32", "wav2clip")
    assert (perceptor.image_px, perceptor.rate_hz, perceptor.dim) == (224, 16000, 512)
    rows = [
        perceptor.embed_image(torch.rand(1, 3, 224, 224)),
        perceptor.embed_text(["the sea"]),
        perceptor.embed_audio(torch.randn(1, 16000) * 0.1),
    ]
    assert all(row.shape == (1, 512) and abs(float(row.norm()) - 1) < 1e-5 for row in rows)
    assert set(session.hashes()) == {"clip-vit-b-32", "wav2clip"}


@pytest.mark.parametrize("suffix", [".ckpt", ".safetensors"])
def test_files_load_by_path_without_import(tmp_path: Path, suffix: str) -> None:
    tensors, file = seeded(Taming, SMALL).state_dict(), tmp_path / f"mine{suffix}"
    if suffix == ".ckpt":
        save_lightning(file, tensors)
    else:
        save_file(tensors, file)
    assert Session(device="cpu").painter(str(file)).factor == 4


def test_wrong_files_leave_nothing_behind(musivid: Program, tmp_path: Path) -> None:
    torch.save(released_wav2clip(), tmp_path / "Wav2CLIP.pt")
    code, out, err = musivid(
        "models", "import", "vqgan-imagenet-f16-16384", tmp_path / "Wav2CLIP.pt"
    )
    assert code == 3 and not out
    assert "holds a Wav2CLIP, not a VQGAN" in " ".join(err.split())
    with pytest.raises(WeightsError, match="missing"):
        find_file("vqgan-imagenet-f16-16384")


def test_names_of_another_family_are_refused() -> None:
    with pytest.raises(UsageError, match="is a listener, not a perceptor"):
        Session(device="cpu").perceptor("wav2clip")


@pytest.mark.slow
def test_published_size_is_imported_and_paints(imported: Any, tmp_path: Path) -> None:
    tensors = seeded(Taming, F16).state_dict()
    imported("vqgan-imagenet-f16-16384", save_lightning(tmp_path / "last.ckpt", tensors))
    painter = Session(device="cpu", offline=True).painter("vqgan-imagenet-f16-16384")
    latents = painter.encode(torch.rand(1, 3, 32, 32))
    assert latents.shape == (1, 256, 2, 2) and painter.decode(latents).shape == (1, 3, 32, 32)
