"""Whether raters with other training or devices answer otherwise, and how long it takes them."""

from __future__ import annotations

import dataclasses

import pytest
from study_raters import manifest, rated

from musivid.studies.groups import contrasts_of, pace_of, stimulus_rest
from musivid.studies.manifest import ANCHOR
from musivid.studies.records import Answers

QUALITY = {"good": 4.0, "fair": 3.2, "weak": 2.5, ANCHOR: 1.8}


def answered(shift: float) -> Answers:
    """Forty raters, of whom those who are trained rate higher, and every third has headphones."""
    found = rated(manifest(trials=20), QUALITY, 40)
    people = tuple(
        dataclasses.replace(one, headphones="yes" if one.number % 3 == 0 else "no")
        for one in found.participants
    )
    trained = {one.code for one in people if one.role == "amateur"}
    rows = tuple(
        dataclasses.replace(row, value=row.value + shift * (row.participant in trained),
                            taken_s=30.0 - row.position / 2 + len(row.participant))
        for row in found.ratings
    )  # fmt: skip
    return dataclasses.replace(found, participants=people, ratings=rows)


def test_a_group_that_rates_higher_is_found_and_no_other() -> None:
    found = {(one.by, one.question): one for one in contrasts_of(answered(0.8))}
    assert len(found) == 2 * 3
    for (by, _), one in found.items():
        gap = one.difference
        assert gap.low is not None and gap.high is not None and gap.low < gap.mean < gap.high
        assert one.p <= one.p_holm and gap.n == 40
        if by == "role":
            assert (one.group, one.other) == ("none", "amateur") and one.p_holm < 0.01
            assert gap.high < 0 and one.effect < -0.5
        else:
            assert one.p_holm > 0.05 and gap.low < 0 < gap.high


def test_a_single_rater_is_no_group() -> None:
    assert contrasts_of(rated(manifest(), QUALITY, 3)) == ()
    assert contrasts_of(Answers()) == ()


def test_trials_that_grow_quicker_are_told() -> None:
    found = pace_of(answered(0.0))
    assert found.median_s is not None and 20 < found.median_s < 34
    assert found.order.rho is not None and found.order.rho < -0.9
    assert pace_of(Answers()).median_s is None


def test_answers_count_less_what_a_stimulus_gets() -> None:
    rows = answered(0.0).ratings
    rest = stimulus_rest(rows)
    cell = [k for k, row in enumerate(rows) if (row.clip, row.system) == (rows[0].clip, "good")]
    assert float(rest[cell].sum()) == pytest.approx(0.0, abs=1e-9)
