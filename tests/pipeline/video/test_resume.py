"""A run that is killed or stopped goes on and gives the frames of one that was not."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from media_fixtures import digest
from programs import started
from songs import write_song

from musivid.core.errors import Interrupted, OutputError
from musivid.core.progress import Silent
from musivid.media.frames import read_frames
from musivid.pipeline.video import VideoResult, make_video
from musivid.pipeline.video.job import VideoJob, check_job
from musivid.settings.presets import load_preset
from musivid.settings.video import VideoPreset
from musivid.weights.session import Session

PAINTED = ("painting.mode=every_frame", "painting.steps_per_s=8", "painting.feedback.every_s=0.7",
           "painting.feedback.zoom=1.1")  # fmt: skip


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of sound."""
    return write_song(tmp_path_factory.mktemp("songs") / "song.wav", 3.0)


def make(song: Path, out: Path, changes: tuple[str, ...], reporter: Silent) -> VideoResult:
    """Make a video in this process."""
    preset = load_preset("video", "tiny", changes)
    assert isinstance(preset, VideoPreset)
    return make_video(check_job(VideoJob(song, out, preset)), Session(), reporter=reporter)


@pytest.fixture(scope="module")
def whole(song: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """The digest of an uninterrupted run, made once for each preset."""
    made: dict[tuple[str, ...], str] = {}

    def ask(changes: tuple[str, ...]) -> str:
        if changes not in made:
            out = tmp_path_factory.mktemp("whole") / "clip.mp4"
            make(song, out, changes, Silent())
            made[changes] = digest(out)
        return made[changes]

    return ask


def kill_at(
    song: Path,
    out: Path,
    changes: tuple[str, ...],
    line: str,
    delay_s: float,
    number: signal.Signals = signal.SIGKILL,
) -> str:
    """Start the program, send a signal a moment after it says `line`; what it says after."""
    options = [part for change in changes for part in ("--set", change)]
    command = [sys.executable, "-m", "musivid", "video", str(song), "-o", str(out),
               "--preset", "tiny", *options]  # fmt: skip
    with started(command, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = []
        for text in process.stderr:
            said.append(text)
            if text.startswith(line):
                time.sleep(delay_s)
                process.send_signal(number)
                break
        rest = process.stderr.read()
    code = 128 + number if number == signal.SIGTERM else -number
    assert process.returncode == code, "".join(said) + rest
    return rest


@pytest.mark.parametrize(
    ("changes", "line", "number"),
    [
        pytest.param((), "render: 3", signal.SIGTERM, marks=pytest.mark.slow),
        ((*PAINTED, "painting.fps=9"), "render: 5", signal.SIGKILL),
    ],
    ids=["keyframes ended", "every frame killed"],
)
def test_a_killed_run_gives_the_same_frames(
    song: Path,
    tmp_path: Path,
    whole: Callable[..., str],
    changes: tuple[str, ...],
    line: str,
    number: signal.Signals,
) -> None:
    out = tmp_path / "clip.mp4"
    said = kill_at(song, out, changes, line, random.Random(0).random() * 0.05, number)
    assert not out.exists()
    assert list((tmp_path / "clip.musivid" / "parts").glob("0*.mp4"))
    if number == signal.SIGTERM:
        assert "same command" in said
        assert (tmp_path / "clip.musivid" / "so_far.mp4").exists()
        assert not list(tmp_path.rglob(".*.tmp"))
    make(song, out, changes, Silent())
    assert digest(out) == whole(changes)


@pytest.mark.slow
@pytest.mark.parametrize("kill", range(8))
def test_kills_at_random_moments(
    song: Path, tmp_path: Path, whole: Callable[..., str], kill: int
) -> None:
    dice = random.Random(kill)
    changes = PAINTED if kill % 2 else ()
    out = tmp_path / "clip.mp4"
    for _ in range(2):
        stage = dice.choice(["paint keyframes:", "render: 1", "render: 5", "render: 8", "join"])
        if changes and stage.startswith("paint"):
            stage = "render"
        kill_at(song, out, changes, stage, dice.random() * 0.2)
        if dice.random() < 0.5:
            break
    make(song, out, changes, Silent())
    assert digest(out) == whole(changes)


class Stopping(Silent):
    """Presses Ctrl-C when a stage has come so far."""

    def __init__(self, stage: str, after: int) -> None:
        self._wanted, self._left = stage, after
        self._stage = ""

    def stage(self, name: str, total: int | None = None, unit: str = "") -> None:
        """Remember which stage it is."""
        self._stage = name

    def advance(self, count: int = 1) -> None:
        """Count down in the wanted stage."""
        if self._stage == self._wanted:
            self._left -= count
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize(("stage", "after"), [("paint keyframes", 3), ("render", 40)])
def test_ctrl_c_closes_the_file_and_says_how_to_go_on(
    song: Path, tmp_path: Path, whole: Callable[..., str], stage: str, after: int
) -> None:
    out = tmp_path / "clip.mp4"
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(Interrupted) as stopped:
        make(song, out, (), Stopping(stage, after))
    assert "same command" in stopped.value.hint
    assert signal.getsignal(signal.SIGINT) is before
    so_far = tmp_path / "clip.musivid" / "so_far.mp4"
    if stage == "render":
        assert sum(1 for _ in read_frames(so_far)) == after
        assert str(so_far) in stopped.value.hint
    assert not out.exists()
    make(song, out, (), Silent())
    assert digest(out) == whole(())


@pytest.mark.parametrize("name", ["clip.webm", "clip.mov"])
def test_a_stopped_run_of_another_codec_gives_the_same_file(
    song: Path, tmp_path: Path, name: str
) -> None:
    whole, out = tmp_path / "whole" / name, tmp_path / name
    make(song, whole, (), Silent())
    with pytest.raises(Interrupted):
        make(song, out, (), Stopping("render", 40))
    so_far = tmp_path / "clip.musivid" / f"so_far{out.suffix}"
    assert sum(1 for _ in read_frames(so_far)) == 40
    make(song, out, (), Silent())
    assert out.read_bytes() == whole.read_bytes()


def test_other_settings_are_not_mixed_in(song: Path, tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    with pytest.raises(Interrupted):
        make(song, out, (), Stopping("render", 30))
    with pytest.raises(OutputError, match="with other settings"):
        make(song, out, ("seed=5",), Silent())


def test_killed_between_the_file_and_the_last_word(
    song: Path, tmp_path: Path, whole: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "clip.mp4"

    def die(*args: object, **options: object) -> None:
        raise SystemError("killed")

    with monkeypatch.context() as patch, pytest.raises(SystemError):
        patch.setattr("musivid.core.run.Run.finish", die)
        make(song, out, (), Silent())
    assert digest(out) == whole(())
    made = make(song, out, (), Silent())
    assert digest(out) == whole(()) and not (made.folder / "parts").exists()
    with pytest.raises(OutputError, match="exists already"):
        make(song, out, (), Silent())
