from __future__ import annotations

import numpy as np
import pytest
from study_raters import manifest, voted

from musivid.studies.manifest import ANCHOR
from musivid.studies.pairs import Ballot, fit_strengths, strengths
from musivid.studies.results import ballots_of, results_of

WINS = np.array([[0, 7, 9], [3, 0, 6], [1, 4, 0]], np.float64)


def test_strengths_are_those_of_the_reference_without_ties() -> None:
    logs, tie, is_bounded = fit_strengths(Ballot(WINS, np.zeros((3, 3))))
    assert logs == pytest.approx([0.9436, -0.1602, -0.7834], abs=1e-4)
    assert 1 / (1 + np.exp(logs[1] - logs[0])) == pytest.approx(0.751, abs=5e-4)
    assert tie == 0 and not is_bounded


def test_ties_draw_two_systems_together_and_have_a_term_of_their_own() -> None:
    # With two systems the likeliest chances are the shares themselves.
    wins, ties = np.array([[0, 6], [2, 0.0]]), np.array([[0, 4], [4, 0.0]])
    logs, tie, _ = fit_strengths(Ballot(wins, ties))
    assert logs[0] - logs[1] == pytest.approx(np.log(3), abs=1e-6)
    assert tie == pytest.approx(4 / np.sqrt(12), abs=1e-6)


def test_a_system_that_never_lost_has_a_bound() -> None:
    logs, _, is_bounded = fit_strengths(Ballot(np.array([[0, 9], [0, 0.0]]), np.zeros((2, 2))))
    assert is_bounded and logs[0] - logs[1] == pytest.approx(np.log(19), abs=1e-6)


KNOWN = {"good": 1.0, "fair": 0.2, "weak": -0.4, ANCHOR: -0.8}


def test_forty_voters_show_the_order() -> None:
    study = manifest(design="compare", trials=20)
    found = results_of(study, voted(study, KNOWN, 40)).strengths
    assert found is not None
    assert [one.system for one in found.systems] == list(KNOWN)
    for one in found.systems:
        assert one.low < one.log_strength < one.high
        assert one.best_rank <= one.rank <= one.worst_rank
        assert one.log_strength == pytest.approx(KNOWN[one.system], abs=0.25)
    assert found.tie == pytest.approx(0.5, abs=0.15)
    assert found.systems[0].win_rate > 0.6 > 0.4 > found.systems[-1].win_rate


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """Of 24 intervals of 95 %, 23 are to be expected, and fewer than 19 come once in a hundred."""
    study, held = manifest(design="compare", trials=12), 0
    for seed in range(6):
        votes = voted(study, KNOWN, 30, seed).votes
        found = strengths(study.rated_systems(), ballots_of(study, votes), resamples=60)
        held += sum(one.low < KNOWN[one.system] < one.high for one in found.systems)
    assert held >= 19
