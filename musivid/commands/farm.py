"""`musivid farm`: what a cluster has, before work is given to it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from musivid.commands.extras import need_extra
from musivid.commands.flags import FlagsCommand
from musivid.commands.options import Device, Dtype, Json, Offline, Threads
from musivid.core.errors import BatchError, MissingError, UsageError

if TYPE_CHECKING:
    from musivid.farm.survey import Machine, Resources
    from musivid.pipeline.render.away import Needs

__all__ = ["farm"]

farm = typer.Typer(help="Machines that share the work out.", no_args_is_help=True)

_COMMANDS = ("video", "interpolate", "visualize", "bgm_infer", "evaluate")
_HAS = ("cores", "GPUs", "GB of memory")
_ASKED = ("video", "visualize", "bgm_infer")  # where no preset is named: what these do unasked


@farm.callback()
def _farm() -> None:
    """Machines that share the work out."""


@farm.command("status", cls=FlagsCommand)
def status(
    address: Annotated[
        str,
        typer.Argument(metavar="ADDRESS|auto", help="The cluster, as --farm has it."),
    ] = "auto",
    preset: Annotated[
        list[str] | None,
        typer.Option(
            "--preset",
            "-p",
            metavar="COMMAND/NAME",
            show_default=False,
            help="What is to be done there, as video/dream; may be repeated. Left out: what songs "
            "and clips get unasked.",
        ),
    ] = None,
    device: Device = "auto",
    dtype: Dtype = "auto",
    threads: Threads = None,
    offline: Offline = False,
    wait: Annotated[
        float, typer.Option("--wait", metavar="SECONDS", min=1.0, help="For the slowest machine.")
    ] = 120.0,
    as_json: Json = False,
) -> None:
    """Show what a Ray cluster has, and whether each machine may take part in work from here.

    Each is asked for its versions, number format, processor and weights, and compared with this
    machine: all may take part (exit code 0), some may (4), none may or there is no cluster (3).

    [bold]Examples[/bold]

    musivid farm status 10.0.0.5:6379

    musivid farm status auto --preset video/dream --preset bgm_infer/pocket

    musivid farm status auto --device cuda --json
    """
    from musivid.commands.console import ConsoleReporter, print_json, print_table, print_text
    from musivid.farm.cluster import check_address, join_cluster, leave_cluster
    from musivid.pipeline.render.away import Workplace, reference_of
    from musivid.weights.session import Wanted

    check_address(address)
    needs = _needs(preset or [])
    need_extra("farm", ("ray",), what="musivid farm status")
    from musivid.farm.survey import survey
    from musivid.farm.units import Actor, Crew

    wanted = Wanted(device, dtype, offline, threads)
    with ConsoleReporter(quiet=as_json) as reporter:
        meant = join_cluster(address, shlex.join(["musivid", *sys.argv[1:]]), reporter)
        try:
            gpus = device.startswith("cuda")
            machines, free = survey(Crew(Workplace, (wanted, needs)), gpus=gpus, wait_s=wait)
        finally:
            leave_cluster()
    reference = reference_of(wanted, needs, is_any=False)
    refused: dict[str, list[str]] = {}
    for number, machine in enumerate(machines):
        actor = Actor(number, machine.name, machine.facts or {})
        why = [machine.why] if machine.facts is None else reference.admit(actor)
        refused |= {machine.name: why} if why else {}
    if as_json:
        facts = _facts(machines, refused, reference.facts)
        print_json({"cluster": meant, "free": asdict(free), **facts})
    else:
        rows = [_row(machine, refused.get(machine.name, [])) for machine in machines]
        print_table(f"cluster {meant}", ["machine", "address", *_HAS, "takes part"], rows)
        parts = [f"{count} {what}" for count, what in zip(_has(free), _HAS, strict=True)]
        print_text(f"not in use: {', '.join(parts)}")
    _judge(machines, refused)


def _judge(machines: list[Machine], refused: Mapping[str, list[str]]) -> None:
    """Leave with the exit code that says who may take part.

    Raises:
        BatchError: not all may.
    """
    if not refused:
        return
    error = BatchError(
        f"{len(refused)} of {len(machines)} machines may not take part: {', '.join(refused)}",
        hint="Make them alike; --farm-any takes them as they are, and frames may differ.",
    )
    if len(refused) == len(machines):
        error.exit_code = MissingError.exit_code
    raise error


def _facts(
    machines: list[Machine],
    refused: Mapping[str, list[str]],
    here: Mapping[str, str],
) -> dict[str, Any]:
    """All of it in JSON types."""
    return {
        "here": dict(here),
        "machines": [
            {
                **asdict(machine),
                "takes_part": machine.name not in refused,
                "differs": refused.get(machine.name, []) if machine.facts is not None else [],
            }
            for machine in machines
        ],
    }


def _row(machine: Machine, why: list[str]) -> list[str]:
    """A machine in words."""
    answer = f"no: {', '.join(why)}" if why else "yes"
    return [machine.name, machine.address, *_has(machine.has), answer]


def _has(found: Resources) -> list[str]:
    return [f"{found.cpus:g}", f"{found.gpus:g}", f"{found.memory_gb:g}"]


def _needs(presets: list[str]) -> Needs:
    """What work of these presets needs of a machine.

    Raises:
        UsageError: no such command. PresetError: no such preset.
    """
    from musivid.pipeline.render.away import Needs
    from musivid.settings.presets import default_preset, load_preset

    needs = Needs()
    for text in presets or [f"{command}/{default_preset(command)}" for command in _ASKED]:
        command, slash, name = text.partition("/")
        if not slash or command not in _COMMANDS:
            raise UsageError(
                f"--preset {text!r} names no work of a farm",
                hint=f"Give COMMAND/NAME; commands are {', '.join(_COMMANDS)}.",
            )
        needs |= _needs_of(command, load_preset(command, name))
    return needs


def _needs_of(command: str, preset: Any) -> Needs:
    """What work of a command needs of a machine."""
    source = Path("song.wav")  # it is not looked at
    target = source.with_suffix(".mp4")
    if command == "bgm_infer":
        from musivid.pipeline.bgm import BgmJob
        from musivid.pipeline.bgm import needs_of as needs_of_music

        return needs_of_music(BgmJob(source, target, preset))
    if command == "evaluate":
        from musivid.pipeline.evaluate import needs_of as needs_of_figures

        return needs_of_figures(preset)
    if command == "visualize":
        from musivid.pipeline.visualize import VisualizeJob
        from musivid.pipeline.visualize import needs_of as needs_of_walk

        return needs_of_walk(VisualizeJob(song=source, out=target, preset=preset))
    from musivid.pipeline.video import VideoJob
    from musivid.pipeline.video import needs_of as needs_of_film

    return needs_of_film(VideoJob(song=source, out=None, preset=preset))
