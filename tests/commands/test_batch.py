"""Several inputs: which are meant, where results go, what happens when one fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from musivid.commands.batch import Result, run_batch
from musivid.commands.console import ConsoleReporter
from musivid.commands.inputs import expand_inputs, find_sources
from musivid.commands.shards import Shard
from musivid.commands.targets import Target, name_targets
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
    one, song = find_sources(["songs/b2.mp3"]), songs / "b2.mp3"
    assert name_targets(one, Target(Path("x.mp4")), ".mp4") == {song: tmp_path / "x.mp4"}
    assert name_targets(one, None, ".mp4") == {song: tmp_path / "b2.mp4"}
    assert name_targets(one, Target(songs), ".mp4") == {song: songs / "b2.mp4"}


def test_several_inputs_one_folder(songs: Path, tmp_path: Path) -> None:
    several = find_sources(["songs/b2.mp3", "songs/b10.mp3"])
    assert list(name_targets(several, Target(Path("new")), ".mp4").values()) == [
        tmp_path / "new" / "b2.mp4",
        tmp_path / "new" / "b10.mp4",
    ]
    with pytest.raises(OutputError, match="one file"):
        name_targets(several, Target(Path("x.mp4")), ".mp4")
    with pytest.raises(OutputError, match="a file"):
        name_targets(several, Target(songs / "notes.txt"), ".mp4")
    (songs / "b2.wav").write_bytes(b"x")
    with pytest.raises(UsageError, match="2 inputs would be written"):
        name_targets(find_sources(["songs/b2.mp3", "songs/b2.wav"]), None, ".mp4")


@pytest.mark.parametrize(
    ("text", "several", "name"),
    [
        ("new/", False, "new/b2.mp4"),
        ("new.mp4/", False, "new.mp4/b2.mp4"),
        ("new", True, "new/b2.mp4"),
        ("new", False, "new"),
        ("songs", False, "songs/b2.mp4"),
        ("new.mp4", False, "new.mp4"),
    ],
)
def test_what_is_typed_says_whether_an_output_is_a_folder(
    songs: Path, tmp_path: Path, text: str, several: bool, name: str
) -> None:
    sources = find_sources(["songs/b2*" if several else "songs/b2.mp3"])
    found = name_targets(sources, Target.typed(text), ".mp4")
    assert found == {songs / "b2.mp3": tmp_path / name}


def test_one_file_in_a_folder_can_be_several(songs: Path) -> None:
    assert not find_sources(["songs/b2.mp3"]).several
    assert find_sources(["songs/deep"]).several
    assert find_sources(["songs/b2*.mp3"]).several
    assert find_sources(["songs/b2.mp3", "songs/b2.mp3"]).several


def test_hidden_files_are_passed_over_and_counted(songs: Path) -> None:
    for name in ("._b2.mp3", ".DS_Store", "Thumbs.db", ".hidden.wav", "desktop.ini"):
        (songs / name).write_bytes(b"x")
    (songs / ".cache").mkdir()
    (songs / ".cache" / "d.mp3").write_bytes(b"x")
    found = find_sources(["songs"])
    assert names(found.files) == ["A1.WAV", "b2.mp3", "b10.mp3"]
    assert found.hidden == 5
    assert names(find_sources(["songs/**/*"]).files) == ["A1.WAV", "b2.mp3", "b10.mp3", "c.ogg"]
    assert names(find_sources(["songs/.hidden.wav"]).files) == [".hidden.wav"]
    assert names(find_sources([str(songs / ".cache")]).files) == ["d.mp3"]
    with pytest.raises(InputError, match="nothing to work on"):
        (songs / "deep" / "c.ogg").rename(songs / "deep" / "._c.ogg")
        find_sources(["songs/deep"])


def test_what_a_command_wrote_for_an_input_is_none(songs: Path, tmp_path: Path) -> None:
    (songs / "clips").mkdir()
    made = ("b2.mp4", "b2-preview.mp4", "b2-preview-preview.mp4", "other.mp4", "clips/b10.mp4")
    for name in made:
        (songs / name).write_bytes(b"x")
    (songs / "b10.musivid" / "parts").mkdir(parents=True)
    (songs / "b10.musivid" / "parts" / "0.mp4").write_bytes(b"x")
    suffixes = (".mp4", "-preview.mp4")

    def left(*typed: str, output: Path = songs) -> list[str]:
        found = name_targets(find_sources(typed), Target(output), ".x", results=suffixes)
        return names(list(found))

    own = ["A1.WAV", "b2-preview-preview.mp4", "b2.mp3", "b10.mp3", "other.mp4"]
    assert left("songs") == own
    assert left("songs/*") == own
    with pytest.raises(UsageError, match="2 inputs would be written"):
        left("songs", "songs/b2.mp4")
    with pytest.raises(UsageError, match="2 inputs would be written"):
        left("songs", output=tmp_path / "elsewhere")
    pattern = left("songs/**/*10*", output=songs / "clips")
    assert pattern == ["b10.mp3"]
    with pytest.raises(InputError, match="nothing to work on"):
        find_sources(["songs/**/0.mp*"])
    with pytest.raises(InputError, match="only results"):
        find_sources(["songs/b2*.mp4"]).without([songs / name for name in made])


def test_what_a_run_wrote_elsewhere_is_known_by_its_manifest(songs: Path) -> None:
    (songs / "b2.mp4").write_bytes(b"x")
    (songs / "b2.musivid").mkdir()
    facts = {"recipe": {}, "stages": {}, "finished": True, "results": {"output": "/x/b2.mp4"}}
    facts["input_paths"] = {"song": str(songs / "b2.mp3")}
    (songs / "b2.musivid" / "manifest.json").write_text(json.dumps(facts))
    found = name_targets(find_sources(["songs"]), Target(songs / "clips"), ".mp4")
    assert names(list(found)) == ["A1.WAV", "b2.mp3", "b10.mp3"]


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
            run_batch(inputs, one, reporter=reporter, output=Target(tmp_path / "out"), **flags)

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


def sharded(text: str, done: list[str], out: Path) -> None:
    def one(source: Path, target: Path) -> Result:
        done.append(source.name)
        return Result()

    with ConsoleReporter(quiet=True) as reporter:
        run_batch(
            ["many/"], one, reporter=reporter, output=Target(out, True), shard=Shard.typed(text)
        )


def test_each_input_is_in_one_shard_wherever_the_folder_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares: list[list[list[str]]] = []
    for place in ("here", "there"):
        (tmp_path / place / "many").mkdir(parents=True)
        for number in range(40 if place == "here" else 60):  # more have come meanwhile
            (tmp_path / place / "many" / f"{number}.mp3").touch()
        monkeypatch.chdir(tmp_path / place)
        shares.append([])
        for number in (1, 2, 3):
            shares[-1].append([])
            sharded(f"{number}/3", shares[-1][-1], tmp_path / "out")
    here, there = shares
    for shares_there, count in ((here, 40), (there, 60)):
        each = sorted(name for share in shares_there for name in share)
        assert each == sorted(f"{number}.mp3" for number in range(count))
    assert all(set(share) <= set(more) for share, more in zip(here, there, strict=True))
    assert min(map(len, here)) > 5


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "a/b", "1/0"])
def test_a_shard_that_is_none(text: str) -> None:
    with pytest.raises(UsageError, match="is not a share"):
        Shard.typed(text)
