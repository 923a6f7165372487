"""`musivid evaluate`: how well picture and sound fit, every figure beside its chance level."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from musivid.commands.options import (
    Device,
    DryRun,
    Dtype,
    Force,
    Inputs,
    Json,
    Offline,
    PresetName,
    Quiet,
    Seed,
    SetOptions,
    Verbose,
)

__all__ = ["evaluate"]

_WITH, _SHOW = "What goes with the films", "What is shown"


Audio = Annotated[
    Path | None,
    typer.Option(
        "--audio",
        "-a",
        show_default=False,
        rich_help_panel=_WITH,
        help="Measure the picture against this song, not the film's own sound.",
    ),
]
Lyrics = Annotated[
    Path | None,
    typer.Option("--lyrics", "-l", show_default=False, rich_help_panel=_WITH, help="Timed words."),
]
Midi = Annotated[
    Path | None,
    typer.Option(
        "--midi", show_default=False, rich_help_panel=_WITH, help="The notes of the music."
    ),
]
Rows = Annotated[
    Path | None,
    typer.Option(
        "--rows",
        show_default=False,
        rich_help_panel=_WITH,
        help="What the film asked of the notes: control rows as published for CMT, .npz.",
    ),
]
Reference = Annotated[
    Path | None,
    typer.Option(
        "--reference",
        show_default=False,
        rich_help_panel=_WITH,
        help="Folder to lie near to, by Fréchet distance: media, or .npy features.",
    ),
]
Compare = Annotated[
    bool,
    typer.Option(
        "--compare", rich_help_panel=_WITH, help="Each input is a system: put side by side."
    ),
]
Roundtrip = Annotated[
    bool,
    typer.Option(
        "--roundtrip",
        rich_help_panel=_WITH,
        help="Film each song, write music for that film, and compare it with the song.",
    ),
]
Align = Annotated[
    bool,
    typer.Option("--align", help="Move the picture by its best offset before measuring."),
]
Perceptor = Annotated[
    str | None,
    typer.Option("--perceptor", show_default=False, help="What looks and listens: a model."),
]
JsonFile = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", show_default=False, rich_help_panel=_SHOW, help="Write the JSON here."
    ),
]
Report = Annotated[
    Path | None,
    typer.Option(
        "--report", show_default=False, rich_help_panel=_SHOW, help="Write one HTML file."
    ),
]
Plot = Annotated[
    Path | None,
    typer.Option(
        "--plot",
        show_default=False,
        rich_help_panel=_SHOW,
        help="Write a PNG; with several inputs a folder of them.",
    ),
]
FailUnder = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-under",
        metavar="NAME=VALUE",
        show_default=False,
        rich_help_panel=_SHOW,
        help="Exit with 1 if a figure is lower: sync.bas_music.z=2. May be repeated.",
    ),
]


def evaluate(
    inputs: Inputs,
    audio: Audio = None,
    lyrics: Lyrics = None,
    midi: Midi = None,
    rows: Rows = None,
    reference: Reference = None,
    compare: Compare = False,
    roundtrip: Roundtrip = False,
    align: Align = False,
    perceptor: Perceptor = None,
    output: JsonFile = None,
    report: Report = None,
    plot: Plot = None,
    fail_under: FailUnder = None,
    preset: PresetName = "pocket",
    set_options: SetOptions = None,
    seed: Seed = None,
    device: Device = "auto",
    dtype: Dtype = "auto",
    offline: Offline = False,
    dry_run: DryRun = False,
    force: Force = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    as_json: Json = False,
) -> None:
    """Measure films, songs and notes; each figure of timing beside what chance gives.

    Takes films, folders of finished runs, songs, MIDI files, and folders of all these.

    [bold]Examples[/bold]

    musivid evaluate clip.mp4

    musivid evaluate clip.mp4 --audio song.wav --lyrics song.lrc --report report.html

    musivid evaluate clips/ --json --fail-under sync.bas_music.z=2

    musivid evaluate --compare system-a/ system-b/ --report compare.html

    musivid evaluate music.mid --rows asked.npz

    musivid evaluate features/ --reference real-features/
    """
    from musivid.commands.console import ConsoleReporter
    from musivid.commands.evaluate_run import Asked, run

    asked = Asked(
        inputs=inputs,
        audio=audio,
        lyrics=lyrics,
        midi=midi,
        rows=rows,
        reference=reference,
        compare=compare,
        roundtrip=roundtrip,
        align=align,
        perceptor=perceptor,
        output=output,
        report=report,
        plot=plot,
        fail_under=fail_under or [],
        preset=preset,
        set_options=set_options or [],
        seed=seed,
        device=device,
        dtype=dtype,
        offline=offline,
        dry_run=dry_run,
        force=force,
        as_json=as_json,
    )
    with ConsoleReporter(quiet=quiet, verbose=verbose) as reporter:
        run(asked, reporter)
