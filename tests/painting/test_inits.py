"""Where pictures begin: noise, ramps, and picture files of another shape."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from musivid.nets.tiny import tiny_painter
from musivid.painting.inits import (
    gradient_picture,
    load_picture,
    noise_picture,
    start_latents,
)
from musivid.settings.video import PaintingPreset

SIZE = (48, 32)


def test_noise_is_even_and_follows_its_seed() -> None:
    noise = noise_picture(3, SIZE)
    assert noise.shape == (1, 3, 32, 48)
    assert torch.equal(noise, noise_picture(3, SIZE)) and not torch.equal(
        noise, noise_picture(4, SIZE)
    )
    assert noise.min() >= 0 and noise.max() <= 1
    assert noise.mean() == pytest.approx(0.5, abs=0.02)
    assert noise.std() == pytest.approx(12**-0.5, abs=0.02)


def test_each_channel_of_a_gradient_is_a_ramp_across_or_down() -> None:
    seen = set()
    for seed in range(6):
        picture = gradient_picture(seed, SIZE)
        assert picture.shape == (1, 3, 32, 48)
        for channel in picture[0]:
            across, down = channel.diff(dim=1), channel.diff(dim=0)
            assert (across.abs().max() < 1e-6) != (down.abs().max() < 1e-6)
            ramp = across if across.abs().max() > 1e-6 else down
            assert ramp.std() < 1e-5  # even steps
            seen.add(bool(across.abs().max() > 1e-6))
    assert seen == {True, False}


def test_fine_stripes_become_grey_where_they_are_made_small(tmp_path: Path) -> None:
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 255
    Image.fromarray(stripes).save(tmp_path / "stripes.png")
    found = load_picture(tmp_path / "stripes.png", (20, 20))[..., 2:-2, 2:-2]
    assert (found - 0.5).abs().max() < 0.1


@pytest.mark.parametrize("init", ["dream", "random", "pixels", "gradient"])
def test_only_dreams_are_dreamt(init: str) -> None:
    class Dreamer:
        def dream(self, _: torch.Tensor, seeds: list[int], rows: int, columns: int) -> torch.Tensor:
            return torch.full((len(seeds), 1, rows, columns), 7.0)

    network: Any = tiny_painter(seed=0)
    settings = PaintingPreset(init=init)  # type: ignore[arg-type]
    asked = (network, settings, torch.zeros(2, 4))
    size = (4 * network.factor, 2 * network.factor)
    plain = start_latents(*asked, seeds=[1, 2], size=size)
    told: Any = Dreamer()
    dreamt = start_latents(*asked, seeds=[1, 2], size=size, dreamer=told)
    assert bool((dreamt == 7).all()) == (init == "dream")
    assert torch.equal(plain, dreamt) == (init != "dream")
