"""Whether an output may be written, and whether its disk has room: asked before any work begins."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from musivid.core.errors import OutputError
from musivid.core.run import is_being_delivered

__all__ = ["check_folder", "check_output", "check_room", "free_bytes"]

_ELSEWHERE = "Choose another place with -o."
_SPARE_BYTES = 50_000_000  # for logs, previews and whatever else works on the disk


def check_output(
    path: Path,
    *,
    force: bool = False,
    endings: Sequence[str] = (),
    hint: str = "Give --force to replace it, or another name with -o.",
) -> None:
    """Make sure that an output may and can be written; makes nothing.

    An output that a run was putting in place when it was killed is no obstacle to that run.

    Args:
        path: the file.
        force: it may be there already.
        endings: how its name may end, in small letters; none: as it likes.
        hint: what to do where it is there already.

    Raises:
        OutputError: it ends otherwise, exists, is a folder, or its folder cannot be written.
    """
    if endings and path.suffix.lower() not in endings:
        raise OutputError(
            f"output {path} does not end in {', '.join(endings)}",
            hint=f"Name it {path.stem or 'something'}{endings[0]}.",
        )
    if path.is_dir():
        raise OutputError(f"output {path} is a folder", hint="Name a file with -o.")
    if path.exists() and not force and not is_being_delivered(path):
        raise OutputError(f"output {path} exists already", hint=hint)
    check_folder(path.absolute().parent, f"output {path}", hint=_ELSEWHERE)


def check_folder(folder: Path, what: str, *, hint: str) -> None:
    """Make sure that a folder can be written, or made; makes nothing.

    Raises:
        OutputError: it cannot.
    """
    nearest = _nearest(folder)
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        raise OutputError(f"{what} cannot be written: {nearest} is not writable", hint=hint)


def check_room(
    path: Path,
    needed_bytes: float,
    *,
    hint: str = "Make room, or choose another place with -o.",
) -> None:
    """Make sure that the disk of a file or folder has room for some bytes, and a little over.

    Raises:
        OutputError: it has not.
    """
    needed, free = needed_bytes + _SPARE_BYTES, free_bytes(path)
    if free < needed:
        raise OutputError(
            f"the disk of {path} has {free / 1e6:.0f} MB of room; about "
            f"{needed / 1e6:.0f} MB are needed",
            hint=hint,
        )


def free_bytes(path: Path) -> int:
    """How many bytes are free on the disk where a file or folder is, or will be."""
    return shutil.disk_usage(_nearest(path.absolute())).free


def _nearest(path: Path) -> Path:
    """The path, or the nearest one above it that exists."""
    return next(place for place in (path, *path.parents) if place.exists())
