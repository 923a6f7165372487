"""`musivid video`: a song becomes a music video."""

from __future__ import annotations

from musivid.commands.filming import Filming, film
from musivid.commands.flags import with_flags

__all__ = ["video"]


@with_flags("video")
def video(asked: Filming) -> None:
    """Make a music video of a song, with or without its lyrics.

    A run that was stopped or killed goes on when the same command is given again.

    [bold]Examples[/bold]

    musivid video song.mp3

    musivid video song.mp3 --lyrics song.lrc --burn-lyrics -o clip.mp4

    musivid video song.mp3 --style neon

    musivid video album/ -o clips/ --skip-existing

    musivid video album/ -o clips/ --farm auto

    musivid video song.mp3 --farm local:4

    musivid video --jobs jobs.csv -o clips/ --farm auto

    musivid video song.mp3 --from 1:00 --to 1:30 --size 640x360 --fps 30000/1001

    musivid video song.mp3 --footage clips/ -o cut.mp4

    musivid video song.mp3 --lyrics song.lrc --layer lyrics -o words.mov

    musivid video song.mp3 --preset imagenet --dry-run

    musivid video song.mp3 --preset dream --set guidance.audio=1 --set keys.every_s=2
    """
    film(asked)
