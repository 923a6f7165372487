"""What a picture does by itself: change, flow, flicker, stillness, shots; in constant memory.

Frames are looked at with the longer side at 256 pixels, as the published flow measures are.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from musivid.analysis.cuts import CutFinder
from musivid.analysis.soft_cuts import apart_from
from musivid.media.frames import Picture
from musivid.metrics.events import PictureEvents, find_rises, flow_peaks
from musivid.metrics.turns import motion_parts, rise_with_turns

__all__ = ["LegacyEvents", "PictureFacts", "PictureMeter", "working_size"]

Frame = NDArray[np.uint8]
Floats = NDArray[np.float64]

WORKING_PX = 256
"""Longer side of what flow and change are measured on."""

_LOW = (16, 16)  # the low band: shapes are gone, light is left
_MIDDLE = (64, 64)  # the middle band: shapes without grain
_SSIM_PX, _SSIM_EVERY = 128, 5  # every fifth pair of neighbours stands for all
_SSIM_SIGMA, _SSIM_BOX = 1.5, (11, 11)  # pixels, as in Wang et al. (2004)
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2  # of the same paper, for values up to 255
_LEAST_NOVELTY = 0.15  # of the contrast: changes below cannot be cuts, and no more is asked of them
_BLACK = 34  # brightest of the low band; black is 16 where luma is not of full range
_FROZEN = 0.0004  # mean change: a tenth of a grey level
_LEAST_BLACK_S, _LEAST_FROZEN_S = 0.3, 1.0  # shorter ones are effects, not faults
# Pixels that change and time between events, as published.
_LEGACY_COUNT, _LEGACY_MS = 225_000, 1000.0


@dataclass(frozen=True, slots=True)
class _Row:
    """What one frame gives."""

    change: float = 0.0
    flow: float = 0.0
    flicker: float = 0.0
    jerk: float = 0.0
    black: bool = False
    parts: tuple[float, ...] = (0.0,) * 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFacts:
    """What a picture does by itself; fields are the keys of its JSON.

    Attributes:
        working_px: width and height that it was measured at.
        mean_change: mean difference of neighbours, 0..1; None for one frame alone.
        mean_flow_px: mean speed of what moves, in pixels a frame.
        flicker: change of the light, 0..1.
        smoothness: mean squared second difference in time.
        ssim: likeness of neighbours (Wang et al., 2004), up to 1.
        frozen_s: seconds in which it stands still.
        frozen: from when to when.
        black_s: seconds in which it is black.
        black: from when to when.
        cuts: how many there are.
        shots: how many there are.
        shot_mean_s: mean length of a shot; `shot_median_s`, `shot_least_s`, `shot_most_s` alike.
    """

    working_px: tuple[int, int]
    mean_change: float | None
    mean_flow_px: float | None
    flicker: float | None
    smoothness: float | None
    ssim: float | None
    frozen_s: float
    frozen: tuple[tuple[float, float], ...]
    black_s: float
    black: tuple[tuple[float, float], ...]
    cuts: int
    shots: int
    shot_mean_s: float
    shot_median_s: float
    shot_least_s: float
    shot_most_s: float


class LegacyEvents:
    """Visual events exactly as the published evaluation counts them, at the original size.

    An event is a frame in which more than 225 000 values of the three colours differ from the frame
    before, more than a second after the last event (the first counts from 0). Colours are only made
    where an event can be: not within that second, nor where the planes differ in too few places.
    """

    def __init__(self) -> None:
        self.times_s: list[float] = []
        self._before: Picture | None = None

    def see(self, picture: Picture) -> None:
        """Take the next frame."""
        before, self._before = self._before, picture
        since_s = self.times_s[-1] if self.times_s else 0.0
        if before is None or 1000 * (picture.time_s - since_s) <= _LEGACY_MS:
            return
        if _most_differences(before.planes(), picture.planes()) <= _LEGACY_COUNT:
            return
        difference = cv2.absdiff(before.rgb(), picture.rgb())
        if cv2.countNonZero(difference.reshape(-1)) > _LEGACY_COUNT:
            self.times_s.append(picture.time_s)


class PictureMeter:
    """Sees the frames of a film in order; holds a few small ones and no more.

    Args:
        fps: frames a second of the grid that they are laid on.
        size: width and height of the luma planes that come.
    """

    def __init__(self, fps: float, size: tuple[int, int]) -> None:
        self._fps, self._size = fps, working_size(size)
        preset = cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST
        self._seeker = cv2.DISOpticalFlow_create(preset)  # type: ignore[attr-defined]
        across, down = np.meshgrid(np.arange(self._size[0]), np.arange(self._size[1]))
        self._places = np.stack([across, down], -1).astype(np.float32)
        self._grey: Frame | None = None
        self._low = np.zeros(_LOW, np.float32)
        self._middle: list[NDArray[np.float32]] = []
        self._rows: list[_Row] = []
        self._shown_s: list[float] = []
        self._repeated = 0
        self._cuts = CutFinder(fps)
        self._ssim: list[float] = []

    def see(
        self, planes: tuple[Frame, ...], steps: int = 1, *, time_s: float | None = None
    ) -> None:
        """Take the next frame.

        Args:
            planes: luma and two chromas, uint8 [h, w] each.
            steps: how many frame lengths after the one before it is shown; the picture stood still.
            time_s: when it is shown; None: at its step of the grid.
        """
        self._measure(planes, steps)
        first = len(self._shown_s)
        self._shown_s += [place / self._fps for place in range(first, len(self._rows))]
        if time_s is not None:
            self._shown_s[-1] = time_s

    def hold(self, steps: int) -> None:
        """Show the last frame for so many more steps of the grid."""
        first = len(self._rows)
        self._rows += [_Row(black=self._rows[-1].black)] * steps
        for _ in range(steps):
            self._cuts.hold()
        self._shown_s += [place / self._fps for place in range(first, len(self._rows))]

    def _measure(self, planes: tuple[Frame, ...], steps: int) -> None:
        """What the frame does against the one before."""
        grey = _shrunk(planes[0], self._size)
        before, self._grey = self._grey, grey
        if before is None:
            self._low, self._middle = _shrunk_float(grey, _LOW), [_shrunk_float(grey, _MIDDLE)]
            self._rows.append(_Row(black=_is_black(self._low)))
            self._cuts.see(grey, 0.0)
            return
        self.hold(steps - 1)
        difference = cv2.absdiff(grey, before)
        change = float(cv2.mean(difference)[0]) / 255
        self._measure_ssim(before, grey, change)
        if change == 0.0:
            self._repeated += 1
            self._middle = [self._middle[-1]] * 2
            self.hold(1)
            return
        field = np.asarray(self._seeker.calc(before, grey, None), np.float32)
        flow = float(cv2.mean(cv2.magnitude(field[..., 0], field[..., 1]))[0])
        novelty = 0.0
        if change > _LEAST_NOVELTY * float(cv2.meanStdDev(grey)[1][0, 0]) / 255:
            moved = cv2.remap(  # type: ignore[call-overload]
                grey, self._places + field, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            )
            novelty = float(cv2.mean(cv2.absdiff(before, moved))[0]) / 255
        flicker, jerk = self._light(grey)
        black = _is_black(self._low)
        self._cuts.see(grey, novelty)
        self._rows.append(_Row(change, flow, flicker, jerk, black, motion_parts(field)))

    @property
    def repeated(self) -> int:
        """How many frames show the very picture of the one before."""
        return self._repeated

    def events(self, legacy_s: list[float]) -> PictureEvents:
        """Return curves and events of what was seen, with the published events beside them."""
        fps, change = self._fps, self._curve("change")
        parts = np.array([row.parts for row in self._rows], np.float64)
        rise, flow = rise_with_turns(change, parts, fps), self._curve("flow")
        times_s = np.array(self._shown_s)
        cuts = self._cuts.find()
        soft_s = times_s[self._cuts.find_soft(cuts)]
        rises_s = times_s[find_rises(rise, fps)]
        changes_s = np.sort(np.concatenate([rises_s[apart_from(rises_s, soft_s)], soft_s]))
        return PictureEvents(
            fps=fps,
            change=change,
            rise=rise,
            flow=flow,
            changes_s=changes_s,
            flow_peaks_s=times_s[flow_peaks(flow)],
            cuts_s=times_s[cuts],
            legacy_s=np.array(legacy_s, np.float64),
        )

    def facts(self, events: PictureEvents) -> PictureFacts:
        """Return the figures of the picture."""
        black = _segments([row.black for row in self._rows], self._fps, _LEAST_BLACK_S)
        still = events.change < _FROZEN
        if len(still) > 1:
            still[0] = still[1]  # the first frame has none before it
        frozen = _segments(still, self._fps, _LEAST_FROZEN_S)
        borders = np.concatenate([[0.0], events.cuts_s, [events.duration_s]])
        shots_s = np.diff(borders)
        return PictureFacts(
            working_px=self._size,
            mean_change=_mean(events.change[1:]),
            mean_flow_px=_mean(events.flow[1:]),
            flicker=_mean(self._curve("flicker")[1:]),
            smoothness=_mean(self._curve("jerk")[2:]),
            ssim=_mean(np.array(self._ssim)),
            frozen_s=round(sum(end - start for start, end in frozen), 3),
            frozen=frozen,
            black_s=round(sum(end - start for start, end in black), 3),
            black=black,
            cuts=len(events.cuts_s),
            shots=len(shots_s),
            shot_mean_s=round(float(shots_s.mean()), 3),
            shot_median_s=round(float(np.median(shots_s)), 3),
            shot_least_s=round(float(shots_s.min()), 3),
            shot_most_s=round(float(shots_s.max()), 3),
        )

    def _measure_ssim(self, before: Frame, grey: Frame, change: float) -> None:
        if (len(self._rows) - 1) % _SSIM_EVERY:
            return
        self._ssim.append(1.0 if change == 0.0 else _ssim(before, grey))

    def _light(self, grey: Frame) -> tuple[float, float]:
        """Change of the low band, and mean squared second difference in time, 0..1 each."""
        low, middle = _shrunk_float(grey, _LOW), _shrunk_float(grey, _MIDDLE)
        flicker = float(np.abs(low - self._low).mean()) / 255
        jerk = 0.0
        if len(self._middle) == 2:
            bend = middle - 2 * self._middle[1] + self._middle[0]
            jerk = float((bend * bend).mean()) / 255**2
        self._low, self._middle = low, [self._middle[-1], middle]
        return flicker, jerk

    def _curve(self, name: str) -> Floats:
        return np.array([getattr(row, name) for row in self._rows], np.float64)


def working_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return width and height with the longer side at 256 pixels, at most as they are."""
    scale = min(1.0, WORKING_PX / max(size))
    return max(16, round(size[0] * scale)), max(16, round(size[1] * scale))


def _most_differences(before: tuple[Frame, ...], planes: tuple[Frame, ...]) -> int:
    """The most values that can differ in RGB: three where any plane does."""
    if [plane.shape for plane in before] != [plane.shape for plane in planes]:
        return planes[0].size * 3
    places = 0
    for old, new in zip(before, planes, strict=True):
        reach = planes[0].size // max(1, new.size)  # pixels that one value of chroma colours
        places += (reach + (reach > 1)) * int(cv2.countNonZero(cv2.absdiff(old, new)))
    return 3 * places


def _ssim(before: Frame, after: Frame) -> float:
    """Mean structural similarity of two pictures (Wang et al. 2004), on at most 128 pixels."""
    height, width = before.shape
    scale = min(1.0, _SSIM_PX / max(width, height))
    size = (max(11, round(width * scale)), max(11, round(height * scale)))
    x, y = _shrunk_float(before, size), _shrunk_float(after, size)
    mean_x, mean_y = _blur(x), _blur(y)
    var_x, var_y = _blur(x * x) - mean_x**2, _blur(y * y) - mean_y**2
    both = _blur(x * y) - mean_x * mean_y
    upper = (2 * mean_x * mean_y + _C1) * (2 * both + _C2)
    lower = (mean_x**2 + mean_y**2 + _C1) * (var_x + var_y + _C2)
    return float((upper / lower).mean())


def _blur(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(picture, _SSIM_BOX, _SSIM_SIGMA), np.float32)


def _shrunk(plane: Frame, size: tuple[int, int]) -> Frame:
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)


def _shrunk_float(plane: Frame, size: tuple[int, int]) -> NDArray[np.float32]:
    return _shrunk(plane, size).astype(np.float32)


def _is_black(low: NDArray[np.float32]) -> bool:
    return float(low.max()) <= _BLACK


def _segments(flags: ArrayLike, fps: float, least_s: float) -> tuple[tuple[float, float], ...]:
    """Start and end in seconds of every segment of true flags that is long enough."""
    padded = np.concatenate([[False], np.asarray(flags, bool), [False]]).astype(np.int8)
    borders = np.flatnonzero(np.diff(padded)).reshape(-1, 2) / fps
    return tuple(
        (round(float(start), 3), round(float(end), 3))
        for start, end in borders
        if end - start >= least_s
    )


def _mean(values: Floats) -> float | None:
    return float(values.mean()) if len(values) else None
