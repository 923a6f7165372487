"""Who sings: the tune, a second voice below it, and answers where the tune rests."""

from __future__ import annotations

import numpy as np

from musivid.score.notes import Note
from musivid.score.songs.cells import Tone
from musivid.score.songs.hall import Hall
from musivid.score.songs.theory import chord_at

__all__ = ["Octaves", "answers", "play_tune", "second_voice"]

Octaves = dict[int, int]
"""Semitones by which the tune lies above its written pitch, by the tonic of its key."""

_SHORTEST = 50  # ticks
_LEGATO, _LONG_HELD = 0.97, 0.9  # most of its length that a note sounds; least of a long one
_ARCH, _ARCH_BASE, _ARCH_END = 7, 3, 0.8  # velocity over a phrase: it swells and falls
_FULL = 0.85  # level from which the second voice goes with the tune
_ANSWERED = 0.5  # level from which rests are answered
_LEAST_GAP = 6  # sixteenths that the tune must leave
_AFTER = 2  # sixteenths after the last note at which an answer begins
_FEWEST, _MOST = 2, 4  # notes of an answer
_FROM_SECOND_TURN = frozenset({"A", "C"})  # letters that are first heard alone


def play_tune(hall: Hall, tones: list[Tone], octaves: Octaves, role: str = "Lead") -> list[Note]:
    """Return tones as they are sung, each phrase an arch of loudness."""
    out = []
    for tone in tones:
        bar, step = divmod(tone.start, hall.form.steps)
        phrase = hall.of_bar[bar]
        chord = chord_at(hall.bars[bar], step)
        where = (bar - phrase.start + step / hall.form.steps) / phrase.bars
        arch = round(_ARCH * np.sin(np.pi * min(1.0, where * _ARCH_END)) - _ARCH_BASE)
        # Long notes are held in every mood, so that what accompanies does not cut into the line.
        held = min(_LEGATO, max(hall.mood.held, _LONG_HELD * (tone.length >= 4)))
        span = max(_SHORTEST, round(hall.span(bar, step, tone.length) * held))
        loud = int(np.clip(hall.loud(role, bar, step) + arch, 22, 125))
        pitch = chord.pitch(tone.step) + octaves[chord.tonic]
        out.append(Note(hall.tick(bar, step), span, pitch, loud))
    return out


def second_voice(hall: Hall, tones: list[Tone]) -> list[Tone]:
    """Return the tones of a voice a third or more below, on the chords, in the fullest phrases."""
    out = []
    for tone in tones:
        bar, step = divmod(tone.start, hall.form.steps)
        chord = chord_at(hall.bars[bar], step)
        if tone.length < 2 or hall.of_bar[bar].level < _FULL:
            continue
        below = [s for s in range(tone.step - 5, tone.step - 1) if chord.has(s)]
        if below:
            out.append(Tone(tone.start, tone.length, below[-1]))
    return out


def answers(hall: Hall, tones: list[Tone]) -> list[Tone]:
    """Return what another player says while the tune rests or holds: its own last turn, below."""
    out: list[Tone] = []
    steps = hall.form.steps
    for n, tone in enumerate(tones):
        bar = tone.start // steps
        phrase = hall.of_bar[bar]
        following = tones[n + 1].start if n + 1 < len(tones) else (bar + 1) * steps
        begin = tone.start + max(4, tone.length - tone.length % 2 if tone.length < 6 else 4)
        end = min(following, (bar + 1) * steps)
        waits = phrase.letter in _FROM_SECOND_TURN and phrase.turn == 0
        if waits or phrase.level < _ANSWERED or end - begin < _LEAST_GAP - _AFTER:
            continue
        out += _echo(hall, tones[max(0, n - _MOST) : n + 1], bar, (begin, end))
    return out


def _echo(hall: Hall, said: list[Tone], bar: int, room: tuple[int, int]) -> list[Tone]:
    """The moves of the last notes upside down, in eighths, ending on the chord."""
    begin, end = room
    begin += begin % 2
    count = min(_MOST, (end - begin) // 2, len(said))
    if count < _FEWEST:
        return []
    moves = np.diff([tone.step for tone in said])[-(count - 1) :]
    chord = chord_at(hall.bars[bar], begin % hall.form.steps)
    steps = [chord.nearest(said[-1].step - 4)]
    for move in moves:
        steps.append(steps[-1] - int(np.clip(move, -2, 2)))
    for k, step in enumerate(steps):
        place = (begin + 2 * k) % hall.form.steps
        here = chord_at(hall.bars[bar], place)
        step = min(step, said[-1].step - 2)
        is_strong = place % hall.form.metre.split == 0 or k == len(steps) - 1
        steps[k] = max(s for s in range(step - 4, step + 1) if here.has(s) or not is_strong)
    return [Tone(begin + 2 * k, 2, step) for k, step in enumerate(steps)]
