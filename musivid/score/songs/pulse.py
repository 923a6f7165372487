"""The beat of a song for a film: the genre's tempi as the mood wants them, or what meets the cuts.

Beats are sought where the mood wants them, then on eighths, then in the genre's whole range; slow
music seldom meets cuts otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from musivid.score.metre import Metre
from musivid.score.songs.genres import GENRES
from musivid.score.songs.moods import MOODS
from musivid.score.songs.outline import FilmOutline
from musivid.score.tempo_map import Moments, TempoMap, TempoWish, plan_tempo

__all__ = ["cuts_met", "sections_met", "song_tempo"]

Span = tuple[float, float]

_NEAR_S = 0.04  # at which a cut is heard as on the grid: a frame at 25 fps
_FAR_S = 0.0526  # from a cut beyond which tempi sway all they may; the search goes by 5 ms
_ENOUGH = 0.97  # of the cuts; no more is looked for
_BETTER = 0.01  # share of the cuts that a tempo further from the wish must gain
_AS_GOOD = -1e-9  # the same of one that is wished for as much
_SLACK = 0.06  # by which a range may be left
_QUICKEST_OF_THREE = 140.0  # beats a minute whose three eighths can still be told apart
_SLOW_BPM = 92.0  # below it, beats are too far apart to meet cuts
_BESIDE_CUTS = 0.3  # share of their weight that other moments have where there are cuts
_SECTION_SHARE = 0.4  # what sections on downbeats count beside cuts


def song_tempo(film: FilmOutline, genre: str, mood: str, metre: Metre, wish: TempoWish) -> TempoMap:
    """Return the tempo map of a song.

    Args:
        film: what is to be met.
        genre: says the range.
        mood: says which part of the range.
        metre: of the song; tempi count its beats.
        wish: tempo or range that is asked for, how much cuts count, how far it may sway.
    """
    best, most = None, -1.0
    weighed = np.array([weight for _, weight in film.moments])
    if film.met_s:
        weighed *= _BESIDE_CUTS
    sections = np.array(film.sections_s if wish.lock != "off" else ())
    moments = Moments(
        cuts_s=np.array(sorted({*film.cuts_s, *film.strikes_s})),
        beats_s=np.array([time for time, _ in film.moments]),
        beat_weights=weighed,
        points_s=np.array(film.points_s),
        sections_s=sections,
    )
    # At a tempo that is asked for, cuts are nearer to eighths of three than to beats.
    gain = _AS_GOOD if metre.is_compound and wish.bpm is not None else _BETTER
    for tried in _ladder(genre, mood, metre, wish):
        tempo = plan_tempo(film.duration_s, moments, tried)
        met = cuts_met(tempo, film)
        if len(sections):
            share = sections_met(tempo, film, metre.beats)
            met = (1 - _SECTION_SHARE) * met + _SECTION_SHARE * share
        if met > most + gain:
            best, most = tempo, met
        if met >= _ENOUGH:
            break
    assert best is not None
    return replace(best, beat_ticks=metre.beat_ticks)


def cuts_met(tempo: TempoMap, film: FilmOutline) -> float:
    """Return the share of cuts and named moments that the grid meets; 1 where there are none."""
    off = [abs(tempo.time_s(tempo.snapped(t)) - t) for t in film.met_s]
    return float(np.mean(np.array(off) <= _NEAR_S)) if off else 1.0


def sections_met(tempo: TempoMap, film: FilmOutline, beats: int) -> float:
    """Return the share of the film's sections that begin a bar; 1 where there are none."""
    off = [abs(tempo.time_s(beats * round(tempo.beat_at(t) / beats)) - t) for t in film.sections_s]
    return float(np.mean(np.array(off) <= _NEAR_S)) if off else 1.0


def _ladder(genre: str, mood: str, metre: Metre, wish: TempoWish) -> Iterator[TempoWish]:
    """Wishes from the most wanted on."""
    both = (1, metre.eighths)
    wish = replace(wish, beats_per_bar=metre.beats, is_compound=metre.is_compound)
    wish = replace(wish, upbeat=False, far_s=_FAR_S)
    if wish.bpm is not None:
        yield from (replace(wish, parts=parts) for parts in both)
        return
    low, high = _range(genre, metre)
    first, last = (low + (high - low) * share for share in MOODS[mood].tempo)
    middle = (first + last) / 2
    narrow = min(first, middle * (1 - _SLACK)), max(last, middle * (1 + _SLACK))
    wide = min(narrow[0], low * (1 - _SLACK)), max(narrow[1], high * (1 + _SLACK))
    for span in (narrow, wide):
        for parts in both if middle >= _SLOW_BPM else both[1:]:
            asked = _within(span, wish.range_bpm)
            preferred = min(max(middle, asked[0]), asked[1])
            yield replace(wish, range_bpm=asked, preferred_bpm=preferred, parts=parts)


def _range(genre: str, metre: Metre) -> Span:
    """The tempi of a genre in beats of a metre."""
    low, high = GENRES[genre].tempo
    if not metre.is_compound:
        return low, high
    if GENRES[genre].metre.beats == 3:  # a beat is a whole bar of it
        return low / 2, high / 3
    return low, max(low, min(high, _QUICKEST_OF_THREE))


def _within(span: Span, allowed: Span) -> Span:
    """The part of a range that is allowed; where nothing is, what is allowed and near."""
    low, high = max(span[0], allowed[0]), min(span[1], allowed[1])
    if low <= high:
        return low, high
    near = allowed[1] if span[0] > allowed[1] else allowed[0]
    inner = (
        near * (1 - _SLACK if near == allowed[1] else 1),
        near * (1 + _SLACK if near == allowed[0] else 1),
    )
    return max(inner[0], allowed[0]), min(inner[1], allowed[1])
