"""CLIPs in the layouts of other libraries give the numbers that those libraries give."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest
import torch
from published import clip_like, seeded
from safetensors.torch import save_file
from torch import Tensor, nn

from musivid.core.errors import WeightsError
from musivid.nets.checkpoints import convert_checkpoint
from musivid.nets.clip import load_clip_perceptor
from musivid.nets.clip_layouts import openai_layout

SIDE, WIDTH, LAYERS = 32, 64, 2
IMAGES = torch.rand(2, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
TEXTS = ["a red sun over the sea", "snow"]


@pytest.fixture(scope="module")
def of_transformers() -> Any:
    """A CLIP of transformers, small, with OpenAI's vocabulary and heads 64 wide."""
    from transformers import CLIPConfig, CLIPModel

    sizes: dict[str, Any] = {
        "hidden_size": WIDTH,
        "intermediate_size": 4 * WIDTH,
        "num_attention_heads": 1,
    }
    sizes |= {"num_hidden_layers": LAYERS, "hidden_act": "quick_gelu"}
    text = {**sizes, "vocab_size": 49408, "max_position_embeddings": 77, "eos_token_id": 49407}
    picture = {**sizes, "image_size": SIDE, "patch_size": 8}
    return seeded(CLIPModel, CLIPConfig(text_config=text, vision_config=picture, projection_dim=48))


def normal(embedding: Any) -> Tensor:
    """An embedding of length one; libraries differ in what they wrap it in."""
    plain = getattr(embedding, "pooler_output", embedding)
    return torch.nn.functional.normalize(plain, dim=-1)


@pytest.mark.parametrize("ending", ["safetensors", "bin"])
def test_transformers_files_embed_as_transformers_does(
    tmp_path: Path, of_transformers: Any, ending: str
) -> None:
    path = tmp_path / f"model.{ending}"
    tensors = {name: t.contiguous() for name, t in of_transformers.state_dict().items()}
    (save_file if ending == "safetensors" else torch.save)(tensors, path)  # type: ignore[operator]
    clip = load_clip_perceptor(path)
    assert (clip.image_px, clip.dim) == (SIDE, 48)
    tokens = clip._tokenizer(TEXTS)
    seen = (IMAGES - clip.mean) / clip.std
    expected = normal(of_transformers.get_image_features(pixel_values=seen))
    torch.testing.assert_close(clip.embed_image(IMAGES), expected, rtol=1e-5, atol=1e-5)
    expected = normal(of_transformers.get_text_features(input_ids=tokens.long()))
    torch.testing.assert_close(clip.embed_text(TEXTS), expected, rtol=1e-5, atol=1e-5)


def test_slim_copies_of_other_layouts_load_alike(tmp_path: Path, of_transformers: Any) -> None:
    torch.save(of_transformers.state_dict(), tmp_path / "model.bin")
    slim, metadata = convert_checkpoint(tmp_path / "model.bin", "clip")
    save_file(slim, tmp_path / "slim.safetensors", metadata)
    whole, copy = (load_clip_perceptor(tmp_path / n) for n in ("model.bin", "slim.safetensors"))
    assert torch.equal(whole.embed_text(TEXTS), copy.embed_text(TEXTS))


def test_pictures_seen_by_timm_embed_as_open_clip_does(tmp_path: Path) -> None:
    from timm.models.vision_transformer import VisionTransformer

    trunk = seeded(
        VisionTransformer,
        img_size=SIDE,
        patch_size=8,
        num_classes=512,
        embed_dim=768,
        depth=1,
        num_heads=12,
        pre_norm=True,
        act_layer="quick_gelu",
        norm_layer=functools.partial(nn.LayerNorm, eps=1e-5),  # as timm's own CLIPs have it
    )
    trunk.head.bias.zero_()
    clip = clip_like().state_dict()
    words = {f"text.{n}": t for n, t in clip.items() if not n.startswith(("visual.", "logit_"))}
    seen = {f"visual.trunk.{n}": t for n, t in trunk.state_dict().items()}
    torch.save(words | seen | {"logit_scale": clip["logit_scale"]}, tmp_path / "timm.pt")
    found = load_clip_perceptor(tmp_path / "timm.pt")
    expected = normal(trunk((IMAGES - found.mean) / found.std))
    torch.testing.assert_close(found.embed_image(IMAGES), expected, rtol=2e-5, atol=2e-5)
    torch.save(clip, tmp_path / "openai.pt")
    same = load_clip_perceptor(tmp_path / "openai.pt").embed_text(TEXTS)
    assert torch.equal(found.embed_text(TEXTS), same)


def test_a_projection_with_a_bias_is_not_taken_for_openais() -> None:
    trunk = {"visual.trunk.patch_embed.proj.weight": torch.ones(4, 3, 8, 8)}
    head = {"visual.trunk.head.weight": torch.ones(2, 4), "visual.trunk.head.bias": torch.ones(2)}
    assert "visual.proj" not in openai_layout(trunk | head)
    head["visual.trunk.head.bias"].zero_()
    assert openai_layout(trunk | head)["visual.proj"].shape == (4, 2)


@pytest.mark.parametrize("wrapper", ["state_dict", "model_state_dict", "model", "module", "net"])
def test_wrappers_of_trainers_are_taken_off(tmp_path: Path, wrapper: str) -> None:
    clip = clip_like("ResNet").state_dict()
    torch.save({wrapper: clip, "epoch": 3}, tmp_path / "wrapped.pt")
    assert load_clip_perceptor(tmp_path / "wrapped.pt").dim == 64


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("patch_embed.proj.weight", "blocks.0.attn.qkv.weight"), "reads no words"),
        (("vision_model.embeddings.class_embedding",), "a part of a CLIP"),
        (("vision_model.head.x", "text_model.x"), "without a class token"),
    ],
)
def test_halves_and_cousins_are_named(tmp_path: Path, names: tuple[str, ...], says: str) -> None:
    torch.save({name: torch.ones(2) for name in names}, tmp_path / "other.pt")
    with pytest.raises(WeightsError, match=says):
        load_clip_perceptor(tmp_path / "other.pt")
