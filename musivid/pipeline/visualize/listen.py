"""A song is decoded and analysed for `visualize`, before any model loads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import ANALYSIS_RATE_HZ, SoundFacts, hear
from musivid.core.errors import UsageError
from musivid.core.progress import Reporter
from musivid.core.timeline import Cue, parse_fps
from musivid.media.audio import Track, load_track
from musivid.pipeline.visualize.job import CheckedVisualize, fit_captions
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
    reporter.stage("listen")
    track = load_track(job.song, start_s=job.start_s, end_s=job.end_s)
    checked = fit_captions(checked, track.whole_s)
    for text in (*checked.warnings, *track.warnings):
        reporter.warn(text)
    facts = hear(track)
    if job.images:
        frames = facts.duration_s * float(parse_fps(job.preset.output.fps))
        if len(job.images) > frames / 2:
            raise UsageError(
                f"{len(job.images)} images do not fit into {facts.duration_s:.2f} s",
                hint="Give fewer images, or a longer part of the song.",
            )
        sections = share_sections(facts, len(job.images))
    else:
        cues = [cue for cue in checked.cues if cue.start_s < facts.duration_s]
        sections = lay_sections(facts, job.preset.captions, cues)
    return SectionedSong(track, track.mono(ANALYSIS_RATE_HZ), facts, sections)
