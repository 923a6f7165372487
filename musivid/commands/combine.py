"""`musivid combine`: parts and a song to one video."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from musivid.commands.flags import Wish, with_flags
from musivid.commands.options import Inputs, Talk, Work
from musivid.commands.printing import print_text
from musivid.commands.targets import Target
from musivid.media.kinds import FILM

if TYPE_CHECKING:
    from musivid.pipeline.combine import CombinePlan

__all__ = ["combine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """All that can be typed after `musivid combine`."""

    parts: Inputs
    output: Annotated[
        Target | None,
        typer.Option(
            "--output",
            "-o",
            parser=Target.typed,
            metavar="PATH",
            show_default=False,
            help="The video to write, or a folder for it; left out, it is named after the song, or "
            "combined.mp4.",
        ),
    ] = None
    audio: Annotated[
        Path | None,
        typer.Option("--audio", "-a", show_default=False, help="The song, from any file."),
    ] = None
    wish: Wish
    work: Work
    talk: Talk


@with_flags("combine")
def combine(asked: _Asked) -> None:
    """Join videos in the order given, or in the natural order of a folder, and add a song.

    Parts that agree in size, rate and codec are copied without loss; others are encoded again in
    the size and rate of the first, or in those asked for. Without --audio the sounds of the parts
    are joined.

    [bold]Examples[/bold]

    musivid combine part1.mp4 part2.mp4 --audio song.mp3 -o out.mp4

    musivid combine parts/ --audio song.mp3 --fit loop

    musivid combine parts/ --preset web --size 1920x1080
    """
    from musivid.commands.console import open_reporter, print_json
    from musivid.core.outputs import check_apart, check_output

    preset, work = asked.wish.settings(), asked.work
    target = _target(asked.output, asked.audio)
    files = _files(asked.parts, target)
    with open_reporter(asked.talk) as reporter:
        from musivid.pipeline.combine import make_combined, plan_combine

        read = {"part": files, "song": asked.audio, **asked.wish.files()}
        check_apart({"film": target}, read)
        check_output(target, endings=FILM.written, force=work.may_exist)
        plan = plan_combine(files, target, audio=asked.audio, preset=preset)
        facts = _facts(plan)
        if not work.dry_run:
            make_combined(plan, reporter)
        reporter.pause()
        if asked.talk.as_json:
            print_json({"dry_run": work.dry_run, **facts})
        elif work.dry_run:
            _show(plan)
        else:
            print_text(target)


def _target(output: Target | None, audio: Path | None) -> Path:
    """Where the result goes: named after the song if no name is said."""
    name = f"{audio.stem}.mp4" if audio else "combined.mp4"
    return (output or Target(Path(name))).file(name)


def _files(inputs: list[str], target: Path) -> list[Path]:
    """The parts in order; one that is given twice is shown twice."""
    from musivid.commands.inputs import find_sources

    files = []
    for text in inputs:  # an earlier result may lie in the folder of its parts
        files += find_sources([text], FILM.suffixes).without([target]).files
    return files


def _facts(plan: CombinePlan) -> dict[str, Any]:
    """The plan in JSON types."""
    return {
        "output": str(plan.out),
        "parts": [
            {
                "path": str(part.info.path),
                "frames": part.times.count,
                "duration_s": round(part.length_s, 6),
                "size": list(part.info.size),
                "fps": str(part.fps),
                "codec": part.info.codec,
            }
            for part in plan.videos
        ],
        "size": list(plan.size),
        "fps": str(plan.fps),
        "frames": plan.frames,
        "duration_s": plan.duration_s,
        "picture_s": plan.picture_s,
        "song_s": plan.song_s,
        "has_sound": bool(plan.sound),
        "copied": not plan.reasons,
        "reasons": list(plan.reasons),
        "change": plan.change,
        "warnings": list(plan.warnings),
    }


def _show(plan: CombinePlan) -> None:
    """The plan for people, on stdout."""
    from musivid.commands.console import print_table

    rows = [
        [
            part.info.path.name,
            f"{part.info.size[0]}x{part.info.size[1]}",
            str(part.fps),
            str(part.times.count),
            f"{part.length_s:.2f}",
            part.info.codec,
        ]
        for part in plan.videos
    ]
    print_table("parts", ["name", "size", "fps", "frames", "seconds", "codec"], rows)
    how = "encoded again: " + "; ".join(plan.reasons) if plan.reasons else "copied without loss"
    print_text(f"parts: {how}")
    song = f"song of {plan.song_s:.2f} s" if plan.song_s is not None else "the parts' own"
    change = f"; {plan.change}" if plan.change else ""
    print_text(f"sound: {song if plan.sound else 'none'}{change}")
    for warning in plan.warnings:
        print_text(f"warning: {warning}")
    width, height = plan.size
    size = f"{width}x{height}"
    print_text(f"result: {plan.frames} frames, {plan.duration_s:.2f} s, {size}, {plan.out}")
