"""A run: begun, killed, continued, refused; its folder never loses work nor takes foreign files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from programs import started

from musivid.core.errors import Interrupted, MusividError, OutputError, UsageError
from musivid.core.run import Run, run_folder
from musivid.core.storage import fingerprint


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.wav"
    path.write_bytes(b"la la la")
    return path


@pytest.fixture
def begin(tmp_path: Path, song: Path) -> Callable[..., Any]:
    def call(
        *,
        folder: str = "out.musivid",
        inputs: dict[str, Path] | None = None,
        preset: str = "seed: 0\n",
        facts: dict[str, Any] | None = None,
        **flags: Any,
    ) -> Run:
        return Run.open(
            tmp_path / folder,
            command="video",
            inputs=inputs or {"song": song},
            preset_yaml=preset,
            facts=facts or {"size": [64, 64]},
            **flags,
        )

    return call


def manifest(run: Run) -> dict[str, Any]:
    return json.loads((run.folder / "manifest.json").read_text())


def test_folder_is_beside_the_output() -> None:
    assert run_folder(Path("/a/b/out.mp4")) == Path("/a/b/out.musivid")


def test_a_run_from_beginning_to_end(begin: Callable[..., Any], song: Path) -> None:
    with begin() as run:
        assert not run.done("paint")
        run.path("parts", "000.mp4").write_bytes(b"x")
        run.finish_stage("paint", frames=25)
        assert run.done("paint")
        assert run.stage_facts("paint")["frames"] == 25
        assert run.stage_facts("join") == {}
        run.finish({"output": "out.mp4"})
    held = manifest(run)
    assert held["finished"]
    assert held["results"] == {"output": "out.mp4"}
    assert held["recipe"]["inputs"] == {"song": fingerprint(song)}
    assert held["recipe"]["command"] == "video"
    assert held["input_paths"] == {"song": str(song)}
    assert (run.folder / "preset.yaml").read_text() == "seed: 0\n"
    log = (run.folder / "log.txt").read_text()
    assert "started: video" in log
    assert log.rstrip().endswith("finished")


def test_the_same_command_continues(begin: Callable[..., Any]) -> None:
    with begin() as run:
        run.path("part").write_bytes(b"work")
        run.finish_stage("paint", frames=3)
    for flags in ({}, {"resume": True}, {"force": True}):
        with begin(**flags) as run:
            assert run.done("paint")
            assert run.path("part").read_bytes() == b"work"
    assert "continued" in (run.folder / "log.txt").read_text()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"preset": "seed: 1\n"}, "other settings"),
        ({"facts": {"size": [32, 32]}}, "other options"),
    ],
)
def test_other_settings_are_refused_unless_forced(
    begin: Callable[..., Any], change: dict[str, Any], named: str
) -> None:
    with begin() as run:
        run.path("parts", "part").write_bytes(b"work")
        run.finish_stage("paint")
    with pytest.raises(OutputError, match=f"run with {named}") as caught:
        begin(**change)
    assert "--force" in caught.value.hint
    with begin() as run:  # the refusal cost nothing
        assert run.done("paint")
    with begin(force=True, **change) as run:
        assert not run.done("paint")
        assert not (run.folder / "parts").exists()


def test_another_machine_is_refused_by_what_differs(begin: Callable[..., Any]) -> None:
    machine = {"threads": "2", "torch": "2.9.0"}
    with begin(machine=machine) as run:
        run.finish_stage("paint")
    with pytest.raises(OutputError, match=r"run with threads 2 \(here 8\): its") as caught:
        begin(machine={**machine, "threads": "8"})
    assert "--resume-any" in caught.value.hint
    with begin(machine=machine) as run:  # the refusal cost nothing
        assert run.done("paint") and "mixed" not in run.recipe


def test_it_may_go_on_elsewhere_and_says_so(begin: Callable[..., Any]) -> None:
    begin(machine={"threads": "2", "torch": "2.9.0"}).close()
    for threads in ("8", "4", "8"):
        with begin(machine={"threads": threads, "torch": "2.9.0"}, any_machine=True) as run:
            assert run.recipe["machine"]["threads"] == threads
    assert run.recipe["mixed"] == {"threads": ["2", "4", "8"]}


def test_a_run_of_an_earlier_version_goes_on(begin: Callable[..., Any]) -> None:
    kernels = {"cpu": "x86-64-v3", "numba": "1"}
    earlier = {"size": [64, 64], "device": "cpu", "torch": "2.9.0", "kernels": kernels}
    with begin(facts=earlier) as run:
        run.finish_stage("paint")
        held = manifest(run)
    del held["recipe"]["machine"]
    (run.folder / "manifest.json").write_text(json.dumps(held))
    now = {"device": "cpu", "torch": "2.9.0", "kernels": "x86-64-v3", "numba": "1", "threads": "2"}
    with pytest.raises(OutputError, match=r"torch 2\.9\.0 \(here 2\.10\.0\)"):
        begin(machine={**now, "torch": "2.10.0"})
    with begin(machine=now) as run:
        assert run.done("paint") and run.recipe["machine"] == now and "mixed" not in run.recipe


def test_a_changed_input_is_refused(begin: Callable[..., Any], song: Path) -> None:
    begin().close()
    song.write_bytes(b"lo lo lo")
    with pytest.raises(OutputError, match="with other inputs"):
        begin()


def test_an_input_may_move(begin: Callable[..., Any], song: Path, tmp_path: Path) -> None:
    with begin() as run:
        run.finish_stage("paint")
    moved = song.rename(tmp_path / "moved.wav")
    with begin(inputs={"song": moved}) as run:
        assert run.done("paint")


def test_files_that_settings_name_may_move(
    begin: Callable[..., Any], song: Path, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text("places: []")

    def again(plan: Path, more: str = "") -> Run:
        preset = f"living:\n  plan: {plan}\n  lines: [{song}, loud]\n{more}"
        return begin(inputs={"song": song, "plan": plan}, preset=preset)

    with again(plan) as run:
        run.finish_stage("paint")
    moved = plan.rename(tmp_path / "moved.yaml")
    with again(moved) as run:
        assert run.done("paint")
    for change in (lambda: again(moved, "seed: 1\n"), lambda: again(song)):
        with pytest.raises(OutputError, match="other"):
            change()
    moved.write_text("places: [1]")
    with pytest.raises(OutputError, match="with other inputs"):
        again(moved)


def test_a_finished_run_begins_afresh(begin: Callable[..., Any]) -> None:
    with begin() as run:
        run.finish_stage("paint")
        run.finish({})
    with begin() as run:
        assert not run.done("paint")


def test_resume_demands_something_to_continue(begin: Callable[..., Any], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing to continue"):
        begin(resume=True)
    assert not (tmp_path / "out.musivid").exists()
    with begin() as run:
        run.finish({})
    with pytest.raises(UsageError, match="nothing to continue"):
        begin(resume=True)


def test_two_at_once_are_refused(begin: Callable[..., Any]) -> None:
    with begin(), pytest.raises(OutputError, match=f"pid {os.getpid()}"):
        begin()
    begin().close()


@pytest.mark.parametrize("force", [False, True])
def test_foreign_files_are_never_touched(
    begin: Callable[..., Any], tmp_path: Path, force: bool
) -> None:
    folder = tmp_path / "out.musivid"
    folder.mkdir()
    (folder / "letters.txt").write_text("mine")
    with pytest.raises(OutputError, match="not musivid's"):
        begin(force=force)
    assert os.listdir(folder) == ["letters.txt"]


def test_links_and_files_are_no_folders(begin: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out.musivid").symlink_to(tmp_path / "real")
    with pytest.raises(OutputError, match="plain folder"):
        begin()
    (tmp_path / "file.musivid").write_text("")
    with pytest.raises(OutputError, match="plain folder"):
        begin(folder="file.musivid")


def test_clearing_follows_no_links(begin: Callable[..., Any], tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "letters.txt").write_text("mine")
    with begin() as run:
        (run.folder / "link").symlink_to(outside)
    with begin(preset="seed: 9\n", force=True) as run:
        assert not (run.folder / "link").exists()
    assert (outside / "letters.txt").read_text() == "mine"


@pytest.mark.parametrize("names", [("..", "x"), ("a", "..", "..", "x"), ("/etc/x",)])
def test_paths_stay_inside(begin: Callable[..., Any], names: tuple[Any, ...]) -> None:
    with begin() as run, pytest.raises(ValueError, match="outside"):
        run.path(*names)


def test_a_failure_is_noted(begin: Callable[..., Any]) -> None:
    with pytest.raises(RuntimeError), begin() as run:
        raise RuntimeError("out of paint")
    assert "stopped: RuntimeError: out of paint" in (run.folder / "log.txt").read_text()
    begin().close()


def test_what_is_refused_at_once_leaves_nothing(begin: Callable[..., Any], tmp_path: Path) -> None:
    with pytest.raises(UsageError), begin(folder="new/deep/out.musivid") as run:
        run.path("parts", "1.mp4")  # makes a folder, and no work
        raise UsageError("weights of another model")
    assert [path.name for path in tmp_path.iterdir()] == ["song.wav"]


@pytest.mark.parametrize("error", [OutputError("no room"), Interrupted("stopped")])
def test_work_stays_whatever_ends_it(begin: Callable[..., Any], error: MusividError) -> None:
    with pytest.raises(MusividError), begin() as run:
        if isinstance(error, OutputError):
            run.path("parts", "1.mp4").write_bytes(b"x")
        raise error
    assert (run.folder / "manifest.json").is_file()


def test_a_run_of_yesterday_stays_where_it_is_refused(begin: Callable[..., Any]) -> None:
    begin().close()
    with pytest.raises(UsageError), begin() as run:
        raise UsageError("weights of another model")
    assert (run.folder / "log.txt").read_text().endswith("weights of another model\n")


def test_a_damaged_manifest_is_not_taken_for_a_run(begin: Callable[..., Any]) -> None:
    with begin() as run:
        run.finish_stage("paint")
    (run.folder / "manifest.json").write_text("{")
    with pytest.raises(OutputError, match="not musivid's"):
        begin()


WORK = """
    import os, signal, sys
    from pathlib import Path
    from musivid.core.run import Run
    with Run.open(Path(sys.argv[1]), command="video", inputs={"song": Path(sys.argv[2])},
                  preset_yaml="seed: 0\\n", facts={"size": [64, 64]}) as run:
        for k in range(100):
            if not run.done(str(k)):
                run.path(f"part{k}").write_text(str(k))
                run.finish_stage(str(k))
            print(k, flush=True)
"""


@pytest.mark.parametrize("after", [0, 7, 31])
def test_killed_at_any_moment_the_work_goes_on(
    begin: Callable[..., Any], tmp_path: Path, song: Path, after: int
) -> None:
    command = [
        sys.executable,
        "-c",
        textwrap.dedent(WORK),
        str(tmp_path / "out.musivid"),
        str(song),
    ]
    with started(command, stdout=subprocess.PIPE) as process:
        for line in process.stdout:
            if int(line) >= after:
                process.send_signal(signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL
    with begin() as run:
        done = [k for k in range(100) if run.done(str(k))]
        assert done == list(range(len(done)))
        assert len(done) > after
        assert all(run.path(f"part{k}").read_text() == str(k) for k in done)


def test_killed_while_clearing_nothing_old_is_mixed_in(
    begin: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with begin() as run:
        run.path("part").write_text("old")
        run.path("zz").write_text("old")
        run.finish_stage("paint")
    removed = []

    def die(path: Path, missing_ok: bool = False) -> None:
        removed.append(path)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "unlink", die)
        begin(preset="seed: 1\n", force=True)
    assert removed
    with begin() as run:  # not even the old command continues what is half gone
        assert not run.done("paint")
        assert not run.path("part").exists()


LINKS: dict[str, Callable[[Path, Path], None]] = {
    "symbolic": lambda link, file: link.symlink_to(file),
    "hard": lambda link, file: os.link(file, link),
}


@pytest.mark.parametrize("how", LINKS)
@pytest.mark.parametrize("name", ["lock", "log.txt"])
def test_what_is_written_in_place_is_nobody_elses(
    begin: Callable[..., Any], tmp_path: Path, name: str, how: str
) -> None:
    begin().close()
    diary, link = tmp_path / "diary.txt", tmp_path / "out.musivid" / name
    diary.write_text("dear diary")
    link.unlink()
    LINKS[how](link, diary)
    for force in (False, True):
        with pytest.raises(OutputError, match=rf"{name} leads to .* not musivid's"):
            begin(force=force)
    assert diary.read_text() == "dear diary"
    link.unlink()
    begin().close()


def test_a_folder_of_the_run_is_not_elsewhere(begin: Callable[..., Any], tmp_path: Path) -> None:
    with begin() as run:
        run.path("keys", "1.png").write_bytes(b"")
    photos = tmp_path / "photos"
    (run.folder / "keys").rename(photos)
    (run.folder / "keys").symlink_to(photos)
    with pytest.raises(OutputError, match="keys leads to"):
        begin()
    assert [path.name for path in photos.iterdir()] == ["1.png"]


def test_links_laid_while_it_runs_are_not_followed(
    begin: Callable[..., Any], tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "mine.png").write_bytes(b"mine")
    with begin() as run:
        (run.folder / "keys").symlink_to(photos)
        with pytest.raises(OutputError, match="keys leads to") as refusal:
            run.path("keys", "1.png")
        assert "goes on" in refusal.value.hint
        (run.folder / "keys").unlink()
        run.path("keys", "1.png").symlink_to(photos / "mine.png")  # a picture may be a link
        assert run.path("keys", "1.png").read_bytes() == b"mine"
    assert [path.name for path in photos.iterdir()] == ["mine.png"]


def test_a_lock_that_is_a_link_makes_nothing(begin: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "out.musivid"
    folder.mkdir()
    (folder / "lock").symlink_to(tmp_path / "new")
    with pytest.raises(OutputError, match="lock leads to"):
        begin()
    assert not (tmp_path / "new").exists()
