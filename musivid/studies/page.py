"""The report of a study: one HTML file that needs nothing else, neither network nor scripts."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from pathlib import Path

from musivid import __version__
from musivid.core.printable import printable
from musivid.metrics.compare import Interval
from musivid.studies.findings import Findings
from musivid.studies.groups import Contrast
from musivid.studies.manifest import ANCHOR
from musivid.studies.methods import methods_paragraph
from musivid.studies.pairs import Strength
from musivid.studies.results import Results
from musivid.studies.spread import PairedTest

__all__ = ["render_page"]

_STYLE = Path(__file__).with_suffix(".css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_WIDTH = 400  # units of a plot's rail
_BIAS = 0.1  # of later trials or of the left side, from which it is worth a word


def render_page(found: Findings) -> str:
    """Return the page as HTML; what the declared rules keep is counted."""
    shown = found.shown
    parts = [
        _doubts(found),
        _section("Ratings", _ratings(found)),
        _section("Differences", _differences(shown)),
        _section("Votes", _votes(shown)),
        _section("Agreement and order", _agreement(shown)),
        _section("By training in music", _roles(shown)),
        _section("By raters' training and headphones", _contrasts(shown)),
        _section("What the machine's figures foretell", _foretold(found)),
        _section("Exclusions", _exclusions(found)),
        _section("Methods", _methods(found)),
    ]
    title = _safe(found.manifest.title)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title} · musivid</title><style>{_STYLE.read_text(encoding='utf-8')}</style>"
        f'</head><body><main><h1>{title}</h1><p class="soft">{_lead(found)}</p>{"".join(parts)}'
        f"<footer>Made by musivid {_safe(__version__)}. Study {found.manifest.freeze()[:16]}."
        "</footer></main></body></html>\n"
    )


def _lead(found: Findings) -> str:
    return (
        f"{found.shown.raters} raters, {found.shown.answers} answers, {found.clips} clips, "
        f"{len(found.manifest.systems)} systems. Bars are 95 % intervals over raters and clips."
    )


def _section(title: str, content: str) -> str:
    return f"<section><h2>{title}</h2>{content}</section>" if content else ""


def _doubts(found: Findings) -> str:
    doubts = "".join(f"<li>{_safe(doubt)}</li>" for doubt in found.doubts())
    if not doubts:
        return ""
    return f'<section class="doubts"><h2>Read with care</h2><ul>{doubts}</ul></section>'


def _ratings(found: Findings) -> str:
    scale, plots = found.manifest.answers_on(), []
    for question in dict.fromkeys(mean.question for mean in found.shown.means):
        rows = [m for m in found.shown.means if m.question == question and not m.role]
        rows.sort(key=lambda mean: -mean.mean.mean)
        lines = (
            _line(row.system, row.mean, (scale.lowest, scale.highest), f"n {row.mean.n}")
            for row in rows
        )
        plots.append(_plot(question, lines, (scale.lowest, scale.highest)))
    return "".join(plots)


def _votes(results: Results) -> str:
    if results.strengths is None:
        return ""
    rows = results.strengths.systems
    ends = min(0.0, *(row.low for row in rows)), max(0.0, *(row.high for row in rows))
    lines = (
        _line(
            row.system,
            Interval(row.log_strength, row.low, row.high, row.votes),
            ends,
            f"rank {_ranks(row)}, wins {row.win_rate:.0%} of {row.votes}",
        )
        for row in rows
    )
    left = results.left_share
    side = "" if left is None else f'<p class="soft">Decided votes for the left: {left:.0%}.</p>'
    return _plot("Log strength (Bradley-Terry with ties)", lines, ends) + side


def _plot(title: str, lines: Iterable[str], ends: tuple[float, float]) -> str:
    low, high = (f"<span>{end:g}</span>" if end == round(end) else f"<span>{end:.2f}</span>"
                 for end in ends)  # fmt: skip
    return (
        f'<div class="plot"><h3>{_safe(title)}</h3>{"".join(lines)}'
        f'<div class="ends">{low}{high}</div></div>'
    )


def _line(name: str, found: Interval, ends: tuple[float, float], note: str) -> str:
    """One system: its name, its interval on a rail, its figures."""

    def place(value: float) -> float:
        share = (value - ends[0]) / ((ends[1] - ends[0]) or 1)
        return _WIDTH * min(max(share, 0.0), 1.0)

    kind = ' class="chance"' if name == ANCHOR else ""
    bar = ""
    if found.low is not None and found.high is not None:
        bar = (
            f'<line class="span" x1="{place(found.low):.1f}" x2="{place(found.high):.1f}"'
            ' y1="12" y2="12"/>'
        )
    label = f"{name}: {found.mean:.2f}{_between(found)}"
    return (
        f'<span>{_safe(name)}</span><svg{kind} viewBox="0 0 {_WIDTH} 24" role="img"'
        f' preserveAspectRatio="none" aria-label="{_safe(label)}">'
        f'<line class="rail" x1="0" x2="{_WIDTH}" y1="12" y2="12"/>{bar}'
        f'<ellipse class="dot" cx="{place(found.mean):.1f}" cy="12" rx="4" ry="6"/></svg>'
        f'<span class="figure">{found.mean:.2f}{_between(found)}'
        f" <small>{_safe(note)}</small></span>"
    )


def _differences(results: Results) -> str:
    return _compared(
        (
            each.question,
            f"{each.system} less {each.other}",
            each.test,
            each.p_holm,
            each.test.raters,
        )
        for each in results.differences
    )


def _compared(rows: Iterable[tuple[str, str, PairedTest | Contrast, float | None, int]]) -> str:
    """A table of differences: question, what less what, the test, corrected p, raters."""
    shown = [
        (
            question,
            compared,
            f"{test.difference.mean:+.2f}{_between(test.difference)}",
            _chance(p_holm),
            _number(test.effect, 2),
            str(raters),
        )
        for question, compared, test, p_holm, raters in rows
    ]
    return _table(("question", "", "difference", "p (Holm)", "effect", "raters"), shown, 2)


def _agreement(results: Results) -> str:
    rows = [
        (
            question,
            f"{found.alpha:.2f}" + _range(found.low, found.high),
            str(found.units),
            _number(order.rho, 2) + _range(order.low, order.high),
        )
        for question, found in results.agreement.items()
        for order in (results.order[question],)
    ]
    drift = any(abs(order.rho or 0) > _BIAS for order in results.order.values())
    note = '<p class="soft">Later trials are answered otherwise than earlier ones.</p>'
    pace = results.pace
    head = ("question", "Krippendorff's alpha", "stimuli", "answer with position (Spearman)")
    time = (
        ""
        if pace.median_s is None
        else (
            f'<p class="soft">A trial takes {pace.median_s:.0f} s (median); seconds with position: '
            f"{_number(pace.order.rho, 2)}{_range(pace.order.low, pace.order.high)}.</p>"
        )
    )
    return _table(head, rows, 1) + (note if drift and rows else "") + time


def _roles(results: Results) -> str:
    rows = [
        (mean.question, mean.system, mean.role, f"{mean.mean.mean:.2f}{_between(mean.mean)}",
         str(mean.raters))
        for mean in results.means if mean.role
    ]  # fmt: skip
    return _table(("question", "system", "training", "mean", "raters"), rows, 3)


def _contrasts(results: Results) -> str:
    return _compared(
        (one.question, f"{one.by} {one.group} less {one.other}", one, one.p_holm, one.difference.n)
        for one in results.contrasts
    )


def _foretold(found: Findings) -> str:
    rows = [
        (
            one.question,
            one.figure,
            _number(one.order.rho, 2) + _range(one.order.low, one.order.high),
            str(one.order.n),
        )
        for one in found.foretold()
    ]
    return _table(("question", "figure (above chance)", "Spearman", "stimuli"), rows, 2)


def _exclusions(found: Findings) -> str:
    rows = [(rule, str(count)) for rule, count in found.excluded.counts().items()]
    rows.append(("single answers far from all others", str(len(found.excluded.outliers))))
    table = _table(("rule", "excluded"), rows, 1)
    shifts = [
        (mean.question, mean.system, f"{mean.mean.mean:.2f}", f"{after.mean.mean:.2f}")
        for mean in found.everybody.means if not mean.role
        for after in found.kept.means
        if (after.question, after.system, after.role) == (mean.question, mean.system, "")
    ]  # fmt: skip
    head = ("question", "system", "mean of all", "after exclusions")
    return table + (_table(head, shifts, 2) if found.excluded.participants else "")


def _table(head: Iterable[str], rows: Iterable[Iterable[str]], numbers_from: int) -> str:
    """A table whose columns from `numbers_from` on are numbers; nothing without rows."""

    def cells(tag: str, row: Iterable[str]) -> Iterator[str]:
        for k, text in enumerate(row):
            kind = ' class="n"' if k >= numbers_from else ""
            yield f"<{tag}{kind}>{_safe(text)}</{tag}>"

    body = "".join(f"<tr>{''.join(cells('td', row))}</tr>" for row in rows)
    return f"<table><tr>{''.join(cells('th', head))}</tr>{body}</table>" if body else ""


def _between(found: Interval) -> str:
    return _range(found.low, found.high)


def _range(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f" [{low:.2f}, {high:.2f}]"


def _methods(found: Findings) -> str:
    _, *paragraphs = methods_paragraph(found).strip().split("\n\n")
    return "".join(f"<p>{_safe(text)}</p>" for text in paragraphs)


def _ranks(row: Strength) -> str:
    alone = row.best_rank == row.worst_rank
    return str(row.rank) if alone else f"{row.best_rank} to {row.worst_rank}"


def _chance(p: float | None) -> str:
    return "< 0.0001" if p is not None and p < 1e-4 else _number(p, 4)


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _safe(text: str) -> str:
    return html.escape(printable(text), quote=True)
