"""Words over pictures that are not drawn: the lines and the name of a song on frames of footage."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import SoundFacts
from musivid.core.progress import Reporter
from musivid.core.timeline import Timeline
from musivid.living.moment import lay_music
from musivid.living.scene import Backdrop, Zone
from musivid.pipeline.video.artwork import opening_name
from musivid.pipeline.video.job import VideoJob
from musivid.pipeline.video.living import opening_overlay, overlaid, words_overlay
from musivid.pipeline.video.places import sung_lines
from musivid.pipeline.video.plan import VideoPlan

__all__ = ["WORDS_BACKDROP", "words_over"]

Frame = NDArray[np.uint8]

_GAMMA = 2.2  # of the light that overlays are drawn in
# Over footage lines stand low, where hands and faces seldom are; their light is neutral.
WORDS_BACKDROP = Backdrop(Zone(align="left", top=0.86), (1.0, 0.95, 0.88))
"""Where words stand on what is not known, and their light."""


def words_over(
    job: VideoJob, plan: VideoPlan, facts: SoundFacts, reporter: Reporter
) -> Callable[[Frame, int], Frame] | None:
    """What draws lines, and the song's name if it is asked for; None: there is nothing to draw.

    Args:
        job: settings, and whether lines are written in another way.
        plan: clock, size and lines.
        facts: what was heard.
        reporter: told of letters that no font has.
    """
    preset = job.preset
    music = lay_music(facts, facts.spectrum, Timeline(facts.duration_s, plan.timeline.fps))
    lines = None if job.burn_lyrics else words_overlay(plan, music, preset, reporter)
    opening = opening_overlay(plan, preset, opening_name(preset, job.song), reporter)
    draw = overlaid(lines, opening)
    if draw is None:
        return None
    light = (np.arange(256, dtype=np.float32) / 255) ** _GAMMA
    sung = sung_lines(plan.spans[0]) if lines is not None else []
    shown = [(start - 0.5, end + 0.5) for start, end, _ in sung]

    def over(frame: Frame, number: int) -> Frame:
        moment = music.at(number)
        opens = opening is not None and moment.time_s < 7.0
        if not opens and not any(a <= moment.time_s <= b for a, b in shown):
            return frame
        planes = np.ascontiguousarray(light[frame].transpose(2, 0, 1), np.float32)
        before = planes.copy()
        draw(planes, moment, WORDS_BACKDROP)
        changed = np.any(planes != before, axis=(0, 2))
        if not changed.any():
            return frame
        rows = slice(int(changed.argmax()), len(changed) - int(changed[::-1].argmax()))
        drawn = np.clip(planes[:, rows], 0, 1) ** (1 / _GAMMA) * 255
        out = frame.copy()
        out[rows] = np.rint(drawn).astype(np.uint8).transpose(1, 2, 0)
        return out

    return over
