"""Lyrics among the notes of MIDI: as Soft Karaoke writes them, and as lyric events."""

from __future__ import annotations

import io
from pathlib import Path

import mido
import pytest
from lyrics_reading import faults, read

from musivid.core.errors import UsageError
from musivid.media.lyrics.choosing import lyrics_for

KAR = ("@KMIDI KARAOKE FILE", "@Ttitle", "\\Gol", "den ", "sun", "/is ", "up", "\\la")
EVENTS = ("Gol", "den ", "sun\r", "is ", "up\r\n", "la")


def _midi(texts: tuple[str, ...], kind: str = "text", charset: str = "latin-1") -> bytes:
    """A syllable a beat, the first two beats at twice the tempo of the others."""
    file = mido.MidiFile(charset=charset)
    tempi, words = mido.MidiTrack(), mido.MidiTrack()
    file.tracks += [tempi, words]
    tempi.append(mido.MetaMessage("set_tempo", tempo=250_000))
    tempi.append(mido.MetaMessage("set_tempo", tempo=500_000, time=960))
    for text in texts:
        time = 0 if text.startswith("@") else 480
        words.append(mido.MetaMessage(kind, text=text, time=time))
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


@pytest.mark.parametrize(("texts", "kind"), [(KAR, "text"), (EVENTS, "lyrics")])
def test_syllables_are_lines_in_time_with_the_tempo(texts: tuple[str, ...], kind: str) -> None:
    lyrics = read(_midi(texts, kind), "song.kar")
    assert lyrics.format == "kar" and lyrics.warnings == []
    said = [(cue.start_s, cue.text) for cue in lyrics.cues]
    assert said == [(0.25, "Golden sun"), (1.5, "is up"), (2.5, "la")]
    assert lyrics.cues[0].words == ((0.25, "Golden"), (1.0, "sun"))


@pytest.mark.parametrize(
    ("charset", "title"), [("utf-8", ""), ("cp1251", "Windows-1251"), ("latin-1", "")]
)
def test_letters_are_told_from_the_bytes(charset: str, title: str) -> None:
    texts = ("\\Déjà", "/vu") if charset == "latin-1" else ("\\Доброе ", "утро", "/ночь")
    lyrics = read(_midi(texts, charset=charset))
    first = "Déjà" if charset == "latin-1" else "Доброе утро"
    assert lyrics.cues[0].text == first
    assert [title in warning for warning in lyrics.warnings] == [True] * bool(title)


def test_a_named_encoding_is_taken() -> None:
    data = _midi(("\\no", "чь"), charset="koi8_r")
    lyrics = read(data, encoding="koi8_r")
    assert [cue.text for cue in lyrics.cues] == ["noчь"] and lyrics.warnings == []
    assert read(data, encoding="cp1251").cues[0].text != "noчь"
    with pytest.raises(UsageError, match="there is no encoding"):
        read(data, encoding="klingon")


def test_midi_without_words_or_damaged_is_told() -> None:
    assert "no timed lines" in faults(_midi(("@Ttitle",)))
    assert "damaged MIDI" in faults(_midi(KAR)[:-9])
    assert "0.5 MB are read" in faults(b"MThd" + bytes(1_000_001))
    assert "damaged MIDI" in faults("Ёлка".encode("cp1251"), "song.kar")


def test_a_karaoke_file_beside_a_song_is_its_lyrics(tmp_path: Path) -> None:
    for name in ("song.mp3", "song.mid", "song.jpg"):
        (tmp_path / name).write_bytes(_midi(KAR))
    (tmp_path / "song.kar").write_bytes(_midi(KAR))
    (tmp_path / "song.txt").write_text("plain words")
    assert lyrics_for(tmp_path / "song.mp3", tmp_path)[0].name == "song.kar"
