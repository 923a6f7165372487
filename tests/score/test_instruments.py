"""Instruments by name: what they are called, and what people can play on them."""

from __future__ import annotations

import pytest

from musivid.score.instruments import brightness, instrument_name, playable, program_named

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def pitch(name: str) -> int:
    """The MIDI pitch of a note such as Eb3; C4 is 60."""
    step, octave = name.rstrip("0123456789"), int(name[-1])
    return 12 * (octave + 1) + _STEPS[step[0]] + step.count("#") - step.count("b")


@pytest.mark.parametrize(
    ("program", "low", "high"),
    [
        (0, "E1", "C7"), (11, "F3", "F6"), (12, "C3", "E6"), (19, "C2", "E6"), (24, "E2", "C6"),
        (33, "E1", "C4"), (40, "G3", "D7"), (41, "C3", "D6"), (42, "C2", "D5"), (43, "E1", "A#3"),
        (44, "G2", "G6"), (46, "G1", "C7"), (47, "C2", "A3"), (48, "C2", "G6"), (52, "G2", "C6"),
        (56, "F#3", "C6"), (57, "E2", "C5"), (60, "F2", "F5"), (64, "G#3", "D#6"),
        (65, "C#3", "G#5"), (66, "G#2", "E5"), (68, "A#3", "F6"), (71, "D3", "D6"),
        (73, "C4", "A#6"), (80, "C3", "G6"), (88, "C2", "E6"), (108, "G3", "C6"),
        (110, "G3", "A6"), (127, "C-1", "G9"),
    ],
)  # fmt: skip
def test_what_can_be_played(program: int, low: str, high: str) -> None:
    assert playable(program) == (0 if low == "C-1" else pitch(low), pitch(high))


def test_programs_have_names_and_a_brightness() -> None:
    assert [instrument_name(p) for p in (0, 40, 73)] == ["piano", "violin", "flute"]
    assert instrument_name(12, is_drum=True) == "drums"
    for program in range(128):
        assert program_named(instrument_name(program)) <= program
        assert 0 <= brightness(program) <= 1
    with pytest.raises(ValueError, match="not the name of an instrument"):
        program_named("kazoo of doom")
