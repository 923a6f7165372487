"""Control rows of CMT and BMT: written as their scripts do, read back, obeyed, or refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from bgm_fixtures import film, published_weights

from musivid.core.errors import InputError
from musivid.core.progress import Silent
from musivid.pipeline.bgm import BgmJob, check_bgm, plan_bgm
from musivid.pipeline.bgm.control import bmt_rows, cmt_rows, read_control, rows_for, write_control
from musivid.pipeline.bgm.metadata import Metadata, VisualBeat, read_metadata_json
from musivid.score.control_rows import (
    BarControl,
    Hit,
    density_class,
    flow_of_class,
    strength_class,
    weight_of_class,
)
from musivid.score.midi import read_midi
from musivid.settings.bgm import BgmInferPreset
from musivid.settings.presets import load_preset

Call = Callable[..., tuple[int, str, str]]

BEATS = tuple(
    VisualBeat.at(time_s, weight, 119.0)
    for time_s, weight in ((0.51, 0.9), (1.0, 0.21), (4.6, 0.97), (4.9, 0.1))
)
FACTS = Metadata(8.0, 119.0, BEATS, (0.01, 0.6, 3.0, 0.0))


def test_rows_of_cmt_are_those_of_its_script() -> None:
    """Sixteenths last 126 ms; the film has ceil(63.47) of them."""
    assert cmt_rows(FACTS).tolist() == [
        [17, 2, 0, 0, 64, 1], [5, 0, 5, 4, 64, 7], [9, 0, 1, 8, 64, 13],
        [17, 10, 0, 16, 64, 26], [17, 17, 0, 32, 64, 51], [5, 0, 6, 36, 64, 57],
        [8, 0, 1, 39, 64, 62], [17, 1, 0, 48, 64, 76],
    ]  # fmt: skip


def test_rows_of_bmt_are_those_of_its_script() -> None:
    """Bar 1, in which nothing strikes, stands where bar 2 is opened; bar 3 has no rows."""
    assert bmt_rows(FACTS).tolist() == [
        [119, 0, 2, 0, 0, 6], [119, 0, 4, 0, 2, 6], [119, 0, 4, 5, 0, 6], [119, 0, 4, 1, 0, 12],
        [119, 1, 2, 0, 0, 57], [119, 2, 2, 0, 0, 57], [119, 2, 4, 0, 1, 57],
        [119, 2, 4, 6, 0, 57],
    ]  # fmt: skip
    assert rows_for("bmt", FACTS, 0.0)[1].tolist() == [119, 0, 4, 0, 2, 6]
    assert rows_for("bmt", FACTS, 0.95)[:, 2].tolist() == [2, 2, 2, 4, 4]


def test_rows_come_back_as_what_they_ask_for(tmp_path: Path) -> None:
    write_control(tmp_path / "cmt.npz", cmt_rows(FACTS))
    found = read_control(tmp_path / "cmt.npz")
    assert (found.family, found.length_ticks) == ("cmt", 64)
    assert [bar.density for bar in found.bars] == [1, 9, 16, 0]
    assert found.controls(5)[0].hits == (Hit(4, 5),), "strength 1 is passed over"
    assert found.controls(5, 0.2)[0].hits == (Hit(4, 5), Hit(8, 1))
    assert found.controls(5)[4].density == 0 and len(found.controls(2)) == 2
    assert cmt_rows(found.metadata(8.0, 119.0)).tolist() == cmt_rows(FACTS).tolist()

    write_control(tmp_path / "bmt.npz", bmt_rows(FACTS))
    found = read_control(tmp_path / "bmt.npz")
    assert (found.family, found.tempo_bpm) == ("bmt", 119.0)
    assert [(bar.density, bar.strengths) for bar in found.bars] == [(2, (5, 1)), (0, ()), (1, (6,))]


def test_classes_have_values_in_their_middle() -> None:
    assert [density_class(flow_of_class(n)) for n in range(17)] == list(range(17))
    assert [strength_class(weight_of_class(n)) for n in range(11)] == list(range(11))


def test_the_tempo_of_rows_is_that_at_which_they_fill_the_film(tmp_path: Path) -> None:
    write_control(tmp_path / "cmt.npz", cmt_rows(FACTS))
    found = read_control(tmp_path / "cmt.npz")
    assert found.tempo_for(8.0) == 120.0
    assert found.tempo_for(8.0, 119.0) == 119.0
    with pytest.raises(InputError, match=r"64 sixteenths are not of a clip of 20\.00 s"):
        found.tempo_for(20.0, 119.0)
    with pytest.raises(InputError, match="not of a clip"):
        found.tempo_for(600.0)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (np.zeros((3, 5), int), "not integers [rows, 6]"),
        (np.zeros((2, 6)), "float64 [2, 6]"),
        (np.zeros((0, 6), int), "int64 [0, 6]"),
        ([[17, 1, 0, 0, 64, 1], [3, 0, 99, 2, 64, 1]], "has no row of CMT at 1"),
        ([[17, 1, 0, 0, 0, 1]], "a film of 0 sixteenths"),
        ([[5, 1, 0, 0, 64, 1]], "has no tempo in its first column"),
        ([[119, 2, 2, 0, 0, 0], [119, 1, 2, 0, 0, 0]], "bars that do not ascend"),
        ([[119, 0, 3, 0, 0, 0]], "has no row of BMT at 0"),
        ([[119, 2**40, 2, 0, 0, 0]], "bars that do not ascend"),
    ],
)
def test_what_are_no_rows_is_named(tmp_path: Path, rows: object, problem: str) -> None:
    path = tmp_path / "rows.npz"
    np.savez(path, input=np.asarray(rows))
    with pytest.raises(InputError) as error:
        read_control(path)
    assert f"{path} " in str(error.value) and problem in str(error.value)
    np.savez(path, other=np.zeros(3))
    with pytest.raises(InputError, match="cannot be read"):
        read_control(path)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("clips") / "clip.mp4", 8.0)


def settings(preset: str, *options: str) -> BgmInferPreset:
    loaded = load_preset("bgm_infer", preset, list(options))
    assert isinstance(loaded, BgmInferPreset)
    return loaded


def test_rows_are_obeyed_bar_by_bar(tmp_path: Path, clip: Path) -> None:
    weights = published_weights(tmp_path / "cmt.pt", "cmt")
    write_control(tmp_path / "cmt.npz", cmt_rows(FACTS))
    preset = settings("cmt", f"composer={weights}", "control.density_degree=1")
    job = BgmJob(clip, None, preset, control=tmp_path / "cmt.npz")
    plan = plan_bgm(check_bgm(job), Silent())
    assert plan.tempo.mean_bpm == pytest.approx(120) and not plan.tempo.has_upbeat
    assert plan.controls[:3] == (
        BarControl(1, (Hit(4, 5),), flow_of_class(1)),
        BarControl(9, (), flow_of_class(9)),
        BarControl(16, (Hit(4, 6),), flow_of_class(16)),
    )
    assert not any(plan.is_free)


def test_bmt_plays_as_many_notes_as_its_rows_say(musivid: Call, tmp_path: Path, clip: Path) -> None:
    weights = published_weights(tmp_path / "bmt.pt", "bmt")
    write_control(tmp_path / "bmt.npz", bmt_rows(FACTS))
    code, _, err = musivid(
        *("bgm", "infer", clip, "-o", tmp_path / "x.mp4", "--preset", "bmt"),
        *("--set", f"composer={weights}", "--set", "ending.cadence=false"),
        *("--control", tmp_path / "bmt.npz"),
    )
    assert code == 0, err
    score = read_midi(tmp_path / "x.mid")
    notes = score.tracks[0].notes
    assert score.tempo_bpm == pytest.approx(119, abs=0.01)
    starts = sorted({note.start for note in notes if note.start < score.ticks_per_bar})
    assert [sum(note.start == start for note in notes) for start in starts] == [5, 1]


@pytest.mark.slow
def test_the_rows_of_a_clip_are_those_of_its_metadata(
    musivid: Call, tmp_path: Path, clip: Path
) -> None:
    rows, facts = tmp_path / "rows.npz", tmp_path / "facts.json"
    code, _, err = musivid(
        *("bgm", "infer", clip, "-o", tmp_path / "x.mp4", "--candidates", "1"),
        *("--save-control", rows, "--save-metadata", facts),
    )
    assert code == 0, err
    with np.load(rows) as saved:
        assert saved["input"].tolist() == cmt_rows(read_metadata_json(facts)).tolist()
        assert len(saved["input"]) > 3


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "holds rows of CMT, which composer 'song' does not read"),
        (("--preset", "bmt"), "does not read"),
        (("--metadata", "x.json"), "--control and --metadata both say"),
        (("--preset", "pocket", "--save-control", "new.npz"), "nothing to save of it"),
    ],
)
def test_rows_that_nobody_would_obey_are_refused(
    musivid: Call, tmp_path: Path, clip: Path, arguments: tuple[str, ...], problem: str
) -> None:
    rows = tmp_path / "rows.npz"
    write_control(rows, cmt_rows(FACTS))
    (tmp_path / "x.json").write_text('{"duration": 8, "tempo": 119, "vbeats": []}')
    given = [tmp_path / text if "." in text else text for text in arguments]
    out = tmp_path / "out.mp4"
    code, _, err = musivid("bgm", "infer", clip, "-o", out, "--control", rows, *given)
    assert code == 2 and problem in err, err
    assert not out.exists()
