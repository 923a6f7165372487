"""MIDI as people have it: impossible events are passed over, notes get their ends, upbeats bars."""

from __future__ import annotations

from pathlib import Path

import mido
import pytest

from musivid.core.errors import InputError
from musivid.core.progress import Silent
from musivid.score.midi import read_midi
from musivid.score.midi_mending import mend
from musivid.score.notes import Score

BEAT = 480


class Notes(Silent):
    """Keeps what is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def note(self, text: str) -> None:
        self.told.append(text)


def saved(path: Path, *events: mido.Message | mido.MetaMessage) -> Path:
    file = mido.MidiFile(ticks_per_beat=BEAT)
    file.tracks.append(mido.MidiTrack(events))
    file.save(str(path))
    return path


def read(path: Path) -> tuple[Score, str]:
    reporter = Notes()
    return read_midi(path, reporter), " ".join(reporter.told)


def on(pitch: int, time: int = 0, channel: int = 0) -> mido.Message:
    return mido.Message("note_on", note=pitch, velocity=90, time=time, channel=channel)


def off(pitch: int, time: int = 0, channel: int = 0) -> mido.Message:
    return mido.Message("note_off", note=pitch, time=time, channel=channel)


@pytest.mark.parametrize(
    ("good", "bad", "word"),
    [
        (b"\xff\x59\x02\x00\x00", b"\xff\x59\x02\x0b\x00", "key signatures"),
        (b"\xff\x59\x02\x00\x00", b"\xff\x59\x02\x00\x05", "key signatures"),
        (b"\xff\x51\x03\x07\xa1\x20", b"\xff\x51\x03\x00\x00\x00", "tempi"),
        (b"\xff\x58\x04\x04\x02", b"\xff\x58\x04\x00\x02", "time signatures"),
    ],
)
def test_what_cannot_be_is_passed_over_with_a_note(
    tmp_path: Path, good: bytes, bad: bytes, word: str
) -> None:
    path = saved(
        tmp_path / "a.mid",
        mido.MetaMessage("key_signature", key="C"),
        mido.MetaMessage("set_tempo", tempo=500_000),
        mido.MetaMessage("time_signature", numerator=4, denominator=4),
        on(60),
        off(60, BEAT),
    )
    data = path.read_bytes()
    assert good in data
    path.write_bytes(data.replace(good, bad))
    score, told = read(path)
    assert (score.tempo_bpm, score.beats_per_bar, score.key is None) == (120, 4, "key" in word)
    assert [note.pitch for note in score.tracks[0].notes] == [60]
    assert f"impossible {word} ignored: 1" in told and "a.mid" in told


@pytest.mark.parametrize("channel", [0, 1, 15])
def test_what_follows_notes_of_any_channel_is_looked_at(tmp_path: Path, channel: int) -> None:
    tempo = mido.MetaMessage("set_tempo", tempo=400_000)
    path = saved(tmp_path / "a.mid", on(60, 0, channel), off(60, BEAT, channel), tempo)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"\xff\x51\x03\x06\x1a\x80", b"\xff\x51\x03\x00\x00\x00"))
    score, told = read(path)
    assert score.tempo_bpm == 120 and "impossible tempi ignored: 1" in told


def test_drums_need_no_length(tmp_path: Path) -> None:
    zero = [e for _ in range(4) for e in (on(36, BEAT, 9), off(36, 0, 9))]
    never = [on(36, BEAT, 9) for _ in range(4)]
    found = [read(saved(tmp_path / "d.mid", *events)) for events in (zero, never)]
    for score, told in found:
        notes = score.tracks[0].notes
        assert score.tracks[0].is_drum and [note.start // BEAT for note in notes] == [1, 2, 3, 4]
        assert all(0 < note.duration <= BEAT for note in notes) and "d.mid: " in told


def test_a_note_without_end_sounds_until_the_next_or_the_end(tmp_path: Path) -> None:
    score, told = read(
        saved(tmp_path / "h.mid", on(60), on(60, BEAT), off(60, BEAT // 2), on(67), on(64, 0),
              off(64, 2 * BEAT))
    )  # fmt: skip
    spans = {(n.pitch, n.start, n.end) for n in score.tracks[0].notes}
    last = BEAT * 7 // 2
    half = BEAT * 3 // 2
    assert spans == {(60, 0, BEAT), (60, BEAT, half), (67, half, last), (64, half, last)}
    assert "without end" in told


def test_sound_files_stay_as_they_are(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.mid", on(60), off(60, 9), on(60, 0), off(60, BEAT), on(36, 0, 9),
                 off(36, 1, 9))  # fmt: skip
    mended = mend(path.read_bytes())
    assert (mended.data, mended.notes) == (path.read_bytes(), ())


def test_an_upbeat_is_the_end_of_a_whole_bar(tmp_path: Path) -> None:
    score, told = read(
        saved(
            tmp_path / "u.mid",
            mido.MetaMessage("time_signature", numerator=1, denominator=4),
            on(60),
            off(60, BEAT),
            mido.MetaMessage("time_signature", numerator=3, denominator=4),
            on(65, 0),
            off(65, 3 * BEAT),
        )
    )
    assert score.beats_per_bar == 3 and "upbeat" in told
    assert [(n.pitch, n.start) for n in score.tracks[0].notes] == [(60, 2 * BEAT), (65, 3 * BEAT)]


def test_no_bytes_bring_it_down(tmp_path: Path) -> None:
    import random

    path = saved(
        tmp_path / "a.mid",
        mido.MetaMessage("key_signature", key="C"),
        mido.MetaMessage("time_signature", numerator=4, denominator=4),
        *(e for k in range(20) for e in (on(50 + k), off(50 + k, 99))),
    )
    data, lots = path.read_bytes(), random.Random(0)
    for _ in range(150):
        broken = bytearray(data)
        for _ in range(3):
            broken[lots.randrange(14, len(broken))] = lots.randrange(256)
        path.write_bytes(broken)
        try:
            read_midi(path)
        except InputError as error:
            assert "a.mid" in error.problem
