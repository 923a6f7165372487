"""How a piece ends with the picture: a last chord on a beat, held to the last frame."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from musivid.score.harmony import Harmony
from musivid.score.notes import TICKS_PER_BEAT, Note, Score, TrackNotes
from musivid.score.tempo_map import TempoMap

__all__ = ["end_with_picture", "final_tick"]

_SIXTEENTH = TICKS_PER_BEAT // 4  # ticks
_LEAST_HOLD_S, _SHORT_FILM_S = 1.0, 3.0  # of the last chord; films too short for it
_BASS_FAMILY, _LOWEST_BASS = 4, 28  # General MIDI programs 32 to 39; E
_LOW, _MIDDLE = 48, 60  # MIDI pitches between which the chord lies
_CRASH, _KICK = 49, 36  # of General MIDI's drum map
_VELOCITY = 92  # of MIDI, 1..127


def final_tick(tempo: TempoMap) -> int:
    """Return the sixteenth on which the last chord is struck.

    It is the last beginning of a bar, or middle of one, that leaves it a second to sound; of films
    shorter than 3 s, the last beat that leaves it a third of the film.
    """
    hold = _LEAST_HOLD_S if tempo.duration_s >= _SHORT_FILM_S else tempo.duration_s / 3
    beats = int(tempo.beat_at(max(0.0, tempo.duration_s - hold)) + 1e-6)
    if tempo.duration_s < _SHORT_FILM_S:
        return tempo.steps * beats
    return 2 * tempo.steps * (beats // 2)


def end_with_picture(
    score: Score, tempo: TempoMap, harmony: Harmony, players: Mapping[str, int]
) -> Score:
    """Return the score with a last chord that sounds until the film ends, and nothing after it.

    Args:
        score: at `TICKS_PER_BEAT`.
        tempo: its beats.
        harmony: says what the last chord is and when.
        players: names and programs of those who must be heard in it; others play too.
    """
    strike = harmony.final_tick * _SIXTEENTH
    end = max(strike + 1, tempo.tick_at(tempo.duration_s))
    present = {track.name for track in score.tracks}
    missing = (TrackNotes(n, p, n == "Drums") for n, p in players.items() if n not in present)
    tracks = tuple(_ended(track, strike, end, harmony) for track in (*score.tracks, *missing))
    return dataclasses.replace(score, tracks=tracks, bars=-(-end // score.ticks_per_bar))


def _ended(track: TrackNotes, strike: int, end: int, harmony: Harmony) -> TrackNotes:
    """A player's notes up to the last chord, and that chord."""
    kept = [
        Note(n.start, min(n.end, strike) - n.start, n.pitch, n.velocity)
        for n in track.notes
        if n.start < strike
    ]
    chord = [
        Note(strike, end - strike, pitch, _VELOCITY) for pitch in _voices(track, harmony, kept)
    ]
    return dataclasses.replace(track, notes=tuple(sorted([*kept, *chord])))


def _voices(track: TrackNotes, harmony: Harmony, played: list[Note]) -> list[int]:
    """Pitches of the last chord for a player, near to where the player was."""
    if track.is_drum:
        return [_KICK, _CRASH]
    root, third, fifth = harmony.final.pitch_classes
    if track.program // 8 == _BASS_FAMILY or track.name == "Bass":
        return [_LOWEST_BASS + (root - _LOWEST_BASS) % 12]
    near = played[-1].pitch if played else _MIDDLE
    low = max(_LOW, min(near - 6, _MIDDLE + 7))
    return sorted(low + (tone - low) % 12 for tone in (root, third, fifth))
