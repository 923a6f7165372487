"""`musivid visualize` with living scenes: chosen by prompts, passed through along the curve."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from living_fixtures import made_facts
from PIL import Image
from visualize_fixtures import Call, captions, frames_of, images, song

import musivid
from musivid.pipeline.visualize.drawn import lay_walk
from musivid.pipeline.visualize.keyframes import Keyframe, KeyframeFolder
from musivid.pipeline.visualize.painted import painted_pictures, peopled_pictures
from musivid.pipeline.visualize.plan import Leg
from musivid.pipeline.visualize.prompts import Prompt, Said
from musivid.settings.presets import default_preset, load_preset

__all__ = ["captions", "images", "song"]  # fixtures

SMALL = ("--size", "96x54", "--fps", "10")
IN_MEMORY = {"output.size": "96x54", "output.fps": "10"}
SHOWN = [("sea", "moon"), ("city", "rain"), ("forest", "mist")]


def leg(frames: range, first: int | None, second: int | None, shares: np.ndarray) -> Leg:
    return Leg(frames, first, second, shares)


def even(count: int) -> np.ndarray:
    return np.linspace(0, 1, count)


def test_scenes_are_its_default() -> None:
    assert default_preset("visualize") == "living"
    assert load_preset("visualize").walks_by(given=True) == "living"
    for name in ("kandinsky", "sdxl", "legacy", "variations", "tiny"):
        assert load_preset("visualize", name).models.artist != "living"


def test_the_film_is_half_way_where_the_curve_is() -> None:
    facts = made_facts(12.0)
    shares = np.concatenate([np.zeros(50), even(50) ** 2])  # nothing sounds at first
    legs = [leg(range(100), 0, 1, shares), leg(range(100, 300), 1, 2, even(200))]
    places, ways, sections = lay_walk(legs, SHOWN, facts)
    assert [(p.scene, p.look) for p in places] == SHOWN and sections == [0, 1, 2]
    assert places[1].start_s == pytest.approx(3.4, abs=0.3), "not at the middle, 2 s"
    assert places[2].start_s == pytest.approx(8.0, abs=0.3)
    assert places[1].start_s % 0.5 == pytest.approx(0), "on a beat"
    assert ways[0].share(3.0) == pytest.approx((1 / 2) ** 2, abs=0.02)
    assert places[-1].end_s == 12.0


def test_a_curve_that_stands_still_cuts_between_sections() -> None:
    legs = [leg(range(100), 0, 1, np.zeros(100)), leg(range(100, 300), 1, 2, np.zeros(200))]
    places, ways, _ = lay_walk(legs, SHOWN, made_facts(12.0))
    assert [(p.scene, p.start_s, p.cut) for p in places] == [("sea", 0, "cut"), ("city", 4, "cut")]
    assert not ways


def test_one_look_in_two_sections_is_one_place() -> None:
    legs = [leg(range(150), 0, 1, even(150)), leg(range(150, 300), 1, 0, even(150))]
    places, ways, _ = lay_walk(legs, [SHOWN[0], SHOWN[0]], made_facts(12.0))
    assert len(places) == 1 and not ways


def test_captions_become_scenes_that_can_be_changed(
    musivid: Call, song: Path, captions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.mp4"
    ask = ("visualize", song, "-c", captions, *SMALL, "-o", out)
    code, said, told = musivid(*ask, "--stop-after", "prompts")
    assert code == 0 and said.strip().endswith("prompts.yaml"), told
    code, said, told = musivid(*ask, "--resume", "--stop-after", "keys")
    assert code == 0, told
    first = tmp_path / "a.musivid" / "keys" / "001.png"
    with Image.open(first) as still:
        assert still.size == (96, 54)
    Image.new("RGB", (96, 54), (250, 10, 10)).save(first)
    code, _, told = musivid(*ask, "--resume")
    assert code == 0, told
    frames = frames_of(out)
    assert len(frames) == 30
    red = frames[3].reshape(-1, 3).mean(0)
    assert red[0] > 4 * red[2], "a picture that was changed is a scene"


def test_pictures_are_walked_between_in_depth(
    musivid: Call, song: Path, images: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.mp4"
    code, _, told = musivid("visualize", song, "-i", images, *SMALL, "-o", out)
    assert code == 0, told
    assert "load models" not in told
    frames = [frame.astype(float) for frame in frames_of(out)]
    means = [frame.reshape(-1, 3).mean(0).argmax() for frame in frames]
    assert means[1] == 0 and means[12] == 1 and means[20] == 2
    manifest = json.loads((tmp_path / "a.musivid" / "manifest.json").read_text())
    assert manifest["recipe"]["machine"]["kernels"]


def test_artwork_colours_all_scenes_and_is_one(song: Path, tmp_path: Path) -> None:
    green = tmp_path / "green.png"
    Image.fromarray(np.tile(np.uint8([[20, 200, 40], [10, 90, 20]]), (40, 20, 1))).save(green)
    made = {}
    for name, artwork in (("own", []), ("green", [green])):
        settings = IN_MEMORY | {"captions.most_s": 1.0, "captions.least_s": 0.8}
        walk = musivid.illustrate(song, artwork=artwork, settings=settings)
        film = walk._film
        made[name] = SimpleNamespace(places=film._places, last=film.frame(22).astype(float))  # type: ignore[attr-defined]
    assert made["green"].places[0].scene == "picture" != made["own"].places[0].scene
    assert made["green"].places[2].scene == made["own"].places[2].scene

    def greenness(frame: np.ndarray) -> float:
        red, green, blue = frame.reshape(-1, 3).mean(0)
        return float(green - (red + blue) / 2)

    assert greenness(made["green"].last) > greenness(made["own"].last) + 4


def test_frames_do_not_depend_on_those_before(song: Path, captions: Path) -> None:
    straight = list(musivid.illustrate(song, captions, settings=IN_MEMORY))
    again = musivid.illustrate(song, captions, settings=IN_MEMORY)
    for k in (22, 9):
        assert np.array_equal(next(again.frames(k)), straight[k])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--walk", "latent"), "here scenes are drawn"),
        (("--walk", "kenburns"), "here scenes are drawn"),
        (("--walk", "painting"), "needs an artist that paints"),
        (("--set", "walk.outer=black"), "walk.outer black is for painted pictures"),
        (("--fit", "pad"), "pictures.fit has no effect"),
        (("--set", "camera.sway=0.1"), "camera.sway has no effect"),
        (("--preset", "tiny", "--walk", "living"), "needs models.artist living"),
    ],
)
def test_what_is_not_drawn_is_refused_by_name(
    musivid: Call, song: Path, given: tuple[str, ...], said: str
) -> None:
    code, _, told = musivid("visualize", song, *SMALL, *given, "--dry-run")
    assert code == 2 and said in told, told


def test_painted_pictures_have_weather_and_a_figure_and_changed_ones_have_not(
    tmp_path: Path,
) -> None:
    said = ["rain on the sea", "a woman in the snow", "a desk in a room", "a storm", "a meadow"]
    nothing = Said("", 0.0)
    prompts = [
        Prompt(float(k), k + 1.0, "", Said(text, 1.0), nothing, (), 0.0, "rain" if k == 3 else "")
        for k, text in enumerate(said)
    ]
    run = SimpleNamespace(path=lambda *names: tmp_path.joinpath(*names))
    folder = KeyframeFolder(run)  # type: ignore[arg-type]
    (tmp_path / "keys").mkdir()
    for number, prompt in enumerate(prompts):
        folder.save(number, Keyframe(np.zeros((4, 4, 3), np.uint8)), prompt)

    def stages(images: tuple[Path, ...] = (), looks: object = None) -> Any:
        job = SimpleNamespace(images=images)
        return SimpleNamespace(run=run, looks=looks, checked=SimpleNamespace(job=job))

    pictures = painted_pictures(stages(), prompts)
    assert [picture.weather for picture in pictures] == ["rain", "snow", "", "", ""]
    assert peopled_pictures(stages(), prompts) == {"1", "4", "5"}
    Image.new("RGB", (4, 4), (250, 10, 10)).save(folder.path(0, ".png"))
    assert painted_pictures(stages(), prompts)[0].weather == ""
    assert peopled_pictures(stages(), prompts) == {"4", "5"}
    assert not peopled_pictures(stages(images=(tmp_path,)), prompts)
    assert not peopled_pictures(stages(looks=[]), prompts)
