"""The public interface: light to import, true to its list, and never hidden by a module."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from bgm_train_fixtures import preset as train_preset
from bgm_train_fixtures import write_songs
from media_fixtures import write_video
from songs import write_song
from source import PACKAGE, ROOT, modules

import musivid

# Packages whose names are loaded when they are asked for: the public interface, and the doors.
LAZY = [
    ".".join(stub.parent.relative_to(ROOT).parts) for stub in sorted(PACKAGE.rglob("__init__.pyi"))
]


def test_importing_it_is_light() -> None:
    code = "import sys, musivid; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert loaded.returncode == 0, loaded.stderr
    heavy = {"numpy", "torch", "av", "pydantic", "yaml", "typer"}
    assert not heavy & set(loaded.stdout.split())


@pytest.mark.parametrize("package", LAZY)
def test_no_module_hides_what_a_package_offers(package: str) -> None:
    """Whatever was imported before, each name is the function or class of its list."""
    for module in modules():
        if module.path.name != "__main__.py":
            importlib.import_module(module.name)
    door = importlib.import_module(package)
    for name in door.__all__:
        assert not isinstance(getattr(door, name), ModuleType), f"{package}.{name}"
        assert getattr(door, name) is getattr(door, name)
    assert set(door.__all__) <= set(dir(door))


def test_every_function_works_twice_whatever_was_imported_before(tmp_path: Path) -> None:
    for module in modules():
        if module.path.name != "__main__.py":
            importlib.import_module(module.name)
    song, clip = write_song(tmp_path / "song.wav", 1.2), write_video(tmp_path / "clip.mp4", 30)
    songs = write_songs(tmp_path / "songs")
    session = musivid.Session("cpu", "float32")
    tiny: dict[str, Any] = {"preset": "tiny", "session": session}

    def learn() -> int:
        settings = train_preset(steps=1)
        made = musivid.train(songs, tmp_path / "m.safetensors", preset=settings, force=True)
        assert made is not None
        return made.updates

    calls: dict[str, Callable[[], object]] = {
        "film": lambda: len(list(musivid.film(song, **tiny))),
        "illustrate": lambda: len(musivid.illustrate(song, **tiny).pictures),
        "caption": lambda: musivid.caption(song, **tiny).text(),
        "lyrics": lambda: musivid.lyrics(song, ["red sea"], **tiny).lines,
        "compose": lambda: musivid.compose(clip, **tiny).score,
        "evaluate": lambda: musivid.evaluate(clip, preset="quick")["duration_s"],
        "combine": lambda: len(musivid.combine([clip, clip])),
        "train": learn,
        "mark": lambda: musivid.mark(song, what=["hits"]).marks,
        "load_preset": lambda: musivid.load_preset("video", "tiny"),
        "load_track": lambda: musivid.load_track(song).duration_s,
    }
    offered = importlib.import_module("musivid").__all__
    assert {name for name in offered if name[0].islower()} == set(calls)
    for name, call in calls.items():
        first, second = call(), call()
        assert first == second and first, name


def test_settings_may_be_plain_values() -> None:
    preset = musivid.load_preset("video", "tiny", {"output.size": "32x32", "keys.every_s": 2})
    assert (preset.output.size, preset.keys.every_s) == ("32x32", 2.0)
    with pytest.raises(musivid.MusividError, match=r"seed=-1: seed: .*\n.*nearest: output"):
        musivid.load_preset("video", "tiny", {"seed": -1, "outpt.size": "32x32"})
