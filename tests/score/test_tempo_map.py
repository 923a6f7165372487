"""Tempo maps: cuts fall on beats, the tempo sways little and smoothly, wishes are kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from musivid.score.beat_search import Hits
from musivid.score.notes import Score
from musivid.score.tempo_map import (
    Moments,
    TempoMap,
    TempoWish,
    _gather,
    _is_smoother,
    _smoothest,
    plan_tempo,
    steady_map,
)

NONE = np.zeros(0)


def irregular_cuts(rng: np.random.Generator, duration_s: float) -> np.ndarray:
    """Cuts of shots of 0.8 to 8 s, short ones more often."""
    times: list[float] = []
    while True:
        shot_s = float(np.exp(rng.uniform(np.log(0.8), np.log(8))))
        if (times[-1] if times else 0) + shot_s > duration_s - 0.5:
            return np.array(times)
        times.append((times[-1] if times else 0) + shot_s)


def off_ms(tempo: TempoMap, times_s: np.ndarray) -> np.ndarray:
    return 1000 * np.abs(times_s[:, None] - tempo.beats_s[None]).min(1)


@pytest.mark.slow
def test_irregular_cuts_fall_on_beats_and_nobody_hears_how() -> None:
    rng = np.random.default_rng(1)
    distances = []
    for _ in range(4):
        duration_s = rng.uniform(10, 30)
        cuts = irregular_cuts(rng, duration_s)
        tempo = plan_tempo(duration_s, Moments(cuts, NONE, NONE, NONE), TempoWish())
        distances.append(off_ms(tempo, cuts))
        tempi = tempo.bpm[int(tempo.has_upbeat) :]
        assert np.abs(tempi / tempo.mean_bpm - 1).max() <= 0.08
        assert np.abs(np.diff(tempi) / tempi[1:]).max() <= 0.045
        assert tempo.beats_s[0] == 0 and tempo.beats_s[-2] < duration_s <= tempo.beats_s[-1] + 0.05
    all_ms = np.concatenate(distances)
    assert (all_ms <= 40).mean() >= 0.9 and all_ms.max() <= 80


def test_cuts_are_met_where_downbeats_would_pull_the_tempo_too_far() -> None:
    # With cuts on downbeats every tempo that comes into question sways beyond what is allowed.
    cuts = np.array([2.13278, 4.12732, 5.40158, 12.33576, 13.33087, 14.13993, 15.82265])
    tempo = plan_tempo(16.9345, Moments(cuts, NONE, NONE, NONE), TempoWish())
    assert off_ms(tempo, cuts).max() <= 40


def test_regular_visual_beats_are_met() -> None:
    beats = np.arange(0.2, 20, 0.525)
    tempo = plan_tempo(
        20.0, Moments(NONE, beats, np.full(len(beats), 0.9), NONE), TempoWish(preferred_bpm=114.3)
    )
    assert np.median(off_ms(tempo, beats[8:])) <= 20
    assert tempo.mean_bpm == pytest.approx(60 / 0.525, rel=0.05)


def test_a_short_film_may_begin_with_an_upbeat() -> None:
    # Two pairs that no tempo near one beat at 0 s meets: 0.68 s apart, at odd phases.
    beats = 1.12 + 0.68 * np.arange(9)
    tempo = plan_tempo(8.0, Moments(NONE, beats, np.ones(9), NONE), TempoWish(range_bpm=(72, 120)))
    assert tempo.has_upbeat and tempo.beats_s[0] == 0
    assert off_ms(tempo, beats).max() <= 30
    assert tempo.mean_bpm == pytest.approx(60 / 0.68, rel=0.05)


@pytest.mark.parametrize("bpm", [80.0, 120.0, 147.0])
def test_the_tempo_asked_for_is_kept(bpm: float) -> None:
    cuts = irregular_cuts(np.random.default_rng(int(bpm)), 15.0)
    tempo = plan_tempo(15.0, Moments(cuts, NONE, NONE, NONE), TempoWish(bpm=bpm))
    assert abs(tempo.mean_bpm - bpm) <= 1.0


def test_no_variation_means_a_constant_tempo() -> None:
    cuts = np.array([2.0, 4.0, 6.0])
    tempo = plan_tempo(9.0, Moments(cuts, NONE, NONE, NONE), TempoWish(variation=0.0))
    assert tempo.tempo_changes()[1] == ()
    assert off_ms(tempo, cuts).max() < 40


def test_moments_of_the_user_come_first() -> None:
    points = np.array([3.31, 7.87])
    rng = np.random.default_rng(3)
    tempo = plan_tempo(12.0, Moments(irregular_cuts(rng, 12.0), NONE, NONE, points), TempoWish())
    assert off_ms(tempo, points).max() <= 40


def test_without_moments_the_tempo_is_the_preferred_one() -> None:
    tempo = plan_tempo(10.0, Moments(NONE, NONE, NONE, NONE), TempoWish(preferred_bpm=96))
    assert len(set(tempo.bpm.round(6))) == 1 and tempo.mean_bpm == pytest.approx(96)
    assert plan_tempo(10.0, Moments(NONE, NONE, NONE, NONE), TempoWish()).mean_bpm > 60


def test_cuts_do_not_count_when_they_are_let_go() -> None:
    cuts = np.array([1.13, 2.9, 5.21])
    tempo = plan_tempo(
        8.0, Moments(cuts, NONE, NONE, NONE), TempoWish(lock="off", preferred_bpm=90)
    )
    assert len(set(tempo.bpm.round(6))) == 1 and tempo.mean_bpm == pytest.approx(90)


def test_places_and_times_are_inverse() -> None:
    tempo = TempoMap(np.array([0.0, 0.5, 1.1, 1.6]), 1.5)
    assert tempo.beat_at(0.8) == pytest.approx(1.5)
    assert tempo.time_s(1.5) == pytest.approx(0.8)
    assert tempo.time_s(5) == pytest.approx(2.6)
    assert tempo.beat_at(2.6) == pytest.approx(5)  # beyond the end the last tempo goes on
    assert tempo.beat_at(1.6) == tempo.time_s(3) + 1.4 == pytest.approx(3)
    for beat in (0.0, 0.7, 2.0, 3.0, 3.3, 40.0):
        assert tempo.beat_at(tempo.time_s(beat)) == pytest.approx(beat)
    bpm, changes = tempo.tempo_changes()
    assert bpm == pytest.approx(120) and [c.tick for c in changes] == [480, 960]
    assert steady_map(3.0, 60).beats_s.tolist() == [0, 1, 2, 3]


def test_a_film_longer_than_its_beats_has_more_of_them() -> None:
    assert TempoMap(np.array([0.0, 0.5, 1.0]), 1.75).length_beats == pytest.approx(3.5)
    assert steady_map(2.0, 90).length_beats == pytest.approx(3.0)
    assert len(steady_map(2.0, 90).beats_s) == 4  # a beat on the very end is none more
    assert len(steady_map(2.1, 90).beats_s) == 5
    assert steady_map(0.01, 90).beats_s == pytest.approx([0, 60 / 90])


def test_an_upbeat_is_no_part_of_the_tempo() -> None:
    tempo = TempoMap(np.array([0.0, 0.9, 1.5, 2.1]), 2.0, has_upbeat=True)
    assert tempo.mean_bpm == pytest.approx(100)
    assert len(set(tempo.bpm.round(6))) > 1
    assert TempoMap(tempo.beats_s, 2.0).mean_bpm == pytest.approx(60 * 3 / 2.1)


@pytest.mark.parametrize(("wish", "bpm"), [((72.0, 160.0), 100), ((110.0, 160.0), 110)])
def test_nothing_to_meet_and_nothing_preferred_is_a_hundred_within_the_range(
    wish: tuple[float, float], bpm: float
) -> None:
    found = plan_tempo(10.0, Moments(NONE, NONE, NONE, NONE), TempoWish(range_bpm=wish))
    assert found.mean_bpm == pytest.approx(bpm)


def test_on_eighths_a_slow_beat_meets_cuts_that_it_would_miss() -> None:
    cuts = irregular_cuts(np.random.default_rng(5), 30.0)
    moments = Moments(cuts, NONE, NONE, NONE)
    wish = TempoWish(range_bpm=(66, 78), upbeat=False)
    whole, halved = (plan_tempo(30.0, moments, replace(wish, parts=parts)) for parts in (1, 2))
    assert halved.parts == 2 and 66 <= halved.mean_bpm <= 78
    assert np.allclose(halved.grid_s[::2], halved.beats_s)
    off = np.array([np.abs(halved.grid_s - cut).min() for cut in cuts])
    assert (off <= 0.04).mean() > (off_ms(whole, cuts) <= 40).mean()
    assert all(halved.time_s(halved.snapped(cut)) == pytest.approx(cut, abs=0.1) for cut in cuts)
    first, changes = halved.tempo_changes()
    score = Score((), first, 8, tempo_changes=changes)
    assert score.time_s(480 * 5) == pytest.approx(halved.beats_s[5], abs=0.002)


def test_beats_of_three_eighths_are_written_in_quarters() -> None:
    steady = replace(steady_map(12.0, 80), beat_ticks=720)
    assert steady.steps == 6 and steady.tempo_changes()[0] == pytest.approx(120)
    cuts = irregular_cuts(np.random.default_rng(5), 30.0)
    wish = TempoWish(range_bpm=(56, 66), beats_per_bar=2, parts=3, is_compound=True, upbeat=False)
    swayed = replace(plan_tempo(30.0, Moments(cuts, NONE, NONE, NONE), wish), beat_ticks=720)
    assert swayed.parts == 3 and 56 <= swayed.mean_bpm <= 66
    first, changes = swayed.tempo_changes()
    score = Score((), first, 8, beats_per_bar=6, beat_unit=8, tempo_changes=changes)
    assert score.times_s(range(0, 24 * 240, 240)) == pytest.approx(swayed.grid_s[:24], abs=0.001)
    for cut in cuts:
        assert swayed.step_at(cut) == round(6 * swayed.beat_at(cut))
        assert swayed.tick_at(cut) == pytest.approx(score.tick_at(cut), abs=2)
        assert swayed.step_s(swayed.step_at(cut)) == pytest.approx(cut, abs=0.1)


@pytest.mark.parametrize("beats", [3, 4])
def test_sections_of_the_film_begin_bars(beats: int) -> None:
    cuts = np.array([4.3, 9.07, 13.4, 17.9, 22.2, 27.0])
    sections = cuts[[1, 4]]
    moments = Moments(cuts, NONE, NONE, NONE, sections)
    tempo = plan_tempo(30.0, moments, TempoWish(beats_per_bar=beats))
    bars = tempo.beats_s[::beats]
    assert np.abs(sections[:, None] - bars).min(1).max() <= 0.04


def test_smoothed_beats_are_of_least_squares() -> None:
    rng = np.random.default_rng(2)
    for count in (3, 4, 7):
        stay, target = rng.uniform(0.1, 3, count), np.arange(count) + rng.normal(0, 0.1, count)
        bends = np.diff(np.eye(count), 2, axis=0)
        rows = np.concatenate([bends, np.diag(np.sqrt(stay))])[:, 1:]
        wanted = np.concatenate([np.zeros(count - 2), np.sqrt(stay) * target])
        wanted -= np.concatenate([bends, np.diag(np.sqrt(stay))])[:, 0] * target[0]
        solved = np.linalg.lstsq(rows, wanted)[0]
        assert _smoothest(stay, target) == pytest.approx([target[0], *solved])


def test_smoothed_beats_are_taken_only_where_nothing_is_lost() -> None:
    before = np.arange(9) / 2
    one = np.array([True])
    hits = Hits(np.array([2.0]), np.ones(1), one, ~one)
    late = before * 1.03  # no step, yet 0.06 s after the hit
    jagged = before + 0.012 * np.array([0, 1, -1, 1, 0, 1, -1, 1, 0])
    bent = before + 0.03 * np.sin(np.pi * np.arange(9) / 4) * (before != 2)
    back = np.array([0, 0.5, 0.5, 1, 2, 2.5, 3, 3.5, 4])
    wish = TempoWish(variation=0.5)
    assert _is_smoother(before, jagged, hits, wish)
    assert _is_smoother(bent, before, hits, wish)  # a step of 3.75 % is allowed anyway
    for worse in (late, jagged, back):
        assert not _is_smoother(worse, before, hits, wish)
    assert not _is_smoother(before, jagged, hits, TempoWish(bpm=90.0))


@pytest.mark.parametrize(("lock", "cut"), [("hard", 1.0), ("soft", 0.15)])
def test_moments_weigh_what_they_are(lock: Literal["hard", "soft"], cut: float) -> None:
    moments = Moments(
        np.array([0.0, 2.0, 6.0]), np.array([1.0, 5.0, 9.0]), np.array([0.25, 1.0, 7.0]),
        np.array([3.0]), np.array([0.0, 6.0]),
    )  # fmt: skip
    hits = _gather(moments, lock)
    assert hits.times_s.tolist() == [6, 3, 2, 1, 5, 9]  # a cut where a section begins is that
    assert hits.weights.tolist() == pytest.approx([3, 3, cut, 1, 4, 4])
    assert hits.is_hard.tolist() == [True, True, True, False, False, False]
    assert hits.is_section.tolist() == [True, False, False, False, False, False]
    assert _gather(moments, "off").times_s.tolist() == [6, 3, 1, 5, 9]
