"""`musivid visualize`: a song becomes a walk between pictures of what it sounds like."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from musivid.commands.farming import FarmWork, away
from musivid.commands.filming import Excerpt
from musivid.commands.flags import Wish, with_flags
from musivid.commands.jobs import JobsOption, Naming, read_wishes
from musivid.commands.lacking import PlanShower
from musivid.commands.marking import CorrectedBeats
from musivid.commands.options import (
    BatchWork,
    InputsOrJobs,
    LyricsEncoding,
    Machine,
    Output,
    Resume,
    ResumeAny,
    Talk,
)
from musivid.commands.typed import late_session, namesake
from musivid.core.errors import InputError, UsageError
from musivid.media.kinds import PICTURE
from musivid.weights.missing import lacking_noted

if TYPE_CHECKING:
    from musivid.commands.console import Result
    from musivid.core.progress import Reporter
    from musivid.farm.errands import Errand
    from musivid.pipeline.render.away import Needs, Workplace
    from musivid.pipeline.visualize import CheckedVisualize, VisualizeJob
    from musivid.weights.session import Session

__all__ = ["make_wanted", "visualize"]

_PICTURES = "Pictures"
_STAGES = ("prompts", "keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """All that can be typed after `musivid visualize`."""

    songs: InputsOrJobs = None
    output: Output = None
    jobs: JobsOption = None
    captions: Annotated[
        Path | None,
        typer.Option(
            "--captions",
            "-c",
            show_default=False,
            rich_help_panel=_PICTURES,
            help="Timed captions: json, srt, vtt, csv, txt; a folder of them for many songs.",
        ),
    ] = None
    lyrics_encoding: LyricsEncoding = None
    artwork: Annotated[
        list[str] | None,
        typer.Option(
            "--artwork",
            "-a",
            show_default=False,
            rich_help_panel=_PICTURES,
            help="Picture, folder or pattern that pictures should be like; may be repeated.",
        ),
    ] = None
    images: Annotated[
        list[str] | None,
        typer.Option(
            "--images",
            "-i",
            show_default=False,
            rich_help_panel=_PICTURES,
            help="Pictures to walk between as they are; nothing is painted; may be repeated.",
        ),
    ] = None
    stop_after: Annotated[
        str | None,
        typer.Option(
            "--stop-after",
            metavar="|".join(_STAGES),
            show_default=False,
            rich_help_panel=_PICTURES,
            help="Stop to look at prompts or keyframes and change them; --resume goes on.",
        ),
    ] = None
    preview: Annotated[
        bool,
        typer.Option(
            "--preview",
            rich_help_panel=_PICTURES,
            help="Draw curve, sections, captions and pictures into one PNG, in seconds.",
        ),
    ] = False
    corrected: CorrectedBeats
    span: Excerpt
    wish: Wish
    machine: Machine
    download: Annotated[
        bool,
        typer.Option(
            "--download", rich_help_panel="Machine", help="Published pipelines may be fetched."
        ),
    ] = False
    work: BatchWork
    farm: FarmWork
    resume: Resume = False
    resume_any: ResumeAny = False
    talk: Talk


@with_flags("visualize")
def visualize(asked: _Asked) -> None:
    """Make a video that walks between pictures of what a song sounds like.

    Captions say what each section sounds like, a picture is painted for each, and the energy of the
    music sets the pace of the walk between them. Prompts and pictures can be changed on the way.

    [bold]Examples[/bold]

    musivid visualize song.mp3

    musivid visualize song.mp3 --preview -o plan.png

    musivid visualize song.mp3 --captions song.srt --artwork cover.jpg

    musivid visualize song.mp3 --stop-after prompts, then change prompts.yaml and add --resume

    musivid visualize song.mp3 --images holiday/ --walk kenburns --size 1280x720 --fit fit

    musivid visualize song.mp3 --preset kandinsky --artwork cover.jpg --download
    """
    _run(asked)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One film or preview that is wanted of a song, wherever it is made."""

    job: VisualizeJob
    preview: Path | None
    force: bool
    resume: bool
    resume_any: bool
    stop_after: str | None

    def checked(self, *, offline: bool) -> CheckedVisualize:
        """The job, checked."""
        from musivid.pipeline.visualize import check_visualize

        force = self.force or self.preview is not None
        return check_visualize(self.job, force=force, offline=offline, preview=self.preview)


def make_wanted(wanted: _Wanted, place: Workplace, reporter: Reporter) -> Result:
    """Make what is wanted of a song, here or on a farm."""
    checked = wanted.checked(offline=place.session.offline)
    if wanted.preview is not None:
        return _draw(checked, wanted.preview, place.session, reporter)
    return _make(checked, place.session(), wanted, reporter)


def _run(asked: _Asked) -> None:
    """Make the videos that were asked for, with one session for all."""
    from musivid.commands.console import open_reporter, run_batch

    work, machine = asked.work, asked.machine
    suffix = ".png" if asked.preview else ".mp4"
    asked.farm.check()
    wishes = read_wishes(asked, asked.songs or (), _settled, Naming(asked.output, suffix))
    with open_reporter(asked.talk) as reporter:
        session, shown = late_session(machine, reporter), PlanShower(reporter)

        def wanted(song: Path, out: Path) -> _Wanted:
            return _wanted(*wishes.of(out), song, out, reporter=reporter)

        def one(song: Path, out: Path) -> Result:
            from musivid.pipeline.render.away import Workplace

            made = wanted(song, out)
            if work.dry_run:
                offline = machine.offline
                return shown(lambda: _show(made.checked(offline=offline), session, reporter))
            return make_wanted(made, Workplace.of(session), reporter)

        def errand(song: Path, out: Path) -> tuple[Errand, Needs]:
            made = wanted(song, out)
            made.checked(offline=machine.offline)
            return _errand(made, out)

        with lacking_noted() if work.dry_run else nullcontext():
            wishes.check(
                lambda song, out: replace(wanted(song, out), force=True).checked(
                    offline=machine.offline
                )
            )
        run_batch(
            asked.songs or (),
            one,
            reporter=reporter,
            output=asked.output,
            suffix=suffix,
            results=(".mp4",),
            force=work.may_exist,
            skip_existing=work.skip_existing,
            shard=work.shard,
            as_json=asked.talk.as_json,
            reads=wishes.files(lambda own: own.wish.files()),
            rows=wishes.rows,
            away=None if work.dry_run else away(asked.farm, machine, errand, reporter),
        )


def _settled(asked: _Asked) -> Any:
    """The settings of what is asked; a fault is told before all else."""
    settings = asked.wish.settings()
    if asked.stop_after not in (None, *_STAGES):
        raise UsageError(
            f"--stop-after {asked.stop_after!r} is not a stage", hint="Give prompts or keys."
        )
    if asked.stop_after == "prompts" and asked.images:
        raise UsageError("--images need no prompts", hint="Leave --stop-after prompts out.")
    asked.corrected.file(asked.songs or ())
    _files(asked.images, "--images")
    _files(asked.artwork, "--artwork")
    return settings


def _wanted(asked: _Asked, settings: Any, song: Path, out: Path, *, reporter: Reporter) -> _Wanted:
    """What is wanted of a song."""
    from musivid.pipeline.visualize import VisualizeJob

    job = VisualizeJob(
        song=song,
        out=out.with_suffix(".mp4") if asked.preview else out,
        preset=settings,
        captions=namesake(song, asked.captions, "captions", reporter),
        captions_encoding=asked.lyrics_encoding,
        artwork=tuple(_files(asked.artwork, "--artwork")),
        images=tuple(_files(asked.images, "--images")),
        start_s=asked.span.start_s,
        end_s=asked.span.end_s,
        download=asked.download,
        beats=asked.corrected.file(asked.songs or ()),
    )
    return _Wanted(
        job, out if asked.preview else None, asked.work.may_exist, asked.resume,
        asked.resume_any, asked.stop_after,
    )  # fmt: skip


def _errand(wanted: _Wanted, out: Path) -> tuple[Errand, Needs]:
    """The same as an errand, and what it needs of a machine."""
    from musivid.farm.errands import Errand, files_of
    from musivid.pipeline.visualize import files_read, needs_of

    reads = files_of(files_read(wanted.job))
    return Errand(make_wanted, wanted, reads, out), needs_of(wanted.job)


def _files(names: list[str] | None, option: str) -> list[Path]:
    """The picture files that are meant, in order."""
    from musivid.commands.inputs import expand_inputs

    if not names:
        return []
    try:
        return expand_inputs(names, PICTURE.suffixes)
    except InputError as error:
        raise InputError(
            f"{option}: {error.problem}", hint="Give pictures, folders of them, or patterns."
        ) from None


def _show(checked: Any, session: Callable[[], Session], reporter: Reporter) -> Result:
    """The plan, as text and facts."""
    from musivid.commands.console import Result
    from musivid.commands.plans import visualize_text
    from musivid.pipeline.visualize import plan_facts

    facts = plan_facts(checked, session, reporter)
    return Result(facts=asdict(facts), text=visualize_text(facts))


def _draw(checked: Any, out: Path, session: Callable[[], Session], reporter: Reporter) -> Result:
    """The plan, as a picture."""
    from musivid.commands.console import Result
    from musivid.pipeline.visualize import draw_preview

    facts = draw_preview(checked, out, session, reporter)
    return Result(facts=asdict(facts), text=str(out))


def _make(checked: Any, session: Session, wanted: _Wanted, reporter: Reporter) -> Result:
    """Make one video, or what comes before it."""
    from musivid.commands.console import Result
    from musivid.pipeline.visualize import make_visual

    made = make_visual(
        checked,
        session,
        force=wanted.force,
        resume=wanted.resume,
        resume_any=wanted.resume_any,
        stop_after=cast("Any", wanted.stop_after),
        reporter=reporter,
    )
    return Result(
        facts={
            "output": str(made.path),
            "folder": str(made.folder),
            "frames": made.frames,
            "duration_s": made.duration_s,
            "pictures": made.pictures,
            "stopped_after": made.stopped_after,
        },
        text=str(made.path),
    )
