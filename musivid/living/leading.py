"""What happens where nobody sings: the music leads the actions of a film's places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import SoundFacts
from musivid.core.seeds import dice
from musivid.living.acting import made_act
from musivid.living.plan import Place

__all__ = ["lead_on"]

_LEAST_S, _LEFT_S = 4.0, 2.5  # of a place; of what is left of it when its action begins
_WHERE = 0.30  # share of a place after which something happens, on the next bar
_TREND = 0.12  # of loudness, within a place, that is heard as a rise or a fall
_WILD, _CALM = 0.62, 0.38  # ranks of loudness among the places of a film
_ACTIONS = {
    "rises": ("rise", "wake", "grow", "shine"),
    "falls": ("sink", "fade", "blow", "sleep"),
    "wild": ("burst", "dance", "shine", "run"),
    "calm": ("glow", "fly", "sway", "blow"),
    "even": ("fly", "glow", "shine", "sway", "blow"),
}
_OPEN_AIR = frozenset(("blow", "fly", "rise", "run", "sleep"))
_CLOSED = frozenset((
    "cover", "deep", "desk", "ink", "liquid", "mandala", "nebula", "picture", "rain", "stage",
    "threads", "tunnel",
))  # fmt: skip


def lead_on(places: Sequence[Place], facts: SoundFacts, seed: int) -> list[Place]:
    """The places; those without words that are long enough have something happen on a bar.

    Args:
        places: of the film.
        facts: what was heard.
        seed: another one, other actions among those that fit.
    """
    rng, levels = dice(seed + 41), [_levels(facts, place) for place in places]
    order = np.argsort(np.argsort([level.mean() for level in levels]))
    led, before = [], ""
    for place, level, rank in zip(places, levels, order.tolist(), strict=True):
        at = _bar(facts, place)
        busy = any(act.name != "open" for act in place.acts)
        if place.line or busy or at is None:
            led.append(place)
            continue
        fitting = _fitting(place, level, rank / max(len(places) - 1, 1))
        fitting = [name for name in fitting if name != before] or fitting
        before = fitting[int(rng.integers(len(fitting)))]
        act = made_act(before, at, place.end_s)
        led.append(replace(place, acts=(*place.acts, act)))
    return led


def _levels(facts: SoundFacts, place: Place) -> NDArray[np.float32]:
    """Loudness within a place, float32 [n], n at least 1."""
    curves = facts.curves
    first, last = (int(edge / curves.hop_s) for edge in (place.start_s, place.end_s))
    found = curves.loudness[first : max(last, first + 1)]
    return found if len(found) else np.zeros(1, np.float32)


def _bar(facts: SoundFacts, place: Place) -> float | None:
    """When something happens: on a bar or else a beat; None where there is no room for it."""
    length = place.end_s - place.start_s
    if length < _LEAST_S:
        return None
    wanted = place.start_s + _WHERE * length
    for moments in (facts.downbeats_s, facts.beats_s):
        later = moments[(moments >= wanted) & (moments < place.end_s - _LEFT_S)]
        if len(later):
            return float(later[0])
    return wanted if place.end_s - wanted > _LEFT_S else None


def _fitting(place: Place, level: NDArray[np.float32], rank: float) -> list[str]:
    """Actions that the music of a place calls for, and its scene has room for."""
    third = max(len(level) // 3, 1)
    change = float(level[-third:].mean() - level[:third].mean())
    if abs(change) > _TREND:
        mood = "rises" if change > 0 else "falls"
    else:
        mood = "wild" if rank > _WILD else "calm" if rank < _CALM else "even"
    closed = place.scene in _CLOSED
    return [name for name in _ACTIONS[mood] if not (closed and name in _OPEN_AIR)]
