"""Where beats go so that hits fall on them while the tempo stays smooth: a dynamic programme.

Many mean tempi are searched at once. Time and beat lengths lie on a grid of 5 ms; the state is the
place of a beat, the length of the beat before it and, if asked, its number in the bar.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["GRID_S", "Hits", "Search", "search_beats"]

Floats = NDArray[np.float64]
Costs = NDArray[np.float32]
Whole = NDArray[np.int64]

GRID_S = 0.005
"""Resolution of the search in seconds."""

_LARGEST_STEP = 0.0375  # change of length from one beat to the next that nobody hears as a jump
_STEP_UNIT, _STEP_COST = 0.01, 0.03  # a change of length by this share costs so much; by squares
_DRIFT_UNIT, _DRIFT_COST = 0.04, 0.03  # so does a length off the mean by this share
_FREE_S, _UNIT_S = 0.015, 0.02  # hits may be off by the first for nothing, then it costs squares
# Distances at which an eye begins to doubt, and to be sure, that sound and picture do not meet.
_SEEN_S, _SEEN_COST, _WRONG_S, _WRONG_COST = 0.0376, 5.0, 0.0726, 30.0
_FAR_COST = 200.0  # of a hit farther than a search allows: by squares, as one is soon too far
_SOFT_S = 0.05  # at which a soft hit has lost all but 1/e of its pull
_NEAR_S = 0.04  # a downbeat this near to a hit gains by it: a frame at 25 fps
_CHUNK = 4096  # steps of the grid that are worked on at once; bounds memory
_KEPT_BYTES = 64 << 20  # of ways back that are kept in memory
_SECTION_SHARE = 6.0  # of a section's weight that a downbeat gains: worth any sway


@dataclass(frozen=True, slots=True)
class Hits:
    """Moments that beats should fall on.

    Attributes:
        times_s: float64 [n].
        weights: float64 [n]; 1 is a cut.
        is_hard: bool [n], whether distance costs squares; of others, being near is a gain.
        is_section: bool [n], whether a bar should begin there.
    """

    times_s: Floats
    weights: Floats
    is_hard: NDArray[np.bool_]
    is_section: NDArray[np.bool_]

    def before(self, time_s: float) -> Hits:
        """Return those of the first `time_s` seconds."""
        near = self.times_s < time_s
        return Hits(
            self.times_s[near], self.weights[near], self.is_hard[near], self.is_section[near]
        )


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched.

    Attributes:
        periods_s: float64 [candidates], mean length of a beat.
        pulls: float64 [candidates], cost of a beat that is 1 % longer than the mean.
        variation: how far a beat may be from the mean, as a share.
        bars: whether cuts are drawn to downbeats.
        metre: beats in a bar, and the one that begins its second half; 0: it has no middle.
        far_s: distance from a beat beyond which the cost of a hard hit rises steeply.
        upbeats_s: float64 [candidates], length of a first beat that is not part of the tempo: one
            note is held over it; 0 where the tempo begins at once.
    """

    periods_s: Floats
    pulls: Floats
    variation: float
    upbeats_s: Floats
    bars: bool = False
    metre: tuple[int, int] = (4, 2)
    far_s: float = np.inf

    def only(self, chosen: list[int], *, bars: bool) -> Search:
        """Return a search of these candidates alone, over the whole film."""
        return Search(
            self.periods_s[chosen],
            self.pulls[chosen],
            self.variation,
            self.upbeats_s[chosen],
            bars=bars,
            metre=self.metre,
            far_s=self.far_s,
        )


def search_beats(duration_s: float, hits: Hits, search: Search) -> list[tuple[float, Floats]]:
    """Return the cost and the beats of each candidate; the first beat is at 0 s.

    Hits within an upbeat count for nothing.

    The last beat is the first at or after `duration_s`. Costs are comparable among candidates.
    """
    lattice = _Lattice(search)
    steps = round(duration_s / GRID_S)
    stop = steps + int(lattice.lengths.max()) + 1
    bonus = _downbeat_costs(hits, stop, search.metre) if search.bars else None
    with _Ways() as came:
        ends = _sweep(lattice, (hits, bonus), came, steps, stop)
        found = [_trace(lattice, came, ends, c, steps) for c in range(len(search.periods_s))]
    return [(cost, places * GRID_S) for cost, places in found]


class _Ways:
    """Where each state was reached from, in chunks: what a long film has too many of is on disk."""

    def __init__(self) -> None:
        self._near: list[NDArray[np.int8]] = []  # the first chunks
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed in `__exit__`)
        self._held: tuple[int, NDArray[np.int8]] = (-1, np.zeros(0, np.int8))

    def __enter__(self) -> _Ways:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, came: NDArray[np.int8]) -> None:
        """Keep the next chunk: of `_CHUNK` steps, but for the last one."""
        # By the first one's size: the last one is smaller, and must not come before others.
        if not self._near or (len(self._near) + 1) * self._near[0].nbytes <= _KEPT_BYTES:
            self._near.append(came)
        else:
            self._file.write(came.data)

    def at(self, step: int) -> NDArray[np.int8]:
        """Return what was kept of a step: int8 [candidates, levels, positions]."""
        chunk, place = divmod(step, _CHUNK)
        if chunk < len(self._near):
            return np.asarray(self._near[chunk][place])
        if chunk != self._held[0]:
            whole = self._near[0]
            self._file.seek((chunk - len(self._near)) * whole.nbytes)
            read = np.frombuffer(self._file.read(whole.nbytes), np.int8)
            self._held = chunk, read.reshape(-1, *whole.shape[1:])
        return np.asarray(self._held[1][place])


class _Lattice:
    """Beat lengths of every candidate, as whole steps of the grid: int [candidates, levels]."""

    def __init__(self, search: Search) -> None:
        centre = search.periods_s / GRID_S
        reach = np.floor(search.variation * centre).astype(np.int64)
        most = int(reach.max())
        offsets = np.arange(-most, most + 1)
        self.lengths: Whole = np.maximum(1, np.round(centre)[:, None].astype(np.int64) + offsets)
        share = self.lengths / centre[:, None] - 1
        self.own: Costs = (
            _DRIFT_COST * (share / _DRIFT_UNIT) ** 2 + search.pulls[:, None] * share * 100
        ).astype(np.float32)
        self.own[np.abs(offsets)[None] > reach[:, None]] = np.inf
        self.leap = max(1, min(most, int(_LARGEST_STEP * centre.max())))
        # A step that is too large for a candidate's own length costs infinity.
        leaps = np.arange(-self.leap, self.leap + 1)
        shares = leaps[None] / centre[:, None]
        self.turns: Costs = (_STEP_COST * (shares / _STEP_UNIT) ** 2).astype(np.float32)
        too_large = np.abs(leaps)[None] > np.maximum(1, np.round(_LARGEST_STEP * centre))[:, None]
        self.turns[too_large] = np.inf
        self.positions = search.metre[0] if search.bars else 1
        self.far_s = search.far_s
        self.starts: Whole = np.round(search.upbeats_s / GRID_S).astype(np.int64)


def _passing_costs(hits: Hits, lattice: _Lattice, first: int, stop: int) -> Costs:
    """What a beat that ends at each step from `first` on costs, shortest length first.

    Returns:
        float32 [stop - first, lengths].
    """
    known = np.unique(lattice.lengths)
    places = np.round(hits.times_s / GRID_S).astype(np.int64)
    near = (places < stop) & (places + known[-1] > first)
    rows = list(zip(places[near], hits.weights[near], hits.is_hard[near], strict=True))
    table = np.zeros((stop - first, len(known)), np.float32)
    for length, costs in zip(known, table.T, strict=True):
        after = np.arange(length)
        distance_s = np.minimum(after, length - after) * GRID_S
        hard = (np.maximum(0, distance_s - _FREE_S) / _UNIT_S) ** 2
        hard += _SEEN_COST * (distance_s > _SEEN_S) + _WRONG_COST * (distance_s > _WRONG_S)
        hard += _FAR_COST * (np.maximum(0, distance_s - lattice.far_s) / _UNIT_S) ** 2
        soft = 1 - np.exp(-((distance_s / _SOFT_S) ** 2))
        for place, weight, is_hard in rows:
            begin, end = max(first, place), min(stop, place + length)
            if begin < end:
                part = (hard if is_hard else soft)[begin - place : end - place]
                costs[begin - first : end - first] += weight * part
    return table


def _downbeat_costs(hits: Hits, stop: int, metre: tuple[int, int]) -> Costs:
    """What a beat at each step gains by its number in the bar: float32 [stop, beats], at most 0."""
    count, middle = metre
    gains = np.zeros((stop, count), np.float32)
    near = round(_NEAR_S / GRID_S)
    rows = zip(hits.times_s, hits.weights, hits.is_hard, hits.is_section, strict=True)
    for time_s, weight, is_hard, is_section in rows:
        place = round(time_s / GRID_S)
        around = slice(max(0, place - near), place + near + 1)
        share = _SECTION_SHARE if is_section else 0.6 if is_hard else 0.15
        gains[around, 0] -= np.float32(share * weight)
        if middle and not is_section:
            gains[around, middle] -= np.float32(0.4 * share * weight)
    return gains


def _sweep(
    lattice: _Lattice, wanted: tuple[Hits, Costs | None], ways: _Ways, steps: int, stop: int
) -> Costs:
    """Fill the programme from the first beat to the last.

    Args:
        lattice: lengths of beats.
        wanted: what beats should meet, and what they gain by their numbers in the bar.
        ways: takes for each beat how the level before it differs from the one after it, int8
            [candidates, levels, positions].
        steps: of the film.
        stop: step before which the last beat is.

    Returns:
        cost of a last beat at each step from `steps` on, by its length, float32
        [stop - steps, candidates, levels, positions].
    """
    hits, bonus = wanted
    lengths, leap = lattice.lengths, lattice.leap
    levels, longest = lengths.shape[1], int(lengths.max())
    shape = (*lengths.shape, lattice.positions)
    # Only the last few steps are looked back at.
    leave = np.full((longest + 1, *shape), np.inf, np.float32)
    ends = np.full((stop - steps, *shape), np.inf, np.float32)
    _begin(leave, lattice, 0)
    c_index, k_index = np.indices(lengths.shape)
    padded = np.full((shape[0], levels + 2 * leap, shape[2]), np.inf, np.float32)
    column = np.searchsorted(np.unique(lengths), lengths)
    beginnings = set(lattice.starts.tolist())
    last_first = np.roll(np.arange(lattice.positions), 1)
    for t in range(stop):
        place = t % _CHUNK
        if not place:
            end = min(stop, t + _CHUNK)
            passing = _passing_costs(hits, lattice, t, end)
            came = np.zeros((end - t, *shape), np.int8)
        if not t:
            continue
        origin = t - lengths
        start = leave[origin % (longest + 1), c_index, k_index]
        if t <= longest:
            start[origin < 0] = np.inf
        here = start[..., last_first]
        here += (passing[place, column] + lattice.own)[..., None]
        if bonus is not None:
            here += bonus[t]
        if t >= steps:
            ends[t - steps] = here
        padded[:, leap : leap + levels] = here
        best, turn = here.copy(), came[place]
        for n in range(2 * leap + 1):
            if n != leap:
                other = padded[:, n : n + levels] + lattice.turns[:, n, None, None]
                better = other < best
                np.copyto(best, other, where=better)
                turn[better] = n - leap
        leave[t % (longest + 1)] = best
        if t in beginnings:
            _begin(leave, lattice, t)
        if place == len(came) - 1:
            ways.add(came)
    return ends


def _begin(leave: Costs, lattice: _Lattice, t: int) -> None:
    """Let the candidates whose tempo begins at step `t` begin; none of them was there before."""
    for c in np.flatnonzero(lattice.starts == t):
        leave[t % len(leave), c] = np.inf
        leave[t % len(leave), c, :, min(t, 1) % lattice.positions] = 0.0


def _trace(lattice: _Lattice, came: _Ways, ends: Costs, c: int, steps: int) -> tuple[float, Floats]:
    """Return the cheapest way of one candidate that ends at or after `steps`."""
    lengths = lattice.lengths[c]
    costs = ends[:, c].copy()
    # A last beat whose predecessor is at the end already is one too many.
    costs[np.arange(len(costs))[:, None] >= lengths[None]] = np.inf
    offset, level, position = (int(i) for i in np.unravel_index(np.argmin(costs), costs.shape))
    cost, t = float(costs[offset, level, position]), offset + steps
    beats = [t]
    start = int(lattice.starts[c])
    while np.isfinite(cost) and t > start:
        t -= int(lengths[level])
        position = (position - 1) % lattice.positions
        beats.append(t)
        level += int(came.at(t)[c, level, position])
    if start:
        beats.append(0)
    return cost, np.array(beats[::-1], np.float64)
