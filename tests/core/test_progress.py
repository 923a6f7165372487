"""Reporters: the silent one and the one for people answer to the same protocol."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

from musivid.commands.console import ConsoleReporter, memory_mb
from musivid.core.errors import UsageError
from musivid.core.progress import Reporter, Silent


def calls(kind: type[Any]) -> dict[str, str]:
    return {
        name: str(inspect.signature(member))
        for name, member in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    }


@pytest.mark.parametrize("kind", [Silent, ConsoleReporter])
def test_answers_the_protocol(kind: type[Any]) -> None:
    assert calls(Reporter).items() <= calls(kind).items()


def work(reporter: Silent | ConsoleReporter, steps: int = 40) -> None:
    reporter.stage("paint", steps, "frames")
    for _ in range(steps):
        reporter.advance()
    reporter.note("a note")
    reporter.warn("a fault")
    reporter.preview(Path("still.png"))
    reporter.stage("join")


def test_silence(capsys: pytest.CaptureFixture[str]) -> None:
    work(Silent())
    assert capsys.readouterr() == ("", "")


def test_plain_lines_a_stage_and_every_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    with ConsoleReporter() as reporter:
        work(reporter)
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == ""
    assert lines[0] == "paint: 40 frames"
    shares = [line for line in lines if line.startswith("paint:") and "%" in line]
    assert len(shares) == 10
    assert shares[4].startswith("paint: 50 %, 20/40 frames, ") and "left" not in shares[4]
    assert shares[-1].startswith("paint: 100 %, 40/40 frames, 0:00 left, ")
    assert lines[-3:] == ["a note", "warning: a fault", "join"]
    assert "\x1b" not in err


def test_quiet_is_silent_and_verbose_tells_timings(capsys: pytest.CaptureFixture[str]) -> None:
    with ConsoleReporter(quiet=True) as reporter:
        work(reporter)
    assert capsys.readouterr() == ("", "")
    with ConsoleReporter(verbose=True) as reporter:
        work(reporter)
    err = capsys.readouterr().err
    assert "paint: took" in err
    assert "preview: still.png" in err
    with pytest.raises(UsageError):
        ConsoleReporter(quiet=True, verbose=True)


def test_a_terminal_gets_a_bar_that_pauses(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("TERM", "xterm")
    with ConsoleReporter() as reporter:
        reporter.stage("listen")
        reporter.stage("paint", 10, "frames")
        reporter.advance(10)
        reporter.stage("join")
        reporter.pause()
        err = capsys.readouterr().err
        assert "10/10 frames" in err
        assert "1/1" in err  # a stage of unknown length ends full
        reporter.stage("again", 2)
    assert "again" in capsys.readouterr().err


def test_memory_is_that_of_a_python_process() -> None:
    assert 5 < memory_mb() < 50_000
