"""`musivid models`: which models there are, and how they come onto this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from musivid.commands.flags import with_flags
from musivid.commands.options import Json, Offline, Told
from musivid.commands.printing import print_text

if TYPE_CHECKING:
    from musivid.weights.registry import ModelSpec

__all__ = ["models"]

models = typer.Typer(help="List, fetch, import and check models.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of a model.", show_default=False)]
MaybeName = Annotated[
    str | None, typer.Argument(help="Name of a model; all, if left out.", show_default=False)
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Agree to licence and size beforehand.")]


@models.command("list")
def list_models(as_json: Json = False) -> None:
    """List all models: what they are, whether they are here, licence and size."""
    from musivid.commands.console import print_json, print_table
    from musivid.weights.registry import locate_model, model_specs

    specs = model_specs().values()
    if as_json:
        entries = [
            {
                "name": s.name,
                "family": s.family,
                "present": _state(s) != "-",
                "path": str(locate_model(s)) if locate_model(s) else None,
                "licence": s.licence,
                "size_mb": s.size_mb,
                "source": s.source,
            }
            for s in specs
        ]
        print_json({"models": entries})
        return
    rows = [[s.name, s.family, _state(s), _size(s), s.licence, s.note] for s in specs]
    print_table("Models", ["model", "family", "here", "download", "licence", "note"], rows)


@models.command("pull")
@with_flags()
def pull(name: Name, told: Told, yes: Yes = False, offline: Offline = False) -> None:
    """Fetch a published model, after saying its licence and size."""
    from musivid.commands.console import open_reporter
    from musivid.core.errors import UsageError
    from musivid.weights.fetch import pull_model
    from musivid.weights.registry import find_spec, locate_model

    spec = find_spec(name)
    if (here := None if spec.built_in else locate_model(spec)) or spec.built_in:
        print_text(here or f"{name} is built in and needs no file")
        return
    if offline:
        raise UsageError("--offline fetches nothing", command=f"musivid models import {name} FILE")
    if spec.url and not yes:
        _ask(spec)
    with open_reporter(told) as reporter:
        path = pull_model(spec, reporter)
    print_text(path)


@models.command("import")
@with_flags()
def import_file(
    name: Name,
    file: Annotated[Path, typer.Argument(help="The published file.", show_default=False)],
    told: Told,
) -> None:
    """Take over a published model from a file that is on this machine already."""
    from musivid.commands.console import open_reporter
    from musivid.weights.fetch import import_model
    from musivid.weights.registry import find_spec

    spec = find_spec(name)
    with open_reporter(told) as reporter:
        path = import_model(spec, file, reporter)
    print_text(path)


@models.command("verify")
def verify(name: MaybeName = None, as_json: Json = False) -> None:
    """Check the files of all models that are here, or of one, against their checksums."""
    from musivid.commands.console import print_json, print_table
    from musivid.core.errors import WeightsError
    from musivid.weights.files import inspect_weights
    from musivid.weights.names import find_file
    from musivid.weights.registry import find_spec, locate_model, model_specs

    specs = [find_spec(name)] if name else list(model_specs().values())
    if name and not specs[0].built_in:
        find_file(name)  # says how a missing model can be had
    found = [(s.name, inspect_weights(path)) for s in specs if (path := locate_model(s))]
    if as_json:
        print_json({"models": [{"name": n, "state": state} for n, state in found]})
    else:
        print_table("Checked", ["model", "state"], [[n, state] for n, state in found])
    if damaged := [n for n, state in found if state == "damaged"]:
        raise WeightsError(
            f"damaged: {', '.join(damaged)}",
            hint="Fetch or import them again; what is shipped comes back by installing again.",
        )


@models.command("path")
def path(name: MaybeName = None) -> None:
    """Print where a model's file is, or the folder where fetched models are kept."""
    from musivid.weights.names import find_file
    from musivid.weights.registry import models_folder

    print_text(find_file(name) if name else models_folder())


def _ask(spec: ModelSpec) -> None:
    """State licence and size, and leave unless the user agrees."""
    from musivid.commands.console import stderr
    from musivid.core.errors import UsageError

    console = stderr()
    console.print(f"{spec.name}: {spec.note}", markup=False)
    console.print(f"  licence  {spec.licence}\n  source   {spec.source}", markup=False)
    console.print(f"  size     {_size(spec)}\n  from     {spec.url}", markup=False)
    if not _at_a_terminal():
        raise UsageError(
            "licence and size must be agreed to, and there is no terminal to ask at",
            hint="Agree beforehand.",
            command=f"musivid models pull {spec.name} --yes",
        )
    if not typer.confirm("Fetch it?", err=True):
        raise typer.Exit(1)


def _at_a_terminal() -> bool:
    import sys

    return sys.stdin.isatty()


def _state(spec: ModelSpec) -> str:
    from musivid.weights.registry import locate_model

    if spec.built_in:
        return "built in"
    return "yes" if locate_model(spec) else "-"


def _size(spec: ModelSpec) -> str:
    if spec.url is None:
        return "-"
    return f"{spec.size_mb:.0f} MB" if spec.size_mb else "not stated"
