"""What stands at the end of a film: it is whole, in time and where it was asked for, or refused."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import ffmpeg
import numpy as np
import pytest
from media_fixtures import convert, write_video, write_wav

from musivid.core.errors import EncodeError, OutputError
from musivid.media.delivery import check_lengths, check_video, delivered
from musivid.media.ffmpeg import run_ffmpeg

FPS = Fraction(10)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20 frames at 10 a second, without sound."""
    return write_video(tmp_path_factory.mktemp("film") / "film.mp4", 20, fps=FPS)


@pytest.fixture(scope="module")
def sounding(film: Path) -> Path:
    """The same with 2 s of sound."""
    tone = np.sin(np.arange(2 * 16_000) / 9).astype(np.float32) / 2
    song = write_wav(film.with_name("song.wav"), tone, 16_000)
    both = ffmpeg.input(str(film)).video, ffmpeg.input(str(song)).audio
    made = film.with_name("sounding.mp4")
    run_ffmpeg(ffmpeg.output(*both, str(made), vcodec="copy"))
    return made


def test_a_whole_film_is_let_pass(film: Path, sounding: Path) -> None:
    check_video(film, frames=20, fps=FPS, sound_s=None)
    check_video(sounding, frames=20, fps=FPS, sound_s=2.0)


@pytest.mark.parametrize(
    ("frames", "fps", "sound_s", "says"),
    [
        (21, FPS, None, "it shows 20 frames, not 21"),
        (20, Fraction(12), None, "its frames are 0.100000 s apart, not 0.083333 s"),
        (20, FPS, 2.0, "its sound is missing"),
    ],
)
def test_what_lacks_frames_time_or_sound_is_refused(
    film: Path, frames: int, fps: Fraction, sound_s: float | None, says: str
) -> None:
    with pytest.raises(EncodeError, match=re.escape(says)):
        check_video(film, frames=frames, fps=fps, sound_s=sound_s)


@pytest.mark.parametrize(("sound_s", "says"), [(None, "it has sound"), (2.5, "not 2.500 s")])
def test_sound_that_is_not_wanted_or_of_another_length_is_refused(
    sounding: Path, sound_s: float | None, says: str
) -> None:
    with pytest.raises(EncodeError, match=re.escape(says)):
        check_video(sounding, frames=20, fps=FPS, sound_s=sound_s)


def test_frames_that_come_unevenly_are_refused(film: Path, tmp_path: Path) -> None:
    late = [
        ("settb", {"expr": "1/1000"}),
        ("setpts", {"expr": "PTS+floor(0.04/TB)*eq(mod(N,5),2)"}),
    ]
    fine = {"fps_mode": "passthrough", "enc_time_base": "1/1000", "bf": "0"}
    uneven = convert(film, tmp_path / "uneven.mp4", None, late, **fine)
    with pytest.raises(EncodeError, match=r"its frames are up to 0\.0\d\d s off"):
        check_video(uneven, frames=20, fps=FPS, sound_s=None)


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "film.mp4"
    broken.write_bytes(b"nothing")
    with pytest.raises(EncodeError, match="cannot be read"):
        check_video(broken, frames=1, fps=FPS, sound_s=None)


def test_picture_and_sound_end_within_a_frame() -> None:
    for sound_s in (1.9, 2.0, 2.1):
        check_lengths(20, FPS, sound_s)
    for sound_s in (1.85, 2.15):
        with pytest.raises(EncodeError, match=r"the picture lasts 2\.000 s and the sound"):
            check_lengths(20, FPS, sound_s)


def test_a_file_is_there_at_the_end_or_nothing_is(tmp_path: Path) -> None:
    out = tmp_path / "new" / "film.mp4"
    with delivered(out) as temporary:
        temporary.write_bytes(b"film")
        assert temporary.parent == out.parent and not out.exists()
    assert [path.name for path in out.parent.iterdir()] == ["film.mp4"]
    with pytest.raises(KeyboardInterrupt), delivered(out) as temporary:
        temporary.write_bytes(b"half")
        raise KeyboardInterrupt
    assert out.read_bytes() == b"film" and len(list(out.parent.iterdir())) == 1
    with (
        pytest.raises(OutputError, match="cannot make the folder"),
        delivered(out / "in" / "a.mp4"),
    ):
        pass
