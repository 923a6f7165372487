"""The parts of a song that its film goes by: how loud each is, and which of them return."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sections import describe_spans
from musivid.analysis.sound import SoundFacts

__all__ = ["Part", "find_parts"]

Times = NDArray[np.float64]

_NEAR_S = 0.35  # how far a part's border may be moved to a downbeat
_LEAST_S = 3.0  # shorter parts belong to the one before
_LIKE = 0.8  # likeness from which a part returns
_ALIKE_LENGTHS = 1.6  # factor between the lengths of parts that may be one
_BY_RANK = 0.55  # share of a part's energy that its rank among the others makes


@dataclass(frozen=True, slots=True)
class Part:
    """A verse, a chorus, a break.

    Attributes:
        start_s: when it begins.
        end_s: when it ends.
        energy: 0..1, how loud it is beside the others.
        loudness: mean of the song's curve.
        kind: a number that parts share which return; counted from 0.
    """

    start_s: float
    end_s: float
    energy: float
    loudness: float
    kind: int


def find_parts(facts: SoundFacts, beats: Times) -> list[Part]:
    """The parts of a song, from its beginning to its end; each begins on a downbeat.

    Args:
        facts: what was heard.
        beats: where cuts may stand.
    """
    starts = _starts(facts, beats)
    ends = [*starts[1:], facts.duration_s]
    loud = np.array(
        [float(np.mean(facts.curves.at("loudness", np.arange(a, b, 0.05)))) for a, b in
         zip(starts, ends, strict=True)]
    )  # fmt: skip
    energy = _energies(loud)
    kinds = _kinds(facts, starts, ends)
    rows = zip(starts, ends, energy, loud, kinds, strict=True)
    return [Part(a, b, float(e), float(level), kind) for a, b, e, level, kind in rows]


def _starts(facts: SoundFacts, beats: Times) -> list[float]:
    """Where parts begin: on the downbeat, else the beat that is nearest."""
    starts = [0.0]
    for time in facts.sections_s[1:]:
        for grid, reach in ((facts.downbeats_s, _NEAR_S), (beats, _NEAR_S)):
            if len(grid) and np.abs(grid - time).min() <= reach:
                moved = float(grid[np.abs(grid - time).argmin()])
                # Only where a cut may stand too.
                if len(beats) and np.abs(beats - moved).min() < 1e-6:
                    if moved - starts[-1] >= _LEAST_S and facts.duration_s - moved >= _LEAST_S:
                        starts.append(moved)
                    break
    return starts


def _energies(loud: Times) -> Times:
    """How loud each part is beside the others: by its rank, and by how far it is from them."""
    if len(loud) < 2 or float(np.ptp(loud)) < 0.02:
        return np.full(len(loud), 0.5)
    ranks = np.argsort(np.argsort(loud)) / (len(loud) - 1)
    scaled = (loud - loud.min()) / np.ptp(loud)
    return np.asarray(_BY_RANK * ranks + (1 - _BY_RANK) * scaled, np.float64)


def _kinds(facts: SoundFacts, starts: list[float], ends: list[float]) -> list[int]:
    """Numbers of parts; those that sound alike share one."""
    rows = describe_spans(facts.spectrum, np.asarray(starts, np.float64))
    rows = rows - rows.mean(0)
    lengths = [b - a for a, b in zip(starts, ends, strict=True)]
    kinds: list[int] = []
    for index, row in enumerate(rows):
        found = max(kinds, default=-1) + 1
        nearest = _LIKE
        for earlier in range(index - 1):  # never the part just before: that is no return
            factor = max(lengths[index], lengths[earlier]) / min(lengths[index], lengths[earlier])
            norm = float(np.linalg.norm(row) * np.linalg.norm(rows[earlier]))
            likeness = float(row @ rows[earlier]) / norm if norm > 1e-6 else 0.0
            if factor <= _ALIKE_LENGTHS and likeness >= nearest:
                found, nearest = kinds[earlier], likeness
        kinds.append(found)
    return kinds
