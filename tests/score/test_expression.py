"""Dynamics: accents of the metre, the film's energy, hits on cuts, hands that are not machines."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.score.expression import add_dynamics
from musivid.score.notes import TICKS_PER_BEAT, Note, Score, TrackNotes

SIXTEENTH = TICKS_PER_BEAT // 4


class Still:
    """Hands without unevenness."""

    def normal(self, mean: float, spread: float) -> float:
        """The mean."""
        assert spread == 4.0
        return mean


def loudness(
    energy: list[float], name: str = "Piano", hits: tuple[int, ...] = (), bars: int = 1
) -> list[int]:
    """Velocity of a note on each sixteenth."""
    notes = tuple(Note(place * SIXTEENTH, 10, 60, 1) for place in range(16 * bars))
    score = Score(tracks=(TrackNotes(name, 0, False, notes),), bars=bars, tempo_bpm=120.0)
    played = add_dynamics(score, energy, hits, Still())  # type: ignore[arg-type]
    return [note.velocity for note in played.tracks[0].notes]


def test_the_first_beat_is_the_heaviest_then_the_third() -> None:
    found = loudness([0.5])
    assert found[:4] == [92, 72, 78, 72] and found[8] == 88 and found[4] == found[12] == 84
    strings = loudness([0.5], "Strings")
    assert strings[0] == 76 and strings[1] == 66  # half the accents
    assert loudness([0.5], "Bass")[0] == 98 and loudness([0.5], "Flute")[0] == 92


def test_bars_are_as_loud_as_the_film_around_them() -> None:
    found = loudness([0.0, 0.0, 1.0, 1.0], bars=4)[::16]
    assert found == [79, 86, 98, 105]  # 92 and 26 times (0, 1/4, 3/4, 1) less a half
    assert loudness([1.0], bars=2)[16] == 105  # beyond the last bar it stays
    assert loudness([])[0] == 79


def test_hits_are_accented_and_all_stays_within_what_is_heard() -> None:
    assert loudness([0.5], hits=(1,))[:3] == [92, 90, 78]
    assert max(loudness([1.0], "Drums", hits=tuple(range(16)))) == 124


def test_hands_differ_by_the_seed_alone() -> None:
    notes = tuple(Note(k * SIXTEENTH, 10, 60, 1) for k in range(160))
    score = Score(tracks=(TrackNotes("Piano", 0, False, notes),), bars=10, tempo_bpm=120.0)
    one, same, other = (
        add_dynamics(score, [0.5], (), np.random.default_rng(seed)) for seed in (0, 0, 1)
    )
    assert one == same != other
    still = np.array(loudness([0.5], bars=10))
    apart = np.array([note.velocity for note in one.tracks[0].notes]) - still
    assert apart.std() == pytest.approx(4.0, abs=0.8) and abs(apart.mean()) < 1
