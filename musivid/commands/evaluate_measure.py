"""`musivid evaluate` over its files: measured one after the other, or on a farm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musivid.commands.farming import away

if TYPE_CHECKING:
    from musivid.commands.evaluate_run import Asked
    from musivid.commands.jobs import Wishes
    from musivid.core.progress import Reporter
    from musivid.farm.errands import Errand
    from musivid.metrics.chance import Measure
    from musivid.pipeline.evaluate import Evaluated, EvaluateJob
    from musivid.pipeline.render.away import Needs, Workplace
    from musivid.settings.evaluate import EvaluatePreset
    from musivid.weights.session import LateSession, Session

    Opener = Callable[[], Session]

__all__ = ["measure_files", "measure_wanted"]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be measured of a file, wherever that is done."""

    job: EvaluateJob
    preset: EvaluatePreset
    roundtrip: bool


def measure_wanted(wanted: _Wanted, place: Workplace, reporter: Reporter) -> Evaluated:
    """Measure one file, here or on a farm."""
    from musivid.pipeline.evaluate import evaluate_file

    found = evaluate_file(wanted.job, wanted.preset, place.session, reporter)
    if wanted.roundtrip:
        back = _roundtrip(wanted, place.session, reporter)
        found = replace(found, roundtrip=back)
    return found


def measure_files(
    asked: Asked,
    files: list[Path],
    wishes: Wishes,
    session: LateSession,
    reporter: Any,
) -> tuple[list[Evaluated | None], list[dict[str, Any]]]:
    """What was found in every file, None where it failed; a single input's error is raised."""
    from musivid.commands.batch import Pair, error_facts
    from musivid.core.errors import Interrupted, MusividError
    from musivid.pipeline.evaluate import EvaluateJob
    from musivid.pipeline.render.away import Workplace

    found: dict[Path, Evaluated] = {}
    failed: dict[Path, dict[str, Any]] = {}

    def wanted(path: Path) -> _Wanted:
        own, preset = wishes.of(path)
        own = own.without_pipes(reporter)
        job = EvaluateJob(
            path,
            own.audio,
            own.lyrics,
            own.midi,
            own.rows,
            own.lyrics_encoding,
            own.corrected.file(own.inputs),
        )
        return _Wanted(job, preset, own.roundtrip)

    def keep(path: Path, result: Evaluated | MusividError) -> None:
        if not isinstance(result, MusividError):
            found[path] = result
            return
        if len(files) == 1:
            raise result
        reporter.warn(f"{path}: {result}")
        failed[path] = {"input": str(path), **error_facts(result)}

    elsewhere = away(asked.farm, asked.machine, lambda path, _: _errand(wanted(path)), reporter)
    if elsewhere is not None:
        pairs = [Pair(path, path) for path in files]
        elsewhere(pairs, lambda pair, result: keep(pair.source, result))
    for path in files if elsewhere is None else ():
        if len(files) > 1:
            reporter.note(str(path))
        try:
            keep(path, measure_wanted(wanted(path), Workplace.of(session), reporter))
        except Interrupted:
            raise
        except MusividError as error:
            keep(path, error)
    return [found.get(path) for path in files], [failed[p] for p in files if p in failed]


def _errand(wanted: _Wanted) -> tuple[Errand, Needs]:
    """The same as an errand, and what it needs of a machine."""
    from musivid.farm.errands import Errand
    from musivid.pipeline.evaluate import needs_of, paths_read, settled
    from musivid.settings.named import named_files

    wanted = replace(wanted, preset=settled(wanted.preset))
    needs = needs_of(wanted.preset, roundtrip=wanted.roundtrip)
    named = [path for paths in named_files(wanted.preset).values() for path in paths]
    return Errand(measure_wanted, wanted, (*paths_read(wanted.job), *named)), needs


def _roundtrip(wanted: _Wanted, session: Opener, reporter: Reporter) -> dict[str, Measure]:
    """What of the song comes back from its film."""
    from musivid.pipeline.evaluate import round_trip

    return round_trip(
        wanted.job.audio or wanted.job.path,
        session(),
        trials=wanted.preset.surrogates,
        seed=wanted.preset.seed,
        reporter=reporter,
    )
