"""`musivid video`: a song becomes a music video."""

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

__all__ = ["video"]


def video(
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
    """Make a music video of a song, with or without its lyrics.

    A run that was stopped or killed goes on when the same command is given again.

    [bold]Examples[/bold]

    musivid video song.mp3

    musivid video song.mp3 --lyrics song.lrc --burn-lyrics -o clip.mp4

    musivid video song.mp3 --style neon

    musivid video album/ -o clips/ --skip-existing

    musivid video song.mp3 --from 1:00 --to 1:30 --size 640x360 --fps 30000/1001

    musivid video song.mp3 --preset imagenet --dry-run

    musivid video song.mp3 --set guidance.audio=1 --set keys.every_s=2
    """
    # Each parameter is a field of the same name.
    film(Filming(command="video", **locals()))
