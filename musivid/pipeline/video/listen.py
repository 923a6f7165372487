"""A song is decoded, analysed and planned, before any model loads."""

from __future__ import annotations

import dataclasses

from musivid.analysis.sound import ANALYSIS_RATE_HZ, SoundFacts, analyse
from musivid.core.progress import Reporter
from musivid.media.audio import Track, load_track
from musivid.pipeline.video.job import CheckedJob
from musivid.pipeline.video.plan import VideoPlan, make_plan

__all__ = ["hear", "listen"]


def hear(track: Track) -> SoundFacts:
    """The facts of a track; its length on the clock is that of the decoded sound, exactly."""
    facts = analyse(track.mono(ANALYSIS_RATE_HZ), ANALYSIS_RATE_HZ)
    return dataclasses.replace(facts, duration_s=track.duration_s)


def listen(checked: CheckedJob, reporter: Reporter) -> tuple[Track, SoundFacts, VideoPlan]:
    """Decode and analyse the song of a job, and plan its video.

    Raises:
        InputError: the sound cannot be decoded, or is too short.
    """
    job = checked.job
    reporter.stage("listen")
    track = load_track(job.song, start_s=job.start_s, end_s=job.end_s)
    for text in (*checked.warnings, *track.warnings):
        reporter.warn(text)
    for text in checked.notes:
        reporter.note(text)
    facts = hear(track)
    cues = [cue for cue in checked.cues if cue.start_s < track.duration_s]
    return track, facts, make_plan(facts, cues, job.preset)
