"""The machine's figures beside people: measured once for each stimulus, and compared."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from study_fixtures import stimuli_of, study, write_films
from study_raters import CLIPS, manifest, rated, voted

from musivid.core.progress import Silent
from musivid.core.seeds import dice
from musivid.media.sink import FrameSink
from musivid.media.soundtrack import Sound
from musivid.studies import foretelling
from musivid.studies.findings import find, findings_json
from musivid.studies.foretelling import Measured, foretold, measure_stimuli
from musivid.studies.manifest import ANCHOR
from musivid.studies.methods import methods_paragraph
from musivid.studies.page import render_page
from musivid.studies.stimuli import find_sources, make_stimuli

Floats = NDArray[np.float64]
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
    study = manifest(trials=8)
    found = find(study, (), rated(study, QUALITY, 6), measured(1.0))
    assert "What the machine" in render_page(found)
    assert "xcorr goes with" in methods_paragraph(found)
    assert findings_json(found)["foretold"][0]["figure"] == "xcorr"


def test_stimuli_are_measured_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_films(tmp_path, clips=2)
    stimuli = stimuli_of(study(tmp_path), tmp_path)
    looked: list[str] = []

    def figures(film: Path, sound: Path, *rest: object) -> list[tuple[str, float]]:
        looked.append(sound.name)
        return [("xcorr", 1.5)]

    monkeypatch.setattr(foretelling, "_figures", figures)
    assert not measure_stimuli(stimuli, Silent()) and not looked  # a second is too short
    (stimuli.folder / "measured.json").unlink()
    monkeypatch.setattr(foretelling, "_SHORTEST_S", 1.0)
    first = measure_stimuli(stimuli, Silent())
    assert len(first) == len(looked) == len(stimuli.facts)
    assert measure_stimuli(stimuli, Silent()) == first and len(looked) == len(first)
    measure_stimuli(dataclasses.replace(stimuli, digest="other"), Silent())
    assert len(looked) == 2 * len(first)


@pytest.mark.slow
def test_music_in_step_with_the_film_stands_above_chance(tmp_path: Path) -> None:
    """A film that flashes now and then, with clicks at its flashes, and at other times."""
    for system, of_clicks in (("together", 0), ("apart", 7)):
        flashing(tmp_path / system / "one.mp4", 0, of_clicks)
    systems = {"together": "together", "apart": "apart"}
    asked = manifest(systems=systems, clips="together", anchor=False, checks={"gold": 0})
    sources = find_sources(asked, tmp_path)
    found = measure_stimuli(make_stimuli(tmp_path / "made", asked, sources, Silent()), Silent())
    z = {one.system: one.z for one in found if one.figure == "xcorr"}
    assert z["together"] > 2 and z["together"] > z["apart"] + 1


def flashing(path: Path, lot: int, of_clicks: int) -> None:
    """Twenty seconds with flashes and clicks, each at times drawn by a lot."""
    path.parent.mkdir(exist_ok=True)
    flashes, clicks = (np.cumsum(dice(n).uniform(0.25, 0.9, 50)) for n in (lot, of_clicks))
    sound, rate, times = path.with_suffix(".wav"), 44_100, np.arange(20 * 44_100) / 44_100
    soundfile.write(sound, np.sin(times * 3000) * fading(times, clicks, 0.06) * 0.4, rate)
    with FrameSink(path, size=(64, 48), fps=Fraction(25), sound=Sound(sound, 0.0, 20.0)) as sink:
        for light in fading(np.arange(500) / 25, flashes, 0.15):
            sink.write(np.full((48, 64, 3), int(40 + 200 * light), np.uint8))
    sound.unlink()


def fading(
    times: NDArray[np.float64], onsets: NDArray[np.float64], s: float
) -> NDArray[np.float64]:
    """1 at each onset, and less and less after it."""
    since = times[:, None] - onsets
    light: Floats = np.where(since >= 0, np.exp(-np.clip(since, 0, None) / s), 0.0).max(1)
    return light
