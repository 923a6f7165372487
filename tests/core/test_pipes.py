"""Pipes as inputs: read once, told of when they let wait, never a silent end of all."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from musivid.core import pipes
from musivid.core.errors import InputError
from musivid.core.pipes import is_pipe, kept_pipe


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "words.lrc"
    os.mkfifo(path)
    return path


def write_later(path: Path, data: bytes, after_s: float = 0.0) -> None:
    def write() -> None:
        time.sleep(after_s)
        path.write_bytes(data)

    threading.Thread(target=write, daemon=True).start()


def silent(text: str) -> None:
    raise AssertionError(text)


def test_a_pipe_is_read_once_and_kept(pipe: Path) -> None:
    write_later(pipe, b"la la")
    kept = kept_pipe(pipe, silent)
    assert kept.name == "words.lrc" and kept.read_bytes() == b"la la"
    assert kept_pipe(pipe, silent) == kept  # nobody writes again


def test_what_is_no_pipe_is_left_alone(tmp_path: Path) -> None:
    for name in ("words.lrc", "not-there", "x" * 300):
        assert kept_pipe(tmp_path / name, silent) == tmp_path / name
        assert not is_pipe(tmp_path / name)


def test_a_wait_is_told_with_the_name(pipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipes, "_PATIENCE_S", 0.05)
    told: list[str] = []
    write_later(pipe, b"la", after_s=0.3)
    assert kept_pipe(pipe, told.append).read_bytes() == b"la"
    assert len(told) == 1 and str(pipe) in told[0]


@pytest.mark.parametrize(("data", "said"), [(b"", "nothing came"), (b"x" * 11, "more than 0 MB")])
def test_nothing_and_too_much(
    pipe: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, said: str
) -> None:
    monkeypatch.setattr(pipes, "_MOST_BYTES", 10)
    write_later(pipe, data)
    with pytest.raises(InputError, match=said):
        kept_pipe(pipe, silent)
