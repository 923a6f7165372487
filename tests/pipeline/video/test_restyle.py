"""Films painted over other films."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from media_fixtures import write_video
from programs import Program
from songs import write_song

from musivid.core.errors import InputError, OutputError, PresetError
from musivid.media.frames import read_frames
from musivid.pipeline.video import make_video
from musivid.pipeline.video.job import VideoJob, check_job
from musivid.settings.presets import load_preset
from musivid.settings.video import VideoPreset
from musivid.weights.session import Session

TINY = ("output.size=64x64", "output.fps=5", "models.painter=tiny-painter",
        "models.perceptor=tiny-perceptor", "models.dreamer=tiny-dreamer",
        "painting.cutouts=2", "audio.window_s=1")  # fmt: skip


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_song(tmp_path_factory.mktemp("songs") / "song.wav", 1.2)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("films") / "film.mp4", 12, (64, 64), Fraction(10))


def preset_of(film: Path, *more: str) -> VideoPreset:
    preset = load_preset("video", "restyle", (*TINY, f"painting.restyle={film}", *more))
    assert isinstance(preset, VideoPreset)
    return preset


def frames_of(song: Path, out: Path, preset: VideoPreset) -> np.ndarray:
    make_video(check_job(VideoJob(song, out, preset)), Session())
    return np.stack([frame for _, frame in read_frames(out)]).astype(float)


def test_each_frame_starts_from_the_films(song: Path, film: Path, tmp_path: Path) -> None:
    still = write_video(tmp_path / "still.mp4", 1, (64, 64), Fraction(10), shade=90)
    steps = "painting.lr=0.0001"
    over = frames_of(song, tmp_path / "over.mp4", preset_of(film, steps))
    held = frames_of(
        song, tmp_path / "held.mp4", preset_of(still, steps, "painting.restyle_keep=1")
    )
    assert len(over) == len(held) == 6
    assert np.abs(np.diff(held, axis=0)).mean() < 0.3 * np.abs(np.diff(over, axis=0)).mean()
    more = frames_of(song, tmp_path / "more.mp4", preset_of(film, "painting.lr=0.5"))
    assert np.abs(more - over).mean() > 2  # and is painted on


def test_what_cannot_be_painted_over_is_refused(song: Path, film: Path, tmp_path: Path) -> None:
    late = VideoJob(song, tmp_path / "a.mp4", preset_of(film), start_s=1.3, end_s=2.0)
    with pytest.raises(InputError, match=r"film.mp4 ends at 1.2 s"):
        check_job(late)
    with pytest.raises(InputError, match=r"no (moving )?picture"):
        check_job(VideoJob(song, tmp_path / "a.mp4", preset_of(song)))
    with pytest.raises(OutputError):
        check_job(VideoJob(song, film, preset_of(film)), force=True)
    short = write_video(tmp_path / "short.mp4", 1, (64, 64), Fraction(10))
    long = write_song(tmp_path / "long.wav", 3.0)
    told = check_job(VideoJob(long, tmp_path / "a.mp4", preset_of(short))).warnings
    assert ["its last picture holds" in line for line in told] == [True]


def test_the_flag_needs_frames_that_are_painted(
    musivid: Program, song: Path, film: Path, tmp_path: Path
) -> None:
    asked = ("video", song, "-o", tmp_path / "a.mp4", "--restyle", film)
    code, _, said = musivid(*asked)
    assert code == PresetError.exit_code and "it is for painting.mode every_frame" in said
    code, said, _ = musivid(*asked, "--preset", "restyle", "--dry-run")
    assert code == 0 and f"over:      {film}" in said.splitlines()
