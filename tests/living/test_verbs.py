"""Verbs of lines as actions: found by their forms, unless denied, as their words are sung."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from musivid.living.acting import act_out
from musivid.living.acts import ACTS
from musivid.living.plan import Place
from musivid.living.verbs import action_names, find_verbs, forms_of
from musivid.settings.yamltext import read_plain_yaml

DATA = Path(__file__).parents[2] / "bench" / "data"
LINES = DATA / "verb_lines.yaml"


@pytest.mark.parametrize(
    ("line", "actions"),
    [
        ("Golden sunset sinking in the sea", ["sink"]),
        ("the ship has sunk", ["sink"]),
        ("we rise and we fall", ["rise", "fall"]),
        ("she's dancin' in the rain", ["dance", "rain"]),
        ("Birds flew over me", ["fly"]),
        ("hurrying home, stopping never", ["run"]),
        ("the sun rose", ["rise"]),
        ("Fields of flowers waking from a spark", ["wake"]),
        ("close your eyes and come back", ["close", "return"]),
        ("Die Sonne sinkt ins Meer", ["sink"]),
        ("Wir tanzten und das Haus brannte", ["dance", "burn"]),
        ("Las hojas caen, el fuego arde", ["fall", "burn"]),
        ("vuelan las aves", ["fly"]),
        ("As estrelas brilham e eu danço", ["shine", "dance"]),
        ("雪花飘落", ["snow", "fall"]),
        ("我们一起飞", ["fly"]),
    ],
)
def test_verbs_are_found_by_their_forms(line: str, actions: list[str]) -> None:
    assert [action for action, _ in find_verbs(line)] == actions


@pytest.mark.parametrize(
    "line",
    [
        "I won't fall in love",
        "don't let it burn",
        "never gonna dance again",
        "stop running",
        "Ich falle nicht",
        "kein Regen",
        "No quiero llorar",
        "não vou chorar",
        "我不会飞",
        "a rose in the garden",
        "stay close to me",
        "she sets me free",
        "brown leaves, some words",
    ],
)
def test_what_is_denied_or_only_looks_like_a_verb_does_not_act(line: str) -> None:
    assert find_verbs(line) == []


def test_lines_that_nobody_tuned_the_words_to() -> None:
    found = read_plain_yaml(LINES.read_text(encoding="utf-8")).data
    missed = []
    for action, line in found:
        said = {name for name, _ in find_verbs(line)}
        if said if action == "none" else action not in said:
            missed.append(line)
    assert len(found) == 40 and len(missed) <= 4, missed


def test_lines_of_other_languages_that_nobody_tuned_the_words_to() -> None:
    found = read_plain_yaml((DATA / "verb_lines_languages.yaml").read_text(encoding="utf-8")).data
    missed = []
    for action, line in found:
        said = {name for name, _ in find_verbs(line)}
        if said if action == "none" else action not in said:
            missed.append((line, said))
    assert len(found) == 37 and len(missed) <= 3, missed


def test_words_of_one_language_are_no_verbs_of_another() -> None:
    for line in ("dans la maison", "le titre", "the battle of solutions", "parlare con te",
                 "ada batu di jalan", "les grands bateaux", "die Sorge bleibt dort"):  # fmt: skip
        assert find_verbs(line) == [], line


def test_who_never_stops_goes_on_and_a_comma_ends_a_denial() -> None:
    assert find_verbs("don't stop dancing") == [("dance", 2)]
    assert find_verbs("No, I will fall") == [("fall", 3)]


def test_forms() -> None:
    assert {"drop", "drops", "dropped", "dropping", "droppin"} <= forms_of("drop", "en")
    assert {"fade", "fades", "faded", "fading"} <= forms_of("fade", "en")
    assert {"cry", "cries", "cried"} <= forms_of("cry", "en")
    assert {"tanzt", "tanzen", "getanzt"} <= forms_of("tanzen", "de")
    assert forms_of("=come_back comes_back", "en") == {"come back", "comes back"}


def test_every_action_is_acted_out_and_has_words_of_five_languages() -> None:
    assert set(action_names()) == set(ACTS) and len(ACTS) >= 20
    said = {action for line in ("sink", "rise", "fly") for action, _ in find_verbs(line)}
    assert said == {"sink", "rise", "fly"}


PLACES = [Place(0.0, 8.0, "sea", "moon"), Place(8.0, 16.0, "city", "rain")]


def test_an_action_begins_when_its_word_is_sung() -> None:
    line = (2.0, 6.0, "all the stars that we know are falling")
    first, second = act_out(PLACES, [line], np.empty(0))
    assert [act.name for act in first.acts] == ["fall"] and not second.acts
    assert 4.0 < first.acts[0].start_s < 5.5 and first.acts[0].end_s == 8.0
    onset = act_out(PLACES, [line], np.array([4.8]))[0].acts[0]
    assert onset.start_s == pytest.approx(4.65)


def test_what_is_sung_just_before_a_cut_happens_behind_it() -> None:
    first, second = act_out(PLACES, [(6.0, 8.0, "and at the very end we burn")], np.empty(0))
    assert not first.acts
    assert second.acts[0].start_s == 8.0 and second.acts[0].end_s == 15.5
