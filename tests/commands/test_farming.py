"""Commands whose work is done elsewhere: the same files, the same words, the same exit codes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from farm_fixtures import InProcess
from programs import Program
from songs import write_song

from musivid.commands import farming

SMALL = ("--set", "output.size=64x64", "--set", "output.fps=5", "--preset", "tiny", "-q")


def test_films_are_made_elsewhere_as_they_are_here(
    musivid: Program, elsewhere: list[InProcess], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "songs").mkdir()
    for name, seconds in (("one", 1.0), ("two", 1.2)):
        write_song(tmp_path / "songs" / f"{name}.wav", seconds)
    (tmp_path / "songs" / "bad.mp3").write_text("no song")
    code, out, err = musivid("video", "songs", "-o", "far/", *SMALL, "--farm", "auto", "--json")
    assert code == 4 and "bad.mp3" in err
    told = json.loads(out)
    assert [Path(entry["output"]).name for entry in told["results"]] == ["one.mp4", "two.mp4"]
    assert [Path(entry["folder"]) for entry in told["results"]] == [
        tmp_path / "far" / f"{name}.musivid" for name in ("one", "two")
    ]
    assert [Path(entry["input"]).name for entry in told["failed"]] == ["bad.mp3"]
    code, _, _ = musivid("video", "songs/one.wav", "-o", "near/", *SMALL)
    assert code == 0
    same = ("one.mp4", "one.musivid/keys/0000.safetensors", "one.musivid/cover.jpg")
    for name in same:
        assert (tmp_path / "far" / name).read_bytes() == (tmp_path / "near" / name).read_bytes()
    manifest = json.loads((tmp_path / "far" / "one.musivid" / "manifest.json").read_text())
    assert manifest["input_paths"]["song"] == str(tmp_path / "songs" / "one.wav")
    assert manifest["results"]["output"] == str(tmp_path / "far" / "one.mp4")
    code, out, _ = musivid(
        "video", "songs", "-o", "far/", *SMALL, "--farm", "auto", "--skip-existing"
    )
    assert code == 4 and not out and len(elsewhere) == 1


def test_figures_are_found_elsewhere_as_they_are_here(
    musivid: Program, elsewhere: list[InProcess], tmp_path: Path
) -> None:
    song = write_song(tmp_path / "song.wav", 3.0)
    options = ("--set", "structure=false", "-q", "--json")
    _, far, _ = musivid("evaluate", song, *options, "--farm", "auto")
    _, near, _ = musivid("evaluate", song, *options)
    assert json.loads(far) == json.loads(near) and len(elsewhere) == 1


def test_flags_of_the_farm_need_one(musivid: Program, tmp_path: Path) -> None:
    song = write_song(tmp_path / "song.wav", 1.0)
    code, _, err = musivid("video", song, "--farm-gpus", "1")
    assert code == 2 and "--farm-gpus has no farm" in err
    code, _, err = musivid("video", song, "--farm", "local:2", "--farm-cpus", "1")
    assert code == 2 and "no effect with --farm local:2" in err
    code, _, err = musivid("video", song, *SMALL, "--farm", "local:0")
    assert code == 2 and "nobody" in err


def test_without_ray_the_install_line_is_told(
    musivid: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    song = write_song(tmp_path / "song.wav", 1.0)
    find = farming.need_extra.__globals__["util"].find_spec
    monkeypatch.setattr(
        farming.need_extra.__globals__["util"], "find_spec",
        lambda name, *more: None if name == "ray" else find(name, *more),
    )  # fmt: skip
    code, _, err = musivid("evaluate", song, "--farm", "auto", "-q")
    assert code == 3 and "pip install" in err and "farm" in err


@pytest.mark.parametrize("address", ["somewhere", "host:0", "host:65536", ":6379", "local:x"])
def test_what_is_no_address_is_told_before_all_else(
    musivid: Program, tmp_path: Path, address: str
) -> None:
    code, out, err = musivid("video", tmp_path / "none.wav", "--farm", address)
    assert (code, out) == (2, "") and f"{address}" in err and "10.0.0.5:6379" in err
    code, _, err = musivid("farm", "status", address)
    assert code == 2 and "10.0.0.5:6379" in err


def test_without_a_cluster_two_lines_are_told_and_nothing_is_begun(
    musivid: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ray")
    monkeypatch.setattr(sys, "argv", ["musivid"])
    song = write_song(tmp_path / "song.wav", 1.0)
    code, out, err = musivid("video", song, *SMALL, "--farm", "127.0.0.1:1")
    assert (code, out) == (3, "") and "Connection refused" in err
    assert "ray start --head" in err and "--farm 127.0.0.1:1" in err
    monkeypatch.setenv("RAY_ADDRESS", "local")  # with which Ray would start a cluster
    code, _, err = musivid("evaluate", song, "-q", "--farm", "auto")
    assert code == 3 and "no Ray cluster answers at local" in err
    assert list(tmp_path.iterdir()) == [song]


@pytest.mark.slow
def test_a_timeline_names_files_as_they_are_called_here(
    musivid: Program, elsewhere: list[InProcess], tmp_path: Path
) -> None:
    song = write_song(tmp_path / "song.wav", 1.0)
    for form in ("fcpxml", "edl"):
        for where, farm in (("far", ("--farm", "auto")), ("near", ())):
            code, _, err = musivid(
                "video", song, "-o", tmp_path / "film.mp4", "--set", "painting.mode=every_frame",
                "--timeline", tmp_path / where / f"cut.{form}", *SMALL, *farm, "-f",
            )  # fmt: skip
            assert code == 0, err
        far, near = (tmp_path / where / f"cut.{form}" for where in ("far", "near"))
        assert far.read_bytes() == near.read_bytes() and str(tmp_path) in far.read_text()
