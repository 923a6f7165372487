from __future__ import annotations

import dataclasses

import pytest
from study_raters import CLIPS, manifest, rated

from musivid.studies.doubts import doubts_of
from musivid.studies.exclude import exclude
from musivid.studies.findings import StimulusFacts, find
from musivid.studies.manifest import ANCHOR
from musivid.studies.methods import methods_paragraph
from musivid.studies.page import render_page
from musivid.studies.records import Answers, Check
from musivid.studies.results import results_of

QUALITY = {"good": 4.0, "fair": 3.2, "weak": 2.5, ANCHOR: 1.8}
LENGTHS = dict.fromkeys(CLIPS, 20.0)


def test_forty_raters_show_the_order_and_that_chance_is_beaten() -> None:
    study = manifest(trials=20)
    found = results_of(study, rated(study, QUALITY, 40))
    means = {m.system: m.mean for m in found.means if m.question == "rhythm" and not m.role}
    ranked = sorted(means, key=lambda system: -means[system].mean)
    assert ranked == list(QUALITY)
    for system, interval in means.items():
        assert interval.low is not None and interval.high is not None
        assert interval.low < interval.mean < interval.high, system
    chance = [d for d in found.differences if d.other == ANCHOR and d.question == "overall"]
    assert {d.system for d in chance} == {"good", "fair", "weak"}
    assert all(d.p_holm is not None and d.p_holm < 0.01 for d in chance)
    weaker = next(d for d in found.differences if (d.system, d.other) == ("fair", "good"))
    assert weaker.test.difference.mean < 0
    assert not any("chance" in doubt for doubt in doubts_of(found))
    assert {m.role for m in found.means} == {"", "none", "amateur"}


def test_a_system_that_is_chance_is_doubted() -> None:
    study = manifest(trials=20)
    found = results_of(study, rated(study, {**QUALITY, "weak": QUALITY[ANCHOR]}, 40))
    assert any(doubt.startswith("weak does not beat chance") for doubt in doubts_of(found))
    few = results_of(study, rated(study, QUALITY, 3))
    assert any("usual least" in doubt for doubt in doubts_of(few))
    assert any("fewer than 4 ratings" in doubt for doubt in doubts_of(few))


def test_tiring_raters_are_told_by_the_order() -> None:
    study = manifest(trials=20)
    answers = rated(study, dict.fromkeys(QUALITY, 3.0), 30)
    steady = results_of(study, answers).order["rhythm"]
    tired = tuple(
        dataclasses.replace(row, value=row.value - 2 * row.position / 25) for row in answers.ratings
    )
    fading = results_of(study, dataclasses.replace(answers, ratings=tired)).order["rhythm"]
    assert fading.rho is not None and fading.high is not None
    assert steady.rho is not None and abs(steady.rho) < 0.12
    assert fading.rho < -0.3 and fading.high < 0


def test_multi_has_sliders_and_the_last_question_alone() -> None:
    study = manifest(design="multi", trials=8)
    found = results_of(study, rated(study, QUALITY, 24))
    assert {m.question for m in found.means} == {"overall"}
    top = next(m for m in found.means if m.system == "good" and not m.role)
    assert 55 < top.mean.mean < 90 and top.clips == len(CLIPS)


def changed(answers: Answers, code: str, value: float) -> Answers:
    rows = tuple(
        dataclasses.replace(row, value=value) if row.participant == code else row
        for row in answers.ratings
    )
    return dataclasses.replace(answers, ratings=rows)


def test_each_rule_finds_its_own() -> None:
    study = manifest(trials=12)
    answers = changed(rated(study, QUALITY, 12), "r000", 3.0)
    slow = tuple(
        dataclasses.replace(row, taken_s=4.0) if row.participant == "r001" else row
        for row in answers.ratings
    )
    checks = (
        Check("r002", 3, "instructed", 0.5),
        Check("r002", 9, "instructed", 0.25),
        Check("r003", 5, "gold", 1.0),
        Check("r004", 5, "instructed", 0.5),  # one may be missed
        Check("r004", 6, "gold", 0.25),
        Check("r005", 14, "repeat", 0.75),
    )
    found = exclude(study, dataclasses.replace(answers, ratings=slow, checks=checks), LENGTHS)
    assert found.participants == {
        "r000": ("same answers",),
        "r001": ("too fast",),
        "r002": ("instructed",),
        "r003": ("gold",),
        "r005": ("repeat",),
    }
    assert found.counts()["gold"] == 1
    assert {p.code for p in found.answers.participants} == {
        "r004",
        *(f"r{k:03d}" for k in range(6, 12)),
    }
    assert not {row.participant for row in found.answers.ratings} & set(found.participants)


def test_the_hidden_reference_must_be_found() -> None:
    study = manifest(design="multi", reference="good", trials=8)
    answers = rated(study, {**QUALITY, "good": 5.2}, 4)
    deaf = tuple(
        dataclasses.replace(row, value=40.0)
        if (row.participant, row.system) == ("r002", "good") else row
        for row in answers.ratings
    )  # fmt: skip
    clear = tuple(
        dataclasses.replace(row, value=95.0) if row.system == "good" else row for row in deaf
    )
    clear = tuple(
        before if before.participant == "r002" else row
        for before, row in zip(deaf, clear, strict=True)
    )
    found = exclude(study, dataclasses.replace(answers, ratings=clear), LENGTHS)
    assert list(found.participants) == ["r002"] and found.participants["r002"] == ("reference",)


def test_an_answer_far_from_all_others_is_left_out_alone() -> None:
    study = manifest(trials=20, scale="hundred")
    answers = rated(study, dict.fromkeys(QUALITY, 3.0), 60)
    cell = [
        r for r in answers.ratings if (r.clip, r.system, r.question) == (CLIPS[0], "good", "rhythm")
    ]
    odd = cell[0]
    rows = tuple(
        dataclasses.replace(row, value=100.0 if row is odd else 50.0 + row.position % 3)
        if row in cell else row
        for row in answers.ratings
    )  # fmt: skip
    found = exclude(study, dataclasses.replace(answers, ratings=rows), LENGTHS)
    here = [row for row in found.outliers if (row.clip, row.system) == (odd.clip, odd.system)]
    assert [row.participant for row in here if row.question == "rhythm"] == [odd.participant]
    assert odd.participant not in found.participants


@pytest.mark.parametrize("kind", ["ratings", "nothing"])
def test_no_answers_are_no_error(kind: str) -> None:
    study = manifest()
    answers = rated(study, QUALITY, 1) if kind == "ratings" else Answers()
    found = results_of(study, answers)
    assert found.raters == (kind == "ratings")


def test_few_quick_trials_exclude_nobody_and_nobody_is_no_report() -> None:
    """A pace is told from three trials on; where all are too quick all are read, as it says."""
    study = manifest(trials=2)
    quick = [
        dataclasses.replace(answers, ratings=tuple(
            dataclasses.replace(row, taken_s=0.5) for row in answers.ratings))
        for answers in (rated(study, QUALITY, 4), rated(manifest(trials=12), QUALITY, 4))
    ]  # fmt: skip
    assert not exclude(study, quick[0], LENGTHS).participants
    stimuli = [StimulusFacts(clip, "good", "0" * 64, 0.0, LENGTHS[clip]) for clip in CLIPS]
    found = find(manifest(trials=12), stimuli, quick[1])
    assert found.excluded.counts()["too fast"] == 4 and found.keeps_nobody
    assert found.shown == found.everybody and found.shown.raters == 4
    assert "exclude everybody" in found.doubts()[0]
    assert "4 raters" in render_page(found) and "left nobody" in methods_paragraph(found)
