"""The music at a frame: ranges, clocks that only go on, events by age, bars beyond both ends."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import numpy as np
from living_fixtures import BEAT_S, made_facts, made_music, made_spectrum

from musivid.core.timeline import Timeline
from musivid.living.moment import lay_music
from musivid.living.scene import Section


def test_values_stay_in_range_and_clocks_go_on() -> None:
    music = made_music()
    moments = [music.at(k) for k in range(music.timeline.frames)]
    for name in ("bass", "loud", "bright", "hits", "notes", "beat", "bar", "phase"):
        values = np.array([getattr(moment, name) for moment in moments])
        assert values.min() >= 0 and values.max() <= 1 + 1e-9, name
    for name in ("time_s", "flow", "swell"):
        assert np.all(np.diff([getattr(moment, name) for moment in moments]) > 0), name


def test_the_clock_runs_faster_where_it_is_loud() -> None:
    flow = made_music().curves["flow"]
    assert flow[-1] - flow[-26] > 1.8 * (flow[50] - flow[25])


def test_events_are_the_newest_first_and_four_seconds_old_at_most() -> None:
    moment = made_music().at(200)  # second 8
    ages = [event.age_s for event in moment.events]
    assert ages == sorted(ages) and 0 <= ages[0] < BEAT_S and ages[-1] <= 4
    assert len(ages) == 8 or len(ages) == 9
    again = made_music().at(205).events
    assert {e.key for e in again} & {e.key for e in moment.events}, "an event keeps its number"


def test_a_beat_shines_on_the_beat() -> None:
    music = made_music(fps=50)
    on, off = music.at(100).beat, music.at(120).beat  # second 2 and 0.4 s behind
    assert on > 0.95 and off < 0.25


def test_bars_go_on_beyond_the_music() -> None:
    facts = dataclasses.replace(made_facts(), downbeats_s=np.array([4.0, 6.0, 8.0]))
    music = lay_music(facts, made_spectrum(), Timeline(12.0, Fraction(25)))
    assert abs(music.at(25).phase - 0.5) < 0.02
    assert abs(music.at(275).phase - 0.5) < 0.02


def test_without_a_pulse_all_stays_quiet() -> None:
    none = np.empty(0)
    facts = dataclasses.replace(made_facts(), beats_s=none, downbeats_s=none)
    music = lay_music(facts, made_spectrum(), Timeline(12.0, Fraction(25)))
    assert {music.at(k).beat for k in range(0, 300, 7)} == {0.0}
    assert 0 <= music.at(10).phase <= 1


def test_shots_turn_on_downbeats_and_hold_eight_bars_at_most() -> None:
    music = made_music()
    section = Section.of(1.0, 11.0, music)
    turns = section.turns_s()
    assert len(turns) == 3 and turns[0] == 1.0
    assert all(turn in music.bars_s for turn in turns[1:])
    long = Section(0.0, 100.0, np.arange(0, 100, 0.5), np.arange(0, 100, 2.0))
    assert np.diff([*long.turns_s(), 100.0]).max() <= 17
