"""Players of chords leave one another room, and play what returns as it was."""

from __future__ import annotations

import itertools
from collections import defaultdict

import numpy as np
import pytest

from musivid.analysis.tonality import Key
from musivid.core.seeds import dice
from musivid.score.songs import FilmOutline, SongWish, compose_song, plan_form
from musivid.score.songs.genres import GENRES
from musivid.score.songs.hall import Hall
from musivid.score.songs.moods import MOODS
from musivid.score.songs.seats import seated
from musivid.score.tempo_map import steady_map

TOP = 66
PROGRAMS = {"Piano": 0, "Guitar": 25, "Strings": 48}


@pytest.fixture(scope="module")
def hall() -> Hall:
    film = FilmOutline(48.0, (4.0, 12.0, 21.0, 28.5, 40.0), (16.0, 32.0), ())
    form = plan_form(film, GENRES["pop"].metre, steady_map(48.0, 110.0))
    bars = compose_song(form, SongWish("pop", "calm", Key.named("C major"), 3)).bars
    return Hall("pop", MOODS["calm"], form, bars, dice(3))


def test_a_band_is_spread_over_registers(hall: Hall) -> None:
    lying = seated(hall, GENRES["pop"].parts, PROGRAMS, TOP)
    assert set(lying) == set(PROGRAMS)  # basses and drums have no chords
    means = {r: np.mean([np.mean(x.voices) for bar in lying[r] for x in bar]) for r in PROGRAMS}
    assert means["Guitar"] < means["Strings"] < means["Piano"]
    assert means["Piano"] - means["Guitar"] > 7
    spread = [x.voices[-1] - x.voices[0] for bar in lying["Strings"] for x in bar]
    assert np.mean(spread) > np.mean([x.voices[-1] - x.voices[0] for x in lying["Piano"][0]])
    shared = []
    for bar in zip(*(lying[role] for role in PROGRAMS), strict=True):
        for together in zip(*bar, strict=True):
            assert max(x.whole[-1] for x in together) <= TOP
            pairs = itertools.combinations([set(x.whole) for x in together], 2)
            shared.append(sum(len(a & b) for a, b in pairs))
    assert np.mean(shared) < 2  # of eight or so pitches that are played


def test_chords_keep_their_place_where_they_return(hall: Hall) -> None:
    known = defaultdict(set)
    for bar, lying in enumerate(seated(hall, GENRES["pop"].parts, PROGRAMS, TOP)["Piano"]):
        phrase = hall.of_bar[bar]
        chords = tuple(chord for _, chord in hall.bars[bar])
        slot = (phrase.letter, phrase.movement, bar - phrase.start, chords)
        known[slot].add(tuple(lying))
    assert max(map(len, known.values())) == 1 and len(known) < len(hall.bars)


def test_who_is_alone_has_the_whole_chord_in_the_middle(hall: Hall) -> None:
    alone = seated(hall, {"Piano": GENRES["pop"].parts["Piano"]}, PROGRAMS, TOP)["Piano"]
    every = [lies for bar in alone for lies in bar]
    assert all(lies.whole == lies.voices and len(lies.voices) >= 3 for lies in every)
    assert 54 < np.mean([np.mean(lies.voices) for lies in every]) < 62
