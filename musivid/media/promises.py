"""Whether what a file says of its own length can be relied on, and how long it promises to be."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from musivid.media.links import after_tags, is_one_song

__all__ = ["is_exact", "mp3_promise_s", "wav_promise_s"]

# Containers whose header says exactly how long the sound is, so that a lack is worth a warning.
_EXACT = {"wav", "w64", "flac", "aiff", "mov,mp4,m4a,3gp,3g2,mj2", "caf"}
_FRAMES, _BYTES, _PLACES, _QUALITY = 1, 2, 4, 8  # flags of the fields of a Xing header
_LAME_PADS = 21  # bytes from the encoder's name to what it added
_MPEG1 = 3
_MPEG_RATES = {_MPEG1: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
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
    if container == "mp3":
        return mp3_promise_s(path) is not None
    if container == "flac":
        return is_one_song(path)
    with path.open("rb") as file:
        if container.startswith("mov,"):
            return not _is_fragmented(file)
        return container in _EXACT


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


def mp3_promise_s(path: Path) -> float | None:
    """Length that the Xing/Info header of an MP3 states; None: it has none, or more follows.

    ffmpeg itself tells the length of all bytes that are there, tags at the end among them.
    """
    with path.open("rb") as file:
        start = after_tags(file)
        file.seek(start)
        head = file.read(2048)
        at = max(head.find(b"Xing"), head.find(b"Info"))
        if at < 0 or len(head) < at + 16 or head[0] != 0xFF:
            return None
        flags, fields = head[at + 7], head[at + 8 :]
        if not flags & _FRAMES:
            return None
        if flags & _BYTES:
            file.seek(start + int.from_bytes(fields[4:8], "big"))
            tail = file.read(_SMALL_TAIL + 1)
            if len(tail) > _SMALL_TAIL and not tail.startswith(_TAILS):
                return None
    version, rate = head[1] >> 3 & 3, head[2] >> 2 & 3
    if version not in _MPEG_RATES or rate > 2:
        return None
    samples = int.from_bytes(fields[:4], "big") * (1152 if version == _MPEG1 else 576)
    return (samples - _added(flags, fields)) / _MPEG_RATES[version][rate]


def _added(flags: int, fields: bytes) -> int:
    """Samples that the encoder of an MP3 put before and after the sound, as it says itself."""
    counted = 4 * bool(flags & _FRAMES) + 4 * bool(flags & _BYTES)
    at = counted + 100 * bool(flags & _PLACES) + 4 * bool(flags & _QUALITY) + _LAME_PADS
    pads = fields[at : at + 3]
    return int.from_bytes(pads, "big") % 4096 + (int.from_bytes(pads, "big") >> 12)


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
