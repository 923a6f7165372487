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
    from musivid.weights.registry import model_specs

    _tell_what_is_shut()
    specs = model_specs().values()
    if as_json:
        print_json({"models": [_entry(spec) for spec in specs]})
        return
    rows = [[s.name, s.family, _found(s)[1], _size(s), s.licence, s.note] for s in specs]
    print_table("Models", ["model", "family", "here", "download", "licence", "note"], rows)


@models.command("pull")
@with_flags()
def pull(
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME...", help="Names of models.", show_default=False),
    ],
    told: Told,
    yes: Yes = False,
    offline: Offline = False,
) -> None:
    """Fetch published models and pipelines, after saying their licence and size.

    A pipeline may also be named by its hub id, owner/name.

    Example:
    musivid models pull vqgan-imagenet-f16-16384 clip-vit-b-32 wav2clip
    """
    from musivid.commands.console import open_reporter
    from musivid.core.errors import UsageError
    from musivid.weights.fetch import pull_model

    specs = [_asked(name) for name in names]
    missing = [spec for spec in specs if not (spec.built_in or _here(spec))]
    if missing and offline:
        raise UsageError(
            "--offline fetches nothing", command=f"musivid models import {missing[0].name} FILE"
        )
    for spec in missing:
        if spec.fetched and not yes:
            _ask(spec)
    with open_reporter(told) as reporter:
        for spec in specs:
            if spec in missing:
                print_text(pull_model(spec, reporter))
            else:
                print_text(_here(spec) or f"{spec.name} is built in and needs no file")


@models.command("import")
@with_flags()
def import_file(
    name: Name,
    file: Annotated[
        Path,
        typer.Argument(help="The published file; of some models its folder.", show_default=False),
    ],
    told: Told,
) -> None:
    """Take over a published model from a file or folder that is on this machine already.

    Example:
    musivid models import clip-vit-b-32 ViT-B-32.pt
    """
    from musivid.commands.console import open_reporter
    from musivid.weights.fetch import import_model

    with open_reporter(told) as reporter:
        path = import_model(_asked(name), file, reporter)
    print_text(path)


@models.command("verify")
def verify(name: MaybeName = None, as_json: Json = False) -> None:
    """Check the files of all models that are here, or of one, against their checksums."""
    from musivid.commands.console import print_json, print_table
    from musivid.core.errors import WeightsError
    from musivid.weights.registry import model_specs

    specs = [_asked(name)] if name else list(model_specs().values())
    if name and not specs[0].built_in:
        _path_of(specs[0])  # says how a missing model can be had
    found = [(s.name, state) for s in specs if (state := _inspected(s))]
    if as_json:
        print_json({"models": [{"name": n, "state": state} for n, state in found]})
    else:
        print_table("Checked", ["model", "state"], [[n, state] for n, state in found])
    if damaged := [n for n, state in found if state in ("damaged", "incomplete")]:
        raise WeightsError(
            f"damaged: {', '.join(damaged)}",
            hint="Fetch or import them again; what is shipped comes back by installing again.",
        )


@models.command("path")
def path(name: MaybeName = None) -> None:
    """Print where a model's file or folder is, or the folder where fetched models are kept."""
    from musivid.weights.registry import models_folder

    print_text(_path_of(_asked(name)) if name else models_folder())


def _asked(name: str) -> ModelSpec:
    """The row of a model or pipeline; a row made for a pipeline that is given by its hub id."""
    from musivid.weights.pipelines import pipeline_spec
    from musivid.weights.registry import find_spec, model_specs

    known = name in model_specs() or "/" not in name
    return find_spec(name) if known else pipeline_spec(name) or find_spec(name)


def _here(spec: ModelSpec) -> Path | None:
    """The file or folder of a model, if it is on this machine and whole."""
    from musivid.weights.folders import lacking_in, locate

    place = locate(spec)
    return None if place and spec.is_folder and lacking_in(spec, place) else place


def _path_of(spec: ModelSpec) -> Path:
    """As `_here`.

    Raises:
        WeightsError: it is missing or damaged; the message says how to get it.
    """
    from musivid.weights.folders import find_folder
    from musivid.weights.names import find_file
    from musivid.weights.pipelines import find_pipeline

    if spec.family == "pipeline":
        return Path(find_pipeline(spec.name))
    if spec.is_folder:
        return Path(str(find_folder(spec.name, spec.family).file))
    return find_file(spec.name)


def _entry(spec: ModelSpec) -> dict[str, object]:
    """What is told of a model to programs; what was imported says what file it came from."""
    from musivid.weights.files import read_record

    place, state = _found(spec)
    record = read_record(place) if place is not None and place.is_file() else {}
    return {
        "name": spec.name,
        "family": spec.family,
        "present": state in ("built in", "yes"),
        "path": str(place) if place else None,
        "licence": spec.licence,
        "size_mb": spec.size_mb,
        "source": spec.source,
        "imported_sha256": record.get("source_sha256"),
        "imported_size": record.get("source_size"),
    }


def _ask(spec: ModelSpec) -> None:
    """State licence and size, and leave unless the user agrees."""
    from musivid.commands.console import stderr
    from musivid.core.errors import UsageError
    from musivid.core.printable import printable

    console = stderr()
    told = [f"{spec.name}: {spec.note}", f"  licence  {spec.licence}", f"  source   {spec.source}"]
    told += [f"  from     {place}" for place in spec.urls or (spec.source,)]
    for line in (*told, f"  size     {_size(spec)}"):
        console.print(printable(line), markup=False)
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


def _found(spec: ModelSpec) -> tuple[Path | None, str]:
    """Where a model is, and `yes`, `-`, `built in`, or that what is there is `damaged`."""
    from musivid.core.errors import WeightsError

    try:
        place = _here(spec)
    except (OSError, WeightsError):
        return None, "damaged"
    return place, "built in" if spec.built_in else "yes" if place else "-"


def _inspected(spec: ModelSpec) -> str:
    """What is found in the files of a model; empty if it is not here."""
    from musivid.weights.fetch import inspect_model

    place, state = _found(spec)
    return inspect_model(spec, place) if place else "damaged" if state == "damaged" else ""


def _tell_what_is_shut() -> None:
    """Say that the model folder may not be looked into, if so: its models seem not to be there."""
    from musivid.commands.console import stderr
    from musivid.core.printable import printable
    from musivid.weights.registry import models_folder

    try:
        next(models_folder().iterdir(), None)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        said = f"{models_folder()} cannot be looked into: {error.strerror}; its models are left out"
        stderr().print(printable(said), markup=False, soft_wrap=True)


def _size(spec: ModelSpec) -> str:
    from musivid.weights.missing import size_told

    return size_told(spec) if spec.fetched else "-"
