"""A picture of music and film on one time axis: motion, visual beats, cuts, tempo, notes."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from musivid.core.storage import write_atomic
from musivid.pipeline.bgm.plan import BgmPlan
from musivid.score.notes import Score

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_bgm"]

_COLOURS = {
    "Drums": "#7a7a7a",
    "Piano": "#2a6fb0",
    "Guitar": "#d98324",
    "Bass": "#7b4ea3",
    "Strings": "#3a9158",
}
_OTHER = "#b03a5b"
_CUT, _BEAT = "#c0392b", "#dddddd"
_MOST_BEATS = 400  # beyond that, lines of beats would be a grey plane


def plot_bgm(plan: BgmPlan, score: Score, title: str, path: Path) -> None:
    """Write the picture as a PNG.

    Raises:
        OutputError: it cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(14, 8), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(4, 1, sharex=True, height_ratios=(1.1, 1.1, 0.8, 2.6))
    _draw_motion(axes[0], plan)
    _draw_impact(axes[1], plan)
    _draw_tempo(axes[2], plan)
    _draw_notes(axes[3], plan, score)
    for axis in axes:
        whole = axis.get_xaxis_transform()  # from the bottom to the top, whatever is drawn
        axis.vlines(plan.motion.cuts_s, 0, 1, transform=whole, color=_CUT, lw=1.0, alpha=0.8)
        axis.margins(x=0)
    axes[0].set_title(title, loc="left", fontsize=11, parse_math=False)
    axes[-1].set_xlabel("seconds")
    axes[-1].set_xlim(0, plan.duration_s)
    data = io.BytesIO()
    with warnings.catch_warnings():
        # Names may be in a script that the font has not; boxes stand in for it.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(data, format="png", metadata={"Software": "musivid"})
    write_atomic(path, data.getvalue())


def _draw_motion(axis: Axes, plan: BgmPlan) -> None:
    motion = plan.motion
    axis.fill_between(motion.times_s, motion.flow, color="#88aacc", lw=0)
    axis.set_ylabel("motion")
    axis.set_ylim(0, max(0.1, float(np.percentile(motion.flow, 99.5)) * 1.15))
    axis.plot([], [], color=_CUT, lw=1.0, label="cuts")
    axis.legend(loc="upper right", fontsize=8)


def _draw_impact(axis: Axes, plan: BgmPlan) -> None:
    motion = plan.motion
    axis.plot(motion.times_s, np.maximum(motion.impact, 0), color="#446688", lw=0.7)
    axis.vlines(motion.beats_s, 0, motion.beat_weights, color="#e07b39", lw=1.6)
    axis.plot([], [], color="#e07b39", lw=1.6, label="visual beats")
    axis.legend(loc="upper right", fontsize=8)
    axis.set_ylabel("impact")
    axis.set_ylim(0, 1.05)


def _draw_tempo(axis: Axes, plan: BgmPlan) -> None:
    beats = plan.tempo.beats_s
    tempi = plan.tempo.bpm
    axis.step(beats[:-1], tempi, where="post", color="#333333", lw=1.0)
    mean = plan.tempo.mean_bpm
    axis.set_ylim(mean * 0.9, mean * 1.1)
    axis.set_ylabel("bpm")


def _draw_notes(axis: Axes, plan: BgmPlan, score: Score) -> None:
    from matplotlib.collections import LineCollection

    beats = plan.tempo.beats_s
    if len(beats) <= _MOST_BEATS:
        for index, time_s in enumerate(beats):
            axis.axvline(
                time_s, color=_BEAT, lw=1.0 if index % plan.metre.beats == 0 else 0.4, zorder=0
            )
    shown: list[int] = []
    for track in score.tracks:
        starts = score.times_s([n.start for n in track.notes])
        ends = score.times_s([n.end for n in track.notes])
        lines: list[Any] = [
            [(start, n.pitch), (end, n.pitch)]
            for start, end, n in zip(starts, ends, track.notes, strict=True)
        ]
        colour = _COLOURS.get(track.name, _OTHER)
        axis.add_collection(LineCollection(lines, colors=colour, linewidths=2.2))
        axis.plot([], [], color=colour, lw=2.2, label=track.name.lstrip("_ ") or "notes")
        shown += [note.pitch for note in track.notes]
    axis.set_ylim(min(shown, default=40) - 3, max(shown, default=80) + 3)
    axis.set_ylabel("pitch")
    # Names of tracks come from files: a $ in them is not a formula.
    for text in axis.legend(loc="upper right", fontsize=8, ncols=5).get_texts():
        text.set_parse_math(False)
