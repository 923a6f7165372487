"""Small pictures of a film that is being planned: as its frames will be, whatever its size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from media_fixtures import click_song

from musivid.core.errors import InputError
from musivid.core.progress import Silent
from musivid.pipeline.video import VideoJob, check_job, listen_to
from musivid.pipeline.video.sketch import SKETCH_SIZE, Sketchbook
from musivid.settings.presets import load_preset

PLAN = """places:
  - {start: "0:00.00", scene: sea, look: moon}
  - {start: "0:03.00", scene: fire, look: camp, line: ""}
"""


def book(folder: Path, size: str) -> Sketchbook:
    preset = load_preset("video", "living", [f"output.size={size}", "output.fps=10"])
    song = click_song(folder / "song.wav", 6.0)
    checked = check_job(VideoJob(song, folder / "film.mp4", preset))
    return Sketchbook(checked, listen_to(checked, Silent()))


@pytest.mark.parametrize(
    ("size", "wanted"), [("1920x1080", SKETCH_SIZE), ("1080x1920", (216, 384)), ("96x54", (96, 54))]
)
def test_pictures_are_small_and_each_place_has_its_own(
    tmp_path: Path, size: str, wanted: tuple[int, int]
) -> None:
    sketches, plan = book(tmp_path, size), tmp_path / "plan.yaml"
    plan.write_text(PLAN)
    places = sketches.places(plan)
    assert [(place.scene, place.look) for place in places] == [("sea", "moon"), ("fire", "camp")]
    pictures = [sketches.picture(places, index) for index in (0, 1)]
    assert all(picture.shape == (*wanted[::-1], 3) for picture in pictures)
    assert pictures[0].std() > 5 and pictures[1].std() > 5
    assert np.array_equal(pictures[1], sketches.picture(places, 1))
    assert not np.array_equal(pictures[0], pictures[1])


def test_a_plan_with_faults_is_told(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN.replace("moon", "mooon"))
    with pytest.raises(InputError, match="mooon"):
        book(tmp_path, "96x54").places(plan)
