"""`musivid bgm train`: a composer learns from MIDI files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from musivid.commands.options import (
    Device,
    DryRun,
    Dtype,
    Force,
    Json,
    Offline,
    PresetName,
    Quiet,
    Resume,
    Seed,
    SetOptions,
    Verbose,
)
from musivid.commands.typed import settings_of

if TYPE_CHECKING:
    from musivid.core.progress import Reporter
    from musivid.pipeline.train.make import TrainJob

__all__ = ["train"]

_LEARNING = "Learning"


_Data = Annotated[
    list[str],
    typer.Argument(
        help="MIDI files, folders of them, or published data sets (.npz).", show_default=False
    ),
]
_Weights = Annotated[
    Path, typer.Option("--output", "-o", help="The weights to write, for `bgm infer`.")
]
_Start = Annotated[
    str | None,
    typer.Option(
        "--start",
        metavar="NAME|PATH",
        show_default=False,
        rich_help_panel=_LEARNING,
        help="Weights to go on from, such as pocket-composer or cmt.",
    ),
]
_Updates = Annotated[
    int | None,
    typer.Option(
        "--updates", min=1, show_default=False, rich_help_panel=_LEARNING, help="How many."
    ),
]
_MaxMinutes = Annotated[
    float | None,
    typer.Option(
        "--max-minutes",
        show_default=False,
        rich_help_panel=_LEARNING,
        help="Stop then and keep the best so far; --resume goes on later.",
    ),
]


def train(
    data: _Data,
    output: _Weights = Path("composer.safetensors"),
    preset: PresetName = "pocket",
    start: _Start = None,
    updates: _Updates = None,
    max_minutes: _MaxMinutes = None,
    set_options: SetOptions = None,
    seed: Seed = None,
    device: Device = "auto",
    dtype: Dtype = "auto",
    offline: Offline = False,
    dry_run: DryRun = False,
    resume: Resume = False,
    force: Force = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    as_json: Json = False,
) -> None:
    """Teach a composer from MIDI files: the best and the last weights, and a plot of the loss.

    Folders within DATA are genres: songs/jazz/*.mid teaches jazz when songs/ is given. Genre, key
    and instruments become what `musivid bgm infer` can ask for. A training that was stopped or
    killed goes on when the same command is given again. Start it with `accelerate launch` or
    `torchrun` to use several GPUs.

    [bold]Examples[/bold]

    musivid bgm train songs/ -o mine.safetensors

    musivid bgm train songs/ --start pocket-composer --updates 500 --max-minutes 30

    musivid bgm train lpd_5_prcem_mix_v8_10000.npz --preset cmt -o cmt-new.safetensors

    torchrun --nproc-per-node 4 -m musivid bgm train songs/ --preset cmt

    musivid bgm infer clip.mp4 --set composer=mine.safetensors
    """
    from musivid.commands.console import ConsoleReporter
    from musivid.pipeline.train.make import TrainJob

    typed = {"network.start": start, "learning.steps": updates, "seed": seed}
    job = TrainJob(
        tuple(data),
        output.expanduser().absolute(),
        settings_of("bgm_train", preset, set_options, typed),
        device=device,
        dtype=dtype,
        max_minutes=max_minutes,
        resume=resume,
        force=force or dry_run,
        offline=offline,
    )
    with ConsoleReporter(quiet=quiet, verbose=verbose) as reporter:
        facts = _plan(job, reporter) if dry_run else _work(job, reporter)
        reporter.pause()
        if facts is not None:  # else another process of the same training speaks
            _tell(facts, dry_run=dry_run, as_json=as_json)


def _plan(job: TrainJob, reporter: Reporter) -> dict[str, Any]:
    """What would be done."""
    from musivid.pipeline.train.make import check_train, plan_train

    check_train(job)
    return plan_train(job, reporter).facts


def _work(job: TrainJob, reporter: Reporter) -> dict[str, Any] | None:
    """Do it."""
    from musivid.pipeline.train.make import train as work

    return work(job, reporter)


def _tell(facts: dict[str, Any], *, dry_run: bool, as_json: bool) -> None:
    """Print the plan or the results."""
    from musivid.commands.console import print_json

    if as_json:
        print_json({"dry_run": dry_run, **facts})
    elif dry_run:
        print("\n".join(f"{name}: {_plain(value)}" for name, value in facts.items()))
    else:
        print("\n".join(facts[name] for name in ("output", "last", "plot")))


def _plain(value: object) -> str:
    """A fact of the plan in words."""
    if isinstance(value, dict):
        return ", ".join(f"{name} ({count})" for name, count in value.items()) or "none"
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)
