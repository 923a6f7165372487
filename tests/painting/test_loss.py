"""The loss, its prompts and the clamps: values by hand, gradients by their rules."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional

from musivid.painting.clamping import clamp_latents, clamp_with_grad
from musivid.painting.loss import Prompt, Targets, init_loss, noise_prompt, spherical_distance

EAST, NORTH = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]])


def _loss_and_slope(prompts: list[Prompt], at: torch.Tensor) -> tuple[float, torch.Tensor]:
    at = at.clone().requires_grad_()
    nothing = Targets(torch.empty(1, 0, 2), torch.empty(1, 0), torch.empty(1, 0))
    targets = nothing.with_prompts(prompts)
    loss = targets.losses(at, torch.zeros(len(at), dtype=torch.long)).mean()
    return loss.item(), torch.autograd.grad(loss, at)[0]


@pytest.mark.parametrize("angle", [0.0, 1e-3, 0.5, math.pi / 2, 3.0, math.pi])
def test_distance_is_half_the_squared_angle(angle: float) -> None:
    turned = torch.tensor([[math.cos(angle), math.sin(angle)]])
    assert spherical_distance(EAST, turned).item() == pytest.approx(angle**2 / 2, abs=4e-3)


@pytest.mark.parametrize("other", [EAST, -EAST])
def test_distance_has_a_finite_slope_at_both_ends(other: torch.Tensor) -> None:
    at = EAST.clone().requires_grad_()
    slope = torch.autograd.grad(spherical_distance(at, other).sum(), at)[0]
    assert slope.isfinite().all()


def test_prompts_add_up_with_their_weights() -> None:
    quarter = (math.pi / 2) ** 2 / 2
    value, _ = _loss_and_slope([Prompt(NORTH, 2.0), Prompt(EAST, 3.0)], EAST)
    assert value == pytest.approx(2 * quarter, abs=1e-4)
    value, _ = _loss_and_slope([Prompt(NORTH, -2.0)], EAST)
    assert value == pytest.approx(-2 * quarter, abs=1e-4)


def test_rows_of_a_prompt_share_its_weight() -> None:
    value, _ = _loss_and_slope([Prompt(torch.cat([NORTH, EAST]), 1.0)], EAST)
    assert value == pytest.approx((math.pi / 2) ** 2 / 4, abs=1e-4)


def test_negative_prompt_pushes_the_other_way() -> None:
    at = functional.normalize(torch.tensor([[1.0, 0.3]]), dim=-1)
    _, pull = _loss_and_slope([Prompt(NORTH, 1.0)], at)
    _, push = _loss_and_slope([Prompt(NORTH, -1.0)], at)
    torch.testing.assert_close(pull, -push)


def test_stop_ends_the_pull_but_not_the_value() -> None:
    at = functional.normalize(torch.tensor([[1.0, 0.3]]), dim=-1)
    free, pull = _loss_and_slope([Prompt(EAST)], at)
    stopped, rest = _loss_and_slope([Prompt(EAST, stop=1.0)], at)
    assert stopped == pytest.approx(free) and free > 0
    assert pull.abs().max() > 0 and rest.abs().max() == 0


def test_pictures_keep_their_own_targets_beside_a_common_prompt() -> None:
    quarter = (math.pi / 2) ** 2 / 2
    table = Targets.of(torch.cat([EAST, 3 * NORTH])).with_prompts([Prompt(NORTH, 0.5)])
    losses = table.losses(torch.cat([EAST, EAST]), torch.tensor([0, 1]))
    assert losses.tolist() == pytest.approx([0.5 * quarter, 1.5 * quarter], abs=1e-4)
    again = table.only([1]).losses(EAST, torch.tensor([0]))
    assert again.item() == pytest.approx(losses[1].item())


def test_noise_prompt_is_the_seeds_own() -> None:
    first, again, other = (noise_prompt(s, 8, weight=1, device="cpu") for s in (1, 1, 2))
    assert torch.equal(first.embeddings, again.embeddings)
    assert not torch.equal(first.embeddings, other.embeddings)


def test_init_loss_pulls_to_the_first_or_as_published_to_zero_and_fades() -> None:
    first, now = torch.ones(2, 1, 2, 2), torch.full((2, 1, 2, 2), 3.0)
    assert init_loss(now, first, 0.5, fading_step=None).item() == pytest.approx(2 * 4 * 0.5 / 2)
    assert init_loss(now, first, 0.5, fading_step=2).item() == pytest.approx(2 * 9 * 0.5 / 5 / 2)


def test_clamp_lets_through_only_what_leads_back() -> None:
    values = torch.tensor([-0.5, -0.5, 0.5, 1.5, 1.5], requires_grad=True)
    clamped = clamp_with_grad(values)
    assert clamped.tolist() == [0, 0, 0.5, 1, 1]
    clamped.backward(torch.tensor([1.0, -1.0, 1.0, 1.0, -1.0]))
    assert values.grad.tolist() == [0, -1, 1, 1, 0]


def test_latents_stay_in_each_channels_range() -> None:
    latent = torch.tensor([[[[5.0]], [[-5.0]]]])
    low, high = torch.tensor([[[[-1.0]], [[-2.0]]]]), torch.tensor([[[[1.0]], [[2.0]]]])
    clamp_latents([latent], (low, high))
    assert latent.flatten().tolist() == [1, -2]
