"""Several inputs: which are meant, where results go, what happens when one fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from musivid.commands.batch import Result, expand_inputs, name_targets, run_batch
from musivid.commands.console import ConsoleReporter
from musivid.core.errors import BatchError, InputError, Interrupted, OutputError, UsageError


@pytest.fixture
def songs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("b10.mp3", "b2.mp3", "A1.WAV", "notes.txt", "cover.jpg"):
        (tmp_path / "songs").mkdir(exist_ok=True)
        (tmp_path / "songs" / name).write_bytes(b"x")
    (tmp_path / "songs" / "deep").mkdir()
    (tmp_path / "songs" / "deep" / "c.ogg").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "songs"


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


def test_a_folder_means_its_media_in_natural_order(songs: Path) -> None:
    assert names(expand_inputs([str(songs)])) == ["A1.WAV", "b2.mp3", "b10.mp3"]


def test_patterns_and_names_each_once(songs: Path) -> None:
    found = expand_inputs(["songs/b*.mp3", "songs/b2.mp3", "songs/notes.txt", "songs/**/c.ogg"])
    assert names(found) == ["b2.mp3", "b10.mp3", "notes.txt", "c.ogg"]
    assert all(path.is_absolute() for path in found)


def test_a_name_with_pattern_characters_is_a_name(songs: Path) -> None:
    (songs / "song [live].mp3").write_bytes(b"x")
    assert names(expand_inputs(["songs/song [live].mp3"])) == ["song [live].mp3"]


@pytest.mark.parametrize("text", ["songs/none.mp3", "songs/*.flac", "songs/deep/empty"])
def test_nothing_there(songs: Path, text: str) -> None:
    (songs / "deep" / "empty").mkdir()
    with pytest.raises(InputError):
        expand_inputs([text])


def test_one_input_one_file(songs: Path, tmp_path: Path) -> None:
    one = [songs / "b2.mp3"]
    assert name_targets(one, Path("x.mp4"), ".mp4") == {one[0]: tmp_path / "x.mp4"}
    assert name_targets(one, None, ".mp4") == {one[0]: tmp_path / "b2.mp4"}
    assert name_targets(one, songs, ".mp4") == {one[0]: songs / "b2.mp4"}


def test_several_inputs_one_folder(songs: Path, tmp_path: Path) -> None:
    several = [songs / "b2.mp3", songs / "b10.mp3"]
    assert list(name_targets(several, Path("new"), ".mp4").values()) == [
        tmp_path / "new" / "b2.mp4",
        tmp_path / "new" / "b10.mp4",
    ]
    with pytest.raises(OutputError, match="one file"):
        name_targets(several, Path("x.mp4"), ".mp4")
    with pytest.raises(OutputError, match="one file"):
        name_targets(several, songs / "notes.txt", ".mp4")
    with pytest.raises(UsageError, match="2 inputs would be written"):
        name_targets([songs / "b2.mp3", songs / "b2.wav"], None, ".mp4")


@pytest.fixture
def batch(songs: Path, tmp_path: Path) -> Callable[..., Any]:
    seen: list[Any] = []

    def call(
        inputs: tuple[str] | list[str] = ("songs",), fail: tuple[()] | list[str] = (), **flags: bool
    ) -> None:
        seen.clear()

        def one(source: Path, target: Path) -> Result:
            seen.append(source.name)
            if source.name in fail:
                raise InputError(f"{source.name} is silent", hint="Sing.")
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(b"video")
            return Result({"frames": 3})

        with ConsoleReporter() as reporter:
            run_batch(inputs, one, reporter=reporter, output=tmp_path / "out", **flags)

    call.seen = seen
    return call


def test_results_are_absolute_paths_on_stdout(
    batch: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch()
    out, err = capsys.readouterr()
    assert out.splitlines() == [str(tmp_path / "out" / f"{n}.mp4") for n in ("A1", "b2", "b10")]
    assert "b2.mp3 -> " in err


def test_one_failure_does_not_stop_the_others(
    batch: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BatchError, match="1 of 3 inputs failed") as caught:
        batch(fail=["b2.mp3"])
    assert caught.value.exit_code == 4
    assert batch.seen == ["A1.WAV", "b2.mp3", "b10.mp3"]
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert "b2.mp3 is silent" in err


def test_a_single_failure_is_raised_as_it_is(batch: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match="silent"):
        batch(inputs=["songs/b2.mp3"], fail=["b2.mp3"])


def test_existing_outputs(
    batch: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch()
    with pytest.raises(BatchError, match="3 of 3"):
        batch()
    assert batch.seen == []
    (tmp_path / "out" / "b2.mp4").unlink()
    batch(skip_existing=True)
    assert batch.seen == ["b2.mp3"]
    batch(force=True)
    assert len(batch.seen) == 3


def test_json_is_one_object(
    batch: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "A1.mp4").write_bytes(b"old")
    with pytest.raises(BatchError):
        batch(fail=["b2.mp3"], skip_existing=True, as_json=True)
    data = json.loads(capsys.readouterr().out)
    assert [entry["output"].rsplit("/", 1)[1] for entry in data["results"]] == ["A1.mp4", "b10.mp4"]
    assert data["results"][0]["skipped"]
    assert data["results"][1]["frames"] == 3
    assert data["failed"][0]["error"] == "b2.mp3 is silent"
    assert data["failed"][0]["exit_code"] == 2


def test_interruption_ends_the_batch(songs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def one(source: Path, target: Path) -> None:
        raise Interrupted("stopped")

    with ConsoleReporter() as reporter, pytest.raises(Interrupted):
        run_batch(["songs"], one, reporter=reporter)


def test_text_of_a_result_is_printed_instead_of_the_path(
    songs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ConsoleReporter() as reporter:
        run_batch(["songs/b2.mp3"], lambda s, t: Result(text="a plan"), reporter=reporter)
    assert capsys.readouterr().out == "a plan\n"
