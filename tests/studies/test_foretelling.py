"""The machine's figures beside people: measured once for each stimulus, and compared."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from study_fixtures import stimuli_of, study, write_films
from study_raters import CLIPS, manifest, rated, voted

from musivid.core.progress import Silent
from musivid.studies import foretelling
from musivid.studies.findings import find, findings_json
from musivid.studies.foretelling import Measured, foretold, measure_stimuli
from musivid.studies.manifest import ANCHOR
from musivid.studies.methods import methods_paragraph
from musivid.studies.page import render_page

QUALITY = {"good": 4.0, "fair": 3.2, "weak": 2.5, ANCHOR: 1.8}


def measured(sign: float) -> tuple[Measured, ...]:
    """A figure that likes what people like, or the contrary."""
    return tuple(
        Measured(clip, system, "xcorr", sign * quality + 0.01 * k)
        for k, clip in enumerate(CLIPS)
        for system, quality in QUALITY.items()
    )


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_figures_that_foretell_people(sign: float) -> None:
    answers = rated(manifest(trials=20), QUALITY, 24)
    found = foretold(answers, measured(sign))
    assert [(one.question, one.figure) for one in found] == [
        (question, "xcorr") for question in ("rhythm", "emotion", "overall")
    ]
    for one in found:
        assert one.order.rho is not None and sign * one.order.rho > 0.75
        assert one.order.low is not None and one.order.high is not None
        assert one.order.low < one.order.rho < one.order.high
        assert one.order.n == len({(r.clip, r.system) for r in answers.ratings})


def test_votes_are_shares_that_were_won() -> None:
    logs = {"good": 2.0, "fair": 0.5, "weak": -0.5, ANCHOR: -2.0}
    study = manifest(design="compare", trials=20)
    (one,) = foretold(voted(study, logs, 24), measured(1.0))
    assert one.question == "votes" and one.order.rho is not None and one.order.rho > 0.75
    assert foretold(voted(study, logs, 24), ()) == ()


def test_reports_say_it() -> None:
    study = manifest(trials=20)
    found = find(study, (), rated(study, QUALITY, 24), measured(1.0))
    assert "What the machine" in render_page(found) and "xcorr goes with" in methods_paragraph(
        found
    )
    assert findings_json(found)["foretold"][0]["figure"] == "xcorr"


def test_stimuli_are_measured_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_films(tmp_path, clips=2)
    stimuli = stimuli_of(study(tmp_path), tmp_path)
    looked: list[str] = []

    def figures(film: Path, sound: Path, *rest: object) -> list[tuple[str, float]]:
        looked.append(sound.name)
        return [("xcorr", 1.5)]

    monkeypatch.setattr(foretelling, "_figures", figures)
    first = measure_stimuli(stimuli, Silent())
    assert len(first) == len(looked) == len(stimuli.facts)
    assert measure_stimuli(stimuli, Silent()) == first and len(looked) == len(first)
    measure_stimuli(dataclasses.replace(stimuli, digest="other"), Silent())
    assert len(looked) == 2 * len(first)


@pytest.mark.slow
def test_what_is_measured_is_what_evaluate_finds(tmp_path: Path) -> None:
    write_films(tmp_path, clips=2)
    for one in measure_stimuli(stimuli_of(study(tmp_path), tmp_path), Silent()):
        assert one.figure in foretelling.FIGURES and abs(one.z) < 50
