"""What is doubted of a study before anybody rates in it, and how it is summed up."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from musivid.studies.checking import StudyCheck, _doubts

FINE = {"raters": 20, "instructed": 2, "anchor": "shuffled"}


def doubts(
    *, length_s: float = 12.0, session_s: float = 200.0, each: float = 30.0, **changed: Any
) -> list[str]:
    about = {**FINE, **changed}
    manifest: Any = SimpleNamespace(
        raters=about["raters"],
        anchor=about["anchor"],
        checks=SimpleNamespace(instructed=about["instructed"]),
    )
    return list(_doubts(manifest, {"a": 10.0, "b": length_s}, session_s, each))


def test_a_usual_study_is_not_doubted() -> None:
    assert doubts() == []


@pytest.mark.parametrize(
    ("study", "says"),
    [
        ({"length_s": 95.0}, "Clips longer than 30 s tire raters: 1 of these, as b."),
        ({"session_s": 3000.0}, "A session takes about 50:00"),
        ({"session_s": 400.0, "instructed": 1}, "need two instructed trials"),
        ({"each": 2.5}, "Each stimulus gets 2.5 ratings; "),
        ({"anchor": ""}, "better than chance"),
    ],
)
def test_what_may_be_better_is_said(study: dict[str, Any], says: str) -> None:
    (doubt,) = doubts(**study)
    assert says in doubt


def test_raters_that_are_proposed_would_do() -> None:
    (doubt,) = doubts(each=2.5)
    few = float(doubt.rsplit(" ", 1)[-1].rstrip("."))
    raters = int(doubt.split("; ")[1].split()[0])
    assert raters / FINE["raters"] * 2.5 >= few  # type: ignore[operator]


def test_a_study_is_summed_up_in_a_line() -> None:
    check = StudyCheck(6, ("ours", "theirs"), 14, 754.0, 23.333, 0.214, ())
    assert check.summary() == (
        "6 clips of 2 systems (ours, theirs); 14 trials in about 12:34 a participant; "
        "23.3 ratings a stimulus, means within ± 0.21"
    )
    assert check.as_dict()["systems"] == ("ours", "theirs")
