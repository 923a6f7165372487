"""The pocket models' world: exact facts, the same picture for the same facts, no empty ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from musivid.pocket.captions import FAMILY_WORDS, caption, full_caption
from musivid.pocket.scenes import FAMILIES, render, sample_scene
from musivid.pocket.scenes.facts import COLOURS, STYLES, TIMES, WEATHERS
from musivid.pocket.scenes.fields import FIELDS
from musivid.pocket.sights import sight_of


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_paints_a_picture(family: str) -> None:
    scene = replace(sample_scene(3, family), style="plain")
    picture = render(scene, 64)
    assert picture.shape == (64, 64, 3) and picture.dtype == np.uint8
    assert picture.std() > 4  # neither fog nor black
    assert np.array_equal(picture, render(scene, 64))


@pytest.mark.parametrize("style", STYLES)
def test_every_style_changes_the_picture(style: str) -> None:
    plain = replace(sample_scene(5, "castle"), style="plain")
    styled = render(replace(plain, style=style), 64)
    assert (style == "plain") == np.array_equal(styled, render(plain, 64))


@pytest.mark.parametrize("weather", WEATHERS)
@pytest.mark.parametrize("time", TIMES)
def test_time_and_weather_set_the_light(time: str, weather: str) -> None:
    scene = replace(sample_scene(8, "mountains"), style="plain", extra="", weather=weather)
    dark, bright = (render(replace(scene, time=t), 64).mean() for t in ("night", "day"))
    assert dark < render(replace(scene, time=time), 64).mean() + 1
    assert dark < bright


def test_there_are_sixty_families_each_with_words() -> None:
    assert len(FAMILIES) >= 60
    assert list(FAMILY_WORDS) == list(FAMILIES)
    assert all(len(names) >= 3 and len(minds) >= 5 for names, minds in FAMILY_WORDS.values())


def test_a_seed_gives_the_same_facts_and_seeds_differ() -> None:
    scenes = [sample_scene(seed) for seed in range(300)]
    assert scenes == [sample_scene(seed) for seed in range(300)]
    assert len({scene.family for scene in scenes}) > 50
    assert {scene.colour for scene in scenes} == set(COLOURS)


def test_full_captions_say_all_facts() -> None:
    rng = np.random.default_rng(0)
    for seed in range(60):
        scene = sample_scene(seed)
        text = full_caption(scene, rng)
        names, _ = FAMILY_WORDS[scene.family]
        assert scene.colour in text and any(name in text for name in names)
        if scene.extra:
            assert any(name in text for name in FAMILY_WORDS[scene.extra][0])


def test_captions_never_give_a_field_a_time_of_day() -> None:
    rng = np.random.default_rng(0)
    for seed in range(200):
        scene = sample_scene(seed)
        if scene.family in FIELDS:
            text = caption(scene, rng)
            assert "daylight" not in text and "at dawn" not in text


def test_loud_dark_music_calls_up_other_sights_than_calm_bright_music() -> None:
    class Facts:
        genre = "folk"

        def __init__(self, energy: float, valence: float, brightness: float) -> None:
            self.energy, self.valence, self.brightness = energy, valence, brightness
            self.density = energy

    wild = [sight_of(Facts(0.95, 0.1, 0.2), seed) for seed in range(40)]
    calm = [sight_of(Facts(0.1, 0.9, 0.9), seed) for seed in range(40)]
    assert not {s.family for s in wild} & {s.family for s in calm}
    assert {s.time for s in calm} == {"day"}
