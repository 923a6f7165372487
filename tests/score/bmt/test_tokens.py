"""Tokens of BMT: the published vocabulary and order of events, round trips, chords, alignment."""

from __future__ import annotations

import itertools
import os
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musivid.core.errors import InputError
from musivid.nets.compound.files import BMT_SCHEMA
from musivid.score.bmt.align import align
from musivid.score.bmt.chords import find_chords, musical_name
from musivid.score.bmt.events import events_of
from musivid.score.bmt.tokens import chords_in, decode, encode
from musivid.score.bmt.vocabulary import (
    FAMILIES,
    PUBLISHED_VOCABULARY,
    Event,
    Vocabulary,
    read_vocabulary,
)
from musivid.score.midi import read_midi, write_midi
from musivid.score.notes import ChordMark, Note, Score, TempoChange, TrackNotes, without_overlaps

BEAT, GRID = 480, 120


def piano(
    *notes: tuple[int, int, int], bars: int = 4, bpm: float = 110.0, **facts: tuple[TempoChange]
) -> Score:
    """A score of notes (tick of 16ths, length in them, pitch)."""
    played = without_overlaps(Note(s * GRID, d * GRID, p, 80) for s, d, p in notes)
    return Score((TrackNotes("piano", 0, False, played),), bpm, bars, **facts)


NOTES = st.lists(
    st.tuples(st.integers(0, 63), st.integers(1, 16), st.integers(22, 105)),
    min_size=1, max_size=30,
).map(lambda notes: [(0, 1, 60), *notes])  # fmt: skip


def heard(score: Score) -> list[tuple[int, ...]]:
    return [(n.start, n.duration, n.pitch, n.velocity) for t in score.tracks for n in t.notes]


@given(NOTES)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_notes_on_the_grid_come_back(notes: Any) -> None:
    score = piano(*notes)
    tokens = encode(score, emotion=2)
    assert heard(decode(tokens)) == heard(score)
    assert decode(tokens).tempo_bpm == 110.0
    again = encode(decode(tokens), emotion=2, chords=find_chords(score)[: 4 * decode(tokens).bars])
    assert np.array_equal(again, tokens)


@given(NOTES)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_tokens_keep_the_grammar(notes: Any) -> None:
    events = events_of(piano(*notes), emotion=1)
    assert events[0] == Event(type="Emotion", emotion=1)
    assert events[-1] == Event()
    assert events[-2].beat == "Bar"
    progress = [e.p_time for e in events[1:-1]]
    assert progress == sorted(progress)
    assert 0 <= progress[0] <= progress[-1] <= 99
    for index, (before, after) in enumerate(itertools.pairwise(events)):
        if before.density:
            assert after.type != "Note"
        if before.type == "Rhythm" and before.strength and after.type == "Note":
            run = events[index + 1 : index + 1 + before.strength]
            assert all(e.type == "Note" for e in run)
        if after.type == "Note":
            assert before.type == "Note" or before.strength


def test_events_are_in_the_published_order() -> None:
    score = piano((0, 4, 60), (0, 4, 64), (6, 2, 62), (17, 1, 65), bars=2)
    events = events_of(
        score, emotion=3, chords=["C_M_C", "C_M_C", "N_N_N", "N_N_N"] + ["G_7_B"] * 4
    )
    plain = [
        {f: v for f, v in zip(FAMILIES, e, strict=True) if v and f != "p_time"} for e in events
    ]

    def beat(tick: int, tempo: str = "CONTI", chord: str = "CONTI") -> dict[str, str]:
        return {"tempo": tempo, "chord": chord, "beat": f"Beat_{tick}", "type": "Metrical"}

    def note(pitch: int, ticks: int) -> dict[str, str]:
        return {"type": "Note", "pitch": f"Note_Pitch_{pitch}",
                "duration": f"Note_Duration_{ticks}", "velocity": "Note_Velocity_80"}  # fmt: skip

    bar = {"beat": "Bar", "type": "Metrical"}
    chord = {"type": "Rhythm", "strength": 3}
    assert plain == [
        {"type": "Emotion", "emotion": 3},
        bar, {"type": "Rhythm", "density": 4},
        chord, beat(0, "Tempo_110", "C_M"), {"type": "Rhythm", "strength": 2},
        note(64, 480), note(60, 480),
        beat(6), {"type": "Rhythm", "strength": 1}, note(62, 240),
        chord, beat(8, chord="N_N"),
        bar, {"type": "Rhythm", "density": 2},
        chord, beat(0, chord="G_7"),
        beat(1), {"type": "Rhythm", "strength": 1}, note(65, 120),
        bar,
        {"type": "EOS"},
    ]  # fmt: skip
    assert [e.p_time for e in events][:3] == [0, 0, 0]
    assert events[8].p_time == int(100 * 6 / 32)
    assert events[-2].p_time == int(100 * 31 / 32)  # of the last sixteenth, empty or not


def test_progress_follows_the_tempo() -> None:
    score = piano((0, 1, 60), (16, 1, 60), (32, 1, 60), bars=3, bpm=200.0,
                  tempo_changes=(TempoChange(4 * BEAT, 50.0),))  # fmt: skip
    events = events_of(score)
    bars = [e.p_time for e in events if e.beat == "Bar"]
    assert bars[:3] == [0, int(100 * 4 / 200 / (4 / 200 + 8 / 50)),
                        int(100 * (4 / 200 + 4 / 50) / (4 / 200 + 8 / 50))]  # fmt: skip


def test_published_faults_are_kept_when_asked_for() -> None:
    score = piano((0, 1, 60), (16, 1, 62), bars=2)
    assert [e.pitch for e in events_of(score) if e.pitch] == ["Note_Pitch_60", "Note_Pitch_62"]
    lost = events_of(score, published=True)
    assert [e.pitch for e in lost if e.pitch] == ["Note_Pitch_60"]
    single = piano((0, 1, 60), bars=1)
    assert len(events_of(single)) > 4
    with pytest.raises(InputError, match="single onset"):
        events_of(single, published=True)
    short = Score(
        (TrackNotes("p", 0, False, (Note(0, 20, 60, 9), Note(500, 20, 60, 9))),), 110.0, 2
    )
    assert [e.duration for e in events_of(short) if e.duration] == ["Note_Duration_120"] * 2
    kept = events_of(short, published=True)
    assert [e.duration for e in kept if e.duration] == ["Note_Duration_0"] * 2
    assert {e.velocity for e in kept if e.velocity} == {"Note_Velocity_40"}


def test_silence_before_the_music_is_left_out() -> None:
    late = piano((33, 1, 60), (36, 2, 64), bars=4, tempo_changes=(TempoChange(960, 80.0),))
    score = decode(encode(late))
    assert [n[0] for n in heard(score)] == [GRID, 4 * GRID]
    assert score.tempo_bpm == 80.0


def test_drums_are_left_out_and_other_metres_refused() -> None:
    drums = TrackNotes("Drums", 0, True, (Note(0, 60, 36, 90),))
    score = piano((0, 1, 60))
    both = replace(score, tracks=(drums, *score.tracks))
    assert heard(decode(encode(both))) == heard(score)
    with pytest.raises(InputError, match="no notes"):
        encode(replace(score, tracks=(drums,)))
    with pytest.raises(InputError, match="6/8"):
        encode(replace(score, beats_per_bar=6, beat_unit=8))


def test_midi_carries_tempi_and_program(tmp_path: Path) -> None:
    score = piano((0, 2, 60), (40, 8, 67), tempo_changes=(TempoChange(1920, 131.0),))
    write_midi(decode(encode(score), program=41), tmp_path / "a.mid")
    found = read_midi(tmp_path / "a.mid")
    assert (found.tempo_bpm, found.tempo_changes) == (110.0, (TempoChange(1920, 131.0),))
    assert [(t.name, t.program) for t in found.tracks] == [("piano", 41)]
    assert decode(encode(score), tempo_bpm=77.0).tempo_bpm == 77.0


def test_broken_tokens_are_left_out() -> None:
    vocabulary = PUBLISHED_VOCABULARY
    tokens = encode(piano((0, 1, 60), (4, 1, 64)))
    notes = np.flatnonzero(tokens[:, 3] == vocabulary.ids["type"]["Note"])
    tokens[notes[0], 6] = 0
    tokens[notes[1], 0] = 999
    tokens[2, 2] = 0
    assert [n[2] for n in heard(decode(tokens))] == [64]


def test_the_vocabulary_is_the_published_one() -> None:
    vocabulary = PUBLISHED_VOCABULARY
    assert vocabulary.sizes == tuple(field.classes for field in BMT_SCHEMA.fields)
    assert BMT_SCHEMA.names == FAMILIES
    ids = vocabulary.ids
    assert ids["chord"]["CONTI"] == 43
    assert ids["chord"]["N_N"] == 126
    assert [ids["tempo"][f"Tempo_{b}"] for b in (101, 149, 155, 224, 32, 98)] == [
        2,
        18,
        19,
        32,
        33,
        55,
    ]
    assert [ids["beat"][b] for b in ("Bar", "Beat_0", "Beat_10", "Beat_2", "Beat_9")] == [
        1,
        2,
        4,
        10,
        17,
    ]
    assert [ids["pitch"][f"Note_Pitch_{p}"] for p in (100, 105, 22, 99)] == [1, 6, 7, 84]
    assert ids["strength"][18] == 16
    assert ids["type"] == {"EOS": 0, "Emotion": 1, "Metrical": 2, "Note": 3, "Rhythm": 4}


@pytest.mark.parametrize(
    ("family", "value", "nearest"),
    [
        ("tempo", "Tempo_152", "Tempo_149"),
        ("tempo", "Tempo_300", "Tempo_224"),
        ("pitch", "Note_Pitch_10", "Note_Pitch_22"),
        ("pitch", "Note_Pitch_127", "Note_Pitch_103"),
        ("velocity", "Note_Velocity_126", "Note_Velocity_118"),
        ("strength", 17, 18),
        ("strength", 40, 18),
        ("density", 32, 20),
        ("chord", "C_o7", "C_o"),
        ("chord", "A_/o7", "A_o"),
        ("chord", "X", "N_N"),
    ],
)
def test_values_that_it_lacks_are_the_nearest(
    family: str, value: str | int, nearest: str | int
) -> None:
    number = PUBLISHED_VOCABULARY.nearest(family, value)
    assert PUBLISHED_VOCABULARY.values[family][number] == nearest


def published_pickle(vocabulary: Vocabulary, protocol: int) -> bytes:
    theirs = ["bar-beat" if family == "beat" else family for family in FAMILIES]
    numbers = dict(zip(theirs, vocabulary.ids.values(), strict=True))
    return pickle.dumps(
        (numbers, {f: {i: v for v, i in n.items()} for f, n in numbers.items()}), protocol
    )


@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_published_dictionaries_are_read(tmp_path: Path, protocol: int) -> None:
    own = Vocabulary.of(events_of(piano((0, 1, 60), (9, 3, 64))))
    for vocabulary in (PUBLISHED_VOCABULARY, own):
        (tmp_path / "dictionary.pkl").write_bytes(published_pickle(vocabulary, protocol))
        assert read_vocabulary(tmp_path / "dictionary.pkl").values == vocabulary.values


def test_vocabularies_survive_json(tmp_path: Path) -> None:
    PUBLISHED_VOCABULARY.save(tmp_path / "vocabulary.json")
    assert read_vocabulary(tmp_path / "vocabulary.json").values == PUBLISHED_VOCABULARY.values


class Hostile:
    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return os.system, ("true",)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (pickle.dumps(({}, Hostile())), "asks for the code"),
        (pickle.dumps({"a": 1}), "families are"),
        (pickle.dumps(({"tempo": {}}, {})), "families are"),
        (b"{}", "not a vocabulary"),
        (b"", "plain data"),
        (b'{"values": 3}', "not a vocabulary"),
    ],
)
def test_other_files_are_no_vocabulary(tmp_path: Path, content: bytes, problem: str) -> None:
    (tmp_path / "dictionary.pkl").write_bytes(content)
    with pytest.raises(InputError, match=problem):
        read_vocabulary(tmp_path / "dictionary.pkl")


def test_a_dictionary_with_gaps_is_refused(tmp_path: Path) -> None:
    numbers, tokens = pickle.loads(published_pickle(PUBLISHED_VOCABULARY, 3))
    numbers["tempo"]["CONTI"] = 77
    (tmp_path / "d.pkl").write_bytes(pickle.dumps((numbers, tokens)))
    with pytest.raises(InputError, match="numbers of tempo have gaps"):
        read_vocabulary(tmp_path / "d.pkl")


@pytest.mark.parametrize(
    ("pitches", "chord"),
    [((48, 64, 67), "C_M_C"), ((52, 60, 67), "C_M_E"), ((57, 60, 64), "A_m_A"),
     ((55, 59, 62, 65), "G_7_G"), ((50, 53, 57, 60), "D_m7_D"), ((48, 52, 55, 59), "C_M7_C"),
     ((59, 62, 65), "B_o_B"), ((48, 52, 56), "C_+_C"), ((59, 62, 65, 68), "B_o7_B"),
     ((59, 62, 65, 69), "B_/o7_B"), ((48, 53, 55), "C_sus4_C"), ((60,), "N_N_N")],
)  # fmt: skip
def test_chords_are_read(pitches: tuple[Any, ...], chord: str) -> None:
    assert find_chords(piano(*((0, 16, p) for p in pitches), bars=1)) == [chord] * 4


def test_chords_change_on_their_beat_and_rests_have_none() -> None:
    def triad(start: int, length: int, *pitches: int) -> list[tuple[int, int, int]]:
        return [(start, length, p) for p in pitches]

    score = piano(
        *triad(0, 8, 48, 64, 67), *triad(8, 4, 53, 65, 69), *triad(12, 4, 55, 59, 62), bars=2
    )
    found = find_chords(score)
    assert found[:4] == ["C_M_C", "C_M_C", "F_M_F", "G_M_G"]
    assert found[4:] == ["N_N_N"] * 4
    assert chords_in(encode(score))[:3] == [(0, "C_M"), (960, "F_M"), (1440, "G_M")]


@pytest.mark.parametrize("published", [False, True])
def test_a_performance_is_laid_on_the_beats_of_its_recording(published: bool) -> None:
    """Played at 97 bpm after 0.9 s, written down at 120 as transcribers do."""
    period, lead = 60 / 97, 0.9
    beats = lead + period * np.arange(33)
    times = [(lead + period * (k / 4), k) for k in range(0, 128, 3)]
    notes = tuple(
        Note(round(t * 2 * BEAT), round(period / 2 * 2 * BEAT), 60 + k % 7, 70) for t, k in times
    )
    played = Score((TrackNotes("piano", 0, False, notes),), 120.0, 99)
    found = align(played, beats, beats[2::4], published=published)
    first = found.tracks[0].notes[0].start
    assert (first + 2 * BEAT) % (4 * BEAT) == 0  # two beats before the first downbeat
    for (_, k), note in zip(times, found.tracks[0].notes, strict=True):
        assert abs(note.start - first - k * GRID) <= 2
    assert found.time_s(found.tracks[0].notes[-1].start) - found.time_s(first) == pytest.approx(
        times[-1][0] - lead, abs=0.01
    )
    assert found.tempo_changes[-1].bpm == pytest.approx(97, abs=0.01)


def test_a_recording_with_a_beat_at_its_very_start_is_no_fault() -> None:
    score = piano((0, 2, 60), (4, 2, 62), bpm=120.0)
    found = align(score, np.arange(9) * 0.5, np.array([0.0, 2.0]))
    assert heard(found) == heard(score)
    assert found.tempo_bpm == 120.0
    with pytest.raises(InputError, match="1 beats, too few"):
        align(score, np.array([1.0]), np.array([]))


@pytest.mark.parametrize(
    ("chord", "nearest"),
    [("C_o7", "C_o"), ("D#_/o7", "D#_o"), ("F_mM9", "F_m"), ("F_sus9", "F_M"), ("H_7", "N_N")],
)
def test_a_chord_without_a_number_is_a_triad_of_its_root(chord: str, nearest: str) -> None:
    ids = PUBLISHED_VOCABULARY.ids["chord"]
    assert chord not in ids
    assert PUBLISHED_VOCABULARY.nearest("chord", chord) == ids[nearest]


def test_the_published_vocabulary_has_the_published_sizes() -> None:
    assert PUBLISHED_VOCABULARY.sizes == tuple(field.classes for field in BMT_SCHEMA.fields)


def test_notes_right_after_a_bar_are_at_its_beginning() -> None:
    note = Event(type="Note", pitch="Note_Pitch_60", duration="Note_Duration_120",
                 velocity="Note_Velocity_80")  # fmt: skip
    bar = Event(type="Metrical", beat="Bar")
    beat = Event(type="Metrical", beat="Beat_4")
    told = [bar, bar, note, beat, note, bar, note, Event()]
    score = decode(np.array([PUBLISHED_VOCABULARY.to_tokens(event) for event in told]))
    assert [n.start for n in score.tracks[0].notes] == [4 * BEAT, 5 * BEAT, 8 * BEAT]
    assert score.tracks[0].program == 0


def test_a_score_has_its_first_tempo_once_and_then_what_changes() -> None:
    bar = Event(type="Metrical", beat="Bar")
    beats = [Event(type="Metrical", beat="Beat_0", tempo=t) for t in ("Tempo_95", "Tempo_95")]
    beats.append(Event(type="Metrical", beat="Beat_8", tempo="Tempo_119"))
    told = [bar, beats[0], bar, beats[1], beats[2], Event()]
    score = decode(np.array([PUBLISHED_VOCABULARY.to_tokens(event) for event in told]))
    assert score.tempo_bpm == 95
    assert [(c.tick, c.bpm) for c in score.tempo_changes] == [(6 * BEAT, 119)]


def test_published_events_keep_overlaps_and_the_order_of_playing() -> None:
    """Of one place of the grid: as played, of one onset the highest first; nothing is cut."""
    notes = (
        Note(0, 480, 60, 80),
        Note(0, 960, 67, 80),
        Note(20, 480, 72, 80),
        Note(120, 480, 60, 80),
    )
    score = Score((TrackNotes("piano", 0, notes=notes),), 100, bars=2)
    played = [(e.pitch, e.duration) for e in events_of(score, published=True) if e.pitch]
    assert played == [
        ("Note_Pitch_67", "Note_Duration_960"),
        ("Note_Pitch_60", "Note_Duration_480"),
        ("Note_Pitch_72", "Note_Duration_480"),
        ("Note_Pitch_60", "Note_Duration_480"),
    ]
    ours = [(e.pitch, e.duration) for e in events_of(score) if e.pitch]
    assert ours[:3] == [
        ("Note_Pitch_72", "Note_Duration_480"),
        ("Note_Pitch_67", "Note_Duration_960"),
        ("Note_Pitch_60", "Note_Duration_120"),
    ]


def test_the_nearest_tempo_is_of_what_was_asked_not_of_its_rounding() -> None:
    assert PUBLISHED_VOCABULARY.tempo(99.6) == "Tempo_101"  # 98 and 101: rounded to 100, a tie
    assert PUBLISHED_VOCABULARY.tempo(99.4) == "Tempo_98"
    assert PUBLISHED_VOCABULARY.tempo(99.5) == "Tempo_101", "a tie is the first in the vocabulary"
    assert PUBLISHED_VOCABULARY.tempo(1000) == "Tempo_224"


def test_chords_of_tokens_become_those_of_the_score() -> None:
    names = ["C_M_C"] * 2 + ["A_m7_G"] * 2 + ["N_N_N"] * 4
    tokens = encode(piano((0, 4, 60), (8, 4, 57), (17, 2, 64)), emotion=1, chords=names)
    assert decode(tokens).chords == (ChordMark(0, "C"), ChordMark(960, "Am7"))
    assert musical_name("D_/o7_F") == "Dm7b5/F"
