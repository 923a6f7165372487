"""The measures of a score in one call, under the names that `evaluate` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from musivid.metrics.chance import Measure, against_chance, unmeasured
from musivid.metrics.music.chords import chord_progression_irregularity, find_chords
from musivid.metrics.music.control import ControlFidelity, Rows, control_fidelity
from musivid.metrics.music.pitch import (
    bar_pitch_class_entropy,
    n_pitch_classes_used,
    n_pitches_used,
    pitch_class_entropy,
    pitch_entropy,
    pitch_in_scale_rate,
    pitch_range,
    polyphony,
    polyphony_rate,
    scale_consistency,
)
from musivid.metrics.music.rhythm import (
    SLOTS_PER_BEAT,
    drum_in_pattern_rate,
    drum_pattern_consistency,
    empty_bar_rate,
    empty_beat_rate,
    empty_measure_rate,
    groove_consistency,
    grooving_similarity,
)
from musivid.score.notes import Score

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["measure_control", "measure_music", "measure_structure"]

_NO_PITCH = "no pitched notes"
_NO_DRUMS = "no drums"
_NO_NOTES = "no notes"
# Seconds of the periods that each looks at, as in Wu and Yang 2020, "The Jazz Transformer on the
# Front Line" (arXiv 2008.01307).
_STRUCTURE_S = {"short": (3.0, 8.0), "medium": (8.0, 15.0), "long": (15.0, 128.0)}
_LEAST_CHORDS = 4  # fewer tell nothing of their order


def measure_music(score: Score) -> dict[str, Measure]:
    """Return what the notes of a score say, cheaply: a few milliseconds a minute of music.

    Drums are ignored by all figures about pitch and counted by those about rhythm. A figure that
    cannot be computed has no value and a reason. Definitions and sources are in the docstrings of
    the functions called here.

    Returns:
        name: measure. `pitch_class_entropy_1` and `_4` are H1 and H4, `grooving_similarity` is GS,
        `chord_irregularity` CPI; the others have MusPy's names, and `empty_bar_rate` counts the
        bars in which nothing sounds.
    """
    return {**_pitch(score), **_rhythm(score)}


def measure_structure(samples: NDArray[np.float32]) -> dict[str, Measure]:
    """Return the structureness indicators SI of a recording or a rendered score.

    Args:
        samples: float32 [samples] at `music_likeness.RATE_HZ`.

    Returns:
        `structureness_short` (3 to 8 s), `_medium` (8 to 15 s), `_long` (15 to 128 s).
    """
    from musivid.metrics.music.likeness import FRAME_RATE_HZ, hear_chroma, self_likeness
    from musivid.metrics.music.structure import fitness_scape_plot, structureness

    chroma = hear_chroma(samples)
    plot = fitness_scape_plot(self_likeness(chroma), FRAME_RATE_HZ)
    seconds = chroma.shape[1] / FRAME_RATE_HZ
    return {
        f"structureness_{name}": _measure(
            structureness(plot, least, most),
            f"only {seconds:.1f} s long",
            least_s=least,
            most_s=most,
        )
        for name, (least, most) in _STRUCTURE_S.items()
    }


def measure_control(
    score: Score, rows: Rows, *, video_s: float | None = None, trials: int = 200, seed: int = 0
) -> dict[str, Measure]:
    """Return how well a score does what a video's control rows ask; see `control_fidelity`."""
    found = control_fidelity(score, rows, video_s=video_s, trials=trials, seed=seed)
    return {
        "control_density_error": _measure(found.density_error, "the rows ask no bar's density"),
        "control_strength_error": _measure(found.strength_error, "the rows name no visual beat"),
        "control_length_error_s": _measure(found.length_error_s, "no picture to compare with"),
        "control_hit_rate": _hits(found, seed),
    }


def _pitch(score: Score) -> dict[str, Measure]:
    chords = find_chords(score)
    scale = scale_consistency(score)
    key = score.key
    in_key = None if key is None else pitch_in_scale_rate(score, key)
    return {
        "pitch_range": _measure(pitch_range(score), _NO_PITCH),
        "n_pitches_used": _measure(n_pitches_used(score)),
        "n_pitch_classes_used": _measure(n_pitch_classes_used(score)),
        "polyphony": _measure(polyphony(score), _NO_PITCH),
        "polyphony_rate": _measure(polyphony_rate(score), _NO_NOTES, threshold=2),
        "pitch_entropy": _measure(pitch_entropy(score), _NO_PITCH),
        "pitch_class_entropy": _measure(pitch_class_entropy(score), _NO_PITCH),
        "pitch_class_entropy_1": _measure(bar_pitch_class_entropy(score, 1), _NO_PITCH, bars=1),
        "pitch_class_entropy_4": _measure(bar_pitch_class_entropy(score, 4), _NO_PITCH, bars=4),
        "scale_consistency": _measure(
            scale and scale[0], _NO_PITCH, scale=str(scale[1]) if scale else ""
        ),
        "pitch_in_scale_rate": _measure(
            in_key, "the file names no key" if key is None else _NO_PITCH, scale=str(key)
        ),
        "chord_irregularity": _measure(
            chord_progression_irregularity(chords) if len(chords) >= _LEAST_CHORDS else None,
            f"fewer than {_LEAST_CHORDS} chords",
            chords=len(chords),
            ngram=3,
        ),
    }


def _rhythm(score: Score) -> dict[str, Measure]:
    two_bars = "fewer than two bars with notes"
    slots = {"slots_per_beat": SLOTS_PER_BEAT}
    return {
        "grooving_similarity": _measure(grooving_similarity(score), two_bars, **slots),
        "groove_consistency": _measure(groove_consistency(score), two_bars, **slots),
        "empty_beat_rate": _measure(empty_beat_rate(score), _NO_NOTES),
        "empty_measure_rate": _measure(empty_measure_rate(score), _NO_NOTES),
        "empty_bar_rate": _measure(empty_bar_rate(score)),
        "drum_in_pattern_rate": _measure(
            drum_in_pattern_rate(score, "duple"), _NO_DRUMS, meter="duple"
        ),
        "drum_pattern_consistency": _measure(drum_pattern_consistency(score), _NO_DRUMS),
    }


def _hits(found: ControlFidelity, seed: int) -> Measure:
    if found.hit_rate is None:
        return unmeasured("the rows name no strong visual beat")
    params = {"within_ticks": 1, "seed": seed}
    return against_chance(found.hit_rate, found.hit_chances, params=params, n_video=found.n_beats)


def _measure(value: float | None, reason: str = "", **params: object) -> Measure:
    return unmeasured(reason) if value is None else Measure(value, params=params)
