"""How near pictures, sounds and words lie in a perceptor's space, against shuffled pairs.

Takes embeddings, so it serves every perceptor: the pocket one, or CLIP with Wav2CLIP as ears. There
`picture_sound` is the Wav2CLIP similarity (Wu et al. 2022, arXiv 2110.11499), `picture_words` the
cosine inside CLIPScore (Hessel et al. 2021, arXiv 2104.08718: 2.5 max(cos, 0)).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.core.timeline import Cue
from musivid.metrics.chance import Measure, against_chance, unmeasured

__all__ = ["likeness_of_frames", "likeness_of_pairs", "pair_cues", "pair_times"]

Embeddings = NDArray[np.floating]  # [n, dim], unit length
Indices = NDArray[np.int64]

_LEAST_PAIRS = 3  # two pairs have but one other order


def likeness_of_pairs(
    pictures: Embeddings, others: Embeddings, *, trials: int = 200, seed: int = 0
) -> Measure:
    """Return the mean cosine of picture k and sound (or text) k.

    Chance pairs every picture with another's sound, drawn anew each trial; so a z near 0 says that
    the pictures would fit any other moment of the song as well.

    Args:
        pictures: [n, dim].
        others: [n, dim] of the same moments.
        trials: orders drawn.
        seed: of the drawing.
    """
    params = {"n_pairs": len(pictures), "seed": seed}
    if len(pictures) < _LEAST_PAIRS:
        return unmeasured(f"{len(pictures)} pairs; {_LEAST_PAIRS} are needed")
    rng = dice(seed)
    chances = [_likeness(pictures, rng.permutation(others)) for _ in range(trials)]
    return against_chance(_likeness(pictures, others), chances, params=params)


def likeness_of_frames(frames: Embeddings, *, trials: int = 200, seed: int = 0) -> Measure:
    """Return the mean cosine of each frame and the next: how steady the picture's meaning is.

    Chance follows the same frames in a random order.
    """
    params = {"n_frames": len(frames), "seed": seed}
    if len(frames) < _LEAST_PAIRS:
        return unmeasured(f"{len(frames)} frames; {_LEAST_PAIRS} are needed")
    rng = dice(seed)
    shuffled = (rng.permutation(frames) for _ in range(trials))
    chances = [_likeness(rows[:-1], rows[1:]) for rows in shuffled]
    return against_chance(_likeness(frames[:-1], frames[1:]), chances, params=params)


def pair_times(frame_s: Sequence[float], sound_s: Sequence[float]) -> tuple[Indices, Indices]:
    """Return which frame goes with which sound: the frame nearest to the middle of each.

    Args:
        frame_s: when frames are shown, ascending.
        sound_s: middles of sounds, ascending; they should not overlap, or neighbours would count
            one moment twice.
    """
    times = np.asarray(frame_s, np.float64)
    if not len(times):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    nearest = [int(np.abs(times - middle).argmin()) for middle in sound_s]
    return np.array(nearest, np.int64), np.arange(len(nearest))


def pair_cues(
    frame_s: Sequence[float], cues: Sequence[Cue], until_s: float
) -> list[tuple[Indices, int]]:
    """Return for each cue that is shown with at least one frame: those frames, and its number.

    A line holds until the next one begins or it ends itself.
    """
    times = np.asarray(frame_s, np.float64)
    starts = [*(cue.start_s for cue in cues), until_s]
    found = []
    for number, cue in enumerate(cues):
        end_s = starts[number + 1] if cue.end_s is None else cue.end_s
        inside = np.flatnonzero((times >= cue.start_s) & (times < end_s))
        if len(inside):
            found.append((inside, number))
    return found


def _likeness(a: Embeddings, b: Embeddings) -> float:
    """Return the mean cosine of row k of both."""
    return float(np.einsum("nd,nd->n", a, b, dtype=np.float64).mean())
