"""The frames of a film that is cut from footage; each is a function of its number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.core.ahead import ahead
from musivid.footage.cut import Cut, Shot
from musivid.footage.framing import cover_size, fills, framed, moved_photo
from musivid.media.excerpt import read_from
from musivid.media.pictures import read_picture

__all__ = ["CutFilm", "OverFrame"]

Frame = NDArray[np.uint8]
OverFrame = Callable[[Frame, int], Frame]

_NEAR_S = 1e-4  # clocks of files are no finer
_PHOTO_ROOM = 1.2  # times the frame's size, so that a photo that is approached stays sharp


class CutFilm:
    """Frames of a cut, from any number on."""

    def __init__(
        self,
        cut: Cut,
        size: tuple[int, int],
        shapes: dict[Path, tuple[int, int]],
        *,
        over: OverFrame | None = None,
    ) -> None:
        """Keep the plan; files are opened when their shot comes.

        Args:
            cut: what is shown when.
            size: (width, height) in pixels.
            shapes: width and height of each file, as shown.
            over: what is laid over each frame, such as lyrics.
        """
        self._cut, self._size, self._shapes, self._over = cut, size, shapes, over

    def frames(self, first: int = 0) -> Iterator[Frame]:
        """Frames uint8 [h, w, 3] from `first` on."""
        # The next picture is decoded while this one is written.
        for number, frame in enumerate(ahead(self._bare(first)), start=first):
            yield frame if self._over is None else self._over(frame, number)

    def still(self, number: int) -> Frame:
        """A frame uint8 [h, w, 3] without what is laid over it."""
        return next(self._bare(number))

    def state(self) -> dict[str, Any]:
        """Nothing: a frame is a function of its number."""
        return {}

    def load_state(self, tensors: dict[str, Any]) -> None:
        """Do nothing."""

    def _bare(self, first: int) -> Iterator[Frame]:
        for shot in self._cut.shots:
            if shot.last > first:
                yield from self._shown(shot, max(0, first - shot.first))

    def _shown(self, shot: Shot, skip: int) -> Iterator[Frame]:
        return self._photo(shot, skip) if shot.photo else self._moving(shot, skip)

    def _moving(self, shot: Shot, skip: int) -> Iterator[Frame]:
        """Frames of a shot of a video; what is shown is the latest picture of each moment."""
        fps, shape = self._cut.timeline.fps, self._shapes[shot.path]
        want = cover_size(shape, self._size)
        # A shot is always entered at its beginning, so that a run that goes on sees the same.
        pictures = read_from(shot.path, float(shot.source / fps))
        picture = next(pictures)
        coming = next(pictures, None)
        frame: Frame | None = None
        for number in range(shot.frames):
            time_s = float((shot.source + number) / fps) + _NEAR_S
            while coming is not None and coming.time_s <= time_s:
                picture, coming, frame = coming, next(pictures, None), None
            if number < skip:
                continue
            if frame is None:
                frame = framed(picture.rgb(want), self._size, shot.at)
            yield frame

    def _photo(self, shot: Shot, skip: int) -> Iterator[Frame]:
        room = tuple(round(_PHOTO_ROOM * side) for side in self._size)
        whole = read_picture(shot.path, (room[0], room[1]), role="photo")
        if not fills((whole.shape[1], whole.shape[0]), self._size):
            want = cover_size((whole.shape[1], whole.shape[0]), self._size)
            small = read_picture(shot.path, want, role="photo")
            whole = framed(small, self._size, shot.at)
        for number in range(skip, shot.frames):
            share = number / max(1, shot.frames - 1)
            yield moved_photo(whole, self._size, shot.at, share, inward=shot.number % 2 == 1)
