"""What `musivid video` and `musivid interpolate` share: their own options, and how they run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from musivid.commands.typed import late_session, namesake, read_seconds, settings_of

if TYPE_CHECKING:
    from musivid.commands.console import Result
    from musivid.core.progress import Reporter
    from musivid.weights.session import Session

__all__ = [
    "BurnLyrics",
    "End",
    "Filming",
    "Fps",
    "Lyrics",
    "Size",
    "Start",
    "Style",
    "film",
]

_SONG = "Song and picture"

Lyrics = Annotated[
    Path | None,
    typer.Option(
        "--lyrics",
        "-l",
        show_default=False,
        rich_help_panel=_SONG,
        help="Timed lyrics: csv, lrc, srt, vtt, tsv, json, txt; a folder of them for many songs.",
    ),
]
Size = Annotated[
    str | None,
    typer.Option(
        "--size",
        metavar="WxH",
        show_default=False,
        rich_help_panel=_SONG,
        help="Pixels, both even.",
    ),
]
Fps = Annotated[
    str | None,
    typer.Option(
        "--fps",
        metavar="25|30000/1001",
        show_default=False,
        rich_help_panel=_SONG,
        help="Frames a second.",
    ),
]
Start = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="TIME", show_default=False, rich_help_panel=_SONG, help="Begin at 1:05.5."
    ),
]
End = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="TIME", show_default=False, rich_help_panel=_SONG, help="End at 2:10."
    ),
]
Style = Annotated[
    str | None,
    typer.Option(
        "--style",
        metavar="NAME",
        show_default=False,
        rich_help_panel=_SONG,
        help="Draw it as ink, neon, watercolour, oil, mosaic, paper, lowpoly, starlight, noir, "
        "print, or a style of your preset.",
    ),
]
BurnLyrics = Annotated[
    bool,
    typer.Option("--burn-lyrics", rich_help_panel=_SONG, help="Write the lines into the picture."),
]


@dataclass(frozen=True, slots=True)
class Filming:
    """All that was typed after `musivid video` or `musivid interpolate`."""

    command: str
    songs: list[str]
    output: Path | None
    lyrics: Path | None
    size: str | None
    fps: str | None
    start: str | None
    end: str | None
    style: str | None
    burn_lyrics: bool
    preset: str
    set_options: list[str] | None
    seed: int | None
    device: str
    dtype: str
    offline: bool
    dry_run: bool
    resume: bool
    force: bool
    skip_existing: bool
    quiet: bool
    verbose: bool
    as_json: bool


def film(asked: Filming) -> None:
    """Make the videos that were asked for, with one session for all."""
    from musivid.commands.console import ConsoleReporter, run_batch

    typed = {
        "output.size": asked.size,
        "output.fps": asked.fps,
        "style": asked.style,
        "seed": asked.seed,
    }
    preset = settings_of(asked.command, asked.preset, asked.set_options, typed)
    with ConsoleReporter(quiet=asked.quiet, verbose=asked.verbose) as reporter:
        session = late_session(asked.device, asked.dtype, asked.offline, reporter)

        def one(song: Path, out: Path) -> Result:
            from musivid.pipeline.video.job import VideoJob, check_job

            job = VideoJob(
                song=song,
                out=out,
                preset=preset,
                lyrics=namesake(song, asked.lyrics, "lyrics"),
                start_s=read_seconds("--from", asked.start) or 0.0,
                end_s=read_seconds("--to", asked.end),
                burn_lyrics=asked.burn_lyrics,
                command=asked.command,
            )
            force = asked.force or asked.dry_run
            checked = check_job(job, force=force, offline=asked.offline)
            if asked.dry_run:
                return _show_plan(checked, session(), reporter)
            return _make(checked, session(), asked, reporter)

        run_batch(
            asked.songs,
            one,
            reporter=reporter,
            output=asked.output,
            force=asked.force or asked.dry_run,
            skip_existing=asked.skip_existing,
            as_json=asked.as_json,
        )


def _show_plan(checked: Any, session: Session, reporter: Reporter) -> Result:
    """The plan as text and as facts; makes nothing."""
    from musivid.commands.console import Result
    from musivid.pipeline.video.estimate import estimate_s
    from musivid.pipeline.video.listen import listen
    from musivid.pipeline.video.plan import plan_facts, plan_text

    _, heard, plan = listen(checked, reporter)
    facts = plan_facts(plan, heard, checked)
    facts["estimate_s"] = round(estimate_s(plan, checked.job.preset, session), 1)
    return Result(facts=facts, text=plan_text(facts))


def _make(checked: Any, session: Session, asked: Filming, reporter: Reporter) -> Result:
    """Make one video."""
    from musivid.commands.console import Result
    from musivid.pipeline.video.make import make_video

    made = make_video(checked, session, force=asked.force, resume=asked.resume, reporter=reporter)
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
