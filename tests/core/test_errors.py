"""The tree of errors: drawn at the top of its module, with one exit code each."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from musivid.core import errors


def all_errors() -> list[type[errors.MusividError]]:
    return [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.MusividError)
    ]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.MusividError, 1),
        (errors.RunError, 1),
        (errors.EncodeError, 1),
        (errors.UsageError, 2),
        (errors.PresetError, 2),
        (errors.InputError, 2),
        (errors.OutputError, 2),
        (errors.MissingError, 3),
        (errors.WeightsError, 3),
        (errors.DeviceError, 3),
        (errors.BatchError, 4),
        (errors.Interrupted, 130),
    ],
)
def test_exit_codes(kind: type[Any], code: int) -> None:
    assert kind("x").exit_code == code


def test_the_drawn_tree_is_the_real_one() -> None:
    drawn = {}  # name -> (depth, code if stated)
    parents = {}
    trail: list[str] = []
    for line in inspect.getdoc(errors).splitlines():
        found = re.match(r"([│├└─ ]*)(\w+)(?: \((\d+)\))?", line)
        if not found or not found[2].endswith(("Error", "Interrupted")):
            continue
        depth = len(found[1]) // 4
        trail[depth:] = [found[2]]
        drawn[found[2]] = int(found[3]) if found[3] else None
        parents[found[2]] = trail[depth - 1] if depth else "Exception"
    assert set(drawn) == {kind.__name__ for kind in all_errors()}
    for kind in all_errors():
        assert kind.__base__.__name__ == parents[kind.__name__]
        if drawn[kind.__name__] is not None:
            assert kind.exit_code == drawn[kind.__name__]


def test_message_has_its_three_parts_on_lines() -> None:
    full = errors.InputError("no song", hint="Give one.", command="musivid video x.mp3")
    assert str(full).splitlines() == ["no song", "Give one.", "Try: musivid video x.mp3"]
    assert str(errors.InputError("no song")) == "no song"
