"""Tables of the report: figures beside their chance levels, and systems side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from musivid.core.plain_json import json_document
from musivid.pipeline.evaluate.report import charts
from musivid.pipeline.evaluate.report.words import (
    SECTIONS,
    describe,
    number,
    safe,
    verdict,
    with_unit,
)

if TYPE_CHECKING:
    from musivid.metrics.compare import Comparison

__all__ = ["comparison_table", "folded", "section_table"]

_CLEAR_P = 0.05  # the usual level of significance
_LAST = ("avs_legacy",)  # figures that nobody should read first


def section_table(name: str, found: Mapping[str, Any]) -> str:
    """Return figures with a chance level as a table, the others as a list below it."""
    rows, plain = [], []
    for key, item in sorted(found.items(), key=lambda pair: pair[0] in _LAST):
        if isinstance(item, Mapping) and item.get("z") is not None:
            rows.append(_row(key, item, name))
        elif isinstance(item, Mapping) and "value" not in item:
            plain += [(f"{key} {inner}", value, "") for inner, value in item.items()]
        elif isinstance(item, Mapping):
            plain.append((key, item["value"], str(item.get("reason", ""))))
        else:
            plain.append((key, item, ""))
    body = f"<h3>{safe(SECTIONS[name])}</h3>"
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
        f'<td class="title">{safe(title)}<small>{safe(explained)}</small></td>'
        f'<td class="value">{safe(number(measure["value"]))}</td>'
        f'<td class="chance" data-label="by chance">{safe(chance)}</td>'
        f'<td class="plot">{charts.gauge(float(measure["z"]))}</td>'
        f'<td class="says"><span class="badge">{safe(says.text)}</span></td></tr>'
    )


def _pair(name: str, value: Any, reason: str) -> str:
    title, explained = describe(name)
    shown = reason if value is None and reason else with_unit(name, _short(value))
    return f'<div title="{safe(explained)}"><dt>{safe(title)}</dt><dd>{safe(shown)}</dd></div>'


def _short(value: Any) -> str:
    """Return a value that is not a measure: a figure, a word, or how many things a list has."""
    if isinstance(value, list | tuple):
        few = len(value) <= 4 and all(not isinstance(item, list | dict) for item in value)
        return " × ".join(number(item) for item in value) if few and value else str(len(value))
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {number(item)}" for key, item in value.items())
    return number(value)


def comparison_table(found: Comparison) -> str:
    """Return systems side by side, a row for each figure and system."""
    rows = [row for figure in found.means for row in _systems(found, figure)]
    return (
        '<section class="card"><h2>Side by side</h2><p class="soft">Means with 95 % intervals, '
        "less the chance level where a figure has one: flashing all the time wins nothing. "
        f"Each system is compared with {safe(found.systems[0])} over the files that both have; p "
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
        title = safe(_title(figure)) if index == 0 else ""
        plot = charts.interval(mean.low, mean.mean, mean.high, (min(ends), max(ends)))
        yield (
            f'<tr class="{kind}{place}"><td class="title wide">{title}</td>'
            f'<td>{safe(system)}</td><td class="value">{safe(number(mean.mean))}</td>'
            f'<td class="plot">{plot}</td><td class="says">'
            + (f'<span class="badge">p {safe(f"{p:.2g}")}</span>' if p is not None else "")
            + "</td></tr>"
        )


def _title(figure: str) -> str:
    """Return the title of a dotted figure; with its group, where that is needed to know it."""
    group, _, name = figure.rpartition(".")
    return describe(name)[0] if group.count(".") == 0 else f"{group.rpartition('.')[2]} {name}"


def folded(title: str, data: Mapping[str, Any]) -> str:
    """Return settings or figures as JSON that opens when its title is touched."""
    text = json_document(data).rstrip()
    return f"<details><summary>{safe(title)}</summary><pre>{safe(text)}</pre></details>"
