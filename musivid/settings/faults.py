"""Saying what is wrong with settings: pydantic's findings as lines that a person can act on."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from musivid.settings.marks import dotted_fields

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

__all__ = ["explain_faults", "nearest"]

SettingPath = tuple[str | int, ...]


def nearest(word: str, known: Sequence[str]) -> str:
    """The known word that is most like `word`; empty if none is."""
    found = difflib.get_close_matches(word, known, 1, 0.55)
    return found[0] if found else ""


def explain_faults(
    error: ValidationError, schema: type[BaseModel], origins: Mapping[SettingPath, str]
) -> list[str]:
    """One line a fault: where it was written, its dotted key, what is wrong, the nearest key.

    Args:
        error: what pydantic found.
        schema: the model that was to be filled.
        origins: file and line (or flag) of each key.
    """
    return [_explain(dict(fault), schema, origins) for fault in error.errors()]


def _explain(
    fault: dict[str, Any], schema: type[BaseModel], origins: Mapping[SettingPath, str]
) -> str:
    key: SettingPath = fault["loc"]
    dotted = ".".join(map(str, key))
    if fault["type"] == "extra_forbidden":
        near = _nearest_key(dotted, [key for key, _, _ in dotted_fields(schema)])
        message = "unknown key" + (f"; nearest: {near}" if near else "")
    else:
        message = fault["msg"].removeprefix("Value error, ").replace("\n", " ")
        # A whole table in the message would hide the message.
        if fault["type"] != "missing" and not isinstance(fault["input"], dict | list):
            message += f" (it is {fault['input']!r})"
    place = _origin(key, origins)
    return f"{place}: {dotted}: {message}" if place else f"{dotted}: {message}"


def _origin(key: SettingPath, origins: Mapping[SettingPath, str]) -> str:
    """Where a key, or the nearest table above it, was written."""
    while key and key not in origins:
        key = key[:-1]
    return origins.get(key, "")


def _nearest_key(dotted: str, known: list[str]) -> str:
    """The known key that is meant: alike as a whole, or the same last word elsewhere."""
    last = dotted.rsplit(".", 1)[-1]
    same_word = [key for key in known if key.rsplit(".", 1)[-1] == last]
    if same_word:
        return nearest(dotted, same_word) or same_word[0]
    parent = dotted.removesuffix(last)
    siblings = [key for key in known if key.startswith(parent) and "." not in key[len(parent) :]]
    return nearest(dotted, siblings) or nearest(dotted, known)
