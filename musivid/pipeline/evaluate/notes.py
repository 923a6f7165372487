"""A MIDI file, measured: its notes, its structure as it sounds, and what a video asked of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.core.arrays import NoArray, load_arrays
from musivid.core.errors import InputError, MissingError
from musivid.metrics.chance import Measure, unmeasured
from musivid.metrics.music.likeness import RATE_HZ
from musivid.metrics.music.measures import measure_control, measure_music, measure_structure
from musivid.score.notes import Score
from musivid.score.synthesis.player import render

__all__ = ["measure_notes", "measure_score", "read_rows"]

_LONGEST_S = 1200.0  # of music that is rendered and compared with itself
_STRUCTURE = ("structureness_short", "structureness_medium", "structureness_long")
_COLUMNS = 6  # of published control rows


def measure_notes(
    score: Score,
    *,
    rows: Path | None = None,
    video_s: float | None = None,
    structure: bool = True,
    trials: int = 200,
    seed: int = 0,
) -> dict[str, Measure]:
    """Return all measures of notes, and of what a film asked of them; see `measure_score`.

    Args:
        score: the notes.
        rows: control rows of a video as published for CMT (.npz with `input`), or None.
        video_s: seconds of picture that the music is for.
        structure: whether to render it, which takes seconds a minute of music.
        trials: shuffled visual beats behind the chance level.
        seed: of the shuffling.

    Raises:
        InputError: the rows cannot be read.
    """
    found = measure_score(score, structure=structure)
    if rows is not None:
        asked = read_rows(rows)
        found |= measure_control(score, asked, video_s=video_s, trials=trials, seed=seed)
    return found


def measure_score(score: Score, *, structure: bool = True) -> dict[str, Measure]:
    """Return what its notes say (`measure_music`) and its structure as it sounds."""
    found = measure_music(score)
    if structure:
        found |= _structure(score)
    return found


def read_rows(path: Path) -> NDArray[np.int64]:
    """Return the control rows of a video: int64 [n, 6], see `control_fidelity`.

    Raises:
        InputError: no .npz, or one without rows of six whole numbers under `input`.
    """
    hint = "Give the .npz of a video, with rows of six whole numbers under `input`."
    try:
        rows = load_arrays(path, ["input"])["input"]
    except NoArray as error:
        raise InputError(f"{path} holds no control rows: {error}", hint=hint) from None
    if rows.ndim != 2 or rows.shape[1] != _COLUMNS or rows.dtype.kind not in "iu":
        shape = "x".join(map(str, rows.shape))
        raise InputError(f"{path} holds {shape} {rows.dtype}, not control rows", hint=hint)
    if (rows < 0).any():
        raise InputError(f"{path} holds control rows below 0", hint=hint)
    whole: NDArray[np.int64] = rows.astype(np.int64)
    return whole


def _structure(score: Score) -> dict[str, Measure]:
    if not any(track.notes for track in score.tracks):
        return dict.fromkeys(_STRUCTURE, unmeasured("no notes"))
    if score.duration_s > _LONGEST_S:
        return dict.fromkeys(_STRUCTURE, unmeasured(f"longer than {_LONGEST_S / 60:.0f} minutes"))
    try:
        sound = render(score, RATE_HZ, channels=1, tail_s=0.0)[0]
    except MissingError as error:
        return dict.fromkeys(_STRUCTURE, unmeasured(error.problem))
    return measure_structure(sound)
