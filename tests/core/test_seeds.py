"""Seeds: what was drawn by lot once is drawn again by every later version."""

from __future__ import annotations

from musivid.core.seeds import child_seed


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
