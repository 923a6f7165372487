"""What `musivid video` and `musivid interpolate` share: what they are asked, and how they run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from musivid.commands.cuts import show_cut
from musivid.commands.farming import FarmWork, away
from musivid.commands.filming_checks import check_here, check_plan_out, check_preview, layer_output
from musivid.commands.filming_results import draw_still, preview_of, show_plan
from musivid.commands.flags import Wish
from musivid.commands.jobs import JobsOption, Naming, read_wishes
from musivid.commands.lacking import PlanShower
from musivid.commands.marking import CorrectedBeats
from musivid.commands.options import (
    BatchWork,
    InputsOrJobs,
    Machine,
    Output,
    Resume,
    ResumeAny,
    Talk,
)
from musivid.commands.typed import late_session, read_seconds
from musivid.commands.wording import Wording, tell_lacking, words_for
from musivid.core.outputs import check_apart, check_output
from musivid.core.paths import expanded
from musivid.media.kinds import PICTURE
from musivid.settings.marks import SONG
from musivid.weights.missing import lacking_noted

if TYPE_CHECKING:
    from musivid.commands.batch import Pair
    from musivid.commands.console import Result
    from musivid.core.progress import Reporter
    from musivid.farm.errands import Errand
    from musivid.pipeline.render.away import Needs, Workplace
    from musivid.pipeline.render.together import Team
    from musivid.pipeline.video import CheckedJob, VideoJob
    from musivid.weights.session import LateSession

__all__ = ["Excerpt", "Filming", "film", "make_wanted"]

_FILM, _PREVIEW, _LAYER = ".mp4", "-preview.mp4", "-lyrics.mov"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Which part of the song is meant."""

    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="TIME",
            show_default=False,
            rich_help_panel=SONG,
            help="Begin at 1:05.5.",
        ),
    ] = None
    end: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="TIME",
            show_default=False,
            rich_help_panel=SONG,
            help="End at 2:10.",
        ),
    ] = None

    @property
    def start_s(self) -> float:
        """Where in the song it begins."""
        return read_seconds("--from", self.start) or 0.0

    @property
    def end_s(self) -> float | None:
        """Where it ends; None: with the song."""
        return read_seconds("--to", self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filming:
    """All that can be typed after `musivid video` or `musivid interpolate`."""

    songs: InputsOrJobs = None
    output: Output = None
    jobs: JobsOption = None
    words: Wording
    plan_out: Annotated[
        Path | None,
        typer.Option(
            "--plan-out",
            metavar="FILE",
            show_default=False,
            rich_help_panel=SONG,
            help="With --dry-run: write the plan of living scenes, or the cut of footage with a "
            "contact sheet beside it, to be changed and given back with --plan.",
        ),
    ] = None
    timeline: Annotated[
        Path | None,
        typer.Option(
            "--timeline",
            metavar="FILE",
            show_default=False,
            rich_help_panel=SONG,
            help="Write the film for editors, too: .otio, .fcpxml, .xml or .edl, cut at its "
            "scenes, with song and markers, and the lines as SRT beside it.",
        ),
    ] = None
    preview: Annotated[
        bool,
        typer.Option(
            "--preview",
            rich_help_panel=SONG,
            help="Only a contact sheet of the film (PNG) and six seconds of its best moment.",
        ),
    ] = False
    corrected: CorrectedBeats
    span: Excerpt
    wish: Wish
    machine: Machine
    work: BatchWork
    farm: FarmWork
    resume: Resume = False
    resume_any: ResumeAny = False
    talk: Talk


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One film, still or preview that is wanted of a song, wherever it is made.

    Attributes:
        job: the song and all settings.
        preview: a contact sheet and some seconds alone.
        force: outputs may be there already; so may unfinished work.
        resume: there must be a run to go on with.
        resume_any: it may have begun on another machine.
    """

    job: VideoJob
    preview: bool
    force: bool
    resume: bool
    resume_any: bool

    def checked(self, *, offline: bool) -> CheckedJob:
        """The job, checked with all that is read and written."""
        from musivid.pipeline.video import check_job, check_timeline, files_read

        checked = check_job(self.job, force=self.force, offline=offline)
        check_timeline(self.job, force=self.force)
        if self.preview:
            sheet = checked.out.with_suffix(PICTURE.written[0])
            check_apart({"sheet": sheet}, files_read(self.job))
            check_output(sheet, force=self.force)
        return checked


def make_wanted(
    wanted: _Wanted, place: Workplace, reporter: Reporter, team: Team | None = None
) -> Result:
    """Make what is wanted of a song, here or on a farm."""
    wanted = replace(wanted, job=replace(wanted.job, known_as=place.known_as))
    checked = wanted.checked(offline=place.session.offline)
    if wanted.preview:
        return preview_of(checked, place.session(), reporter)
    if PICTURE.holds(checked.out):
        return draw_still(checked, place.session(), reporter)
    return _make(checked, place.session, wanted, reporter, team=team)


def film(asked: Filming) -> None:
    """Make the videos that were asked for, with one session for all."""
    from musivid.commands.console import open_reporter, run_batch

    work, machine = asked.work, asked.machine
    asked.farm.check()
    is_layer = bool(asked.songs) and asked.wish.settings().is_layer
    output = layer_output(asked.output) if is_layer else asked.output
    suffix = _PREVIEW if asked.preview else _LAYER if is_layer else _FILM
    naming = Naming(output, suffix, ending=lambda preset: _LAYER if preset.is_layer else suffix)
    wishes = read_wishes(asked, asked.songs or (), _settled, naming)
    with open_reporter(asked.talk) as reporter:
        session, shown = late_session(machine, reporter), PlanShower(reporter)

        def wanted(song: Path, out: Path) -> _Wanted:
            return _wanted(*wishes.of(out), song, out, reporter=reporter)

        def one(song: Path, out: Path) -> Result:
            from musivid.pipeline.render.away import Workplace

            if work.dry_run:
                return shown(lambda: _show(wanted(song, out), session, asked, reporter))
            _check_sheet(asked, out)
            return make_wanted(wanted(song, out), Workplace.of(session), reporter)

        def errand(song: Path, out: Path) -> tuple[Errand, Needs]:
            made = wanted(song, out)
            made.checked(offline=machine.offline)
            _check_sheet(asked, out)
            return _errand(made)

        def divided(song: Path, out: Path) -> Callable[[Team], Result] | None:
            from musivid.pipeline.render.away import Workplace

            # A preview is short, and painted frames go on from each other: both are one errand.
            painted = wishes.of(out)[1].painting.mode == "every_frame"
            if asked.preview or painted or PICTURE.holds(out):
                return None
            place = Workplace.of(session)
            return lambda team: make_wanted(wanted(song, out), place, reporter, team)

        def begin(pairs: Sequence[Pair]) -> None:
            tell_lacking([(p.source, wishes.of(p.target)[0].words) for p in pairs], reporter)

        with lacking_noted() if work.dry_run else nullcontext():
            wishes.check(
                lambda song, out: _draft(wanted(song, out)).checked(offline=machine.offline)
            )
        elsewhere = away(asked.farm, machine, errand, reporter, divided=divided)
        run_batch(
            asked.songs or (),
            one,
            reporter=reporter,
            output=output,
            suffix=suffix,
            results=(_FILM, _PREVIEW, _LAYER),
            force=work.may_exist,
            skip_existing=work.skip_existing,
            folders=is_layer,
            shard=work.shard,
            as_json=asked.talk.as_json,
            reads=wishes.files(lambda own: own.wish.files()),
            writes=wishes.files(lambda own: {"plan": own.plan_out, "timeline": own.timeline}),
            rows=wishes.rows,
            begin=begin,
            away=None if work.dry_run else elsewhere,
        )


def _settled(asked: Filming) -> Any:
    """The settings of what is asked; a fault is told before all else."""
    preset = asked.wish.settings()
    asked.words.check()
    asked.corrected.file(asked.songs or ())
    check_plan_out(asked, preset)
    check_preview(asked, preset)
    check_here(asked, preset)
    return preset


def _draft(wanted: _Wanted) -> _Wanted:
    """The same where nothing is made: what is there may stay."""
    return replace(wanted, preview=False, force=True)


def _wanted(asked: Filming, preset: Any, song: Path, out: Path, *, reporter: Reporter) -> _Wanted:
    """What is wanted of a song."""
    from musivid.pipeline.video import VideoJob

    words, typed = words_for(song, asked.words, asked.songs or (), reporter), asked.words
    job = VideoJob(
        song=song,
        out=out,
        preset=preset,
        lyrics=words.lyrics,
        lyrics_name=words.name,
        lyrics_encoding=typed.lyrics_encoding,
        lyrics_fps=typed.fps,
        spread_lyrics=typed.spread_lyrics and words.wanted,
        start_s=asked.span.start_s,
        end_s=asked.span.end_s,
        burn_lyrics=typed.burn_lyrics and words.wanted,
        subtitles=typed.subtitles and words.wanted,
        command=asked.wish.command,
        beats=asked.corrected.file(asked.songs or ()),
        timeline=asked.timeline and expanded(asked.timeline).absolute(),
    )
    return _Wanted(job, asked.preview, asked.work.force, asked.resume, asked.resume_any)


def _errand(wanted: _Wanted) -> tuple[Errand, Needs]:
    """The same as an errand, and what it needs of a machine."""
    from musivid.farm.errands import Errand, files_of
    from musivid.pipeline.video import files_read, footage_folder, needs_of

    job = wanted.job
    out = job.out
    assert out is not None  # every input has its output
    sheet = out.with_suffix(PICTURE.written[0]) if wanted.preview else None
    roles = files_read(job)
    if job.preset.is_footage:  # files are found in it there
        roles["footage"] = footage_folder(job.preset)
    more = tuple(path for path in (sheet, job.timeline) if path is not None)
    return Errand(make_wanted, wanted, files_of(roles), out, more), needs_of(job)


def _check_sheet(asked: Filming, out: Path) -> None:
    """Check that a contact sheet does not take the place of a preset."""
    if asked.preview:
        check_apart({"sheet": out.with_suffix(PICTURE.written[0])}, asked.wish.files())


def _show(wanted: _Wanted, session: LateSession, asked: Filming, reporter: Reporter) -> Result:
    """What would be made; makes nothing but the plan's file."""
    checked = _draft(wanted).checked(offline=asked.machine.offline)
    if wanted.job.preset.is_footage:
        return show_cut(checked, session, asked.plan_out, reporter)
    return show_plan(checked, session(), asked, reporter)


def _make(
    checked: CheckedJob,
    session: LateSession,
    wanted: _Wanted,
    reporter: Reporter,
    *,
    team: Team | None,
) -> Result:
    """Make one video."""
    from musivid.commands.console import Result
    from musivid.pipeline.video import make_video

    made = make_video(
        checked,
        session,
        force=wanted.force,
        resume=wanted.resume,
        resume_any=wanted.resume_any,
        team=team,
        reporter=reporter,
    )
    return Result(
        facts={
            "output": str(made.path),
            "folder": str(made.folder),
            "frames": made.frames,
            "duration_s": made.duration_s,
            "keys": made.keyframes,
            "tempo_bpm": round(made.tempo_bpm, 2),
        }
    )
