"""Normalisation with swish: torch's own values, and a gradient as right as torch's."""

from __future__ import annotations

import pytest
import torch

from musivid.nets.vqgan import norm_swish as module
from musivid.nets.vqgan.norm_swish import Norm, norm_swish


@pytest.fixture
def norm(monkeypatch):
    monkeypatch.setattr(module, "_LARGE_HALF", 0)
    monkeypatch.setattr(module, "_LARGE_FLOAT", 0)
    norm = Norm(64).requires_grad_(False)
    lots = torch.Generator().manual_seed(3)
    norm.weight.copy_(torch.rand(64, generator=lots) + 0.5)
    norm.bias.copy_(torch.randn(64, generator=lots))
    return norm


def cells(dtype: torch.dtype, count: int = 2) -> torch.Tensor:
    x = torch.randn(count, 64, 5, 7, generator=torch.Generator().manual_seed(1)) * 2 + 1
    return x.to(dtype).contiguous(memory_format=torch.channels_last).requires_grad_()


def ours_used(y: torch.Tensor) -> bool:
    return "_NormSwish" in y.grad_fn.name()


def test_gradient_is_the_true_one(norm):
    norm = norm.double()
    assert ours_used(norm_swish(norm, cells(torch.float64)))
    assert torch.autograd.gradcheck(lambda x: norm_swish(norm, x), cells(torch.float64, 1))


@pytest.mark.parametrize(
    ("dtype", "off"), [(torch.float32, 1e-5), (torch.bfloat16, 1e-2), (torch.float16, 2e-3)]
)
def test_values_and_gradients_are_torchs(norm, dtype, off):
    x, slope = cells(dtype), cells(torch.float64).detach() - 1
    found = norm_swish(norm, x)
    assert ours_used(found) and found.dtype == dtype
    found.backward(slope.to(dtype))
    exact = x.detach().double().requires_grad_()
    weights = (norm.weight.double(), norm.bias.double())
    expected = torch.nn.functional.silu(torch.nn.functional.group_norm(exact, 32, *weights, 1e-6))
    expected.backward(slope)
    assert (found.double() - expected).norm() < off * expected.norm()
    assert (x.grad.double() - exact.grad).norm() < off * exact.grad.norm()


def test_autocast_does_not_change_the_format(norm):
    with torch.autocast("cpu", torch.bfloat16):
        found = norm_swish(norm, cells(torch.bfloat16))
    assert found.dtype == torch.bfloat16 and ours_used(found)


def test_weights_that_learn_get_their_gradients():
    norm = Norm(64)
    norm_swish(norm, cells(torch.float32)).sum().backward()
    assert norm.weight.grad is not None and norm.bias.grad is not None


def test_small_and_other_layouts_are_left_to_torch(norm, monkeypatch):
    assert not ours_used(norm_swish(norm, torch.rand(1, 64, 3, 5).requires_grad_()))
    monkeypatch.setattr(module, "_LARGE_FLOAT", 10**9)
    assert not ours_used(norm_swish(norm, cells(torch.float32)))
    with torch.no_grad():
        x = cells(torch.float32).detach()
        before = x.clone()
        norm_swish(norm, x)
        assert torch.equal(x, before)
