"""Bars from how much each beat stands out: their phase, their metre, how sure that is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from musivid.analysis import bars as module
from musivid.analysis.bars import _phase_scores, _unit_spread, find_bars
from musivid.analysis.beats import Beats

NOTHING: Any = None  # what the accents below are not read from


def test_a_phase_is_what_its_beats_stand_out_by() -> None:
    weight = np.array([5.0, 1, 2, 0, 5, 1, 2, 0])
    assert _phase_scores(weight, 4).tolist() == pytest.approx([4, 1 - 14 / 6, 0, -16 / 6])
    assert _phase_scores(weight[:6], 3).tolist() == pytest.approx(
        [2.5 - 9 / 4, 3 - 8 / 4, 1.5 - 11 / 4]
    )
    assert _unit_spread(np.array([1.0, 3.0])).tolist() == pytest.approx([-1, 1])


@pytest.mark.parametrize(
    ("bar", "first", "metre", "confidence"),
    [
        ((0, 0, 1.2, 0), 2, 4, 0.8),
        ((0, 0.3, 0), 1, 3, 0.225),
        ((0, 9, 0), 1, 3, 1.0),
        ((0, 0, 0), 0, 4, 0.0),  # nothing speaks for three
    ],
)
def test_bars_begin_where_beats_stand_out(
    monkeypatch: pytest.MonkeyPatch,
    bar: tuple[float, ...],
    first: int,
    metre: int,
    confidence: float,
) -> None:
    weight = np.array(bar * 12)
    times = 0.5 + 0.6 * np.arange(len(weight))
    monkeypatch.setattr(module, "_accent", lambda *_: weight)
    found = find_bars(Beats(times, 100.0, 0.0, 0.9), NOTHING, NOTHING, NOTHING)
    assert found.beats_per_bar == metre
    assert found.downbeats_s.tolist() == times[first::metre].tolist()
    assert found.confidence == pytest.approx(confidence)


def test_few_beats_have_one_bar() -> None:
    times = np.arange(7) / 2
    found = find_bars(Beats(times, 120.0, 0.0, 0.9), NOTHING, NOTHING, NOTHING)
    assert (found.downbeats_s.tolist(), found.beats_per_bar, found.confidence) == ([0.0], 4, 0.0)
