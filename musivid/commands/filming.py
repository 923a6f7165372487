"""What `musivid video` and `musivid interpolate` share: what they are asked, and how they run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from musivid.commands.flags import Wish
from musivid.commands.marking import CorrectedBeats
from musivid.commands.options import (
    BatchWork,
    Inputs,
    LyricsEncoding,
    Machine,
    Output,
    Resume,
    ResumeAny,
    Talk,
)
from musivid.commands.typed import late_session, namesake, read_seconds
from musivid.core.outputs import check_apart, check_output
from musivid.core.paths import expanded
from musivid.media.kinds import PICTURE
from musivid.media.lyrics.encoding import check_encoding
from musivid.settings.marks import SONG

if TYPE_CHECKING:
    from musivid.commands.console import Result
    from musivid.core.progress import Reporter
    from musivid.weights.session import LateSession, Session

__all__ = ["Excerpt", "Filming", "film"]

_FILM, _PREVIEW = ".mp4", "-preview.mp4"


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

    songs: Inputs
    output: Output = None
    lyrics: Annotated[
        Path | None,
        typer.Option(
            "--lyrics",
            "-l",
            show_default=False,
            rich_help_panel=SONG,
            help="Timed lyrics: csv, lrc, srt, vtt, tsv, json, txt; a folder of them for many "
            "songs.",
        ),
    ] = None
    lyrics_encoding: LyricsEncoding = None
    spread_lyrics: Annotated[
        bool,
        typer.Option(
            "--spread-lyrics",
            rich_help_panel=SONG,
            help="Lay lyrics without times over the parts where somebody seems to sing.",
        ),
    ] = False
    burn_lyrics: Annotated[
        bool,
        typer.Option(
            "--burn-lyrics", rich_help_panel=SONG, help="Write the lines into the picture."
        ),
    ] = False
    subtitles: Annotated[
        bool,
        typer.Option(
            "--subtitles",
            rich_help_panel=SONG,
            help="Put the lines into the film as subtitles that players can show.",
        ),
    ] = False
    plan_out: Annotated[
        Path | None,
        typer.Option(
            "--plan-out",
            metavar="FILE",
            show_default=False,
            rich_help_panel=SONG,
            help="With --dry-run: write the plan of living scenes, to be changed and given back "
            "with --plan.",
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
    resume: Resume = False
    resume_any: ResumeAny = False
    talk: Talk


def film(asked: Filming) -> None:
    """Make the videos that were asked for, with one session for all."""
    from musivid.commands.console import open_reporter, run_batch

    preset, work, machine = asked.wish.settings(), asked.work, asked.machine
    check_encoding(asked.lyrics_encoding)
    beats = asked.corrected.file(asked.songs)
    _check_plan_out(asked, preset)
    _check_preview(asked, preset)
    with open_reporter(asked.talk) as reporter:
        session = late_session(machine, reporter)

        def one(song: Path, out: Path) -> Result:
            from musivid.pipeline.video import VideoJob, check_job, check_timeline, files_read

            job = VideoJob(
                song=song,
                out=out,
                preset=preset,
                lyrics=namesake(song, asked.lyrics, "lyrics", reporter),
                lyrics_encoding=asked.lyrics_encoding,
                spread_lyrics=asked.spread_lyrics,
                start_s=asked.span.start_s,
                end_s=asked.span.end_s,
                burn_lyrics=asked.burn_lyrics,
                subtitles=asked.subtitles,
                command=asked.wish.command,
                beats=beats,
                timeline=asked.timeline and expanded(asked.timeline).absolute(),
            )
            checked = check_job(job, force=work.may_exist, offline=machine.offline)
            check_timeline(job, force=work.may_exist)
            if work.dry_run:
                return _show_plan(checked, session(), asked, reporter)
            if asked.preview:
                sheet = out.with_suffix(PICTURE.written[0])
                check_apart({"sheet": sheet}, {**files_read(job), **asked.wish.files()})
                check_output(sheet, force=work.force)
                return _preview(checked, session(), reporter)
            if PICTURE.holds(out):
                return _draw_still(checked, session(), reporter)
            return _make(checked, session, asked, reporter)

        run_batch(
            asked.songs,
            one,
            reporter=reporter,
            output=asked.output,
            suffix=_PREVIEW if asked.preview else _FILM,
            results=(_FILM, _PREVIEW),
            force=work.may_exist,
            skip_existing=work.skip_existing,
            shard=work.shard,
            as_json=asked.talk.as_json,
            reads=asked.wish.files(),
            writes={"plan": asked.plan_out, "timeline": asked.timeline},
        )


def _check_plan_out(asked: Filming, preset: Any) -> None:
    """Check where a plan is to be written.

    Raises:
        UsageError: nothing is planned alone, or not in scenes. OutputError: it is there already.
    """
    from musivid.core.errors import UsageError

    if asked.plan_out is None:
        return
    if not asked.work.dry_run:
        raise UsageError(
            "--plan-out is for --dry-run",
            hint="A run keeps its plan in its own folder, as plan.yaml.",
        )
    if preset.painting.mode != "living":
        raise UsageError("--plan-out is for painting.mode living", hint="Leave --preset out.")
    check_output(asked.plan_out, force=asked.work.force, endings=(".yaml", ".yml"))


def _check_preview(asked: Filming, preset: Any) -> None:
    """Check that there is something to preview.

    Raises:
        UsageError: no living scenes, a picture for an output, or a flag without effect on it.
    """
    from musivid.core.errors import UsageError

    if not asked.preview:
        return
    if preset.painting.mode != "living":
        raise UsageError("--preview is for painting.mode living", hint="Leave --preset out.")
    if asked.output is not None and PICTURE.holds(asked.output.path):
        raise UsageError(
            "--preview writes a film and a PNG of its name",
            hint="Name the film with -o, or leave --preview out for one picture.",
        )
    idle = {"--burn-lyrics": asked.burn_lyrics, "--subtitles": asked.subtitles,
            "--timeline": asked.timeline,
            "--resume": asked.resume, "--resume-any": asked.resume_any}  # fmt: skip
    if useless := [flag for flag, given in idle.items() if given]:
        raise UsageError(
            f"{' and '.join(useless)} would have no effect on a preview", hint="Leave it out."
        )


def _preview(checked: Any, session: Session, reporter: Reporter) -> Result:
    """A contact sheet and some seconds."""
    from dataclasses import asdict

    from musivid.commands.console import Result
    from musivid.pipeline.video import make_preview

    made = make_preview(checked, session, reporter)
    return Result(facts=asdict(made), text=f"{made.sheet}\n{made.film}")


def _draw_still(checked: Any, session: Session, reporter: Reporter) -> Result:
    """One picture of a song."""
    from dataclasses import asdict

    from musivid.commands.console import Result
    from musivid.pipeline.video import make_still

    made = make_still(checked, session, reporter)
    return Result(facts=asdict(made), text=str(made.path))


def _show_plan(checked: Any, session: Session, asked: Filming, reporter: Reporter) -> Result:
    """The plan as text and as facts; makes nothing but the plan's file."""
    from dataclasses import asdict, replace

    from musivid.commands.console import Result
    from musivid.commands.plans import video_text
    from musivid.core.storage import write_atomic
    from musivid.pipeline.video import (
        estimate_s,
        files_read,
        find_places,
        listen_to,
        plan_facts,
        plan_text,
        read_words,
    )

    preset = checked.job.preset
    check_apart({"plan": asked.plan_out}, files_read(checked.job))
    listened = _, heard, plan = listen_to(checked, reporter)
    drawn = preset.painting.mode == "living"
    places = find_places(preset, checked.job.song, listened, session, reporter) if drawn else []
    if asked.plan_out is not None:
        write_atomic(asked.plan_out, plan_text(places))
    estimate = round(estimate_s(plan, preset, session), 1)
    words = read_words(preset, plan, session)
    facts = replace(plan_facts(plan, heard, checked, places, words), estimate_s=estimate)
    return Result(facts=asdict(facts), text=video_text(facts))


def _make(checked: Any, session: LateSession, asked: Filming, reporter: Reporter) -> Result:
    """Make one video."""
    from musivid.commands.console import Result
    from musivid.pipeline.video import make_video

    made = make_video(
        checked,
        session,
        force=asked.work.force,
        resume=asked.resume,
        resume_any=asked.resume_any,
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
