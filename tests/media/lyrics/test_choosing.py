"""A song's lyrics are found in a folder by name, format and language."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from musivid.media.lyrics.choosing import lyrics_for
from musivid.media.lyrics.formats import suffixes_beside_songs

TIMED = {
    ".lrc": "[00:01.00]la\n",
    ".srt": "1\n00:00:01,000 --> 00:00:02,000\nla\n",
    ".vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\nla\n",
    ".csv": "0:01,la\n",
    ".txt": "0:01 la\n",
    ".json": '[{"start_s": 1, "text": "la"}]',
}


def folder(tmp_path: Path, *names: str) -> Path:
    for name in names:
        (tmp_path / name).write_text(TIMED.get(Path(name).suffix.lower(), ""))
    return tmp_path


@pytest.mark.parametrize(
    ("song", "names", "taken"),
    [
        ("a.mp3", ["a.mp3", "a.jpg", "a.cue", "a.srt", "b.lrc"], ["a.srt"]),
        ("Song.mp3", ["Song.en.vtt"], ["Song.en.vtt"]),
        ("Song.mp3", ["song.LRC"], ["song.LRC"]),
        ("SONG.MP3", ["song.lrc"], ["song.lrc"]),
        ("song.mp3", ["song.mp3.lrc"], ["song.mp3.lrc"]),
        ("song.mp3", ["song.pt-BR.vtt", "song.zh-Hans.vtt"],
         ["song.pt-BR.vtt", "song.zh-Hans.vtt"]),
        ("song.mp3", ["song.de.vtt", "song.en-orig.vtt", "song.en.vtt"],
         ["song.en-orig.vtt", "song.de.vtt", "song.en.vtt"]),
        ("song.mp3", ["song.en.lrc", "song.srt"], ["song.srt", "song.en.lrc"]),
        ("song.mp3", ["song.lyrics.txt"], ["song.lyrics.txt"]),
        ("song.mp3", ["song.info.json", "song.live.srt", "song2.lrc", "songs.lrc"], []),
        ("song.mp3", [".song.lrc", "._song.lrc"], []),
        ("a.b.mp3", ["a.lrc", "a.b.lrc"], ["a.b.lrc"]),
        ("Straße.mp3", ["STRASSE.lrc"], ["STRASSE.lrc"]),
    ],
)  # fmt: skip
def test_names(tmp_path: Path, song: str, names: list[str], taken: list[str]) -> None:
    folder(tmp_path, *names)
    assert [path.name for path in lyrics_for(tmp_path / song, tmp_path)] == taken


def test_forms_of_unicode_are_the_same(tmp_path: Path) -> None:
    apart = unicodedata.normalize("NFD", "Café Übermut.lrc")
    folder(tmp_path, apart)
    song = tmp_path / unicodedata.normalize("NFC", "café übermut.mp3")
    assert [path.name for path in lyrics_for(song, tmp_path)] == [apart]


def test_what_has_times_comes_before_what_has_none(tmp_path: Path) -> None:
    folder(tmp_path, "s.txt", "s.json")
    (tmp_path / "s.txt").write_text("only words\n")
    (tmp_path / "s.vtt").write_bytes(b"\0\1\2")
    assert [path.name for path in lyrics_for(tmp_path / "s.mp3", tmp_path)] == [
        "s.json", "s.vtt", "s.txt"
    ]  # fmt: skip


def test_the_song_itself_and_folders_are_none(tmp_path: Path) -> None:
    (tmp_path / "s.lrc").mkdir()
    song = tmp_path / "s.txt"
    song.write_text("0:01 la")
    assert lyrics_for(song, tmp_path) == []


def test_lyrics_beside_a_song_end_as_lyrics_do(tmp_path: Path) -> None:
    folder(tmp_path, "s.json", "s.txt")
    found = lyrics_for(tmp_path / "s.mp3", tmp_path, suffixes_beside_songs())
    assert found == []
    folder(tmp_path, "s.lrc")
    found = lyrics_for(tmp_path / "s.mp3", tmp_path, suffixes_beside_songs())
    assert [path.name for path in found] == ["s.lrc"]
