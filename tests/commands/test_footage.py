"""`musivid video --footage`: cut, plan, contact sheet, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from farm_fixtures import InProcess
from footage_fixtures import pan, shot, write_clip
from media_fixtures import digest
from programs import Program
from songs import write_song

from musivid.media.frames import probe_video


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A song of six seconds and clips for fifteen."""
    here = tmp_path_factory.mktemp("world")
    write_song(here / "song.wav", 6.0)
    for number in range(5):
        write_clip(here / "clips" / f"{number}.mp4", shot(30 + number, 3, pan(0.1)))
    (here / "clips" / "broken.mov").write_bytes(b"none")
    yield here


def test_a_cut_is_planned_changed_and_made(
    world: Path, musivid: Program, elsewhere: list[InProcess]
) -> None:
    song, clips, plan = world / "song.wav", world / "clips", world / "cut.json"
    asked = ("video", str(song), "--footage", str(clips), "--size", "160x90")
    code, out, err = musivid(*asked, "--dry-run", "--plan-out", str(plan), "--json")
    assert code == 0, err
    facts = json.loads(out)["results"][0]
    assert len(facts["shots"]) == len(json.loads(plan.read_text())["shots"]) >= 2
    assert plan.with_suffix(".png").is_file() and "broken.mov" in err
    film = world / "cut.mp4"
    more = "--ban", "1", "--timeline", str(world / "cut.edl")
    code, _, err = musivid(*asked, "--plan", str(plan), "-o", str(film), *more)
    assert code == 0, err
    info = probe_video(film)
    assert info.size == (160, 90) and info.frames == 150
    assert (world / "cut.edl").read_text().count("* FROM CLIP NAME") >= 2
    old, new = (json.loads(path.read_text())["shots"] for path in (plan, _kept(film)))
    assert new[0]["source"] != old[0]["source"] or new[0]["file"] != old[0]["file"]
    assert [row["file"] for row in new[1:]] == [row["file"] for row in old[1:]]
    far = world / "far" / "cut.mp4"
    more = "--ban", "1", "--farm", "auto"
    code, _, err = musivid(*asked, "--plan", str(plan), "-o", str(far), *more)
    assert code == 0 and len(elsewhere) == 1, err
    assert digest(far) == digest(film) and len(elsewhere[0].sent) > 2


@pytest.mark.slow
def test_cuts_of_many_songs_are_made_elsewhere(
    world: Path, musivid: Program, elsewhere: list[InProcess], tmp_path: Path
) -> None:
    (tmp_path / "songs").mkdir()
    for name in ("one", "two"):
        (tmp_path / "songs" / f"{name}.wav").write_bytes((world / "song.wav").read_bytes())
    asked = ("--footage", str(world / "clips"), "--size", "160x90", "-q")
    code, _, err = musivid(
        "video", tmp_path / "songs", "-o", f"{tmp_path}/far/", *asked, "--farm", "auto"
    )
    assert code == 0 and len(elsewhere) == 1, err
    code, _, err = musivid(
        "video", tmp_path / "songs" / "one.wav", "-o", tmp_path / "one.mp4", *asked
    )
    near, far = tmp_path / "one.mp4", tmp_path / "far" / "one.mp4"
    assert code == 0 and digest(near) == digest(far), err
    assert str(world / "clips") in (tmp_path / "far" / "one.musivid" / "preset.yaml").read_text()


def _kept(film: Path) -> Path:
    return film.with_suffix(".musivid") / "cut.json"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("--scene", "sea"), "both say what is seen"),
        (("--ban", "2"), "footage.ban has no effect"),
        (("--preview",), "--preview is for scenes"),
        (("-o", "cut.png"), "footage is cut into a film"),
        (("--plan", "nowhere.json"), "nowhere.json does not exist"),
    ],
)
def test_what_makes_no_sense_with_footage_is_refused(
    typed: tuple[str, ...], says: str, world: Path, musivid: Program
) -> None:
    code, _, err = musivid(
        "video", str(world / "song.wav"), "--footage", str(world / "clips"), *typed
    )
    assert code == 2 and says in " ".join(err.split())


def test_too_little_and_no_footage_end_with_status_2(world: Path, musivid: Program) -> None:
    one, song = world / "clips" / "0.mp4", str(world / "song.wav")
    code, _, err = musivid("video", song, "--footage", str(one), "-o", str(world / "few.mp4"))
    assert code == 2 and "the footage lacks" in err and "--reuse" in err
    code, _, err = musivid("video", song, "--footage", str(world / "none"))
    assert code == 2 and "does not exist" in err
    code, _, err = musivid("video", song, "--reuse")
    assert code == 2 and "footage.reuse has no effect" in err
