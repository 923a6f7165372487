"""The plan of a visualisation: sections, ways between pictures, and how far each frame has gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.energies import (
    HOP_SAMPLES,
    band_energy,
    separated_energies,
    sound_energy,
)
from musivid.analysis.progress_curve import EnergyCurve, progress, visualiser_curve, walk_curve
from musivid.analysis.sound import ANALYSIS_RATE_HZ, SoundFacts
from musivid.core.paths import expanded
from musivid.core.timeline import Cue, Timeline, parse_fps
from musivid.media.audio import load_track
from musivid.pipeline.render.parts import part_ranges
from musivid.settings.visualize import CaptionsPreset, CurvePreset, VisualizePreset, VisualizeWalk

__all__ = ["Leg", "VisualizePlan", "lay_legs", "lay_sections", "plan_visual", "share_sections"]

_BASS_HZ = 150.0  # what lies below is bass
_SAME_S = 0.5  # captions that begin so close together share a picture


@dataclass(frozen=True, slots=True)
class Leg:
    """The way from one picture to the next over a section.

    Attributes:
        frames: which frames it takes.
        first: number of the picture it begins with; None: black.
        second: number of the picture it leads to; None: black.
        shares: float64 [frames], 0..1, how far the walk has gone.
    """

    frames: range
    first: int | None
    second: int | None
    shares: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class VisualizePlan:
    """What will be done.

    Attributes:
        timeline: the clock of the video.
        size: (width, height) of the video.
        sections: one a picture, with start and end; texts are captions, or empty.
        legs: ways between pictures; they cover all frames.
        parts: ranges of frames that are encoded on their own.
    """

    timeline: Timeline
    size: tuple[int, int]
    sections: tuple[Cue, ...]
    legs: tuple[Leg, ...]
    parts: list[range]


def plan_visual(
    facts: SoundFacts,
    samples: NDArray[np.float32],
    sections: Sequence[Cue],
    preset: VisualizePreset,
    *,
    start_s: float = 0.0,
) -> VisualizePlan:
    """Return the plan of a song.

    Args:
        facts: of the part that is rendered.
        samples: float32 [time], that part in mono at `ANALYSIS_RATE_HZ`.
        sections: one a picture, from `lay_sections`, `share_sections`, or captions.
        preset: settings.
        start_s: where in the song the part begins; stems are read from there.
    """
    timeline = Timeline(facts.duration_s, parse_fps(preset.output.fps))
    legs = lay_legs(samples, timeline, sections, preset, start_s=start_s)
    parts = part_ranges(timeline, preset.output.part_s)
    return VisualizePlan(timeline, preset.output.frame_size, tuple(sections), legs, parts)


def lay_sections(
    facts: SoundFacts, settings: CaptionsPreset, cues: Sequence[Cue] = ()
) -> list[Cue]:
    """Sections of a song that cover it, one a picture; cues of the user decide where there are any.

    Args:
        facts: sections and downbeats of the song.
        settings: how to divide it.
        cues: captions; each holds until the next begins, whatever its end says.
    """
    duration = facts.duration_s
    if cues:
        return _of_cues(cues, duration)
    if settings.windows == "even":
        starts = list(np.arange(0, duration, settings.most_s))
    else:
        starts = [float(time) for time in facts.sections_s if 0 <= time < duration]
    starts = _no_short([0.0, *(time for time in starts if time > 0)], duration, settings.least_s)
    borders = [*starts, duration]
    if settings.windows == "sections":
        borders = _no_long(borders, facts, settings)
    return [Cue(start, end, "") for start, end in pairwise(borders)]


def _of_cues(cues: Sequence[Cue], duration_s: float) -> list[Cue]:
    """One section a caption; the first begins at 0, those that begin together are one."""
    sections: list[Cue] = []
    for cue in cues:
        if sections and cue.start_s - sections[-1].start_s < _SAME_S:
            sections[-1] = replace(sections[-1], text=f"{sections[-1].text}. {cue.text}")
        else:
            sections.append(cue)
    sections[0] = replace(sections[0], start_s=0.0)
    ends = [*(cue.start_s for cue in sections[1:]), duration_s]
    return [replace(cue, end_s=end) for cue, end in zip(sections, ends, strict=True)]


def _no_short(starts: Sequence[float], duration_s: float, least_s: float) -> list[float]:
    """Starts of which none is nearer than `least_s` to the one before, or to the end."""
    kept = [starts[0]]
    for start in starts[1:]:
        if start - kept[-1] >= least_s - 1e-6:
            kept.append(start)
    while len(kept) > 1 and duration_s - kept[-1] < least_s - 1e-6:
        kept.pop()
    return kept


def _no_long(borders: Sequence[float], facts: SoundFacts, settings: CaptionsPreset) -> list[float]:
    """Borders of which no two are more than about `most_s` apart; new ones stand on downbeats."""
    bars = np.asarray(facts.downbeats_s, float)
    whole = [borders[0]]
    for start, end in pairwise(borders):
        count = int(np.ceil((end - start) / settings.most_s - 1e-6))
        for part in range(1, count):
            ideal = start + (end - start) * part / count
            near = float(bars[np.argmin(np.abs(bars - ideal))]) if len(bars) else ideal
            reach = (end - start) / count / 4
            border = near if abs(near - ideal) <= reach else ideal
            whole.append(border)
        whole.append(end)
    return whole


def share_sections(facts: SoundFacts, count: int) -> list[Cue]:
    """`count` sections of even length, moved to downbeats where one is near."""
    if count == len(facts.sections_s):
        borders = [*map(float, facts.sections_s), facts.duration_s]
    else:
        even = CaptionsPreset(least_s=0.2, most_s=600)
        borders = _no_long(
            [0.0, facts.duration_s],
            facts,
            even.model_copy(update={"most_s": facts.duration_s / count}),
        )
    return [Cue(start, end, "") for start, end in pairwise(borders)]


def lay_legs(
    samples: NDArray[np.float32],
    timeline: Timeline,
    sections: Sequence[Cue],
    preset: VisualizePreset,
    *,
    start_s: float = 0.0,
) -> tuple[Leg, ...]:
    """The way over each section, and how far each of its frames has gone."""
    energies = _energies(samples, preset.curve, start_s) if preset.curve.form == "exact" else []
    starts = [cue.start_s for cue in sections]
    legs = []
    for number, frames in enumerate(timeline.split(starts)):
        first, second = _ends(number, len(sections), preset.walk)
        end = starts[number + 1] if number + 1 < len(starts) else timeline.duration_s
        span = (starts[number], end)
        shares = _shares(samples, energies, timeline, frames, span=span, settings=preset.curve)
        legs.append(Leg(frames, first, second, _rested(shares, preset.walk.hold)))
    return tuple(legs)


def _ends(number: int, count: int, walk: VisualizeWalk) -> tuple[int | None, int | None]:
    """Numbers of the pictures at either end of section `number` of `count`."""
    outer = {"black": None, "hold": number, "loop": (number + 1) % count}[walk.outer]
    if walk.whole == "start":
        return number, number + 1 if number + 1 < count else outer
    if number:
        return number - 1, number
    return {"black": None, "hold": 0, "loop": count - 1}[walk.outer], 0


def _energies(
    samples: NDArray[np.float32], curve: CurvePreset, start_s: float
) -> list[EnergyCurve]:
    """The energies that have a weight."""
    rate, hop = ANALYSIS_RATE_HZ, HOP_SAMPLES / ANALYSIS_RATE_HZ
    energies: list[EnergyCurve] = []
    if curve.percussive or curve.harmonic:
        hits, notes = separated_energies(samples, rate, curve.margin)
        energies += [
            EnergyCurve(hits, hop, curve.percussive),
            EnergyCurve(notes, hop, curve.harmonic),
        ]
    if curve.bass:
        energies.append(EnergyCurve(band_energy(samples, rate, 0.0, _BASS_HZ), hop, curve.bass))
    for band in curve.bands:
        energy = band_energy(samples, rate, band.low_hz, band.high_hz)
        energies.append(EnergyCurve(energy, hop, band.weight))
    for stem in curve.stems:
        end_s = start_s + len(samples) / rate
        track = load_track(expanded(stem.path), start_s=start_s, end_s=end_s)
        energy = sound_energy(track.mono(rate), rate)
        # A stem that ends early is silent from there on.
        energy = np.pad(energy, (0, max(0, 1 + len(samples) // HOP_SAMPLES - len(energy))))
        energies.append(EnergyCurve(energy, hop, stem.weight))
    return [curve for curve in energies if curve.weight]


def _shares(
    samples: NDArray[np.float32],
    energies: list[EnergyCurve],
    timeline: Timeline,
    frames: range,
    *,
    span: tuple[float, float],
    settings: CurvePreset,
) -> NDArray[np.float64]:
    """How far each frame of a section has gone, float64 [frames]."""
    count, fps = len(frames), float(timeline.fps)
    if settings.form == "constant" or not count:
        return np.zeros(count)
    if settings.form == "exact":
        times = np.array([timeline.time_s(frame) for frame in frames])
        return progress(
            energies,
            np.clip(times, *span),
            span,
            smooth=settings.smooth,
            gamma=settings.gamma,
            attack_s=settings.attack_s,
            release_s=settings.release_s,
        )
    if settings.form == "linear":
        return np.linspace(0, 1, count)
    rate = ANALYSIS_RATE_HZ
    piece = samples[round(span[0] * rate) : round(span[1] * rate)]
    make = visualiser_curve if settings.form == "published" else walk_curve
    curve = make(
        piece,
        rate,
        fps,
        percussive=settings.percussive,
        harmonic=settings.harmonic,
        margin=settings.margin,
    )
    curve = (1 - settings.smooth) * curve + settings.smooth * np.linspace(0, 1, len(curve))
    # int() there and rounding here may differ by a frame.
    return np.pad(curve[:count], (0, max(0, count - len(curve))), mode="edge")


def _rested(shares: NDArray[np.float64], hold: float) -> NDArray[np.float64]:
    """Shares that stay at 0 and at 1 for half of `hold` each."""
    if hold <= 0:
        return shares
    return np.clip((shares - hold / 2) / max(1 - hold, 1e-9), 0, 1)
