"""How many raters a study needs for intervals of a wanted width.

The variance of a mean over raters and clips is that of raters, by their number, that of clips, by
theirs, and that of single answers, by the number of answers (crossed random effects; Owen 2007).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from musivid.studies.manifest import Manifest
from musivid.studies.records import Rating

__all__ = ["USUAL", "Spreads", "half_width", "raters_needed", "spreads_of"]

_Z = 1.96  # of a 95 % interval
_MOST_RATERS = 100_000
_FEWEST = 4  # answers of a system from which spreads can be told


@dataclass(frozen=True, slots=True)
class Spreads:
    """Standard deviations as shares of the scale's range.

    Attributes:
        raters: of the raters' own levels.
        clips: of how clips are liked.
        answers: of single answers, raters and clips taken away.
    """

    raters: float
    clips: float
    answers: float


USUAL = Spreads(0.15, 0.1, 0.2)
"""What to expect before a pilot: on five points 0.6, 0.4 and 0.8."""


def half_width(manifest: Manifest, clips: int, raters: int, spreads: Spreads = USUAL) -> float:
    """Half of a system's 95 % interval, on the study's scale.

    Args:
        manifest: the study.
        clips: how many clips it has.
        raters: how many take part, at least one.
        spreads: of raters, clips and answers.
    """
    answers = raters * _of_each_system(manifest)
    # Below one answer a rater or a clip, only as many of them count as answered or were rated.
    variance = (
        spreads.raters**2 / min(raters, answers)
        + spreads.clips**2 / min(clips, answers)
        + spreads.answers**2 / answers
    )
    scale = manifest.answers_on()
    return _Z * math.sqrt(variance) * (scale.highest - scale.lowest)


def raters_needed(
    manifest: Manifest, clips: int, wanted: float, spreads: Spreads = USUAL
) -> int | None:
    """Fewest raters for a half-width; None if no number of them suffices: clips are too few."""
    if half_width(manifest, clips, _MOST_RATERS, spreads) > wanted:
        return None
    low, high = 0, _MOST_RATERS
    while high - low > 1:
        middle = (low + high) // 2
        enough = half_width(manifest, clips, middle, spreads) <= wanted
        low, high = (low, middle) if enough else (middle, high)
    return high


def spreads_of(manifest: Manifest, rows: Iterable[Rating]) -> Spreads | None:
    """The spreads that a pilot's answers have; None if they are too few.

    Levels of raters and clips are means of what is left when the system's is taken away; what
    single answers add to the variance of such a mean is taken off.
    """
    cells: dict[tuple[str, str], list[Rating]] = {}
    for row in rows:
        cells.setdefault((row.system, row.question), []).append(row)
    rest: list[tuple[str, str, float]] = []
    for cell in cells.values():
        mean = np.mean([row.value for row in cell])
        rest += [(row.participant, row.clip, float(row.value - mean)) for row in cell]
    by_rater, by_clip = _levels(rest, 0), _levels(rest, 1)
    if len(rest) < _FEWEST * len(cells) or min(len(by_rater), len(by_clip)) < 2:
        return None
    noise = float(np.var([value - by_rater[rater] - by_clip[clip] for rater, clip, value in rest]))
    scale = manifest.answers_on()
    span = scale.highest - scale.lowest
    own = [_own(levels, noise * len(levels) / len(rest)) / span for levels in (by_rater, by_clip)]
    return Spreads(own[0], own[1], math.sqrt(noise) / span)


def _of_each_system(manifest: Manifest) -> float:
    """How many ratings of one system each participant gives."""
    shown = {"rate": 1, "compare": 2}.get(manifest.design, len(manifest.rated_systems()))
    return manifest.trials * shown / len(manifest.rated_systems())


def _levels(rest: Iterable[tuple[str, str, float]], key: int) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for row in rest:
        found.setdefault(str(row[key]), []).append(row[2])
    return {name: float(np.mean(each)) for name, each in found.items()}


def _own(levels: dict[str, float], noise: float) -> float:
    return math.sqrt(max(float(np.var(list(levels.values()), ddof=1)) - noise, 0.0))
