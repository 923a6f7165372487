"""Opening media files with PyAV: the checks and errors that sound and picture have in common."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musivid.core.errors import InputError
from musivid.core.pipes import is_pipe
from musivid.core.refused import hint_for
from musivid.core.stopping import held_signals
from musivid.media.links import Link, links
from musivid.media.sources import Source, check_gif, check_wav

if TYPE_CHECKING:
    from av.container import InputContainer

__all__ = [
    "Damage",
    "check_file",
    "decode_stream",
    "decode_streams",
    "open_media",
    "read_packets",
    "stream_delay_s",
]

# A playlist or a script that calls itself song.mp3 must not make us read other files or addresses.
_SAFE = {"protocol_whitelist": "file"}
_AT_ONCE = 16  # packets that are read while signals are held back


@dataclass(slots=True)
class Damage:
    """What could not be decoded so far.

    Attributes:
        packets: packets that were skipped.
        cut_off: whether reading stopped before the end of the stream.
    """

    packets: int = field(default=0)
    cut_off: bool = field(default=False)


def check_file(path: Path, kind: str) -> None:
    """Refuse what is not a readable, non-empty file; `kind` is what it should be, as in `a song`.

    Raises:
        InputError: with the reason.
    """
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder, not {kind}", hint="Give a file.")
        if is_pipe(path):  # it would be empty when it is read again, or keep everyone waiting
            raise InputError(f"{path} is a pipe, not {kind}", hint="Write it to a file first.")
        with path.open("rb") as file:
            if not file.read(1):
                raise InputError(f"{path} is empty", hint=f"Give {kind} that is not empty.")
    except FileNotFoundError:
        raise InputError(f"{path} does not exist", hint="Check the name and the folder.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        hint = hint_for(error) or "Check the name and the folder."
        raise InputError(f"{path} cannot be read: {reason}", hint=hint) from None


@contextmanager
def open_media(path: Path, kind: str) -> Iterator[InputContainer]:
    """Open a media file for reading, and close it in the end.

    Raises:
        InputError: not there, empty, or no format that ffmpeg knows.
    """
    import av

    check_file(path, kind)
    check_wav(path)
    check_gif(path)
    with contextlib.ExitStack() as stack:
        try:
            container = stack.enter_context(_opened(path, links(path)[0]))
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise InputError(
                f"{path} cannot be read as {kind}: {_reason(error)}",
                hint="It is damaged, cut off, or of another kind than its name says.",
            ) from None
        yield container


@contextmanager
def _opened(path: Path, link: Link) -> Iterator[InputContainer]:
    """A song of a file, opened for reading."""
    import av

    source = Source(path, link)
    with contextlib.closing(source):
        with held_signals():
            container = av.open(source, "r", options=_SAFE, metadata_errors="replace")
        with container:
            yield container


def decode_stream(container: InputContainer, stream: Any, damage: Damage) -> Iterator[Any]:
    """Frames of one stream; damaged packets are skipped and counted in `damage`."""
    return (frame for _, frame in decode_streams(container, [(stream, damage)]))


def decode_streams(
    container: InputContainer, wanted: Sequence[tuple[Any, Damage]]
) -> Iterator[tuple[Any, Any]]:
    """Frames of several streams as they come in the file, each with its stream, in one pass.

    Of sound that was joined of several songs all are decoded, each by its own kind.

    Args:
        container: the open file.
        wanted: the streams, each with the damage in which its lost packets are counted.
    """
    path, end = Path(container.name), Fraction(0)
    for _, damage in wanted:  # of what comes before the first song that begins
        damage.packets += links(path)[0][0] > 0
    for stream, frame in _decoded(container, wanted):
        if stream.type == "audio":
            end = _end(frame) or end
        yield stream, frame
    for stream, damage in wanted:
        if stream.type == "audio":
            for frame in _later_songs(path, end, damage):
                yield stream, frame


def _later_songs(path: Path, end: Fraction, damage: Damage) -> Iterator[Any]:
    """Frames of the songs that follow in a file, on a clock that goes on from the first one's end.

    Songs that break off, or cannot be opened, count as a lost packet; only the last is cut off.
    """
    import av

    for link in links(path)[1:]:
        damage.packets, damage.cut_off = damage.packets + damage.cut_off, False
        offset = end
        with contextlib.ExitStack() as stack:
            try:
                container = stack.enter_context(_opened(path, link))
                sound = container.streams.audio[0]
            except (av.error.FFmpegError, OSError, ValueError, IndexError):
                damage.cut_off = True
                continue
            for _, frame in _decoded(container, [(sound, damage)]):
                if frame.pts is not None:
                    frame.pts += round(offset / frame.time_base)
                end = _end(frame) or end
                yield frame


def _end(frame: Any) -> Fraction | None:
    """When a frame of sound ends on its file's clock, if it says so."""
    if frame.pts is None:
        return None
    return Fraction(frame.pts * frame.time_base) + Fraction(frame.samples, frame.sample_rate)


def _decoded(
    container: InputContainer, wanted: Sequence[tuple[Any, Damage]]
) -> Iterator[tuple[Any, Any]]:
    """Frames of several streams of one song."""
    by_index = {stream.index: (stream, damage) for stream, damage in wanted}
    for packet in read_packets(container, [stream for stream, _ in wanted]):
        if packet is None:
            break
        stream, damage = by_index[packet.stream.index]
        for frame in _decode(packet, damage):
            yield stream, frame
    else:
        return
    for stream, damage in wanted:
        damage.cut_off = True
        for frame in _decode(None, damage, stream):
            yield stream, frame


def read_packets(container: InputContainer, streams: Sequence[Any]) -> Iterator[Any | None]:
    """Packets of some streams as they come in the file; None comes last if it cannot be read on."""
    import av

    packets = container.demux(*streams)
    while True:
        few, is_cut = [], False
        with held_signals():
            try:
                for packet in itertools.islice(packets, _AT_ONCE):
                    few.append(packet)
            except (av.error.FFmpegError, OSError):
                is_cut = True
        yield from few
        if is_cut:
            yield None
        if is_cut or len(few) < _AT_ONCE:
            return


def stream_delay_s(container: InputContainer, stream: Any) -> float:
    """How much later than the first stream of the file this one begins, in seconds.

    A codec's own delay counts as a start time too, so a lone stream has none.
    """
    starts = [_start_s(other) for other in container.streams if other.start_time is not None]
    return max(0.0, _start_s(stream) - min(starts)) if len(starts) > 1 else 0.0


def _start_s(stream: Any) -> float:
    return float((stream.start_time or 0) * (stream.time_base or 0))


def _decode(packet: Any, damage: Damage, stream: Any = None) -> Iterator[Any]:
    """Frames of a packet, or with None those that the decoder still holds."""
    import av

    try:
        yield from packet.decode() if packet is not None else stream.decode(None)
    except av.error.EOFError:
        return
    except av.error.FFmpegError:
        damage.packets += 1


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
