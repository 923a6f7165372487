"""What returns and what clashes, on music of which it is plain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from musivid.metrics.music import returns
from musivid.score.notes import Note, Score, TrackNotes

TUNE = (72, 74, 76, 77, 79, 77, 76, 74)


def piece(*tracks: tuple[Note, ...], bars: int = 4) -> Score:
    return Score(tuple(TrackNotes("Piano", 0, False, notes) for notes in tracks), 120.0, bars)


def melody(pitches: tuple[int, ...], start: int = 0) -> tuple[Note, ...]:
    return tuple(Note(start + 240 * k, 240, pitch, 90) for k, pitch in enumerate(pitches))


def test_a_tune_that_comes_twice_returns_whole() -> None:
    once = piece(melody(TUNE), bars=1)
    twice = piece((*melody(TUNE), *melody(TUNE, 2 * 1920)))
    assert returns.figures_returning(once) == 0.0
    # Of thirteen figures ten are met again; three go from one turn over to the other.
    assert returns.figures_returning(twice) == pytest.approx(10 / 13)
    assert returns.bars_returning(twice) == 1.0 and returns.bars_distinct(twice) == 0.5
    higher = piece((*melody(TUNE), *melody(tuple(p + 5 for p in TUNE), 2 * 1920)))
    assert returns.figures_returning(higher) == pytest.approx(10 / 13)
    assert returns.bars_returning(higher) == 0.0
    assert returns.figures_returning(piece(melody((60,) * 12))) is None


def test_the_top_line_is_what_is_heard_above() -> None:
    held = (Note(0, 960, 84, 90),)
    assert returns.top_line(piece(held, melody((60, 62, 64, 65, 67)))) == [(0, 84), (8, 67)]


@pytest.mark.parametrize(
    ("pitches", "clashes"),
    [((60, 61), 1.0), ((60, 73), 1.0), ((60, 71), 0.0), ((60, 64, 67), 0.0), ((64, 72, 77), 1.0)],
)
def test_minor_seconds_and_ninths_clash_and_major_sevenths_do_not(
    pitches: tuple[int, ...], clashes: float
) -> None:
    assert returns.clash_rate(piece(tuple(Note(0, 1920, p, 90) for p in pitches))) == clashes


def test_a_bar_of_six_eighths_is_strong_in_its_middle() -> None:
    notes = tuple(Note(at, 700, pitch, 80) for at in (720, 2160) for pitch in (64, 65))
    score = Score((TrackNotes("Piano", 0, False, notes),), 120.0, 2)
    assert returns.clash_rate(replace(score, beats_per_bar=6, beat_unit=8)) == 1
    assert returns.clash_rate(replace(score, beats_per_bar=3)) is None
    halves = [at for at, _ in returns.heard_chords(replace(score, beats_per_bar=6, beat_unit=8))]
    assert halves[:3] == [0, 6, 12]


def test_chords_are_heard_and_kept() -> None:
    chord = tuple(Note(960 * half, 960, p + 5 * half, 90) for half in (0, 1) for p in (60, 64, 67))
    score = piece(chord, bars=1)
    heard = returns.heard_chords(score)
    assert heard[:2] == [(0.0, frozenset({0, 4, 7})), (8.0, frozenset({5, 9, 0}))]
    assert returns.chord_share(score, heard) == 1.0
    assert returns.chord_share(piece((*chord, Note(0, 240, 61, 90))), heard) == pytest.approx(6 / 7)
    assert returns.chord_share(score, heard, ("Bass",)) is None


def test_a_groove_returns() -> None:
    bars = [tuple(Note(1920 * b + 480 * k, 60, 36, 90) for k in range(4)) for b in range(4)]
    score = Score((TrackNotes("Drums", 0, True, tuple(n for bar in bars for n in bar)),), 120.0, 4)
    assert returns.groove_returning(score) == 1.0
    assert returns.figures_returning(score) is None and returns.clash_rate(score) is None
