"""Dynamics for tokens that have none: accents of the metre, the film's energy, hits on cuts."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence

import numpy as np

from musivid.score.notes import TICKS_PER_BEAT, Note, Score, TrackNotes

__all__ = ["add_dynamics"]

_SIXTEENTH = TICKS_PER_BEAT // 4  # ticks
# Accents of the sixteen ticks of a bar, as songs are played.
_ACCENTS = (12, -8, -2, -8, 4, -8, -2, -8, 8, -8, -2, -8, 4, -8, -2, -6)
_BASE = {"Drums": 88, "Piano": 80, "Guitar": 76, "Bass": 86, "Strings": 70}
_SWELL = 26  # between the calmest and the liveliest bar
_HIT = 18  # of MIDI's velocity on a hit
_LOOSE = 4.0  # standard deviation of velocities that no rule decides


def add_dynamics(
    score: Score, energy: Sequence[float], hits: Collection[int], rng: np.random.Generator
) -> Score:
    """Return the score with velocities that follow metre, film and hits.

    Args:
        score: with one velocity for all.
        energy: 0..1 for each bar.
        hits: absolute sixteenths that are accented, as cuts.
        rng: for the unevenness of hands.
    """
    swell = np.asarray(energy, np.float64) if len(energy) else np.zeros(1)
    # A bar is as loud as its neighbourhood: music breathes, it does not switch.
    swell = np.convolve(np.pad(swell, 1, mode="edge"), (0.25, 0.5, 0.25), mode="valid")
    tracks = tuple(_played(track, swell, frozenset(hits), rng) for track in score.tracks)
    return dataclasses.replace(score, tracks=tracks)


def _played(
    track: TrackNotes, swell: np.ndarray, hits: frozenset[int], rng: np.random.Generator
) -> TrackNotes:
    base = _BASE.get(track.name, 80)
    weight = 0.5 if track.name == "Strings" else 1.0
    notes = []
    for note in track.notes:
        place = note.start // _SIXTEENTH
        bar = min(place // 16, len(swell) - 1)
        loud = base + _SWELL * (swell[bar] - 0.5) + weight * _ACCENTS[place % 16]
        loud += _HIT * (place in hits) + rng.normal(0, _LOOSE)
        velocity = int(np.clip(round(loud), 24, 124))
        notes.append(Note(note.start, note.duration, note.pitch, velocity))
    return dataclasses.replace(track, notes=tuple(notes))
