"""A flag that sets one setting: its name by a mark on the field, all else by the field itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

import typer

from musivid.settings.drafts import TypedValue
from musivid.settings.marks import Flag, dotted_fields, marks_of

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

__all__ = ["SettingFlag", "setting_flags"]

_BOUNDS = {"ge": "{:g} or more", "gt": "over {:g}", "le": "at most {:g}", "lt": "under {:g}"}
_MOST = 1e9  # a bound beyond this is there for the machine, not for people
_PLAIN = (bool, int, float)


@dataclass(frozen=True, slots=True)
class SettingFlag:
    """A flag and the setting behind it.

    Attributes:
        key: the setting, dotted.
        info: its field.
        mark: what the field says of its flag.
    """

    key: str
    info: FieldInfo
    mark: Flag

    @property
    def parameter(self) -> str:
        """Its name among a command's parameters."""
        return "settings__" + self.key.replace(".", "__")

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that may be given; none where others may."""
        return tuple(_choices(self.info.annotation))

    @property
    def takes_many(self) -> bool:
        """Whether several words may be given, with commas between them."""
        return get_origin(self.info.annotation) in (tuple, list)

    def annotation(self) -> Any:
        """What Typer makes an option of."""
        option = typer.Option(
            self.mark.name,
            *([self.mark.short] if self.mark.short else []),
            metavar=self._metavar(),
            show_default=False,
            help=self._help(),
            rich_help_panel=self.mark.panel or None,
            autocompletion=self._complete if self.choices else None,
        )
        return Annotated[self._kind() | None, option]

    def typed(self, value: Any) -> TypedValue:
        """The setting, of what Typer read after the flag."""
        if self.mark.sets is not None:
            return TypedValue(self.key, self.mark.sets, self.mark.name)
        if isinstance(value, bool):
            return TypedValue(self.key, value, self.mark.name.split("/")[0 if value else -1])
        place = f"{self.mark.name} {value}"
        if self.takes_many:
            return TypedValue(self.key, self._several(value), place)
        return TypedValue(self.key, str(value) if isinstance(value, Path) else value, place)

    def shown(self, preset: BaseModel) -> str:
        """What a preset says, for the help; empty where that is nothing, or no."""
        value: Any = preset
        for name in self.key.split("."):
            value = getattr(value, name)
        if value is None or isinstance(value, bool) or self.mark.sets is not None:
            return ""
        if self.takes_many:
            return ",".join(map(str, value))
        return f"{value:g}" if isinstance(value, float) else str(value)

    def _kind(self) -> Any:
        if self.mark.sets is not None:
            return bool
        if self.mark.is_path:
            return Path
        found = [kind for kind in _plain_kinds(self.info.annotation) if kind in _PLAIN]
        return found[0] if found else str

    def _metavar(self) -> str | None:
        if self.mark.metavar or self.mark.sets is not None:
            return self.mark.metavar or None
        return "A,B" if self.takes_many else "|".join(self.choices) or None

    def _help(self) -> str:
        """The docstring, the words or bounds; brackets are no markup."""
        text = " ".join((self.info.description or "").split())
        if self.takes_many and self.choices:
            text += f" Of {', '.join(self.choices)}."
        return f"{text} {self._bounds()}".strip().replace("[", "\\[")

    def _bounds(self) -> str:
        """The least and the most that may be given, in words."""
        limits = {
            name: limit
            for bound in self.info.metadata
            for name in _BOUNDS
            if (limit := getattr(bound, name, None)) is not None and abs(limit) < _MOST
        }
        if set(limits) == {"ge", "le"}:
            return f"({limits['ge']:g} to {limits['le']:g})"
        words = ", ".join(_BOUNDS[name].format(limit) for name, limit in limits.items())
        return f"({words})" if words else ""

    def _complete(self, incomplete: str) -> list[str]:
        """What the shell offers after the flag."""
        done, comma, last = incomplete.rpartition(",") if self.takes_many else ("", "", incomplete)
        return [done + comma + word for word in self.choices if word.startswith(last)]

    def _several(self, text: str) -> list[str]:
        """Words between commas, whatever their case."""
        known = {word.lower(): word for word in self.choices}
        words = [word.strip() for word in text.split(",") if word.strip()]
        return [known.get(word.lower(), word.capitalize()) for word in words]


def setting_flags(schema: type[BaseModel]) -> list[SettingFlag]:
    """The flags of all settings that have one, in the order of the fields."""
    return [
        SettingFlag(key, info, mark)
        for key, info, _ in dotted_fields(schema)
        for mark in marks_of(info, Flag)
    ]


def _plain_kinds(annotation: Any) -> Iterator[Any]:
    """The types in a union, in `Annotated` and in a tuple."""
    inner = get_args(annotation)
    if get_origin(annotation) is Literal or not inner:
        yield annotation
    else:
        for kind in inner[:1] if get_origin(annotation) is Annotated else inner:
            yield from _plain_kinds(kind)


def _choices(annotation: Any) -> Iterator[str]:
    """The words of a Literal, if nothing but these and None may be given."""
    kinds = [kind for kind in _plain_kinds(annotation) if kind not in (type(None), ...)]
    if kinds and all(get_origin(kind) is Literal for kind in kinds):
        for kind in kinds:
            yield from map(str, get_args(kind))
