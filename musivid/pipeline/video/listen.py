"""A song is decoded, analysed and planned, before any model loads."""

from __future__ import annotations

from musivid.analysis.sound import SoundFacts, hear
from musivid.core.progress import Reporter
from musivid.media.audio import Track, load_track
from musivid.pipeline.video.job import CheckedJob, fit_lyrics
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
    return plan_track(fit_lyrics(checked, track.whole_s), track, reporter)


def plan_track(checked: CheckedJob, track: Track, reporter: Reporter) -> Listened:
    """Analyse a track that is in memory, and plan its video."""
    for text in (*checked.warnings, *track.warnings):
        reporter.warn(text)
    facts = hear(track)
    cues = [cue for cue in checked.cues if cue.start_s < track.duration_s]
    return track, facts, make_plan(facts, cues, checked.job.preset)
