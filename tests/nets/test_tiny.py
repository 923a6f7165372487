"""The tiny stand-ins: shapes, ranges, gradients, and the same weights for the same seed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import torch

from musivid.nets.tiny import tiny_dreamer, tiny_painter, tiny_perceptor


@pytest.mark.parametrize("build", [tiny_painter, tiny_perceptor, tiny_dreamer])
def test_seed_decides_weights_and_leaves_global_randomness_alone(build: Callable[..., Any]) -> None:
    before = torch.random.get_rng_state()
    same, again, other = build(3), build(3), build(4)
    assert torch.equal(before, torch.random.get_rng_state())
    pairs = list(zip(same.state_dict().values(), again.state_dict().values(), strict=True))
    assert all(torch.equal(a, b) for a, b in pairs)
    others = zip(same.state_dict().values(), other.state_dict().values(), strict=True)
    assert any(not torch.equal(a, b) for a, b in others)


def test_painter_maps_pictures_to_codes_and_back() -> None:
    painter = tiny_painter()
    pictures = torch.rand(2, 3, 32, 48, generator=torch.Generator().manual_seed(0))
    latents = painter.encode(pictures)
    assert latents.shape == (2, 16, 4, 6)
    assert painter.decode(latents).shape == (2, 3, 32, 48)
    assert torch.allclose(painter.quantize(latents), latents, atol=1e-6)
    low, high = painter.bounds()
    assert low.shape == high.shape == (1, 16, 1, 1)
    sample = painter.sample(5, 4, 6)
    assert bool(((sample >= low) & (sample <= high)).all())
    assert torch.equal(sample, painter.sample(5, 4, 6))
    assert not torch.equal(sample, painter.sample(6, 4, 6))
    assert len({tuple(cell) for cell in latents.movedim(1, -1).reshape(-1, 16).tolist()}) > 3


def test_painter_quantises_straight_through() -> None:
    latents = torch.randn(1, 16, 2, 2, requires_grad=True)
    weights = torch.randn(1, 16, 2, 2)
    (tiny_painter().quantize(latents) * weights).sum().backward()
    assert torch.equal(latents.grad, weights)


def test_embeddings_have_unit_length_and_differ() -> None:
    perceptor = tiny_perceptor()
    seen = perceptor.embed_image(torch.rand(3, 3, 32, 32))
    said = perceptor.embed_text(["a red sun", "a blue sea", ""])
    heard = perceptor.embed_audio(torch.randn(3, 8000) * torch.tensor([[1.0], [0.1], [0.01]]))
    for rows in (seen, said, heard):
        assert rows.shape == (3, perceptor.dim) and rows.dtype == torch.float32
        assert torch.allclose(rows.norm(dim=-1), torch.ones(3), atol=1e-5)
        assert not torch.allclose(rows[0], rows[1], atol=1e-3)
    assert perceptor.embed_audio(torch.zeros(1, 10)).isfinite().all()


def test_pictures_pull_on_their_pixels() -> None:
    pictures = torch.rand(1, 3, 32, 32, requires_grad=True)
    tiny_perceptor().embed_image(pictures)[0, 0].backward()
    assert pictures.grad.abs().sum() > 0


def test_texts_mean_the_same_in_every_process() -> None:
    program = (
        "from musivid.nets.tiny import tiny_perceptor;"
        "print(tiny_perceptor().embed_text(['a red sun'])[0, :4].tolist())"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert found.stdout.strip() == str(tiny_perceptor().embed_text(["a red sun"])[0, :4].tolist())


def test_dreams_depend_on_meaning_and_seed_but_not_on_neighbours() -> None:
    dreamer, perceptor = tiny_dreamer(), tiny_perceptor()
    meanings = perceptor.embed_text(["fire", "snow"])
    both = dreamer.dream(meanings, [1, 2], 5, 7)
    assert both.shape == (2, 16, 5, 7)
    assert torch.allclose(both[1:], dreamer.dream(meanings[1:], [2], 5, 7), atol=1e-6)
    assert not torch.allclose(both[:1], dreamer.dream(meanings[:1], [9], 5, 7))
    assert not torch.allclose(both[:1], dreamer.dream(meanings[1:], [1], 5, 7))
