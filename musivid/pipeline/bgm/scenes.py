"""A film as songs see it: where it begins anew, what strikes, how lively each second is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.motion import Motion
from musivid.analysis.soft_cuts import apart_from
from musivid.score.control_rows import TICKS_PER_BAR, density_class
from musivid.score.songs import FilmOutline

__all__ = ["film_of"]

_AROUND_S = 5.0  # seconds on either side of a moment that are compared
_APART_S, _EDGE_S = 8.0, 6.0  # between sections; between them and the film's ends
_USUAL_S = 14.0  # of a section: longer films have more of them
_LEAST = 0.35  # change at which a film begins anew
_AT_CUT = 0.3  # what a cut adds to a change
_HARD = 0.4  # of the strongest strikes of a film: those above count as cuts; starts weigh 0.3
_STRONGEST = 0.8  # share of strikes that are weaker than the strongest ones
_STRIKES_APART_S = 0.35  # between these
_FEW_CUTS = 0.1  # a second; where there are more, strikes do not bend the beat
_SOFT = 0.8  # weight of soft transitions among moments
_LATE_S = 0.2  # visual beats come up to this much after what is seen
_LIGHT = 4.0  # how much a change of light counts beside one of motion

Floats = NDArray[np.float64]


def film_of(
    motion: Motion, duration_s: float, points_s: Sequence[float], *, ties: bool
) -> FilmOutline:
    """Return what a song is told of a film.

    Args:
        motion: what moves in it.
        duration_s: its length.
        points_s: moments that the user named.
        ties: whether beats shall meet its cuts.
    """
    motion = _without_parts(motion)
    hard = _hard_strikes(motion) if ties else []
    inside = motion.cuts_s[(motion.cuts_s > 0) & (motion.cuts_s < duration_s)]
    return FilmOutline(
        duration_s,
        cuts_s=tuple(float(time) for time in inside) if ties else (),
        sections_s=_sections(motion, duration_s) if ties else (),
        strikes_s=tuple(time for time in hard if 0 < time < duration_s),
        moments=_moments(motion, hard),
        points_s=tuple(points_s),
        energy=_energy(motion, duration_s),
    )


def _without_parts(motion: Motion) -> Motion:
    """The film without strikes that are part of a soft transition: each is one moment."""
    kept = apart_from(motion.strikes_s, motion.soft_cuts_s)
    return replace(
        motion, strikes_s=motion.strikes_s[kept], strike_weights=motion.strike_weights[kept]
    )


def _hard_strikes(motion: Motion) -> list[float]:
    """Strikes that beats shall meet as they meet cuts: the hardest of films that seldom cut."""
    if len(motion.cuts_s) > _FEW_CUTS * motion.duration_s:
        return []
    order = np.argsort(-motion.strike_weights, kind="stable")
    chosen: list[float] = []
    strongest = float(np.quantile(motion.strike_weights, _STRONGEST)) if len(order) else 0.0
    for time, weight in zip(motion.strikes_s[order], motion.strike_weights[order], strict=True):
        others = [*chosen, *motion.cuts_s]
        if weight >= _HARD * strongest and all(
            abs(time - other) >= _STRIKES_APART_S for other in others
        ):
            chosen.append(float(time))
    return sorted(chosen)


def _moments(motion: Motion, hard: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """What else strikes: softer strikes where they are seen, and visual beats that are none."""
    strikes = zip(motion.strikes_s.tolist(), motion.strike_weights.tolist(), strict=True)
    found = [(time, weight) for time, weight in strikes if time not in hard]
    found += [(time, _SOFT) for time in motion.soft_cuts_s.tolist()]
    taken = np.array([*motion.cuts_s, *motion.strikes_s, *motion.soft_cuts_s])
    weights = np.clip(motion.beat_weights, 0, 1).tolist()
    for time, weight in zip(motion.beats_s.tolist(), weights, strict=True):
        # A visual beat comes up to this much after what is seen.
        if not np.any((taken > time - _LATE_S) & (taken < time + _STRIKES_APART_S / 2)):
            found.append((time, weight))
    return tuple(sorted(found))


def _energy(motion: Motion, duration_s: float) -> tuple[float, ...]:
    """How lively each second is, 0..1."""
    found = []
    for second in range(max(1, int(np.ceil(duration_s)))):
        part = motion.flow[int(second * motion.fps) : int((second + 1) * motion.fps) + 1]
        flow = float(part.mean()) if len(part) else 0.0
        found.append(density_class(flow) / TICKS_PER_BAR)
    return tuple(found)


def _sections(motion: Motion, duration_s: float) -> tuple[float, ...]:
    """Where motion or light change most, at cuts rather than elsewhere; ascending."""
    times = [float(time) for time in motion.cuts_s]
    times += np.arange(_EDGE_S, duration_s - _EDGE_S, 1.0).tolist()
    cuts = set(motion.cuts_s.tolist())
    changes = [(_change(motion, time) + _AT_CUT * (time in cuts), time) for time in times]
    chosen: list[float] = []
    for change, time in sorted(changes, reverse=True):
        is_inside = _EDGE_S <= time <= duration_s - _EDGE_S
        is_alone = all(abs(time - other) >= _APART_S for other in chosen)
        if change >= _LEAST and is_inside and is_alone and len(chosen) < duration_s / _USUAL_S:
            chosen.append(time)
    return tuple(sorted(chosen))


def _change(motion: Motion, time_s: float) -> float:
    """How unlike the seconds after a moment are to those before it."""
    place, around = round(time_s * motion.fps), round(_AROUND_S * motion.fps)
    before, after = slice(max(0, place - around), place), slice(place, place + around)
    if not len(motion.flow[before]) or not len(motion.flow[after]):
        return 0.0
    flow = abs(_loudness(motion.flow[after]) - _loudness(motion.flow[before]))
    light = abs(float(motion.brightness[after].mean() - motion.brightness[before].mean()))
    return flow + _LIGHT * light


def _loudness(flow: Floats) -> float:
    """Motion as it is felt: by the logarithm."""
    return float(np.log10(0.1 + flow.mean()))
