from __future__ import annotations

import pytest

from musivid.analysis.tonality import MODES, TONICS, Key


def test_scales_of_keys_are_those_of_the_textbook() -> None:
    assert Key(0).pitch_classes == {0, 2, 4, 5, 7, 9, 11}
    assert Key(9, "minor").pitch_classes == Key(0).pitch_classes
    assert Key(2, "dorian").pitch_classes == Key(0).pitch_classes
    assert Key(9, "harmonic minor").pitch_classes == {9, 11, 0, 2, 4, 5, 8}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("tonic", range(12))
def test_key_names_are_read_back(tonic: int, mode: str) -> None:
    key = Key(tonic, mode)
    assert Key.named(str(key)) == key
    assert str(key).startswith(TONICS[tonic])


@pytest.mark.parametrize("text", ["", "H major", "C", "C blue", "c minor"])
def test_other_names_are_no_keys(text: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        Key.named(text)


def test_steps_of_a_scale_ascend_through_octaves() -> None:
    key = Key(7, "minor")
    assert key.pitch(0) == 67
    assert key.pitch(7) == 79
    assert key.pitch(-7) == 55
    pitches = [key.pitch(step) for step in range(-14, 15)]
    assert pitches == sorted(set(pitches))
    assert {pitch % 12 for pitch in pitches} == key.pitch_classes
