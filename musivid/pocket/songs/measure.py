"""Facts that are read off a finished score, so that what is said of a song is true of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from musivid.pocket.songs.facts import SongFacts, moods_of
from musivid.score.instruments import brightness, instrument_name
from musivid.score.notes import Score

__all__ = ["measured", "onsets_per_second", "score_brightness"]

_DENSEST_PER_S = 12.0
_TOGETHER_S = 0.04  # onsets nearer than this are heard as one
# On the scale of `instruments.brightness`, measured likewise; what is missing is a cymbal.
_DRUM_BRIGHTNESS = {35: 0.3, 36: 0.4, 41: 0.15, 45: 0.18, 47: 0.2, 48: 0.2, 62: 0.72, 63: 0.28,
                    64: 0.1, 37: 0.95, 38: 1.05, 39: 0.92, 75: 0.85, 56: 0.8}  # fmt: skip
_CYMBAL_BRIGHTNESS = 1.15
_DRUM_LENGTH = 0.25  # beats of a held note that a drum weighs as much as
_PER_SEMITONE, _PER_TOUCH = 0.01, 0.3
# The scores' middle nine tenths are spread over most of 0..1.
_DARKEST, _BRIGHTEST = 0.25, 0.85


def measured(score: Score, facts: SongFacts) -> SongFacts:
    """Return the facts with density, brightness, instruments and moods as the score has them."""
    heard = [track for track in score.tracks if track.notes]
    names = dict.fromkeys(instrument_name(t.program, is_drum=t.is_drum) for t in heard)
    return replace(
        facts,
        density=round(min(onsets_per_second(score) / _DENSEST_PER_S, 1.0), 3),
        brightness=round(score_brightness(score), 3),
        instruments=tuple(names),
        moods=moods_of(facts.energy, facts.valence),
        beats_per_bar=score.beats_per_bar,
    )


def onsets_per_second(score: Score) -> float:
    """Return how many different moments of onset there are in a second."""
    ticks = sorted({note.start for track in score.tracks for note in track.notes})
    if not ticks:
        return 0.0
    gap = score.tick_at(_TOGETHER_S)
    count, last = 0, -gap - 1
    for tick in ticks:
        if tick - last > gap:
            count, last = count + 1, tick
    return count / score.duration_s


def score_brightness(score: Score) -> float:
    """Return how bright the score sounds, 0 (dark) to 1: timbres and registers by their weight."""
    values, weights = [], []
    for track in score.tracks:
        timbre = brightness(track.program)
        for note in track.notes:
            value = timbre + _PER_SEMITONE * (note.pitch - 60)
            beats = min(note.duration / score.ticks_per_beat, 4.0)
            if track.is_drum:
                value, beats = _DRUM_BRIGHTNESS.get(note.pitch, _CYMBAL_BRIGHTNESS), _DRUM_LENGTH
            values.append(value + _PER_TOUCH * (note.velocity / 127 - 0.6))
            weights.append(track.volume * (note.velocity / 100) ** 1.7 * beats**0.5)
    if not weights:
        return 0.5
    mean = float(np.average(values, weights=weights))
    return min(max((mean - _DARKEST) / (_BRIGHTEST - _DARKEST), 0.0), 1.0)
