"""When the verbs of a song's lines happen in its film: as their words are sung."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from musivid.living.lettering.layout import time_words
from musivid.living.plan import Act, Place
from musivid.living.verbs import find_verbs

__all__ = ["act_out", "made_act"]

_LEAD_S = 0.15  # what happens begins a little before its word is heard
_MOST_S = 7.5
_LEAST_S = 1.6  # with less of its place left, an action waits for the next place
_MOST_ACTS = 3  # of a place


def act_out(
    places: Sequence[Place],
    sung: Sequence[tuple[float, float, str]],
    onsets_s: NDArray[np.float64],
) -> list[Place]:
    """The places with what happens in them.

    Args:
        places: they cover the film; what happens in them already goes on to.
        sung: start, end and text of each line.
        onsets_s: what begins in the music, for the times of words.
    """
    found: list[list[Act]] = [list(place.acts) for place in places]
    starts = np.array([place.start_s for place in places])
    for start_s, end_s, text in sung:
        verbs = find_verbs(text)
        if not verbs:
            continue
        words = time_words(text, start_s, end_s, onsets_s)
        for name, index in verbs:
            at = max(words[index].start_s - _LEAD_S, 0.0)
            home = max(int(np.searchsorted(starts, at + 1e-6)) - 1, 0)
            if places[home].end_s - at < _LEAST_S and home + 1 < len(places):
                home, at = home + 1, places[home].end_s
            if len(found[home]) < _MOST_ACTS and name not in {act.name for act in found[home]}:
                found[home].append(made_act(name, at, places[home].end_s))
    return [replace(place, acts=tuple(acts)) for place, acts in zip(places, found, strict=True)]


def made_act(name: str, start_s: float, place_end_s: float) -> Act:
    """An action that lasts as long as actions do, within its place."""
    return Act(name, start_s, min(start_s + _MOST_S, place_end_s))
