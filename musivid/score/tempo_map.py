"""The tempo map of music for a film: a steady or gently swaying beat that meets the cuts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from musivid.score.beat_search import Hits, Search, search_beats
from musivid.score.notes import TICKS_PER_BEAT, TempoChange

__all__ = ["Lock", "Moments", "TempoMap", "TempoWish", "plan_tempo", "steady_map"]

Floats = NDArray[np.float64]
Lock = Literal["hard", "soft", "off"]

_WEIGHT = {"hard": 1.0, "soft": 0.15, "off": 0.0}  # of a cut, by how firmly beats hold to them
_POINT_WEIGHT = 3.0  # of a moment that the user named, and of a section's beginning
_BEAT_WEIGHT = 4.0  # of the heaviest visual beat
_SPACING = 1.015  # between the mean tempi that are tried
_FINALISTS = 5  # candidates that are worked out in full
_SECTION_FINALISTS, _SECTION_FILM_S = 24, 120.0  # where downbeats decide; in films up to this
_PREFERRED_COST = 0.5  # of a tempo one octave from the preferred one
_TEMPO_SLACK_BPM = 0.5  # a tempo that is asked for is met within this
_PULLS = np.linspace(-0.6, 0.6, 25)  # signed roots of what a beat costs that is 1 % longer
_LONG_S = 240.0  # films beyond this are first searched in part
_SHORT_S = 20.0  # films up to this have no time to drift into phase: they may begin with an upbeat
_UPBEATS = (0.0, 0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.4)  # shares of a beat
_UPBEAT_COST = 0.5  # of a first beat of another length
_SAME = 1e-4  # share by which tempi may differ and be one
# Weights of staying and of hard hits; how near hits are held.
_STAY, _HOLD, _HELD_S = 0.05, 10.0, 0.08
_LARGEST_STEP = 0.0375  # as in `beat_search`
_NEAR_S = 0.04  # a hard hit farther from its beat is missed: a frame at 25 fps


@dataclass(frozen=True, slots=True)
class Moments:
    """What music should meet, in seconds.

    Attributes:
        cuts_s: float64 [k], shot cuts.
        beats_s: float64 [b], visual beats.
        beat_weights: float64 [b], 0..1.
        points_s: float64 [p], moments that the user named.
        sections_s: float64 [s], where the film begins anew and a bar should.
    """

    cuts_s: Floats
    beats_s: Floats
    beat_weights: Floats
    points_s: Floats
    sections_s: Floats = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, slots=True)
class TempoWish:
    """What is asked of a tempo map.

    Attributes:
        bpm: mean tempo, or None to choose one.
        range_bpm: lowest and highest mean tempo to choose from.
        preferred_bpm: visual tempo, taken where it costs little.
        lock: how much cuts matter.
        variation: how far the tempo may be from its mean, as a share; 0: constant.
        beats_per_bar: of the music.
        parts: points of the grid in a beat; with 2, moments may fall on eighths.
        is_compound: whether beats have three parts, and a bar two halves.
        upbeat: whether a short film may begin with one.
        far_s: distance in seconds from the grid beyond which the cost of a cut rises steeply.
    """

    bpm: float | None = None
    range_bpm: tuple[float, float] = (72.0, 160.0)
    preferred_bpm: float | None = None
    lock: Lock = "hard"
    variation: float = 0.08
    beats_per_bar: int = 4
    parts: int = 1
    is_compound: bool = False
    upbeat: bool = True
    far_s: float = np.inf

    @property
    def fine(self) -> TempoWish:
        """The same wish with the points of the grid as its beats."""
        low, high = (self.parts * bpm for bpm in self.range_bpm)
        return replace(
            self,
            bpm=self.bpm and self.parts * self.bpm,
            range_bpm=(low, high),
            preferred_bpm=self.preferred_bpm and self.parts * self.preferred_bpm,
            beats_per_bar=self.parts * self.beats_per_bar,
            parts=1,
        )

    @property
    def metre(self) -> tuple[int, int]:
        """Beats in a bar, and the one that begins its second half; 0: it cannot be halved."""
        is_halved = self.is_compound or self.beats_per_bar % 4 == 0
        return self.beats_per_bar, self.beats_per_bar // 2 if is_halved else 0


@dataclass(frozen=True, slots=True)
class TempoMap:
    """When each beat is.

    Attributes:
        beats_s: float64 [n + 1], the first at 0 s, the last at or after the film's end.
        duration_s: length of the film.
        has_upbeat: whether the first beat has a length of its own, so that the others can meet the
            film; one note is held over it, so nobody hears that it has another tempo.
        points_s: float64 [parts * n + 1], the grid where it is finer than beats; None: it is not.
        beat_ticks: of a score in a beat; those of a quarter, or of a dotted one.
    """

    beats_s: Floats
    duration_s: float
    has_upbeat: bool = False
    points_s: Floats | None = None
    beat_ticks: int = TICKS_PER_BEAT

    @property
    def grid_s(self) -> Floats:
        """When each beat or each part of one is: float64 [n]."""
        return self.beats_s if self.points_s is None else self.points_s

    @property
    def parts(self) -> int:
        """Points of the grid in a beat."""
        return (len(self.grid_s) - 1) // (len(self.beats_s) - 1)

    @property
    def steps(self) -> int:
        """Sixteenths in a beat."""
        return 4 * self.beat_ticks // TICKS_PER_BEAT

    @property
    def bpm(self) -> Floats:
        """Tempo of each beat: float64 [n]."""
        tempi: Floats = 60 / np.diff(self.beats_s)
        return tempi

    @property
    def mean_bpm(self) -> float:
        """Beats a minute over the whole, without an upbeat."""
        counted = self.beats_s[int(self.has_upbeat) :]
        return float(60 * (len(counted) - 1) / (counted[-1] - counted[0]))

    @property
    def length_beats(self) -> float:
        """Length of the film in beats."""
        return self.beat_at(self.duration_s)

    def beat_at(self, time_s: float) -> float:
        """Return the place of a moment in beats; beyond the end the last tempo goes on."""
        grid, last = self.grid_s, len(self.grid_s) - 1
        if time_s <= grid[-1]:
            place = float(np.interp(time_s, grid, np.arange(last + 1)))
        else:
            place = float(last + (time_s - grid[-1]) / (grid[-1] - grid[-2]))
        return place / self.parts

    def time_s(self, beat: float) -> float:
        """Return when a beat is; beyond the end the last tempo goes on."""
        grid, last = self.grid_s, len(self.grid_s) - 1
        place = beat * self.parts
        if place <= last:
            return float(np.interp(place, np.arange(last + 1), grid))
        return float(grid[-1] + (place - last) * (grid[-1] - grid[-2]))

    def step_at(self, time_s: float) -> int:
        """Return the sixteenth that is nearest to a moment."""
        return round(self.steps * self.beat_at(time_s))

    def step_s(self, step: float) -> float:
        """Return when a sixteenth is."""
        return self.time_s(step / self.steps)

    def tick_at(self, time_s: float) -> int:
        """Return the tick of a score that is nearest to a moment."""
        return round(self.beat_at(time_s) * self.beat_ticks)

    def snapped(self, time_s: float) -> float:
        """Return the point of the grid that is nearest to a moment, in beats."""
        return round(self.beat_at(time_s) * self.parts) / self.parts

    def tempo_changes(self) -> tuple[float, tuple[TempoChange, ...]]:
        """Return the tempo at the start and the changes after it, one a point of the grid.

        They count quarters, as scores do, whatever a beat is.
        """
        quarters = self.beat_ticks / TICKS_PER_BEAT
        tempi = quarters * (60 / np.diff(self.grid_s) / self.parts)
        if np.ptp(tempi) < _SAME * quarters * self.mean_bpm:
            return quarters * self.mean_bpm, ()
        changes = tuple(
            TempoChange(point * self.beat_ticks // self.parts, float(bpm))
            for point, (before, bpm) in enumerate(pairwise(tempi), start=1)
            if abs(bpm - before) > _SAME
        )
        return float(tempi[0]), changes


def steady_map(duration_s: float, bpm: float) -> TempoMap:
    """Return the map of a constant tempo."""
    beats = max(1, int(np.ceil(duration_s * bpm / 60 - 1e-6)))
    return TempoMap(np.arange(beats + 1, dtype=np.float64) * (60.0 / bpm), duration_s)


def plan_tempo(duration_s: float, moments: Moments, wish: TempoWish) -> TempoMap:
    """Return the tempo map on which cuts and visual beats fall on beats, best as they can.

    The mean tempo is the one asked for within half a beat a minute, or the best of the range;
    no beat is further than `wish.variation` from it, and neighbours differ by 4 % at most. A short
    film may begin with an upbeat, a held first beat of another length.
    """
    if wish.parts > 1:
        return _with_points(plan_tempo(duration_s, moments, wish.fine), wish.parts)
    hits = _gather(moments, wish.lock)
    if not len(hits.times_s) or duration_s < 2.0:
        return steady_map(duration_s, wish.bpm or _usual_tempo(wish))
    # A little less than what is allowed, as the mean itself moves.
    variation = 0.0 if wish.variation <= 0 else 0.92 * wish.variation
    has_upbeats = wish.upbeat and duration_s <= _SHORT_S and variation > 0
    search = _candidates(wish, variation, has_upbeats=has_upbeats)
    found = search_beats(min(duration_s, _LONG_S), _first_part(hits, duration_s), search)
    is_asked = len(moments.sections_s) and duration_s <= _SECTION_FILM_S
    finalists = _SECTION_FINALISTS if is_asked else _FINALISTS
    chosen = _best(found, search, wish)[:finalists]
    final, ranked, best = search, found, chosen[:0]
    # Where downbeats would pull the tempo out of its range, cuts alone decide.
    for bars in (True, False):
        if chosen and not best:
            final = search.only(chosen, bars=bars)
            ranked = search_beats(duration_s, hits, final)
            best = _best(ranked, final, wish)[:1]
    if not best:
        return steady_map(duration_s, wish.bpm or _usual_tempo(wish))
    upbeats, beats = int(final.upbeats_s[best[0]] > 0), ranked[best[0]][1]
    smooth = _smoothed(beats[upbeats:], hits, wish)
    return TempoMap(np.concatenate([beats[:upbeats], smooth]), duration_s, bool(upbeats))


def _with_points(fine: TempoMap, parts: int) -> TempoMap:
    """The map whose points of the grid are the beats of another."""
    points = fine.beats_s
    missing = -(len(points) - 1) % parts
    more = points[-1] + (points[-1] - points[-2]) * np.arange(1, missing + 1)
    points = np.concatenate([points, more])
    return TempoMap(points[::parts], fine.duration_s, fine.has_upbeat, points)


def _best(found: list[tuple[float, Floats]], search: Search, wish: TempoWish) -> list[int]:
    """The candidates that keep to the wish, the cheapest first."""
    costs: list[tuple[float, int]] = []
    for n, (cost, beats) in enumerate(found):
        has_upbeat = bool(search.upbeats_s[n] > 0)
        if _is_fit(beats[int(has_upbeat) :], wish):
            taste = _taste(float(search.periods_s[n]), wish)
            costs.append((cost + taste + _UPBEAT_COST * has_upbeat, n))
    return [n for _, n in sorted(costs)]


def _gather(moments: Moments, lock: Lock) -> Hits:
    """All moments with their weights."""
    sections = moments.sections_s[moments.sections_s > 0]
    cuts = moments.cuts_s[moments.cuts_s > 0] if _WEIGHT[lock] else np.zeros(0)
    cuts = cuts[~np.isin(cuts, sections)]  # a section may begin with a cut
    points = np.concatenate([sections, moments.points_s])
    times = np.concatenate([points, cuts, moments.beats_s])
    weights = np.concatenate(
        [
            np.full(len(points), _POINT_WEIGHT),
            np.full(len(cuts), _WEIGHT[lock]),
            _BEAT_WEIGHT * np.clip(moments.beat_weights, 0, 1),
        ]
    )
    place = np.arange(len(times))
    return Hits(times, weights, place < len(points) + len(cuts), place < len(sections))


def _first_part(hits: Hits, duration_s: float) -> Hits:
    """The hits in the part that is searched first."""
    return hits if duration_s <= _LONG_S else hits.before(_LONG_S)


def _candidates(wish: TempoWish, variation: float, *, has_upbeats: bool) -> Search:
    """Mean lengths of a beat, how each is pulled, and upbeats where phase matters most."""
    if wish.bpm is not None:
        periods, pulls = np.full(len(_PULLS), 60 / wish.bpm), np.sign(_PULLS) * _PULLS**2
        return _search(wish, (periods, pulls, 0 * _PULLS), variation)
    low, high = wish.range_bpm
    count = max(1, 1 + round(np.log(high / low) / np.log(_SPACING)))
    periods = 60 / np.geomspace(low, high, count)
    shares = np.array(_UPBEATS if has_upbeats else (0.0,))
    pairs = periods[:, None] * shares
    periods = np.repeat(periods, len(shares))
    return _search(wish, (periods, np.zeros(len(periods)), pairs.ravel()), variation)


def _search(wish: TempoWish, candidates: tuple[Floats, Floats, Floats], variation: float) -> Search:
    """A search among candidates: their lengths of a beat, pulls and upbeats."""
    periods, pulls, upbeats = candidates
    return Search(periods, pulls, variation, upbeats, metre=wish.metre, far_s=wish.far_s)


def _usual_tempo(wish: TempoWish) -> float:
    low, high = wish.range_bpm
    return float(np.clip(wish.preferred_bpm or 100.0, low, high))


def _taste(period_s: float, wish: TempoWish) -> float:
    """What a mean tempo costs for being far from the preferred one."""
    if wish.bpm is not None or wish.preferred_bpm is None:
        return 0.0
    cost: float = _PREFERRED_COST * abs(np.log2(60 / period_s / wish.preferred_bpm))
    return cost


def _is_fit(beats_s: Floats, wish: TempoWish) -> bool:
    """Whether beats keep to the tempo asked for and to the variation allowed."""
    if len(beats_s) < 2:
        return False
    periods = np.diff(beats_s)
    tempo, mean = 60 / periods, 60 / periods.mean()
    is_steady = np.abs(tempo / mean - 1).max() <= max(wish.variation, 0.001)
    low, high = (wish.bpm, wish.bpm) if wish.bpm is not None else wish.range_bpm
    slack = _TEMPO_SLACK_BPM
    if wish.bpm is not None and wish.is_compound:  # eighths may be counted, three to a beat
        slack *= wish.beats_per_bar / 2
    return bool(is_steady and low - slack <= mean <= high + slack)


def _smoothed(beats_s: Floats, hits: Hits, wish: TempoWish) -> Floats:
    """Beats off the grid of the search: as smooth as can be without leaving the hits."""
    if wish.variation <= 0 or len(beats_s) < 3:
        even: Floats = beats_s[0] + np.arange(len(beats_s)) * float(np.diff(beats_s).mean())
        return even
    count = len(beats_s)
    stay = np.full(count, _STAY)  # where the search put them
    target = beats_s.copy()
    # The light ones first, so that the heavy ones have the last word.
    for hit in np.lexsort((hits.weights, hits.is_hard)):
        time_s = hits.times_s[hit]
        beat = int(np.argmin(np.abs(beats_s - time_s)))
        if abs(beats_s[beat] - time_s) < _HELD_S:
            # Half way to the hit: what the search left open was the price of smoothness.
            stay[beat] = _HOLD if hits.is_hard[hit] else max(_STAY, hits.weights[hit])
            target[beat] = (beats_s[beat] + time_s) / 2
    smooth = _smoothest(stay, target)
    smooth[0] = beats_s[0]
    return smooth if _is_smoother(smooth, beats_s, hits, wish) else beats_s


def _is_smoother(smooth: Floats, before: Floats, hits: Hits, wish: TempoWish) -> bool:
    """Whether nothing was lost: order, range, the end, small steps, hits."""
    if np.any(np.diff(smooth) <= 0) or not _is_fit(smooth, wish):
        return False
    steps = [np.abs(np.diff(np.log(np.diff(beats)))).max(initial=0) for beats in (smooth, before)]
    hard = hits.times_s[hits.is_hard]
    off = [sum(_distance(beats, hard) > _NEAR_S) for beats in (smooth, before)]
    return bool(steps[0] <= max(steps[1], _LARGEST_STEP) and off[0] <= off[1])


def _distance(beats_s: Floats, times_s: Floats) -> Floats:
    """Distance of each moment to the nearest beat, in seconds."""
    nearest: Floats = np.abs(times_s[:, None] - beats_s[None]).min(1)
    return nearest


def _smoothest(stay: Floats, target: Floats) -> Floats:
    """The places of least squared second differences that stay, by weight, near their targets.

    The first one is kept. Each place has to do with two on either side, so the equations are a
    band: an hour's are solved in no time and room.
    """
    from scipy.linalg import solve_banded

    count = len(target)
    band = np.zeros((5, count))  # row 2 + i - j, column j holds the element (i, j)
    for first, a in enumerate((1.0, -2.0, 1.0)):
        for second, b in enumerate((1.0, -2.0, 1.0)):
            band[2 + first - second, second : count - 2 + second] += a * b
    band[2] += stay
    band[2, 0], band[1, 1], band[0, 2] = 1.0, 0.0, 0.0
    right = stay * target
    right[0] = target[0]
    smooth: Floats = solve_banded((2, 2), band, right)
    return smooth
