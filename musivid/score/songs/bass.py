"""Basses: lines of their own, from root to root by inversions, approaches and walks."""

from __future__ import annotations

from musivid.score.instruments import playable
from musivid.score.notes import Note
from musivid.score.songs.genres import PlayerPart
from musivid.score.songs.hall import Hall, events, split_at_chords
from musivid.score.songs.theory import Chord, chord_at

__all__ = ["play_bass"]

_LOWEST, _HIGHEST, _START = 28, 50, 36  # MIDI pitches
_OCTAVES = range(-5, 1)  # below middle C
_SPARSE = frozenset({"long", "pop", "rock", "chug", "root5", "reggae", "waltz"})
_CHROMATIC = 0.4  # share of a walk's approaches by a semitone, whatever the scale
_SHORTEST = 40  # ticks
_SILENT = 0.2  # level of an introduction below which the bass waits


def play_bass(hall: Hall, part: PlayerPart, program: int) -> list[Note]:
    """Return the bass of a song, without its last chord."""
    notes: list[Note] = []
    low, high = playable(program)
    span = max(low, _LOWEST), min(high, _HIGHEST)
    at = _START
    for bar, chords in enumerate(hall.bars):
        phrase = hall.of_bar[bar]
        if phrase.letter == "I" and phrase.level + hall.mood.density < _SILENT:
            continue
        after = hall.bars[min(bar + 1, len(hall.bars) - 1)][0][1]
        for start, length, sign in split_at_chords(events(_line(hall, bar, part)), chords):
            chord = chord_at(chords, start)
            # Where a new chord comes within the bar, its bass is heard.
            is_change = start > 0 and any(start == place for place, _ in chords)
            at = _pitch(hall, "r" if is_change else sign, (chord, after), at, span)
            tick = hall.tick(bar, start)
            held = round(hall.span(bar, start, length) * min(0.95, 0.1 + hall.mood.held))
            loud = hall.loud("Bass", bar, start, sign)
            notes.append(Note(tick, max(_SHORTEST, held), at, loud))
    return notes


def _line(hall: Hall, bar: int, part: PlayerPart) -> str:
    if part.style == "walking":
        return hall.book.walk
    lines = hall.book.basses[part.style]
    least = 0 if part.style in _SPARSE else min(1, len(lines) - 1)
    return lines[hall.pick(bar, len(lines), least)]


def _pitch(
    hall: Hall, sign: str, chords: tuple[Chord, Chord], at: int, span: tuple[int, int]
) -> int:
    """The pitch of a sign: near where the bass is, within what it can play."""
    (chord, after), (low, high) = chords, span
    root = chord.bass if sign in "rRgoa" else chord.steps[0]
    base = _near(chord, root, at, span)
    pitch = base
    if sign in "ft":
        pitch = _near(chord, chord.steps[2 if sign == "f" else 1], at, span, moves=True)
    elif sign == "o":
        pitch = base + 12 if base + 12 <= high + 5 else base
    elif sign in "sv":
        beside = chord.pitch(chord.steps[0] + (1 if sign == "s" else -1))
        pitch = beside % 12 + 12 * (base // 12)
    elif sign == "a":  # by step into the next root
        goal = _near(after, after.bass, at, span)
        side = 1 if at > goal else -1
        is_chromatic = hall.genre == "jazz" and hall.rng.random() < _CHROMATIC
        step = after.pitch(after.bass + side) - after.pitch(after.bass)
        pitch = goal + (side if is_chromatic else step)
    return pitch + 12 * (pitch < low) - 12 * (pitch > high + 5)


def _near(chord: Chord, step: int, at: int, span: tuple[int, int], *, moves: bool = False) -> int:
    """The pitch of a step in the octave nearest to where the bass is."""
    low, high = span

    def cost(pitch: int) -> tuple[bool, float]:
        away = abs(pitch - at)
        more = 2.0 * (away == 0) if moves else 0.4 * abs(pitch - _START)
        return not low <= pitch <= high, away + more

    return min((chord.pitch(step + 7 * octave) for octave in _OCTAVES), key=cost)
