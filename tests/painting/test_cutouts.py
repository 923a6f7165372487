"""Cut-outs and augments: shapes, gradients, randomness from the generator alone."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from musivid.painting.augments import AUGMENT_CODES, Augmenter
from musivid.painting.cutouts import CutoutMaker, pool_picture, resample
from musivid.settings.video import PaintingPreset

METHODS = ["latest", "updatedpooling", "nrupdated", "updated", "original"]
PX = 32


def _picture(height: int = 48, width: int = 64) -> torch.Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(1))


def _settings(**changes: object) -> PaintingPreset:
    return PaintingPreset.model_validate({"cutouts": 4, **changes})


@pytest.mark.parametrize("method", METHODS)
def test_methods_give_cutouts_with_gradient(method: str) -> None:
    maker = CutoutMaker(_settings(cut_method=method), PX)
    picture = _picture().requires_grad_()
    crops = maker(picture, torch.Generator().manual_seed(3))
    assert crops.shape == (4, 3, PX, PX) and crops.isfinite().all()
    crops.square().sum().backward()
    assert picture.grad.abs().sum() > 0


@pytest.mark.parametrize("method", METHODS)
def test_same_seed_same_cutouts_whatever_the_global_state(method: str) -> None:
    maker = CutoutMaker(_settings(cut_method=method), PX)
    crops = []
    for state in (1, 2):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(state)
            before = torch.get_rng_state()
            crops.append(maker(_picture(), torch.Generator().manual_seed(3)))
            assert torch.equal(before, torch.get_rng_state())
    other = maker(_picture(), torch.Generator().manual_seed(4))
    assert torch.equal(*crops) and not torch.equal(crops[0], other)


@pytest.mark.parametrize("method", ["latest", "nrupdated"])
@pytest.mark.parametrize("code", AUGMENT_CODES)
def test_each_augment_changes_some_cutouts_and_lets_gradients_through(
    method: str, code: str
) -> None:
    augment = Augmenter(method, [code], PX)
    crops = _picture(PX, PX).expand(6, -1, -1, -1).clone().requires_grad_()
    generator = torch.Generator().manual_seed(5)
    changed = False
    for _ in range(8):
        result = augment(crops, generator)
        assert result.shape == crops.shape
        changed = changed or not torch.equal(result, crops)
    result.sum().backward()
    # A crop to the size that a cut-out has already leaves it alone, as published.
    assert changed == (code != "Cr") and crops.grad.abs().sum() > 0


def test_no_augments_leave_cutouts_alone() -> None:
    crops = _picture(PX, PX)
    assert Augmenter("latest", [], PX)(crops, torch.Generator()) is crops


def test_pooling_is_the_mean_of_average_and_maximum() -> None:
    picture = torch.tensor([[0.0, 1.0], [0.0, 0.0]]).expand(1, 3, 2, 2)
    assert pool_picture(picture, 1).flatten().tolist() == pytest.approx([0.625] * 3)


def test_resample_keeps_flat_colour_and_removes_what_is_too_fine() -> None:
    assert torch.allclose(resample(torch.full((1, 3, 60, 90), 0.3), 16), torch.tensor(0.3))
    stripes = torch.zeros(1, 3, 64, 64)
    stripes[..., ::2] = 1
    smooth = resample(stripes, 16)[..., 2:-2, 2:-2]
    assert (smooth - 0.5).abs().max() < 0.1  # bicubic alone would alias to 0 or 1
    assert functional.interpolate(stripes, (16, 16), mode="nearest").std() < 1e-6


def test_squares_are_small_with_a_large_power() -> None:
    ramp = torch.linspace(0, 1, 256).expand(1, 3, 256, 256).contiguous()
    spans = {}
    for power in (0.1, 10.0):
        maker = CutoutMaker(_settings(cut_method="original", cut_power=power, cutouts=12), PX)
        crops = maker(ramp, torch.Generator().manual_seed(0))
        spans[power] = (crops[..., -1] - crops[..., 0]).mean().item()
    assert spans[0.1] > 2 * spans[10.0]


def test_picture_smaller_than_the_perceptor_wants_is_enlarged() -> None:
    crops = CutoutMaker(_settings(cut_method="original"), PX)(_picture(8, 16), torch.Generator())
    assert crops.shape == (4, 3, PX, PX)
