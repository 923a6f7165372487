"""`musivid evaluate` as it is typed: what it prints, writes, refuses, and ends with."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from evaluate_fixtures import FPS, folder, quick

from musivid.cli import main
from musivid.score.midi import write_midi

__all__ = ["folder", "quick"]  # fixtures


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: Path | str
) -> tuple[int, str, str]:
    """Exit code and what was printed."""
    monkeypatch.setattr(sys, "argv", ["musivid", "evaluate", *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        main()
    said = capsys.readouterr()
    assert isinstance(end.value.code, int)
    return end.value.code, said.out, said.err


def test_the_command_prints_one_json_object(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(
        monkeypatch, capsys, folder / "good.mp4", "-p", "quick", "--json", "-q",
        "--fail-under", "sync.bas_music.z=2",
    )  # fmt: skip
    result = json.loads(out)
    assert code == 0 and set(result) == {"musivid", "files"}
    assert {"video", "duration_s", "fps", "sync", "picture", "integrity"} <= set(result["files"][0])


def test_the_command_fails_under_a_limit(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = (folder / "late.mp4", "-p", "quick", "-q")
    code, out, err = run(monkeypatch, capsys, *arguments, "--fail-under", "sync.f_measure.z=3")
    assert code == 1 and "sync.f_measure.z is" in err and "xcorr" in out
    mute = (folder / "mute.mp4", "-p", "quick", "-q", "--fail-under", "sync.bas_music.z=-9")
    code, _, err = run(monkeypatch, capsys, *mute)
    assert code == 1 and "was not measured: there is no sound" in err
    for wrong in ("sync.bas_music.z", "tempo=3"):
        code, _, err = run(monkeypatch, capsys, *arguments, "--fail-under", wrong)
        assert code == 2 and wrong in err


def test_the_command_goes_on_after_a_broken_file(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "a.mp4").write_bytes((folder / "mute.mp4").read_bytes())
    (tmp_path / "b.mp4").write_bytes(b"broken" * 100)
    (tmp_path / "notes.txt").write_text("junk is passed over")
    code, out, _ = run(monkeypatch, capsys, tmp_path, "-p", "quick", "--json", "-q")
    result = json.loads(out.splitlines()[0])
    assert code == 4 and len(result["files"]) == 1
    assert result["failed"][0]["input"].endswith("b.mp4")
    (tmp_path / "empty").mkdir()
    code, _, err = run(monkeypatch, capsys, tmp_path / "empty")
    assert code == 2 and "nothing to work on" in err


def test_outputs_are_written_and_never_overwritten(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page, plot, data = tmp_path / "r.html", tmp_path / "p.png", tmp_path / "d.json"
    quick = (folder / "good.mp4", "-p", "quick", "-q")
    arguments = (*quick, "--report", page, "--plot", plot, "-o", data)
    assert run(monkeypatch, capsys, *arguments)[0] == 0
    assert "<html" in page.read_text()[:200] and plot.read_bytes()[1:4] == b"PNG"
    assert json.loads(data.read_text())["files"][0]["fps"] == FPS
    before = page.read_bytes()
    code, _, err = run(monkeypatch, capsys, *arguments)
    assert code == 2 and "exists already" in err and page.read_bytes() == before


def test_a_dry_run_measures_nothing(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = tmp_path / "r.html"
    code, out, _ = run(monkeypatch, capsys, folder / "good.mp4", "--dry-run", "--report", page)
    assert code == 0 and "video:" in out and not page.exists()


def test_systems_are_put_side_by_side(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = tmp_path / "r.html"
    code, out, _ = run(
        monkeypatch, capsys, "--compare", folder / "good.mp4", folder / "late.mp4",
        "-p", "quick", "-q", "--json", "--report", page,
    )  # fmt: skip
    found = json.loads(out)["comparison"]["measures"]["sync.f_measure"]
    assert code == 0 and len(found["systems"]) == 2 and page.stat().st_size > 1000


def test_notes_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from musivid.pocket.songs.composer import compose

    score, _ = compose(1, bars=8)
    write_midi(score, tmp_path / "song.mid")
    code, out, _ = run(monkeypatch, capsys, tmp_path / "song.mid", "-p", "quick", "--json")
    (found,) = json.loads(out)["files"]
    assert code == 0 and found["midi"].endswith("song.mid")
    assert 0 < found["music"]["pitch_class_entropy"]["value"] < 3.6


def test_features_of_different_width_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, width in (("a", 8), ("b", 16)):
        (tmp_path / name).mkdir()
        np.save(tmp_path / name / "f.npy", np.random.default_rng(0).random((40, width)))
    arguments = (tmp_path / "a", "--reference", tmp_path / "b", "-q")
    code, _, err = run(monkeypatch, capsys, *arguments)
    assert code == 2 and "16" in err and "8" in err
    alike = (tmp_path / "a", "--reference", tmp_path / "a", "-q", "--json")
    code, out, _ = run(monkeypatch, capsys, *alike)
    assert code == 0 and abs(json.loads(out)["distribution"]["frechet"]["value"]) < 1e-3
