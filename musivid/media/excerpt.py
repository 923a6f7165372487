"""Pictures of a film from a moment on, without decoding all that lies before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.media.containers import Damage, decode_stream, open_media
from musivid.media.frames import Picture, picture_stream, to_pictures, undecodable

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

__all__ = ["read_from"]

_KIND = "a video"
_BACK_S = (0.0, 4.0, 20.0)  # how much earlier is sought where the first way lands too late
_NEAR_S = 1e-4  # clocks of files are no finer


def read_from(path: Path, start_s: float) -> Iterator[Picture]:
    """Pictures from the one that is shown at a moment on, in order.

    Args:
        path: any video.
        start_s: seconds after its first picture.

    Raises:
        InputError: it cannot be read.
    """
    with open_media(path, _KIND) as container:
        stream = picture_stream(container, path)
        stream.thread_type = "AUTO"
        first = next(decode_stream(container, stream, Damage()), None)
        if first is None:
            raise undecodable(path)
        begin_s = first.time or 0.0
        yield from _held(_sought(container, stream, begin_s, start_s), start_s)


def _sought(
    container: InputContainer, stream: VideoStream, begin_s: float, start_s: float
) -> Iterator[Picture]:
    """Pictures from a key picture before a moment on; from the first where none can be found."""
    for back_s in _BACK_S:
        target_s = max(begin_s, begin_s + start_s - back_s)
        container.seek(int(target_s / float(stream.time_base or 1)), stream=stream)
        pictures = _timed(container, stream, begin_s)
        one = next(pictures, None)
        if one is not None and one.time_s <= start_s + _NEAR_S:
            yield one
            yield from pictures
            return
    container.seek(0, stream=stream)
    yield from _timed(container, stream, begin_s)


def _timed(container: InputContainer, stream: VideoStream, begin_s: float) -> Iterator[Picture]:
    """Pictures on the file's own clock: seconds after its first one."""
    frames = decode_stream(container, stream, Damage())
    head = next(frames, None)
    if head is None:
        return
    offset_s = (begin_s if head.time is None else head.time) - begin_s

    def all_() -> Iterator[object]:
        yield head
        yield from frames

    for picture in to_pictures(all_(), stream):  # type: ignore[arg-type]
        picture.time_s += offset_s
        yield picture


def _held(pictures: Iterator[Picture], start_s: float) -> Iterator[Picture]:
    """The last picture that is shown at or before a moment, and all after it."""
    last: Picture | None = None
    for picture in pictures:
        if last is not None and picture.time_s > start_s + _NEAR_S:
            yield last
            last = None
            yield picture
            break
        last = picture
    if last is not None:
        yield last
    yield from pictures
