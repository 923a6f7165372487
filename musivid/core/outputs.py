"""Whether an output may be written, and whether its disk has room: asked before any work begins.

`check_output` looks at one output, `check_apart` at all of a command beside all that it reads.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from musivid.core.errors import OutputError
from musivid.core.run import is_being_delivered

__all__ = ["Files", "check_apart", "check_folder", "check_output", "check_room", "free_bytes"]

Files = Mapping[str, Path | Iterable[Path] | None]
"""Files by what they are to a command: `song`, `report`; one, several, or none."""

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
        OutputError: it ends otherwise, exists, is a folder or no file at all, or its folder cannot
            be written.
    """
    if endings and path.suffix.lower() not in endings:
        raise OutputError(
            f"output {path} does not end in {', '.join(endings)}",
            hint=f"Name it {path.stem or 'something'}{endings[0]}.",
        )
    if path.is_dir():
        raise OutputError(f"output {path} is a folder", hint="Name a file with -o.")
    if kind := _special(path):
        raise OutputError(
            f"output {path} is {kind}, which a file would take the place of",
            hint="Name a file, or one that is not there yet.",
        )
    if path.exists() and not force and not is_being_delivered(path):
        raise OutputError(f"output {path} exists already", hint=hint)
    check_folder(path.absolute().parent, f"output {path}", hint=_ELSEWHERE)


def check_apart(outputs: Files, inputs: Files, *, work: Path | None = None) -> None:
    """Make sure that no output is an input or another output, by whatever name or link.

    Files that are there are the same by device and number, so that symbolic and hard links, dots in
    names and letters that a disk does not tell apart are seen through; others by where their names
    lead. No `--force` helps here: what is read would be lost.

    Args:
        outputs: what will be written, by its role.
        inputs: what is read, by its role; folders stand for themselves, not for what they hold.
        work: a folder that is cleared for the work; no input may lie in it.

    Raises:
        OutputError: two are the same, or an input lies in `work`.
    """
    read: dict[_Place, tuple[str, Path]] = {}
    for role, path in _each(inputs):
        read.setdefault(_place(path), (role, path))
        if work is not None and Path(os.path.realpath(path)).is_relative_to(os.path.realpath(work)):
            raise OutputError(
                f"the {role} {path} lies in {work}, which is cleared for the work",
                hint=f"Copy the {role} to another place, or choose another output with -o.",
            )
    written: dict[_Place, tuple[str, Path]] = {}
    for role, path in _each(outputs):
        place = _place(path)
        if place in read:
            other, same = read[place]
            raise OutputError(
                f"the {role} {path} would overwrite the {other} {same}: they are one file",
                hint=f"Give the {role} another name; --force does not help here.",
            )
        if place in written:
            other, same = written[place]
            raise OutputError(
                f"the {role} {path} and the {other} {same} would be one file",
                hint=f"Give the {role} another name.",
            )
        written[place] = role, path


def check_folder(folder: Path, what: str, *, hint: str) -> None:
    """Make sure that a folder can be written, or made; makes nothing.

    Raises:
        OutputError: it cannot.
    """
    # A link that leads nowhere is there too: nothing can be made below it.
    nearest = next(place for place in (folder, *folder.parents) if os.path.lexists(place))
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
    path = path.absolute()
    nearest = next(place for place in (path, *path.parents) if place.exists())
    return shutil.disk_usage(nearest).free


_Place = tuple[int, int] | str


def _each(files: Files) -> Iterator[tuple[str, Path]]:
    """Each file with its role."""
    for role, paths in files.items():
        if isinstance(paths, Path):
            yield role, paths
        else:
            yield from ((role, path) for path in paths or ())


def _place(path: Path) -> _Place:
    """What tells a file from others: device and number, or where its name leads."""
    real = os.path.realpath(path)
    try:
        found = os.stat(real)
    except OSError:
        return real
    return found.st_dev, found.st_ino


def _special(path: Path) -> str:
    """What stands under a name that is neither a file nor a folder; empty for others."""
    folder = os.path.realpath(path.absolute().parent)
    if folder == "/dev" or folder.startswith("/proc/"):  # /dev/stdout may lead to a plain file
        return "a device"
    try:
        mode = path.stat().st_mode
    except OSError:
        return ""
    kinds = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFREG: "", stat.S_IFDIR: ""}
    return kinds.get(stat.S_IFMT(mode), "a device")
