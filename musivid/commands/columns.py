"""The columns that a table of jobs may have for a command: its flags, read as they are typed."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

import typer
from typer.core import TyperArgument, TyperOption
from typer.exceptions import TyperException

from musivid.commands.farming import FarmWork
from musivid.commands.jobs import Columns
from musivid.commands.options import BatchWork, Machine, Talk
from musivid.core.errors import UsageError
from musivid.settings.marks import dotted_fields
from musivid.settings.presets import preset_schema

__all__ = ["columns_of"]

# What is said of all inputs at once: a table has no columns of these.
_OF_ALL = {field.name for kind in (BatchWork, FarmWork, Machine, Talk) for field in fields(kind)}
_OF_ALL |= {"jobs", "output", "resume", "resume_any", "preview", "plan_out", "download"}
_OF_ALL |= {"compare", "reference", "report", "site", "plot", "fail_under"}  # of evaluate
_WITHOUT_OUTPUT = ("evaluate",)
_LISTS = ("set_options",)  # what a row has of these comes behind what was typed


def columns_of(
    command: str,
    parameters: Sequence[inspect.Parameter],
    typed: Mapping[str, Any],
    gathered: Callable[[Mapping[str, Any]], Any],
) -> Columns:
    """The columns of a command.

    Args:
        command: whose settings are meant.
        parameters: its flat signature.
        typed: the values that were typed for all rows.
        gathered: what is asked, of such values.
    """
    parser, given = _parser(parameters)
    options = [one for one in parser.params if isinstance(one, TyperOption)]
    inputs = next(str(one.name) for one in parser.params if isinstance(one, TyperArgument))
    flags: dict[str, tuple[str, str] | None] = {}
    several = set()
    for option in options:
        long = next((name for name in option.opts if name.startswith("--")), "")
        name = long.removeprefix("--")
        if not long or option.name in _OF_ALL or option.name == "help":
            continue
        no = option.secondary_opts[0] if option.secondary_opts else ""
        flags[name] = (long, no) if option.is_flag else None
        if option.multiple:
            several.add(name)

    def read(text: str, arguments: Sequence[str]) -> Any:
        own = given(arguments)
        for name in _LISTS:
            own[name] = [*(typed.get(name) or ()), *(own.get(name) or ())]
        return gathered({**typed, **own, inputs: [text], "jobs": None})

    keys = [key for key, _, _ in dotted_fields(preset_schema(command))]
    groups = {key.rpartition(".")[0] for key in keys}
    settings = frozenset(keys) - groups - set(flags)
    return Columns(flags, frozenset(several), settings, command not in _WITHOUT_OUTPUT, read)


def _parser(
    parameters: Sequence[inspect.Parameter],
) -> tuple[Any, Callable[[Sequence[str]], dict[str, Any]]]:
    """Typer's command of a signature, and what gives the values that arguments hold."""
    caught: dict[str, Any] = {}

    def catch(ctx: typer.Context, **values: Any) -> None:
        for name, value in values.items():
            source = ctx.get_parameter_source(name)
            if source is not None and source.name == "COMMANDLINE":
                caught[name] = value

    context = inspect.Parameter(
        "ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    catch.__signature__ = inspect.Signature([context, *parameters])  # type: ignore[attr-defined]
    catch.__annotations__ = {one.name: one.annotation for one in (context, *parameters)}
    app = typer.Typer(add_completion=False)
    app.command()(catch)
    command = typer.main.get_command(app)

    def given(arguments: Sequence[str]) -> dict[str, Any]:
        caught.clear()
        try:
            command.main(list(arguments), prog_name="", standalone_mode=False)
        except TyperException as error:
            told = error.format_message()
            raise UsageError(told, hint="A cell is read as the value of its flag.") from None
        return dict(caught)

    return command, given
