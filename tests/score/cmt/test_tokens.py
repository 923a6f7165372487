"""Tokens of CMT: the published grammar and columns, round trips, and data sets as published."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musivid.core.errors import InputError
from musivid.score.cmt.arrays import Song, from_disk, read_npz, to_disk, write_npz
from musivid.score.cmt.tokens import BAR, INSTRUMENTS, PROGRAMS, PUBLISHED_PROGRAMS, decode, encode
from musivid.score.midi import read_midi, write_midi
from musivid.score.notes import Note, Score, Section, TempoChange, TrackNotes, without_overlaps

TICK = 120


def track(name: str, *notes: tuple[int, int, int]) -> TrackNotes:
    """A track of notes (tick of 16ths, length in them, pitch)."""
    played = without_overlaps(Note(s * TICK, d * TICK, p, 80) for s, d, p in notes)
    return TrackNotes(name, PROGRAMS[name], name == "Drums", played)


NOTES = st.lists(
    st.tuples(st.integers(0, 70), st.integers(1, 16), st.integers(0, 127)), max_size=25
)
SCORES = st.lists(NOTES, min_size=5, max_size=5).filter(any).map(
    lambda lists: Score(
        tuple(track(n, *notes) for n, notes in zip(INSTRUMENTS[1:], lists, strict=True) if notes),
        tempo_bpm=100.0,
        bars=6,
    )
)  # fmt: skip


def notes_of(score: Score) -> dict[str, list[tuple[int, int, int]]]:
    return {t.name: [(n.start, n.duration, n.pitch) for n in t.notes] for t in score.tracks}


@given(SCORES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_notes_on_the_grid_come_back(score: Any) -> None:
    rows = encode(score)
    found = decode(rows, tempo_bpm=100.0)
    assert notes_of(found) == notes_of(score)
    assert found.bars == score.bars
    assert np.array_equal(encode(found), rows)


@given(SCORES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_tokens_keep_the_grammar(score: Any) -> None:
    rows = encode(score)
    limits = [18, 3, 18, 129, 18, 6, 20, 102]
    assert (rows >= 0).all()
    assert (rows[:, :8].max(0) < limits).all()
    assert not rows[-1].any()
    assert (rows[:-1, 1] > 0).all()
    assert (np.diff(rows[:-1, 8]) >= 0).all()
    assert (np.diff(rows[:-1, 7]) >= 0).all()
    assert rows[:-1, 7].min() == 1
    beats = (rows[:, 1] == 1) & (rows[:, 0] < 17)
    groups = np.cumsum(rows[:, 1] == 1)
    for index in np.flatnonzero(beats):
        assert rows[index, 6] == np.sum((groups == groups[index]) & (rows[:, 1] == 2))
    assert np.sum(rows[:, 0] == 17) == score.bars


def test_density_counts_down_as_in_the_published_tokens() -> None:
    score = Score((track("Piano", (0, 4, 60), (0, 4, 64), (3, 1, 62)), track("Bass", (3, 2, 40))),
                  100.0, 2)  # fmt: skip
    assert encode(score)[:, :7].tolist() == [
        [17, 1, 3, 0, 0, 0, 0],
        [1, 1, 2, 0, 0, 2, 2],
        [0, 2, 0, 61, 5, 2, 0],
        [0, 2, 0, 65, 5, 2, 0],
        [4, 1, 1, 0, 0, 2, 1],
        [0, 2, 0, 63, 2, 2, 0],
        [4, 1, 1, 0, 0, 4, 1],
        [0, 2, 0, 41, 3, 4, 0],
        [17, 1, 1, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
    ]


def test_progress_runs_from_1_to_101() -> None:
    score = Score((track("Piano", *((i, 1, 60) for i in range(32))),), 100.0, 2)
    rows = encode(score)
    assert rows[:-1, 7].tolist() == [int(i / 32 * 100) + 1 for i in rows[:-1, 8]]
    # As published, a piece that ends on a bar line has one more bar, at the very end.
    published = encode(score, published=True)
    assert published[-2].tolist() == [17, 1, 1, 0, 0, 0, 0, 101, 32]


def test_published_leaves_out_tracks_of_few_notes_and_keeps_the_order_of_tracks() -> None:
    many = [(i, 1, 60) for i in range(21)]
    score = Score((track("Strings", *many), track("Drums", *many), track("Piano", *many[:20])),
                  100.0, 2)  # fmt: skip
    assert encode(score, published=True)[1:5, 5].tolist() == [5, 5, 1, 1]
    assert encode(score)[1:7, 5].tolist() == [1, 1, 2, 2, 5, 5]


def test_durations_are_held_for_a_bar_at_most_and_may_be_none() -> None:
    score = Score(
        (TrackNotes("Piano", 0, False, (Note(0, 20 * TICK, 60, 90), Note(130, 20, 62, 90))),),
        100.0, 2,
    )  # fmt: skip
    rows = encode(score)
    assert rows[rows[:, 1] == 2, 4].tolist() == [17, 1]
    assert np.array_equal(encode(decode(rows, tempo_bpm=90)), rows)


def test_tracks_are_told_by_name_then_program() -> None:
    def one(name: str, program: int, drums: bool = False) -> np.ndarray:
        return encode(Score((TrackNotes(name, program, drums, (Note(0, 9, 40, 9),)),), 90.0, 1))

    assert one("bass", 0)[1, 5] == 4
    assert [one("x", p)[1, 5] for p in (5, 25, 33, 48, 73)] == [2, 3, 4, 5, 5]
    assert one("x", 48, drums=True)[1, 5] == 1


def test_other_metres_and_empty_pieces_are_refused() -> None:
    waltz = replace(Score((track("Piano", (0, 1, 60)),), 90.0, 1), beats_per_bar=3)
    with pytest.raises(InputError, match="3/4"):
        encode(waltz)
    assert len(encode(replace(waltz, tracks=(track("Piano", *((i, 1, 60) for i in range(21))),)),
                      published=True)) > 40  # fmt: skip
    with pytest.raises(InputError, match="no notes"):
        encode(Score((), 90.0, 1))


def test_broken_tokens_are_left_out_of_the_score() -> None:
    rows = np.array([
        [0, 2, 0, 61, 3, 2, 0, 1, 0],  # before any bar
        [17, 1, 2, 0, 0, 0, 0, 1, 0],
        [17, 2, 0, 0, 3, 2, 0, 1, 0],  # a note that claims to be a bar, without pitch
        [3, 1, 1, 0, 0, 2, 1, 1, 2],
        [0, 2, 0, 61, 3, 0, 0, 1, 2],
        [0, 2, 0, 65, 3, 2, 0, 1, 2],
    ])  # fmt: skip
    score = decode(rows, tempo_bpm=90)
    assert [(n.start, n.pitch) for n in score.track("Piano").notes] == [(0, 60), (2 * TICK, 64)]
    assert score.bars == 1


def test_midi_carries_tempo_metre_programs_and_drums(tmp_path: Path) -> None:
    score = Score((track("Drums", (0, 1, 36)), track("Guitar", (4, 4, 52))), 93.0, 1)
    written = decode(encode(score), tempo_bpm=93.0, programs=PUBLISHED_PROGRAMS, velocity=70)
    write_midi(written, tmp_path / "a.mid")
    found = read_midi(tmp_path / "a.mid")
    assert found.tempo_bpm == 93.0
    assert (found.beats_per_bar, found.beat_unit, found.bars) == (4, 4, 1)
    assert [(t.name, t.program, t.is_drum) for t in found.tracks] == [
        ("Drums", 114, True), ("Guitar", 24, False)]  # fmt: skip
    assert {n.velocity for t in found.tracks for n in t.notes} == {70}
    assert np.array_equal(encode(found), encode(score))


def test_songs_survive_tokens_and_files(tmp_path: Path) -> None:
    rows = encode(_song())
    write_midi(decode(rows, tempo_bpm=100), tmp_path / "a.mid")
    assert np.array_equal(encode(read_midi(tmp_path / "a.mid")), rows)


def _song() -> Score:
    rng = np.random.default_rng(0)
    notes = {n: [(int(rng.integers(240)), int(rng.integers(1, 17)), int(rng.integers(30, 90)))
                 for _ in range(80)] for n in INSTRUMENTS[1:]}  # fmt: skip
    return Score(tuple(track(n, *found) for n, found in notes.items()), 100.0, 16)


def songs() -> list[Song]:
    short = encode(Score((track("Piano", (0, 4, 60), (5, 1, 62)),), 90.0, 1))
    return [Song("a", encode(_song()), "rock"), Song("b", short)]


def test_disk_columns_are_the_published_ones() -> None:
    rows = songs()[1].rows
    tokens = to_disk(rows, 16)
    assert tokens[1].tolist() == [1, 1, 2, 0, 0, 2, 1, 0, 16, 0]
    assert not tokens[-1].any()
    assert np.array_equal(from_disk(tokens), rows)


@pytest.mark.parametrize("compressed", [False, True])
def test_data_sets_come_back(tmp_path: Path, compressed: bool) -> None:
    path = tmp_path / "set.npz"
    assert write_npz(path, songs()) == 2
    if compressed:
        with np.load(path, allow_pickle=True) as arrays:
            np.savez_compressed(path, **dict(arrays))
    found = read_npz(path)
    assert [(s.name, s.genre) for s in found] == [("a", "rock"), ("b", "")]
    for song, again in zip(songs(), found, strict=True):
        assert np.array_equal(song.rows, again.rows)


def test_data_sets_have_the_published_arrays(tmp_path: Path) -> None:
    path = tmp_path / "set.npz"
    write_npz(path, songs())
    with np.load(path, allow_pickle=True) as arrays:
        assert sorted(arrays) == ["decoder_mask", "metadata", "x", "y"]
        assert arrays["x"].shape == arrays["y"].shape == (2, 9999, 10)
        assert np.array_equal(arrays["x"][:, 1:], arrays["y"][:, :-1])
        assert arrays["decoder_mask"].shape == (2, 10000)
        lengths = [len(song.rows) for song in songs()]
        assert arrays["decoder_mask"].sum(1).tolist() == lengths
        assert arrays["metadata"][1] == {
            "id": "b", "de_len": lengths[1], "instruments": ["Piano"], "genre": ""}  # fmt: skip


def test_a_data_set_is_mapped_not_read(tmp_path: Path) -> None:
    write_npz(tmp_path / "set.npz", songs())
    found = read_npz(tmp_path / "set.npz")
    assert isinstance(found._tokens, np.memmap)


def test_a_song_too_long_is_left_out(tmp_path: Path) -> None:
    long = Song("long", np.repeat(songs()[0].rows, 40, 0))
    assert write_npz(tmp_path / "set.npz", [long, songs()[1]]) == 1
    assert [song.name for song in read_npz(tmp_path / "set.npz")] == ["b"]


class Hostile:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return os.system, (f"touch {self.marker}",)


def test_a_hostile_data_set_is_refused_and_not_run(tmp_path: Path) -> None:
    marker, path = tmp_path / "ran", tmp_path / "set.npz"
    tokens = np.zeros((1, 9999, 10), np.int64)
    facts = np.array([Hostile(marker)], object)
    np.savez(path, x=tokens, y=tokens, decoder_mask=tokens[..., 0], metadata=facts)
    with pytest.raises(InputError, match=r"metadata is not plain data: asks for the code"):
        read_npz(path)
    assert not marker.exists()


def test_other_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "set.npz"
    with pytest.raises(InputError, match="No such file"):
        read_npz(path)
    path.write_bytes(b"PK\x03\x04 damaged")
    with pytest.raises(InputError, match="cannot be read as a data set"):
        read_npz(path)
    np.savez(path, input=np.zeros((3, 6), np.int64))
    with pytest.raises(InputError, match=r"not a data set of CMT tokens.*x\.npy"):
        read_npz(path)
    write_npz(path, songs())
    path.write_bytes(path.read_bytes()[:100_000])
    with pytest.raises(InputError, match="cannot be read"):
        read_npz(path)


def test_arrays_that_do_not_fit_are_named(tmp_path: Path) -> None:
    path = tmp_path / "set.npz"
    tokens = np.zeros((1, 9999, 10), np.int64)
    facts = np.array([{"id": "a", "de_len": 10001}], object)
    np.savez(path, x=tokens, y=tokens, decoder_mask=tokens[..., 0], metadata=facts)
    with pytest.raises(InputError, match="metadata of 1 songs"):
        read_npz(path)


def test_an_array_that_claims_more_than_the_file_holds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.npz"
    write_npz(path, songs())
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"shape": (10**6, 9999, 10), "fortran_order": False, "descr": "<i8"}
    )
    with zipfile.ZipFile(path) as old:
        facts = old.read("metadata.npy")
    with zipfile.ZipFile(path, "w") as new:
        for name in ("x", "y"):
            new.writestr(f"{name}.npy", header.getvalue() + bytes(80))
        new.writestr("metadata.npy", facts)
    with pytest.raises(InputError, match="cannot be read"):
        read_npz(path)


def test_a_published_piece_is_as_long_as_its_file_says() -> None:
    score = Score((track("Piano", *((i % 16, 1, 60) for i in range(16)), *((i % 16, 1, 64)
                  for i in range(16))),), 100.0, 1)  # fmt: skip
    assert encode(score, published=True)[-2, 7:].tolist() == [101, 16]
    longer = replace(score, sections=(Section("verse", 3, 1),))
    rows = encode(longer, published=True)
    assert np.sum(rows[:, 0] == BAR) == 4 and rows[-2, 7:].tolist() == [101, 48]
    faster = replace(score, tempo_changes=(TempoChange(40 * TICK, 90.0),))
    rows = encode(faster, published=True)
    assert np.sum(rows[:, 0] == BAR) == 3 and rows[-2, 7:].tolist() == [81, 32]


def test_the_longest_song_comes_back_to_its_last_token(tmp_path: Path) -> None:
    rows = np.repeat(songs()[0].rows[:1], 10_000, 0)
    rows[-1] = 0
    assert write_npz(tmp_path / "set.npz", [Song("long", rows), songs()[1]]) == 2
    assert np.array_equal(read_npz(tmp_path / "set.npz")[0].rows, rows)
