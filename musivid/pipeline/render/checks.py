"""What can be checked of a film before any model loads: its span, and room on the disk for it."""

from __future__ import annotations

from pathlib import Path

from musivid.core.clock import clock
from musivid.core.errors import UsageError
from musivid.core.outputs import check_room
from musivid.core.timeline import parse_fps
from musivid.settings.video import OutputPreset, parse_size

__all__ = ["check_film", "check_span", "disk_bytes", "film_bytes"]

_BYTES_PER_PIXEL = 0.03  # of H.264 at crf 18, veryfast, on moving paintings (measured: 0.01-0.02)


def check_span(start_s: float, end_s: float | None) -> None:
    """Check that something lies between --from and --to.

    Raises:
        UsageError: nothing does.
    """
    if end_s is not None and end_s <= start_s:
        raise UsageError(
            f"--to {clock(end_s, 2)} is not after --from {clock(start_s, 2)}",
            hint="Give a later --to.",
        )


def film_bytes(size: tuple[int, int], fps: float, duration_s: float, sound_kbps: int = 320) -> int:
    """Bytes of a film at most: its picture at our quality, and its sound.

    Args:
        size: (width, height).
        fps: frames per second.
        duration_s: how long it is.
        sound_kbps: bit rate of the sound.
    """
    width, height = size
    return int(duration_s * (fps * width * height * _BYTES_PER_PIXEL + sound_kbps * 125))


def disk_bytes(output: OutputPreset, duration_s: float) -> int:
    """Bytes that a video takes at most while it is made: its parts and the joined file."""
    size, fps = parse_size(output.size), float(parse_fps(output.fps))
    parts = film_bytes(size, fps, duration_s, sound_kbps=0)
    return parts + film_bytes(size, fps, duration_s, output.sound_kbps)


def check_film(out: Path, output: OutputPreset, duration_s: float) -> None:
    """Check that the disk has room for a film and its parts.

    Raises:
        OutputError: it has not.
    """
    check_room(
        out,
        disk_bytes(output, max(duration_s, 0.0)),
        hint="Make room, choose another place with -o, or a smaller --size.",
    )
