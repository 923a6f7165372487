"""Formulas over lists of moments: how well events of a picture meet events of a sound.

`audio` is float64 [n] and `video` float64 [s, m]: s pictures at once (the real one and its
surrogates), each row ascending, in seconds. Every function returns float64 [s], higher is better.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "alignment",
    "coverage",
    "covered_share",
    "event_iou",
    "f_measure",
    "hits",
    "matches",
    "nearest_s",
    "recall_alignment",
    "window_iou",
]

Floats = NDArray[np.float64]


def nearest_s(moments: Floats, reference: Floats) -> Floats:
    """Return the distance of every moment, of any shape, to the nearest of `reference` [n > 0]."""
    place = np.clip(np.searchsorted(reference, moments), 1, max(1, len(reference) - 1))
    left = reference[place - 1]
    right = reference[np.minimum(place, len(reference) - 1)]
    distance: Floats = np.minimum(np.abs(moments - left), np.abs(right - moments))
    return distance


def alignment(audio: Floats, video: Floats, sigma_s: float) -> Floats:
    """Return the Beat Alignment Score from the picture to the music: a precision.

    Mean over the picture's events of exp(-d^2 / 2 sigma^2), d to the nearest event of the sound.
    Source: Li et al. 2021 (AI Choreographer, arXiv 2101.08779), with events for dance beats.
    """
    score: Floats = _bell(nearest_s(video, audio), sigma_s).mean(axis=1)
    return score


def recall_alignment(audio: Floats, video: Floats, sigma_s: float) -> Floats:
    """Return the Beat Alignment Score from the music to the picture: a recall.

    The direction of the code that is widely used (Bailando and those after it): mean over the
    beats of the music, d to the nearest event of the picture.
    """
    return np.array([_bell(nearest_s(audio, row), sigma_s).mean() for row in video])


def matches(audio: Floats, video: Floats, within_s: float) -> Floats:
    """Return how many events can be paired one to one, at most `within_s` apart.

    Going through both in order and pairing what can be paired is a greatest pairing, as all
    windows are of one width.
    """
    count = np.zeros(len(video))
    rows = np.arange(len(video))
    a = np.zeros(len(video), np.int64)
    v = np.zeros(len(video), np.int64)
    padded_audio = np.append(audio, np.inf)
    padded_video = np.concatenate([video, np.full((len(video), 1), np.inf)], axis=1)
    for _ in range(len(audio) + video.shape[1]):
        heard, seen = padded_audio[a], padded_video[rows, v]
        open_ = np.isfinite(heard) & np.isfinite(seen)
        if not open_.any():
            break
        with np.errstate(invalid="ignore"):
            apart = seen - heard
        pair = open_ & (np.abs(apart) <= within_s)
        count += pair
        a += pair | (open_ & ~pair & (apart > 0))
        v += pair | (open_ & ~pair & (apart <= 0))
    return count


def f_measure(audio: Floats, video: Floats, within_s: float = 0.07) -> Floats:
    """Return the F-measure of beat tracking (mir_eval): the picture's events guess the beats."""
    both: Floats = 2 * matches(audio, video, within_s) / (len(audio) + video.shape[1])
    return both


def hits(audio: Floats, video: Floats, within_s: float) -> Floats:
    """Return the share of the sound's events that the picture meets (beat hit rate, a recall)."""
    return matches(audio, video, within_s) / len(audio)


def coverage(audio: Floats, video: Floats, within_s: float) -> Floats:
    """Return the share of the picture's events that meet one of the sound (a precision).

    As in LORIS (arXiv 2305.01319): coverage = matches / generated. Earlier papers call the plain
    ratio of the counts by this name, which has nothing to do with when anything happens.
    """
    score: Floats = matches(audio, video, within_s) / video.shape[1]
    return score


def event_iou(audio: Floats, video: Floats, within_s: float) -> Floats:
    """Return matches over all events, each pair counted once (AV-Align, arXiv 2309.16429)."""
    met = matches(audio, video, within_s)
    iou: Floats = met / (len(audio) + video.shape[1] - met)
    return iou


def window_iou(audio: Floats, video: Floats, window_s: float) -> Floats:
    """Return the IoU of time: every event is widened to a window centred on it.

    Intersection and union are of the time that the windows of the sound and of the picture cover.
    """
    heard = _covered_s(audio[None], window_s)
    seen = _covered_s(video, window_s)
    everything = np.concatenate([np.tile(audio, (len(video), 1)), video], axis=1)
    union = _covered_s(np.sort(everything, axis=1), window_s)
    iou: Floats = np.round((heard + seen - union) / union, 12)  # 0 where nothing meets
    return iou


def covered_share(events: Floats, window_s: float, duration_s: float) -> float:
    """Return what share of the time windows of this length around events [n] cover."""
    return float(_covered_s(events[None], window_s)[0]) / duration_s


def _covered_s(events: Floats, window_s: float) -> Floats:
    """Time that windows around ascending events [s, n] cover together: [s]."""
    covered: Floats = window_s + np.minimum(np.diff(events, axis=1), window_s).sum(axis=1)
    return covered


def _bell(distance_s: Floats, sigma_s: float) -> Floats:
    bell: Floats = np.exp(-(distance_s**2) / (2 * sigma_s**2))
    return bell
