"""Pipes given to commands: words and tables are read from them, all else is refused by name."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from media_fixtures import click_song
from programs import Program, started


@pytest.fixture
def pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    click_song(tmp_path / "song.wav", 3.0)
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)
    return path


def test_words_come_through_a_pipe(pipe: Path, musivid: Program) -> None:
    words = threading.Thread(target=pipe.write_text, args=["[00:00.50]over the sea\n"], daemon=True)
    words.start()
    code, out, told = musivid(
        "video", "song.wav", "-n", "--scene", "sea/moon", "--lyrics", pipe, "--json"
    )
    assert code == 0 and "over the sea" in out, told


@pytest.mark.parametrize(
    "arguments",
    [
        ("video", "song.wav", "-n", "-p", "./pipe.yaml"),
        ("video", "song.wav", "-n", "--plan", "pipe.yaml"),
        ("video", "song.wav", "-n", "--artwork", "pipe.yaml"),
        ("video", "song.wav", "-n", "-p", "tiny", "--set", "painting.init_image=pipe.yaml"),
        ("video", "pipe.yaml", "-n"),
        ("visualize", "song.wav", "-n", "--images", "pipe.yaml"),
        ("visualize", "song.wav", "-n", "--artwork", "pipe.yaml"),
        ("caption", "pipe.yaml", "-n"),
        ("bgm", "infer", "pipe.yaml", "-n"),
        ("combine", "pipe.yaml", "-n"),
        ("evaluate", "pipe.yaml"),
    ],
)
def test_other_pipes_are_refused(pipe: Path, musivid: Program, arguments: tuple[str, ...]) -> None:
    code, _, told = musivid(*arguments)
    told = " ".join(told.split())
    assert code == 2 and "pipe.yaml is a pipe" in told, told


def test_waiting_is_told_and_a_signal_ends_it(pipe: Path) -> None:
    command = [sys.executable, "-m", "musivid", "video", "song.wav", "-n", "-l", str(pipe)]
    with started(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert "waiting for the pipe" in line and pipe.name in line
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 128 + signal.SIGTERM
