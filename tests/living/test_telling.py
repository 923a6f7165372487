"""The moment that stands for a film, and the sheet that shows all of it."""

from __future__ import annotations

import numpy as np
import pytest
from living_fixtures import made_facts

from musivid.living.plan import Place
from musivid.living.sheet import Thumb, contact_sheet
from musivid.living.telling import shots_shown_s, shown_s, telling_moment


def test_the_loudest_place_tells_most_on_a_downbeat_of_its_opening_shot() -> None:
    facts = made_facts(24.0)
    places = [
        Place(0.0, 8.0, "sea", "moon"),
        Place(8.0, 16.0, "forest", "mist", cut="iris"),
        Place(16.0, 23.0, "camp", "dusk", cut="cut"),
        Place(23.0, 24.0, "sea", "moon"),
    ]
    place, time_s = telling_moment(places, facts)
    assert place is places[2], "the last is too short"
    assert time_s in facts.beats_s and 16.5 < time_s < 18, "its next shot begins there"
    long = Place(16.0, 24.0, "camp", "dusk", held=True)
    assert telling_moment([long], facts)[1] == 22.0, "the loudest bar"
    assert telling_moment(places[:1], facts)[0] is places[0]


def test_a_place_without_a_beat_is_shown_in_its_midst() -> None:
    facts = made_facts(12.0)
    short = Place(4.1, 4.4, "sea", "moon")
    assert 4.1 <= shown_s(short, facts) <= 4.4


def test_each_shot_of_a_place_is_shown_once_and_in_order() -> None:
    facts = made_facts(24.0)
    place = Place(0.0, 23.0, "sea", "moon")
    times = shots_shown_s(place, facts)
    assert len(times) >= 3 and times == sorted(times) and times[0] == shown_s(place, facts)
    assert min(np.diff(times)) > 1.5 and times[-1] < 23
    held = Place(0.0, 23.0, "sea", "moon", held=True)
    assert len(shots_shown_s(held, facts)) == 1


@pytest.mark.parametrize(("shape", "columns"), [((36, 64), 4), ((64, 36), 7)])
def test_a_sheet_shows_every_picture_with_its_words(shape: tuple[int, int], columns: int) -> None:
    shades = [30 + 20 * k for k in range(9)]
    thumbs = [
        Thumb(np.full((*shape, 3), shade, np.uint8), f"0:0{k} sea", "a line " * 20)
        for k, shade in enumerate(shades)
    ]
    sheet = contact_sheet(thumbs, "A song 0:09")
    assert all((sheet == shade).all(-1).sum() > 20_000 for shade in shades)
    first_row = {int(value) for value in sheet[100, :, 0]} & set(shades)
    assert len(first_row) == columns
    silent = contact_sheet([Thumb(thumb.frame, "", "") for thumb in thumbs], "")
    assert sheet.shape == silent.shape and (sheet != silent).any(-1).sum() > 3000, "words are there"
