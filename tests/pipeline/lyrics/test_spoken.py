"""Words as letters: case, numbers, marks, writings, and what is passed over."""

from __future__ import annotations

import string

import pytest

from musivid.nets.speech.ctc import Letters
from musivid.pipeline.lyrics.numbers import said_numbers
from musivid.pipeline.lyrics.spoken import passed_over, speak, words_of

SIGNS = string.ascii_uppercase + "'"
ENGLISH = Letters({sign: n + 5 for n, sign in enumerate(SIGNS)}, 0, 4)
SMALL = Letters({sign: n + 5 for n, sign in enumerate(SIGNS.lower())}, 0, None)
RUSSIAN = Letters({"п": 1, "р": 2, "и": 3, "в": 4, "е": 5, "т": 6}, 0, None)


def heard(line: str, letters: Letters = ENGLISH, language: str | None = None) -> str:
    signs = {number: sign for sign, number in letters.tokens.items()}
    words = speak([line], letters, language)[0].words
    return " ".join("".join(signs[token] for token in word.tokens) for word in words)


@pytest.mark.parametrize(
    ("number", "said"),
    [("0", "zero"), ("21", "twenty one"), ("100", "one hundred"), ("1984", "nineteen eighty four"),
     ("1905", "nineteen oh five"), ("1900", "nineteen hundred"),
     ("2024", "two thousand twenty four"),
     ("1,500", "one thousand five hundred"), ("007", "zero zero seven"), ("3rd", "third"),
     ("20th", "twentieth"), ("21st", "twenty first"), ("1980s", "nineteen eighties"),
     ("4000000", "four million"), ("99 red", "ninety nine red")],
)  # fmt: skip
def test_numbers(number: str, said: str) -> None:
    assert said_numbers(number) == said


@pytest.mark.parametrize(
    ("line", "said"),
    [("Don’t stop, Ann!", "DON'T STOP ANN"), ("Café — naïve", "CAFE  NAIVE"),
     ("99 balloons", "NINETYNINE BALLOONS"), ("La la (x2)", "LA LA"), ("ooh-ooh", "OOHOOH"),
     ("ＦＵ", "F U"), ("Straße", "STRASSE"), ("Привет", "PRIVET"), ("東京", "DONG JING")],
)  # fmt: skip
def test_english_letters(line: str, said: str) -> None:
    assert heard(line) == said


def test_small_letters_other_writings_and_other_languages() -> None:
    assert heard("Don't", SMALL) == "don't"
    assert heard("ПРИВЕТ", RUSSIAN) == "привет"
    assert heard("99 Luftballons", ENGLISH, "de") == " LUFTBALLONS"


def test_what_has_no_letter_is_told() -> None:
    lines = speak(["hey 5 привет", "…"], RUSSIAN)
    assert [line.is_heard for line in lines] == [True, False]
    [told] = passed_over(lines, RUSSIAN)
    assert told.startswith("4 letters are passed over") and told.endswith("it reads Cyrillic")
    assert "h e y 5" in told
    assert passed_over(speak(["привет!"], RUSSIAN), RUSSIAN) == []


def test_words_of_a_line() -> None:
    assert words_of("one two-three, (x2)") == ["one", "two-three,"]
    assert words_of("你好，世界 ok") == ["你", "好，", "世", "界", "ok"]
