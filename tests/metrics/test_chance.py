"""The null of all measures: uneven clocks keep what a picture is, and figures are told fairly."""

from __future__ import annotations

import json

import numpy as np
import pytest

from musivid.metrics.chance import (
    Measure,
    against_chance,
    circular_shifts,
    make_clocks,
    unmeasured,
)


def test_a_value_is_told_in_spreads_of_its_chance() -> None:
    chance = np.array([0.0, 1.0, 2.0, 3.0])
    found = against_chance(5.0, chance, params={"sigma_s": 0.05}, n_audio=3, n_video=4)
    assert found.z == pytest.approx((5 - 1.5) / (1.1 * chance.std(ddof=1)))
    assert found.p == pytest.approx(1 / 5)
    assert against_chance(2.0, chance, params={}).p == pytest.approx(3 / 5)
    facts = json.loads(json.dumps(found.as_dict()))
    assert set(facts) == {
        *("value", "chance_mean", "chance_std", "z", "p", "n_audio", "n_video", "params")
    }
    assert facts["params"] == {"sigma_s": 0.05, "surrogates": 4}


def test_nothing_stands_out_of_a_null_of_one_value() -> None:
    found = against_chance(1.0, np.ones(200), params={})
    assert found.z == 0 and found.p == 1


def test_what_cannot_be_measured_says_why() -> None:
    assert unmeasured("no cuts").as_dict() == {"value": None, "reason": "no cuts"}
    assert Measure(3.0, n_audio=0).as_dict() == {"value": 3.0, "n_audio": 0}
    assert Measure(float("nan")).as_dict() == {"value": None}


def test_shifts_and_clocks_follow_from_their_seed() -> None:
    assert np.array_equal(circular_shifts(200, 30, 5), circular_shifts(200, 30, 5))
    assert not np.array_equal(circular_shifts(200, 30, 5), circular_shifts(200, 30, 6))
    assert make_clocks(3, 30, 1)[2].shift_s == circular_shifts(3, 30, 1)[2]


def test_a_clock_loses_no_event_and_never_runs_backwards() -> None:
    grid = np.linspace(0, 30, 3001)[:-1]
    for clock in make_clocks(50, 30.0, 0):
        steps = np.diff(clock.at(grid)) % 30.0
        assert steps.min() > 0.3 * 0.01 and steps.max() < 1.7 * 0.01
        moved = clock.move_events(np.array([0.0, 1.0, 29.9]))
        assert len(moved) == 3 and moved.min() >= 0 and moved.max() < 30
        assert (np.diff(moved) >= 0).all()


def test_a_metronome_stays_even_but_is_carried_off_its_beat() -> None:
    pulse = np.arange(0.25, 30, 0.5)
    spreads, phases = [], []
    for clock in make_clocks(100, 30.0, 0)[25:]:  # the first quarter runs evenly
        moved = clock.move_events(pulse)
        spreads.append(np.diff(moved).std() / 0.5)
        phases.append(abs(np.exp(2j * np.pi * moved / 0.5).mean()))
    assert np.mean(spreads) < 0.2  # chance events would have 1
    assert np.mean(phases) < 0.5  # a plain shift would have 1


def test_a_curve_keeps_its_length_and_its_values() -> None:
    curve = np.zeros(900)
    curve[100:110] = 1
    for clock in make_clocks(20, 30.0, 0):
        moved = clock.move_curve(curve)
        assert moved.shape == curve.shape
        assert moved.min() >= 0 and moved.max() <= 1
        assert 4 < moved.sum() < 30
