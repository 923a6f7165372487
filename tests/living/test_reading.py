"""Strange words of lines as known ones, and the stems that tell."""

from __future__ import annotations

from typing import Any

import pytest

from musivid.living.reading import in_known_words, stems_of, told_stems
from musivid.nets.pocket import load_pocket_perceptor
from musivid.nets.protocols import Perceptor
from musivid.weights.names import find_model


@pytest.fixture(scope="module")
def perceptor() -> Any:
    return load_pocket_perceptor(find_model("pocket-perceptor", "perceptor").file)


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("a Foghorn calls", "a fog horn calls"),
        ("red poppies in the cornfields", "red poppy in the corn fields"),
        ("raincoats", "raincoat"),
        ("the sea at night", "the sea at night"),
        ("qwertz asdfgh", "qwertz asdfgh"),
    ],
)
def test_strange_words_are_read_as_known_ones(perceptor: Perceptor, line: str, read: str) -> None:
    assert in_known_words(perceptor, line) == read


def test_words_of_songs_in_other_languages_are_left(perceptor: Perceptor) -> None:
    german = perceptor.in_song(["die Nacht vergeht und wir stehen am Meer", "ich liebe dich"])
    assert german.language == "de"
    assert in_known_words(german, "sie vergeht") == "sie vergeht"


def test_a_word_and_its_forms_have_one_stem() -> None:
    for forms in ("turtle turtles", "wave waves waving", "shore shores", "drip dripping dripped"):
        assert len(stems_of(forms)) == 1, forms


def test_small_words_tell_nothing(perceptor: Perceptor) -> None:
    assert told_stems(perceptor, "the tide is away from your shore") == stems_of("tide shore")
