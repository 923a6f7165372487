"""Pictures of one's own among the scenes of a film: where they stand, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from media_fixtures import click_song
from PIL import Image

from musivid.core.errors import PresetError
from musivid.living.plan import Place
from musivid.pipeline.render.pictures import OwnPicture, lay_pictures
from musivid.pipeline.video.places import guiding_lines

Run = Callable[..., tuple[int, str, str]]
SMALL = ("--preset", "living", "--size", "96x54", "--fps", "10")
PLACES = [
    Place(2.0 * k, 2.0 * k + 2, scene, "x", shot="wide")
    for k, scene in enumerate(("sea", "city", "sea", "fire", "sea", "city", "sea", "fire"))
]


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return click_song(tmp_path / "song.wav", 6.0)


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    paths = []
    for number, colour in enumerate([(220, 30, 20), (20, 60, 220)]):
        picture = np.zeros((60, 90, 3), np.uint8)
        picture[20:40, 30:60] = colour
        paths.append(tmp_path / f"{number}.png")
        Image.fromarray(picture).save(paths[-1])
    return paths


def own(*weights: float) -> list[OwnPicture]:
    return [OwnPicture(Path(f"{n}.png"), weight) for n, weight in enumerate(weights)]


def test_each_picture_is_shown_and_heavier_ones_more() -> None:
    laid = lay_pictures(PLACES, own(3.0, 0.1), None)
    shown = [place.look for place in laid if place.scene == "picture"]
    assert shown.count("1") > shown.count("2") == 1
    assert [p.start_s for p in laid] == [p.start_s for p in PLACES]
    assert [p for p in laid if p.scene != "picture"], "scenes are shown as well"
    shots = [place.shot for place in laid if place.look == "1" and place.scene == "picture"]
    assert shots[:2] == ["wide", "near"], "one that returns opens otherwise"


def test_one_picture_stands_where_a_part_returns() -> None:
    laid = lay_pictures(PLACES, own(0.1), None)
    at = next(k for k, place in enumerate(laid) if place.scene == "picture")
    assert PLACES[at].scene in [place.scene for place in PLACES[:at]]


def test_places_are_divided_for_many_pictures_until_they_are_too_short() -> None:
    whole = [Place(0.0, 8.0, "sea", "x")]
    laid = lay_pictures(whole, own(1, 1, 1), None)
    assert {p.look for p in laid if p.scene == "picture"} == {"1", "2", "3"}
    assert laid[0].start_s == 0.0 and laid[-1].end_s == 8.0
    with pytest.raises(PresetError, match="do not fit"):
        lay_pictures([Place(0.0, 2.0, "sea", "x")], own(*[1.0] * 9), None)


def test_a_film_of_pictures_alone(
    musivid: Run, song: Path, pictures: list[Path], tmp_path: Path
) -> None:
    out = tmp_path / "a.mp4"
    command = ("video", song, *SMALL, "--scene", "picture", "--artwork", pictures[0])
    code, _, told = musivid(*command, "-o", out)
    assert code == 0, told
    assert "scene: picture, look: 1" in (tmp_path / "a.musivid" / "plan.yaml").read_text()
    code, _, told = musivid("video", song, *SMALL, "--scene", "picture", "-o", tmp_path / "b.mp4")
    assert code == 2 and "no picture to show" in told


def test_images_are_scenes_of_the_film_and_can_be_planned(
    musivid: Run, song: Path, pictures: list[Path], tmp_path: Path
) -> None:
    preset = tmp_path / "own.yaml"
    rows = "".join(f"    - {{path: {path}}}\n" for path in pictures)
    preset.write_text(f"extends: living\nguidance:\n  images:\n{rows}")
    small = ("--preset", preset, *SMALL[2:])
    plan = tmp_path / "plan.yaml"
    code, said, told = musivid("video", song, *small, "--dry-run", "--json", "--plan-out", plan)
    assert code == 0, told
    places = json.loads(said)["results"][0]["places"]
    assert {p["look"] for p in places if p["scene"] == "picture"} == {"1", "2"}
    again = ("video", song, *small, "--plan", plan, "--dry-run", "--json")
    code, said, told = musivid(*again)
    assert code == 0, told
    assert json.loads(said)["results"][0]["places"] == places
    plan.write_text("places:\n  - {start: 0, scene: picture, look: 3, shot: near}\n")
    code, _, told = musivid(*again)
    assert code == 2 and "shows picture 3, and there are 2" in told


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--scene", "sea/moon"), "leaves no place"),
        (("--scene", "picture/4"), "there are 1 pictures"),
        (("--logo",), "for covers alone"),
        (("--set", "guidance.story=[{text: sea, weight: 2}]"), "weights have no effect"),
        (("--set", "guidance.crossfade_s=2"), "guidance.crossfade_s has no effect"),
    ],
)
def test_what_has_no_effect_is_refused(
    musivid: Run, song: Path, pictures: list[Path], given: tuple[str, ...], said: str
) -> None:
    extra = (*given, pictures[1]) if given == ("--logo",) else given
    code, _, told = musivid("video", song, *SMALL, "--artwork", pictures[0], *extra, "--dry-run")
    assert code == 2 and said in told


def test_a_damaged_picture_is_told_before_models_load(
    musivid: Run, song: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    code, _, told = musivid("video", song, *SMALL, "--artwork", broken, "-o", tmp_path / "a.mp4")
    assert code == 2 and "cannot be read as a picture" in told and "load models" not in told


def test_the_story_guides_where_nobody_sings() -> None:
    from types import SimpleNamespace

    from musivid.pipeline.guidance.lanes import Span

    sung = [Span(4.0, 8.0, "a line", 1.0)]
    story = [Span(0.0, 6.0, "snow", 1.0), Span(6.0, 12.0, "fire", 1.0)]
    timeline = SimpleNamespace(duration_s=12.0)
    plan = SimpleNamespace(spans=(sung, story), timeline=timeline)
    assert guiding_lines(plan) == [  # type: ignore[arg-type]
        (0.0, 4.0, "snow"), (4.0, 8.0, "a line"), (8.0, 12.0, "fire"),
    ]  # fmt: skip
