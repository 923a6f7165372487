"""How a song ends with the picture: a last chord on a downbeat, held to the last frame."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from musivid.analysis.tonality import Key
from musivid.score.notes import Note, TrackNotes, without_overlaps
from musivid.score.songs.hall import SIXTEENTH, Hall
from musivid.score.songs.theory import home_chord

__all__ = ["ended"]

_KICK, _CRASH = 36, 49  # General MIDI keys
_LOWEST_BASS = 28  # E
_CLEAR = 20  # ticks before the last chord in which nothing begins
_SOFTER = 8  # velocity by which chords are softer than bass and tune
_MIDDLE = 60  # MIDI pitch from which an inner voice sets out


def ended(
    hall: Hall, tracks: list[TrackNotes], key: Key, end: int, *, closes: bool
) -> tuple[TrackNotes, ...]:
    """Return the tracks with a last chord, or cut off with the film; empty ones are left out.

    Args:
        hall: what the players read.
        tracks: without a last chord; `Lead` and `Second` are above the others.
        key: whose tonic it is.
        end: tick at which the film ends.
        closes: whether there is a last chord.
    """
    strike = hall.form.strike * SIXTEENTH if closes else end
    classes = home_chord(key).pitch_classes
    out = []
    for track in tracks:
        kept = [
            Note(n.start, min(n.duration, strike - n.start), n.pitch, n.velocity)
            for n in track.notes
            if n.start < strike - _CLEAR
        ]
        last = _last(hall, track, kept, classes) if closes else []
        rings = [strike, *_again(hall, track), end]
        chord = [
            Note(start, stop - start, pitch, _loud(hall, track) - _SOFTER * (start > strike))
            for start, stop in pairwise(rings)
            for pitch in last
        ]
        notes = without_overlaps([*kept, *chord])
        if notes:
            out.append(replace(track, notes=notes))
    return tuple(out)


def _again(hall: Hall, track: TrackNotes) -> list[int]:
    """Ticks at which a player strikes the last chord again, with cuts; the tune is held."""
    if track.name in ("Lead", "Second"):
        return []
    return [place * SIXTEENTH for place in hall.form.late]


def _last(hall: Hall, track: TrackNotes, kept: list[Note], classes: tuple[int, ...]) -> list[int]:
    """Pitches of the last chord for a player, near where the player was."""
    # Who was never heard has nothing to end, but where that player was asked for.
    if track.name == "Second" or not (kept or hall.named or not hall.form.phrases):
        return []
    near = kept[-1].pitch if kept else _MIDDLE
    if track.is_drum:
        return [] if hall.genre == "ambient" and not hall.named else [_KICK, _CRASH]
    if track.name == "Bass":
        return [_LOWEST_BASS + (classes[0] - _LOWEST_BASS) % 12]
    if track.name == "Lead":
        return [_nearest(classes[0], near)]
    low = min(near, _MIDDLE + 4)
    return sorted({_nearest(pitch_class, low) for pitch_class in classes})


def _nearest(pitch_class: int, near: int) -> int:
    return min(range(pitch_class, 128, 12), key=lambda pitch: abs(pitch - near))


def _loud(hall: Hall, track: TrackNotes) -> int:
    softer = 0 if track.name in ("Drums", "Bass", "Lead") else _SOFTER
    return max(30, int(np.clip(hall.mood.loud + hall.mood.swell, 40, 120)) - softer)
