"""Presets: found by name or path, merged, overridden, checked with every fault at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from musivid.core.errors import PresetError, UsageError
from musivid.settings import presets
from musivid.settings.presets import (
    dump_preset,
    find_preset,
    list_presets,
    load_preset,
    preset_hash,
)
from musivid.settings.video import InterpolatePreset, VideoPreset

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
SHIPPED = sorted(CONFIGS.glob("*/*.yaml"))


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """A shipped configs folder of our own; gives a function that writes presets into it."""
    monkeypatch.setattr(presets, "shipped_folder", lambda name: tmp_path / "shipped" / name)

    def write(text: str, name: str = "base", command: str = "video") -> Path:
        path = tmp_path / "shipped" / "configs" / command / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def own(folder: Path, text: str, name: str = "base", command: str = "video") -> Path:
    """Write a preset of the user's own."""
    path = folder / "xdg_config_home" / "musivid" / command / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_shipped_preset_loads_and_says_what_it_is(path: Path) -> None:
    command = path.parent.name
    assert command in presets.preset_commands()
    settings = load_preset(command, path.stem)
    info = {info.name: info for info in list_presets(command)}[path.stem]
    assert info.path == path
    assert len(info.summary) > 10
    assert load_preset(command, str(path)) == settings


@pytest.mark.parametrize("command", presets.preset_commands())
def test_every_command_has_its_default_preset(command: str) -> None:
    assert presets.default_preset(command) in {
        path.stem for path in SHIPPED if path.parent.name == command
    }


def test_empty_preset_is_all_defaults(shipped: Callable[..., Any]) -> None:
    shipped("# Nothing at all\n")
    assert load_preset("video", "base") == VideoPreset()
    shipped("", command="interpolate")
    assert load_preset("interpolate", "base") == InterpolatePreset()


def test_extends_merges_tables_and_replaces_lists(shipped: Callable[..., Any]) -> None:
    shipped("painting: {steps: 5, lr: 0.2, augments: [Af, Er]}\noutput: {fps: 24}\n")
    shipped("extends: base\npainting: {steps: 7, augments: [Ji]}\n", "middle")
    shipped("extends: middle\nseed: 3\n", "top")
    settings = load_preset("video", "top")
    assert (settings.painting.steps, settings.painting.lr) == (7, 0.2)
    assert settings.painting.augments == ["Ji"]
    assert (settings.output.fps, settings.seed) == ("24", 3)


def test_extends_a_path_beside_the_file(shipped: Callable[..., Any], tmp_path: Path) -> None:
    shipped("seed: 5\n")
    shipped("extends: ../video/base.yaml\nease: linear\n", command="interpolate")
    assert load_preset("interpolate", "base").seed == 5
    (tmp_path / "mine.yaml").write_text("seed: 6\n")
    (tmp_path / "more.yaml").write_text("extends: ./mine.yaml\n")
    assert load_preset("video", str(tmp_path / "more.yaml")).seed == 6


def test_own_preset_hides_and_may_extend_its_namesake(
    shipped: Callable[..., Any], own_folders: Path
) -> None:
    shipped("# Shipped\nseed: 1\noutput: {crf: 30}\n")
    path = own(own_folders, "# Mine\nextends: base\nseed: 2\n")
    assert find_preset("video", "base") == path
    settings = load_preset("video", "base")
    assert (settings.seed, settings.output.crf) == (2, 30)
    assert [(info.name, info.summary) for info in list_presets("video")] == [("base", "Mine")]


def test_a_file_is_a_preset_however_it_ends_unless_a_preset_is_called_so(
    shipped: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped("seed: 1\n")
    monkeypatch.chdir(tmp_path)
    for name, seed in [("mine", 7), ("MINE.YML", 8), ("base", 9)]:
        Path(name).write_text(f"seed: {seed}\n")
    seeds = [load_preset("video", name).seed for name in ("mine", "MINE.YML", "base", "./base")]
    assert seeds == [7, 8, 1, 9]


def test_a_path_is_always_a_file(
    shipped: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped("seed: 1\n", name="mine")
    (tmp_path / "mine").write_text("seed: 2\n")
    monkeypatch.chdir(tmp_path)
    assert load_preset("video", "mine").seed == 1
    assert load_preset("video", Path("mine")).seed == 2
    assert load_preset("video", tmp_path / "mine").seed == 2
    os.mkfifo(tmp_path / "pipe.yaml")
    names = {
        "pipe.yaml": "is a pipe", "nothing.yaml": "no preset file", "x" * 300: "too long",
        "~nosuchuser/a.yaml": "no home folder",
    }  # fmt: skip
    for name, problem in names.items():
        for given in (Path(name), os.path.join(".", name) if name[0] != "~" else name):
            with pytest.raises(UsageError, match=problem):
                load_preset("video", given)


def test_circles_are_refused(shipped: Callable[..., Any]) -> None:
    shipped("extends: b\n", "a")
    shipped("extends: c\n", "b")
    shipped("extends: a\n", "c")
    with pytest.raises(PresetError, match=r"circle: a\.yaml -> b\.yaml -> c\.yaml -> a\.yaml"):
        load_preset("video", "a")
    shipped("extends: d\n", "d")
    with pytest.raises(PresetError, match="unknown preset 'd'"):
        load_preset("video", "d")


def test_unknown_names_get_the_nearest(shipped: Callable[..., Any], tmp_path: Path) -> None:
    shipped("", "imagenet")
    with pytest.raises(PresetError, match="nearest: imagenet") as caught:
        load_preset("video", "imagnet")
    assert caught.value.command == "musivid presets"
    with pytest.raises(PresetError, match="no preset file"):
        load_preset("video", str(tmp_path / "none.yaml"))
    with pytest.raises(PresetError, match="no presets"):
        load_preset("dance", "imagenet")


def test_overrides_are_yaml_and_come_last(shipped: Callable[..., Any]) -> None:
    shipped("guidance: {style: [{text: old}, {text: older}]}\nwalk: {hold: 0.5}\n")
    settings = load_preset(
        "video",
        "base",
        [
            "painting.steps=3",
            "painting.augments=[Af, Ji]",
            "painting.lr=1e-3",
            "output.fps=30000/1001",
            "guidance.style.1.weight=-2",
            "guidance.style.1.text='no: really'",
            "guidance.negative=[{text: fog, weight: .5}]",
            "models.dreamer=null",
            "models.listener=",
            "walk.hold=0.1",
            "walk.hold=0.2",
        ],
    )
    assert settings.painting.steps == 3
    assert settings.painting.augments == ["Af", "Ji"]
    assert settings.painting.lr == 0.001
    assert settings.output.fps == "30000/1001"
    assert [s.text for s in settings.guidance.style] == ["old", "no: really"]
    assert settings.guidance.style[1].weight == -2
    assert settings.guidance.negative[0].weight == 0.5
    assert settings.models.dreamer is None
    assert settings.models.listener is None
    assert settings.walk.hold == 0.2


def test_every_fault_is_reported_at_once_with_its_place(shipped: Callable[..., Any]) -> None:
    shipped(
        "painting:\n  stepz: 3\n  lr: fast\n  cutouts: 4\n  cutouts: 5\nsteps: 9\n"
        "output: {crf: 99}\nguidance:\n  style:\n  - text: sea\n    weigth: 2\n  - weight: 1\n"
    )
    with pytest.raises(PresetError) as caught:
        load_preset("video", "base", ["walk.hold=2", "walk", "a..b=1", "seed={", "seed.x=1",
                                      "paintings.steps=1"])  # fmt: skip
    lines = [line.strip() for line in caught.value.problem.splitlines()]
    assert lines[0] == "preset 'base' has 13 faults:"
    expected = [
        "base.yaml:2: painting.stepz: unknown key; nearest: painting.steps",
        "base.yaml:3: painting.lr: Input should be a valid number",
        "base.yaml:5: 'cutouts' is given twice (first: line 4)",
        "base.yaml:6: steps: unknown key; nearest: clips.steps",
        "base.yaml:7: output.crf: Input should be less than or equal to 51 (it is 99)",
        "base.yaml:11: guidance.style.0.weigth: unknown key; nearest: guidance.style.weight",
        "base.yaml:12: guidance.style.1.text: Field required",
        "--set walk.hold=2: walk.hold: Input should be less than or equal to 1 (it is 2)",
        "--set walk: must look like a.b=value",
        "--set a..b=1: must look like a.b=value",
        "--set seed={: ",
        "--set paintings.steps=1: paintings: unknown key; nearest: painting",
        "--set seed.x=1: seed: Input should be a valid integer",
    ]
    for start in expected:
        assert any(line.startswith(start) for line in lines), (start, lines)
    assert len(lines) == 1 + len(expected)


def test_faults_in_an_ancestor_name_that_file(shipped: Callable[..., Any]) -> None:
    shipped("seed: x\n")
    shipped("extends: base\n", "top")
    with pytest.raises(PresetError, match=r"base\.yaml:1: seed: "):
        load_preset("video", "top")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: &x 1\nb: *x\n", r"base\.yaml:1: anchors"),
        ("seed: !!python/name:os.system\n", r"base\.yaml:1: tags"),
        ("- 1\n", "not a list"),
        ("just words\n", "not a str"),
        ("extends: [a]\n", "extends must name one preset"),
        ("a: [\n", r"base\.yaml:2: "),
    ],
)
def test_files_that_are_no_presets(shipped: Callable[..., Any], text: str, problem: str) -> None:
    shipped(text)
    with pytest.raises(PresetError, match=problem):
        load_preset("video", "base")


def test_bytes_that_are_no_text(shipped: Callable[..., Any]) -> None:
    path = shipped("")
    path.write_bytes(b"\xff\xfe\x00binary")
    with pytest.raises(PresetError, match="cannot be read"):
        load_preset("video", "base")


@pytest.mark.parametrize("comments", [False, True])
def test_what_is_dumped_loads_again(shipped: Callable[..., Any], comments: bool) -> None:
    style = "guidance.style=[{text: 'a: \"b\" # c 海'}, {text: 'no', weight: -1}]"
    shipped("output: {fps: 29.97}\n")
    settings = load_preset("video", "base", [style, "guidance.story=[{at: 1:05, text: '1:05'}]"])
    shipped(dump_preset(settings, comments=comments), "again")
    again = load_preset("video", "again")
    assert again == settings
    assert preset_hash(again) == preset_hash(settings)


def test_comments_explain_keys(shipped: Callable[..., Any]) -> None:
    text = dump_preset(VideoPreset(), comments=True)
    assert "  # Optimiser steps a keyframe (keys).\n  steps: " in text


def test_hash_tells_settings_apart() -> None:
    assert preset_hash(VideoPreset()) != preset_hash(VideoPreset(seed=1))
    assert preset_hash(VideoPreset()) == preset_hash(VideoPreset(seed=0))


@pytest.mark.parametrize("command", ["video", "interpolate", "visualize"])
def test_the_former_name_of_dream_goes_on_and_says_so(command: str) -> None:
    assert presets.load_preset(command, "pocket") == presets.load_preset(command, "dream")
    summaries = {info.name: info.summary for info in presets.list_presets(command)}
    assert summaries["pocket"] == "The former name of dream."
