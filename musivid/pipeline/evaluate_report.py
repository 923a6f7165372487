"""The report of `evaluate`: one HTML file that needs nothing else, neither network nor scripts."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from musivid import __version__
from musivid.pipeline import evaluate_charts as charts
from musivid.pipeline.evaluate_words import SECTIONS, describe, number, summary, verdict
from musivid.storage import write_atomic

if TYPE_CHECKING:
    from musivid.metrics.compare import Comparison
    from musivid.metrics.events import Traces
    from musivid.timeline import Cue

__all__ = ["render_report", "write_report"]

_STYLE = Path(__file__).with_suffix(".css")
# Letters of base64 for all pictures of a report; the rest of 3 MB is for curves and tables.
_PICTURE_BYTES = 2_000_000
_MOST_PICTURES = 24
_HEADS = ("bas_music", "xcorr", "f_measure", "cuts_on_beats", "picture_sound", "picture_words")
_MOST_HEADS = 4
_CLEAR_P = 0.05
# The page may load nothing, from nowhere, whatever a file name or a lyric holds.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def write_report(
    results: Sequence[Mapping[str, Any]],
    traces: Sequence[Traces | None],
    path: Path,
    *,
    comparison: Comparison | None = None,
    settings: Mapping[str, Any] | None = None,
) -> None:
    """Write the report of one or several files; see `render_report`.

    Raises:
        OutputError: it cannot be written.
    """
    page = render_report(results, traces, comparison=comparison, settings=settings)
    write_atomic(path, page)


def render_report(
    results: Sequence[Mapping[str, Any]],
    traces: Sequence[Traces | None],
    *,
    comparison: Comparison | None = None,
    settings: Mapping[str, Any] | None = None,
) -> str:
    """Return the page as HTML.

    Args:
        results: what `evaluate` found in each file.
        traces: curves, events and thumbnails of each; None where there are none to draw.
        comparison: systems side by side, shown first.
        settings: the preset, shown at the end.
    """
    room = _PICTURE_BYTES // max(len(results), 1)
    cards = [_file(r, t, room) for r, t in zip(results, traces, strict=True)]
    if comparison is not None:
        cards.insert(0, _comparison(comparison))
    title = "Evaluation" if len(results) != 1 else _name(results[0])
    foot = _folded("Settings of the run", settings) if settings else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_text(title)} · musivid</title>"
        f"<style>{_STYLE.read_text(encoding='utf-8')}</style></head><body><main>"
        f"<h1>How well do picture and music fit?</h1>{_LEAD}{''.join(cards)}{foot}"
        f"<footer>Made by musivid {_text(__version__)}.</footer></main></body></html>\n"
    )


_LEAD = (
    '<p class="soft">Each figure stands beside what chance would give: the same picture, begun at '
    "other moments. Only what lies outside the grey band (two deviations) says anything.</p>"
)


def _file(result: Mapping[str, Any], traces: Traces | None, room: int) -> str:
    says = summary(result)
    parts = [
        f"<h2>{_text(_name(result))}</h2>",
        f'<div class="facts">{_text(_facts(result))}</div>',
        f'<p class="says">{_text(says)}</p>' if says else "",
        _heads(result),
        "" if traces is None else _stage(traces, room),
        *(_section(name, found) for name, found in _sections(result)),
        "" if traces is None else _lines(traces.cues),
        _folded("All figures and settings of this file", result),
    ]
    return f'<section class="card">{"".join(parts)}</section>'


def _name(result: Mapping[str, Any]) -> str:
    named = (result.get(key) for key in ("video", "midi", "audio", "path"))
    return Path(str(next((name for name in named if name), "file"))).name


def _facts(result: Mapping[str, Any]) -> str:
    facts = []
    if isinstance(seconds := result.get("duration_s"), int | float):
        facts.append(f"{charts.clock(seconds)} long")
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
            f'<div class="head {says.kind}"><span>{_text(describe(name)[0])}</span>'
            f"<b>{_text(number(measure['value']))}</b>"
            f'<span class="badge">{_text(says.text)}</span></div>'
        )
    return f'<div class="heads">{"".join(boxes)}</div>' if boxes else ""


def _stage(traces: Traces, room: int) -> str:
    """Return the lanes of one file: pictures, words, sound, and where both change."""
    seconds = max(float(traces.duration_s), 1e-3)
    heard_s = float(traces.onset_times_s[-1]) if len(traces.onset_times_s) else seconds
    marks = {
        "beat": traces.beats_s,
        "bar": traces.downbeats_s,
        "cut": traces.cuts_s,
        "onset": traces.onsets_s,
    }
    onset, change = (traces.onset_times_s, traces.onset), (traces.times_s, traces.change)
    lanes = [
        charts.filmstrip(_thumbnails(traces.thumbnails, room)),
        charts.words(traces.cues, seconds),
        charts.waveform(traces.waveform, heard_s / seconds),
        charts.mirror(onset, change, marks, seconds),
        charts.axis(seconds),
    ]
    return (
        f'<div class="stage" tabindex="0"><div class="lanes" style="--seconds:{seconds:.0f}">'
        f"{''.join(lanes)}</div></div>{_LEGEND}"
    )


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
    items = "".join(
        f"<li><time>{charts.clock(cue.start_s)}</time>{_text(cue.text)}</li>" for cue in sung
    )
    title = f"<summary>Words, {len(sung)} lines</summary>"
    return f'<details>{title}<ul class="lines">{items}</ul></details>' if sung else ""


def _section(name: str, found: Mapping[str, Any]) -> str:
    """Return figures with a chance level as a table, the others as a list below it."""
    rows, plain = [], []
    for key, item in found.items():
        if isinstance(item, Mapping) and item.get("z") is not None:
            rows.append(_row(key, item, name))
        elif isinstance(item, Mapping) and "value" not in item:
            plain += [(f"{key} {inner}", value, "") for inner, value in item.items()]
        elif isinstance(item, Mapping):
            plain.append((key, item["value"], str(item.get("reason", ""))))
        else:
            plain.append((key, item, ""))
    body = f"<h3>{_text(SECTIONS[name])}</h3>"
    if rows:
        body += (
            "<table><thead><tr><th>Figure</th><th>Value</th><th>By chance</th>"
            f"<th>Against chance</th><th></th></tr></thead><tbody>{''.join(rows)}</tbody></table>"
        )
    return body + (f"<dl>{''.join(_pair(*item) for item in plain)}</dl>" if plain else "")


def _row(name: str, measure: Mapping[str, Any], section: str) -> str:
    title, explained = describe(name)
    says = verdict(float(measure["z"]), section)
    chance = f"{number(measure.get('chance_mean'))} ± {number(measure.get('chance_std'))}"
    return (
        f'<tr class="{says.kind}">'
        f'<td class="title">{_text(title)}<small>{_text(explained)}</small></td>'
        f'<td class="value">{_text(number(measure["value"]))}</td>'
        f'<td class="chance" data-label="by chance">{_text(chance)}</td>'
        f'<td class="plot">{charts.gauge(float(measure["z"]))}</td>'
        f'<td class="says"><span class="badge">{_text(says.text)}</span></td></tr>'
    )


def _pair(name: str, value: Any, reason: str) -> str:
    title, explained = describe(name)
    shown = reason if value is None and reason else _short(value)
    return f'<div title="{_text(explained)}"><dt>{_text(title)}</dt><dd>{_text(shown)}</dd></div>'


def _short(value: Any) -> str:
    """Return a value that is no measure: a figure, a word, or how many things a list has."""
    if isinstance(value, list | tuple):
        few = len(value) <= 4 and all(not isinstance(item, list | dict) for item in value)
        return ", ".join(number(item) for item in value) if few and value else str(len(value))
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {number(item)}" for key, item in value.items())
    return number(value)


def _comparison(found: Comparison) -> str:
    """Return systems side by side, a row for each figure and system."""
    rows = [row for figure in found.means for row in _systems(found, figure)]
    return (
        '<section class="card"><h2>Side by side</h2><p class="soft">Means with 95 % intervals. '
        f"Each system is compared with {_text(found.systems[0])} over the files that both have; p "
        "is that of a paired sign-flip test, corrected for the number of figures.</p>"
        "<table><thead><tr><th>Figure</th><th>System</th><th>Mean</th><th>Interval</th>"
        f"<th>Against the first</th></tr></thead><tbody>{''.join(rows)}</tbody></table></section>"
    )


def _systems(found: Comparison, figure: str) -> Iterator[str]:
    """Yield the rows of one figure; all of them on one scale."""
    each = found.means[figure]
    ends = [v for i in each.values() for v in (i.low, i.mean, i.high) if v is not None]
    for index, (system, mean) in enumerate(each.items()):
        contrast = found.contrasts.get(figure, {}).get(system)
        p = contrast.p_holm if contrast is not None else None
        kind = "good" if p is not None and p < _CLEAR_P else "flat"
        place = " follows" * (index + 1 < len(each)) + " again" * (index > 0)
        title = _text(_title(figure)) if index == 0 else ""
        plot = charts.interval(mean.low, mean.mean, mean.high, (min(ends), max(ends)))
        yield (
            f'<tr class="{kind}{place}"><td class="title wide">{title}</td>'
            f'<td>{_text(system)}</td><td class="value">{_text(number(mean.mean))}</td>'
            f'<td class="plot">{plot}</td><td class="says">'
            + (f'<span class="badge">p {_text(f"{p:.2g}")}</span>' if p is not None else "")
            + "</td></tr>"
        )


def _title(figure: str) -> str:
    """Return the title of a dotted figure; with its group, where that is needed to know it."""
    group, _, name = figure.rpartition(".")
    return describe(name)[0] if group.count(".") == 0 else f"{group.rpartition('.')[2]} {name}"


def _folded(title: str, data: Mapping[str, Any]) -> str:
    text = json.dumps(data, indent=1, ensure_ascii=False, default=str)
    return f"<details><summary>{_text(title)}</summary><pre>{_text(text)}</pre></details>"


def _text(value: str) -> str:
    """Return text that cannot be mistaken for HTML, inside attributes too."""
    return html.escape(value, quote=True)
