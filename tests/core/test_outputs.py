"""Outputs: refused before any work where they may not, or cannot, be written."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from musivid.core.errors import OutputError
from musivid.core.outputs import check_apart, check_output, check_room, free_bytes
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


def _dots(path: Path) -> Path:
    return path.parent / "not-there" / ".." / path.name


def _link(path: Path) -> Path:
    other = path.with_name("link.mp4")
    other.symlink_to(path)
    return other


def _chain(path: Path) -> Path:
    first, last = path.with_name("first.mp4"), _link(path)
    first.symlink_to(last.name)
    return first


def _twin(path: Path) -> Path:
    other = path.with_name("twin.mp4")
    os.link(path, other)
    return other


def _folder(path: Path) -> Path:
    folder = path.parent.parent / "other-way"
    folder.symlink_to(path.parent)
    return folder / path.name


def _relative(path: Path) -> Path:
    return Path(os.path.relpath(path))


WAYS = (Path, _dots, _link, _chain, _twin, _folder, _relative)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "films" / "clip.mp4"
    path.parent.mkdir()
    path.write_bytes(b"mine")
    return path


@pytest.mark.parametrize("way", WAYS)
def test_an_output_is_an_input_by_whatever_way(clip: Path, way: Callable[[Path], Path]) -> None:
    with pytest.raises(OutputError, match=r"the film .* would overwrite the clip .*clip\.mp4"):
        check_apart({"film": way(clip)}, {"song": None, "clip": clip})
    assert clip.read_bytes() == b"mine"


@pytest.mark.parametrize("way", (Path, _dots, _folder, _relative))
def test_two_outputs_that_are_not_there_yet_are_one(
    clip: Path, way: Callable[[Path], Path]
) -> None:
    clip.unlink()
    with pytest.raises(OutputError, match=r"the report .* and the film .* would be one file"):
        check_apart({"film": [clip], "report": way(clip)}, {})


def test_what_is_apart_is_let_through(clip: Path) -> None:
    other = clip.with_name("other.mp4")
    other.write_bytes(clip.read_bytes())
    inputs = {"clip": [clip, clip], "song": clip, "lyrics": None}
    later = {"report": clip.with_suffix(".html"), "cover": clip.with_suffix(".png")}
    check_apart({"film": other, **later}, inputs)
    assert clip.read_bytes() == b"mine"


def test_nothing_that_is_read_lies_where_work_is_cleared(clip: Path) -> None:
    work = run_folder(clip)
    plan = work / "plan.yaml"
    with pytest.raises(OutputError, match=r"the plan .* lies in .* cleared") as error:
        check_apart({}, {"plan": [plan]}, work=work)
    assert "Copy the plan" in error.value.hint
    check_apart({}, {"plan": clip.parent / "clip.musivid.yaml"}, work=work)


def test_no_file_takes_the_place_of_something_special(tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe.mp4", tmp_path / "null.mp4"
    os.mkfifo(pipe)
    link.symlink_to("/dev/null")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "s"))
        for path, kind in (
            (pipe, "a pipe"),
            (link, "a device"),
            (Path("/dev/stdout"), "a device"),
            (Path("/dev/fd/1"), "a device"),
            (tmp_path / "s", "a socket"),
        ):
            with pytest.raises(OutputError, match=f"{path.name} is {kind}"):
                check_output(path, force=True)
    assert link.is_symlink() and pipe.is_fifo()
