"""What `musivid video` writes: films by their ending, shapes, loops, covers, tags."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from media_fixtures import click_song

from musivid.media.audio import probe_audio
from musivid.media.frames import probe_video, scan_packets

Run = Callable[..., tuple[int, str, str]]

SMALL = ("--size", "96x54", "--fps", "10")


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return click_song(tmp_path / "song.wav", 6.0)


@pytest.mark.parametrize(
    ("name", "codec", "sound"), [("a.webm", "vp9", "opus"), ("a.mov", "prores", "pcm_s16le")]
)
def test_the_ending_says_what_a_film_is_coded_in(
    musivid: Run, song: Path, tmp_path: Path, name: str, codec: str, sound: str
) -> None:
    out = tmp_path / name
    code, _, told = musivid("video", song, *SMALL, "--scene", "sea/moon", "-o", out)
    assert code == 0, told
    assert (probe_video(out).codec, probe_audio(out).codec) == (codec, sound)
    assert scan_packets(out).count == 60


@pytest.mark.parametrize(
    ("name", "setting", "said"),
    [
        ("a.webm", "output.codec=h264", "cannot hold H.264"),
        ("a.mov", "output.crf=20", "output.crf has no effect with output.codec prores"),
        ("a.avi", "output.crf=20", "does not end in .mp4, .m4v, .mov, .webm"),
    ],
)
def test_what_an_ending_does_not_hold_is_refused(
    musivid: Run, song: Path, tmp_path: Path, name: str, setting: str, said: str
) -> None:
    code, _, told = musivid("video", song, *SMALL, "--set", setting, "-o", tmp_path / name)
    assert code != 0 and said in " ".join(told.split()), told
