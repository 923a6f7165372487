"""What the figures of `evaluate` are called, what they mean in a line, and what a z is worth."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any, NamedTuple

from musivid.core.printable import printable

__all__ = ["SECTIONS", "Verdict", "describe", "number", "safe", "summary", "verdict", "with_unit"]

_IN_ATTRIBUTES = str.maketrans({"=": "&#61;", "`": "&#96;"})  # what else can begin one

SECTIONS = {
    "sync": "Picture and music in time",
    "meaning": "Picture, music and words in meaning",
    "picture": "Picture",
    "integrity": "File",
    "music": "Music",
    "roundtrip": "There and back",
    "distribution": "Against the reference",
}
_CLEAR_Z, _STRONG_Z = 2.0, 4.0  # standard deviations from chance
_NOTICED_MS = 20.0  # a smaller offset is not spoken of: half a frame at 25 a second
# A pulse that is in time correlates again a beat away; such an offset says nothing.
_NEXT_BEAT_MS = 180.0

# name: title, what it says
_MEASURES = {
    "avs_legacy": (
        "Published synchrony",
        "as first published; a metronome beats real videos at it",
    ),
    "bas_music": ("Beats that are seen", "beat alignment, averaged over the beats of the music"),
    "bas_video": ("Changes that are heard", "beat alignment, averaged over the picture's changes"),
    "av_align": ("Peaks together", "onsets and flow peaks within one frame, over all of either"),
    "beat_coverage": ("Beat coverage", "share of changes with a beat within 100 ms"),
    "beat_hit": ("Beat hits", "share of beats with a change within 100 ms"),
    "f_measure": ("F-measure", "changes as guesses of beats, right within 70 ms"),
    "dtw": ("Time warping", "how far changes must be moved to lie on beats"),
    "xcorr": ("Correlation", "of both curves at the best offset"),
    "spearman": ("Rank correlation", "of both curves, moment by moment"),
    "cuts_on_beats": ("Cuts on beats", "share of cuts within 70 ms of a beat"),
    "cuts_on_downbeats": (
        "Cuts on first beats",
        "share of cuts within 70 ms of the bar's first beat",
    ),
    "picture_sound": ("Picture and sound", "likeness of what is seen and heard, moment by moment"),
    "picture_words": ("Picture and words", "likeness of what is seen and sung"),
    "sound_words": ("Sound and words", "likeness of each line and what is heard with it"),
    "sound_prompt": ("Sound and description", "likeness of the sound and what it should be like"),
    "frame_to_frame": ("Steadiness", "likeness of each picture and the next"),
    "flicker": ("Flicker", "how much even areas change from frame to frame"),
    "smoothness": ("Jerk", "how much the change of the picture itself changes"),
    "ssim": ("Structure kept", "likeness (SSIM) of neighbouring frames"),
    "grooving_similarity": ("Groove", "likeness of the rhythms of all pairs of bars"),
    "groove_consistency": ("Groove, bar to bar", "likeness of the rhythms of neighbouring bars"),
    "pitch_class_entropy_1": (
        "Entropy of a bar (H1)",
        "bits of pitch class in one bar, at most 3.6",
    ),
    "pitch_class_entropy_4": ("Entropy of four bars (H4)", "bits of pitch class in four bars"),
    "pitch_class_entropy": ("Entropy of pitch class", "bits over the whole piece"),
    "pitch_entropy": ("Entropy of pitch", "bits over the whole piece"),
    "scale_consistency": ("In one scale", "share of notes in the best major or minor scale"),
    "pitch_in_scale_rate": ("In its key", "share of notes in the key that the file names"),
    "chord_irregularity": ("Chord irregularity", "share of chord triples that come once"),
    "structureness_short": (
        "Structure, 3 to 8 s",
        "how well a short part explains all by returning",
    ),
    "structureness_medium": ("Structure, 8 to 15 s", "how well a phrase explains all by returning"),
    "structureness_long": ("Structure, 15 s on", "how well a section explains all by returning"),
    "pitch_range": ("Pitch range", "semitones from the lowest to the highest note"),
    "n_pitches_used": ("Pitches used", "of 128"),
    "n_pitch_classes_used": ("Pitch classes used", "of 12"),
    "busy_alike": ("Busy together", "onsets of song and music, half second by half second"),
    "tempo_song_bpm": ("Tempo of the song", "beats a minute"),
    "tempo_music_bpm": ("Tempo of the music", "beats a minute"),
    "working_px": ("Measured at", "size of the picture that is looked at"),
    "mean_flow_px": ("Motion", "mean length of the flow in a frame"),
    "mean_change": ("Change", "mean difference to the frame before, 0 to 1"),
    "frozen": ("Frozen segments", "in which nothing changes"),
    "frozen_s": ("Frozen time", "in which nothing changes"),
    "black": ("Black segments", ""),
    "black_s": ("Black time", ""),
    "shot_mean_s": ("Mean shot", ""),
    "shot_median_s": ("Median shot", ""),
    "shot_least_s": ("Shortest shot", ""),
    "shot_most_s": ("Longest shot", ""),
    "ends_apart_s": ("Ends apart", "how much longer the sound is than the picture"),
    "sound_delay_ms": ("Sound begins later by", ""),
    "stated_fps": ("Stated frames", "as the file says"),
    "measured_fps": ("Frames", "as they are shown"),
    "same_time_frames": ("Frames at one time", ""),
    "rate_hz": ("Samples", ""),
    "loudness_lufs": ("Loudness", ""),
    "true_peak_dbtp": ("True peak", ""),
    "polyphony": ("Pitches at once", "on average, while any sounds"),
    "polyphony_rate": ("Polyphony", "share of time with three pitches or more"),
    "empty_beat_rate": ("Empty beats", "share of beats without a note"),
    "empty_measure_rate": ("Empty bars (MusPy)", "share of bars without a note, as MusPy counts"),
    "empty_bar_rate": ("Empty bars", "share of bars in which nothing sounds"),
    "drum_in_pattern_rate": ("Drums on sixteenths", "share of drum notes"),
    "drum_pattern_consistency": ("Drum pattern", "share of drum notes on sixteenths or triplets"),
    "control_density_error": ("Density asked", "notes' moments a bar, off by"),
    "control_strength_error": ("Strength asked", "notes at visual beats, off by"),
    "control_hit_rate": ("Visual beats that sound", "share with an onset within a sixteenth"),
    "frechet": ("Fréchet distance", "of the two sets of features; 0 means the same"),
    "frechet_infinity": ("Fréchet distance, unbiased", "as if there were endlessly many"),
}


# How names end that have a unit.
_UNITS = {
    "s": "s",
    "ms": "ms",
    "px": "px",
    "hz": "Hz",
    "bpm": "BPM",
    "fps": "fps",
    "lufs": "LUFS",
    "dbtp": "dBTP",
}


class Verdict(NamedTuple):
    """What a figure is worth: a class for its colour, and words."""

    kind: str
    text: str


def describe(name: str) -> tuple[str, str]:
    """Return title and explanation of a figure; its own name where it is not known."""
    if name in _MEASURES:
        return _MEASURES[name]
    if name.startswith("tbiou_"):
        return (
            f"Within {name[6:].replace('ms', ' ms')}",
            "time near beats and changes at once, over time near either",
        )
    stem, _, last = name.rpartition("_")
    return (stem if stem and last in _UNITS else name).replace("_", " ").capitalize(), ""


def with_unit(name: str, shown: str) -> str:
    """Return a figure with the unit that its name ends with: `44.1 s` of picture_s."""
    unit = _UNITS.get(name.rpartition("_")[2])
    return f"{shown}\u202f{unit}" if unit and "_" in name and shown != "–" else shown


def verdict(z: float, section: str = "sync") -> Verdict:
    """Return what a z says; of distances, a high one means that sets differ."""
    if section == "distribution":
        differs = z >= _CLEAR_Z
        return Verdict("bad" if differs else "flat", "differs" if differs else "no difference seen")
    if z >= _CLEAR_Z:
        return Verdict("good", "far above chance" if z >= _STRONG_Z else "above chance")
    if z <= -_CLEAR_Z:
        return Verdict("bad", "below chance")
    return Verdict("flat", "like chance")


def number(value: object) -> str:
    """Return a figure as people read it: three digits that matter, no long tails."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\u202f")
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}".replace("-", "−")
    return str(value)


def summary(result: Mapping[str, Any]) -> str:
    """Return in plain words what the figures of one file say; empty where they say nothing."""
    parts = [_in_time(result.get("sync") or {}), _in_meaning(result.get("meaning") or {})]
    return " ".join(part for part in parts if part)


def _in_time(sync: Mapping[str, Any]) -> str:
    known = [z for name in ("bas_music", "spearman") if (z := _z(sync, name)) is not None]
    shifted = _z(sync, "xcorr")
    if not known and shifted is None:
        return ""
    best, offset = max(known, default=0.0), _offset_ms(sync)
    late = f"{abs(offset):.0f} ms too {'late' if offset > 0 else 'early'}"
    if best < _CLEAR_Z <= (shifted or 0.0) and abs(offset) >= _NOTICED_MS:
        return f"The picture follows the music, but {late}."
    if max(best, shifted or 0.0) < _CLEAR_Z:
        return "The picture does not follow the music: its timing is like chance."
    much = "" if best >= _STRONG_Z else " a little"
    found = f"The picture follows the music{much}: {max(best, shifted or 0.0):.0f} deviations"
    if (shifted or 0.0) < _CLEAR_Z or abs(offset) > _NEXT_BEAT_MS:
        return f"{found} above chance."
    exact = "in time to within 20 ms" if abs(offset) < _NOTICED_MS else late
    return f"{found} above chance. It is {exact}."


def _offset_ms(sync: Mapping[str, Any]) -> float:
    """Return how much later the picture is than the music; 0 where that is not known."""
    found = sync.get("xcorr")
    if not isinstance(found, Mapping):
        return 0.0
    offset = found.get("offset_ms", (found.get("params") or {}).get("offset_ms"))
    return float(offset) if isinstance(offset, int | float) else 0.0


def _in_meaning(meaning: Mapping[str, Any]) -> str:
    names = {"picture_sound": "the sound", "picture_words": "the words"}
    known = {text: z for name, text in names.items() if (z := _z(meaning, name)) is not None}
    fits = [text for text, z in known.items() if z >= _CLEAR_Z]
    if fits:
        return f"What is seen fits {' and '.join(fits)} of its moment."
    return "What is seen would fit any other moment as well." if known else ""


def _z(section: Mapping[str, Any], name: str) -> float | None:
    found = section.get(name)
    z = found.get("z") if isinstance(found, Mapping) else None
    return float(z) if isinstance(z, int | float) else None


def safe(value: str) -> str:
    """Return text that cannot be mistaken for HTML, in attributes too, whatever quotes them."""
    return html.escape(printable(value), quote=True).translate(_IN_ATTRIBUTES)
