"""Which settings are read while something is made: reads are watched, checks and talk left out."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from types import FrameType
from typing import Any, get_args

from musivid.settings.base import Group, Preset
from musivid.settings.heeded import heeded_marks
from musivid.settings.marks import dotted_fields

__all__ = ["unread", "watched"]

# What these read changes no frame and no note: they refuse, tell and estimate.
_CHECKS = {"job", "estimate", "preview", "check_cover", "plan_facts", "aspects"}


class Watch:
    """Groups of settings by their place in a preset, and the settings that were read."""

    def __init__(self, schema: type[Preset]) -> None:
        self.read: set[str] = set()
        self._schema = schema
        self._places: dict[int, str] = {}
        self._kept: list[object] = []  # so that no number of `id` is given twice
        self._of_class: dict[type, set[str]] = defaultdict(set)
        for key, info, _ in dotted_fields(schema):
            for kind in (info.annotation, *get_args(info.annotation)):
                self._of_class[kind].add(f"{key}.")

    def note(self, group: Group, name: str, value: Any, counts: bool) -> None:
        """Note that a setting was read, and where the groups lie that it holds."""
        place = self._place(group)
        if place is None:
            return
        held = value.values() if isinstance(value, dict) else value
        for inner in held if isinstance(held, list | type({}.values())) else [held]:
            if isinstance(inner, Group):
                self._places[id(inner)] = f"{place}{name}."
                self._kept.append(inner)
        if counts:
            self.read.add(f"{place}{name}")

    def _place(self, group: Group) -> str | None:
        """The key before a group's settings; a copy has the place of its class, if it has one."""
        if isinstance(group, Preset):
            return "" if isinstance(group, self._schema) else None
        places = self._of_class[type(group)]
        return self._places.get(id(group)) or (next(iter(places)) if len(places) == 1 else None)


@contextmanager
def watched(schema: type[Preset]) -> Iterator[Watch]:
    """Watch what is read of settings of a schema, until the block ends."""
    watch = Watch(schema)
    plain = Group.__getattribute__

    def read(self: Group, name: str) -> Any:
        value = plain(self, name)
        if name in type(self).model_fields:
            watch.note(self, name, value, _counts(sys._getframe(1)))
        return value

    Group.__getattribute__ = read  # type: ignore[method-assign, assignment]
    try:
        yield watch
    finally:
        del Group.__getattribute__


def unread(schema: type[Preset], aspects: Mapping[str, str], read: Set[str]) -> set[str]:
    """Settings, but for groups, that nobody read though their marks say that they are heeded.

    Args:
        schema: of the settings.
        aspects: what each aspect was; any other may be all that it can be.
        read: the settings that were read.
    """
    keys = [key for key, _, _ in dotted_fields(schema)]
    marks = heeded_marks(schema)
    return {
        key
        for key in set(keys) - read
        if not any(other.startswith(f"{key}.") for other in keys)
        and all(
            mark.by and aspects.get(mark.aspect, mark.by[0]) in mark.by
            for mark in marks.get(key, ())
        )
    }


def _counts(frame: FrameType) -> bool:
    """Whether it is the work that reads, not settings that see to themselves, nor a check."""
    module, function = str(frame.f_globals.get("__name__")), frame.f_code.co_name
    own = module.startswith("musivid.settings.") and function.startswith("_")
    return (
        module.startswith("musivid.")
        and not own
        and not {module.rpartition(".")[2], function} & _CHECKS
    )
