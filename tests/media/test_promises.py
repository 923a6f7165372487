"""Which files say how long their sound is, and which only guess."""

from __future__ import annotations

from pathlib import Path

import pytest
from odd_songs import packets_of, tone, write_sound

from musivid.media.audio import load_track, probe_audio


@pytest.mark.parametrize(
    ("name", "codec", "options", "is_sure"),
    [
        ("a.flac", "flac", {}, True),
        ("a.wav", "", {}, True),
        ("a.m4a", "aac", {}, True),
        ("a.mp3", "libmp3lame", {}, True),
        ("a.mp3", "libmp3lame", {"muxer": {"write_xing": "0"}}, False),
        ("a.aac", "aac", {}, False),
        ("a.mka", "pcm_s16le", {}, False),
        ("a.m4a", "aac", {"muxer": {"movflags": "frag_keyframe+empty_moov"}}, False),
    ],
)
@pytest.mark.parametrize("times", [1, 2])
def test_a_length_is_sure_or_the_right_one(
    tmp_path: Path, name: str, codec: str, options: dict[str, dict[str, str]], is_sure: bool,
    times: int,
) -> None:  # fmt: skip
    song = write_sound(tmp_path / name, tone(1.0, 16000), 16000, codec, **options)
    if times == 2:
        song.write_bytes(packets_of(song, song))
    info, track = probe_audio(song), load_track(song)

    if times == 1:
        assert info.exact == is_sure
        assert track.duration_s == pytest.approx(1.0, abs=0.15)
    if info.sure_s is not None:
        assert info.sure_s == pytest.approx(track.duration_s, abs=0.001)


def test_tags_before_and_after_an_mp3_do_not_make_it_doubtful(tmp_path: Path) -> None:
    song = write_sound(
        tmp_path / "a.mp3", tone(1.0, 16000), 16000, "libmp3lame",
        tags={"title": "x" * 3000}, muxer={"write_id3v1": "1"},
    )  # fmt: skip
    assert probe_audio(song).exact
    data = song.read_bytes()
    song.write_bytes(b"ID3\x03\0\0\0\0\x04\0" + bytes(512) + data + b"APETAGEX" + bytes(5000))
    assert probe_audio(song).exact
