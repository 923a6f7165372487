"""What a film asks of music, bar by bar: how many onsets, and where it must hit and how hard.

CMT's control rows (Di et al. 2021) on the tempo map: density from motion, strength from visual
beats. Bars have 16 ticks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "TICKS_PER_BAR",
    "WEAKEST_BEAT",
    "BarControl",
    "Hit",
    "bar_controls",
    "density_class",
    "flow_of_class",
    "scale_density",
    "strength_class",
    "weight_of_class",
]

Floats = NDArray[np.float64]

TICKS_PER_BAR = 16  # sixteenths

# Thresholds of the published metadata2numpy step: shares of films that match those of the music.
_FLOW_STEPS = (
    0.008169269189238548, 0.020344337448477745, 0.02979462407529354, 0.041041795164346695,
    0.07087484002113342, 0.10512548685073853, 0.14267262816429138, 0.19095642864704132,
    0.5155120491981506, 0.7514784336090088, 0.9989343285560608, 1.2067525386810303,
    1.6322582960128784, 2.031705141067505, 2.467430591583252, 2.8104422092437744,
)  # fmt: skip
_WEIGHT_STEPS = (
    0.0, 0.22890276357193542, 0.4838207191278801, 0.7870981363596372, 0.891160136856027,
    0.9645568135300789, 0.991241869205911, 0.9978208223154553, 0.9996656159745393,
    0.9998905521344276,
)  # fmt: skip
WEAKEST_BEAT = _WEIGHT_STEPS[1]
"""Weight from which a visual beat is answered; CMT passes over those of strength 1, which are
weaker."""


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A tick of a bar, 0..15, on which something must sound, and how many notes of a player."""

    tick: int
    strength: int


@dataclass(frozen=True, slots=True)
class BarControl:
    """What is asked of one bar.

    Attributes:
        density: number of ticks with an onset, 0..16.
        hits: ascending by tick, at most `density` of them.
        energy: mean flow in the bar; for dynamics.
        strengths: notes of its first groups in turn, where BMT's rows say how many but not when.
    """

    density: int
    hits: tuple[Hit, ...] = ()
    energy: float = 0.0
    strengths: tuple[int, ...] = ()


def density_class(flow: float) -> int:
    """Return the number of onsets, 0..16, that the published system gives to a flow."""
    return int(np.searchsorted(_FLOW_STEPS, flow, side="right"))


def strength_class(weight: float) -> int:
    """Return the strength, 0..10, of a visual beat's weight."""
    return int(np.searchsorted(_WEIGHT_STEPS, weight, side="right"))


def flow_of_class(density: int) -> float:
    """Return a flow of the middle of those to which the published system gives `density` onsets."""
    return _middle_of_class(_FLOW_STEPS, 0.0, density)


def weight_of_class(strength: int) -> float:
    """Return a weight in the middle of those of a strength, 0..10; -1 of strength 0, below all."""
    return _middle_of_class((*_WEIGHT_STEPS, 1.0), -2.0, strength)


def _middle_of_class(steps: tuple[float, ...], below: float, number: int) -> float:
    edges = (below, *steps, steps[-1] + (steps[-1] - steps[-2]))
    return (edges[number] + edges[number + 1]) / 2


def bar_controls(
    bars: int,
    flow_per_bar: Floats,
    hits: list[tuple[int, float]],
    *,
    density_range: tuple[int, int] = (0, 16),
    weakest: float = WEAKEST_BEAT,
) -> list[BarControl]:
    """Return what each bar is asked for.

    Args:
        bars: how many.
        flow_per_bar: float64 [n]; the last value stands for bars beyond it.
        hits: (absolute tick, weight 0..1) of visual beats and cuts.
        density_range: onsets a bar is clamped to; where it moves too little for all its hits, it
            gets as many onsets as they need.
        weakest: weight of hits that are not passed over.
    """
    strongest: dict[int, int] = {}
    for tick, weight in hits:
        strength = strength_class(weight)
        if weight >= weakest and strength > 0 and 0 <= tick < bars * TICKS_PER_BAR:
            strongest[tick] = max(strength, strongest.get(tick, 0))
    flow = np.asarray(flow_per_bar if len(flow_per_bar) else [0.0])
    controls = []
    for bar in range(bars):
        energy = float(flow[min(bar, len(flow) - 1)])
        first = bar * TICKS_PER_BAR
        there = [
            Hit(tick, strongest[first + tick])
            for tick in range(TICKS_PER_BAR)
            if first + tick in strongest
        ]
        density = int(np.clip(max(density_class(energy), len(there)), *density_range))
        controls.append(_with_density(BarControl(0, tuple(there), energy), density))
    return controls


def scale_density(controls: list[BarControl], mean: float) -> list[BarControl]:
    """Return the controls with a mean density of `mean` onsets a bar, their shape kept.

    Rounding is carried on from bar to bar, so that any number of bars keeps the mean.
    """
    own = np.array([control.density for control in controls], np.float64)
    shape = own / own.mean() if own.mean() > 0 else np.ones(len(own))
    wanted = np.clip(mean * (0.5 + 0.5 * shape), 1, TICKS_PER_BAR)
    for _ in range(20):  # clamping moves the mean; push the rest until it is met
        missing = mean - wanted.mean()
        if abs(missing) < 0.01:
            break
        wanted = np.clip(wanted + missing, 1, TICKS_PER_BAR)
    scaled, carried = [], 0.0
    for control, value in zip(controls, wanted, strict=True):
        density = int(np.clip(round(value + carried), max(1, len(control.hits)), TICKS_PER_BAR))
        carried += value - density
        scaled.append(_with_density(control, density))
    return scaled


def _with_density(control: BarControl, density: int) -> BarControl:
    """The control with another density; of too many hits the strongest are kept."""
    strongest = sorted(control.hits, key=lambda hit: (-hit.strength, hit.tick))[:density]
    return replace(control, density=density, hits=tuple(sorted(strongest)))
