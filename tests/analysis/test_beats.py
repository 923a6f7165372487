"""Beats that were heard between the true ones are moved, if there are enough to tell."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from musivid.analysis import beats as module
from musivid.analysis.beats import Beats, _period, _settle, _trim, find_beats

HOP_S = 0.01
NOTHING: Any = None


@pytest.mark.parametrize(("count", "is_moved"), [(7, False), (8, True), (20, True)])
def test_off_beats_are_taken_for_beats_only_where_few_are_heard(
    monkeypatch: pytest.MonkeyPatch, count: int, is_moved: bool
) -> None:
    off_beats = 0.25 + np.arange(count) / 2
    onsets = np.zeros(1200, np.float32)
    onsets[np.arange(1, 23) * 50 - 1] = 1.0  # at every half second

    def strong_at_half_seconds(_: object, __: object, at: np.ndarray) -> np.ndarray:
        return np.where(np.abs(at * 2 - np.round(at * 2)) < 0.1, 1.0, 0.5)

    monkeypatch.setattr(module, "hits", strong_at_half_seconds)
    monkeypatch.setattr(module, "bass_rise", lambda _: NOTHING)
    monkeypatch.setattr(module, "chord_change", lambda _, places, __: np.zeros(len(places)))
    heard = Beats(off_beats, 120.0, 0.0, 0.9)
    spectrum: Any = SimpleNamespace(hop_s=HOP_S)
    found = _settle(heard, onsets, spectrum, NOTHING)
    wanted = off_beats[:-1] + 0.25 if is_moved else off_beats
    assert found.times_s == pytest.approx(wanted, abs=0.006)


def test_a_beat_is_as_long_as_usual_steps_are() -> None:
    assert _period(np.array([0, 0.5, 1.0, 1.52, 3.5, 4.0])) == pytest.approx(2.02 / 4)


def test_what_is_not_heard_at_either_end_is_left_out() -> None:
    strength = np.zeros(100)
    strength[30:80:10] = 1.0
    kept = _trim(np.arange(5, 100, 10) // 10 * 10, strength)
    assert kept[0] in (20, 30) and kept[-1] in (70, 80)
    assert len(_trim(np.arange(0, 100, 10), np.zeros(100))) == 0


def test_short_or_silent_sounds_have_no_beats() -> None:
    spectrum: Any = SimpleNamespace(hop_s=HOP_S)
    for onsets in (np.ones(99, np.float32), np.zeros(500, np.float32)):
        found = find_beats(onsets, spectrum, NOTHING)
        assert (len(found.times_s), found.tempo_bpm, found.confidence) == (0, 0.0, 0.0)


@pytest.mark.parametrize(("late", "is_heard"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_beat_is_heard_a_column_away_at_most(late: int, is_heard: bool) -> None:
    columns, strength = np.arange(10, 100, 10), np.zeros(110)
    strength[columns + late] = 1.0
    assert len(_trim(columns, strength)) == (len(columns) if is_heard else 0)
