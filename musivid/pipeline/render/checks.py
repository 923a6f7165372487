"""What can be checked of a film before any model loads: its span, its file, room on the disk."""

from __future__ import annotations

import shutil
from pathlib import Path

from musivid.core.errors import OutputError, UsageError
from musivid.core.run import check_target
from musivid.core.timeline import parse_fps
from musivid.settings.video import OutputPreset, parse_size

__all__ = ["check_output", "check_room", "check_span", "disk_bytes"]

_BYTES_PER_PIXEL = 0.03  # of H.264 at crf 18, veryfast, on moving paintings (measured: 0.01-0.02)
_SPARE_BYTES = 50_000_000


def check_output(out: Path, force: bool) -> None:
    """Check that the output may and can be written.

    Raises:
        OutputError: no .mp4, a folder, there already (and no force), or not writable.
    """
    if out.suffix.lower() != ".mp4":
        raise OutputError(
            f"output {out} is not an .mp4 file", hint="Name the output something.mp4."
        )
    check_target(out, force=force)


def check_span(start_s: float, end_s: float | None) -> None:
    """Check that something lies between --from and --to.

    Raises:
        UsageError: nothing does.
    """
    if end_s is not None and end_s <= start_s:
        raise UsageError(
            f"--to {end_s:g} is not behind --from {start_s:g}", hint="Give a later --to."
        )


def disk_bytes(output: OutputPreset, duration_s: float) -> int:
    """Bytes that a video takes at most while it is made: its parts and the joined file."""
    width, height = parse_size(output.size)
    frames = duration_s * float(parse_fps(output.fps))
    picture = frames * width * height * _BYTES_PER_PIXEL
    return int(2 * picture + duration_s * output.sound_kbps * 125)


def check_room(out: Path, output: OutputPreset, duration_s: float) -> None:
    """Check that the disk has room for a video and its parts.

    Raises:
        OutputError: it has not.
    """
    needed = disk_bytes(output, max(duration_s, 0.0))
    free = shutil.disk_usage(_nearest_folder(out)).free
    if free < needed + _SPARE_BYTES:
        raise OutputError(
            f"the disk of {out} has {free / 1e6:.0f} MB of room; about "
            f"{(needed + _SPARE_BYTES) / 1e6:.0f} MB are needed",
            hint="Make room, choose another place with -o, or a smaller --size.",
        )


def _nearest_folder(path: Path) -> Path:
    """The nearest folder above a path that exists."""
    return next(parent for parent in path.absolute().parents if parent.exists())
