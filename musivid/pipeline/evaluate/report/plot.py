"""The picture of `evaluate --plot`: both curves on one time axis, and figures against chance."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from musivid.core.storage import write_atomic
from musivid.pipeline.evaluate.report.charts import outline
from musivid.pipeline.evaluate.report.words import describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from musivid.metrics.events import Traces

__all__ = ["write_plot"]

_MUSIC, _PICTURE, _GREY, _GOOD = "#2563c9", "#c2410c", "#7a7d86", "#12734a"
_SIZE_IN, _DPI = (12.0, 7.5), 120  # inches, and dots in one
_CLEAR_Z, _MOST_Z = 2.0, 12.0  # standard deviations from chance: clear, and the end of the scale


def write_plot(result: Mapping[str, Any], traces: Traces, path: Path) -> None:
    """Write a PNG of one file: 1440 x 900 pixels.

    Args:
        result: what `evaluate` found in it.
        traces: its curves and events.
        path: where to.

    Raises:
        OutputError: it cannot be written.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE_IN, dpi=_DPI, layout="constrained")
    # No line of a file's name is a formula.
    figure.suptitle(traces.title, parse_math=False)
    wave, both, scores = figure.subplots(3, 1, height_ratios=(1, 2.4, 2.2))
    _draw_wave(wave, traces)
    _draw_both(both, traces)
    both.sharex(wave)
    _draw_scores(scores, result)
    png = io.BytesIO()
    figure.savefig(png, format="png")
    write_atomic(path, png.getvalue())


def _draw_wave(axes: Axes, traces: Traces) -> None:
    wave = traces.waveform
    heard_s = traces.onset_times_s[-1] if len(traces.onset_times_s) else traces.duration_s
    times = np.linspace(0, heard_s, len(wave))
    axes.fill_between(times, wave[:, 0], wave[:, 1], color=_MUSIC, alpha=0.6, linewidth=0)
    axes.set(xlim=(0, max(traces.duration_s, 1e-3)), yticks=[], ylabel="sound")
    axes.tick_params(labelbottom=False)


def _draw_both(axes: Axes, traces: Traces) -> None:
    for kind, times in (("beat", traces.beats_s), ("bar", traces.downbeats_s)):
        axes.vlines(times, -1, 1, color=_GREY, alpha=0.25 if kind == "beat" else 0.6, linewidth=0.7)
    axes.vlines(traces.cuts_s, -1, 0, color=_PICTURE, linewidth=1.6)
    _fill(axes, (traces.onset_times_s, traces.onset), 1.0, (_MUSIC, "onsets"))
    _fill(
        axes,
        (traces.times_s, np.sqrt(traces.change)),
        -1.0,
        (_PICTURE, "change of the picture, square root"),
    )
    axes.set(ylim=(-1.05, 1.05), yticks=[], ylabel="music / picture", xlabel="seconds")
    if len(traces.onset) or len(traces.change):
        axes.legend(loc="upper right", ncols=2, fontsize="small", framealpha=0.85)


def _fill(
    axes: Axes, curve: tuple[np.ndarray, np.ndarray], side: float, look: tuple[str, str]
) -> None:
    if len(curve[1]):
        times, values = outline(*curve)
        heights = side * values
        axes.fill_between(times, 0, heights, color=look[0], label=look[1], alpha=0.9, linewidth=0.3)


def _draw_scores(axes: Axes, result: Mapping[str, Any]) -> None:
    """Draw how many deviations from chance each figure lies; the band is two."""
    found = [
        (describe(name)[0], float(measure["z"]))
        for section in ("sync", "meaning")
        for name, measure in (result.get(section) or {}).items()
        if name != "avs_legacy"  # its chance level is its own fault
        if isinstance(measure, Mapping) and measure.get("z") is not None
    ]
    axes.axhspan(-_CLEAR_Z, _CLEAR_Z, color=_GREY, alpha=0.15, linewidth=0)
    axes.axhline(0, color=_GREY, linewidth=0.8)
    axes.set_ylabel("deviations from chance")
    if not found:
        axes.set_xticks([])
        axes.text(0.5, 0.6, "no figure with a chance level", ha="center", transform=axes.transAxes)
        return
    places = np.arange(len(found))
    heights = np.clip([z for _, z in found], -_MOST_Z, _MOST_Z)
    colours = [_GOOD if z >= _CLEAR_Z else _GREY for _, z in found]
    axes.bar(places, heights, color=colours, width=0.6)
    axes.set_xticks(
        places, [title for title, _ in found], rotation=30, ha="right", fontsize="small"
    )
