"""A transcribed performance put on the beats of its recording: bars begin where downbeats sound."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from musivid.core.errors import InputError
from musivid.score.notes import (
    TICKS_PER_BEAT,
    Note,
    Score,
    TempoChange,
    TrackNotes,
    without_overlaps,
)

__all__ = ["align"]

_BAR = 4 * TICKS_PER_BEAT  # ticks
_Seconds = NDArray[np.float64]


def align(
    score: Score, beats_s: _Seconds, downbeats_s: _Seconds, *, published: bool = False
) -> Score:
    """The score in 480 ticks a beat of the recording, with a tempo for each beat, in 4/4.

    Notes keep where they are between beats. Downbeats are not all on bar lines, since bars of
    other lengths are not shortened; the first one is.

    Args:
        score: timed as it was played.
        beats_s: float64 [n], ascending, at least two.
        downbeats_s: those of them that begin bars.
        published: as the published script, what comes before the first beat is one beat,
            whatever its length; otherwise it is as many as fit.

    Raises:
        InputError: fewer than two beats.
    """
    times = _with_lead(np.unique(np.asarray(beats_s, np.float64)), published)
    ticks = np.arange(len(times)) * TICKS_PER_BEAT
    first = _at(downbeats_s[:1], times, ticks)[0] if len(downbeats_s) else ticks[0]
    knots, seconds = _own_clock(score)
    tracks = []
    for track in score.tracks:
        spans = np.array([(n.start, n.end) for n in track.notes], np.float64).reshape(-1, 2)
        tracks.append(_at(_stretched(spans, knots, seconds), times, ticks))
    earliest = min((spans.min() for spans in tracks if len(spans)), default=0)
    shift = int(-first % _BAR)
    shift += int(-min(earliest + shift, 0) + _BAR - 1) // _BAR * _BAR
    moved = tuple(_moved(t, s + shift) for t, s in zip(score.tracks, tracks, strict=True))
    last = max((note.end for track in moved for note in track.notes), default=1)
    tempi = _tempi(times, ticks + shift)
    return replace(
        score,
        tracks=moved,
        tempo_bpm=tempi[0].bpm,
        tempo_changes=tuple(tempi[1:]),
        bars=max(-(-last // _BAR), 1),
        beats_per_bar=4,
        beat_unit=4,
        ticks_per_beat=TICKS_PER_BEAT,
        sections=(),
    )


def _with_lead(times: _Seconds, published: bool) -> _Seconds:
    """Beat times with those before the first one that is heard."""
    if len(times) < 2:
        raise InputError(
            f"the recording has {len(times)} beats, too few to lay notes on",
            hint="Take the recording away to keep the beats of the MIDI file.",
        )
    beats = 1 if published else round(times[0] / (times[1] - times[0]))
    if times[0] <= 0 or beats < 1:
        return times
    return np.concatenate([np.linspace(0, times[0], beats, endpoint=False), times])


def _own_clock(score: Score) -> tuple[_Seconds, _Seconds]:
    """Ticks at which the score's own tempo changes, and their seconds."""
    knots = [0, *(change.tick for change in score.tempo_changes), score.length_ticks + 1]
    knots = sorted(set(knots))
    return np.array(knots, np.float64), np.array([score.time_s(tick) for tick in knots])


def _stretched(values: _Seconds, knots: _Seconds, found: _Seconds) -> _Seconds:
    """Linear between knots, and on with the first and last slope beyond them."""
    inside = np.interp(values, knots, found)
    low = (found[1] - found[0]) / (knots[1] - knots[0])
    high = (found[-1] - found[-2]) / (knots[-1] - knots[-2])
    inside = np.where(values < knots[0], found[0] + (values - knots[0]) * low, inside)
    return np.where(values > knots[-1], found[-1] + (values - knots[-1]) * high, inside)


def _at(seconds: _Seconds, times: _Seconds, ticks: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.rint(_stretched(seconds, times, ticks.astype(np.float64))).astype(np.int64)


def _moved(track: TrackNotes, spans: NDArray[np.int64]) -> TrackNotes:
    pairs = zip(track.notes, spans.tolist(), strict=True)
    notes = (Note(start, max(end - start, 1), n.pitch, n.velocity) for n, (start, end) in pairs)
    return replace(track, notes=without_overlaps(notes))


def _tempi(times: _Seconds, ticks: NDArray[np.int64]) -> list[TempoChange]:
    """The tempo from each beat on; the first one also holds before it."""
    found: list[TempoChange] = []
    for tick, gap in zip(ticks[:-1].tolist(), np.diff(times).tolist(), strict=True):
        bpm = round(60 / gap, 3)
        if not found or found[-1].bpm != bpm:
            found.append(TempoChange(tick if found else 0, bpm))
    return found
