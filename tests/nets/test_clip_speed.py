"""CLIP's faster parts: the same numbers, gradients and names as open_clip's own."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from musivid.nets import clip_speed
from musivid.nets.clip_speed import Patches, SelfAttention, hasten


def _visual() -> nn.Module:
    transformer = pytest.importorskip("open_clip.transformer")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        visual = transformer.VisionTransformer(
            image_size=32, patch_size=8, width=64, layers=2, heads=4, mlp_ratio=2.0, output_dim=16
        )
        nn.init.normal_(visual.transformer.resblocks[0].attn.in_proj_bias)
    return visual.eval().requires_grad_(False)


@pytest.mark.parametrize("few", [0, 256])
def test_hastened_model_has_the_same_results_gradients_and_names(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clip_speed, "_FEW_TOKENS", few)
    slow, fast = _visual(), _visual()
    hasten(fast)
    assert isinstance(fast.conv1, Patches)
    assert all(isinstance(block.attn, SelfAttention) for block in fast.transformer.resblocks)
    assert list(slow.state_dict()) == list(fast.state_dict())
    images = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    results = []
    for visual in (slow, fast):
        seen = images.clone().requires_grad_()
        embeddings = visual(seen)
        results.append((embeddings, torch.autograd.grad(embeddings.square().sum(), seen)[0]))
    for wanted, found in zip(*results, strict=True):
        torch.testing.assert_close(found, wanted, atol=1e-5, rtol=1e-4)


def test_models_without_transformer_are_left_alone() -> None:
    visual = nn.Sequential(nn.Conv2d(3, 4, 3))
    hasten(visual)
    assert isinstance(visual[0], nn.Conv2d)
