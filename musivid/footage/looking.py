"""Files of footage are looked through once; what was seen is remembered beside other measures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from musivid.analysis.flow import working_size
from musivid.analysis.kept import read_kept, write_kept
from musivid.core.errors import InputError
from musivid.core.progress import Reporter, Silent
from musivid.core.run import is_being_delivered, sources_of
from musivid.footage.cutfile import CUT_KIND
from musivid.footage.meter import Meter, sharpness
from musivid.footage.seen import CELL_S, PHOTO_S, Seen, from_arrays, to_arrays
from musivid.footage.speech import listens, spoken
from musivid.media.containers import Damage
from musivid.media.frames import probe_video, read_pictures
from musivid.media.kinds import FILM, PICTURE
from musivid.media.packets import FrameGrid, scan_packets
from musivid.media.pictures import read_picture

__all__ = ["Looked", "clips_in", "file_mark", "look_at", "look_through"]

_VERSION = 2  # rises when the same file gives other numbers
_ENDS_BYTES = 1 << 16  # of each end of a file, by which it is known beside its size and time
_HEAD_BYTES = 1 << 10  # of a cut, that say what it is
_MOST_FPS = 31.0  # of the grid: more pictures a second tell nothing more
_PHOTO_PX = 1280  # side of a photo that is looked at


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking through footage.

    Attributes:
        seen: the files that can be used.
        lost: those that cannot, and why.
        kept: how many were known already.
        notes: what the user should know.
    """

    seen: tuple[Seen, ...]
    lost: tuple[tuple[Path, str], ...]
    kept: int
    notes: tuple[str, ...]


def clips_in(folder: Path) -> list[Path]:
    """The videos and photos in a folder and those below it, in order of their names; or the file.

    Films that were made there by a run that lies beside them are no footage, nor are contact
    sheets of cuts.

    Raises:
        InputError: it is not there, or nothing in it is a video or a photo.
    """
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise InputError(f"{folder} does not exist", hint="Give a folder of videos and photos.")
    found = sorted(
        path
        for path in folder.rglob("*")
        if (FILM.holds(path) or PICTURE.holds(path))
        and path.is_file()
        and not any(
            part.startswith(".") or part.endswith(".musivid")
            for part in path.relative_to(folder).parts
        )
        and not _is_own(path)
    )
    if not found:
        raise InputError(
            f"no videos or photos in {folder}",
            hint=f"Endings that are looked for: {FILM.listed()}, {PICTURE.listed()}.",
        )
    return found


def _is_own(path: Path) -> bool:
    """Whether a run beside it made a film, or it is the contact sheet of a cut."""
    if sources_of(path) or is_being_delivered(path):
        return True
    plan = path.with_suffix(".json")
    if path.suffix != ".png" or not plan.is_file():
        return False
    with plan.open("rb") as file:
        return CUT_KIND.encode() in file.read(_HEAD_BYTES)


def file_mark(path: Path) -> str:
    """What tells a file from others without reading all of it: its size and both its ends.

    Raises:
        OSError: it cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        ends = file.read(_ENDS_BYTES)
        file.seek(max(0, size - _ENDS_BYTES))
        ends += file.read(_ENDS_BYTES)
    return hashlib.sha256(b"%d " % size + ends).hexdigest()[:32]


def look_through(
    paths: Sequence[Path], *, cache: Path | None = None, reporter: Reporter | None = None
) -> Looked:
    """Look at all files; those that cannot be read are named and passed over.

    Args:
        paths: videos and photos.
        cache: folder in which is kept what was seen; None: nothing is kept.
        reporter: told of the progress.

    Raises:
        InputError: none can be used.
    """
    told = reporter or Silent()
    told.stage("look through footage", len(paths), "files")
    seen, lost, kept = list[Seen](), list[tuple[Path, str]](), 0
    for path in paths:
        try:
            one, was_kept = _known(path, cache)
            seen.append(one)
            kept += was_kept
        except (InputError, OSError) as error:
            reason = error.problem if isinstance(error, InputError) else str(error)
            lost.append((path, reason))
            told.warn(f"passed over: {reason}")
        told.advance()
    if not seen:
        raise InputError(
            f"none of {len(paths)} files of footage can be read: {lost[0][1]}",
            hint="Give videos or photos that play elsewhere.",
        )
    return Looked(tuple(seen), tuple(lost), kept, _notes(seen))


def _notes(seen: Sequence[Seen]) -> tuple[str, ...]:
    if all(one.heard or one.is_photo for one in seen):
        return ()
    return (
        "speech was not listened for, so somebody may be cut off while speaking; "
        "pip install 'musivid[footage]' brings what hears it",
    )


def _known(path: Path, cache: Path | None) -> tuple[Seen, bool]:
    """What a file shows, and whether it was known already."""
    place = None
    if cache is not None:
        stat = path.stat()
        text = f"footage {_VERSION} {listens()} {file_mark(path)} {stat.st_mtime_ns}"
        place = cache / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.npz"
        held = read_kept(place)
        if held is not None and (known := from_arrays(path, held)) is not None:
            return known, True
    seen = look_at(path)
    if place is not None:
        write_kept(place, to_arrays(seen))
    return seen, False


def look_at(path: Path, *, hear: Callable[[Path], Any] = spoken) -> Seen:
    """See what a file shows; memory does not grow with its size.

    Args:
        path: a video of any rate, shape and rotation, or a photo.
        hear: says when somebody speaks in a file; float64 [n, 2], or None: nobody can tell.

    Raises:
        InputError: it cannot be read.
    """
    if PICTURE.holds(path) and path.suffix.lower() != ".gif":
        return _look_at_photo(path)
    info, times = probe_video(path), scan_packets(path)
    fps = float(times.grid_fps)
    while fps > _MOST_FPS:
        fps /= 2
    size = working_size(info.size)
    meter, grid, damage = Meter(size, fps), FrameGrid(fps), Damage()
    for picture in read_pictures(path, damage=damage):
        steps = grid.steps_to(picture.time_s)
        if not steps:
            continue
        detail = None
        if meter.wants_detail(picture.time_s):
            detail = sharpness(picture.planes()[0])
        meter.see(picture.rgb(size), picture.time_s, steps, detail)
    length_s = grid.seen / fps if damage.packets or damage.cut_off else times.length_s
    speech = hear(path) if info.has_sound else np.empty((0, 2))
    found = _lasting(meter.finish(), length_s)
    return Seen(
        path=path,
        size=info.size,
        length_s=length_s,
        fps=times.grid_fps,
        speech_s=np.empty((0, 2)) if speech is None else speech,
        heard=speech is not None,
        **found,
    )


def _lasting(found: dict[str, Any], length_s: float) -> dict[str, Any]:
    """The curves as long as the file: its last picture is held, what is cut off is left out."""
    count = max(1, int(length_s / CELL_S + 1e-6))
    ends = ("cuts_s", "soft_s")

    def fitted(values: Any) -> Any:
        short = max(0, count - len(values))
        return np.concatenate([values, np.repeat(values[-1:], short, 0)])[:count]

    return {name: v if name in ends else fitted(v) for name, v in found.items()}


def _look_at_photo(path: Path) -> Seen:
    """See what a photo shows.

    Raises:
        InputError: it cannot be read.
    """
    from PIL import Image

    picture = read_picture(path, (_PHOTO_PX, _PHOTO_PX), role="photo")
    height, width = picture.shape[:2]
    small = np.asarray(Image.fromarray(picture).resize(working_size((width, height))), np.uint8)
    meter = Meter((small.shape[1], small.shape[0]), 1 / CELL_S)
    luma = np.asarray(picture @ np.array([0.299, 0.587, 0.114], np.float32), np.uint8)
    meter.see(small, 0.0, 1, sharpness(luma))
    seen = Seen(
        path=path,
        size=(width, height),
        length_s=PHOTO_S,
        fps=Fraction(0),
        speech_s=np.empty((0, 2)),
        heard=True,
        **_lasting(meter.finish(), PHOTO_S),
    )
    return replace(seen, cuts_s=np.empty(0), soft_s=np.empty(0))
