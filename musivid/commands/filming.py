"""What `musivid video` and `musivid interpolate` share: their own options, and how they run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from musivid.errors import InputError, UsageError

if TYPE_CHECKING:
    from musivid.commands.console import Result
    from musivid.progress import Reporter
    from musivid.registry import Session
    from musivid.schema import VideoPreset

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
    "read_seconds",
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

    preset = _load_preset(asked)
    sessions: list[Session] = []

    def session(reporter: Reporter) -> Session:
        # Opened after the first input was checked: its import of torch takes seconds.
        if not sessions:
            from musivid.registry import Session

            sessions.append(Session(asked.device, asked.dtype, asked.offline, reporter))
        return sessions[0]

    with ConsoleReporter(quiet=asked.quiet, verbose=asked.verbose) as reporter:

        def one(song: Path, out: Path) -> Result:
            from musivid.pipeline.job import VideoJob, check_job

            job = VideoJob(
                song=song,
                out=out,
                preset=preset,
                lyrics=_lyrics_of(song, asked.lyrics),
                start_s=read_seconds("--from", asked.start) or 0.0,
                end_s=read_seconds("--to", asked.end),
                burn_lyrics=asked.burn_lyrics,
                command=asked.command,
            )
            force = asked.force or asked.dry_run
            checked = check_job(job, force=force, offline=asked.offline)
            if asked.dry_run:
                return _show_plan(checked, session(reporter), reporter)
            return _make(checked, session(reporter), asked, reporter)

        run_batch(
            asked.songs,
            one,
            reporter=reporter,
            output=asked.output,
            force=asked.force or asked.dry_run,
            skip_existing=asked.skip_existing,
            as_json=asked.as_json,
        )


def _load_preset(asked: Filming) -> VideoPreset:
    """The preset with all that was typed laid over it."""
    from typing import cast

    from musivid.presets import load_preset

    typed = [("output.size", asked.size), ("output.fps", asked.fps), ("seed", asked.seed)]
    typed.append(("style", asked.style))
    # JSON is YAML with quotes, so whatever was typed stays one value.
    overrides = [f"{key}={json.dumps(value)}" for key, value in typed if value is not None]
    options = [*(asked.set_options or []), *overrides]
    return cast("VideoPreset", load_preset(asked.command, asked.preset, options))


def read_seconds(option: str, text: str | None) -> float | None:
    """Seconds of a time that was typed after an option; None where it was not given.

    Raises:
        UsageError: not a time.
    """
    from musivid.timeline import parse_time_s

    if text is None:
        return None
    try:
        return parse_time_s(text)
    except ValueError:
        raise UsageError(
            f"{option} {text!r} is not a time", hint="Give seconds, m:ss or h:mm:ss: 65, 1:05.5."
        ) from None


def _lyrics_of(song: Path, lyrics: Path | None) -> Path | None:
    """The lyrics of a song: the file given, or its namesake in the folder given."""
    if lyrics is None or not lyrics.is_dir():
        return lyrics
    found = sorted(path for path in lyrics.iterdir() if path.stem == song.stem)
    if not found:
        raise InputError(
            f"{lyrics} holds no lyrics named {song.stem}", hint="Name them as the songs."
        )
    return found[0]


def _show_plan(checked: Any, session: Session, reporter: Reporter) -> Result:
    """The plan as text and as facts; makes nothing."""
    from musivid.commands.console import Result
    from musivid.pipeline.estimate import estimate_s
    from musivid.pipeline.listening import listen
    from musivid.pipeline.plan import plan_facts, plan_text

    _, heard, plan = listen(checked, reporter)
    facts = plan_facts(plan, heard, checked)
    facts["estimate_s"] = round(estimate_s(plan, checked.job.preset, session), 1)
    return Result(facts=facts, text=plan_text(facts))


def _make(checked: Any, session: Session, asked: Filming, reporter: Reporter) -> Result:
    """Make one video."""
    from musivid.commands.console import Result
    from musivid.pipeline.video import make_video

    made = make_video(checked, session, force=asked.force, resume=asked.resume, reporter=reporter)
    return Result(
        facts={
            "output": str(made.path),
            "folder": str(made.folder),
            "frames": made.frames,
            "duration_s": made.duration_s,
            "keys": made.keys,
            "tempo_bpm": round(made.tempo_bpm, 2),
        }
    )
