"""Levels of sound: rounded to what is heard, and nothing where there is none."""

from __future__ import annotations

import math

from musivid.metrics.integrity import _finite


def test_levels_are_rounded_and_silence_has_none() -> None:
    assert _finite(-14.237) == -14.24
    assert _finite(-math.inf) is None and _finite(math.nan) is None
