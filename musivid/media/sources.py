"""A file as ffmpeg's demuxers read it: through Python, so that signals are heeded meanwhile.

Inside ffmpeg's C code no signal acts, and some damage makes it look through gigabytes.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from musivid.core.errors import InputError
from musivid.core.limits import PICTURE
from musivid.core.stopping import interrupted
from musivid.media.links import Link

__all__ = ["Source", "check_gif", "check_wav"]

_FOUR_GIB = 2**32
_UNKNOWN = (0, 0xFFFFFFFF)  # sizes of WAV chunks whose writer could not say them
_PADDING = 2**20  # bytes of zeros after the last chunk that do no harm


class Source:
    """A song of an open file for `av.open`; it seems to end where a signal asks to stop.

    Args:
        path: the file.
        link: where in it the song is.

    Attributes:
        name: of the file, by whose ending ffmpeg may tell what it is.
    """

    def __init__(self, path: Path, link: Link) -> None:
        self.name = str(path.absolute())
        self._file: BinaryIO = path.open("rb")
        self._begin, self._end = link
        self._file.seek(self._begin)

    def read(self, size: int) -> bytes:
        """The next bytes, none at the end."""
        left = max(0, self._end - self._file.tell())
        return b"" if interrupted() else self._file.read(min(size, left) if size >= 0 else left)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go somewhere, and tell where that is."""
        if interrupted():
            offset, whence = 0, 2
        base = (self._begin, self._file.tell(), self._end)[whence]
        return self._file.seek(max(self._begin, base + offset)) - self._begin

    def tell(self) -> int:
        """Where it is."""
        return self._file.tell() - self._begin

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def check_gif(path: Path) -> None:
    """Refuse a GIF that claims too large a picture: ffmpeg draws one before it says its size.

    Raises:
        InputError: it is one.
    """
    with path.open("rb") as file:
        head = file.read(10)
    if head[:6] in (b"GIF87a", b"GIF89a") and len(head) == 10:
        width, height = struct.unpack("<HH", head[6:])
        PICTURE.check(width * height / 1e6, f"film {path}")


def check_wav(path: Path) -> None:
    """Refuse a WAV whose 32-bit sizes have wrapped: neither length nor end can be told of it.

    Raises:
        InputError: it is one.
    """
    there = path.stat().st_size
    with path.open("rb") as file:
        if file.read(4) != b"RIFF" or file.read(8)[4:] != b"WAVE":
            return
        end = _sound_end(file, there)
        if end is None or end >= there:
            return
        file.seek(end)
        has_gap = there - end > _PADDING and file.read(8) == bytes(8)
    if has_gap or (there > _FOUR_GIB and (there - end) % _FOUR_GIB < _PADDING):
        raise InputError(
            f"{path.name} states sound of {end / 1e9:.1f} GB, and {there / 1e9:.1f} GB are there: "
            "its sizes have wrapped",
            hint="WAV holds up to 4 GB. Write it as FLAC, W64 or RF64: "
            "sox --ignore-length in.wav out.flac",
        )


def _sound_end(file: BinaryIO, there: int) -> int | None:
    """Where the sound of a WAV ends by its header; None if the header does not say."""
    position = file.tell()
    while position + 8 <= there:
        file.seek(position)
        name, size = struct.unpack("<4sI", file.read(8))
        if name == b"data":
            return None if size in _UNKNOWN else position + 8 + size + size % 2
        if name == bytes(4):
            return None
        position += 8 + size + size % 2
    return None
