"""`musivid interpolate` with living scenes: from the sound's scene into the words' and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from media_fixtures import click_song

from musivid.pipeline.video import film
from musivid.settings.presets import default_preset, load_preset

Run = Callable[..., tuple[int, str, str]]
SMALL = ("--size", "96x54", "--fps", "10")
LRC = "[00:01.00]Golden sunset over the sea\n[00:06.00]Fire in the dark\n[00:11.00]\n"


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return click_song(tmp_path_factory.mktemp("songs") / "song.wav", 12.0)


@pytest.fixture(scope="module")
def lyrics(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lyrics") / "song.lrc"
    path.write_text(LRC, encoding="utf-8")
    return path


def planned(musivid: Run, *arguments: object) -> list[dict[str, object]]:
    code, said, told = musivid("interpolate", *arguments, *SMALL, "--dry-run", "--json")
    assert code == 0, told
    places: list[dict[str, object]] = json.loads(said)["results"][0]["places"]
    return places


def test_scenes_are_its_default() -> None:
    assert default_preset("interpolate") == "living"
    assert load_preset("interpolate").painting.mode == "living"


def test_each_line_is_gone_into_and_come_back_from(musivid: Run, song: Path, lyrics: Path) -> None:
    places = planned(musivid, song, "--lyrics", lyrics)
    said = [place["line"] for place in places]
    words = [k for k, line in enumerate(said) if line]
    assert [said[k] for k in words] == ["Golden sunset over the sea", "Fire in the dark"]
    names = [(place["scene"], place["look"]) for place in places]
    assert names[words[0]][0] in ("sea", "shore")
    for k in words:
        assert names[k - 1] == names[k + 1] != names[k], "from home and back"
        assert places[k]["cut"] in ("iris", "ember")
        middle = (float(places[k]["start_s"]) + float(places[k]["end_s"])) / 2  # type: ignore[arg-type]
        line_at = {words[0]: 3.5, words[1]: 8.5}[k]
        assert middle == pytest.approx(line_at, abs=1.0), "whole in the middle of its line"


def test_without_words_it_goes_to_what_the_sound_becomes(musivid: Run, song: Path) -> None:
    places = planned(musivid, song, "--set", "period_s=6")
    assert len({(place["scene"], place["look"]) for place in places}) >= 2
    assert len(places) >= 4, "twice there and back"


def test_one_scene_is_gone_through_in_its_lights(musivid: Run, song: Path) -> None:
    places = planned(musivid, song, "--scene", "sea", "--set", "period_s=6")
    assert {place["scene"] for place in places} == {"sea"}
    assert len({place["look"] for place in places}) >= 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--scene", "sea/moon"), "leaves nowhere to go"),
        (("--scene", "cover/ring"), "does not go from the sound to the words"),
        (("--set", "period_s=1"), "period_s 1 is too short"),
    ],
)
def test_what_leads_nowhere_is_refused(
    musivid: Run, song: Path, given: tuple[str, ...], said: str
) -> None:
    code, _, told = musivid("interpolate", song, *SMALL, *given, "--dry-run")
    assert code == 2 and said in told


@pytest.mark.slow
def test_frames_do_not_depend_on_those_before(song: Path, lyrics: Path) -> None:
    preset = load_preset("interpolate", None, ["output.size=96x54", "output.fps=10"])
    straight = list(film(song, lyrics, preset=preset).frames())
    assert len(straight) == 120
    again = film(song, lyrics, preset=preset)
    assert np.array_equal(next(again.frames(57)), straight[57])
    assert np.array_equal(next(again.frames(23)), straight[23])
