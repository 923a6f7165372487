"""What a scene remembers of the music that went by, so that a frame is still its number's alone.

A picture that feeds on the one before it needs all that came before. Here it is replayed from the
last points of a fixed grid: at each of them a run begins from nothing, and what is seen is the run
that began one point earlier, which passes softly to the next before it ends. So frames are the
same in any order, part or process; forwards, each costs one step of both runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numba import float32, int32

from musivid.living.canvas import Planes
from musivid.living.kernels import kernel
from musivid.living.moment import Moment, Music
from musivid.living.scene import ramp
from musivid.living.shade import mix

__all__ = ["Memory", "carry"]

Step = Callable[[Planes, Moment, float], None]

_REST_FLOW, _REST_SWELL = 0.35, 0.3  # the clocks of silence, before a song begins
_PACE_FPS = 25.0  # steps are written for this many a second


class Memory:
    """Planes that are carried on from frame to frame."""

    def __init__(self, shape: tuple[int, ...], span_s: float = 5.0) -> None:
        """Begin with nothing.

        Args:
            shape: of the planes, [channels, height, width].
            span_s: seconds between points of the grid; what is older than half of it must have
                faded.
        """
        self._shape, self._span_s = shape, span_s
        self._runs: dict[int, tuple[int, Planes]] = {}

    def at(self, music: Music | None, moment: Moment, step: Step) -> Planes:
        """The planes of a moment; without music, what one step from nothing gives.

        Args:
            music: of the film.
            moment: of the frame.
            step: changes the planes by a moment; its last argument is the length of a frame in
                25ths of a second. It is not kept: a scene whose method it is would hold itself.
        """
        if music is None:
            planes = np.zeros(self._shape, np.float32)
            step(planes, moment, 1.0)
            return planes
        grid = self._grid(music)
        frame = music.timeline.frame_at(moment.time_s)
        new, since = divmod(frame, grid)
        share = ramp(0.5, 0.98, since / grid)
        self._runs = {k: v for k, v in self._runs.items() if k in (new - 1, new)}
        old_planes = self._run(music, new - 1, frame, step)
        new_planes = self._run(music, new, frame, step)
        if share <= 0:
            return old_planes
        return old_planes * np.float32(1 - share) + new_planes * np.float32(share)

    def _grid(self, music: Music) -> int:
        """Frames from one beginning to the next."""
        return max(round(self._span_s * float(music.timeline.fps)), 2)

    def _run(self, music: Music, number: int, frame: int, step: Step) -> Planes:
        """The planes of a run at a frame, from where it stands or from its beginning."""
        grid = self._grid(music)
        done, planes = self._runs.get(number, (number * grid - 1, None))
        if planes is None or done > frame:
            done, planes = number * grid - 1, np.zeros(self._shape, np.float32)
        pace = _PACE_FPS / float(music.timeline.fps)
        for k in range(done + 1, frame + 1):
            step(planes, _moment(music, k), pace)
        self._runs[number] = frame, planes
        return planes


def _moment(music: Music, frame: int) -> Moment:
    """The moment of a frame; before the film the clocks run as in silence."""
    moment = music.at(frame)
    if frame >= 0:
        return moment
    ago = frame / float(music.timeline.fps)
    return replace(
        moment,
        time_s=ago,
        flow=moment.flow + _REST_FLOW * ago,
        swell=moment.swell + _REST_SWELL * ago,
        events=(),
    )


@kernel
def carry(out, old, push, keep, low):
    """Planes moved along: each place takes what lies where it comes from.

    Args:
        out: float32 [n, h, w].
        old: likewise, what it was.
        push: float32 [2, h, w]: how far to look, across and down, in pixels.
        keep: share that stays.
        low: what it does not fall below.
    """
    _, h, w = out.shape
    tmp = np.empty((2, w), np.float32)
    at = np.empty((2, w), np.int32)
    tx, ty, ix, iy = tmp[0], tmp[1], at[0], at[1]
    for j in range(h):
        px, py = push[0, j], push[1, j]
        for i in range(w):
            x = min(max(float32(i) + px[i], 0.0), float32(w) - 1.01)
            y = min(max(float32(j) + py[i], 0.0), float32(h) - 1.01)
            ix[i], iy[i] = int32(x), int32(y)
            tx[i], ty[i] = x - float32(ix[i]), y - float32(iy[i])
        for c in range(out.shape[0]):
            row, was = out[c, j], old[c]
            for i in range(w):
                a = mix(was[iy[i], ix[i]], was[iy[i], ix[i] + 1], tx[i])
                b = mix(was[iy[i] + 1, ix[i]], was[iy[i] + 1, ix[i] + 1], tx[i])
                row[i] = max(mix(a, b, ty[i]) * keep, low)
