"""The likeliest count, and which other is named beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from musivid.analysis import tempo as module
from musivid.analysis.tempo import _STEPS, _TEMPOS_BPM, _WEIGHTS, Counts, find_tempo

NOTHING: Any = None


@pytest.mark.parametrize(
    ("bpm", "behind", "rival"),
    [
        ((120.0, 60.0), 1.0, 60.0),
        ((120.0, 60.0), 1.2, 0.0),  # less than a quarter of the probability
        ((120.0, 80.0), 1.0, 80.0),
        ((120.0, 180.0), 0.0, 180.0),
        ((120.0, 200.0), 0.1, 0.0),  # no other way of counting the same
    ],
)
def test_another_count_is_named_where_it_is_about_as_likely(
    monkeypatch: pytest.MonkeyPatch, bpm: tuple[float, float], behind: float, rival: float
) -> None:
    signs = np.zeros((2, len(_WEIGHTS)))
    signs[:, 2] = np.array([3.0, 3.0 - behind]) / _WEIGHTS[2]
    counts = Counts(np.array(bpm), signs, np.array([0.7, 0.6]))
    monkeypatch.setattr(module, "list_counts", lambda *_: counts)
    found = find_tempo(NOTHING, NOTHING, NOTHING)
    assert (found.bpm, found.rival_bpm, found.pulse) == (120.0, rival, 0.7)


def test_tempos_that_are_tried_are_a_hundredth_apart() -> None:
    tempos = np.geomspace(*_TEMPOS_BPM, _STEPS)
    assert tempos[[0, -1]] == pytest.approx([48, 220])
    assert tempos[1:] / tempos[:-1] == pytest.approx(np.full(_STEPS - 1, 1.0096), abs=1e-4)
