"""The paragraphs for a paper: what was done and found, with all numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from musivid import __version__
from musivid.studies.findings import Findings
from musivid.studies.manifest import ANCHOR
from musivid.studies.results import Results

__all__ = ["methods_paragraph", "result_rows"]

_DESIGNS = {
    "rate": "rated {one} at a time on {questions} ({low:g} to {high:g})",
    "multi": "rated {all} side by side with sliders ({low:g} to {high:g}) on"
    " {questions}, switching between them at the same moment of the film",
    "create": "brought clips of their own, set tempo, mood, genre and rhythm threshold, and rated"
    " the music that each system wrote for them, blind, on {questions} ({low:g} to {high:g})",
    "compare": "chose between {two}, with both and neither allowed",
}


def methods_paragraph(found: Findings) -> str:
    """Return Markdown: the title, then procedure, exclusions, statistics and figures."""
    parts = (_procedure(found), _left_out(found), _statistics(found.shown),
             _figures(found.shown), _others(found))  # fmt: skip
    paragraphs = [" ".join(part) for part in parts]
    return f"# {found.manifest.title}\n\n" + "\n\n".join(filter(None, paragraphs)) + "\n"


Table = tuple[str, Sequence[str], Sequence[Sequence[str]]]


def result_rows(found: Results) -> Iterator[Table]:
    """Yield tables for a terminal: title, names of columns, rows; empty ones are left out."""
    means = [
        (m.question, m.system, f"{m.mean.mean:.2f}", _ends(m.mean.low, m.mean.high),
         str(m.mean.n))
        for m in found.means if not m.role
    ]  # fmt: skip
    gaps = [
        (d.question, f"{d.system} less {d.other}", f"{d.test.difference.mean:+.2f}",
         "-" if d.p_holm is None else f"{d.p_holm:.4f}")
        for d in found.differences
    ]  # fmt: skip
    ranks = [
        (s.system, f"{s.log_strength:+.2f}", _ends(s.low, s.high), f"{s.win_rate:.0%}")
        for s in (found.strengths.systems if found.strengths else ())
    ]
    if means:
        yield "Ratings", ("question", "system", "mean", "95 %", "n"), means
    if gaps:
        yield "Differences", ("question", "", "difference", "p (Holm)"), gaps
    if ranks:
        yield "Votes", ("system", "log strength", "95 %", "wins"), ranks


def _procedure(found: Findings) -> Iterator[str]:
    manifest = found.manifest
    scale = manifest.answers_on()
    questions = ", ".join(question.name for question in manifest.asked())
    of_pictures = manifest.vary == "picture"
    done = _DESIGNS[manifest.design].format(
        questions=questions, low=scale.lowest, high=scale.highest,
        one="one film of a song" if of_pictures else "one piece of music",
        two="two films of one song" if of_pictures else "two pieces of music for one clip",
        all="all films of a song" if of_pictures else "all systems of a clip",
    )  # fmt: skip
    yield f"{found.shown.raters} participants {done}."
    systems = ", ".join(manifest.systems)
    yield f"There were {found.clips} clips and {len(manifest.systems)} systems ({systems})."
    if manifest.anchor:
        other = "film of another song" if of_pictures else "music of another clip"
        yield f"A hidden system ({ANCHOR}) was the {other}: the level of chance."
    if manifest.reference:
        openly = ", and could be heard by its name, too" if manifest.open_reference else ""
        yield f"The clips' own music ({manifest.reference}) was hidden among the systems{openly}."
    checks = manifest.check_trials()
    yield (
        f"Each participant had {manifest.trials} trials that count, {checks.training} for training,"
        f" {checks.instructed} with an instructed answer, {checks.gold} without sound and"
        f" {checks.repeat} shown again."
    )
    yield (
        "Stimuli were encoded alike, without metadata, at -16 LUFS, under random names; orders"
        f" followed balanced designs drawn with seed {manifest.seed}."
        f" The study was fixed beforehand (SHA-256 {manifest.freeze()[:16]})."
    )


def _left_out(found: Findings) -> Iterator[str]:
    excluded = found.excluded
    if not excluded.participants and not excluded.outliers:
        yield "By the rules that were declared beforehand nobody was excluded."
        return
    rules = ", ".join(f"{rule}: {count}" for rule, count in excluded.counts().items())
    yield (
        f"By the rules that were declared beforehand {len(excluded.participants)} participants were"
        f" excluded{f' ({rules})' if rules else ''}, and {len(excluded.outliers)} single answers."
    )
    if found.keeps_nobody:
        yield "As this left nobody, all answers are counted here."


def _statistics(found: Results) -> Iterator[str]:
    if found.means:
        yield (
            "Means have 95 % intervals from a bootstrap over raters and clips (Owen 2007);"
            " differences were tested by Wilcoxon's signed ranks over raters, corrected by Holm's"
            " method; agreement is Krippendorff's alpha for intervals."
        )
    if found.strengths:
        yield (
            "Votes were modelled after Bradley and Terry with ties (Davidson 1970), with intervals"
            " from a bootstrap over raters."
        )
    yield f"Computed by musivid {__version__}."


def _figures(found: Results) -> Iterator[str]:
    for mean in found.means:
        if not mean.role:
            yield (
                f"{mean.question}, {mean.system}: {mean.mean.mean:.2f}"
                f"{_interval(mean.mean.low, mean.mean.high)}, {mean.mean.n} ratings."
            )
    for each in found.differences:
        p = "" if each.p_holm is None else f", p = {each.p_holm:.3g}"
        gap = each.test.difference
        yield (
            f"{each.question}, {each.system} less {each.other}: {gap.mean:+.2f}"
            f"{_interval(gap.low, gap.high)}{p}."
        )
    for question, agreed in found.agreement.items():
        yield f"Alpha for {question}: {agreed.alpha:.2f}{_interval(agreed.low, agreed.high)}."
    for one in found.strengths.systems if found.strengths else ():
        yield (
            f"Log strength of {one.system}: {one.log_strength:+.2f}{_interval(one.low, one.high)},"
            f" rank {one.rank} ({one.best_rank} to {one.worst_rank})."
        )


def _others(found: Findings) -> Iterator[str]:
    """Groups of raters, time, and the machine's figures beside people."""
    for one in found.shown.contrasts:
        gap = one.difference
        yield (
            f"{one.question}, raters with {one.by} {one.group} less {one.other}: {gap.mean:+.2f}"
            f"{_interval(gap.low, gap.high)}, p = {one.p_holm:.3g} (Mann and Whitney, Holm)."
        )
    pace = found.shown.pace
    if pace.median_s is not None:
        yield f"A trial took {pace.median_s:.0f} s (median)."
    for told in found.foretold():
        if told.order.rho is not None:
            ends = _interval(told.order.low, told.order.high)
            yield (
                f"Over {told.order.n} stimuli {told.figure} goes with {told.question} by"
                f" {told.order.rho:.2f}{ends} (Spearman)."
            )


def _interval(low: float | None, high: float | None) -> str:
    ends = _ends(low, high)
    return f" (95 % {ends})" if ends else ""


def _ends(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.2f} to {high:.2f}"
