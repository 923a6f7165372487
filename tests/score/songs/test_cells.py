"""Cells of a tune come upon other chords: moved as a whole, mended where they must be."""

from __future__ import annotations

from musivid.analysis.tonality import Key
from musivid.score.metre import METRES
from musivid.score.songs.cells import HIGHEST, LOWEST, Tone, fitted
from musivid.score.songs.theory import read_bar

FOUR = METRES["4/4"]
BAR = read_bar("I", Key.named("C major"), FOUR)


def test_a_cell_is_moved_by_an_octave_of_the_scale_at_most() -> None:
    weak = [Tone(2, 1, 0), Tone(3, 1, 1)]
    moved = fitted(weak, BAR, (32, FOUR), None, (20, 40))
    assert [tone.step for tone in moved] == [7, 8]
    assert [(tone.start, tone.length) for tone in moved] == [(34, 1), (35, 1)]
    down = fitted(weak, BAR, (0, FOUR), None, (-20, HIGHEST))
    assert LOWEST - 1 <= min(tone.step for tone in down) < 0


def test_strong_tones_come_onto_the_chord_and_weak_ones_stay() -> None:
    cell = [Tone(0, 2, 0), Tone(2, 2, 1), Tone(8, 4, 1), Tone(12, 4, 1)]
    found = fitted(cell, BAR, (0, FOUR), None)
    assert [tone.step for tone in found] == [0, 1, 0, 1]


def test_a_jump_from_the_note_before_is_paid_for() -> None:
    near, far = (fitted([Tone(0, 4, 0)], BAR, (0, FOUR), at) for at in (0, 7))
    assert near[0].step == 0 and far[0].step > near[0].step
