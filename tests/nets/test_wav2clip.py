"""Wav2CLIP: the same numbers as the published code for one clip, and no influence of neighbours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from published import released_wav2clip

from musivid.core.errors import WeightsError
from musivid.nets.checkpoints import convert_checkpoint
from musivid.nets.wav2clip import RATE_HZ, Wav2Clip, load_wav2clip


@pytest.fixture(scope="module")
def released() -> dict[str, torch.Tensor]:
    return released_wav2clip()


@pytest.fixture(scope="module")
def path(released: dict[str, torch.Tensor], tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("wav2clip") / "Wav2CLIP.pt"
    torch.save(released | {"image_encoder.conv1.weight": torch.ones(3)}, file)
    return file


@pytest.fixture(scope="module")
def model(path: Path) -> Wav2Clip:
    return load_wav2clip(path)


@pytest.fixture(scope="module")
def reference(released: dict[str, torch.Tensor]) -> Any:
    from wav2clip.model.encoder import ResNetExtractor

    with torch.random.fork_rng(devices=[]):
        extractor = ResNetExtractor(checkpoint=released, scenario="frozen", transform=True)
    return extractor.requires_grad_(False)


def sound(seconds: float, seed: int = 0) -> torch.Tensor:
    lots = torch.Generator().manual_seed(seed)
    count = round(seconds * RATE_HZ)
    swell = torch.linspace(0.1, 1, count).sqrt()
    return torch.randn(1, count, generator=lots) * 0.2 * swell


@pytest.mark.parametrize("seconds", [257 / RATE_HZ, 0.3, 1.0, 3.7])
def test_one_clip_is_heard_as_published(model: Wav2Clip, reference: Any, seconds: float) -> None:
    clip = sound(seconds)
    expected = reference(clip)
    torch.testing.assert_close(model(clip), expected, rtol=1e-5, atol=1e-5)
    assert expected.std() > 0.01


def test_neighbours_do_not_matter(model: Wav2Clip) -> None:
    clips = torch.cat([sound(1, 0), sound(1, 1) * 0.01, torch.zeros(1, RATE_HZ)])
    together = model(clips)
    for index in range(3):
        alone = model(clips[index : index + 1])[0]
        torch.testing.assert_close(together[index], alone, rtol=1e-5, atol=1e-5)


def test_published_batching_would_have_mattered(model: Wav2Clip, reference: Any) -> None:
    clips = torch.cat([sound(1, 0), sound(1, 1) * 0.01])
    assert not torch.allclose(reference(clips), model(clips), atol=1e-3)


def test_loudness_alone_does_not_change_what_is_heard(model: Wav2Clip) -> None:
    torch.testing.assert_close(model(sound(1)), model(sound(1) * 0.5), rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize("samples", [1, 256, 257, 511])
def test_short_clips_are_followed_by_silence(model: Wav2Clip, samples: int) -> None:
    clip = sound(samples / RATE_HZ)
    found = model(clip)
    assert found.shape == (1, 512) and found.isfinite().all()
    padded = torch.nn.functional.pad(clip, (0, max(0, 257 - samples)))
    assert torch.equal(found, model(padded))


def test_silence_is_heard_as_nothing_odd(model: Wav2Clip) -> None:
    assert model(torch.zeros(1, RATE_HZ)).isfinite().all()
    assert model.picture(torch.zeros(1, RATE_HZ)).abs().max() == 0


def test_no_gradients_are_built(model: Wav2Clip) -> None:
    assert not model(sound(0.3).requires_grad_()).requires_grad
    assert not model.training and not any(p.requires_grad for p in model.parameters())


def test_released_layout_is_the_one_known(path: Path, released: dict[str, torch.Tensor]) -> None:
    tensors, metadata = convert_checkpoint(path, "wav2clip")
    assert tensors.keys() == released.keys()
    assert len([name for name in tensors if name.startswith("audio_encoder.")]) == 121
    assert metadata["family"] == "wav2clip"


def test_missing_parts_are_named(released: dict[str, torch.Tensor], tmp_path: Path) -> None:
    tensors = {name: t for name, t in released.items() if not name.endswith("3.bias")}
    torch.save(tensors, tmp_path / "part.pt")
    with pytest.raises(WeightsError, match=r"audio_transform\.sequential\.3\.bias missing"):
        load_wav2clip(tmp_path / "part.pt")
