"""What a reader of the results should be told to doubt, in whole sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator

from musivid.studies.manifest import ANCHOR
from musivid.studies.results import FEW_RATINGS, Difference, Results

__all__ = ["doubts_of"]

_FEW_RATERS = 20  # ITU-R BS.1534-3: the usual least
_LOW_ALPHA = 0.4
_SURE = 0.05


def doubts_of(found: Results) -> list[str]:
    """What weakens the results; empty if nothing was found."""
    return [*_few(found), *_disagreement(found), *_no_better_than_chance(found)]


def _few(found: Results) -> Iterator[str]:
    if found.raters < _FEW_RATERS:
        yield f"{found.raters} raters; {_FEW_RATERS} are the usual least."
    if found.thin:
        yield f"{found.thin} stimuli have fewer than {FEW_RATINGS} ratings for a question."


def _disagreement(found: Results) -> Iterator[str]:
    for question, agreed in found.agreement.items():
        if math.isnan(agreed.alpha):
            yield f"Whether raters agree on {question} cannot be told."
        elif agreed.alpha < _LOW_ALPHA:
            yield f"Raters hardly agree on {question}: Krippendorff's alpha is {agreed.alpha:.2f}."


def _no_better_than_chance(found: Results) -> Iterator[str]:
    for each in found.differences:
        if each.other == ANCHOR and not _beats(each):
            yield f"{each.system} does not beat chance ({ANCHOR}) for {each.question}."
    if not found.strengths:
        return
    chance = [one for one in found.strengths.systems if one.system == ANCHOR]
    for one in found.strengths.systems:
        if one not in chance and any(one.low <= other.high for other in chance):
            yield f"{one.system} does not clearly beat chance ({ANCHOR}) in the votes."
    if found.strengths.is_bounded:
        yield "Some system never lost, or never met others: half a win each way was added."


def _beats(each: Difference) -> bool:
    return each.test.difference.mean > 0 and each.p_holm is not None and each.p_holm < _SURE
