"""Progress for programs: every line of stderr is JSON, from the first stage to the last error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from media_fixtures import write_video
from programs import Program

from musivid.commands.console import (
    ConsoleReporter,
    open_reporter,
    print_error,
    print_json,
    print_table,
    print_text,
)
from musivid.commands.options import ProgressForm, Told
from musivid.commands.progress import JsonReporter
from musivid.core.errors import InputError, MusividError

COUNTED = {"event", "time_s", "stage", "done", "total", "unit", "fraction", "eta_s"}


def lines_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Time as the test sets it, in seconds."""
    now = [100.0]
    monkeypatch.setattr("musivid.commands.progress.time.monotonic", lambda: now[0])
    return now


def test_a_stage_from_its_beginning_to_its_end(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with JsonReporter() as reporter:
        reporter.stage("paint", total=8, unit="steps")
        for _ in range(8):
            clock[0] += 2.0
            reporter.advance(1)
    lines = lines_of(capsys.readouterr().err)
    assert [line["event"] for line in lines] == ["stage", *["step"] * 8, "end"]
    assert set(lines[0]) == set(lines[3]) == COUNTED
    assert (lines[0]["fraction"], lines[0]["eta_s"]) == (0.0, None)
    assert (lines[2]["done"], lines[2]["fraction"], lines[2]["eta_s"]) == (2, 0.25, 12.0)
    assert (lines[-1]["done"], lines[-1]["fraction"], lines[-1]["took_s"]) == (8, 1.0, 16.0)
    assert [line["time_s"] for line in lines[:3]] == [0.0, 2.0, 4.0]


def test_steps_that_follow_fast_are_put_together_but_the_last_is_told(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    reporter = JsonReporter()
    reporter.stage("film", total=1000, unit="frames")
    for _ in range(1000):
        clock[0] += 0.001
        reporter.advance()
    steps = [line for line in lines_of(capsys.readouterr().err) if line["event"] == "step"]
    assert 9 <= len(steps) <= 11
    assert steps[-1]["done"] == 1000


def test_a_stage_of_unknown_length(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with JsonReporter() as reporter:
        reporter.stage("listen")
        clock[0] += 3
        reporter.advance(2)
    lines = lines_of(capsys.readouterr().err)
    assert [(line["done"], line["total"], line["fraction"], line["eta_s"]) for line in lines] == [
        (0, None, None, None),
        (2, None, None, None),
        (2, None, None, None),
    ]


def test_notes_warnings_and_previews(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with JsonReporter() as reporter:
        reporter.note("a word\nof 海")
        reporter.warn("careful")
        reporter.preview(Path("/x/key.jpg"))
    assert lines_of(capsys.readouterr().err) == [
        {"event": "note", "time_s": 0.0, "message": "a word\nof 海"},
        {"event": "warning", "time_s": 0.0, "message": "careful"},
        {"event": "preview", "time_s": 0.0, "path": "/x/key.jpg"},
    ]


def test_a_stage_that_failed_has_no_end(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError), JsonReporter() as reporter:
        reporter.stage("listen")
        raise InputError("x")
    assert [line["event"] for line in lines_of(capsys.readouterr().err)] == ["stage"]


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with JsonReporter(quiet=True) as reporter:
        reporter.stage("listen", 2)
        reporter.advance(2)
        reporter.warn("careful")
    assert capsys.readouterr().err == ""


def test_people_are_drawn_to_by_default() -> None:
    assert isinstance(open_reporter(Told()), ConsoleReporter)
    assert isinstance(open_reporter(Told(progress=ProgressForm.json)), JsonReporter)


def test_a_command_speaks_json_alone(musivid: Program, tmp_path: Path) -> None:
    for n in (1, 2):
        write_video(tmp_path / f"part{n}.mp4", 10, shade=40 * n)
    write_video(tmp_path / "part3.mp4", 10, size=(80, 40), fps=Fraction(10))
    out = tmp_path / "out.mp4"
    code, told, err = musivid("combine", *sorted(tmp_path.glob("part*.mp4")), "-o", out,
                              "--progress", "json")  # fmt: skip
    assert (code, told.strip()) == (0, str(out))
    lines = lines_of(err)
    [end] = [line for line in lines if line["event"] == "end"]
    assert (end["stage"], end["fraction"]) == ("encode", 1.0)
    assert any(line["event"] == "note" and "encoded again" in line["message"] for line in lines)


@pytest.mark.parametrize("typed", [["--progress", "json"], ["--progress=json"]])
def test_the_last_line_of_a_failure_is_its_error(
    musivid: Program, tmp_path: Path, typed: list[str]
) -> None:
    code, out, err = musivid("video", tmp_path / "none.mp3", *typed)
    assert (code, out) == (2, "")
    last = lines_of(err)[-1]
    assert last["event"] == "error"
    assert "none.mp3" in last["error"]
    assert last["exit_code"] == 2


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("musivid vis", "visualize"),
        ("musivid visualize song.mp3 --wa", "--walk"),
        ("musivid visualize song.mp3 --walk ken", "kenburns"),
        ("musivid video song.mp3 --preset lo", "low-vram"),
        ("musivid bgm infer clip.mp4 --instruments Piano,St", "Piano,Strings"),
    ],
)
def test_the_shell_completes(line: str, offered: str) -> None:
    asked = {"_MUSIVID_COMPLETE": "complete_bash", "COMP_WORDS": line}
    asked["COMP_CWORD"] = str(len(line.split()) - 1)
    done = subprocess.run(
        [sys.executable, "-m", "musivid"], env=os.environ | asked, capture_output=True, text=True
    )
    assert offered in done.stdout.split(), done.stderr


def test_completion_can_be_installed(musivid: Program) -> None:
    _, out, _ = musivid("--help")
    assert "--install-completion" in out
    assert "--show-completion" in out


ESCAPE = "\x1b]0;owned\x07\x9b2J"


@pytest.mark.parametrize("told", [Told(), Told(verbose=True), Told(progress=ProgressForm.json)])
def test_nothing_that_is_told_commands_the_terminal(
    capsys: pytest.CaptureFixture[str], told: Told
) -> None:
    with open_reporter(told) as reporter:
        reporter.note(ESCAPE)
        reporter.warn(ESCAPE)
        reporter.stage(f"read {ESCAPE}", 2, ESCAPE)
        reporter.advance(2)
        reporter.preview(Path(ESCAPE))
    print_error(MusividError(ESCAPE, hint=ESCAPE, command=ESCAPE))
    print_table(ESCAPE, [ESCAPE], [[ESCAPE]])
    print_text(Path(ESCAPE))
    print_json({ESCAPE: ESCAPE})
    shown = capsys.readouterr()
    assert not set("\x1b\x07\x9b") & set(shown.out + shown.err)
    assert "owned" in shown.out and "owned" in shown.err


def test_machines_are_told_with_the_stage(capsys: pytest.CaptureFixture[str]) -> None:
    with JsonReporter() as reporter:
        reporter.stage("farm", total=2, unit="units")
        reporter.machines(2)
        reporter.advance()
        reporter.stage("join")
    lines = lines_of(capsys.readouterr().err)
    assert [line.get("machines") for line in lines] == [None, 2, 2, None, None]
    with ConsoleReporter() as plain:
        plain.stage("farm", total=2, unit="units")
        plain.machines(1)
        plain.advance()
        plain.machines(2)
        plain.advance()
    told = capsys.readouterr().err
    assert "1/2 units on 1 machine" in told and "2/2 units on 2 machines" in told
