"""A few bars that go round: which of a song, and a film of them whose end joins its beginning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import SoundFacts
from musivid.core.errors import InputError
from musivid.living.plan import Place
from musivid.living.scene import ease

__all__ = ["Loop", "LoopedFilm", "choose_loop", "held_place"]

Frame = NDArray[np.uint8]

_LEAST_S, _MOST_S, _USUAL_S = 3.0, 8.0, 6.0  # what services take as a canvas
_FADE_S = 1.5  # in which the end becomes what led to the beginning; at most
_FADE_SHARE = 0.3  # of the loop
_PHRASES = {4: 0.10, 8: 0.08, 2: 0.06, 3: -0.02}  # worth of so many bars beside loudness (0..1)
_ONSETS = 0.35  # worth of attacks beside loudness
_TOO_LONG = 0.03  # cost of each second beside the usual length
_AROUND = 4.0  # lengths of the loop by which its place is longer on either side


@dataclass(frozen=True, slots=True)
class Loop:
    """Frames of a film that go round.

    Attributes:
        first: the first of them, on the clock of the song.
        frames: how many there are.
        fade: in how many at the end those before `first` come in; as many come before it.
    """

    first: int
    frames: int
    fade: int


class _Numbered(Protocol):
    """A film whose frames can be asked for by number."""

    def frame(self, number: int) -> Frame:
        """A frame uint8 [h, w, 3]."""


class LoopedFilm:
    """The frames of a loop: at the end those that led to the beginning come in, so that it joins.

    On whole bars both are at the same place of the music, and in a scene that is held they differ
    in little more than where clouds and sparks are.
    """

    def __init__(self, film: _Numbered, loop: Loop) -> None:
        """Keep both; frames are made when they are asked for."""
        self._film, self._loop = film, loop
        self._before: list[Frame] = []

    def frames(self, first: int = 0) -> Iterator[Frame]:
        """Frames uint8 [h, w, 3] from `first` on."""
        for number in range(first, self._loop.frames):
            yield self.frame(number)

    def frame(self, number: int, *, words: bool = True) -> Frame:
        """A frame uint8 [h, w, 3] of the loop."""
        del words  # there are none
        loop = self._loop
        now = self._film.frame(loop.first + number)
        come = number - (loop.frames - loop.fade)
        if come < 0:
            return now
        if not self._before:  # in order, since some scenes grow from frame to frame
            self._before = [self._film.frame(loop.first - loop.fade + k) for k in range(loop.fade)]
        share = np.float32(ease((come + 1) / (loop.fade + 1)))
        mixed = now + (self._before[come].astype(np.float32) - now) * share
        return np.rint(mixed).astype(np.uint8)


def held_place(places: Sequence[Place], loop: Loop, fps: Fraction) -> Place:
    """The place of a film that a loop stays in: one shot, far longer than the loop on both sides.

    So the sun does not sink and the camera does not move far between its beginning and its end.
    """
    start, length = float(loop.first / fps), float(loop.frames / fps)
    home = [place for place in places if place.start_s <= start + length / 2][-1]
    return replace(
        home,
        start_s=start - _AROUND * length,
        end_s=start + (1 + _AROUND) * length,
        cut="cut",
        held=True,
    )


def choose_loop(facts: SoundFacts, fps: Fraction) -> Loop:
    """The best bars of a song: loud, full of attacks, 3 to 8 seconds, a phrase if it can be.

    Raises:
        InputError: the song is too short.
    """
    found = max(_candidates(facts), default=None)
    if found is None:
        raise InputError(
            f"a loop needs {_LEAST_S * (1 + _FADE_SHARE):.1f} s of song; "
            f"there are {facts.duration_s:.1f} s",
            hint="Give a longer song, or leave --format canvas out.",
        )
    start, end = -found[1], -found[2]
    frames = round(Fraction(end - start) * fps)
    first = round(Fraction(start) * fps)
    return Loop(first, frames, max(1, min(first, int(_fade_s(end - start) * fps))))


def _candidates(facts: SoundFacts) -> Iterator[tuple[float, float, float]]:
    """How good a loop is, where it begins and ends; before each there is room for its fade."""
    marks = facts.downbeats_s if len(facts.downbeats_s) > 2 else facts.beats_s
    bars = 1 if marks is facts.downbeats_s else 0
    if len(marks) < 3:
        marks = np.arange(0.0, facts.duration_s, _USUAL_S / 12)
    marks = marks[marks <= facts.duration_s]
    for index, start in enumerate(marks.tolist()):
        for count, end in enumerate(marks[index + 1 :].tolist(), 1):
            length = end - start
            if length > _MOST_S:
                break
            if length < _LEAST_S or start < _fade_s(length):
                continue
            worth = _worth(facts, start, end) - _TOO_LONG * abs(length - _USUAL_S)
            worth += _PHRASES.get(count, 0.0) * bars
            yield round(worth, 6), -start, -end  # of equals the first, and the shortest


def _worth(facts: SoundFacts, start_s: float, end_s: float) -> float:
    curves = facts.curves
    first, last = int(start_s / curves.hop_s), max(int(end_s / curves.hop_s), 1)
    loud, onset = curves.loudness[first:last], curves.onset[first:last]
    return float(loud.mean() + _ONSETS * onset.mean()) if len(loud) else 0.0


def _fade_s(length_s: float) -> float:
    return min(_FADE_S, _FADE_SHARE * length_s)
