"""How well music does what the picture asked for: control rows of a video against a score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.metrics.music.notes import all_notes, onset_slots
from musivid.score.notes import Score

__all__ = ["ControlFidelity", "control_fidelity"]

Rows = NDArray[np.int64]

_BAR, _TICKS = 17, 16  # of a row's first column; a tick is a sixteenth, a bar is 4/4
_STRONG = 2  # strength classes from here on are strong visual beats; 1 is any at all


@dataclass(frozen=True, slots=True)
class ControlFidelity:
    """What was asked against what is played, with what shuffled visual beats would give.

    Attributes:
        density_error: mean |asked - played| number of ticks with an onset, a bar.
        strength_error: mean |asked - played| number of notes, over the asked ticks; what was asked
            as 10 is 10 or more.
        length_error_s: how much longer the music is than the picture; None without a length.
        hit_rate: share of strong visual beats with an onset within one tick; None without any.
        hit_chances: the same for visual beats at random other ticks, one each trial.
        n_beats: strong visual beats.
    """

    density_error: float | None
    strength_error: float | None
    length_error_s: float | None
    hit_rate: float | None
    hit_chances: tuple[float, ...]
    n_beats: int


def control_fidelity(
    score: Score,
    rows: Rows,
    *,
    video_s: float | None = None,
    trials: int = 200,
    seed: int = 0,
) -> ControlFidelity:
    """Return how far the score keeps to a video's control rows.

    Args:
        score: the music, in 4/4.
        rows: int64 [n, 6] as published for CMT: 17 for a bar or 1 + tick for a visual beat, 1 +
            density (bars), strength (visual beats), tick since the start, ticks of the piece, and
            per cent of it gone.
        video_s: seconds of picture.
        trials: shuffled visual beats behind `hit_chances`.
        seed: of the shuffling.
    """
    played = onset_slots(score, all_notes(score), 4)[:, :_TICKS]
    asked = rows[rows[:, 0] == _BAR]
    beats = rows[(rows[:, 0] >= 1) & (rows[:, 0] < _BAR)]
    strong = np.unique(beats[beats[:, 2] >= _STRONG, 3])
    near = _near(played.reshape(-1))
    rng = dice(seed)
    last = max(len(near), int(strong.max(initial=0)) + 1)
    near = np.pad(near, (0, last - len(near)))
    drawn = (rng.choice(last, len(strong), replace=False) for _ in range(trials))
    chances = [float(near[ticks].mean()) for ticks in drawn] if len(strong) else []
    return ControlFidelity(
        density_error=_mean_gap(asked[:, 1] - 1, played.sum(1), asked[:, 3] // _TICKS),
        strength_error=_strength_error(score, beats),
        length_error_s=None if video_s is None else score.duration_s - video_s,
        hit_rate=float(near[strong].mean()) if len(strong) else None,
        hit_chances=tuple(chances),
        n_beats=len(strong),
    )


def _near(struck: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which ticks have an onset at most one tick away."""
    padded = np.pad(struck, 1)
    return padded[:-2] | padded[1:-1] | padded[2:]


def _strength_error(score: Score, beats: Rows) -> float | None:
    per_tick = score.ticks_per_beat / 4
    starts = np.rint(all_notes(score)[:, 0] / per_tick).astype(np.int64)
    length = max(int(starts.max(initial=0)), int(beats[:, 3].max(initial=0))) + 1
    notes = np.bincount(starts, minlength=length)
    return _mean_gap(beats[:, 2], np.minimum(notes, 10), beats[:, 3])


def _mean_gap(asked: Rows, played: Rows, where: Rows) -> float | None:
    """Return the mean |asked - played[where]|; beyond the end nothing is played."""
    if not len(asked):
        return None
    longer = np.pad(played, (0, max(int(where.max()) + 1 - len(played), 0)))
    return float(np.abs(asked - longer[where]).mean())
