"""`musivid bgm train`: a composer learns from MIDI files."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from musivid.commands.flags import Wish, with_flags
from musivid.commands.options import Machine, Resume, Talk, Work
from musivid.commands.printing import print_text
from musivid.core.paths import expanded

if TYPE_CHECKING:
    from musivid.core.progress import Reporter
    from musivid.pipeline.train import TrainJob, TrainPlanFacts, TrainResult

__all__ = ["train"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """All that can be typed after `musivid bgm train`."""

    data: Annotated[
        list[str],
        typer.Argument(
            help="MIDI files, piano rolls, folders of them, or published data sets (.npz).",
            show_default=False,
        ),
    ]
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The weights to write, for `bgm infer`.")
    ] = Path("composer.safetensors")
    wish: Wish
    max_minutes: Annotated[
        float | None,
        typer.Option(
            "--max-minutes",
            show_default=False,
            rich_help_panel="Learning",
            help="Stop then and keep the best so far; --resume goes on later.",
        ),
    ] = None
    export: Annotated[
        Path | None,
        typer.Option(
            "--export",
            show_default=False,
            metavar="FILE.npz",
            help="Write the songs as the published training files and train nothing.",
        ),
    ] = None
    machine: Machine
    work: Work
    resume: Resume = False
    talk: Talk


@with_flags("bgm_train")
def train(asked: _Asked) -> None:
    """Teach a composer from MIDI files: the best and the last weights, and a plot of the loss.

    Folders within DATA are genres: songs/jazz/*.mid teaches jazz when songs/ is given. Genre, key
    and instruments become what `musivid bgm infer` can ask for. A training that was stopped or
    killed goes on when the same command is given again. Start it with `accelerate launch` or
    `torchrun` to use several GPUs.

    [bold]Examples[/bold]

    musivid bgm train songs/ -o mine.safetensors

    musivid bgm train songs/ --start pocket-composer --updates 500 --max-minutes 30

    musivid bgm train lpd_5_prcem_mix_v8_10000.npz --preset cmt -o cmt-new.safetensors

    musivid bgm train lpd_5_cleansed/ --export lpd_5.npz

    torchrun --nproc-per-node 4 -m musivid bgm train songs/ --preset cmt

    musivid bgm infer clip.mp4 --preset pocket --set composer=mine.safetensors
    """
    from musivid.commands.console import open_reporter
    from musivid.pipeline.train import TrainJob

    machine, work = asked.machine, asked.work
    job = TrainJob(
        tuple(asked.data),
        expanded(asked.output).absolute(),
        asked.wish.settings(),
        device=machine.device,
        dtype=machine.dtype,
        max_minutes=asked.max_minutes,
        resume=asked.resume,
        force=work.may_exist,
        offline=machine.offline,
        threads=machine.threads,
    )
    with open_reporter(asked.talk) as reporter:
        if asked.export is not None:
            _export(job, asked, reporter)
        elif work.dry_run:
            _show(_plan(job, reporter), reporter, as_json=asked.talk.as_json)
        elif (made := _work(job, reporter)) is not None:  # else another process speaks
            reporter.pause()
            _tell(made, as_json=asked.talk.as_json)


def _export(job: TrainJob, asked: _Asked, reporter: Any) -> None:
    """Write the songs, or say which files they would become."""
    from musivid.commands.console import print_json
    from musivid.core.errors import UsageError
    from musivid.pipeline.train import check_export, export_songs

    if asked.resume or asked.max_minutes is not None:
        raise UsageError(
            "--export trains nothing, so --resume and --max-minutes say nothing to it",
            hint="Leave them out, or train without --export.",
        )
    path = expanded(asked.export or "").absolute()
    dry, as_json = asked.work.dry_run, asked.talk.as_json
    written = tuple(map(str, check_export(job, path).values()))
    facts = {"written": written} if dry else asdict(export_songs(job, path, reporter))
    reporter.pause()
    if as_json:
        print_json({"dry_run": dry, **facts})
    else:
        print_text("\n".join(written))


def _plan(job: TrainJob, reporter: Reporter) -> TrainPlanFacts:
    """What would be done."""
    from musivid.pipeline.train import check_train, plan_train

    check_train(job)
    return plan_train(job, reporter).facts


def _work(job: TrainJob, reporter: Reporter) -> TrainResult | None:
    """Do it."""
    from musivid.pipeline.train import train_job

    return train_job(job, reporter)


def _show(facts: TrainPlanFacts, reporter: Any, *, as_json: bool) -> None:
    """Print the plan."""
    from musivid.commands.console import print_json
    from musivid.commands.plans import train_text

    reporter.pause()
    if as_json:
        print_json({"dry_run": True, **facts.as_dict()})
    else:
        print_text(train_text(facts))


def _tell(made: TrainResult, *, as_json: bool) -> None:
    """Print the results."""
    from musivid.commands.console import print_json

    if as_json:
        print_json({"dry_run": False, **asdict(made)})
    else:
        print_text("\n".join((made.output, made.last, made.plot)))
