"""Outputs that are written whole or not at all, and looked at before they get their name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from musivid.core.errors import EncodeError, InputError, OutputError
from musivid.core.storage import temporary_beside
from musivid.media.audio import probe_audio
from musivid.media.frames import probe_video
from musivid.media.packets import PacketTimes, scan_packets

__all__ = ["check_lengths", "check_video", "delivered"]

# An mp4 counts in ticks of a fixed fraction of a second, so frame times may differ by rounding.
_SLACK_S = 0.002


@contextmanager
def delivered(path: Path) -> Iterator[Path]:
    """A temporary file in the same folder, which becomes `path` if all goes well, else vanishes.

    Raises:
        OutputError: the folder cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder {path.parent}: {error.strerror}") from None
    temporary = temporary_beside(path)
    try:
        yield temporary
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def check_lengths(frames: int, fps: Fraction, sound_s: float) -> None:
    """Refuse to put picture and sound together that do not end within one frame.

    Raises:
        EncodeError: they differ.
    """
    if abs(frames / fps - sound_s) > 1 / fps + _SLACK_S:
        raise EncodeError(
            f"the picture lasts {float(frames / fps):.3f} s and the sound {sound_s:.3f} s",
            hint="They must end within one frame of each other.",
        )


def check_video(path: Path, *, frames: int, fps: Fraction, sound_s: float | None) -> None:
    """Look at a finished file: every frame there and in time, the sound as long as wanted.

    Args:
        path: the file.
        frames: how many frames it must hold.
        fps: their rate.
        sound_s: how long its sound must be, None if it must have none.

    Raises:
        EncodeError: it is not so.
    """
    try:
        info = probe_video(path)
        times = scan_packets(path)
        faults = _picture_faults(times, frames, fps)
        if info.has_sound != (sound_s is not None):
            faults.append("it has sound" if info.has_sound else "its sound is missing")
        elif sound_s is not None:
            length_s = probe_audio(path, least_s=0.0).duration_s or 0.0
            if abs(length_s - sound_s) > 1 / fps + _SLACK_S:
                faults.append(f"its sound lasts {length_s:.3f} s, not {sound_s:.3f} s")
    except InputError as error:
        raise EncodeError(f"the file that was written cannot be read: {error.problem}") from None
    if faults:
        raise EncodeError(f"the file that was written is not right: {'; '.join(faults)}")


def _picture_faults(times: PacketTimes, frames: int, fps: Fraction) -> list[str]:
    faults = []
    if times.count != frames or times.hidden:
        faults.append(f"it shows {times.count} frames, not {frames}")
    if frames > 1 and abs(times.step_s - 1 / fps) * frames > _SLACK_S:
        faults.append(f"its frames are {times.step_s:.6f} s apart, not {float(1 / fps):.6f} s")
    if times.jitter_s > _SLACK_S or abs(times.start_s) > _SLACK_S:
        faults.append(f"its frames are up to {max(times.jitter_s, times.start_s):.3f} s off")
    return faults
