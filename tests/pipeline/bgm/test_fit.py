"""Music is laid upon its film: tempo, end, upbeat and shots are the film's."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from musivid.analysis.tonality import Key
from musivid.pipeline.bgm.fit import fit_score
from musivid.score.notes import TICKS_PER_BEAT, Note, Score, TrackNotes
from musivid.score.tempo_map import TempoMap, steady_map

KEY = Key(2, "major")
BEAT = TICKS_PER_BEAT


def plan(tempo: TempoMap, cuts_s: tuple[float, ...] = ()) -> Any:
    motion = SimpleNamespace(cuts_s=np.array(cuts_s))
    return SimpleNamespace(tempo=tempo, harmony=SimpleNamespace(key=KEY), motion=motion)


def score(*notes: Note) -> Score:
    return Score(tracks=(TrackNotes("Piano", 0, False, notes),), bars=9, tempo_bpm=99.0)


def fitted(tempo: TempoMap, *notes: Note, cuts_s: tuple[float, ...] = ()) -> Score:
    return fit_score(score(*notes), plan(tempo, cuts_s), players={}, cadence=False)


def test_without_a_last_chord_nothing_sounds_beyond_the_film() -> None:
    tempo = steady_map(2.75, 120)  # five beats and a half
    notes = Note(0, BEAT, 60, 80), Note(5 * BEAT, BEAT, 62, 80), Note(6 * BEAT, BEAT, 64, 80)
    found = fitted(tempo, *notes)
    assert found.tracks[0].notes == (notes[0], Note(5 * BEAT, BEAT // 2, 62, 80))
    assert (found.bars, found.key) == (2, KEY)
    assert found.tempo_bpm == pytest.approx(120) and found.tempo_changes == ()


def test_nothing_begins_within_an_upbeat_of_another_length() -> None:
    tempo = TempoMap(np.array([0.0, 0.7, 1.2, 1.7, 2.2]), 2.2, has_upbeat=True)
    notes = Note(0, 9, 60, 80), Note(BEAT // 2, 9, 62, 80), Note(BEAT, 9, 64, 80)
    assert [n.pitch for n in fitted(tempo, *notes).tracks[0].notes] == [60, 64]


def test_shots_are_sections_from_the_bar_of_their_cut() -> None:
    found = fitted(steady_map(16.0, 120), Note(0, 9, 60, 80), cuts_s=(4.3, 4.9, 10.0, 99.0))
    shots = [(s.name, s.start_bar, s.bars) for s in found.sections]
    assert shots == [("shot 1", 0, 2), ("shot 2", 2, 3), ("shot 3", 5, 3)]
