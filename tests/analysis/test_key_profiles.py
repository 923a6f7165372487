"""How much each degree tells for a key: tables that are whole, and fitted about nought."""

from __future__ import annotations

import pytest

from musivid.analysis.key_profiles import BIASES, MODE_NAMES, PROFILES


def test_what_tells_for_modes_is_fitted_about_nought() -> None:
    """Log odds say how much more one tells than another: a common part would say nothing."""
    assert len(BIASES) == len(MODE_NAMES) and sum(BIASES) == pytest.approx(0, abs=0.01)
    assert len(PROFILES) == 5 * len(MODE_NAMES)
    assert {len(row.split()) for row in PROFILES} == {12}
