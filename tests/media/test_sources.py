"""Files whose reading takes long or has no end: signals act, and wrapped sizes are told."""

from __future__ import annotations

import os
import signal
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from odd_songs import tone, write_sound

from musivid.core.errors import InputError
from musivid.core.stopping import held_signals, interrupted, soft_stop
from musivid.media import containers
from musivid.media.audio import load_track, probe_audio

_RATE_HZ = 8000


def _wrapped(path: Path, stated: int, there: int) -> Path:
    """A WAV that states some bytes of sound and has others, all silence, sparse on the disk."""
    form = struct.pack("<IHHIIHH", 16, 1, 1, _RATE_HZ, 2 * _RATE_HZ, 2, 16)
    head = b"RIFF" + struct.pack("<I", 36 + stated) + b"WAVEfmt " + form
    with path.open("wb") as file:
        file.write(head + b"data" + struct.pack("<I", stated))
        file.truncate(44 + there)
    return path


@pytest.fixture
def interrupting() -> Iterator[threading.Timer]:
    """Somebody who presses Ctrl-C soon; it acts even where this process was told to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    yield timer
    timer.cancel()
    signal.signal(signal.SIGINT, before)


def test_sizes_that_wrapped_are_told_at_once(tmp_path: Path) -> None:
    over = 2**32 + 8_000_000
    for name, stated, there in (("big", over - 2**32, over), ("gap", 80_000, 80_000_000)):
        song = _wrapped(tmp_path / f"{name}.wav", stated, there)
        for look in (probe_audio, load_track):
            with pytest.raises(InputError, match=r"wrapped"):
                look(song)


@pytest.mark.parametrize("stated", [0, 0xFFFFFFFF])
def test_sizes_that_nobody_knew_reach_to_the_end(tmp_path: Path, stated: int) -> None:
    song = _wrapped(tmp_path / "song.wav", 0, 2 * _RATE_HZ)
    with song.open("r+b") as file:
        file.seek(40)
        file.write(struct.pack("<I", stated))
    assert load_track(song).duration_s == 1.0


def test_a_few_zeros_at_the_end_do_no_harm(tmp_path: Path) -> None:
    assert load_track(_wrapped(tmp_path / "song.wav", 16_000, 16_500)).duration_s == 1.0


def test_an_interruption_acts_while_ffmpeg_looks_for_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interrupting: threading.Timer
) -> None:
    monkeypatch.setattr(containers, "check_wav", lambda path: None)
    song = _wrapped(tmp_path / "song.wav", 16_000, 400_000_000)
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        probe_audio(song)
    assert time.monotonic() - begun < 1.3
    interrupting.join()


def test_held_signals_act_where_they_are_asked_for(interrupting: threading.Timer) -> None:
    with pytest.raises(KeyboardInterrupt), held_signals():
        until = time.monotonic() + 5
        while time.monotonic() < until and not interrupted():
            time.sleep(0.01)
        assert time.monotonic() < until  # nothing was raised in here
    interrupting.join()


def test_a_soft_stop_lets_reading_go_on(tmp_path: Path, interrupting: threading.Timer) -> None:
    song = write_sound(tmp_path / "song.flac", tone(1.0))
    with soft_stop() as stop:
        while not stop.asked:
            assert load_track(song).duration_s == 1.0
        assert load_track(song).duration_s == 1.0
    interrupting.join()


def test_other_threads_have_no_signals_to_hold(tmp_path: Path) -> None:
    song, heard = write_sound(tmp_path / "song.flac", tone(1.0)), []
    thread = threading.Thread(target=lambda: heard.append(load_track(song).duration_s))
    thread.start()
    thread.join()
    assert heard == [1.0]
