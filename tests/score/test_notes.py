from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musivid.score.notes import Note, Score, TempoChange, TrackNotes, without_overlaps

NOTES = st.lists(
    st.builds(
        Note, st.integers(0, 2000), st.integers(1, 900), st.integers(60, 63), st.integers(1, 127)
    ),
    max_size=40,
)


def test_a_constant_tempo_counts_ticks_in_seconds() -> None:
    score = Score((), 120.0, bars=4)
    assert score.ticks_per_bar == 1920
    assert score.duration_s == 8.0
    assert score.time_s(480) == 0.5
    assert score.tick_at(0.5) == 480


def test_bars_follow_the_time_signature() -> None:
    assert Score((), 120.0, 1, beats_per_bar=3).ticks_per_bar == 1440
    assert Score((), 120.0, 1, beats_per_bar=6, beat_unit=8).ticks_per_bar == 1440


def test_tempo_changes_add_up() -> None:
    score = Score((), 120.0, 2, tempo_changes=(TempoChange(960, 60.0), TempoChange(1920, 240.0)))
    assert score.time_s(960) == 1.0
    assert score.time_s(1920) == 3.0
    assert score.duration_s == 4.0
    for tick in (0, 100, 960, 961, 1500, 1920, 3000):
        assert score.tick_at(score.time_s(tick)) == tick


def test_a_track_is_found_by_name() -> None:
    track = TrackNotes("Bass", 33)
    assert Score((track,), 120.0, 1).track("Bass") is track
    with pytest.raises(KeyError):
        Score((track,), 120.0, 1).track("Lead")


@given(NOTES)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # where much else runs
def test_no_pitch_sounds_into_its_next_note(notes: list[Note]) -> None:
    clean = without_overlaps(notes)
    assert list(clean) == sorted(clean)
    assert {(n.start, n.pitch) for n in clean} == {(n.start, n.pitch) for n in notes}
    for pitch in range(60, 64):
        line = [n for n in clean if n.pitch == pitch]
        assert all(n.duration >= 1 for n in line)
        assert all(a.end <= b.start for a, b in itertools.pairwise(line))


def test_of_notes_struck_together_the_loudest_stays() -> None:
    kept = without_overlaps([Note(0, 10, 60, 50), Note(0, 20, 60, 90), Note(0, 30, 60, 70)])
    assert kept == (Note(0, 20, 60, 90),)
