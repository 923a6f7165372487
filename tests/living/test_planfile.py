"""Plans as files: written, changed and read back; every fault with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from musivid.core.errors import InputError
from musivid.living.plan import Act, Place
from musivid.living.planfile import read_plan, write_plan

PLACES = [
    Place(0.0, 4.25, "sea", "sunset", 'Golden: "sunset", #1', "cut", "wide", "walker walks"),
    Place(4.25, 90.5, "forest", "mist", "雨が", "iris", "near", "", (Act("rain", 5.5, 13.0),)),
    Place(90.5, 100.0, "nebula", "rose", "", "push", "planet"),
]


def read(folder: Path, text: str, duration_s: float | None = None) -> object:
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return read_plan(path, duration_s)


def faults(folder: Path, text: str, duration_s: float | None = 60.0) -> str:
    with pytest.raises(InputError) as caught:
        read(folder, text, duration_s)
    return str(caught.value)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(write_plan(PLACES), encoding="utf-8")
    rows = read_plan(path, 100.0)
    assert [row.start_s for row in rows] == [place.start_s for place in PLACES]
    assert [row.end_s for row in rows] == [4.25, 90.5, None]
    for row, place in zip(rows, PLACES, strict=True):
        assert (row.scene, row.look, row.shot) == (place.scene, place.look, place.shot)
        assert (row.figure or "") == place.figure
        assert (row.acts or ()) == tuple((act.name, act.start_s) for act in place.acts)
        assert row.cut == place.cut and (row.line or "") == place.line


def test_all_but_start_and_scene_may_be_left_out(tmp_path: Path) -> None:
    rows = read(tmp_path, "places:\n- {start: 0, scene: sea}\n- {start: 1:05.5, scene: city}\n")
    assert [(row.start_s, row.look, row.shot, row.cut, row.line) for row in rows] == [  # type: ignore[attr-defined]
        (0.0, None, None, None, None),
        (65.5, None, None, None, None),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{start: 5, scene: see}", "there is no scene 'see'; nearest: sea"),
        ("{start: 5, scene: sea, look: mon}", "no look 'mon' of scene sea; nearest: moon"),
        ("{start: 5, scene: sea, shot: wied}", "no shot 'wied' of scene sea; nearest: wide"),
        ("{start: 5, scene: sea, figure: hosre}", "there is no figure 'hosre'; nearest: horse"),
        ("{start: 5, scene: sea, figure: cat flies}", "figure cat cannot do 'flies'; it has sits"),
        ("{start: 5, scene: clouds, figure: cat}", "scene clouds has no room for figure cat"),
        ("{start: 5, scene: sea, action: snik}", "there is no action 'snik'; nearest: sink"),
        ("{start: 5, scene: sea, action: sink soon}", "action sink: 'soon' is not a time"),
        ("{start: 5, scene: sea, action: sink 0:03}", "action sink at 0:03.00 is not in its place"),
        ("{start: 5, scene: sea, cut: puhs}", "there is no cut 'puhs'; nearest: push"),
        ("{start: 5, scene: sea, loook: moon}", "unknown key 'loook'; nearest: look"),
        ("{start: soon, scene: sea}", "'soon' is not a time"),
        ("{scene: sea}", "`start` is missing"),
        ("{start: 5}", "`scene` is missing"),
        ("{start: 61, scene: sea}", "1:01.00 is beyond the film, which lasts 1:00.00"),
        ("{start: 5, end: 50, scene: sea}", "a gap: nothing is shown from 0:50.00 to the end"),
        ("sea", "a place has the keys start"),
    ],
)
def test_faults_name_their_line(tmp_path: Path, row: str, said: str) -> None:
    text = faults(tmp_path, f"places:\n- {{start: 0, scene: sea}}\n- {row}\n")
    assert f"plan.yaml:3: {said}" in text or (said in text and "plan.yaml:3:" in text)


def test_gaps_overlaps_and_times_that_go_back(tmp_path: Path) -> None:
    text = faults(
        tmp_path,
        "places:\n"
        "- {start: 2, end: 8, scene: sea}\n"
        "- {start: 10, end: 14, scene: city}\n"
        "- {start: 12, scene: sea}\n"
        "- {start: 11, scene: sea}\n",
    )
    assert "plan.yaml:2: a gap: nothing is shown before 0:02.00" in text
    assert "plan.yaml:3: a gap: nothing is shown from 0:08.00 to 0:10.00" in text
    assert "plan.yaml:4: an overlap: the place before it ends at 0:14.00" in text
    assert "plan.yaml:5: it begins at 0:11.00, not after the place before it" in text
    assert "4 faults" in text


@pytest.mark.parametrize("text", ["", "places: 3", "a: b", "places:\n- {start: 0, start: 1}", "{"])
def test_what_is_no_plan_is_refused(tmp_path: Path, text: str) -> None:
    assert "plan.yaml" in faults(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_plan(tmp_path / "none.yaml")
