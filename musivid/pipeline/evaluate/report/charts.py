"""Drawings of the report as SVG and HTML text: what sounds and what is seen on one time axis.

Rows are stretched to the width of the page, so they hold no letters; letters are HTML beside them.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from musivid.core.clock import clock
from musivid.core.timeline import Cue
from musivid.pipeline.evaluate.report.words import safe
from musivid.score.notes import Score

__all__ = [
    "Html",
    "axis",
    "filmstrip",
    "gauge",
    "interval",
    "mirror",
    "outline",
    "piano_roll",
    "waveform",
    "words",
]

Curve = NDArray[np.floating]
Html = str

_POINTS = 1400  # of a curve; more than a screen shows
_HEIGHT = 100.0  # of a row, in its own units
# Between marks of the axis, of which one is chosen.
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
_MOST_MARKS = 10  # on the axis
_GAUGE_Z = 6.0  # a gauge shows this many deviations to each side


def filmstrip(thumbnails: Sequence[tuple[float, bytes]]) -> Html:
    """Return thumbnails side by side, each evenly wide: when they are shown, and JPEG bytes."""
    images = "".join(
        f'<img src="data:image/jpeg;base64,{base64.b64encode(data).decode()}" '
        f'alt="picture at {clock(time_s)}" title="{clock(time_s)}">'
        for time_s, data in thumbnails
    )
    return f'<div class="lane strip">{images}</div>' if images else ""


def waveform(samples: Curve, share: float = 1.0) -> Html:
    """Return a waveform over the first `share` of the time: least and greatest samples [n, 2]."""
    if not len(samples):
        return ""
    loudest = float(np.abs(samples).max()) or 1.0
    across = np.linspace(0, 1000 * min(share, 1.0), len(samples))
    low, high = (50 - 48 * samples[:, side] / loudest for side in (0, 1))
    points = [*zip(across, high, strict=True), *zip(across[::-1], low[::-1], strict=True)]
    return _svg(f'<path class="wave" d="{_path(points)}Z"/>', "waveform", 56)


def outline(times: Curve, values: Curve) -> tuple[Curve, Curve]:
    """Return the peaks of a curve, few enough to be drawn, scaled to 0..1; at least one value."""
    values = np.nan_to_num(np.asarray(values, np.float64)).clip(0)
    if len(values) > _POINTS:
        borders = np.linspace(0, len(values), _POINTS + 1).astype(np.int64)[:-1]
        times, values = times[borders], np.maximum.reduceat(values, borders)
    # One flash must not flatten all else.
    top = max(float(np.quantile(values, 0.995)), float(values.max()) / 3) or 1.0
    return np.asarray(times, np.float64), np.minimum(values / top, 1.0)


def mirror(
    onset: tuple[Curve, Curve],
    change: tuple[Curve, Curve],
    marks: Mapping[str, Iterable[float]],
    duration_s: float,
) -> Html:
    """Return the two curves that should meet: the music's above the line, the picture's below.

    Of the picture's the square root is drawn, so that pulses can be seen beside cuts.

    Args:
        onset: times [n] in seconds and strength [n] of onsets.
        change: times [m] in seconds and change [m] of the picture.
        marks: class of line (`beat`, `bar`, `cut`, `onset`): seconds at which to draw it.
        duration_s: the whole time.
    """
    times = {kind: [t for t in moments if 0 <= t <= duration_s] for kind, moments in marks.items()}
    drawn = [
        *(_ticks(kind, times.get(kind, []), duration_s, (0, 100)) for kind in ("beat", "bar")),
        _hill("onsets", onset, duration_s, -54),
        _hill("changes", (change[0], np.sqrt(change[1])), duration_s, 36),
        '<path class="zero" d="M0 58H1000"/>',
        _ticks("onset", times.get("onset", []), duration_s, (0, 4)),
        _ticks("cut", times.get("cut", []), duration_s, (58, 100)),
    ]
    return _svg("".join(drawn), "onsets of the music above, changes of the picture below", 170)


def piano_roll(score: Score, duration_s: float) -> Html:
    """Return the notes as bars at their pitch, drums in grey below them."""
    pitches = [n.pitch for t in score.tracks if not t.is_drum for n in t.notes] or [60]
    low, high = min(pitches), max(pitches)
    tall = 78 / (high - low + 1)
    paths: dict[str, list[str]] = {"notes": [], "drums": []}
    for track in score.tracks:
        for note in track.notes:
            across = 1000 * score.time_s(note.start) / duration_s
            wide = max(1000 * score.time_s(note.end) / duration_s - across, 0.6)
            top = 82 + 16 * ((note.pitch - 35) % 16) / 16
            if not track.is_drum:
                top = 80 - tall * (note.pitch - low + 1)
            tallness = 1.0 if track.is_drum else max(tall * 0.86, 0.5)
            bar = f"M{across:.1f} {top:.1f}h{wide:.1f}v{tallness:.1f}h{-wide:.1f}Z"
            paths["drums" if track.is_drum else "notes"].append(bar)
    drawn = "".join(
        f'<path class="{kind}" d="{"".join(bars)}"/>' for kind, bars in paths.items() if bars
    )
    return _svg(drawn, "notes by pitch, drums below", 170) if drawn else ""


def words(cues: Sequence[Cue], duration_s: float) -> Html:
    """Return the lines of a song as blocks under their time."""
    blocks = []
    for number, cue in enumerate(cues):
        following = cues[number + 1].start_s if number + 1 < len(cues) else duration_s
        end_s = min(following if cue.end_s is None else cue.end_s, duration_s)
        if cue.text.strip() and cue.start_s < end_s:
            text = safe(cue.text)
            place = f"left:{_share(cue.start_s, duration_s)};"
            width = f"width:calc({_share(end_s - cue.start_s, duration_s)} - 2px)"
            blocks.append(f'<span style="{place}{width}" title="{text}">{text}</span>')
    return f'<div class="lane words">{"".join(blocks)}</div>' if blocks else ""


def axis(duration_s: float) -> Html:
    """Return times below the rows, about ten of them."""
    step = next((s for s in _STEPS_S if duration_s / s <= _MOST_MARKS), _STEPS_S[-1])
    marks = [step * k for k in range(int(duration_s // step) + 1)]
    if len(marks) > 1 and duration_s - marks[-1] < step / 2:
        marks.pop()
    spans = [f'<span style="left:{_share(m, duration_s)}">{clock(m)}</span>' for m in marks]
    spans.append(f'<span class="last" style="left:100%">{clock(duration_s)}</span>')
    return f'<div class="lane axis">{"".join(spans)}</div>'


def gauge(z: float) -> str:
    """Return where a figure lies against chance: the band is two deviations, the dot the figure."""
    at = 100 + 100 * float(np.clip(z / _GAUGE_Z, -0.94, 0.94))
    band = 100 * 2 / _GAUGE_Z
    label = f"{z:+.1f} standard deviations from chance"
    return (
        f'<svg class="gauge" viewBox="0 0 200 24" role="img" aria-label="{label}">'
        f'<rect class="span" x="{100 - band:.1f}" y="5" width="{2 * band:.1f}" height="14" rx="7"/>'
        '<line class="axisline" x1="0" y1="12" x2="200" y2="12"/>'
        '<line class="mid" x1="100" y1="5" x2="100" y2="19"/>'
        f'<circle class="dot" cx="{at:.1f}" cy="12" r="5.5"/><title>{label}</title></svg>'
    )


def interval(low: float | None, mean: float, high: float | None, span: tuple[float, float]) -> str:
    """Return a mean with its interval on a scale from `span[0]` to `span[1]`."""
    width = span[1] - span[0] or 1.0

    def at(value: float) -> float:
        return 6 + 188 * (value - span[0]) / width

    line = ""
    if low is not None and high is not None:
        line = f'<line x1="{at(low):.1f}" y1="10" x2="{at(high):.1f}" y2="10"/>'
    dot = f'<circle cx="{at(mean):.1f}" cy="10" r="5"/>'
    return f'<svg class="interval" viewBox="0 0 200 20" aria-hidden="true">{line}{dot}</svg>'


def _svg(inside: str, label: str, height_px: int) -> Html:
    return (
        f'<div class="lane"><svg viewBox="0 0 1000 {_HEIGHT:.0f}" preserveAspectRatio="none" '
        f'style="height:{height_px}px" role="img" aria-label="{label}">{inside}</svg></div>'
    )


def _hill(kind: str, curve: tuple[Curve, Curve], duration_s: float, height: float) -> str:
    """Return a filled curve that stands on the line (or hangs from it: `height` above 0)."""
    if not len(curve[1]):
        return ""
    times, values = outline(*curve)
    across = 1000 * times / duration_s
    heights = 58 + height * values
    points = [(across[0], 58), *zip(across, heights, strict=True), (across[-1], 58)]
    return f'<path class="{kind}" d="{_path(points)}Z"/>'


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _ticks(kind: str, times_s: Sequence[float], duration_s: float, span: tuple[int, int]) -> str:
    """Return all lines of one kind as one path."""
    drawn = "".join(f"M{1000 * t / duration_s:.1f} {span[0]}V{span[1]}" for t in times_s)
    return f'<path class="{kind}" d="{drawn}"/>' if drawn else ""


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole if whole > 0 else 0:.3f}%"
