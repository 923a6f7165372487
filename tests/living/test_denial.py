"""What lines say is not there, in the languages that are read."""

from __future__ import annotations

import pytest

from musivid.living.denial import denied_ending, denied_words, without_denied


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("there is no fire in my heart", "fire"),
        ("without the moon", "moon"),
        ("kein Regen mehr", "Regen"),
        ("il n'y a pas de feu", "feu"),
        ("sans l'amour", "amour"),
        ("senza il mare", "mare"),
        ("нет дождя", "дождя"),
        ("без тебя", "тебя"),
        ("没有火", "火"),
        ("火はない", "火"),
        ("불이 없어", "불이"),
        ("आग नहीं है", "आग"),
        ("बिना चाँद", "चाँद"),
        ("لا نار هنا", "نار"),
        ("ateş yok", "ateş"),
        ("yağmursuz", "yağmur"),
        ("tidak ada api", "api"),
        ("sin lluvia", "lluvia"),
        ("sem chuva", "chuva"),
    ],
)
def test_what_is_said_not_to_be_there(line: str, word: str) -> None:
    assert denied_words(line) == [word]


@pytest.mark.parametrize("line", ["the fire burns", "feu de joie", "火が燃える", "bu gece", "नदी"])
def test_nothing_is_denied_where_no_word_does(line: str) -> None:
    assert denied_words(line) == []


def test_turkish_verbs_are_denied_by_their_endings() -> None:
    assert denied_ending("ma") and denied_ending("mıyor") and denied_ending("mem")
    assert not denied_ending("mak") and not denied_ending("ıyor") and not denied_ending("malıyım")


def test_a_line_without_what_it_denies() -> None:
    assert without_denied("No more fire, only rain").split() == ["No", "more", ",", "only", "rain"]
    assert without_denied("sans la lune je marche").split() == ["sans", "la", "je", "marche"]
    assert without_denied("我不会忘记大海") == "我不会忘记大海"
    assert without_denied("the fire burns") == "the fire burns"
