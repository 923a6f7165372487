"""What a piece by CMT begins with: genre, key and players, as classes."""

from __future__ import annotations

import pytest

from musivid.analysis.tonality import Key
from musivid.score.cmt.initial_tokens import genre_class, initial_tokens, key_class, key_of_class


def test_seven_tokens_tell_genre_key_and_players() -> None:
    assert initial_tokens(3, 10, {1, 4}) == [
        [3, 0, 0], [0, 10, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0], [0, 0, 4], [0, 0, 0],
    ]  # fmt: skip
    assert initial_tokens(0, 0, ())[2:] == [[0, 0, 0]] * 5
    assert [genre_class(genre, ["rock", "jazz"]) for genre in ("jazz", "polka", None)] == [2, 0, 0]


def test_keys_are_classes_from_one_on() -> None:
    for number in range(1, 25):
        key = key_of_class(number)
        assert key is not None and key_class(key) == number
    assert key_of_class(0) is None
    assert (key_of_class(1), key_of_class(24)) == (Key(0, "major"), Key(11, "minor"))
    for wrong in (-1, 25):
        with pytest.raises(ValueError, match="not the class of a key"):
            key_of_class(wrong)
