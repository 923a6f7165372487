"""A song is decoded, analysed and planned, before any model loads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.analysis.sound import ANALYSIS_RATE_HZ, SoundFacts, hear
from musivid.analysis.spectrum import measure_spectrum
from musivid.analysis.stems import follow_stems
from musivid.analysis.voice import sung_parts
from musivid.core.clock import clock
from musivid.core.errors import InputError
from musivid.core.progress import Reporter
from musivid.core.timeline import Cue
from musivid.media.audio import Track, load_track
from musivid.media.listening import listen_to_song
from musivid.media.lyrics.fitting import fit_cues, lines_within
from musivid.media.lyrics.spreading import spread_lines
from musivid.pipeline.guidance.beat_files import with_beats
from musivid.pipeline.video.job import CheckedJob, VideoJob, stem_files
from musivid.pipeline.video.plan import VideoPlan, make_plan

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Listened", "listen_to", "plan_track"]

Listened = tuple[Track, SoundFacts, VideoPlan]


def listen_to(checked: CheckedJob, reporter: Reporter) -> Listened:
    """Decode and analyse the song of a job, and plan its video.

    Raises:
        InputError: the sound cannot be decoded, or is too short.
    """
    job = checked.job
    track = listen_to_song(job.song, reporter, start_s=job.start_s, end_s=job.end_s)
    for text in checked.notes:
        reporter.note(text)
    return plan_track(checked, track, reporter)


def plan_track(checked: CheckedJob, track: Track, reporter: Reporter) -> Listened:
    """Analyse a track that is in memory, and plan its video."""
    cues, doubts = _within(checked, track)
    for text in (*checked.warnings, *doubts, *track.warnings):
        reporter.warn(text)
    facts = follow_stems(hear(track), _stems(checked.job, track), ANALYSIS_RATE_HZ)
    if checked.job.beats is not None:
        is_part = checked.job.start_s > 0 or checked.job.end_s is not None
        facts = with_beats(facts, checked.job.beats, start_s=track.start_s, is_part=is_part)
    plan = make_plan(facts, cues, checked.job.preset)
    told = (*checked.warnings, *doubts)
    return track, facts, replace(plan, cues=tuple(cues), warnings=told)


def _stems(job: VideoJob, track: Track) -> list[tuple[NDArray[np.float32], float]]:
    """The stems of a job while its track lasts, each with its weight."""
    end_s = track.start_s + track.duration_s
    return [
        (load_track(path, start_s=track.start_s, end_s=end_s).mono(ANALYSIS_RATE_HZ), stem.weight)
        for path, stem in zip(stem_files(job).values(), job.preset.audio.stems, strict=True)
    ]


def _within(checked: CheckedJob, track: Track) -> tuple[list[Cue], list[str]]:
    """The cues that lie within the sound, whose exact length is known now.

    Raises:
        InputError: none of a file does.
    """
    job, cues, lasts_s = checked.job, list(checked.cues), track.duration_s
    if job.spread_lyrics:
        return _spread([cue.text for cue in cues], track)
    name = job.lyrics.name if isinstance(job.lyrics, Path) else job.lyrics_name
    if not name:
        return lines_within(cues, lasts_s), []
    is_part = job.start_s > 0 or (job.end_s is not None and track.whole_s is None)
    try:
        return fit_cues(cues, lasts_s, name, is_part=is_part)
    except InputError as error:
        if isinstance(job.lyrics, Path):
            raise
        return [], [f"{error.problem}; they are left out"]  # nobody asked for them


def _spread(lines: list[str], track: Track) -> tuple[list[Cue], list[str]]:
    """Lines without times where somebody seems to sing, and a warning that says so.

    Raises:
        InputError: nothing is heard.
    """
    samples = track.mono(ANALYSIS_RATE_HZ)
    parts = sung_parts(measure_spectrum(samples, ANALYSIS_RATE_HZ))
    cues = spread_lines(lines, parts)
    if not cues:
        raise InputError("nothing is heard in the song", hint="Leave --spread-lyrics out.")
    spans = ", ".join(f"{clock(start)}-{clock(end)}" for start, end in parts[:4])
    more = f" and {len(parts) - 4} more" if len(parts) > 4 else ""
    return cues, [
        f"{len(cues)} lines have no times of their own: they are laid over the parts where "
        f"somebody seems to sing ({spans}{more}), which is a guess. "
        "`musivid studio`, page Time the words, gives them their right times as you tap along."
    ]
