"""A song is decoded, analysed and planned, before any model loads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from musivid.analysis.sound import SoundFacts, hear
from musivid.core.progress import Reporter
from musivid.core.timeline import Cue
from musivid.media.audio import Track, load_track
from musivid.media.lyrics.fitting import fit_cues, lines_within
from musivid.pipeline.video.job import CheckedJob
from musivid.pipeline.video.plan import VideoPlan, make_plan

__all__ = ["Listened", "listen_to", "plan_track"]

Listened = tuple[Track, SoundFacts, VideoPlan]


def listen_to(checked: CheckedJob, reporter: Reporter) -> Listened:
    """Decode and analyse the song of a job, and plan its video.

    Raises:
        InputError: the sound cannot be decoded, or is too short.
    """
    job = checked.job
    reporter.stage("listen")
    track = load_track(job.song, start_s=job.start_s, end_s=job.end_s)
    for text in checked.notes:
        reporter.note(text)
    return plan_track(checked, track, reporter)


def plan_track(checked: CheckedJob, track: Track, reporter: Reporter) -> Listened:
    """Analyse a track that is in memory, and plan its video."""
    cues, doubts = _within(checked, track)
    for text in (*checked.warnings, *doubts, *track.warnings):
        reporter.warn(text)
    facts = hear(track)
    plan = make_plan(facts, cues, checked.job.preset)
    return track, facts, replace(plan, warnings=(*checked.warnings, *doubts))


def _within(checked: CheckedJob, track: Track) -> tuple[list[Cue], list[str]]:
    """The cues that lie within the sound, whose exact length is known now.

    Raises:
        InputError: none of a file does.
    """
    job, cues, lasts_s = checked.job, list(checked.cues), track.duration_s
    if not isinstance(job.lyrics, Path):
        return lines_within(cues, lasts_s), []
    is_part = job.start_s > 0 or (job.end_s is not None and track.whole_s is None)
    return fit_cues(cues, lasts_s, job.lyrics.name, is_part=is_part)
