"""`musivid bgm train`, from end to end."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from bgm_train_fixtures import SMALL, preset, write_songs
from programs import Program, started

from musivid.core.errors import OutputError
from musivid.core.progress import Silent
from musivid.nets.compound.files import load_compound, read_card
from musivid.pipeline.train.job import TrainJob
from musivid.pipeline.train.make import train_job


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    return write_songs(tmp_path / "songs")


def options(*more: str) -> list[str]:
    sets = [f"network.{k}={v}" for k, v in SMALL.items()]
    sets += ["windows.words=128", "learning.batch=2", "learning.validate_every=3",
             "learning.save_every=2", "learning.warmup=2", "corpus.validation=0.3"]  # fmt: skip
    return [word for text in sets for word in ("--set", text)] + list(more)


def test_bgm_train_writes_a_composer(songs: Path, tmp_path: Path, musivid: Program) -> None:
    out = tmp_path / "mine.safetensors"
    code, text, _ = musivid("bgm", "train", songs, "-o", out, "--updates", "6", *options("--json"))
    facts = json.loads(text)
    assert code == 0
    assert facts["finished"]
    assert facts["updates"] == 6
    model = load_compound(out, "cmt")
    assert model.schema.init_n_class == (3, 25, 6)
    assert read_card(out)["genres"] == ["jazz", "pop"]
    assert (tmp_path / "mine-last.safetensors").exists()
    assert (tmp_path / "mine-loss.png").read_bytes()[:4] == b"\x89PNG"
    rows = (tmp_path / "mine.musivid" / "loss.csv").read_text().splitlines()
    assert len(rows) == 7
    assert rows[3].count(",") == 2
    assert not rows[3].endswith(",")

    assert musivid("bgm", "train", songs, "-o", out, "--updates", "6", *options())[0] == 2
    again = tmp_path / "more.safetensors"
    code, _, talk = musivid(
        "bgm", "train", songs, "-o", again, "--start", out, "--updates", "2", *options()
    )
    assert code == 0, talk
    assert read_card(again)["genres"] == ["jazz", "pop"]


def test_time_up_keeps_the_best_and_can_go_on(songs: Path, tmp_path: Path) -> None:
    settings = preset(steps=8)
    job = TrainJob((str(songs),), tmp_path / "m.safetensors", settings, "cpu", "float32", 1e-6)
    made = train_job(job, Silent())
    assert made is not None
    assert made.updates == 1
    assert not made.finished
    with pytest.raises(OutputError, match="exists"):
        train_job(dataclasses.replace(job, max_minutes=None), Silent())
    made = train_job(dataclasses.replace(job, max_minutes=None, resume=True), Silent())
    assert made is not None
    assert made.finished
    assert made.updates == 8


def test_a_dry_run_makes_nothing(songs: Path, tmp_path: Path, musivid: Program) -> None:
    out = tmp_path / "mine.safetensors"
    code, text, _ = musivid("bgm", "train", songs, "-o", out, "-n", *options("--json"))
    facts = json.loads(text)
    assert code == 0
    assert facts["songs"] + facts["kept_out"] == 8
    assert facts["parameters"] > 1000
    assert not list(tmp_path.glob("mine*"))


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("-o", "mine.pt"), "safetensors"),
        (("--max-minutes", "0"), "no time"),
        (("--resume",), "nothing to continue"),
        (("--start", "nothing.safetensors"), "no file of weights"),
        (("--set", "network.heads=3"), "multiple of heads"),
    ],
)
def test_what_cannot_be_done_is_said(
    songs: Path,
    tmp_path: Path,
    musivid: Program,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[Any, ...],
    word: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, talk = musivid("bgm", "train", songs, *options(*arguments))
    assert code in (2, 3)
    assert word in talk


def start(words: Any, **extra: Any) -> Any:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **extra}
    return started([sys.executable, "-m", *words], env=environment, stderr=subprocess.PIPE)


def finish(words: Any) -> None:
    with start(words) as process:
        _, talk = process.communicate()
    assert process.returncode == 0, talk


@pytest.mark.slow
def test_killed_and_started_again_the_curve_is_the_same(songs: Path, tmp_path: Path) -> None:
    def words(out: Any) -> Any:
        return ["musivid", "bgm", "train", str(songs), "-o", str(out), "--updates", "16",
                "--device", "cpu", *options()]  # fmt: skip

    finish(words(tmp_path / "a.safetensors"))
    state = tmp_path / "b.musivid" / "checkpoint.pt"
    with start(words(tmp_path / "b.safetensors")) as killed:
        while not state.exists():
            assert killed.poll() is None
            time.sleep(0.01)
        killed.send_signal(signal.SIGKILL)
    assert not (tmp_path / "b.safetensors").exists()
    finish(words(tmp_path / "b.safetensors"))
    a, b = ((tmp_path / f"{n}.musivid" / "loss.csv").read_text() for n in "ab")
    assert a == b
    assert (tmp_path / "a.safetensors").read_bytes()[-4000:] == (
        tmp_path / "b.safetensors"
    ).read_bytes()[-4000:]


@pytest.mark.slow
def test_two_processes_learn_together(songs: Path, tmp_path: Path) -> None:
    out = tmp_path / "two.safetensors"
    words = ["torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "musivid",
             "bgm", "train", str(songs), "-o", str(out), "--updates", "6",
             "--device", "cpu", *options()]  # fmt: skip
    finish(words)
    assert read_card(out)["updates"] == 6
    manifest = json.loads((tmp_path / "two.musivid" / "manifest.json").read_text())
    assert manifest["recipe"]["facts"]["processes"] == 2


def test_from_python(songs: Path, tmp_path: Path) -> None:
    import musivid as api

    made = api.train(
        songs, tmp_path / "mine.safetensors", preset=preset(steps=9),
        settings={"learning.steps": 3}, seed=2, device="cpu", dtype="float32",
    )  # fmt: skip
    assert made is not None and made.finished and made.updates == 3 and made.loss > 0
    assert load_compound(Path(made.output), "cmt").schema.init_n_class == (3, 25, 6)
    assert Path(made.last).is_file() and Path(made.plot).is_file()
    with pytest.raises(OutputError, match="exists"):
        api.train([songs], made.output, preset=preset(steps=3))


def test_a_disk_without_room_is_told_before_training(
    songs: Path, tmp_path: Path, musivid: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musivid.core.outputs.free_bytes", lambda path: 1_000_000)
    out = tmp_path / "mine.safetensors"
    code, _, talk = musivid("bgm", "train", songs, "-o", out, "--updates", "2", *options())
    assert code == 2 and "has 1 MB of room" in talk
    assert not out.exists() and not out.with_suffix(".musivid").exists()
