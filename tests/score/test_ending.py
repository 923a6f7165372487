"""The last chord: when it is struck, who plays what in it, and that nothing comes after."""

from __future__ import annotations

from dataclasses import replace

import pytest

from musivid.analysis.tonality import Key
from musivid.score.ending import end_with_picture, final_tick
from musivid.score.harmony import Chord, Harmony
from musivid.score.notes import TICKS_PER_BEAT, Note, Score, TrackNotes
from musivid.score.tempo_map import steady_map

C_MAJOR = Chord(0, (0, 4, 7))
SIXTEENTH = TICKS_PER_BEAT // 4


@pytest.mark.parametrize(
    ("duration_s", "bpm", "tick"),
    [
        (8.0, 120, 56),  # beat 14 at 7 s leaves a second
        (7.9, 120, 48),  # beat 13 would; but it is neither first nor third of its bar
        (20.0, 60, 72),
        (2.4, 120, 12),  # a short film: beat 3 at 1.5 s leaves a third
        (0.3, 60, 0),
        (3.0, 120, 16),
        (3.9, 120, 16),  # no short film any more
    ],
)
def test_the_last_chord_has_time_to_sound(duration_s: float, bpm: float, tick: int) -> None:
    assert final_tick(steady_map(duration_s, bpm)) == tick


def test_in_six_eight_it_comes_on_a_downbeat() -> None:
    compound = replace(steady_map(8.0, 70), beat_ticks=720)  # beat 8 at 6.86 s begins a bar
    assert final_tick(compound) == 48 and final_tick(replace(compound, duration_s=7.8)) == 36


def ended(*tracks: TrackNotes, players: dict[str, int] | None = None) -> Score:
    harmony = Harmony(Key(0, "major"), (C_MAJOR,), Chord(7, (7, 11, 2)), C_MAJOR, 32)
    score = Score(tracks=tracks, bars=9, tempo_bpm=120.0)
    return end_with_picture(score, steady_map(5.25, 120), harmony, players or {})


def test_notes_end_where_the_chord_is_struck_and_it_lasts_to_the_end() -> None:
    strike, end = 32 * SIXTEENTH, round(10.5 * TICKS_PER_BEAT)
    notes = (
        Note(0, 100, 72, 80), Note(strike - 60, 600, 74, 70), Note(strike, 50, 76, 90),
        Note(strike + 480, 50, 77, 90),
    )  # fmt: skip
    score = ended(TrackNotes("Piano", 0, False, notes))
    (track,) = score.tracks
    assert track.notes[:2] == (notes[0], Note(strike - 60, 60, 74, 70))
    assert [(n.start, n.duration) for n in track.notes[2:]] == [(strike, end - strike)] * 3
    assert {n.pitch % 12 for n in track.notes[2:]} == {0, 4, 7}
    # Near to the last note: from a tritone under it on.
    assert all(67 <= n.pitch < 79 for n in track.notes[2:])
    assert score.bars == 3


def test_each_player_has_its_own_part_in_the_chord() -> None:
    score = ended(
        TrackNotes("Drums", 0, True, ()),
        TrackNotes("Bass", 33, False, (Note(0, 10, 40, 80),)),
        TrackNotes("Low", 48, False, (Note(0, 10, 30, 80),)),
        TrackNotes("High", 48, False, (Note(0, 10, 110, 80),)),
        players={"Strings": 48, "Drums": 0},
    )
    pitches = {track.name: [note.pitch for note in track.notes] for track in score.tracks}
    assert sorted(pitches["Drums"]) == [36, 49]
    assert pitches["Bass"] == [40, 36]
    assert pitches["Low"][1:] == [48, 52, 55]
    assert all(67 <= pitch < 79 for pitch in pitches["High"] if pitch != 110)
    assert pitches["Strings"] == [55, 60, 64]  # was not there: is added, about middle C
    assert list(pitches) == ["Drums", "Bass", "Low", "High", "Strings"]
