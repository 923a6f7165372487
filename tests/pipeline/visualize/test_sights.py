"""Prompts that picture models understand: what of the world goes with what is heard."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from diffusion_fixtures import save_all
from programs import Program
from visualize_fixtures import captions, images, song

from musivid.living.world import read_world
from musivid.pipeline.visualize.sights import MEDIUM, colours_of, sight_of
from musivid.settings.presets import load_preset

__all__ = ["captions", "images", "song"]  # fixtures


@pytest.fixture(scope="module")
def pipelines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_all(tmp_path_factory.mktemp("pipelines"))


def test_each_look_of_the_world_is_a_picture() -> None:
    told = {look.name: sight_of(look) for look in read_world()}
    assert len(set(told.values())) == len(told)
    assert (
        told["sea/moon"]
        == "moonlight on the sea at night, sailing ship, at night, deep shadows, still and silent"
    )
    for text in told.values():
        assert "bpm" not in text and 20 < len(text) < 200
    look = next(look for look in read_world() if len(look.words) > 1)
    assert sight_of(look, 0) != sight_of(look, 1)


@pytest.mark.parametrize(
    ("colour", "name"),
    [((220, 20, 20), "red"), ((20, 60, 220), "blue"), ((240, 200, 30), "golden yellow"),
     ((128, 128, 128), "grey")],
)  # fmt: skip
def test_artwork_lends_the_names_of_its_colours(colour: tuple[int, int, int], name: str) -> None:
    assert name in colours_of(np.full((60, 60, 3), colour, np.uint8))


def test_prompts_show_something_and_can_be_changed(
    song: Path, images: Path, pipelines: Path, musivid: Program, tmp_path: Path
) -> None:
    ask = ["visualize", song, "--preset", "sdxl", "--artwork", images / "2.png", "--offline",
           "-o", tmp_path / "a.mp4", "--stop-after", "prompts", "--progress", "json",
           "--set", f"models.pipeline={pipelines / 'text'}",
           "--set", f"models.walker={pipelines / 'variations'}"]  # fmt: skip
    code, _, err = musivid(*ask)
    assert code == 0, err
    rows = yaml.safe_load((tmp_path / "a.musivid" / "prompts.yaml").read_text())
    for row in rows:
        assert "bpm" not in row["caption"]["text"] and "in blue" in row["caption"]["text"]
        assert row["style"]["text"]
    looks = {word for look in read_world() for word in look.words}
    assert all(any(row["caption"]["text"].startswith(word) for word in looks) for row in rows)
    assert all(json.loads(line) for line in err.splitlines() if line.startswith("{"))


def test_the_published_recipe_stays_in_legacy() -> None:
    for preset, seen in (
        ("legacy", "captions"), ("kandinsky", "sights"), ("variations", "sights"),
        ("sdxl", "sights"), ("klein", "sights"), ("living", "captions"),
    ):  # fmt: skip
        settings = load_preset("visualize", preset)
        assert settings.prompts.seen == seen
        assert settings.seen_as_sights == (seen == "sights")
    assert "cinematic" in MEDIUM
