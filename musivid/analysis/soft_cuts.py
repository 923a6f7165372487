"""Soft transitions: fades through black, dissolves and wipes, one moment each.

In a dissolve every picture between lies on the straight line from one shot to another; in a wipe
each place changes once, and where it changes says when. Both are looked for in small pictures.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["SoftCutFinder", "apart_from"]

Floats = NDArray[np.float32]

_SPANS_S = (0.4, 0.6, 0.9, 1.3, 1.8, 2.4)  # lengths that are looked for
_EVERY_S = 0.08  # between two looks
_OTHER = 0.55  # of the contrast: difference of two shots at least
_ALIKE = 0.6  # correlation from which on two pictures are one, lit otherwise
_ABRUPT = 0.35  # share of the change in one step: a cut
_OFF_LINE = 0.22  # mean distance of a dissolve's pictures from the line, as a share of its length
_ENDS = 0.12  # how near to its ends the line begins and ends to be left
_ONCE, _PLACES = 0.55, 0.6  # share of a place's change in one step, and of the places, in a wipe
_IN_ORDER = 0.9  # correlation of where with when in a wipe
_BLACK, _EVEN = 0.07, 0.025  # luma and contrast, 0..1, of black pictures
_LONGEST_BLACK_S = 2.5  # of a transition; what is dark for longer is a shot
_APART_S = 0.8  # transitions nearer than this to a cut or to a black are parts of these
_PART_S = 0.3  # what strikes this near to the middle of a transition is a part of it


@dataclass(frozen=True, slots=True)
class _Found:
    """A span that looks like a transition: its frames, its middle, and how much changes."""

    first: int
    middle: int
    last: int
    change: float


class SoftCutFinder:
    """Sees small pictures of a film in order; keeps those of the last seconds.

    Args:
        fps: frames a second.
    """

    def __init__(self, fps: float) -> None:
        self._fps = fps
        self._spans = sorted({max(4, round(span * fps)) for span in _SPANS_S})
        self._every = max(1, round(_EVERY_S * fps))
        self._small: deque[Floats] = deque(maxlen=self._spans[-1] + 1)
        self._count, self._black_since = 0, -1
        self._was_lit = False
        self._found: list[_Found] = []

    def see(self, small: Floats) -> None:
        """Take the next frame.

        Args:
            small: float32 [h, w], luma 0..255, some 30 pixels wide.
        """
        self._small.append(small)
        self._watch_black(small)
        self._count += 1
        if self._count % self._every == 0:
            self._look()

    def find(self, cuts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the middles of the transitions, ascending, but for those at cuts.

        Args:
            cuts: first frames of shots that begin at once.
        """
        apart = _APART_S * self._fps
        kept: list[_Found] = []
        # Part of a transition is like a whole one; of what overlaps, the greatest change is whole.
        for found in sorted(self._found, key=lambda one: -one.change):
            if not any(found.first <= other.last and other.first <= found.last for other in kept):
                kept.append(found)
        middles = [f.middle for f in kept if all(abs(f.middle - cut) >= apart for cut in cuts)]
        return np.array(sorted(middles), np.int64)

    def _watch_black(self, small: Floats) -> None:
        """Note the middle of a black that something else follows."""
        is_black = small.mean() < 255 * _BLACK and small.std() < 255 * _EVEN
        if is_black and self._black_since < 0 and self._was_lit:
            self._black_since = self._count
        if not is_black:
            length = self._count - self._black_since
            if self._black_since > 0 and length <= _LONGEST_BLACK_S * self._fps:
                middle = self._black_since + length // 2
                # Above all others: what fades to black and from it may look like a dissolve.
                reach = length // 2 + round(_APART_S * self._fps)
                self._found.append(_Found(middle - reach, middle, middle + reach, np.inf))
            self._black_since = -1
            self._was_lit = True

    def _look(self) -> None:
        """Look whether a transition ends with the last frame."""
        seen = np.stack(list(self._small)).reshape(len(self._small), -1)
        for span in self._spans:
            if span >= len(seen):
                return
            part = seen[-span - 1 :]
            middle = _dissolve(part)
            if middle is None:
                middle = _wipe(part, self._small[-1].shape)
            if middle is not None:
                first = self._count - 1 - span
                change = float(np.abs(part[-1] - part[0]).mean())
                self._found.append(_Found(first, first + middle, first + span, change))


def _dissolve(part: Floats) -> int | None:
    """The middle of a dissolve from the first of pictures [n, places] to the last, if it is one."""
    way = part[-1] - part[0]
    length = float(np.sqrt((way * way).sum()))
    if not _is_other(part[0], part[-1]):
        return None
    shares = (part - part[0]) @ way / length**2
    if np.diff(shares).max() > _ABRUPT or shares.min() < -_ENDS or shares.max() > 1 + _ENDS:
        return None
    off = part - part[0] - shares[:, None] * way
    inside = (shares > _ENDS) & (shares < 1 - _ENDS)
    distance = np.sqrt((off * off).sum(1)) / length
    if inside.sum() < 3 or distance[inside].mean() > _OFF_LINE:
        return None
    return int(np.abs(shares - 0.5).argmin())


def _wipe(part: Floats, shape: tuple[int, ...]) -> int | None:
    """The middle of a wipe from the first picture to the last, if it is one."""
    if not _is_other(part[0], part[-1]):
        return None
    change = np.abs(part[-1] - part[0])
    steps = np.abs(np.diff(part, axis=0))
    if steps.mean(1).max() > _ABRUPT * change.mean():
        return None
    clear = change > 0.5 * change.mean()
    once = clear & (steps.max(0) > _ONCE * change)
    if once.sum() < _PLACES * clear.sum():
        return None
    when = steps.argmax(0)[once].astype(np.float64)
    down, across = (axis.ravel()[once] for axis in np.indices(shape))
    around = np.hypot(down - shape[0] / 2, (across - shape[1] / 2) * shape[0] / shape[1])
    orders = [abs(_correlation(when, place)) for place in (down, across, around)]
    if when.std() == 0 or max(orders) < _IN_ORDER:
        return None
    return int(np.median(when)) + 1


def _is_other(first: Floats, last: Floats) -> bool:
    """Whether two pictures are of different shots, not one lit otherwise."""
    contrast = min(float(first.std()), float(last.std()))
    if contrast < 255 * _EVEN or np.abs(last - first).mean() < _OTHER * contrast:
        return False
    return _correlation(first, last) < _ALIKE


def _correlation(a: ArrayLike, b: ArrayLike) -> float:
    first, second = np.ravel(np.asarray(a, np.float64)), np.ravel(np.asarray(b, np.float64))
    if not first.std() or not second.std():
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def apart_from(times_s: NDArray[np.float64], others_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which of some moments are no part of a transition: bool [n].

    Args:
        times_s: float64 [n], the moments.
        others_s: float64 [m], the middles of transitions.
    """
    near = np.abs(times_s[:, None] - others_s[None]) < _PART_S
    return np.array([not row.any() for row in near], np.bool_)
