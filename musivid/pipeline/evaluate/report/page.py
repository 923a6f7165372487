"""The report of `evaluate`: one HTML file that needs nothing else, neither network nor scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from musivid import __version__
from musivid.core.clock import clock
from musivid.core.storage import write_atomic
from musivid.pipeline.evaluate.report import charts
from musivid.pipeline.evaluate.report.tables import comparison_table, folded, section_table
from musivid.pipeline.evaluate.report.words import (
    SECTIONS,
    describe,
    number,
    safe,
    summary,
    verdict,
)

if TYPE_CHECKING:
    from musivid.core.timeline import Cue
    from musivid.metrics.compare import Comparison
    from musivid.metrics.events import Traces
    from musivid.score.notes import Score

__all__ = ["render_report", "write_report"]

_STYLE = Path(__file__).with_suffix(".css")
# Letters of base64 for all pictures of a report; the rest of 3 MB is for curves and tables.
_PICTURE_BYTES = 2_000_000
_MOST_PICTURES = 24  # in a strip
_HEADS = ("bas_music", "xcorr", "f_measure", "cuts_on_beats", "picture_sound", "picture_words")
_MOST_HEADS = 4  # figures at the top
_MOST_OPEN = 3  # cards; of more files each is folded
# The page may load nothing, from nowhere, whatever a file name or a lyric holds.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def write_report(
    results: Sequence[Mapping[str, Any]],
    traces: Sequence[Traces | None],
    path: Path,
    *,
    scores: Sequence[Score | None] = (),
    comparison: Comparison | None = None,
    settings: Mapping[str, Any] | None = None,
) -> None:
    """Write the report of one or several files; see `render_report`.

    Raises:
        OutputError: it cannot be written.
    """
    page = render_report(results, traces, scores=scores, comparison=comparison, settings=settings)
    write_atomic(path, page)


def render_report(
    results: Sequence[Mapping[str, Any]],
    traces: Sequence[Traces | None],
    *,
    scores: Sequence[Score | None] = (),
    comparison: Comparison | None = None,
    settings: Mapping[str, Any] | None = None,
) -> str:
    """Return the page as HTML.

    Args:
        results: what `evaluate` found in each file.
        traces: curves, events and thumbnails of each; None where there are none to draw.
        scores: notes of each; None, or no more of them, where there are none.
        comparison: systems side by side, shown first.
        settings: the preset, shown at the end.
    """
    room = _PICTURE_BYTES // max(len(results), 1)
    notes = [*scores, *[None] * (len(results) - len(scores))]
    names = _names(results)
    cards = [
        _file((name, result), _stage(seen, score, room), is_open=len(results) <= _MOST_OPEN)
        for name, result, seen, score in zip(names, results, traces, notes, strict=True)
    ]
    if comparison is not None:
        cards.insert(0, comparison_table(comparison))
    title = "Evaluation" if len(results) != 1 else names[0]
    foot = folded("Settings of the run", settings) if settings else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{safe(title)} · musivid</title>"
        f"<style>{_STYLE.read_text(encoding='utf-8')}</style></head><body><main>"
        f"<h1>{_HEADING}</h1>{_LEAD}{''.join(cards)}{foot}"
        f"<footer>Made by musivid {safe(__version__)}.</footer></main></body></html>\n"
    )


_HEADING = "How well does it fit, and how well is it made?"
_LEAD = (
    '<p class="soft">Where a figure could be luck, it stands beside what chance would give: the '
    "same picture begun at other moments. Only what lies outside the grey band (two deviations) "
    "says anything.</p>"
)


def _file(named: tuple[str, Mapping[str, Any]], rows: str, *, is_open: bool) -> str:
    """Return the card of one file; of many files only what they say is shown until asked."""
    name, result = named
    says = summary(result)
    head = (
        f'<h2>{safe(name)}</h2><div class="facts">{safe(_facts(result))}</div>'
        + (f'<p class="says">{safe(says)}</p>' if says else "")
        + _heads(result)
    )
    parts = [
        rows,
        *(section_table(name, found) for name, found in _sections(result)),
        folded("All figures and settings of this file", result),
    ]
    if is_open:
        return f'<section class="card">{head}{"".join(parts)}</section>'
    more = "<summary>Curves and all figures</summary>"
    return f'<section class="card">{head}<details>{more}{"".join(parts)}</details></section>'


def _names(results: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what the files are called, with their folder where that tells them apart."""
    keys = ("video", "midi", "audio", "path")
    paths = [Path(str(next((r[key] for key in keys if r.get(key)), "file"))) for r in results]
    short = Counter(path.name for path in paths)
    return [
        path.name if short[path.name] == 1 else f"{path.parent.name}/{path.name}" for path in paths
    ]


def _facts(result: Mapping[str, Any]) -> str:
    facts = []
    if isinstance(seconds := result.get("duration_s"), int | float):
        facts.append(f"{clock(seconds)} long")
    if isinstance(fps := result.get("fps"), int | float):
        facts.append(f"{fps:g} frames a second")
    if isinstance(size := result.get("size"), Sequence) and len(size) == 2:
        facts.append("×".join(str(side) for side in size))
    return " · ".join(facts)


def _sections(result: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name in SECTIONS:
        found = result.get(name)
        if isinstance(found, Mapping) and found:
            yield name, found


def _heads(result: Mapping[str, Any]) -> str:
    found = []
    for section in ("sync", "meaning"):
        for name in _HEADS:
            measure = (result.get(section) or {}).get(name)
            if isinstance(measure, Mapping) and measure.get("z") is not None:
                found.append((name, measure))
    boxes = []
    for name, measure in found[:_MOST_HEADS]:
        says = verdict(measure["z"])
        boxes.append(
            f'<div class="head {says.kind}"><span>{safe(describe(name)[0])}</span>'
            f"<b>{safe(number(measure['value']))}</b>"
            f'<span class="badge">{safe(says.text)}</span></div>'
        )
    return f'<div class="heads">{"".join(boxes)}</div>' if boxes else ""


def _stage(traces: Traces | None, score: Score | None, room: int) -> str:
    """Return the rows of one file: pictures, words, sound, where both change, and notes."""
    if traces is None and score is None:
        return ""
    lengths = [thing.duration_s for thing in (traces, score) if thing is not None]
    seconds = max(*lengths, 1e-3)
    rows = [] if traces is None else _chart_rows(traces, seconds, room)
    rows += [] if score is None else [charts.piano_roll(score, seconds)]
    legend = "" if traces is None else _LEGEND
    words = "" if traces is None else _lines(traces.cues)
    return (
        f'<div class="stage" tabindex="0"><div class="lanes" style="--seconds:{seconds:.0f}">'
        f"{''.join(rows)}{charts.axis(seconds)}</div></div>{legend}{words}"
    )


def _chart_rows(traces: Traces, seconds: float, room: int) -> list[str]:
    heard_s = float(traces.onset_times_s[-1]) if len(traces.onset_times_s) else seconds
    marks = {
        "beat": traces.beats_s,
        "bar": traces.downbeats_s,
        "cut": traces.cuts_s,
        "onset": traces.onsets_s,
    }
    curves = [
        charts.waveform(traces.waveform, heard_s / seconds),
        charts.mirror(
            (traces.onset_times_s, traces.onset),
            (traces.times_s, traces.change),
            marks,
            seconds,
        ),
    ]
    pictures = charts.filmstrip(_thumbnails(traces.thumbnails, room))
    has_curves = len(traces.onset) or len(traces.change)
    return [pictures, charts.words(traces.cues, seconds), *(curves if has_curves else [])]


_LEGEND = (
    '<div class="legend"><span><i style="background:var(--music)"></i>music: loudness, onsets'
    '</span><span><i style="background:var(--picture)"></i>picture: changes, cuts as lines</span>'
    '<span><i style="background:var(--bar)"></i>beats, the first of a bar stronger</span></div>'
)


def _thumbnails(given: Sequence[tuple[float, bytes]], room: int) -> list[tuple[float, bytes]]:
    """Return as many thumbnails as there is room for, evenly over the time."""
    count = min(len(given), _MOST_PICTURES)
    while count > 0:
        chosen = [given[k] for k in np.linspace(0, len(given) - 1, count).round().astype(int)]
        if sum(len(data) for _, data in chosen) * 4 / 3 <= room:
            return chosen
        count = count * 3 // 4
    return []


def _lines(cues: Sequence[Cue]) -> str:
    """Return all words with their times, to be read where blocks on the axis are too narrow."""
    sung = [cue for cue in cues if cue.text.strip()]
    items = "".join(f"<li><time>{clock(cue.start_s)}</time>{safe(cue.text)}</li>" for cue in sung)
    title = f"<summary>Words, {len(sung)} lines</summary>"
    return f'<details>{title}<ul class="lines">{items}</ul></details>' if sung else ""
