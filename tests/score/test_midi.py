from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import miditoolkit
import pytest
from miditoolkit.midi import containers

from musivid.analysis.tonality import MODES, Key
from musivid.core.errors import InputError
from musivid.pocket.songs import GENRES, compose, draw_facts
from musivid.score.midi import read_midi, write_midi
from musivid.score.notes import Note, Score, Section, TempoChange, TrackNotes

NOTES = (Note(0, 240, 60, 90), Note(240, 240, 64, 1), Note(480, 1000, 67, 127))


def back(score: Score, folder: Path) -> Score:
    write_midi(score, folder / "a.mid")
    return read_midi(folder / "a.mid")


@pytest.mark.parametrize("genre", GENRES)
def test_songs_come_back_as_they_were(genre: str, tmp_path: Path) -> None:
    score, _ = compose(5, draw_facts(5, genre=genre), bars=9)
    again = back(score, tmp_path)
    heard = tuple(track for track in score.tracks if track.notes)
    for before, after in zip(heard, again.tracks, strict=True):
        assert after.pan == pytest.approx(before.pan, abs=0.011)
        assert replace(after, pan=before.pan) == before
    assert replace(again, tracks=heard) == replace(score, tracks=heard)


@pytest.mark.parametrize("mode", MODES)
def test_every_key_comes_back(mode: str, tmp_path: Path) -> None:
    for tonic in range(12):
        score = Score((TrackNotes("Piano", 0, notes=NOTES),), 100.0, 1, key=Key(tonic, mode))
        assert back(score, tmp_path).key == Key(tonic, mode)


@pytest.mark.parametrize("name", ["大正琴", "Flügel à queue", "фортепиано", "🎹 lead", "Ã©"])
def test_names_in_any_writing_come_back(name: str, tmp_path: Path) -> None:
    track = TrackNotes(name, 0, notes=NOTES)
    score = Score((track,), 100.0, 4, sections=(Section(name, 0, 2), Section("end of it", 2, 2)))
    again = back(score, tmp_path)
    assert again.tracks[0].name == name
    assert [section.name for section in again.sections] == [name, "end of it"]


def test_names_in_latin_1_are_read_and_half_characters_do_no_harm(tmp_path: Path) -> None:
    write_midi(Score((TrackNotes("Fl__gel", 0, notes=NOTES),), 100.0, 1), tmp_path / "a.mid")
    data = (tmp_path / "a.mid").read_bytes()
    (tmp_path / "b.mid").write_bytes(data.replace(b"Fl__gel", b"Fl\xfc\xe0gel"))
    assert read_midi(tmp_path / "b.mid").tracks[0].name == "Flüàgel"
    assert (
        "?"
        in back(Score((TrackNotes("a\ud800", 0, notes=NOTES),), 100.0, 1), tmp_path).tracks[0].name
    )


def test_six_eight_is_written_and_read_as_such(tmp_path: Path) -> None:
    score = Score(
        (TrackNotes("Piano", 4, False, NOTES),), 120.0, 2, beats_per_bar=6, beat_unit=8,
        sections=(Section("verse", 1, 1),),
    )  # fmt: skip
    write_midi(score, tmp_path / "a.mid")
    file = miditoolkit.MidiFile(str(tmp_path / "a.mid"))
    signature = file.time_signature_changes[0]
    assert (signature.numerator, signature.denominator) == (6, 8)
    assert [mark.time for mark in file.markers if mark.text == "verse"] == [1440]
    found = read_midi(tmp_path / "a.mid")
    assert (found.beats_per_bar, found.beat_unit, found.ticks_per_bar) == (6, 8, 1440)
    assert found.tempo_bpm == pytest.approx(120) and found.bars == 2


def test_other_programs_see_tempo_signature_and_key(tmp_path: Path) -> None:
    score = Score(
        (TrackNotes("Drums", 0, True, NOTES), TrackNotes("Piano", 4, False, NOTES)),
        93.0,
        2,
        beats_per_bar=3,
        key=Key(1, "minor"),
        tempo_changes=(TempoChange(1440, 99.0),),
    )
    write_midi(score, tmp_path / "a.mid")
    file = miditoolkit.MidiFile(str(tmp_path / "a.mid"))
    assert [(round(t.tempo, 2), t.time) for t in file.tempo_changes] == [(93.0, 0), (99.0, 1440)]
    signature = file.time_signature_changes[0]
    assert (signature.numerator, signature.denominator) == (3, 4)
    assert file.key_signature_changes[0].key_name == "C#m"
    assert [(i.program, i.is_drum) for i in file.instruments] == [(0, True), (4, False)]


def test_a_mode_is_signed_with_the_accidentals_that_it_has(tmp_path: Path) -> None:
    score = Score((TrackNotes("Piano", 0, notes=NOTES),), 100.0, 1, key=Key(2, "dorian"))
    write_midi(score, tmp_path / "a.mid")
    file = miditoolkit.MidiFile(str(tmp_path / "a.mid"))
    assert file.key_signature_changes[0].key_name == "C"


def test_an_empty_last_bar_is_kept(tmp_path: Path) -> None:
    score = Score((TrackNotes("Piano", 0, notes=NOTES),), 100.0, bars=5)
    assert back(score, tmp_path).bars == 5


def test_a_bare_file_is_in_four_four_at_120(tmp_path: Path) -> None:
    file = miditoolkit.MidiFile(ticks_per_beat=96)
    instrument = containers.Instrument(24, name="Guitar")
    instrument.notes = [containers.Note(80, 60, 0, 96), containers.Note(80, 60, 48, 500)]
    file.instruments = [instrument]
    file.dump(str(tmp_path / "a.mid"))
    score = read_midi(tmp_path / "a.mid")
    assert (score.tempo_bpm, score.beats_per_bar, score.ticks_per_beat) == (120.0, 4, 96)
    assert score.bars == 2
    notes = score.tracks[0].notes
    assert all(a.end <= b.start for a, b in itertools.pairwise(notes))


@pytest.mark.parametrize("data", [b"", b"MThd", b"hello, world", b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk"])
def test_what_is_no_midi_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"a\.mid"):
        read_midi(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.mid"):
        read_midi(tmp_path / "none.mid")


@pytest.mark.parametrize("ticks", [1, 480])
def test_time_may_be_counted_in_any_ticks_but_none(ticks: int, tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    one = b"\0\x90\x3c\x50\x02\x80\x3c\0\0\xff\x2f\0"
    data = b"MThd\0\0\0\6\0\1\0\1" + ticks.to_bytes(2, "big") + b"MTrk\0\0\0\x0c" + one
    path.write_bytes(data)
    score = read_midi(path)
    assert score.ticks_per_beat == ticks
    assert [(n.pitch, n.duration) for n in score.tracks[0].notes] == [(60, 2)]
    path.write_bytes(data.replace(ticks.to_bytes(2, "big") + b"MTrk", b"\0\0MTrk"))
    with pytest.raises(InputError, match="0 ticks a beat"):
        read_midi(path)


@pytest.mark.parametrize("text", ["C major", "key H major", "key C blues", "C"])
def test_other_markers_are_no_keys(text: str, tmp_path: Path) -> None:
    file = miditoolkit.MidiFile()
    file.markers = [containers.Marker(text, 0)]
    file.key_signature_changes = [containers.KeySignature("Am", 0)]
    file.dump(str(tmp_path / "a.mid"))
    assert read_midi(tmp_path / "a.mid").key == Key(9, "minor")
