"""`musivid bgm infer`: a clip gets music that is written for its picture."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from musivid.commands.bgm_train import train
from musivid.commands.farming import FarmWork, away
from musivid.commands.flags import FlagsCommand, Wish, with_flags
from musivid.commands.jobs import JobsOption, Naming, read_wishes
from musivid.commands.lacking import PlanShower
from musivid.commands.marking import Editor
from musivid.commands.options import (
    BatchWork,
    InputsOrJobs,
    Machine,
    Output,
    Resume,
    ResumeAny,
    Talk,
)
from musivid.commands.typed import late_session
from musivid.core.errors import UsageError
from musivid.core.paths import expanded
from musivid.core.pipes import kept_pipe
from musivid.media.kinds import FILM
from musivid.settings.drafts import TypedValue
from musivid.weights.missing import lacking_noted

if TYPE_CHECKING:
    from musivid.commands.console import Result
    from musivid.core.progress import Reporter
    from musivid.farm.errands import Errand
    from musivid.pipeline.bgm import BgmJob, CheckedBgm
    from musivid.pipeline.render.away import Needs, Workplace
    from musivid.settings.bgm import BgmInferPreset
    from musivid.weights.session import Session

__all__ = ["bgm", "infer", "make_wanted"]

bgm = typer.Typer(
    help="Music for clips: written for their picture, or trained.", no_args_is_help=True
)

_RESULT = "-bgm"
_BEAT = "Beat"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """All that can be typed after `musivid bgm infer`."""

    clips: InputsOrJobs = None
    output: Output = None
    jobs: JobsOption = None
    wish: Wish
    tempo_range: Annotated[
        str | None,
        typer.Option(
            "--tempo-range",
            metavar="LOW-HIGH",
            show_default=False,
            rich_help_panel=_BEAT,
            help="Tempi to choose from.",
        ),
    ] = None
    hit_points: Annotated[
        Path | None,
        typer.Option(
            "--hit-points",
            metavar="FILE",
            show_default=False,
            rich_help_panel=_BEAT,
            help="Moments that beats must meet: times, time codes, or an editor's markers.",
        ),
    ] = None
    editor: Editor
    markers: Annotated[
        Path | None,
        typer.Option(
            "--markers",
            metavar="FILE",
            show_default=False,
            rich_help_panel=_BEAT,
            help="Write parts, hits and cuts as markers for editors: .edl, .otio, .fcpxml, .xml, "
            ".csv, .txt, .mid, .jsx, .json, .rpp.",
        ),
    ] = None
    metadata: Annotated[
        Path | None,
        typer.Option(
            "--metadata",
            metavar="FILE",
            show_default=False,
            rich_help_panel=_BEAT,
            help="Published metadata.json, used instead of looking at the clip.",
        ),
    ] = None
    save_metadata: Annotated[
        Path | None,
        typer.Option(
            "--save-metadata",
            metavar="FILE",
            show_default=False,
            rich_help_panel=_BEAT,
            help="Write such a file.",
        ),
    ] = None
    control: Annotated[
        Path | None,
        typer.Option(
            "--control",
            metavar="FILE",
            show_default=False,
            rich_help_panel=_BEAT,
            help="Published control rows (.npz of CMT or BMT), obeyed instead of looking.",
        ),
    ] = None
    save_control: Annotated[
        Path | None,
        typer.Option(
            "--save-control",
            metavar="FILE",
            show_default=False,
            rich_help_panel=_BEAT,
            help="Write such rows: BMT's with its composer, else CMT's.",
        ),
    ] = None
    machine: Machine
    work: BatchWork
    farm: FarmWork
    resume: Resume = False
    resume_any: ResumeAny = False
    talk: Talk


@bgm.callback()
def _bgm() -> None:
    """Music for clips: written for their picture, or trained."""


bgm.command("train", cls=FlagsCommand)(train)


@bgm.command("infer", cls=FlagsCommand)
@with_flags("bgm_infer")
def infer(asked: _Asked) -> None:
    """Write music for clips: clip.mid, clip.wav, clip-bgm.mp4 and a plot, beside each clip.

    The tempo is chosen so that cuts and visual beats fall on beats; the piece ends with the
    picture. The picture itself is copied. A run that was stopped or killed goes on when the same
    command is given again.

    [bold]Examples[/bold]

    musivid bgm infer clip.mp4

    musivid bgm infer clip.mp4 --genre jazz --key "F major" --tempo 120 -o scored.mp4

    musivid bgm infer clips/ -o scored/ --instruments Piano,Strings --keep-audio

    musivid bgm infer clip.mp4 --preset match --music midi/

    musivid bgm infer --jobs jobs.csv -o scored/ --shard 1/16
    """
    _run(asked)


def _run(asked: _Asked) -> None:
    """Write the music that was asked for, with one session for all."""
    from musivid.commands.console import open_reporter, run_batch

    work, machine = asked.work, asked.machine
    naming = Naming(asked.output, f"{_RESULT}.mp4", beside=True)
    asked.farm.check()
    wishes = read_wishes(asked, asked.clips or (), _settled, naming)
    with open_reporter(asked.talk) as reporter:
        session, shown = late_session(machine, reporter), PlanShower(reporter)

        def wanted(clip: Path, out: Path) -> _Wanted:
            return _wanted(*wishes.of(out), clip, out, reporter=reporter)

        def one(clip: Path, out: Path) -> Result:
            from musivid.pipeline.render.away import Workplace

            made = wanted(clip, out)
            if work.dry_run:
                return shown(lambda: _show(made.checked(offline=machine.offline), reporter))
            return make_wanted(made, Workplace.of(session), reporter)

        def errand(clip: Path, out: Path) -> tuple[Errand, Needs]:
            made = wanted(clip, out)
            made.checked(offline=machine.offline)
            return _errand(made)

        with lacking_noted() if work.dry_run else nullcontext():
            wishes.check(
                lambda clip, out: replace(wanted(clip, out), force=True).checked(
                    offline=machine.offline
                )
            )
        run_batch(
            asked.clips or (),
            one,
            reporter=reporter,
            kinds=FILM.suffixes,
            output=asked.output,
            suffix=naming.suffix,
            beside=naming.beside,
            force=work.may_exist,
            skip_existing=work.skip_existing,
            shard=work.shard,
            as_json=asked.talk.as_json,
            reads=wishes.files(lambda own: own.wish.files()),
            writes=wishes.files(_written),
            rows=wishes.rows,
            away=None if work.dry_run else away(asked.farm, machine, errand, reporter),
        )


def _settled(asked: _Asked) -> BgmInferPreset:
    """The settings of what is asked."""
    settings: BgmInferPreset = asked.wish.settings(*_range(asked.tempo_range))
    return settings


def _written(asked: _Asked) -> dict[str, Path | None]:
    """What is written of one clip besides."""
    return {
        "markers": asked.markers,
        "metadata to save": asked.save_metadata,
        "control rows to save": asked.save_control,
    }


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The music that is wanted for a clip, wherever it is made."""

    job: BgmJob
    force: bool
    resume: bool
    resume_any: bool

    def checked(self, *, offline: bool) -> CheckedBgm:
        """The job, checked."""
        from musivid.pipeline.bgm import check_bgm

        return check_bgm(self.job, force=self.force, offline=offline)


def make_wanted(wanted: _Wanted, place: Workplace, reporter: Reporter) -> Result:
    """Make the music of a clip, here or on a farm."""
    checked = wanted.checked(offline=place.session.offline)
    return _make(checked, place.session(), wanted, reporter)


def _wanted(
    asked: _Asked, settings: BgmInferPreset, clip: Path, out: Path, *, reporter: Reporter
) -> _Wanted:
    """What is wanted for a clip."""
    from musivid.pipeline.bgm import BgmJob

    points, cuts, metadata, control = (
        path and kept_pipe(path, reporter.warn)
        for path in (asked.hit_points, asked.editor.cuts, asked.metadata, asked.control)
    )
    job = BgmJob(
        clip,
        out,
        settings,
        points,
        metadata,
        asked.save_metadata,
        control=control,
        save_control=asked.save_control,
        cuts=cuts,
        wish=asked.editor.wish(points),
        markers=asked.markers,
    )
    return _Wanted(job, asked.work.may_exist, asked.resume, asked.resume_any)


def _errand(wanted: _Wanted) -> tuple[Errand, Needs]:
    """The same as an errand, and what it needs of a machine."""
    from musivid.farm.errands import Errand, files_of
    from musivid.pipeline.bgm import files_read, needs_of

    job = wanted.job
    music = job.preset.match.folder
    roles = {**files_read(job), "music": None if music is None else expanded(music)}
    also = (job.save_metadata, job.save_control, job.markers)
    writes = tuple(path for path in also if path is not None)
    return Errand(make_wanted, wanted, files_of(roles), job.out, writes), needs_of(job)


def _range(text: str | None) -> list[TypedValue]:
    """Lowest and highest tempo of `80-120`."""
    if text is None:
        return []
    try:
        low, high = (float(part) for part in text.replace(":", "-").split("-"))
    except ValueError:
        raise UsageError(
            f"--tempo-range {text!r} is not a range", hint="Give two tempi: 80-120."
        ) from None
    place = f"--tempo-range {text}"
    return [TypedValue("tempo.lowest", low, place), TypedValue("tempo.highest", high, place)]


def _show(checked: Any, reporter: Reporter) -> Result:
    """The plan as text and as facts; makes nothing."""
    from musivid.commands.console import Result
    from musivid.commands.plans import bgm_text
    from musivid.pipeline.bgm import plan_bgm, plan_facts

    facts = plan_facts(plan_bgm(checked, reporter), checked)
    return Result(facts=asdict(facts), text=bgm_text(facts))


def _make(checked: Any, session: Session, wanted: _Wanted, reporter: Reporter) -> Result:
    """Make the files of one clip."""
    from musivid.commands.console import Result
    from musivid.commands.plans import missed_text
    from musivid.pipeline.bgm import make_bgm, plan_facts

    made = make_bgm(
        checked,
        session,
        force=wanted.force,
        resume=wanted.resume,
        resume_any=wanted.resume_any,
        reporter=reporter,
    )
    facts = plan_facts(made.plan, checked)
    if facts.cuts_missed:
        reporter.note(f"cuts further than 40 ms from a beat: {missed_text(facts)}")
    kept = [{name: str(path) for name, path in asdict(one).items()} for one in made.candidates]
    paths = [*facts.outputs, *(one.sound for one in made.candidates), *made.stems]
    return Result(
        facts={
            **asdict(facts),
            "best": made.ranking[0],
            "folder": str(made.folder),
            **({"kept": kept} if kept else {}),
            **({"stems": [str(path) for path in made.stems]} if made.stems else {}),
        },
        text="\n".join(str(path) for path in paths),
    )
