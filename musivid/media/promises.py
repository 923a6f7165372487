"""Whether what a file says of its own length can be relied on, and how long it promises to be."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import BinaryIO

__all__ = ["is_exact", "wav_promise_s"]

# Containers whose header says exactly how long the sound is, so that a lack is worth a warning.
_EXACT = {"wav", "w64", "flac", "aiff", "mov,mp4,m4a,3gp,3g2,mj2", "caf"}
_FRAMES, _BYTES = 1, 2  # flags of the fields of a Xing header
_SMALL_TAIL = 1024  # bytes of tags that may follow an MP3's frames
_TAILS = (b"APETAGEX", b"LYRICSBEGIN", b"TAG")
_MOST_BOXES = 64  # of an mp4 that are looked at


def is_exact(container: str, path: Path) -> bool:
    """Whether a file says how long its sound is, and does not estimate it.

    Songs that were joined byte by byte begin with the header of the first alone.

    Args:
        container: ffmpeg's name of the file format.
        path: the file.
    """
    with path.open("rb") as file:
        if container == "flac":
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return data.find(b"fLaC", data.find(b"fLaC") + 4) < 0
        if container.startswith("mov,"):
            return not _is_fragmented(file)
        return container in _EXACT or (container == "mp3" and _counts_its_frames(file))


def wav_promise_s(path: Path, there_s: float) -> float | None:
    """Length that a WAV header states; ffmpeg itself tells the length of what is there."""
    with path.open("rb") as file:
        head = file.read(8)
    there = path.stat().st_size
    stated = int.from_bytes(head[4:8], "little") + 8
    # Recorders that cannot seek back leave the greatest number, or none.
    if head[:4] != b"RIFF" or not there < stated < 0x7FFF0000:
        return None
    return there_s * stated / there


def _counts_its_frames(file: BinaryIO) -> bool:
    """Whether an MP3 begins with a Xing/Info header that counts all of its frames."""
    start = _after_tags(file)
    file.seek(start)
    head = file.read(2048)
    at = max(head.find(b"Xing"), head.find(b"Info"))
    if at < 0 or len(head) < at + 16:
        return False
    flags, counts = head[at + 7], head[at + 8 : at + 16]
    if not flags & _FRAMES:
        return False
    if not flags & _BYTES:
        return True
    end = start + int.from_bytes(counts[4:], "big")
    file.seek(end)
    tail = file.read(_SMALL_TAIL + 1)
    return len(tail) <= _SMALL_TAIL or tail.startswith(_TAILS)


def _after_tags(file: BinaryIO) -> int:
    """Where what follows the ID3 tags at the beginning begins."""
    start = 0
    while True:
        file.seek(start)
        head = file.read(10)
        if head[:3] != b"ID3" or len(head) < 10:
            return start
        # The size of an ID3 tag has 7 bits in each of 4 bytes.
        size = sum(byte << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
        start += 10 + size


def _is_fragmented(file: BinaryIO) -> bool:
    """Whether an mp4 comes in pieces, each of which says its own length only."""
    start = 0
    for _ in range(_MOST_BOXES):
        file.seek(start)
        head = file.read(16)
        if len(head) < 8:
            return False
        if head[4:8] == b"moof":
            return True
        size = int.from_bytes(head[:4], "big")
        size = int.from_bytes(head[8:], "big") if size == 1 else size
        if size < 8:  # the last one reaches to the end
            return False
        start += size
    return False
