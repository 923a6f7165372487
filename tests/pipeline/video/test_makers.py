"""A film made by several is that of one, whoever goes on with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from farm_fixtures import InProcess
from songs import write_song

from musivid.core.errors import Interrupted
from musivid.core.progress import Silent
from musivid.core.stopping import StopFlag
from musivid.farm import packing
from musivid.farm.units import Crew, Unit
from musivid.pipeline.render import together
from musivid.pipeline.render.together import Team
from musivid.pipeline.video import CheckedJob, VideoJob, check_job, make_video
from musivid.pipeline.video import makers as makers_module
from musivid.settings.presets import load_preset
from musivid.weights.session import Session, Wanted

SMALL = ("output.size=64x64", "output.fps=8", "keys.every_s=1", "output.part_s=0.4")
WANTED = Wanted("cpu", "float32", threads=1)


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_song(tmp_path_factory.mktemp("song") / "song.wav", 1.6)


@pytest.fixture(scope="module")
def session() -> Session:
    return WANTED.open()


@pytest.fixture(scope="module")
def alone(song: Path, session: Session, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The film that one process makes."""
    out = tmp_path_factory.mktemp("alone") / "clip.mp4"
    return make_video(job(song, out), session).path.read_bytes()


@pytest.fixture(autouse=True)
def no_shared_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "_is_same", lambda path, sha256: False)


def job(song: Path, out: Path, *settings: str, preset: str = "tiny") -> CheckedJob:
    return check_job(VideoJob(song, out, load_preset("video", preset, [*SMALL, *settings])))


@contextmanager
def in_process(crew: Crew) -> Iterator[InProcess]:
    yield InProcess(crew)


TEAM = Team(in_process, WANTED)


def test_keyframes_and_parts_are_those_of_one_process(
    song: Path, session: Session, alone: bytes, tmp_path: Path
) -> None:
    made = make_video(job(song, tmp_path / "clip.mp4"), session, team=TEAM)
    assert made.path.read_bytes() == alone
    assert sorted(path.name for path in (made.folder / "keys").iterdir())[-2:] == [
        f"{made.keyframes - 1:04d}.jpg",
        f"{made.keyframes - 1:04d}.safetensors",
    ]


def test_what_came_back_before_a_stop_is_gone_on_with_by_one_process(
    song: Path, session: Session, alone: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[StopFlag] = []
    keep = together._Work.keep

    def work_off(units: list[Unit], *arguments: object, **more: object) -> object:
        asked.append(more["stop"])
        return foreman(units[::-1], *arguments, **more)  # the last part before the first

    def stop_after(self: together._Work, unit: Unit, result: object) -> None:
        keep(self, unit, result)
        asked[0].asked |= unit.name == "part 3"

    foreman = together.work_off
    monkeypatch.setattr(together, "work_off", work_off)
    monkeypatch.setattr(together._Work, "keep", stop_after)
    with pytest.raises(Interrupted, match="frames are kept"):
        make_video(job(song, tmp_path / "clip.mp4"), session, team=TEAM)
    parts = sorted(path.name for path in (tmp_path / "clip.musivid" / "parts").glob("0*"))
    assert "00002.mp4" in parts and "00000.mp4" not in parts
    made = make_video(job(song, tmp_path / "clip.mp4"), session, resume=True)
    assert made.path.read_bytes() == alone


@pytest.mark.slow
def test_keyframes_that_go_on_from_each_other_are_painted_in_turn(
    song: Path, session: Session, tmp_path: Path
) -> None:
    chained = ("painting.continue_from=0.5",)
    near = make_video(job(song, tmp_path / "near" / "clip.mp4", *chained), session)
    far = make_video(job(song, tmp_path / "far" / "clip.mp4", *chained), session, team=TEAM)
    assert near.path.read_bytes() == far.path.read_bytes()


def test_machines_that_differ_are_refused_or_noted(
    song: Path, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Wanted("cpu", "float32", threads=2)

    @contextmanager
    def open_other(crew: Crew) -> Iterator[InProcess]:
        yield InProcess(Crew(crew.make, (other, *crew.arguments[1:])))

    heard: list[str] = []

    class Heard(Silent):
        def warn(self, message: str) -> None:
            heard.append(message)
            raise Interrupted("stopped")

    checked = job(song, tmp_path / "clip.mp4")
    with pytest.raises(Interrupted):
        make_video(checked, session, team=Team(open_other, WANTED), reporter=Heard())
    assert heard == ["here does not take part: threads 2 (here 1)"]
    made = make_video(checked, session, team=Team(open_other, WANTED, is_any=True))
    recipe = json.loads((made.folder / "manifest.json").read_text())["recipe"]
    assert recipe["mixed"] == {"threads": ["1", "2"]} and recipe["machine"]["threads"] == "1"


def test_a_part_needs_the_keyframes_of_its_spans(song: Path, tmp_path: Path) -> None:
    from musivid.pipeline.video import listen_to

    plan = listen_to(job(song, tmp_path / "clip.mp4"), Silent())[2]
    needed = makers_module._keyframes_needed(plan, [range(0, 1), range(0, plan.timeline.frames)])
    assert needed[0] == {0, 1} and needed[1] == set(range(len(plan.keyframes)))
