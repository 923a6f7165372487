"""A song is decoded and analysed for `visualize`, before any model loads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import ANALYSIS_RATE_HZ, SoundFacts, hear
from musivid.core.errors import InputError, UsageError
from musivid.core.progress import Reporter
from musivid.core.timeline import Cue, parse_fps
from musivid.media.audio import Track
from musivid.media.listening import listen_to_song
from musivid.media.lyrics.fitting import fit_cues
from musivid.pipeline.guidance.beat_files import with_beats
from musivid.pipeline.visualize.job import CheckedVisualize
from musivid.pipeline.visualize.plan import lay_sections, share_sections

__all__ = ["SectionedSong", "listen"]


@dataclass(frozen=True, slots=True)
class SectionedSong:
    """A song, and what there is to hear in it.

    Attributes:
        track: the part that is rendered, as it is in the file.
        samples: float32 [time], mono at `ANALYSIS_RATE_HZ`.
        facts: of that part.
        sections: one a picture; texts are the user's captions, or empty.
    """

    track: Track
    samples: NDArray[np.float32]
    facts: SoundFacts
    sections: list[Cue]


def listen(checked: CheckedVisualize, reporter: Reporter) -> SectionedSong:
    """Decode and analyse the song of a job, and divide it into sections.

    Raises:
        InputError: the sound cannot be decoded, or is too short.
        UsageError: more pictures than there is room for.
    """
    job = checked.job
    track = listen_to_song(job.song, reporter, start_s=job.start_s, end_s=job.end_s)
    cues, doubts = _within(checked, track)
    for text in (*checked.warnings, *doubts, *track.warnings):
        reporter.warn(text)
    facts = hear(track)
    if job.beats is not None:
        is_part = job.start_s > 0 or job.end_s is not None
        facts = with_beats(facts, job.beats, start_s=track.start_s, is_part=is_part)
    if job.images:
        frames = facts.duration_s * float(parse_fps(job.preset.output.fps))
        if len(job.images) > frames / 2:
            raise UsageError(
                f"{len(job.images)} images do not fit into {facts.duration_s:.2f} s",
                hint="Give fewer images, or a longer part of the song.",
            )
        sections = share_sections(facts, len(job.images))
    else:
        sections = lay_sections(facts, job.preset.captions, cues)
    return SectionedSong(track, track.mono(ANALYSIS_RATE_HZ), facts, sections)


def _within(checked: CheckedVisualize, track: Track) -> tuple[list[Cue], list[str]]:
    """The captions that lie within the sound, whose exact length is known now.

    Raises:
        InputError: none does.
    """
    job, lasts_s = checked.job, track.duration_s
    if job.captions is None:
        return [], []
    is_part = job.start_s > 0 or (job.end_s is not None and track.whole_s is None)
    kept, doubts = fit_cues(checked.cues, lasts_s, job.captions.name, is_part=is_part)
    if not kept:
        raise InputError(
            f"{job.captions} says nothing while the song lasts",
            hint="Its times must lie within the part that is rendered.",
        )
    return kept, doubts
