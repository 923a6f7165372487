"""What a song's first picture needs, without the imports that would take as long as torch's."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from musivid.painting.adam import Adam
from musivid.painting.optimisers import load_optimiser_state, make_optimiser, optimiser_state

NEEDLESS = (
    "librosa",
    "numba",
    "torch._dynamo",
    "torchvision",
    "matplotlib",
    "sklearn",
    "scipy.signal",
)


def _descend(optimiser: Adam | torch.optim.Adam, at: torch.Tensor, seeds: range) -> None:
    """Take a step with its own slope and step size for each seed."""
    for seed in seeds:
        dice = torch.Generator().manual_seed(seed)
        optimiser.param_groups[0]["lr"] = 0.1 / (1 + seed % 3)
        at.grad = torch.randn(at.shape, generator=dice)
        optimiser.step()


@pytest.mark.parametrize("size", [3, 1000])
def test_adam_is_torchs_and_goes_on(size: int) -> None:
    first, second, third = (torch.ones(size, requires_grad=True) for _ in range(3))
    mine, theirs = make_optimiser("Adam", [first], 0.1), torch.optim.Adam([second], lr=0.1)
    assert isinstance(mine, Adam)
    _descend(mine, first, range(20))
    _descend(theirs, second, range(20))
    assert torch.equal(first, second)
    assert optimiser_state(mine).keys() == optimiser_state(theirs).keys()
    for kept in (optimiser_state(mine), optimiser_state(theirs)):
        with torch.no_grad():
            third.copy_(first)
        resumed = make_optimiser("Adam", [third], 0.1)
        load_optimiser_state(resumed, kept)
        _descend(resumed, third, range(20, 30))  # type: ignore[arg-type]
        with torch.no_grad():
            again = first.clone().requires_grad_()
        going_on = make_optimiser("Adam", [again], 0.1)
        load_optimiser_state(going_on, optimiser_state(mine))
        _descend(going_on, again, range(20, 30))  # type: ignore[arg-type]
        assert torch.equal(third, again)
    _descend(theirs, second, range(20, 30))
    assert torch.equal(third, second)


def test_hearing_and_painting_import_nothing_needless() -> None:
    program = f"""
import sys
import numpy as np, torch
from musivid.analysis.sound import analyse
from musivid.painting.optimisers import make_optimiser
analyse(np.random.default_rng(0).random(40000, np.float32), 22050)
latent = torch.ones(4, requires_grad=True)
optimiser = make_optimiser("Adam", [latent], 0.1)
latent.grad = torch.ones(4)
optimiser.step()
import musivid.pipeline.video, musivid.pipeline.visualize, musivid.pipeline.caption
print([name for name in {NEEDLESS} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr
