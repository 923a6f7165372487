"""`musivid video --preset living`: scenes instead of paintings, from end to end."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from media_fixtures import click_song, digest

from musivid.media.frames import probe_video
from musivid.pipeline.video import film

Run = Callable[..., tuple[int, str, str]]

SMALL = ("--preset", "living", "--size", "96x54", "--fps", "10")
LRC = "[00:00.50]Golden sunset over the sea\n[00:03.00]Fire in the dark\n"


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return click_song(tmp_path / "song.wav", 6.0)


@pytest.fixture
def lyrics(tmp_path: Path) -> Path:
    path = tmp_path / "song.lrc"
    path.write_text(LRC, encoding="utf-8")
    return path


def test_a_film_is_drawn_with_its_words(
    musivid: Run, song: Path, lyrics: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.mp4"
    code, said, told = musivid("video", song, "--lyrics", lyrics, *SMALL, "-o", out)
    assert code == 0, told
    assert said.strip() == str(out) and "painter" not in told
    assert probe_video(out).size == (96, 54)
    manifest = json.loads((tmp_path / "a.musivid" / "manifest.json").read_text())
    assert manifest["recipe"]["machine"]["kernels"]
    plain = tmp_path / "b.mp4"
    code, _, told = musivid(
        "video", song, "--lyrics", lyrics, *SMALL, "--lyrics-style", "off", "-o", plain
    )
    assert code == 0, told
    assert digest(plain) != digest(out), "words are seen"


@pytest.mark.slow
def test_the_same_seed_gives_the_same_frames_and_another_another_film(
    musivid: Run, song: Path, tmp_path: Path
) -> None:
    made = {}
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        out = tmp_path / f"{name}.mp4"
        assert musivid("video", song, *SMALL, "--seed", str(seed), "-o", out)[0] == 0
        made[name] = digest(out)
    assert made["a"] == made["b"] != made["c"]


def test_a_scene_can_be_kept(musivid: Run, song: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.mp4"
    assert musivid("video", song, *SMALL, "--scene", "sea/moon", "-o", out)[0] == 0
    code, _, told = musivid("video", song, *SMALL, "--scene", "sea/mon", "-o", tmp_path / "b.mp4")
    assert code == 2
    assert "no scene 'sea/mon'" in told and "sea/moon" in told


def test_memory_and_files_show_the_same_frames(song: Path, tmp_path: Path) -> None:
    settings = {"output.size": "96x54", "output.fps": "10", "output.crf": 0}
    filmed = film(song, preset="living", settings=settings)
    again = film(song, preset="living", settings=settings)
    straight = list(filmed.frames())
    assert np.array_equal(next(again.frames(17)), straight[17])
    assert len(straight) == len(filmed) == 60


def test_a_dry_run_says_that_scenes_are_drawn(musivid: Run, song: Path) -> None:
    code, said, told = musivid("video", song, *SMALL, "--dry-run")
    assert code == 0, told
    assert "scenes are drawn" in said + told


@pytest.mark.parametrize("preset", ["living", "dream"])
def test_a_dry_run_says_how_much_of_the_words_is_understood(
    musivid: Run, song: Path, tmp_path: Path, preset: str
) -> None:
    words = tmp_path / "l.lrc"
    words.write_text("[00:00.10]il sole nella notte\n[00:01.50]sole\n[00:03.00]il mare xyzzy\n")
    code, said, told = musivid("video", song, "--lyrics", words, "--preset", preset, "--dry-run")
    assert code == 0, told
    assert "4 of 5 understood, read as Italian" in said and "1 of 2, not xyzzy" in said


def test_a_plan_is_written_changed_and_shown(
    musivid: Run, song: Path, lyrics: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, words = tmp_path / "plan.yaml", ("--lyrics", lyrics)
    code, said, told = musivid("video", song, *words, *SMALL, "--dry-run", "--plan-out", plan)
    assert code == 0 and "Golden sunset over the sea" in said, told
    facts = json.loads(musivid("video", song, *words, *SMALL, "--dry-run", "--json")[1])
    places = facts["results"][0]["places"]
    assert {"start_s", "line", "scene", "look", "shot", "cut"} <= places[0].keys()
    plan.write_text(
        "places:\n- {start: 0, scene: aurora, look: teal}\n- {start: 3, scene: city, look: blue}\n"
    )
    monkeypatch.setattr("musivid.weights.session.Session.perceptor", None)  # none is needed
    out = tmp_path / "a.mp4"
    code, _, told = musivid("video", song, *SMALL, "--plan", plan, "-o", out)
    assert code == 0, told
    manifest = json.loads((tmp_path / "a.musivid" / "manifest.json").read_text())
    assert "plan" in manifest["recipe"]["inputs"], "another plan is another film"
    kept = (tmp_path / "a.musivid" / "plan.yaml").read_text()
    assert "scene: aurora, look: teal, shot: lake" in kept and "scene: city, look: blue" in kept


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--plan", "plan.yaml"), "plan.yaml:2: there is no scene 'see'; nearest: sea"),
        (("--plan", "none.yaml"), "cannot be read"),
        (("--plan-out", "new.yaml"), "--plan-out is for --dry-run"),
        (("--plan", "plan.yaml", "--scene", "sea"), "both say where the film goes"),
    ],
)
def test_plans_that_cannot_be_used(
    musivid: Run, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    flags: tuple[str, ...], said: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text("places:\n- {start: 0, scene: see}\n")
    code, _, told = musivid("video", song, *SMALL, *flags, "-o", tmp_path / "a.mp4")
    assert code == 2 and said in told, told


def test_the_title_stands_over_the_first_image_where_it_is_asked_for(
    song: Path, tmp_path: Path
) -> None:
    settings = {"output.size": "192x108", "output.fps": "10", "living.scene": "sea/moon"}
    named = {"living.show_title": True, "living.title": "Silver"}
    plain = list(film(song, preset="living", settings=settings).frames())
    titled = list(film(song, preset="living", settings=settings | named).frames())
    assert np.abs(titled[20].astype(int) - plain[20]).max() > 60
    assert np.array_equal(titled[-1], plain[-1])


def test_a_title_that_is_not_known_is_told(musivid: Run, song: Path, tmp_path: Path) -> None:
    wish = (*SMALL, "--scene", "sea/moon", "--title", "-o", tmp_path / "a.mp4")
    code, _, told = musivid("video", song, *wish)
    assert code == 0 and "--set living.title=NAME" in told
    code, _, told = musivid(
        "video", song, *SMALL, "--set", "living.title=No", "-o", tmp_path / "b.mp4"
    )
    assert code == 2 and "covers and --title" in told


def test_torch_never_comes_to_what_draws(musivid: Run, song: Path, tmp_path: Path) -> None:
    """A process without torch lets another one plan, and its frames are the same."""
    alone, here = tmp_path / "alone.mp4", tmp_path / "here.mp4"
    words = ["musivid", "video", str(song), *SMALL, "--to", "1.5", "-o", str(alone)]
    program = (
        "import sys\nfrom musivid.cli import main\n"
        f"if __name__ == '__main__':\n    sys.argv = {words!r}\n"
        "    try:\n        main()\n"
        "    finally:\n        assert 'torch' not in sys.modules\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert alone.is_file() and ran.returncode == 0, ran.stderr
    assert musivid("video", song, *SMALL, "--to", "1.5", "-o", here)[0] == 0
    assert digest(alone) == digest(here)
