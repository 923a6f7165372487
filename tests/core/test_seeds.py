"""Seeds: what was drawn by lot once is drawn again by every later version."""

from __future__ import annotations

import pytest
import torch

from musivid.core.seeds import child_seed, dice, global_lots, lots, mixed_seed


def test_child_seeds_stay_what_they_were() -> None:
    """Runs that users have begun go on with the same frames."""
    assert child_seed(0) == 6569863346532939966
    assert child_seed(0, 0) == 8668861027912758289
    assert child_seed(7, 1, 2) == 1325899613678481555
    assert child_seed(2**40, 3) == 3861401959317698853


def test_child_seeds_differ() -> None:
    many = {child_seed(seed, *path) for seed in (0, 1) for path in [(0,), (0, 0), (0, 1), (1, 0)]}
    assert len(many) == 8
    assert all(0 <= seed < 2**63 for seed in many)


def test_what_is_drawn_stays_what_it_was() -> None:
    assert dice(7).integers(1000, size=4).tolist() == [944, 625, 684, 897]
    assert dice(7, 13).integers(1000, size=4).tolist() == [99, 367, 510, 83]
    assert torch.randint(1000, (4,), generator=lots(7)).tolist() == [615, 892, 721, 286]
    assert mixed_seed(7, 13, 0) == 214246624


def test_global_generators_are_given_back() -> None:
    before = torch.random.get_rng_state()
    with global_lots(7, torch.device("cpu")):
        drawn = torch.rand(3)
    assert torch.equal(torch.random.get_rng_state(), before)
    with pytest.raises(ZeroDivisionError), global_lots(7, torch.device("cpu")):
        assert torch.equal(torch.rand(3), drawn)
        1 / 0  # noqa: B018
    assert torch.equal(torch.random.get_rng_state(), before)
