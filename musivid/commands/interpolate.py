"""`musivid interpolate`: pictures that go from the sound to the words and back."""

from __future__ import annotations

from musivid.commands.filming import Filming, film
from musivid.commands.flags import with_flags

__all__ = ["interpolate"]


@with_flags("interpolate")
def interpolate(asked: Filming) -> None:
    """Make a video whose pictures go from the sound to the words and back.

    A run that was stopped or killed goes on when the same command is given again.

    [bold]Examples[/bold]

    musivid interpolate song.mp3 --lyrics song.csv

    musivid interpolate song.mp3 --lyrics song.csv --set period_s=8 --set ease=tanh

    musivid interpolate song.mp3 --from 1:00 --to 1:30 -o clip.mp4
    """
    film(asked)
