"""What can be checked of a film before any model loads: its span, and room on the disk for it."""

from __future__ import annotations

from pathlib import Path

from musivid.core.clock import clock
from musivid.core.errors import UsageError
from musivid.core.outputs import check_output, check_room
from musivid.core.timeline import parse_fps
from musivid.media.codecs import check_codec, codec_for, codec_named
from musivid.media.kinds import FILM
from musivid.settings.base import Preset
from musivid.settings.heeded import refuse_unheeded
from musivid.settings.video import OutputPreset

__all__ = ["check_film", "check_span", "check_target", "disk_bytes", "film_bytes"]


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


def check_target(out: Path, preset: Preset, codec: str, *, force: bool) -> None:
    """Check that a film can be written as it is asked for.

    Args:
        out: the film.
        preset: all settings.
        codec: those of them that says what the picture is coded in.
        force: it may be there already.

    Raises:
        OutputError: its ending is unknown, it exists, or cannot be written.
        UsageError: it cannot hold the codec. PresetError: settings that this codec does not heed.
        MissingError: this ffmpeg lacks an encoder.
    """
    check_output(out, force=force, endings=FILM.written)
    refuse_unheeded(preset, {"output.codec": (check_codec(out, codec).name,)})


def film_bytes(
    size: tuple[int, int],
    fps: float,
    duration_s: float,
    sound_kbps: int = 320,
    codec: str = "h264",
) -> int:
    """Bytes of a film at most: its picture at our quality, and its sound.

    Args:
        size: (width, height).
        fps: frames per second.
        duration_s: how long it is.
        sound_kbps: bit rate of the sound.
        codec: name of what the picture is coded in.
    """
    width, height = size
    each = width * height * codec_named(codec).bytes_per_pixel
    return int(duration_s * (fps * each + sound_kbps * 125))


def disk_bytes(output: OutputPreset, duration_s: float, codec: str = "h264") -> int:
    """Bytes that a video takes at most while it is made: its parts and the joined file."""
    size, fps = output.frame_size, float(parse_fps(output.fps))
    parts = film_bytes(size, fps, duration_s, 0, codec)
    return parts + film_bytes(size, fps, duration_s, output.sound_kbps, codec)


def check_film(
    out: Path, output: OutputPreset, duration_s: float, codec: str | None = None
) -> None:
    """Check that the disk has room for a film and its parts.

    Args:
        out: the film.
        output: how to encode.
        duration_s: how long it is.
        codec: name of what its picture is coded in; None: as the settings say.

    Raises:
        OutputError: it has not.
    """
    named = codec_for(out, codec or output.codec).name
    check_room(
        out,
        disk_bytes(output, max(duration_s, 0.0), named),
        hint="Make room, choose another place with -o, or a smaller --size.",
    )
