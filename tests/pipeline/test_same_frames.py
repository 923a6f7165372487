"""Frames and notes are the same however many threads the environment names, and cores there are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from media_fixtures import digest
from songs import write_song

from musivid.core import device
from musivid.core.errors import OutputError
from musivid.core.progress import Silent
from musivid.pipeline.video import VideoJob, check_job, make_video
from musivid.settings.presets import load_preset
from musivid.weights.session import Session

SMALL = ("output.size=64x64", "output.fps=5")
# By the Python interface: all ways in lead to the same frames.
WORK = """
import sys
import musivid
song, out, preset = sys.argv[1:]
session = musivid.Session("cpu", "float32")
small = {"output.size": "128x128", "output.fps": "6"}
musivid.film(song, preset=preset, settings=small, session=session).save(out)
if preset == "tiny":
    notes = musivid.compose(out, preset="pocket", session=session).scores[0]
    open(out + ".txt", "w").write(repr(notes))
"""


def made_in(threads: str, song: Path, preset: str, folder: Path) -> tuple[str, str]:
    """The digest of a film's frames, and notes, made where the environment names threads."""
    out = folder / f"{preset}-{threads}.mp4"
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
    environment = {**os.environ, **dict.fromkeys(names, threads)}
    command = [sys.executable, "-c", WORK, str(song), str(out), preset]
    subprocess.run(command, env=environment, check=True, timeout=250)
    notes = out.with_name(f"{out.name}.txt")
    return digest(out), notes.read_text() if preset == "tiny" else ""


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["tiny", "dream", "living"])
def test_the_environment_changes_nothing(preset: str, tmp_path: Path) -> None:
    song = write_song(tmp_path / "song.wav", 2.0)
    made = {threads: made_in(threads, song, preset, tmp_path) for threads in ("1", "2", "8")}
    assert made["1"] == made["2"] == made["8"]


def test_a_session_computes_in_its_own_threads() -> None:
    import torch

    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        assert Session("cpu").threads == device.THREADS == torch.get_num_threads() == 2
        other, last = Session("cpu", threads=3), Session("cpu", threads=1)
        other.painter("tiny-painter")  # whoever takes a model computes in its session's threads
        assert torch.get_num_threads() == 3
        last.painter("tiny-painter")
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)


class Stopping(Silent):
    """Stops the work when frames are to be made."""

    def stage(self, name: str, total: int | None = None, unit: str = "") -> None:
        """End at the stage of frames."""
        if name == "render":
            raise RuntimeError("ended")


def test_a_film_begun_in_other_threads_goes_on_only_where_that_is_wanted(tmp_path: Path) -> None:
    song = write_song(tmp_path / "song.wav", 1.0)
    preset = load_preset("video", "tiny", SMALL)
    checked = check_job(VideoJob(song, tmp_path / "clip.mp4", preset))
    with pytest.raises(RuntimeError, match="ended"):
        make_video(checked, Session("cpu", threads=2), reporter=Stopping())
    with pytest.raises(OutputError, match=r"threads 2 \(here 1\)"):
        make_video(checked, Session("cpu", threads=1))
    made = make_video(checked, Session("cpu", threads=1), resume_any=True)
    recipe = json.loads((made.folder / "manifest.json").read_text())["recipe"]
    assert recipe["mixed"] == {"threads": ["1", "2"]}
    assert {"device model", "encoder", "encoder threads", "torch"} <= set(recipe["machine"])
