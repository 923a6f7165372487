"""What `musivid evaluate` shows on the terminal: tables of figures, and systems side by side."""

from __future__ import annotations

from typing import Any

import pytest

from musivid.commands.evaluate_tables import show_result


def shown(capsys: pytest.CaptureFixture[str], **result: Any) -> list[list[str]]:
    """The cells of all rows that are printed where nobody watches: parted by tabs."""
    show_result({"files": [], **result})
    return [line.split("\t") for line in capsys.readouterr().out.splitlines()]


def measure(value: float, z: float | None, **more: Any) -> dict[str, Any]:
    return {"value": value, "z": z, "p": 0.01, "chance_mean": 0.1, "chance_std": 0.02, **more}


def row_of(rows: list[list[str]], name: str) -> list[str]:
    (found,) = [row for row in rows if row[0] == name]
    return found


def test_figures_are_told_with_chance_and_what_it_means(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sync = {
        "f_measure": measure(0.61239, 4.2),
        "spearman": measure(0.11, 0.3),
        "av_align": measure(0.01, -3.0),
        "xcorr": measure(0.5, 5.0, params={"offset_ms": -40.0}),
        "bas_music": {"value": None, "reason": "no pulse"},
        "coverage": {"value": 0.25, "z": None},
    }
    rows = shown(capsys, files=[{"video": "/a/film.mp4", "sync": sync}])
    assert row_of(rows, "f_measure")[1:] == [
        "0.6124", "0.100 ± 0.020", "+4.2", "0.010", "above chance",
    ]  # fmt: skip
    assert row_of(rows, "spearman")[-1] == "like chance"
    assert row_of(rows, "av_align")[-1] == "below chance"
    assert row_of(rows, "xcorr")[-1] == "offset -40 ms"
    assert row_of(rows, "bas_music")[1:] == ["-", "", "", "", "no pulse"]
    assert row_of(rows, "coverage")[1:] == ["0.25", "", "", "", ""]


def test_plain_facts_and_long_lists_are_kept_short(capsys: pytest.CaptureFixture[str]) -> None:
    picture = {
        "cuts_s": [0.5, 1.25, 2.0, 3.0, 4.0, 5.0, 6.0],
        "mean_change": 0.123456,
        "loop": None,
    }
    rows = shown(capsys, files=[{"video": "film.mp4", "picture": picture}])
    assert row_of(rows, "cuts_s")[1] == "0.5, 1.25, 2, 3, 4, 5 ..."
    assert row_of(rows, "mean_change")[1] == "0.1235" and row_of(rows, "loop")[1] == "-"


def test_a_file_without_figures_and_a_set_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    rows = shown(
        capsys,
        files=[{"audio": "song.wav", "duration_s": 3.0}],
        distribution={"fad": measure(2, None)},
    )
    assert any(row[0] == "song.wav: measured" for row in rows)
    assert row_of(rows, "fad")[1] == "2"


def test_systems_are_held_against_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    figures = {
        "sync.f_measure": {
            "systems": {"ours": {"mean": 0.5, "low": 0.4, "high": 0.6}, "theirs": {"mean": 0.3}},
            "against_first": {"theirs": {"p_holm": 0.0312}, "none": {"p_holm": None}},
        },
        "sync.xcorr": {"systems": {"ours": {"mean": 1.0, "low": None}}, "against_first": None},
    }
    rows = shown(capsys, comparison={"systems": ["ours", "theirs"], "measures": figures})
    assert any("against ours" in cell for row in rows for cell in row)
    assert row_of(rows, "sync.f_measure")[1:] == ["0.5 [0.4, 0.6]", "0.3", "theirs: p = 0.031"]
    assert row_of(rows, "sync.xcorr")[1:] == ["1", "-", ""]
