"""A walk that decodes as little as it can: the frames of decoding all, in far fewer decodings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from musivid.nets.tiny import tiny_painter
from musivid.painting.between import cell_shares, slerp
from musivid.painting.painter import to_frames
from musivid.painting.sparse_walk import sparse_walk
from musivid.painting.walk import wipe_field


class Counting:
    """A smooth decoder that counts what it decodes."""

    factor = 8

    def __init__(self) -> None:
        self.painter, self.decoded = tiny_painter(), 0

    def quantize(self, latents: Any) -> Any:
        return latents

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        self.decoded += len(latents)
        return self.painter.decode(latents)


@pytest.fixture
def ends() -> tuple[torch.Tensor, torch.Tensor]:
    dice = torch.Generator().manual_seed(0)
    first, last = (torch.randn(1, 16, 6, 8, generator=dice) for _ in range(2))
    return first, last


def one_by_one(
    ends: tuple[torch.Tensor, torch.Tensor],
    progress: np.ndarray,
    wipe: float,
    field: torch.Tensor | None,
) -> np.ndarray:
    network = Counting()
    frames = []
    for share in progress:
        spread = cell_shares(torch.tensor([share], dtype=torch.float32), field=field, wipe=wipe)
        with torch.inference_mode():
            frames.append(to_frames(network.decode(slerp(*ends, spread)))[0])
    return np.stack(frames)


@pytest.mark.parametrize("wipe", [0.0, 0.6])
def test_frames_are_those_of_decoding_all(
    ends: tuple[torch.Tensor, torch.Tensor], wipe: float
) -> None:
    progress, field = np.linspace(0, 1, 250), wipe_field(1, 6, 8)
    network = Counting()
    ours = np.stack(list(sparse_walk(network, *ends, progress, wipe=wipe, field=field)))
    theirs = one_by_one(ends, progress, wipe, field)
    assert np.abs(ours.astype(int) - theirs).max() <= 1
    assert network.decoded <= 125  # at most half of them


def test_leaps_are_decoded_and_rests_are_not(ends: tuple[torch.Tensor, torch.Tensor]) -> None:
    leap = np.repeat([0.0, 0.5, 1.0], 20)
    network = Counting()
    ours = np.stack(list(sparse_walk(network, *ends, leap)))
    theirs = one_by_one(ends, leap, 0.0, None)
    assert np.abs(ours.astype(int) - theirs).max() <= 1
    assert network.decoded < 30


@pytest.mark.parametrize("skip", [0, 1, 31, 32, 70, 99])
def test_a_resumed_walk_gives_the_same_bytes(
    ends: tuple[torch.Tensor, torch.Tensor], skip: int
) -> None:
    progress = np.linspace(0, 1, 100) ** 2
    whole = list(sparse_walk(Counting(), *ends, progress))
    rest = list(sparse_walk(Counting(), *ends, progress, skip=skip))
    assert len(whole) == 100
    assert all(np.array_equal(a, b) for a, b in zip(whole[skip:], rest, strict=True))


@pytest.mark.parametrize("count", [1, 2, 9, 33])
def test_short_walks_have_all_their_frames(
    ends: tuple[torch.Tensor, torch.Tensor], count: int
) -> None:
    assert len(list(sparse_walk(Counting(), *ends, np.linspace(0, 0.9, count)))) == count
