"""A composed piece is laid on the film: its tempo map, its end, its shots as sections."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from musivid.interchange.marks import Mark
from musivid.pipeline.bgm.plan import BgmPlan
from musivid.score.ending import end_with_picture
from musivid.score.notes import TICKS_PER_BEAT, CueMark, Note, Score, Section

__all__ = ["fit_score", "with_cues"]


def fit_score(score: Score, plan: BgmPlan, players: Mapping[str, int], *, cadence: bool) -> Score:
    """Return a score laid on the film: its tempo map, its end, its shots as sections.

    Args:
        score: composed, in beats of the film's bars.
        plan: of the film.
        players: programs by the names of those who may play the last chord.
        cadence: whether there is one.
    """
    bpm, changes = plan.tempo.tempo_changes()
    score = dataclasses.replace(score, key=plan.harmony.key, tempo_bpm=bpm, tempo_changes=changes)
    if plan.tempo.has_upbeat:
        score = _held_upbeat(score)
    if cadence:
        score = end_with_picture(score, plan.tempo, plan.harmony, players)
    else:
        score = _cut_at_end(score, plan)
    return dataclasses.replace(score, sections=_sections(plan, score.bars))


def with_cues(score: Score, plan: BgmPlan, hits: Sequence[Mark]) -> Score:
    """Return a score with the moments of the film that have names."""
    cues = (CueMark(plan.tempo.tick_at(float(mark.time)), mark.name) for mark in hits if mark.name)
    return dataclasses.replace(score, cues=tuple(cues))


def _held_upbeat(score: Score) -> Score:
    """The score without onsets within the first beat, whose length is not that of the others."""
    tracks = tuple(
        dataclasses.replace(
            track, notes=tuple(n for n in track.notes if not 0 < n.start < TICKS_PER_BEAT)
        )
        for track in score.tracks
    )
    return dataclasses.replace(score, tracks=tracks)


def _cut_at_end(score: Score, plan: BgmPlan) -> Score:
    """The score without what would sound after the film."""
    end = plan.tempo.tick_at(plan.tempo.duration_s)
    tracks = tuple(
        dataclasses.replace(
            track,
            notes=tuple(
                Note(n.start, min(n.end, end) - n.start, n.pitch, n.velocity)
                for n in track.notes
                if n.start < end
            ),
        )
        for track in score.tracks
    )
    return dataclasses.replace(score, tracks=tracks, bars=-(-end // score.ticks_per_bar))


def _sections(plan: BgmPlan, bars: int) -> tuple[Section, ...]:
    """Shots as sections: each begins in the bar of its cut."""
    starts = sorted({0, *(round(4 * plan.tempo.beat_at(t)) // 16 for t in plan.motion.cuts_s)})
    starts = [bar for bar in starts if bar < bars]
    ends = [*starts[1:], bars]
    return tuple(
        Section(f"shot {n}", start, end - start)
        for n, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
    )
