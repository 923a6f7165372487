"""Outputs: refused before any work where they may not, or cannot, be written."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from musivid.core.errors import OutputError
from musivid.core.outputs import check_output, check_room, free_bytes
from musivid.core.run import run_folder


def test_nothing_is_made(tmp_path: Path) -> None:
    check_output(tmp_path / "new" / "deeper" / "x.mp4", endings=(".mp4",))
    assert not list(tmp_path.iterdir())


def test_endings_in_any_letters(tmp_path: Path) -> None:
    check_output(tmp_path / "x.MOV", endings=(".mp4", ".mov"))
    with pytest.raises(OutputError, match=r"does not end in \.mp4, \.mov") as error:
        check_output(tmp_path / "x.avi", endings=(".mp4", ".mov"))
    assert "x.mp4" in error.value.hint


def test_what_is_there_is_kept_unless_forced(tmp_path: Path) -> None:
    there = tmp_path / "there.mp4"
    there.touch()
    check_output(there, force=True)
    with pytest.raises(OutputError, match="exists already") as error:
        check_output(there, hint="Add --resume.")
    assert error.value.hint == "Add --resume."
    for target, problem in ((tmp_path, "is a folder"), (there / "x.mp4", "not writable")):
        with pytest.raises(OutputError, match=problem):
            check_output(target, force=True)


def test_an_output_that_its_run_was_putting_in_place_is_no_obstacle(tmp_path: Path) -> None:
    there = tmp_path / "there.mp4"
    there.touch()
    run = run_folder(there)
    run.mkdir()
    for finished, stage, is_free in (
        (False, "deliver", True),
        (True, "deliver", False),
        (False, "listen", False),
    ):
        held = {"recipe": {}, "stages": {stage: {}}, "finished": finished}
        (run / "manifest.json").write_text(json.dumps(held))
        if is_free:
            check_output(there)
        else:
            with pytest.raises(OutputError, match="exists already"):
                check_output(there)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_right(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="not writable"):
        check_output(tmp_path / "x.mp4")


def test_room_is_asked_of_the_nearest_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def usage(path: Path) -> SimpleNamespace:
        asked.append(path)
        return SimpleNamespace(free=60_000_000)

    monkeypatch.setattr("shutil.disk_usage", usage)
    out = tmp_path / "not" / "yet" / "x.mp4"
    check_room(out, 9_999_999)
    assert asked == [tmp_path]
    with pytest.raises(OutputError, match="60 MB of room; about 62 MB"):
        check_room(out, 12_000_000)
    assert free_bytes(out) == 60_000_000
