"""The settings' models: every key explained, every default valid, faults refused."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

import musivid.settings
from musivid.core.errors import PresetError, UsageError
from musivid.settings.base import Group
from musivid.settings.presets import load_preset
from musivid.settings.video import InterpolatePreset, VideoPreset, parse_size


def groups() -> Iterator[type[Group]]:
    """Every group of settings, whichever file of the package it stands in."""
    for found in pkgutil.walk_packages(musivid.settings.__path__, "musivid.settings."):
        module = importlib.import_module(found.name)
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, Group) and kind.__module__ == found.name and kind is not Group:
                yield kind


def parts(annotation: Any) -> Iterator[Any]:
    """What an annotation is made of: types, and the choices of a Literal."""
    yield annotation
    for inner in get_args(annotation):
        yield from parts(inner)


FIELDS = {
    f"{kind.__name__}.{name}": info
    for kind in groups()
    for name, info in kind.model_fields.items()
    if not (inspect.isclass(info.annotation) and issubclass(info.annotation, BaseModel))
}
# What a name ends with -> how its line says the unit.
UNITS = {
    "_per_s": "a second",
    "_s": "seconds",
    "_ms": "milliseconds",
    "_hz": "hz",
    "_deg": "degrees?|rotation",
    "_db": "db",
    "_dbtp": "db",
    "_mb": "megabytes",
    "kbps": "kbit/s",
    "lufs": "lufs",
}
# What other numbers are: counts, shares, factors ...
COUNTED = (
    "number|fewest|most|seeds?|weight|share|factor|exponent|divisor|width|degrees|semitones|rate|"
    "decay|norm|frames per second|beats per minute|seconds|steps|bars|words|tokens|windows"
)


def test_all_settings_files_are_looked_at() -> None:
    files = {kind.__module__.rpartition(".")[2] for kind in groups()}
    assert files >= {"bgm", "caption", "evaluate", "train", "video", "visualize"}


@pytest.mark.parametrize("info", FIELDS.values(), ids=FIELDS)
def test_every_value_is_explained(info: FieldInfo, request: pytest.FixtureRequest) -> None:
    line = (info.description or "").lower()
    assert len(line) > 5
    made_of = list(parts(info.annotation))
    unnamed = [
        choice
        for choice in made_of
        if isinstance(choice, str) and not re.search(rf"\b{choice.lower()}\b", line)
    ]
    assert not unnamed, "choices that are not explained"
    assert type(None) not in made_of or re.search(r"\b(none|null)\b", line), "what None means"
    if {int, float} & set(made_of):
        name = request.node.callspec.id
        unit = next((said for end, said in UNITS.items() if name.endswith(end)), COUNTED)
        assert re.search(rf"\b({unit})\b|\b0: [^;]*\b1: ", line), "what is counted, in which unit"


@pytest.mark.parametrize("group", [VideoPreset, InterpolatePreset])
def test_defaults_pass_their_own_checks(group: type[Any]) -> None:
    defaults = group().model_dump()
    assert group.model_validate(defaults) == group()


def test_numbers_are_taken_where_text_is_meant() -> None:
    preset = VideoPreset.model_validate(
        {"output": {"fps": 25}, "guidance": {"story": [{"at": 65, "text": "sea"}]}}
    )
    assert preset.output.fps == "25"
    assert preset.guidance.story[0].at == "65"


@pytest.mark.parametrize(
    "data",
    [
        {"output": {"fps": "0"}},
        {"output": {"fps": "fast"}},
        {"output": {"size": "0x0"}},
        {"output": {"size": "17x31"}},
        {"output": {"size": "512"}},
        {"output": {"crf": 99}},
        {"painting": {"lr": float("nan")}},
        {"painting": {"augments": ["Zz"]}},
        {"guidance": {"story": [{"at": "soon", "text": "sea"}]}},
        {"seed": -1},
        {"unknown": 1},
    ],
)
def test_bad_values_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        VideoPreset.model_validate(data)


def test_values_are_frozen() -> None:
    with pytest.raises(ValidationError):
        VideoPreset().seed = 3


@pytest.mark.parametrize(("text", "size"), [("512x288", (512, 288)), (" 16 X 16 ", (16, 16)),
                                            ("640×360", (640, 360))])  # fmt: skip
def test_parse_size(text: str, size: tuple[int, int]) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "512", "0x0", "17x31", "-2x2", "1e3x16", "99999x16", "axb"])
def test_parse_size_refuses(text: str) -> None:
    with pytest.raises(UsageError, match="size"):
        parse_size(text)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("seed=true", "must be a whole number, not yes or no"),
        ('seed="3"', "must be a whole number, not text"),
        ("seed=1e3", "must be a whole number, in digits alone"),
        ("painting.lr=false", "must be a number, not yes or no"),
        ('painting.lr="1e-3"', "must be a number, not text"),
        ("painting.noise_prompts=[1, true]", "must be a whole number, not yes or no"),
        ('painting.noise_prompts=["3"]', "must be a whole number, not text"),
        ("painting.noise_prompts=[1.5]", "must be a whole number"),
        ("walk.decode_every=2.0", "must be a whole number"),
    ],
)
def test_numbers_in_disguise_are_refused(setting: str, said: str) -> None:
    with pytest.raises(PresetError) as told:
        load_preset("video", "tiny", [setting])
    assert said in told.value.problem and f"--set {setting}" in told.value.problem


def test_numbers_are_taken_as_they_are_written() -> None:
    preset = load_preset("video", "tiny", ["painting.lr=1e-3", "seed=7", "walk.hold=1"])
    assert preset.painting.lr == 0.001 and preset.seed == 7 and preset.walk.hold == 1.0
