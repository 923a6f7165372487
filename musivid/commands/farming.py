"""`--farm`: errands for many inputs done on a cluster, or by several processes of this machine."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from musivid.commands.extras import need_extra
from musivid.core.device import THREADS
from musivid.core.errors import Interrupted, MusividError, RunError, UsageError
from musivid.core.progress import Reporter
from musivid.core.refused import explained
from musivid.core.stopping import soft_stop
from musivid.farm.cluster import Cluster, Footprint, check_address, join_cluster, leave_cluster
from musivid.farm.errands import Errand, ErrandHand, deliver, pack_errand
from musivid.farm.foreman import Task, work_off
from musivid.farm.units import Crew, Unit

if TYPE_CHECKING:
    from musivid.commands.batch import Away, Pair
    from musivid.commands.options import Machine
    from musivid.farm.units import Executor
    from musivid.pipeline.render.away import Needs
    from musivid.pipeline.render.together import Team

__all__ = ["FarmWork", "away", "joined", "open_farm", "wanted_of"]

_FARM = "Farm"
_LOCAL = re.compile(r"local(?::(\d{1,4}))?")


@dataclass(frozen=True, slots=True)
class FarmWork:
    """Where else work is done."""

    farm: Annotated[
        str | None,
        typer.Option(
            "--farm",
            metavar="ADDRESS|auto|local[:N]",
            show_default=False,
            rich_help_panel=_FARM,
            help="Share the work out among the machines of a Ray cluster that runs, or among N "
            "processes here.",
        ),
    ] = None
    farm_cpus: Annotated[
        float | None,
        typer.Option(
            "--farm-cpus",
            metavar="N",
            min=0.01,
            show_default=False,
            rich_help_panel=_FARM,
            help="Cores for each process of a cluster; as many as --threads, with a GPU 1.",
        ),
    ] = None
    farm_gpus: Annotated[
        float | None,
        typer.Option(
            "--farm-gpus",
            metavar="N",
            min=0.0,
            show_default=False,
            rich_help_panel=_FARM,
            help="GPUs for each, or a share of one, as 0.5; processes then work on cuda.",
        ),
    ] = None
    farm_any: Annotated[
        bool,
        typer.Option(
            "--farm-any",
            rich_help_panel=_FARM,
            help="Take machines that differ, although results depend on them.",
        ),
    ] = False

    def check(self) -> None:
        """Check that flags of the farm have a farm.

        Raises:
            UsageError: they have none, or it takes no such flag.
        """
        local = _LOCAL.fullmatch(self.farm or "")
        if local and local[1] and not int(local[1]):
            raise UsageError(f"--farm {self.farm} has nobody to work", hint="Give local:2 or more.")
        if self.farm is not None and not local:
            check_address(self.farm)
        given = {
            "--farm-cpus": self.farm_cpus is not None,
            "--farm-gpus": self.farm_gpus is not None,
            "--farm-any": self.farm_any,
        }
        idle = [flag for flag, is_given in given.items() if is_given]
        if self.farm is None and idle:
            raise UsageError(f"{idle[0]} has no farm", hint="Give --farm ADDRESS as well.")
        if self.farm is not None and self.is_local and idle:
            raise UsageError(
                f"{idle[0]} has no effect with --farm {self.farm}",
                hint="Processes of this machine share all that it has; say how many: local:4.",
            )

    @property
    def is_local(self) -> bool:
        """Whether processes of this machine are meant."""
        return _LOCAL.fullmatch(self.farm or "") is not None


def wanted_of(machine: Machine, farm: FarmWork) -> Any:
    """What the sessions of all actors are asked to be like."""
    from musivid.weights.session import Wanted

    device = "cuda" if farm.farm_gpus and machine.device == "auto" else machine.device
    return Wanted(device, machine.dtype, machine.offline, machine.threads)


@contextmanager
def joined(farm: FarmWork, reporter: Reporter) -> Iterator[None]:
    """Be part of the cluster that was asked for, as long as the context lasts.

    Raises:
        MissingError: Ray is not installed, or no such cluster runs; nothing is started.
    """
    if farm.is_local:
        yield
        return
    need_extra("farm", ("ray",), what="--farm")
    join_cluster(farm.farm or "auto", shlex.join(["musivid", *sys.argv[1:]]), reporter)
    try:
        yield
    finally:
        leave_cluster()


@contextmanager
def open_farm(farm: FarmWork, crew: Crew, wanted: Any) -> Iterator[Executor]:
    """The executor that was asked for, of a cluster that was joined; ends its actors."""
    most = _processes(farm, wanted)
    if most:
        from musivid.farm.processes import Processes

        with Processes(crew, most) as executor:
            yield executor
        return
    gpus = farm.farm_gpus or 0.0
    cpus = farm.farm_cpus or (1.0 if gpus else float(wanted.threads or THREADS))
    with Cluster(crew, Footprint(cpus, gpus)) as cluster:
        yield cluster


def _processes(farm: FarmWork, wanted: Any) -> int:
    """How many processes of this machine are meant; 0: those of a cluster."""
    local = _LOCAL.fullmatch(farm.farm or "")
    if not local:
        return 0
    return int(local[1] or max(1, (os.cpu_count() or 1) // (wanted.threads or THREADS)))


Build = Callable[[Path, Path], "tuple[Errand, Needs]"]


Divided = Callable[[Path, Path], "Callable[[Team], Any] | None"]
"""What makes an input, by its output, with a team; None: it does not divide."""


def away(
    farm: FarmWork,
    machine: Machine,
    build: Build,
    reporter: Reporter,
    *,
    divided: Divided = lambda source, target: None,
) -> Away | None:
    """What does inputs on the farm; None: none was asked for.

    Args:
        farm: where.
        machine: what sessions are asked to be like.
        build: the errand of an input and its output, checked, and what it needs.
        reporter: told of stages and progress.
        divided: makes a single input together; what does not divide is an errand, too.
    """
    if farm.farm is None:
        return None

    def do(pairs: Sequence[Pair], told: Callable[[Pair, Any], None]) -> None:
        with joined(farm, reporter):  # before all work, so that a wrong address costs none
            share_out(pairs, told)

    def share_out(pairs: Sequence[Pair], told: Callable[[Pair, Any], None]) -> None:
        if len(pairs) == 1 and (make := divided(pairs[0].source, pairs[0].target)):
            try:
                found = make(_team(farm, machine))
            except Interrupted:
                raise
            except MusividError as error:
                found = error
            told(pairs[0], found)
            return
        errands, needs = {}, None
        for pair in pairs:
            try:
                errands[pair], own = build(pair.source, pair.target)
            except Interrupted:
                raise
            except MusividError as error:
                told(pair, error)
            else:
                needs = own if needs is None else needs | own
        if needs is not None:
            _run_errands(errands, needs, farm, machine, told=told, reporter=reporter)

    return do


def _team(farm: FarmWork, machine: Machine) -> Team:
    """Who makes one film together."""
    from musivid.pipeline.render.together import Team

    wanted = wanted_of(machine, farm)
    return Team(lambda crew: open_farm(farm, crew, wanted), wanted, is_any=farm.farm_any)


def _run_errands(
    errands: Mapping[Pair, Errand],
    needs: Needs,
    farm: FarmWork,
    machine: Machine,
    *,
    told: Callable[[Pair, Any], None],
    reporter: Reporter,
) -> None:
    """Have errands done by actors; say what came of each as it comes."""
    from musivid.pipeline.render.away import Workplace, reference_of

    wanted = wanted_of(machine, farm)
    by_name = _named(errands)

    def keep(unit: Unit, brought: Any) -> None:
        pair = by_name[unit.name]
        told(pair, deliver(errands[pair], brought))
        reporter.advance()

    crew = Crew(ErrandHand, (Workplace, wanted, needs))
    with open_farm(farm, crew, wanted) as executor, soft_stop() as stop:
        reference = reference_of(wanted, needs, is_any=farm.farm_any)
        reporter.stage("farm", len(errands), "inputs")
        task = Task(
            lambda unit, lacking: pack_errand(errands[by_name[unit.name]], lacking),
            keep,
            reference.admit,
        )
        units = [Unit(name, size=_size(pair.source)) for name, pair in by_name.items()]
        faults = work_off(units, executor, task, stop=stop, reporter=reporter)
    for name, fault in faults.items():
        told(by_name[name], explained(fault.error) or RunError(f"{name}: {fault.error}"))


def _named(pairs: Iterable[Pair]) -> dict[str, Pair]:
    """Pairs by what people call them: by their inputs, and by outputs where these are the same."""
    pairs = list(pairs)
    counts = Counter(pair.source for pair in pairs)
    return {
        str(pair.source) + (f" -> {pair.target}" if counts[pair.source] > 1 else ""): pair
        for pair in pairs
    }


def _size(source: Path) -> float:
    """How much work an input is likely: by its bytes."""
    try:
        return max(source.stat().st_size / 1e6, 0.01)
    except OSError:
        return 1.0
