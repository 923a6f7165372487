"""How well the machine's own figures foretell people: each stimulus measured, and compared.

Figures of sync are told by how far they stand above chance, as `musivid evaluate` has them.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from musivid.core.plain_json import json_document, parse_json
from musivid.core.progress import Reporter
from musivid.core.storage import write_atomic
from musivid.studies.records import Answers
from musivid.studies.spread import Correlation, correlation

if TYPE_CHECKING:
    from pathlib import Path

    from musivid.settings.evaluate import EvaluatePreset
    from musivid.studies.stimuli import Stimuli

__all__ = ["FIGURES", "Foretold", "Measured", "foretold", "measure_stimuli"]

FIGURES = ("bas_music", "xcorr", "f_measure", "cuts_on_beats")
"""What is measured of each stimulus: figures of `musivid evaluate`."""

VOTES = "votes"
"""Stands for a question where people chose between two."""

_KEPT = "measured.json"
_SHORTEST_S = 4.0  # of a film that is measured: in less, sync cannot be told from chance


@dataclass(frozen=True, slots=True)
class Measured:
    """What the machine found in a stimulus.

    Attributes:
        clip: which film.
        system: which music.
        figure: which figure.
        z: how many deviations it stands above chance.
    """

    clip: str
    system: str
    figure: str
    z: float


@dataclass(frozen=True, slots=True)
class Foretold:
    """How a figure and people's answers go together over stimuli.

    Attributes:
        question: which; `votes` for choices.
        figure: which.
        order: rank correlation of the figure with the mean answer, or the share of votes won.
    """

    question: str
    figure: str
    order: Correlation


def measure_stimuli(stimuli: Stimuli, reporter: Reporter) -> tuple[Measured, ...]:
    """What the machine finds in all that is rated; what was measured before is read again.

    Args:
        stimuli: of the study.
        reporter: told how far it is.

    Raises:
        InputError: a stimulus cannot be read.
    """
    kept = stimuli.folder / _KEPT
    digest = stimuli.digest
    try:
        held = parse_json(kept.read_text(encoding="utf-8"))
        if held["digest"] == digest:
            return tuple(Measured(**row) for row in held["rows"])
    except (OSError, ValueError, TypeError, KeyError):
        pass  # nothing was measured yet, or of another manifest
    found = tuple(_measured(stimuli, reporter))
    rows = [asdict(one) for one in found]
    write_atomic(kept, json_document({"digest": digest, "rows": rows}))
    return found


def foretold(answers: Answers, measured: Sequence[Measured]) -> tuple[Foretold, ...]:
    """Of each question and figure, how they go together over the stimuli that have both."""
    liked = _liked(answers)
    figures = dict.fromkeys(one.figure for one in measured)
    z = {(one.figure, one.clip, one.system): one.z for one in measured}
    found = []
    for question, cells in liked.items():
        for figure in figures:
            both = [(z[figure, *cell], mean) for cell, mean in cells.items()
                    if (figure, *cell) in z]  # fmt: skip
            if both:
                first, second = np.array(both, np.float64).T
                found.append(Foretold(question, figure, correlation(first, second)))
    return tuple(found)


def _liked(answers: Answers) -> Mapping[str, Mapping[tuple[str, str], float]]:
    """By question, what people gave each stimulus on average."""
    given: dict[str, dict[tuple[str, str], list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in answers.ratings:
        given[row.question][row.clip, row.system].append(row.value)
    for vote in answers.votes:
        won = {"left": 1.0, "right": 0.0}.get(vote.choice, 0.5)
        given[VOTES][vote.clip, vote.left].append(won)
        given[VOTES][vote.clip, vote.right].append(1 - won)
    return {
        question: {cell: statistics.fmean(each) for cell, each in cells.items()}
        for question, cells in given.items()
    }


def _measured(stimuli: Stimuli, reporter: Reporter) -> Iterator[Measured]:
    from musivid.core.progress import Silent
    from musivid.settings.presets import load_preset

    preset = load_preset("evaluate", "quick")
    long_enough = [fact for fact in stimuli.facts if fact.duration_s >= _SHORTEST_S]
    reporter.stage("measure", len(long_enough), "stimuli")
    for fact in long_enough:
        own, shared = stimuli.varied(fact.system, fact.clip), stimuli.shared(fact.clip)
        film, sound = (own, shared) if stimuli.pictures else (shared, own)
        for figure, z in _figures(film, sound, preset, Silent()):
            yield Measured(fact.clip, fact.system, figure, z)
        reporter.advance()


def _figures(
    film: Path, sound: Path, preset: EvaluatePreset, reporter: Reporter
) -> Iterator[tuple[str, float]]:
    from musivid.pipeline.evaluate import EvaluateJob, evaluate_file
    from musivid.weights.session import Session

    sync = evaluate_file(EvaluateJob(film, sound), preset, Session, reporter).facts["sync"] or {}
    for figure in FIGURES:
        z = (sync.get(figure) or {}).get("z")
        if z is not None:
            yield figure, round(float(z), 4)
