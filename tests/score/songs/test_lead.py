"""Answers: another player speaks where the tune rests, with the tune's own last turn."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from musivid.analysis.tonality import Key
from musivid.score.metre import METRES, Metre
from musivid.score.songs.cells import Tone
from musivid.score.songs.form import Phrase
from musivid.score.songs.hall import Hall
from musivid.score.songs.lead import answers
from musivid.score.songs.theory import read_bar


def hall(phrase: Phrase, metre: Metre = METRES["4/4"]) -> Hall:
    bars = [read_bar("I", Key.named("C major"), metre)] * 2
    form = SimpleNamespace(steps=metre.steps, metre=metre)
    told: Any = SimpleNamespace(form=form, of_bar=(phrase,) * 2, bars=bars)
    return cast(Hall, told)


LOUD = Phrase(0, 2, "B", level=0.7)


def test_the_very_first_tones_are_answered_upside_down_on_the_chord() -> None:
    found = answers(hall(LOUD), [Tone(0, 2, 4), Tone(2, 2, 6)])
    assert [(tone.start, tone.length) for tone in found] == [(6, 2), (8, 2)]
    assert all(tone.step <= 4 and tone.step % 7 in (0, 2, 4) for tone in found)
    assert found[1].step < found[0].step  # the tune rose


@pytest.mark.parametrize(
    "phrase",
    [Phrase(0, 2, "A", turn=0, level=0.7), Phrase(0, 2, "B", level=0.4)],
    ids=["first time", "quiet"],
)
def test_a_first_theme_and_quiet_phrases_stay_alone(phrase: Phrase) -> None:
    assert answers(hall(phrase), [Tone(0, 2, 4), Tone(2, 2, 6)]) == []


def test_a_tune_that_goes_on_is_not_interrupted() -> None:
    tones = [Tone(at, 4, at // 4) for at in range(0, 16, 4)]
    assert answers(hall(LOUD), tones) == []
