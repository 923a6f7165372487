"""What all groups of presets are made of: sizes, rates, times, shares, and their base class."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Set
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationInfo,
    field_validator,
)

from musivid.core.clock import parse_time_s
from musivid.core.errors import UsageError
from musivid.core.timeline import parse_fps

__all__ = ["Fps", "Group", "Preset", "Size", "Strength", "Time", "Unit", "parse_size"]

_LIKE_NUMBER = re.compile(r"\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*")
_LEAST_PX, _MOST_PX = 16, 8192  # of each side


def parse_size(text: str) -> tuple[int, int]:
    """Return (width, height) in pixels from `512x288`.

    Raises:
        UsageError: not two whole even numbers of 16 to 8192.
    """
    found = re.fullmatch(r"\s*(\d{1,6})\s*[xX×]\s*(\d{1,6})\s*", text)
    sides = tuple(int(side) for side in found.groups()) if found else (0, 0)
    if any(side % 2 or not _LEAST_PX <= side <= _MOST_PX for side in sides):
        raise UsageError(
            f"size {text!r} cannot be used",
            hint=f"Give width x height, both even and {_LEAST_PX} to {_MOST_PX}: 512x512, 640x360.",
        )
    return sides[0], sides[1]


def _checked_size(text: str) -> str:
    """The text, if `parse_size` takes it; pydantic wants a ValueError otherwise."""
    try:
        parse_size(text)
    except UsageError as error:
        raise ValueError(str(error)) from None
    return text


def _checked_fps(text: str) -> str:
    """The text, if `parse_fps` takes it; pydantic wants a ValueError otherwise."""
    try:
        parse_fps(text)
    except UsageError as error:
        raise ValueError(str(error)) from None
    return text


def _checked_time(text: str) -> str:
    """The text, if it is a time."""
    parse_time_s(text)
    return text


Unit = Annotated[float, Field(ge=0, le=1)]
Strength = Annotated[float, Field(ge=0, le=4)]
Size = Annotated[str, AfterValidator(_checked_size)]
Fps = Annotated[str, Field(coerce_numbers_to_str=True), AfterValidator(_checked_fps)]
Time = Annotated[str, Field(coerce_numbers_to_str=True), AfterValidator(_checked_time)]


class Group(BaseModel):
    """Base of all groups: unknown keys are faults, values do not change after reading.

    A number is a number: neither `true` nor text in quotes is taken for one, nor `1e3` for a whole
    one.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        coerce_numbers_to_str=True,  # `fps: 25` and `at: 65` are meant as text
        use_attribute_docstrings=True,
    )

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_disguises(cls, value: Any, info: ValidationInfo) -> Any:
        """The value as it is, if no number in it is something else."""
        kinds = _kinds(cls, str(info.field_name))
        for one in value if isinstance(value, list | tuple) else [value]:
            _check_kind(one, kinds)
        return value


@functools.cache
def _kinds(model: type[BaseModel], name: str) -> frozenset[type]:
    """The plain types that a field, or what a list in it holds, may have."""
    return frozenset(_plain_types(model.model_fields[name].annotation))


def _plain_types(annotation: Any) -> Iterator[type]:
    """The types in a union, in `Annotated`, in a list, a table and in a `Literal`."""
    if get_origin(annotation) is Literal:
        yield from map(type, get_args(annotation))
    elif inner := get_args(annotation):
        for kind in inner[:1] if get_origin(annotation) is Annotated else inner:
            yield from _plain_types(kind)
    elif isinstance(annotation, type):
        yield annotation


def _check_kind(value: object, kinds: frozenset[type]) -> None:
    """Refuse what is no number where one is wanted, and a broken number where a whole one is.

    Raises:
        ValueError: it is of a kind that the field has not.
    """
    if not kinds & {int, float}:
        return
    wanted = "a number" if float in kinds else "a whole number"
    if isinstance(value, bool) and bool not in kinds:
        raise ValueError(f"must be {wanted}, not yes or no")
    if isinstance(value, str) and str not in kinds and _LIKE_NUMBER.fullmatch(value):
        raise ValueError(f"must be {wanted}, not text: leave the quotes out")
    if isinstance(value, float) and float not in kinds:
        raise ValueError("must be a whole number, in digits alone")


class Preset(Group):
    """Base of all settings of a command, which know what of them somebody asked for."""

    _given: dict[str, str] = PrivateAttr(default_factory=dict)
    _filed: set[str] = PrivateAttr(default_factory=set)

    def __eq__(self, other: object) -> bool:
        """Whether the settings are the same, wherever they came from."""
        return type(self) is type(other) and self.__dict__ == other.__dict__

    @property
    def given(self) -> dict[str, str]:
        """Where each setting was given that the user gave, by its dotted key."""
        return self._given

    @property
    def filed(self) -> Set[str]:
        """Which of these a file says, and nobody typed or handed over."""
        return self._filed

    def give(self, given: Mapping[str, str], filed: Set[str] = frozenset()) -> None:
        """Keep where settings were given, and which of them in a file."""
        self._given.update(given)
        self._filed |= filed

    def aspects(self) -> dict[str, tuple[str, ...]]:
        """What decides which settings are heeded, as far as the settings themselves say.

        Returns:
            the values that each aspect may still have; the names are those of the `Heeded` marks.
        """
        return {}
