"""The moment of a film that tells most of it: its best place, at the loudest downbeat there."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import SoundFacts
from musivid.living.cuts import cut_length_s
from musivid.living.plan import Place
from musivid.living.scene import Section

__all__ = ["shots_shown_s", "shown_s", "telling_moment"]

_ONSETS = 0.35  # worth of attacks beside loudness (0..1)
_WORDS = 0.05  # worth of words that chose the place
_LEAST_S = 1.5  # shorter places stand for nothing
_SETTLED_S = 0.5  # after a cut, before which a picture is still on its way
_EARLY = 0.4  # of the opening shot, where no beat falls in it


def telling_moment(places: Sequence[Place], facts: SoundFacts) -> tuple[Place, float]:
    """The place that stands for a film, and the second of its best frame."""
    long = [place for place in places if place.end_s - place.start_s >= _LEAST_S] or list(places)
    best = max(long, key=lambda place: _worth(facts, place))
    return best, shown_s(best, facts)


def shown_s(place: Place, facts: SoundFacts) -> float:
    """The second at which a place is seen best: its loudest downbeat in the shot that opens it."""
    return shots_shown_s(place, facts)[0]


def shots_shown_s(place: Place, facts: SoundFacts) -> list[float]:
    """The second at which each shot of a place is seen best, in their order."""
    section = Section(place.start_s, place.end_s, facts.beats_s, facts.downbeats_s, place.held)
    turns = [*section.turns_s(), place.end_s]
    shown = []
    for index, (begin, end) in enumerate(itertools.pairwise(turns)):
        settled = _SETTLED_S + (0.0 if index else cut_length_s(place.cut) / 2)
        end = min(end, facts.duration_s)
        if index == 0 or end - begin >= _LEAST_S:
            shown.append(_best_s(facts, begin, end, settled))
    return shown


def _best_s(facts: SoundFacts, start_s: float, end_s: float, settled_s: float) -> float:
    """The loudest downbeat of a shot, or beat, once what led to it is over."""
    begin = start_s + settled_s
    for moments in (facts.downbeats_s, facts.beats_s):
        inside = moments[(moments >= begin) & (moments < end_s - 0.2)]
        if len(inside):
            return float(inside[np.argmax(_loudness(facts, inside))])
    return max(start_s, 0.0) + _EARLY * max(end_s - max(start_s, 0.0), 0.0)


def _worth(facts: SoundFacts, place: Place) -> float:
    """How much goes on while a place is shown."""
    curves = facts.curves
    first, last = int(max(place.start_s, 0) / curves.hop_s), int(place.end_s / curves.hop_s)
    loud, onset = curves.loudness[first : last + 1], curves.onset[first : last + 1]
    return float(loud.mean() + _ONSETS * onset.mean()) + _WORDS * bool(place.line)


def _loudness(facts: SoundFacts, moments_s: NDArray[np.float64]) -> NDArray[np.float32]:
    return facts.curves.at("loudness", moments_s)
