"""Scenes of two families: what is drawn by lot, what is painted, and what is said of it."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.pocket.captions import caption, full_caption
from musivid.pocket.scenes import FAMILIES, Scene, mixed_scene, render
from musivid.pocket.scenes.mixing import SUBSTANCES
from musivid.pocket.train_dreamer import choose_scenes

KINDS = ("over", "beside", "behind", "of")


def _changed(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Where two pictures differ clearly, bool [h, w]."""
    return np.abs(one.astype(int) - other).max(2) > 24


@pytest.mark.parametrize("kind", KINDS)
def test_both_families_are_in_the_picture(kind: str) -> None:
    """Whichever of the two is exchanged, the picture is another one."""
    family, extra, others = {
        "over": ("city", "moon", ("desert", "lightning")),
        "beside": ("forest", "sea", ("castle", "volcano")),
        "behind": ("sea", "city", ("road", "volcano")),
        "of": ("heart", "fire", ("guitar", "bubbles")),
    }[kind]
    scene = Scene(family, extra, "blue", "night", seed=4, union=kind)
    picture = render(scene, 64)
    assert np.array_equal(picture, render(scene, 64))
    for change in ({"family": others[0]}, {"extra": others[1]}):
        facts = {"family": family, "extra": extra} | change
        other = render(Scene(**facts, colour="blue", time="night", seed=4, union=kind), 64)
        assert _changed(picture, other).mean() > 0.04


def test_a_thing_of_flames_keeps_its_outline_and_burns() -> None:
    """Inside the outline the colours are those of fire, outside they are not."""
    scene = Scene("heart", "fire", "red", "night", near=1.0, seed=3, union="of")
    picture = render(scene, 96).astype(int)
    middle, corner = picture[40:56, 40:56].reshape(-1, 3), picture[:8, :8].reshape(-1, 3)
    assert middle[:, 0].mean() > middle[:, 2].mean() + 80
    assert abs(corner[:, 0].mean() - corner[:, 2].mean()) < 60


def test_what_stands_in_the_sky_is_seen_above_the_land() -> None:
    """The moon's light is in the upper half, whatever lies below."""
    for land in ("city", "forest", "mountains"):
        scene = Scene(land, "moon", "blue", "night", near=0.6, seed=8, union="over")
        upper = render(scene, 96)[:48].max(2)
        assert (upper > 225).mean() > 0.01


def test_snow_lies_on_a_land_when_it_snows() -> None:
    """The foot of the picture is far lighter than on a clear night."""
    feet = [
        render(Scene("village", "moon", "blue", "night", weather, seed=2, union="over"), 64)[56:]
        for weather in ("clear", "snow")
    ]
    assert feet[1].mean() > feet[0].mean() + 40


def test_lots_reach_all_kinds_and_are_kept() -> None:
    scenes = [mixed_scene(seed) for seed in range(300)]
    assert {scene.union for scene in scenes} == set(KINDS)
    assert scenes[7] == mixed_scene(7)
    for scene in scenes:
        assert {scene.family, scene.extra} <= set(FAMILIES) and scene.family != scene.extra
        assert scene.union != "of" or scene.extra in SUBSTANCES


def test_captions_name_both() -> None:
    rng = np.random.default_rng(0)
    heart = Scene("heart", "fire", "red", "night", seed=3, union="of")
    said = {full_caption(heart, rng) for _ in range(60)} | {caption(heart, rng) for _ in range(60)}
    assert all("fire" in text or "flames" in text for text in said)
    assert any("heart of flames" in text or "heart made of flames" in text for text in said)
    moon = Scene("city", "moon", "blue", "night", "snow", seed=3, union="over")
    assert any("moon over " in full_caption(moon, rng) for _ in range(60))


def test_memory_takes_each_pair_in_turn() -> None:
    """No pair is remembered a second time before each is remembered once."""
    scenes = [mixed_scene(seed) for seed in range(400)]
    pairs = {(scene.union, scene.family, scene.extra) for scene in scenes if scene.style == "plain"}
    rows = choose_scenes(scenes, len(pairs))
    assert rows == sorted(set(rows)) and len(rows) == len(pairs)
    assert {(scenes[r].union, scenes[r].family, scenes[r].extra) for r in rows} == pairs
