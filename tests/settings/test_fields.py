"""The settings' models: every key explained, every default valid, faults refused."""

from __future__ import annotations

import inspect

import pytest
from pydantic import BaseModel, ValidationError

from musivid.core.errors import UsageError
from musivid.settings import video as schema
from musivid.settings.video import InterpolatePreset, VideoPreset, parse_size

GROUPS = [
    kind
    for _, kind in inspect.getmembers(schema, inspect.isclass)
    if issubclass(kind, schema.Group) and kind.__module__ == schema.__name__
]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)
def test_every_value_is_explained(group):
    bare = [
        name
        for name, info in group.model_fields.items()
        if not info.description
        and not (inspect.isclass(info.annotation) and issubclass(info.annotation, BaseModel))
    ]
    assert not bare


@pytest.mark.parametrize("group", [VideoPreset, InterpolatePreset])
def test_defaults_pass_their_own_checks(group):
    defaults = group().model_dump()
    assert group.model_validate(defaults) == group()


def test_numbers_are_taken_where_text_is_meant():
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
def test_bad_values_are_refused(data):
    with pytest.raises(ValidationError):
        VideoPreset.model_validate(data)


def test_values_are_frozen():
    with pytest.raises(ValidationError):
        VideoPreset().seed = 3


@pytest.mark.parametrize(("text", "size"), [("512x288", (512, 288)), (" 16 X 16 ", (16, 16)),
                                            ("640×360", (640, 360))])  # fmt: skip
def test_parse_size(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "512", "0x0", "17x31", "-2x2", "1e3x16", "99999x16", "axb"])
def test_parse_size_refuses(text):
    with pytest.raises(UsageError, match="size"):
        parse_size(text)
