"""The flags of a command, made from the fields of the dataclasses that it takes.

`with_flags` shows Typer these fields, and the settings that have a flag, as one flat signature,
and puts what was typed together again when the command is called.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer
from typer.core import TyperCommand

from musivid.commands.columns import columns_of
from musivid.commands.options import SetOptions
from musivid.commands.setting_flags import SettingFlag, setting_flags
from musivid.core.errors import MusividError
from musivid.core.paths import expanded
from musivid.settings.drafts import TypedValue
from musivid.settings.presets import (
    default_preset,
    list_presets,
    load_preset,
    own_files,
    preset_schema,
)

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["FlagsCommand", "Wish", "with_flags"]

Command = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Wish:
    """The settings that were asked for: a preset, `--set`, and flags that set one setting each.

    Attributes:
        command: whose settings: `video`, `bgm_infer`, ...
        preset: name or path; None: the command's default.
        options: what followed each `--set`.
        typed: from flags.
    """

    command: str
    preset: str | None = None
    options: tuple[str, ...] = ()
    typed: tuple[TypedValue, ...] = ()

    def settings(self, *more: TypedValue) -> Any:
        """The preset with all that was typed laid over it.

        Args:
            more: from flags that set something else than one setting.

        Raises:
            PresetError: not found, or with faults; all of them are listed.
        """
        return load_preset(self.command, self.preset, [*self.options, *self.typed, *more])

    def files(self) -> dict[str, list[Path]]:
        """The user's own files that the preset is read from, as what a command reads.

        Raises:
            PresetError: not found, or not readable.
        """
        return {"preset": own_files(self.command, self.preset)}


class FlagsCommand(TyperCommand):
    """A command whose help shows what its default preset says for each flag."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Fill in the defaults, for which the preset must be read, and write the help."""
        shown: dict[str, str] = getattr(self.callback, "shown", dict)()
        for parameter in self.params:
            if parameter.name in shown:
                parameter.show_default = shown[parameter.name]  # type: ignore[attr-defined]
        super().format_help(ctx, formatter)


def with_flags(command: str = "") -> Callable[[Command], Command]:
    """Give a function of dataclasses the flat signature of which Typer makes flags.

    A parameter whose type is a dataclass becomes its fields, and theirs in turn; a `Wish` becomes
    `--preset`, `--set` and the flags of the settings. A table of jobs is told what it may hold.

    Args:
        command: whose settings are meant; empty: there is no `Wish`.
    """
    flat = _Flat(command, setting_flags(preset_schema(command)) if command else [])

    def decorate(function: Command) -> Command:
        hints = get_type_hints(function, include_extras=True)
        own = list(inspect.signature(function).parameters.values())

        def gathered(values: Mapping[str, Any]) -> dict[str, Any]:
            return {p.name: flat.gathered(p.name, hints[p.name], values) for p in own}

        def run(**values: Any) -> None:
            if (table := values.get("jobs")) is not None:
                columns = columns_of(command, found, values, lambda row: gathered(row)[own[0].name])
                values["jobs"] = dataclasses.replace(table, columns=columns)
            function(**gathered(values))

        found = [one for p in own for one in flat.parameters(p.name, hints[p.name], p.default)]
        run.__name__ = run.__qualname__ = function.__name__
        run.__module__, run.__doc__ = function.__module__, function.__doc__
        run.__annotations__ = {one.name: one.annotation for one in found}
        run.__signature__ = inspect.Signature(found)  # type: ignore[attr-defined]
        run.shown = flat.shown  # type: ignore[attr-defined]
        return run

    return decorate


@dataclass(frozen=True, slots=True)
class _Flat:
    """The flat form of a command's parameters, there and back."""

    command: str
    flags: list[SettingFlag]

    def parameters(self, name: str, hint: Any, default: Any) -> Iterator[inspect.Parameter]:
        """The parameters that stand for one: itself, or all that it is made of."""
        if hint is Wish:
            yield _parameter("preset", self._preset(), default_preset(self.command))
            for flag in self.flags:
                yield _parameter(flag.parameter, flag.annotation(), None)
            yield _parameter("set_options", SetOptions, None)
        elif dataclasses.is_dataclass(hint):
            hints = get_type_hints(hint, include_extras=True)
            for field in dataclasses.fields(hint):
                is_needed = field.default is dataclasses.MISSING
                given = inspect.Parameter.empty if is_needed else field.default
                yield from self.parameters(field.name, hints[field.name], given)
        else:
            yield _parameter(name, hint, default)

    def gathered(self, name: str, hint: Any, values: Mapping[str, Any]) -> Any:
        """The value of a parameter, put together from those that stand for it."""
        if hint is Wish:
            given = [(flag, values[flag.parameter]) for flag in self.flags]
            typed = tuple(flag.typed(value) for flag, value in given if value is not None)
            return Wish(self.command, values["preset"], tuple(values["set_options"] or ()), typed)
        if not dataclasses.is_dataclass(hint):
            value = values[name]
            return expanded(value) if isinstance(value, Path) else value
        hints = get_type_hints(hint, include_extras=True)
        names = [field.name for field in dataclasses.fields(hint)]
        return hint(**{name: self.gathered(name, hints[name], values) for name in names})  # type: ignore[operator]

    def shown(self) -> dict[str, str]:
        """What the default preset says, by parameter."""
        try:
            preset: BaseModel = load_preset(self.command)
        except MusividError:  # a faulty one of the user's own: the command itself will say so
            return {}
        found = {flag.parameter: flag.shown(preset) for flag in self.flags}
        return {name: text for name, text in found.items() if text}

    def _preset(self) -> Any:
        def complete(incomplete: str) -> list[str]:
            return [p.name for p in list_presets(self.command) if p.name.startswith(incomplete)]

        return Annotated[
            str,
            typer.Option(
                "--preset",
                "-p",
                metavar="NAME|PATH",
                help="Settings to start from; `musivid presets` lists them.",
                autocompletion=complete,
            ),
        ]


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, default=default, annotation=annotation)
