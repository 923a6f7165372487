"""Ended from outside, a program leaves no child and no temporary file, and says so by its code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bgm_fixtures import film
from programs import started

from musivid.core import stopping, storage
from musivid.core.errors import Interrupted
from musivid.core.stopping import soft_stop
from musivid.core.storage import temporary_beside, temporary_folder, temporary_name

_PATIENCE_S = 60  # much more than it takes: machines can be busy

# However long this process is kept from sending the second signal, it is one with the first.
PATIENT = "stopping._ONCE_S = 1e9"
# Both ways in which ffmpeg works: fed frame by frame, and reading what lies on the disk.
FEEDING = """
from fractions import Fraction
import numpy as np
from musivid.media.sink import FrameSink

def work(out):
    with FrameSink(out, size=(64, 48), fps=Fraction(25)) as sink:
        for k in range(10**9):
            sink.write(np.zeros((48, 64, 3), np.uint8))
            if k == 5:
                print("working", flush=True)
"""
READING = """
import ffmpeg
from musivid.media.ffmpeg import run_ffmpeg
from musivid.core import stopping
from musivid.core.storage import temporary_folder

def work(out):
    noise = ffmpeg.input("testsrc=size=64x48:rate=25", f="lavfi", re=None)
    with temporary_folder(out) as folder:
        print("working", flush=True)
        run_ffmpeg(ffmpeg.output(noise, str(folder / out.name)))
"""
PROGRAM = """
import sys
import threading
from pathlib import Path
from musivid.core import stopping
from musivid.core.stopping import exit_code, heed_signals, soft_stop

heed_signals()
{work}
try:
    work(Path(sys.argv[1]))
except KeyboardInterrupt:
    sys.exit(exit_code())
"""
SOFT = """
import time
from musivid.core.stopping import soft_stop

def work(out):
    with soft_stop() as stop:
        print("working", flush=True)
        while not stop.asked:
            time.sleep(0.01)
        time.sleep(0.2)  # a second signal at once would have interrupted this
        out.touch()
        stopping._ONCE_S = 0
        print("asked", flush=True)
        time.sleep(600)
"""


@contextmanager
def start(work: str, out: Path) -> Iterator[subprocess.Popen[str]]:
    """A program that is in the midst of `work`."""
    command = [sys.executable, "-c", PROGRAM.format(work=work), str(out)]
    with started(command, stdout=subprocess.PIPE) as process:
        wait_for(process, "working")
        yield process


def wait_for(process: subprocess.Popen[str], line: str) -> None:
    """Read what a program says until it says `line`."""
    assert process.stdout is not None
    assert any(text.startswith(line) for text in process.stdout)


def ffmpegs(folder: Path) -> list[str]:
    """Command lines of all processes that run ffmpeg on a file in `folder`."""
    lines = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_text(errors="replace").split("\0")
        except OSError:  # it has just ended
            continue
        if "ffmpeg" in words[0] and str(folder) in " ".join(words):
            lines.append(" ".join(words))
    return lines


def wait_for_ffmpeg(folder: Path, running: bool) -> None:
    """Wait until ffmpeg runs, or runs no more."""
    until = time.monotonic() + _PATIENCE_S
    while bool(ffmpegs(folder)) != running:
        assert time.monotonic() < until, f"ffmpeg is {'not ' * running}there: {ffmpegs(folder)}"
        time.sleep(0.02)


needs_proc = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs Linux")


@needs_proc
@pytest.mark.parametrize("work", [FEEDING, READING], ids=["feeding", "reading"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_nothing_is_left_after_a_signal(tmp_path: Path, work: str, number: signal.Signals) -> None:
    with start(f"{PATIENT}\n{work}", tmp_path / "out.mp4") as process:
        wait_for_ffmpeg(tmp_path, running=True)
        process.send_signal(number)
        process.send_signal(number if number != signal.SIGINT else 0)  # as `timeout` does
    # All is done when Python itself goes and heeds signals no more; the second may come as late as
    # that. To a shell both are the same.
    assert process.returncode in (128 + number, -number)
    # Caught while ffmpeg was being started, the program leaves it to the system to end it: soon.
    wait_for_ffmpeg(tmp_path, running=False)
    assert list(tmp_path.iterdir()) == []


@needs_proc
@pytest.mark.parametrize("work", [FEEDING, READING], ids=["feeding", "reading"])
def test_ffmpeg_ends_with_a_program_that_is_killed(tmp_path: Path, work: str) -> None:
    out = tmp_path / "out.mp4"
    with start(work, out) as process:
        wait_for_ffmpeg(tmp_path, running=True)
        process.kill()
    wait_for_ffmpeg(tmp_path, running=False)
    assert [path.name for path in tmp_path.iterdir()] == [temporary_name(out, process.pid)]
    temporary_beside(out)
    assert list(tmp_path.iterdir()) == []


def test_a_soft_stop_hears_once_what_is_sent_twice(tmp_path: Path) -> None:
    with start(f"{PATIENT}\n{SOFT}", tmp_path / "finished") as process:
        for _ in range(2):
            process.send_signal(signal.SIGTERM)
            time.sleep(0.05)
        wait_for(process, "asked")
        process.send_signal(signal.SIGTERM)  # meant again: now at once
    assert process.returncode == 128 + signal.SIGTERM
    assert (tmp_path / "finished").exists()


def test_nothing_to_finish_is_not_waited_for() -> None:
    began = time.monotonic()
    with soft_stop() as stop:
        here = threading.get_ident()
        threading.Timer(0.1, signal.pthread_kill, [here, signal.SIGINT]).start()
        with pytest.raises(Interrupted), stop.at_once():
            time.sleep(5)
        assert stop.asked and time.monotonic() - began < 3
        with pytest.raises(Interrupted), stop.at_once():
            raise AssertionError("begun although it was asked to stop")
    with soft_stop() as stop:
        with stop.at_once():
            pass
        signal.raise_signal(signal.SIGINT)  # from here on there is something
        assert stop.asked


def test_an_echo_comes_within_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    moments_s = [5.0, 5.9, 6.8, 7.9, 8.8]
    counts = []
    heard = type("Heard", (stopping._Received,), {"at_s": float("-inf")})
    for moment_s in moments_s:
        monkeypatch.setattr("time.monotonic", lambda now_s=moment_s: now_s)
        counts.append(heard.note(signal.SIGTERM))
    assert counts == [True, False, False, True, False]
    assert heard.note(signal.SIGINT)  # nobody sends Ctrl-C twice by mistake


def test_an_ignored_signal_stays_ignored(tmp_path: Path) -> None:
    nohup = "signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    told = "print(signal.getsignal(signal.SIGHUP) == signal.SIG_IGN)"
    program = f"import signal; {nohup}\n{PROGRAM.format(work='def work(out): ' + told)}"
    done = subprocess.run([sys.executable, "-c", program, "x"], capture_output=True, text=True)
    assert done.stdout == "True\n"


def test_a_temporary_folder_replaces_that_of_a_killed_process(tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    dead, mine, parent, other = (
        tmp_path / name
        for name in (
            temporary_name(out, 999999999),
            temporary_name(out, os.getpid()),
            temporary_name(out, os.getppid()),
            temporary_name(tmp_path / "else.mp4", 999999999),
        )
    )
    for folder in (dead, mine, parent, other):
        folder.mkdir()
        (folder / "part").touch()
    with temporary_folder(out) as folder:
        assert folder == mine
        assert list(folder.iterdir()) == []
        assert set(tmp_path.iterdir()) == {mine, parent, other}
    assert set(tmp_path.iterdir()) == {parent, other}


def test_what_another_machine_writes_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / f"{'n' * 243}.mp4"  # 247 bytes
    storage._here.cache_clear()
    monkeypatch.setattr("platform.node", lambda: "another")
    theirs = tmp_path / temporary_name(out, 999999999)
    storage._here.cache_clear()
    monkeypatch.undo()
    theirs.touch()
    storage.write_atomic(out, b"whole")
    assert set(tmp_path.iterdir()) == {out, theirs}
    assert len(theirs.name) < 40


@needs_proc
@pytest.mark.slow
@pytest.mark.parametrize("stage", ["look", "play", "join"])
def test_bgm_infer_leaves_its_run_alone(tmp_path: Path, stage: str) -> None:
    clip = film(tmp_path / "clip.mp4")
    out = tmp_path / "out" / "scored.mp4"
    command = [sys.executable, "-m", "musivid", "bgm", "infer", str(clip), "-o", str(out),
               "--preset", "tiny", "--candidates", "1"]  # fmt: skip
    with started(command, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = []
        for text in process.stderr:
            said.append(text)
            if text.startswith(stage):
                process.terminate()
    assert process.returncode == 128 + signal.SIGTERM, said
    assert said[-1] in ("interrupted\n", "Give the same command again to go on.\n")
    assert ffmpegs(tmp_path) == []
    assert not out.parent.exists() or [p.name for p in out.parent.iterdir()] == ["scored.musivid"]
