"""Actions without words: the music leads them, on bars."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from living_fixtures import made_facts

from musivid.living.acts import ACTS
from musivid.living.leading import _ACTIONS, lead_on
from musivid.living.plan import Act, Place

FACTS = made_facts(18.0)


def shaped(first: float, last: float) -> list[Place]:
    """Three places of six seconds, and what they have happen when loudness goes so."""
    curves = FACTS.curves
    loud = np.linspace(first, last, len(curves.loudness)).astype(np.float32)
    heard = replace(FACTS, curves=replace(curves, loudness=loud))
    places = [Place(6.0 * k, 6.0 * k + 6.0, "sea", "dawn") for k in range(3)]
    return lead_on(places, heard, 3)


def test_every_action_is_known() -> None:
    assert {name for names in _ACTIONS.values() for name in names} <= ACTS.keys()


@pytest.mark.parametrize(("first", "last", "mood"), [(0.0, 1.0, "rises"), (1.0, 0.0, "falls")])
def test_music_that_grows_lets_things_rise(first: float, last: float, mood: str) -> None:
    led = shaped(first, last)
    assert all(place.acts[0].name in _ACTIONS[mood] for place in led)
    names = [place.acts[0].name for place in led]
    assert names[0] != names[1] != names[2], "no action twice in a row"
    for place in led:
        assert np.abs(FACTS.beats_s - place.acts[0].start_s).min() < 1e-6, "on the music"


def test_words_and_what_happens_anyway_are_left_alone() -> None:
    acts = (Act("burn", 5.0, 8.0),)
    places = [
        Place(0.0, 4.5, "sea", "dawn", line="the sun sinks"),
        Place(4.5, 9.0, "sea", "moon", acts=acts),
        Place(9.0, 11.0, "sea", "dawn"),
    ]
    assert lead_on(places, FACTS, 0) == places


def test_nothing_flies_where_there_is_no_air() -> None:
    places = [Place(6.0 * k, 6.0 * k + 6.0, "tunnel", "neon") for k in range(3)]
    for seed in range(6):
        names = {place.acts[0].name for place in lead_on(places, FACTS, seed)}
        assert not names & {"fly", "blow", "rise", "run"}
