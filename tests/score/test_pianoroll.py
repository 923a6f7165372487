"""Piano rolls as pypianoroll saves them, read as scores."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bgm_train_fixtures import ROLL_STEPS_A_BEAT as RES
from bgm_train_fixtures import write_roll

from musivid.core.errors import InputError
from musivid.score.midi import write_midi
from musivid.score.notes import Note, Score, TempoChange, TrackNotes
from musivid.score.pianoroll import is_pianoroll, read_pianoroll, read_score

STEPS = RES * 4 * 4


def roll(*notes: tuple[int, int, int, int]) -> Any:
    """Start, end, pitch and velocity of each note."""
    found = np.zeros((STEPS, 128), np.uint8)
    for start, end, pitch, velocity in notes:
        found[start:end, pitch] = velocity
    return found


@pytest.mark.parametrize("word", ["resolution", "beat_resolution"])
def test_runs_of_steps_are_notes(tmp_path: Path, word: str) -> None:
    downbeat = np.zeros(STEPS, bool)
    downbeat[:: 4 * RES] = True
    tempo = np.where(np.arange(STEPS) < 96, 100.0, 90.0)
    tune = roll((0, 24, 60, 80), (24, 48, 62, 90), (30, 36, 60, 70))
    tune[24:36, 62] = 70  # one run, a louder half: its mean
    kick = roll(*((n, n + 6, 36, 100) for n in range(0, STEPS, 24)))
    path = write_roll(
        tmp_path / "a.npz", [(0, True, "Drums", kick), (0, False, "Piano", tune)],
        word=word, tempo=tempo, downbeat=downbeat,
    )  # fmt: skip
    assert is_pianoroll(path)
    score = read_score(path)
    assert (score.tempo_bpm, score.beats_per_bar, score.bars) == (100, 4, 4)
    assert score.tempo_changes == (TempoChange(1920, 90.0),)
    drums, piano = score.tracks
    assert (drums.name, drums.is_drum, len(drums.notes)) == ("Drums", True, 16)
    assert piano.notes == (
        Note(0, 480, 60, 80), Note(480, 480, 62, 80), Note(600, 120, 60, 70),
    )  # fmt: skip


def test_bars_are_where_downbeats_are(tmp_path: Path) -> None:
    downbeat = np.zeros(STEPS, bool)
    downbeat[24 :: 3 * RES] = True  # after an upbeat of one beat
    score = read_pianoroll(
        write_roll(tmp_path / "a.npz", [(33, False, "", roll((24, 48, 40, 64)))], downbeat=downbeat)
    )
    assert (score.beats_per_bar, score.tempo_bpm) == (3, 120)
    assert score.tracks[0].notes[0].start == 3 * 480


def test_a_roll_of_truth_values_is_heard(tmp_path: Path) -> None:
    path = write_roll(tmp_path / "a.npz", [(0, False, "Piano", roll((0, 6, 60, 1)) > 0)])
    assert read_pianoroll(path).tracks[0].notes == (Note(0, 120, 60, 1),)


def test_midi_is_read_by_its_ending(tmp_path: Path) -> None:
    made = Score((TrackNotes("Piano", 0, False, (Note(0, 480, 60, 80),)),), 120.0, 1)
    write_midi(made, tmp_path / "a.mid")
    assert read_score(tmp_path / "a.mid").tracks[0].notes == made.tracks[0].notes
    assert not is_pianoroll(tmp_path / "a.mid")


def broken(path: Path, kind: str) -> None:
    good = write_roll(path, [(0, False, "Piano", roll((0, 6, 60, 90)))])
    with np.load(good) as file:
        arrays = {name: file[name] for name in file.files if name.startswith("pianoroll")}
    facts: Any = {"resolution": RES, "0": {"program": 0, "is_drum": False, "name": "Piano"}}
    match kind:
        case "program":
            facts["0"]["program"] = 200
        case "resolution":
            facts["resolution"] = 0
        case "list":
            facts = []
        case "indptr":
            arrays["pianoroll_0_csc_indptr"] = np.full(129, 10**9)
        case "indices":
            arrays["pianoroll_0_csc_indices"] = arrays["pianoroll_0_csc_indices"] + 10**8
        case "missing":
            del arrays["pianoroll_0_csc_data"]
        case "tempo":
            arrays["tempo"] = np.array(["fast"] * STEPS)
    np.savez(path, **arrays)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("info.json", json.dumps(facts))


@pytest.mark.parametrize(
    "kind", ["program", "resolution", "list", "indptr", "indices", "missing", "tempo"]
)
def test_broken_rolls_are_named(tmp_path: Path, kind: str) -> None:
    broken(tmp_path / "a.npz", kind)
    with pytest.raises(InputError, match="cannot be read as a piano roll"):
        read_pianoroll(tmp_path / "a.npz")


def test_claims_are_held_against_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_roll(tmp_path / "a.npz", [(0, False, "Piano", roll((0, 380, 60, 90)))])
    monkeypatch.setenv("MUSIVID_MAX_ARRAY_MB", "0.001")
    with pytest.raises(InputError, match="claims"):
        read_pianoroll(path)
