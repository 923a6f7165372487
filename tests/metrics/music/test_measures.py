"""Measures of scores against plain loops over the published definitions, written apart."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import pytest

from musivid.analysis.tonality import Key
from musivid.metrics.music import pitch as music_pitch
from musivid.metrics.music import rhythm as music_rhythm
from musivid.metrics.music.chords import chord_progression_irregularity, find_chords
from musivid.metrics.music.control import control_fidelity
from musivid.metrics.music.measures import measure_control, measure_music, measure_structure
from musivid.score.notes import Note, Score, TrackNotes

PPQ = 24  # ticks a beat: few enough for piano rolls
BAR = 4 * PPQ


def random_score(seed: int, *, bars: int = 9, drums: bool = True) -> Score:
    rng = random.Random(seed)

    def notes(count: int, low: int, high: int) -> tuple[Note, ...]:
        made = set()
        for _ in range(count):
            start = rng.randrange(0, (bars - 2) * BAR)
            made.add(Note(start, rng.randrange(1, BAR), rng.randrange(low, high), 80))
        return tuple(sorted(made))

    tracks = [
        TrackNotes("Piano", 0, notes=notes(40, 48, 80)),
        TrackNotes("Bass", 33, notes=notes(15, 30, 50)),
    ]
    if drums:
        tracks.append(TrackNotes("Drums", 0, is_drum=True, notes=notes(30, 35, 50)))
    return Score(tuple(tracks), 120.0, bars, key=Key(2, "minor"), ticks_per_beat=PPQ)


def notes_of(score: Score, *, drums: bool | None) -> list[Note]:
    return [n for t in score.tracks if drums is None or t.is_drum == drums for n in t.notes]


def entropy(values: list[int]) -> float:
    shares = [values.count(v) / len(values) for v in set(values)]
    return -sum(p * math.log2(p) for p in shares)


SEEDS = range(6)
each_seed = pytest.mark.parametrize("seed", SEEDS)


@each_seed
def test_pitch_figures(seed: int) -> None:
    score = random_score(seed)
    pitches = [n.pitch for n in notes_of(score, drums=False)]
    assert music_pitch.pitch_range(score) == max(pitches) - min(pitches)
    assert music_pitch.n_pitches_used(score) == len(set(pitches))
    assert music_pitch.n_pitch_classes_used(score) == len({p % 12 for p in pitches})
    assert music_pitch.pitch_entropy(score) == pytest.approx(entropy(pitches), abs=1e-6)
    classes = [p % 12 for p in pitches]
    assert music_pitch.pitch_class_entropy(score) == pytest.approx(entropy(classes), abs=1e-6)


@each_seed
def test_polyphony_on_a_piano_roll(seed: int) -> None:
    score = random_score(seed)
    end = max(n.end for n in notes_of(score, drums=None))
    roll = np.zeros((end, 128), bool)
    for note in notes_of(score, drums=False):
        roll[note.start : note.end, note.pitch] = True
    at_once = roll.sum(1)
    expected = roll.sum() / np.count_nonzero(at_once)
    assert music_pitch.polyphony(score) == pytest.approx(expected, abs=1e-6)
    assert music_pitch.polyphony_rate(score) == pytest.approx((at_once > 2).mean(), abs=1e-6)


@each_seed
def test_scales(seed: int) -> None:
    score = random_score(seed)
    classes = [n.pitch % 12 for n in notes_of(score, drums=False)]
    scales = {"major": [0, 2, 4, 5, 7, 9, 11], "minor": [0, 2, 3, 5, 7, 8, 10]}
    best = 0.0
    for steps, root in itertools.product(scales.values(), range(12)):
        inside = [c for c in classes if (c - root) % 12 in steps]
        best = max(best, len(inside) / len(classes))
    found = music_pitch.scale_consistency(score)
    assert found is not None
    assert found[0] == pytest.approx(best, abs=1e-6)
    in_d_minor = sum((c - 2) % 12 in scales["minor"] for c in classes) / len(classes)
    assert music_pitch.pitch_in_scale_rate(score, Key(2, "minor")) == pytest.approx(in_d_minor)


@each_seed
@pytest.mark.parametrize("width", [1, 4])
def test_entropy_of_windows_of_bars(seed: int, width: int) -> None:
    score = random_score(seed)
    found = []
    for first in range(score.bars - width + 1):
        span = range(first * BAR, (first + width) * BAR)
        classes = [n.pitch % 12 for n in notes_of(score, drums=False) if n.start in span]
        if classes:
            found.append(entropy(classes))
    expected = sum(found) / len(found)
    assert music_pitch.bar_pitch_class_entropy(score, width) == pytest.approx(expected, abs=1e-6)


def test_a_window_longer_than_the_piece_is_the_piece() -> None:
    score = random_score(1, bars=3)
    classes = [n.pitch % 12 for n in notes_of(score, drums=False)]
    assert music_pitch.bar_pitch_class_entropy(score, 4) == pytest.approx(entropy(classes))


@each_seed
def test_grooving_similarity_over_all_pairs(seed: int) -> None:
    score = random_score(seed)
    bars = [[0] * 16 for _ in range(score.bars)]
    for note in notes_of(score, drums=None):
        slot = round(note.start / (PPQ / 4))
        bars[slot // 16][slot % 16] = 1
    pairs = list(itertools.combinations(bars, 2))
    likeness = [1 - sum(abs(x - y) for x, y in zip(a, b, strict=True)) / 16 for a, b in pairs]
    expected = sum(likeness) / len(likeness)
    assert music_rhythm.grooving_similarity(score) == pytest.approx(expected, abs=1e-6)


@each_seed
def test_muspy_rhythm_figures(seed: int) -> None:
    score = random_score(seed)
    every = notes_of(score, drums=None)
    end = max(n.end for n in every)
    for span, measured in (
        (PPQ, music_rhythm.empty_beat_rate(score)),
        (BAR, music_rhythm.empty_measure_rate(score)),
    ):
        full = {cell for n in every for cell in range(n.start // span, n.end // span + 1)}
        assert measured == pytest.approx(1 - len(full) / (end // span + 1), abs=1e-6)

    step = PPQ // 4
    onsets = {round(n.start / step) for n in every}
    bars = round(end / step) // 16 + 1
    rows = [[16 * bar + slot in onsets for slot in range(16)] for bar in range(bars)]
    apart = sum(x != y for a, b in itertools.pairwise(rows) for x, y in zip(a, b, strict=True))
    expected = 1 - apart / (16 * (bars - 1))
    assert music_rhythm.groove_consistency(score) == pytest.approx(expected, abs=1e-6)


@each_seed
def test_drum_patterns(seed: int) -> None:
    score = random_score(seed)
    starts = [round(n.start / 2) % 12 for n in notes_of(score, drums=True)]
    duple = sum(s % 3 == 0 for s in starts) / len(starts)
    triple = sum(s % 4 == 0 for s in starts) / len(starts)
    assert music_rhythm.drum_in_pattern_rate(score, "duple") == pytest.approx(duple, abs=1e-6)
    assert music_rhythm.drum_in_pattern_rate(score, "triple") == pytest.approx(triple, abs=1e-6)
    found = music_rhythm.drum_pattern_consistency(score)
    assert found == pytest.approx(max(duple, triple), abs=1e-6)


@each_seed
def test_empty_bars_are_those_in_which_nothing_sounds(seed: int) -> None:
    score = random_score(seed)
    silent = [
        not any(n.start < (b + 1) * BAR and n.end > b * BAR for n in notes_of(score, drums=None))
        for b in range(score.bars)
    ]
    assert any(silent)
    assert music_rhythm.empty_bar_rate(score) == pytest.approx(sum(silent) / score.bars)


@pytest.mark.parametrize(
    ("chords", "expected", "legacy"),
    [
        ("CFG", 1.0, 1.0),
        ("CFGC", 1.0, 1.0),
        ("CFGCFGC", 3 / 5, 3 / 4),
        ("CCCCCC", 1 / 4, 1 / 3),
        ("ABCDEFG", 1.0, 1.0),
    ],
)
def test_irregularity_counts_triples(chords: str, expected: float, legacy: float) -> None:
    assert chord_progression_irregularity(chords) == pytest.approx(expected)
    assert chord_progression_irregularity(chords, legacy_count=True) == pytest.approx(legacy)


def test_chords_are_named_by_what_sounds() -> None:
    chords = {"C": (48, 64, 67), "Am": (45, 60, 64), "F": (41, 57, 60), "G7": (43, 59, 62, 65)}
    order = ["C", "Am", "F", "G7", "C"]
    notes = tuple(
        Note(bar * BAR, BAR, pitch, 80) for bar, name in enumerate(order) for pitch in chords[name]
    )
    drums = TrackNotes("Drums", 0, is_drum=True, notes=(Note(0, 5 * BAR, 37, 80),))
    score = Score((TrackNotes("Piano", 0, notes=notes), drums), 100.0, 6, ticks_per_beat=PPQ)
    assert find_chords(score) == order


def test_a_silent_score_has_reasons_instead_of_figures() -> None:
    found = measure_music(Score((), 120.0, 4))
    assert found["n_pitches_used"].value == 0
    assert found["empty_bar_rate"].value == 1
    empty = {name for name, measure in found.items() if measure.value is None}
    assert len(empty) == len(found) - 3
    assert all(found[name].reason for name in empty)


def test_drums_alone_have_rhythm_but_no_pitch() -> None:
    score = random_score(3)
    score = Score(tuple(t for t in score.tracks if t.is_drum), 120.0, 9, ticks_per_beat=PPQ)
    found = measure_music(score)
    assert found["pitch_range"].value is None
    assert found["pitch_range"].reason == "no pitched notes"
    assert found["grooving_similarity"].value is not None
    assert found["drum_pattern_consistency"].value is not None


def test_without_drums_the_same_pitches() -> None:
    with_drums, without = random_score(4), random_score(4, drums=False)
    rhythmic = {"polyphony_rate"}  # its time ends with the last note of any track
    before, after = measure_music(with_drums), measure_music(without)
    for name in before:
        if "pitch" in name or name in {"polyphony", "scale_consistency", "chord_irregularity"}:
            assert name in rhythmic or before[name].value == after[name].value
    assert after["drum_pattern_consistency"].value is None


def rows_of(score: Score, *, shift: int = 0) -> np.ndarray:
    """Control rows that ask for exactly what the score plays."""
    ticks = sorted(round(n.start / (PPQ / 4)) for n in notes_of(score, drums=None))
    rows = []
    for bar in range(score.bars):
        inside = sorted({t for t in ticks if t // 16 == bar})
        rows.append([17, len(inside) + 1, 0, 16 * bar, 16 * score.bars, 1])
        rows += [
            [t % 16 + 1, 0, min(ticks.count(t), 10), t + shift, 16 * score.bars, 1] for t in inside
        ]
    return np.array(rows)


def test_what_was_asked_and_played_has_no_error() -> None:
    notes = tuple(Note(6 * PPQ * k, PPQ, p, 80) for k in range(6) for p in (60, 64, 67))
    score = Score((TrackNotes("Piano", 0, notes=notes),), 120.0, 9, ticks_per_beat=PPQ)
    found = control_fidelity(score, rows_of(score), video_s=17.0, seed=3)
    assert found.density_error == 0
    assert found.strength_error == 0
    assert found.hit_rate == 1
    assert found.length_error_s == pytest.approx(1.0)
    # Of 144 ticks, each of six onsets makes three count as near, the first only two.
    assert np.mean(found.hit_chances) == pytest.approx(17 / 144, abs=0.05)
    late = control_fidelity(score, rows_of(score, shift=2), seed=3)
    assert late.hit_rate == 0
    assert late.strength_error == 3


def test_control_errors_count_what_is_missing() -> None:
    score = Score((TrackNotes("Piano", 0, notes=(Note(0, 1, 60, 80),)),), 120.0, 1)
    rows = np.array([[17, 4, 0, 0, 32, 1], [1, 0, 3, 0, 32, 1], [17, 3, 0, 16, 32, 50]])
    found = control_fidelity(score, rows)
    assert found.density_error == pytest.approx((2 + 2) / 2)
    assert found.strength_error == pytest.approx(2)
    assert found.length_error_s is None
    # Strengths end at ten, so that more notes at once are no error.
    many = Score((TrackNotes("Piano", 0, notes=tuple(Note(0, 1, p, 80) for p in range(60, 73))),),
                 120.0, 1)  # fmt: skip
    assert control_fidelity(many, np.array([[1, 0, 10, 0, 16, 1]])).strength_error == 0


def test_control_is_told_beside_its_chance() -> None:
    notes = tuple(Note(6 * PPQ * k, PPQ, p, 80) for k in range(6) for p in (60, 64, 67))
    score = Score((TrackNotes("Piano", 0, notes=notes),), 120.0, 9, ticks_per_beat=PPQ)
    found = measure_control(score, rows_of(score), trials=50)
    hits = found["control_hit_rate"]
    assert hits.value == 1
    assert hits.z is not None
    assert hits.z > 4
    assert found["control_length_error_s"].value is None
    nothing = measure_control(score, np.zeros((0, 6), np.int64))
    assert all(measure.value is None and measure.reason for measure in nothing.values())


def test_short_sound_has_no_long_structure() -> None:
    time = np.arange(22_050 * 9) / 22_050
    found = measure_structure(np.sin(2 * np.pi * 220 * time).astype(np.float32))
    assert found["structureness_short"].value is not None
    assert found["structureness_long"].value is None
    assert "9.5 s" in found["structureness_long"].reason


def test_chance_draws_from_all_ticks_up_to_the_last_beat_and_no_further() -> None:
    score = Score((TrackNotes("Piano", 0, notes=(Note(0, 1, 60, 80),)),), 120.0, 1)
    every = np.array([[1 + t % 16, 0, 4, t, 20, 1] for t in range(20)])
    found = control_fidelity(score, every, trials=40)
    # All twenty are drawn each time, two of them near the only onset.
    assert found.hit_rate == pytest.approx(2 / 20)
    assert found.hit_chances == pytest.approx([2 / 20] * 40)
