from __future__ import annotations

import pytest
from study_raters import CLIPS, manifest, rated

from musivid.studies.manifest import ANCHOR
from musivid.studies.planning import USUAL, half_width, raters_needed, spreads_of
from musivid.studies.results import results_of


def test_fewest_raters_reach_the_width_and_one_less_does_not() -> None:
    study = manifest(trials=12)
    needed = raters_needed(study, 20, 0.35)
    assert needed is not None
    assert half_width(study, 20, needed) <= 0.35 < half_width(study, 20, needed - 1)


def test_no_number_of_raters_makes_up_for_few_clips() -> None:
    assert raters_needed(manifest(), 2, 0.2) is None
    assert raters_needed(manifest(), 200, 0.2) is not None


def test_spreads_of_a_pilot_are_those_that_it_was_made_with() -> None:
    study = manifest(trials=20, scale="hundred")
    answers = rated(study, dict.fromkeys(("good", "fair", "weak", ANCHOR), 3.0), 60)
    found = spreads_of(study, answers.ratings)
    assert found is not None
    assert found.raters == pytest.approx(0.5 / 4, abs=0.03)
    assert found.answers == pytest.approx(0.6 / 4, abs=0.02)
    assert found.clips == pytest.approx(0.4 / 4, abs=0.05)
    # And the width that they foretell is the one that is found.
    means = [m.mean for m in results_of(study, answers).means if not m.role]
    widths = [(m.high - m.low) / 2 for m in means if m.low is not None and m.high is not None]
    foretold = half_width(study, len(CLIPS), 60, found)
    assert foretold == pytest.approx(sum(widths) / len(widths), rel=0.25)


def test_a_pilot_of_one_tells_nothing() -> None:
    study = manifest()
    answers = rated(study, dict.fromkeys(("good", "fair", "weak", ANCHOR), 3.0), 1)
    assert spreads_of(study, answers.ratings) is None
    assert spreads_of(study, ()) is None
    assert USUAL.raters > 0
