from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from musivid.core.errors import InputError
from musivid.pipeline.evaluate.notes import measure_notes, measure_score, read_rows
from musivid.score.midi import read_midi, write_midi
from musivid.score.notes import Note, Score, TempoChange, TrackNotes

BAR = 4 * 480


def chords(order: str, *, bpm: float = 120.0) -> Score:
    """A bar of each chord, in eighths; letters are the roots of major triads."""
    notes = []
    for bar, name in enumerate(order):
        root = 48 + "C D EF G A B".index(name)
        notes += [
            Note(bar * BAR + 240 * k, 240, root + step, 90) for k in range(8) for step in (0, 4, 7)
        ]
    return Score((TrackNotes("Piano", 0, notes=tuple(notes)),), bpm, len(order))


def test_a_song_that_comes_back_has_more_structure(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    never = "".join(rng.choice(list("CDEFGAB"), 15))
    write_midi(chords("CFGAD" * 3), tmp_path / "again.mid")
    write_midi(chords(never), tmp_path / "never.mid")
    again, other = (
        measure_notes(read_midi(tmp_path / f"{name}.mid")) for name in ("again", "never")
    )
    strong, weak = (found["structureness_long"].value for found in (again, other))
    assert strong is not None
    assert weak is not None
    assert strong > weak
    assert again["chord_irregularity"].value == pytest.approx(5 / 13)


def test_without_structure_nothing_is_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("musivid.pipeline.evaluate.notes.render", None)
    found = measure_score(chords("CFG"), structure=False)
    assert "structureness_long" not in found
    assert found["pitch_range"].value == 14


def test_no_notes_and_endless_music_have_reasons() -> None:
    assert measure_score(Score((), 120.0, 4))["structureness_long"].reason == "no notes"
    slow = Score(chords("C").tracks, 60.0, 2, tempo_changes=(TempoChange(BAR, 0.1),))
    assert measure_score(slow)["structureness_short"].reason == "longer than 20 minutes"


def test_rows_of_a_video(tmp_path: Path) -> None:
    write_midi(chords("CF"), tmp_path / "a.mid")
    rows = np.array([[17, 9, 0, 0, 32, 1], [1, 0, 3, 0, 32, 1], [17, 9, 0, 16, 32, 50]])
    np.savez(tmp_path / "rows.npz", input=rows)
    score = read_midi(tmp_path / "a.mid")
    found = measure_notes(score, rows=tmp_path / "rows.npz", video_s=5.0, structure=False)
    assert found["control_density_error"].value == 0
    assert found["control_strength_error"].value == 0
    assert found["control_length_error_s"].value == pytest.approx(-1.0)
    assert found["control_hit_rate"].value == 1


@pytest.mark.parametrize("fault", ["missing", "text", "name", "width", "kind", "pickle", "below"])
def test_files_without_rows_are_named(tmp_path: Path, fault: str) -> None:
    path = tmp_path / "rows.npz"
    arrays = {
        "width": np.ones((3, 5), int),
        "kind": np.ones((3, 6)),
        "pickle": np.array([{}], object),
        "below": -np.ones((3, 6), int),
    }
    if fault == "text":
        path.write_text("no rows")
    elif fault == "name":
        np.savez(path, other=np.ones((3, 6), int))
    elif fault != "missing":
        np.savez(path, input=arrays[fault])
    with pytest.raises(InputError, match=r"rows\.npz"):
        read_rows(path)
