"""Whether footage is enough for a film: slots laid into what is free, the longest first.

A slot for which no piece is long enough is cut once more, on a beat; what then lacks is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from musivid.core.timeline import Timeline
from musivid.footage.faults import GOOD, NEVER
from musivid.footage.pool import Pool
from musivid.footage.rhythm import Slot
from musivid.footage.seen import CELL_S

__all__ = ["WORTH_S", "Packed", "cells_of", "free_runs", "pack", "shortened", "timeline_frames"]

WORTH_S = 0.9
"""Seconds of footage for which a slot is cut once more."""
_LEAST_S = 0.45  # of what a slot is cut into; a beat at 120 a minute is a little longer
_FRAME_S = 0.05  # a slot may have a frame more than it lasts


@dataclass(frozen=True, slots=True)
class Packed:
    """What came of it.

    Attributes:
        slots: in order of time; some cut once more.
        missing_s: seconds for which there is nothing that was not shown before.
        places: the first cell of each slot that has a place, by its number.
    """

    slots: tuple[Slot, ...]
    missing_s: float
    places: dict[int, int]


def cells_of(slot: Slot, timeline: Timeline) -> int:
    """How many cells a slot needs."""
    frames = timeline_frames(slot, timeline)
    return max(1, int(np.ceil(float(frames / timeline.fps) / CELL_S - 1e-6)))


def timeline_frames(slot: Slot, timeline: Timeline) -> int:
    """How many frames a slot has."""
    return len(timeline.split([0.0, slot.start_s, slot.end_s])[1])


def free_runs(pool: Pool, free: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last + 1 of the cells of each stretch of a shot that is free."""
    inside = np.concatenate([[False], free, [False]])
    apart = np.concatenate([[False], pool.shot[1:] != pool.shot[:-1], [False]])
    begins = np.flatnonzero(inside[1:-1] & (~inside[:-2] | apart[:-1])).tolist()
    ends = (np.flatnonzero(inside[1:-1] & (~inside[2:] | apart[1:])) + 1).tolist()
    return list(zip(begins, ends, strict=True))


def pack(
    pool: Pool, slots: Sequence[Slot], timeline: Timeline, beats: NDArray[np.float64]
) -> Packed:
    """Lay slots into the footage as if looks did not matter.

    Args:
        pool: the footage.
        slots: in order of time.
        timeline: the film's clock.
        beats: where slots may be cut once more.
    """
    best: Packed | None = None
    for poor in (False, True):
        runs = _unique_runs(pool, poor=poor)
        packed = _pack(runs, pool, list(slots), timeline, beats)
        if best is None or packed.missing_s < best.missing_s:
            best = packed
        if not packed.missing_s:
            break
    assert best is not None  # one way at least was tried
    return best


def _unique_runs(pool: Pool, *, poor: bool) -> list[tuple[int, int]]:
    """Stretches that are free at first, each of what is there more than once only once."""
    free = pool.grades < NEVER if poor else pool.grades == GOOD
    owners: dict[int, int] = {}
    free = free.copy()
    for cell in np.flatnonzero(free & (pool.twins >= 0)).tolist():
        owner = owners.setdefault(int(pool.twins[cell]), int(pool.shot[cell]))
        free[cell] = owner == int(pool.shot[cell])
    return free_runs(pool, free)


def _pack(
    runs: list[tuple[int, int]],
    pool: Pool,
    slots: list[Slot],
    timeline: Timeline,
    beats: NDArray[np.float64],
) -> Packed:
    waiting = sorted(slots, key=lambda slot: -slot.length_s)
    placed: list[tuple[Slot, int | None]] = []
    all_runs, runs = runs, list(runs)
    while waiting:
        slot = waiting.pop(0)
        needed = cells_of(slot, timeline)
        fitting = [run for run in runs if run[1] - run[0] >= needed]
        if not fitting:
            halves = _halved(slot, beats)
            if halves:
                waiting = sorted([*waiting, *halves], key=lambda one: -one.length_s)
            else:
                placed.append((slot, None))
            continue
        run = min(fitting, key=lambda one: one[1] - one[0])
        runs.remove(run)
        photo = pool.files[int(pool.file[run[0]])].seen.is_photo
        if not photo and run[1] > run[0] + needed:
            runs.append((run[0] + needed, run[1]))
        placed.append((slot, run[0]))
    placed.sort(key=lambda one: one[0].start_s)
    missing = sum(slot.length_s for slot, place in placed if place is None)
    if missing:  # the film repeats: its slots need not be shorter, but what the footage has
        most = max((last - first for first, last in all_runs), default=0)
        pieces = [part for slot in slots for part in _fitting(slot, most, timeline, beats)]
        return Packed(_numbered(pieces), missing, {})
    places = {n: p for n, (_, p) in enumerate(placed, start=1) if p is not None}
    return Packed(_numbered([slot for slot, _ in placed]), 0.0, places)


def _numbered(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    return tuple(replace(slot, number=n) for n, slot in enumerate(slots, start=1))


def _fitting(slot: Slot, most: int, timeline: Timeline, beats: NDArray[np.float64]) -> list[Slot]:
    """A slot in pieces of which none needs more cells than there are in one piece."""
    halves = _halved(slot, beats) if cells_of(slot, timeline) > most else []
    parts = [part for half in halves for part in _fitting(half, most, timeline, beats)]
    return parts or [slot]


def shortened(
    slots: Sequence[Slot], better_s: Mapping[int, float], beats: NDArray[np.float64]
) -> list[Slot]:
    """Slots of which those that repeat footage are cut to what is better; empty: none can be.

    Args:
        slots: in order of time.
        better_s: seconds of what is better, by the places of slots.
        beats: where slots may be cut once more.
    """
    found, cut = list[Slot](), False
    for place, slot in enumerate(slots):
        fits_s = better_s.get(place, 0.0) - _FRAME_S
        inside = beats[(beats >= slot.start_s + WORTH_S) & (beats <= slot.end_s - _LEAST_S)]
        inside = inside[inside <= slot.start_s + fits_s]
        if not len(inside):
            found.append(slot)
            continue
        cut, middle = True, float(inside[-1])
        found += [replace(slot, end_s=middle), replace(slot, start_s=middle, begins_part=False)]
    return list(_numbered(found)) if cut else []


def _halved(slot: Slot, beats: NDArray[np.float64]) -> list[Slot]:
    """A slot cut in two at the beat next to its middle; nothing where there is none."""
    inside = beats[(beats >= slot.start_s + _LEAST_S) & (beats <= slot.end_s - _LEAST_S)]
    if not len(inside):
        return []
    middle = float(inside[np.abs(inside - (slot.start_s + slot.end_s) / 2).argmin()])
    return [
        replace(slot, end_s=middle),
        replace(slot, start_s=middle, begins_part=False),
    ]
