"""Folders of MIDI as BMT data: kept results, what is dropped and why, arrays as published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from musivid.core.errors import InputError
from musivid.score.bmt.arrays import read_arrays, write_arrays
from musivid.score.bmt.dataset import Clip, Song, emotion_of, prepare
from musivid.score.bmt.tokens import decode, encode, to_tokens
from musivid.score.bmt.vocabulary import PUBLISHED_VOCABULARY
from musivid.score.midi import write_midi
from musivid.score.notes import Note, Score, TrackNotes

GRID = 120


def song(count: int = 12, bpm: float = 110.0, step: int = 4, **facts: int) -> Score:
    notes = tuple(Note(i * step * GRID, step * GRID, 60 + i % 5, 80) for i in range(count))
    return Score((TrackNotes("piano", 0, False, notes),), bpm, count * step // 16 + 1, **facts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    music = tmp_path / "music"
    (music / "deep").mkdir(parents=True)
    write_midi(song(), music / "Q3_a.mid")
    write_midi(song(20), music / "deep" / "Q1_b.midi")
    write_midi(song(8), music / "plain.mid")
    return music


def prepared(folder: Path, tmp_path: Path) -> dict[str, Song]:
    """All songs of a folder by name."""
    return {p.name: prepare(p, cache=tmp_path / "cache") for p in sorted(folder.rglob("*.mid*"))}


def test_a_file_becomes_tokens(folder: Any, tmp_path: Path) -> None:
    found = prepared(folder, tmp_path)
    assert {name: s.emotion for name, s in found.items()} == {
        "Q3_a.mid": 3, "Q1_b.midi": 1, "plain.mid": 0}  # fmt: skip
    tokens = to_tokens(found["Q3_a.mid"].events, PUBLISHED_VOCABULARY)
    assert np.array_equal(tokens, encode(song(), emotion=3))


def test_folders_say_the_mood_too() -> None:
    assert emotion_of(Path("songs/sad/a.mid")) == 3
    assert emotion_of(Path("songs/Q2/a.mid")) == 2
    assert emotion_of(Path("songs/sad/Q4_a.mid")) == 4
    assert emotion_of(Path("songs/Q9_a.mid")) == 0


def test_what_is_known_is_not_made_again(folder: Path, tmp_path: Path) -> None:
    first, second = prepared(folder, tmp_path), prepared(folder, tmp_path)
    assert [sum(s.cached for s in found.values()) for found in (first, second)] == [0, 3]
    assert [s.events for s in first.values()] == [s.events for s in second.values()]
    write_midi(song(9), folder / "plain.mid")  # the same name, other music
    third = prepared(folder, tmp_path)
    assert sum(s.cached for s in third.values()) == 2
    assert sum(e.type == "Note" for e in third["plain.mid"].events) == 9


def test_a_damaged_cache_is_made_again(folder: Path, tmp_path: Path) -> None:
    prepared(folder, tmp_path)
    for path in (tmp_path / "cache").iterdir():
        path.write_text("{")
    assert not any(s.cached for s in prepared(folder, tmp_path).values())


def test_what_cannot_be_used_is_told_with_the_reason(folder: Path, tmp_path: Path) -> None:
    (folder / "broken.mid").write_bytes(b"MThd nothing")
    write_midi(song(beats_per_bar=3), folder / "waltz.mid")
    write_midi(Score((), 100.0, 2), folder / "silence.mid")
    reasons = {name: s.dropped for name, s in prepared(folder, tmp_path).items() if s.dropped}
    assert len(reasons) == 3
    assert reasons["broken.mid"].startswith("cannot be read as MIDI")
    assert "3/4" in reasons["waltz.mid"]
    assert "no notes" in reasons["silence.mid"]


@pytest.mark.slow
def test_a_recording_says_where_the_beats_are(folder: Any, tmp_path: Path) -> None:
    """Clicks at 100 bpm; the MIDI was written down at 120."""
    rate, period = 22050, 0.6
    sound = np.zeros(int(rate * period * 40), np.float32)
    for beat in range(40):
        start = int(beat * period * rate)
        strength = 0.9 if beat % 4 == 0 else 0.4
        sound[start : start + 400] += strength * np.hanning(400) * np.sin(np.arange(400) * 0.5)
    soundfile.write(folder / "Q3_a.wav", sound, rate)
    ticks = round(period * 120 / 60 * 480)
    notes = tuple(Note(i * ticks, ticks // 2, 60, 80) for i in range(32))
    write_midi(Score((TrackNotes("piano", 0, False, notes),), 120.0, 24), folder / "Q3_a.mid")
    events = prepare(folder / "Q3_a.mid", cache=tmp_path / "cache").events
    found = decode(to_tokens(events, PUBLISHED_VOCABULARY))
    starts = np.array([note.start for note in found.tracks[0].notes])
    assert (np.diff(starts) == 480).mean() > 0.9
    tempi = [found.tempo_bpm, *(t.bpm for t in found.tempo_changes)]
    assert np.median(tempi) == pytest.approx(101, abs=3)  # bins are 3 bpm wide


def clips() -> list[Clip]:
    long = Clip("Q2_long.x", np.concatenate([np.full((1500, 11), 9), np.zeros((1, 11), int)]))
    first, second = encode(song(), emotion=1), encode(song(30), emotion=4)
    return [Clip("Q1_a", first, 1), Clip("Q4_b", second, 4), long]


def test_arrays_have_the_published_layout(tmp_path: Path) -> None:
    paths = write_arrays(tmp_path, clips())
    assert [path.name for path in paths] == [
        "bmt_data_linear.npz", "bmt_fn2idx_map.json", "bmt_data_idx.npz"]  # fmt: skip
    with np.load(paths[0]) as arrays:
        x, y, mask = arrays["x"], arrays["y"], arrays["mask"]
        sizes = arrays["seq_len"]
        assert x.shape == y.shape == (3, 1024, 11)
        assert mask.dtype == np.float64
        assert sizes.tolist() == [1021, len(clips()[1].tokens) - 1, len(clips()[0].tokens) - 1]
        assert mask.sum(1).tolist() == sizes.tolist()
        assert arrays["num_groups"].tolist() == [2, 1, 1]
        assert np.array_equal(x[1, 1 : sizes[1]], y[1, : sizes[1] - 1])
        assert not x[1, sizes[1] :].any()
        assert not x[0, sizes[0] :].any() and not y[0, sizes[0] :].any(), "cut, and yet ended"
    assert json.loads(paths[1].read_text())["idx2fn"] == {"0": "Q2_long", "1": "Q4_b", "2": "Q1_a"}
    with np.load(paths[2]) as rows:
        assert {k: rows[k].tolist() for k in rows} == {
            "cls_1_idx": [2], "cls_2_idx": [], "cls_3_idx": [], "cls_4_idx": [1]}  # fmt: skip


def test_arrays_come_back(tmp_path: Path) -> None:
    paths = write_arrays(tmp_path, clips()[:2])
    found = read_arrays(paths[0])
    assert [(clip.name, clip.emotion) for clip in found] == [("Q4_b", 4), ("Q1_a", 1)]
    assert np.array_equal(found[1].tokens, clips()[0].tokens)
    paths[1].unlink()
    assert [clip.name for clip in read_arrays(paths[0])] == ["0", "1"]


def test_other_arrays_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a_data_linear.npz"
    flat = np.zeros((1, 2, 3), int)
    for arrays in ({"x": np.zeros(3)}, {"x": flat, "y": flat, "seq_len": np.ones(1, int)}):
        np.savez(path, **arrays)
        with pytest.raises(InputError, match="BMT data"):
            read_arrays(path)
    np.savez(path, x=np.array([{}], object))
    with pytest.raises(InputError, match="cannot be read as BMT data"):
        read_arrays(path)
    path.write_bytes(b"PK damaged")
    with pytest.raises(InputError, match="cannot be read as BMT data"):
        read_arrays(path)
