"""What a figure is worth: its chance level from surrogates, and the one form of all measures.

A surrogate is the same picture begun at another moment, a circular shift. Most of them are also
played by an uneven clock: a metronome shifted is the same metronome, and against shifts alone two
steady pulses of one tempo could never be told from a clip whose every hit is met. A quarter keeps
an even clock, so that a steady pulse of the song's tempo gains little by its steadiness alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice

__all__ = ["Clock", "Measure", "against_chance", "circular_shifts", "make_clocks", "unmeasured"]

Floats = NDArray[np.float64]

_HARMONICS = 3  # of the wobble; slower ones carry a beat away, faster ones would only jitter it
_RATE_SPREAD = 0.12  # how far the speed of an uneven clock strays, root of the mean square
_MOST_RATE = 0.6  # a clock never stops nor runs backwards
_EVEN_SHARE = 0.25  # of the surrogates: plain circular shifts
# Surrogates share the events of one picture: pictures with shuffled events spread this much more
# (measured), and z beyond 2 shall be as rare as it sounds.
_WIDER = 1.1
_SAME = 1e-9  # a null narrower than this is one value


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure, and what chance alone would give.

    Attributes:
        value: the figure; None where it cannot be computed.
        reason: why not.
        chance_mean: mean over the surrogates; None for figures that no chance applies to.
        chance_std: their standard deviation, widened by 10 % for what they have in common.
        z: how many of these the value is above the mean.
        p: share of surrogates that are as good or better, one-sided, (1 + k) / (1 + n).
        n_audio: how many events of the sound were compared.
        n_video: how many of the picture.
        params: settings of the measure, in JSON types.
    """

    value: float | None
    reason: str = ""
    chance_mean: float | None = None
    chance_std: float | None = None
    z: float | None = None
    p: float | None = None
    n_audio: int | None = None
    n_video: int | None = None
    params: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return JSON types: value and reason where there is none, else all that is known."""
        if self.value is None:
            return {"value": None, "reason": self.reason}
        facts: dict[str, Any] = {"value": _plain(self.value)}
        for name in ("chance_mean", "chance_std", "z", "p", "n_audio", "n_video"):
            known = getattr(self, name)
            if known is not None:
                facts[name] = _plain(known)
        if self.params:
            facts["params"] = dict(self.params)
        return facts


def unmeasured(reason: str) -> Measure:
    """Return a measure without a value, and why."""
    return Measure(None, reason)


def against_chance(
    value: float,
    chance: Sequence[float] | Floats,
    *,
    params: Mapping[str, Any],
    n_audio: int | None = None,
    n_video: int | None = None,
) -> Measure:
    """Return a value beside what surrogates gave.

    Args:
        value: the figure; higher means better.
        chance: the same figure of the surrogates, at least two.
        params: settings; the number of surrogates is added.
        n_audio: events of the sound.
        n_video: events of the picture.
    """
    drawn = np.asarray(chance, np.float64)
    mean, std = float(drawn.mean()), _WIDER * float(drawn.std(ddof=1))
    # A null of one value is not a yardstick: nothing can stand out of it.
    z = (value - mean) / std if std > _SAME else 0.0
    p = (1 + int(np.count_nonzero(drawn >= value - _SAME))) / (1 + len(drawn))
    return Measure(
        float(value),
        chance_mean=mean,
        chance_std=std,
        z=z,
        p=p,
        n_audio=n_audio,
        n_video=n_video,
        params={**params, "surrogates": len(drawn)},
    )


def circular_shifts(count: int, duration_s: float, seed: int) -> Floats:
    """Return `count` moments at which to begin, float64 in 0..duration_s, for this seed."""
    return dice(seed).uniform(0.0, duration_s, count)


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that begins elsewhere and runs unevenly, on a circle of `duration_s`.

    Attributes:
        duration_s: length of the circle.
        shift_s: where it begins.
        sizes_s: float64 [harmonics], how far it strays.
        phases: float64 [harmonics], in radians.
    """

    duration_s: float
    shift_s: float
    sizes_s: Floats
    phases: Floats

    def at(self, times_s: Floats) -> Floats:
        """Return what the clock shows at these times: float64, 0..duration_s, in their order."""
        turn = 2 * np.pi * np.arange(1, len(self.sizes_s) + 1) / self.duration_s
        waves = np.sin(np.multiply.outer(times_s, turn) + self.phases)
        shown: Floats = (times_s + self.shift_s + waves @ self.sizes_s) % self.duration_s
        return shown

    def move_events(self, times_s: Floats) -> Floats:
        """Return events of the picture as this clock shows them, ascending; as many as before."""
        return np.sort(self.at(times_s))

    def move_curve(self, curve: Floats) -> Floats:
        """Return an evenly sampled curve of the whole duration as this clock shows it."""
        count = len(curve)
        grid = np.arange(count, dtype=np.float64) * (self.duration_s / count)
        places = self.at(grid) * (count / self.duration_s)
        read: Floats = np.interp(places, np.arange(count + 1), np.append(curve, curve[0]))
        return read


def make_clocks(count: int, duration_s: float, seed: int) -> list[Clock]:
    """Return `count` clocks: circular shifts, three in four with a speed that strays by some 12 %.

    Args:
        count: how many.
        duration_s: length of what is compared.
        seed: of the shifts and of the straying.
    """
    rng = dice(seed, 1)
    turns = 2 * np.pi * np.arange(1, _HARMONICS + 1) / duration_s
    clocks = []
    for number, shift in enumerate(circular_shifts(count, duration_s, seed)):
        phases = rng.uniform(0, 2 * np.pi, _HARMONICS)
        rates = rng.normal(size=_HARMONICS)
        rates *= _RATE_SPREAD * math.sqrt(2) / max(float(np.linalg.norm(rates)), 1e-9)
        rates *= min(1.0, _MOST_RATE / float(np.abs(rates).sum()))
        if number < _EVEN_SHARE * count:
            rates[:] = 0.0
        clocks.append(Clock(duration_s, float(shift), rates / turns, phases))
    return clocks


def _plain(number: float) -> float | int | None:
    """A number in JSON types; infinities and NaN become None."""
    if isinstance(number, (int, np.integer)):
        return int(number)
    return float(number) if math.isfinite(number) else None
