"""The tempi that are tried for a song: as the mood wants, on eighths, then further off."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.score.metre import METRES
from musivid.score.songs import FilmOutline, song_tempo
from musivid.score.songs.genres import GENRES
from musivid.score.songs.pulse import _ladder, _within
from musivid.score.tempo_map import TempoWish

FOUR = METRES["4/4"]


def test_beats_are_tried_before_eighths_and_near_tempi_before_far_ones() -> None:
    tried = list(_ladder("pop", "happy", FOUR, TempoWish()))
    assert [wish.parts for wish in tried] == [1, 2, 1, 2]
    narrow, wide = tried[0].range_bpm, tried[2].range_bpm
    assert wide[0] <= narrow[0] < narrow[1] <= wide[1] and wide != narrow
    assert wide[0] <= GENRES["pop"].tempo[0] and wide[1] >= GENRES["pop"].tempo[1]
    assert all(narrow[0] < wish.preferred_bpm < narrow[1] for wish in tried[:2])


def test_slow_music_meets_cuts_on_eighths_only() -> None:
    assert [wish.parts for wish in _ladder("ballad", "sad", FOUR, TempoWish())] == [2, 2]


def test_a_tempo_that_is_asked_for_is_tried_as_it_is() -> None:
    tried = list(_ladder("waltz", "happy", METRES["3/4"], TempoWish(bpm=111)))
    assert [(wish.bpm, wish.parts, wish.beats_per_bar) for wish in tried] == [
        (111, 1, 3),
        (111, 2, 3),
    ]


def test_beats_of_three_parts_meet_cuts_on_their_eighths() -> None:
    tried = list(_ladder("pop", "happy", METRES["6/8"], TempoWish(bpm=100)))
    assert [(wish.bpm, wish.parts, wish.metre) for wish in tried] == [
        (100, 1, (2, 1)),
        (100, 3, (2, 1)),
    ]
    assert tried[1].fine.metre == (6, 3)


@pytest.mark.parametrize(
    ("span", "allowed", "wanted"),
    [
        ((90, 120), (100, 110), (100, 110)),
        ((90, 120), (60, 100), (90, 100)),
        ((90, 100), (120, 140), (120, 127.2)),
        ((150, 170), (100, 140), (131.6, 140)),
        ((150, 170), (138, 140), (138, 140)),
    ],
)
def test_what_is_allowed_and_nearest_is_taken(
    span: tuple[float, float], allowed: tuple[float, float], wanted: tuple[float, float]
) -> None:
    assert _within(span, allowed) == pytest.approx(wanted)


def test_no_cut_of_slow_music_is_far_from_an_eighth_where_a_tempo_avoids_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # One cut of eight is given up otherwise, so that the tempo may sway less between the others.
    cuts = np.array([1.217, 3.238, 4.58, 7.626, 9.399, 12.67, 17.285, 18.723])
    film = FilmOutline(19.723, cuts_s=tuple(cuts.tolist()))

    def worst_s() -> float:
        tempo = song_tempo(film, "ambient", "calm", FOUR, TempoWish())
        assert np.abs(tempo.bpm / tempo.mean_bpm - 1).max() <= 0.08
        return float(np.abs(cuts[:, None] - tempo.grid_s[None]).min(1).max())

    assert worst_s() <= 0.05
    monkeypatch.setattr("musivid.score.songs.pulse._FAR_S", np.inf)
    assert worst_s() > 0.06
