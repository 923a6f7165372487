"""`musivid visualize`: a song becomes a walk between pictures of what it sounds like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from musivid.commands.filming import Excerpt
from musivid.commands.flags import Wish, with_flags
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
from musivid.commands.typed import late_session, namesake
from musivid.core.errors import InputError, UsageError
from musivid.media.kinds import PICTURE

if TYPE_CHECKING:
    from musivid.commands.console import Result
    from musivid.core.progress import Reporter
    from musivid.weights.session import Session

__all__ = ["visualize"]

_PICTURES = "Pictures"
_STAGES = ("prompts", "keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """All that can be typed after `musivid visualize`."""

    songs: Inputs
    output: Output = None
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


def _run(asked: _Asked) -> None:
    """Make the videos that were asked for, with one session for all."""
    from musivid.commands.console import open_reporter, run_batch

    settings, work, machine = asked.wish.settings(), asked.work, asked.machine
    if asked.stop_after not in (None, *_STAGES):
        raise UsageError(
            f"--stop-after {asked.stop_after!r} is not a stage", hint="Give prompts or keys."
        )
    if asked.stop_after == "prompts" and asked.images:
        raise UsageError("--images need no prompts", hint="Leave --stop-after prompts out.")
    beats = asked.corrected.file(asked.songs)
    images = tuple(_files(asked.images, "--images"))
    artwork = tuple(_files(asked.artwork, "--artwork"))
    with open_reporter(asked.talk) as reporter:
        session = late_session(machine, reporter)

        def one(song: Path, out: Path) -> Result:
            from musivid.pipeline.visualize import VisualizeJob, check_visualize

            job = VisualizeJob(
                song=song,
                out=out.with_suffix(".mp4") if asked.preview else out,
                preset=settings,
                captions=namesake(song, asked.captions, "captions", reporter),
                captions_encoding=asked.lyrics_encoding,
                artwork=artwork,
                images=images,
                start_s=asked.span.start_s,
                end_s=asked.span.end_s,
                download=asked.download,
                beats=beats,
            )
            force = work.may_exist or asked.preview
            checked = check_visualize(
                job, force=force, offline=machine.offline, preview=out if asked.preview else None
            )
            if work.dry_run or asked.preview:
                return _show(checked, out, asked, session, reporter=reporter)
            return _make(checked, session(), asked, reporter)

        run_batch(
            asked.songs,
            one,
            reporter=reporter,
            output=asked.output,
            suffix=".png" if asked.preview else ".mp4",
            results=(".mp4",),
            force=work.may_exist,
            skip_existing=work.skip_existing,
            shard=work.shard,
            as_json=asked.talk.as_json,
            reads=asked.wish.files(),
        )


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


def _show(
    checked: Any,
    out: Path,
    asked: _Asked,
    session: Callable[[], Session],
    *,
    reporter: Reporter,
) -> Result:
    """The plan, as text and facts or as a picture."""
    from musivid.commands.console import Result
    from musivid.commands.plans import visualize_text
    from musivid.pipeline.visualize import draw_preview, plan_facts

    if asked.preview and not asked.work.dry_run:
        facts = draw_preview(checked, out, session, reporter)
        return Result(facts=asdict(facts), text=str(out))
    facts = plan_facts(checked, session, reporter)
    return Result(facts=asdict(facts), text=visualize_text(facts))


def _make(checked: Any, session: Session, asked: _Asked, reporter: Reporter) -> Result:
    """Make one video, or what comes before it."""
    from musivid.commands.console import Result
    from musivid.pipeline.visualize import make_visual

    made = make_visual(
        checked,
        session,
        force=asked.work.force,
        resume=asked.resume,
        resume_any=asked.resume_any,
        stop_after=cast("Any", asked.stop_after),
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
