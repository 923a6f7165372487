"""Where the songs of a file begin: only where it is sure."""

from __future__ import annotations

from pathlib import Path

import pytest
from odd_songs import packets_of, tone, write_sound

from musivid.media import links as module
from musivid.media.audio import load_track
from musivid.media.links import links


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return write_sound(tmp_path / "song.oga", tone(0.5), codec="flac")


def test_one_song_is_one(tmp_path: Path, song: Path) -> None:
    flac = write_sound(tmp_path / "song.flac", tone(0.5))
    for path in (song, flac, write_sound(tmp_path / "song.wav", tone(0.5))):
        assert links(path) == ((0, path.stat().st_size),)


def test_several_songs_fill_the_file(
    tmp_path: Path, song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many, size = tmp_path / "many.oga", song.stat().st_size
    many.write_bytes(b"ID3\3\0\0\0\0\0\3tag" + packets_of(song, song, song))
    monkeypatch.setattr(module, "_BLOCK", 64)  # borders of blocks lie within what is looked for
    assert links(many) == (
        (0, 13 + size),
        (13 + size, 13 + 2 * size),
        (13 + 2 * size, 13 + 3 * size),
    )
    assert load_track(many).duration_s == 1.5


def test_streams_beside_one_another_and_other_kinds_are_left_whole(
    tmp_path: Path, song: Path
) -> None:
    data, path = song.read_bytes(), tmp_path / "other.oga"
    page = data[: data.index(b"OggS", 4)]
    odd = (page + data, data + page.replace(b"\x7fFLAC", b"\x80theo"), data + page[:27])
    for whole in (*odd, (page + b"x") * module._MOST):
        path.write_bytes(whole)
        assert links(path) == ((0, len(whole)),)


def test_what_holds_flac_is_no_chain_of_it(tmp_path: Path) -> None:
    flac = write_sound(tmp_path / "song.flac", tone(0.5)).read_bytes()
    path = tmp_path / "two.mka"
    path.write_bytes(b"\x1a\x45\xdf\xa3" + flac * 2)
    assert len(links(path)) == 1
