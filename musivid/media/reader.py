"""A media file opened once: what it says of itself, its pictures as they come, then its sound.

Who needs both picture and sound of a file reads it here in one pass; who needs one of them alone
takes `frames.read_pictures` or `audio.load_track`.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musivid.core.errors import InputError
from musivid.media.audio import AudioInfo, Track, describe_sound, join_sound
from musivid.media.containers import Damage, decode_streams, open_media
from musivid.media.frames import (
    Picture,
    VideoInfo,
    describe_picture,
    find_picture,
    to_pictures,
    undecodable,
)

if TYPE_CHECKING:
    from av.container import InputContainer

__all__ = ["MediaReader", "open_reader"]


class MediaReader:
    """An open file; `open_reader` makes it.

    Attributes:
        path: the file.
        video: what it says of its moving picture; None without one.
        audio: what it says of its sound; None without any.
        damage: what of the picture could not be decoded so far.
    """

    def __init__(self, container: InputContainer, path: Path, *, hears: bool) -> None:
        """Look at the streams, and decode up to the first picture."""
        self.path, self.damage = path, Damage()
        self.audio: AudioInfo | None = None
        self.video: VideoInfo | None = None
        self._sound_damage, self._blocks = Damage(), deque[Any]()
        silent: InputError | None = None
        try:
            self.audio = describe_sound(container, path)
        except InputError as error:
            silent = error
        picture = find_picture(container)
        if picture is None and silent:
            raise silent
        self._picture = picture
        self._sound = container.streams.audio[0] if self.audio and (hears or not picture) else None
        wanted = [(self._picture, self.damage), (self._sound, self._sound_damage)]
        self._decoded = decode_streams(container, [(s, d) for s, d in wanted if s is not None])
        if picture is None:
            return
        picture.thread_type = "AUTO"
        frames = self._picture_frames()
        first = next(frames, None)
        if first is None:
            raise silent or undecodable(path)
        self.video = describe_picture(container, picture, first, path)
        self._frames = itertools.chain([first], frames)

    def pictures(self) -> Iterator[Picture]:
        """The pictures in the order in which they are shown; can be asked for once."""
        if self._picture is not None:
            yield from to_pictures(self._frames, self._picture)

    def track(self) -> Track:
        """The whole sound; what is left of the pictures is passed over.

        Raises:
            InputError: there is none that can be decoded, or too little.
        """
        if self.audio is None:
            raise InputError(f"{self.path} has no sound in it")
        for _ in self._picture_frames():
            pass
        return join_sound(_taken(self._blocks), self.audio, self._sound_damage)

    def _picture_frames(self) -> Iterator[Any]:
        """Frames of the picture; the sound that is decoded on the way is kept for `track`."""
        for stream, frame in self._decoded:
            if stream is self._sound:
                self._blocks.append(frame)
            else:
                yield frame


def _taken(blocks: deque[Any]) -> Iterator[Any]:
    """The blocks in order; each is let go when it is given."""
    while blocks:
        yield blocks.popleft()


@contextmanager
def open_reader(path: Path, *, hears: bool = True) -> Iterator[MediaReader]:
    """Open a file with picture, sound or both, and close it in the end.

    Args:
        path: any file that ffmpeg can read.
        hears: whether the sound beside a picture is wanted; a lone sound always is.

    Raises:
        InputError: not there, empty, not media, or with neither picture nor sound.
    """
    with open_media(path, "a song") as container:
        yield MediaReader(container, path, hears=hears)
