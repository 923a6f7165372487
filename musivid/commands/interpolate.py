"""`musivid interpolate`: pictures that go from the sound to the words and back."""

from __future__ import annotations

from musivid.commands.filming import BurnLyrics, End, Filming, Fps, Lyrics, Size, Start, Style, film
from musivid.commands.options import (
    Device,
    DryRun,
    Dtype,
    Force,
    Inputs,
    Json,
    Offline,
    Output,
    PresetName,
    Quiet,
    Resume,
    Seed,
    SetOptions,
    SkipExisting,
    Verbose,
)

__all__ = ["interpolate"]


def interpolate(
    songs: Inputs,
    output: Output = None,
    lyrics: Lyrics = None,
    size: Size = None,
    fps: Fps = None,
    start: Start = None,
    end: End = None,
    style: Style = None,
    burn_lyrics: BurnLyrics = False,
    preset: PresetName = "pocket",
    set_options: SetOptions = None,
    seed: Seed = None,
    device: Device = "auto",
    dtype: Dtype = "auto",
    offline: Offline = False,
    dry_run: DryRun = False,
    resume: Resume = False,
    force: Force = False,
    skip_existing: SkipExisting = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    as_json: Json = False,
) -> None:
    """Make a video whose pictures go from the sound to the words and back.

    A run that was stopped or killed goes on when the same command is given again.

    [bold]Examples[/bold]

    musivid interpolate song.mp3 --lyrics song.csv

    musivid interpolate song.mp3 --lyrics song.csv --set period_s=8 --set ease=tanh

    musivid interpolate song.mp3 --from 1:00 --to 1:30 -o clip.mp4
    """
    # Each parameter is a field of the same name.
    film(Filming(command="interpolate", **locals()))
