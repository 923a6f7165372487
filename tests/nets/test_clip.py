"""CLIP behind the Perceptor protocol: open_clip's numbers from every kind of file, and its ears."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from published import clip_like, released_wav2clip
from safetensors.torch import save_file

from musivid.core.errors import WeightsError
from musivid.nets.checkpoints import convert_checkpoint
from musivid.nets.clip import ClipPerceptor, load_clip_perceptor
from musivid.nets.wav2clip import load_wav2clip

MEAN = torch.tensor((0.48145466, 0.4578275, 0.40821073)).view(1, 3, 1, 1)
STD = torch.tensor((0.26862954, 0.26130258, 0.27577711)).view(1, 3, 1, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clip")


@pytest.fixture(scope="module")
def clip() -> Any:
    return clip_like()


@pytest.fixture(scope="module")
def clip_path(folder: Path, clip: Any) -> Path:
    torch.save(clip.state_dict(), folder / "clip.pt")
    return folder / "clip.pt"


@pytest.fixture(scope="module")
def ears_path(folder: Path) -> Path:
    torch.save(released_wav2clip(), folder / "Wav2CLIP.pt")
    return folder / "Wav2CLIP.pt"


@pytest.fixture(scope="module")
def perceptor(clip_path: Path, ears_path: Path) -> ClipPerceptor:
    return load_clip_perceptor(clip_path, ears_path)


def pictures(count: int, side: int) -> torch.Tensor:
    return torch.rand(count, 3, side, side, generator=torch.Generator().manual_seed(0))


def test_pictures_are_seen_as_open_clip_sees_them(perceptor: ClipPerceptor, clip: Any) -> None:
    assert (perceptor.image_px, perceptor.rate_hz, perceptor.dim) == (224, 16000, 512)
    images = pictures(2, 224)
    expected = clip.encode_image((images - MEAN) / STD, normalize=True)
    torch.testing.assert_close(perceptor.embed_image(images), expected, rtol=1e-5, atol=1e-5)


def test_pictures_pull_on_their_pixels(perceptor: ClipPerceptor) -> None:
    images = pictures(1, 224).requires_grad_()
    perceptor.embed_image(images)[0, 0].backward()
    assert images.grad.abs().sum() > 0


def test_texts_are_read_as_open_clip_reads_them(perceptor: ClipPerceptor, clip: Any) -> None:
    import open_clip

    texts = ["a red sun over the sea", "", "日本語 ünïcode", "never " * 300]
    tokens = open_clip.get_tokenizer("ViT-B-32-quickgelu")(texts)
    expected = clip.encode_text(tokens, normalize=True)
    torch.testing.assert_close(perceptor.embed_text(texts), expected, rtol=1e-5, atol=1e-5)
    assert perceptor.embed_text([]).shape == (0, 512)


def test_texts_that_are_cut_are_told(perceptor: ClipPerceptor) -> None:
    fits, cut = "a " * 75, "a " * 76
    assert perceptor.too_long(["short", fits, cut]) == [cut]
    longer = perceptor.embed_text([cut, cut + "sun"])
    torch.testing.assert_close(longer[0], longer[1])


def test_many_texts_are_read_in_parts(
    perceptor: ClipPerceptor, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["sun", "sea", "snow", "fire", "wood"]
    whole = perceptor.embed_text(texts)
    monkeypatch.setattr("musivid.nets.clip._TEXTS_AT_ONCE", 2)
    torch.testing.assert_close(perceptor.embed_text(texts), whole, rtol=1e-5, atol=1e-5)


def test_sounds_are_heard_through_wav2clip(perceptor: ClipPerceptor, ears_path: Path) -> None:
    clips = torch.randn(2, 8000, generator=torch.Generator().manual_seed(0)) * 0.1
    heard = perceptor.embed_audio(clips)
    raw = load_wav2clip(ears_path)(clips)
    torch.testing.assert_close(heard, raw / raw.norm(dim=-1, keepdim=True))
    assert torch.allclose(heard.norm(dim=-1), torch.ones(2))


def test_without_a_listener_it_says_so(clip_path: Path) -> None:
    with pytest.raises(WeightsError, match="no listener"):
        load_clip_perceptor(clip_path).embed_audio(torch.zeros(1, 1000))


def test_wav2clip_hears_for_vit_b_32_only(folder: Path, ears_path: Path) -> None:
    torch.save(clip_like("ResNet").state_dict(), folder / "resnet.pt")
    with pytest.raises(WeightsError, match="ViT-B/32 only"):
        load_clip_perceptor(folder / "resnet.pt", ears_path)


def test_resnets_load_by_their_shapes(folder: Path) -> None:
    resnet = clip_like("ResNet")
    torch.save(resnet.state_dict(), folder / "resnet.pt")
    perceptor = load_clip_perceptor(folder / "resnet.pt")
    assert (perceptor.image_px, perceptor.dim) == (64, 64)
    images = pictures(1, 64)
    expected = resnet.encode_image((images - MEAN) / STD, normalize=True)
    torch.testing.assert_close(perceptor.embed_image(images), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning")
def test_script_archives_load(
    folder: Path, clip: Any, perceptor: ClipPerceptor, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = {"encode_text": torch.zeros(1, 77, dtype=torch.int)}
    script = torch.jit.trace_module(clip, example, check_trace=False)
    script.save(folder / "ViT-B-32.pt")
    monkeypatch.setattr(torch.jit, "load", None)  # it would run code from the file
    found = load_clip_perceptor(folder / "ViT-B-32.pt")
    assert torch.equal(found.embed_text(["sun"]), perceptor.embed_text(["sun"]))
    assert torch.equal(found.embed_image(pictures(1, 224)), perceptor.embed_image(pictures(1, 224)))


def test_half_precision_files_load_in_float32(
    folder: Path, clip: Any, perceptor: ClipPerceptor
) -> None:
    extra = {name: torch.tensor(224) for name in ("input_resolution", "context_length")}
    tensors = {name: tensor.half().contiguous() for name, tensor in clip.state_dict().items()}
    save_file(tensors | extra, folder / "half.safetensors")
    found = load_clip_perceptor(folder / "half.safetensors")
    assert {p.dtype for p in found.parameters()} == {torch.float32}
    near = (found.embed_text(["sun"]) * perceptor.embed_text(["sun"])).sum()
    assert near > 0.9999


def test_slim_copies_load_alike(folder: Path, clip_path: Path, perceptor: ClipPerceptor) -> None:
    tensors, metadata = convert_checkpoint(clip_path, "clip")
    assert json.loads(metadata["facts"])["name"] == "ViT-B-32-quickgelu"
    save_file(tensors, folder / "slim.safetensors", metadata)
    found = load_clip_perceptor(folder / "slim.safetensors")
    assert torch.equal(found.embed_text(["sun"]), perceptor.embed_text(["sun"]))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.pop("visual.ln_post.weight"), r"visual\.ln_post\.weight missing"),
        (lambda t: t.pop("visual.conv1.weight"), r"visual\.conv1\.weight missing"),
        (lambda t: t.update({"token_embedding.weight": torch.ones(9, 64)}), "vocabulary: 9 words"),
    ],
)
def test_damaged_checkpoints_are_refused(
    folder: Path, clip: Any, change: Callable[..., Any], says: str
) -> None:
    tensors = dict(clip.state_dict())
    change(tensors)
    torch.save(tensors, folder / "damaged.pt")
    with pytest.raises(WeightsError, match=says):
        load_clip_perceptor(folder / "damaged.pt")
    with pytest.raises(WeightsError, match=says):
        convert_checkpoint(folder / "damaged.pt", "clip")


def test_other_models_are_named(ears_path: Path, clip_path: Path) -> None:
    with pytest.raises(WeightsError, match="holds a Wav2CLIP, not a CLIP"):
        load_clip_perceptor(ears_path)
    with pytest.raises(WeightsError, match="holds a CLIP, not a Wav2CLIP"):
        load_wav2clip(clip_path)
