"""Work in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from musivid.core.apart import apart
from musivid.core.errors import InputError, RunError
from musivid.core.progress import Reporter, Silent


class Heard(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.said: list[object] = []

    def stage(self, name: str, total: int | None = None, unit: str = "") -> None:
        self.said.append((name, total, unit))

    def warn(self, message: str) -> None:
        self.said.append(message)


def work(first: int, second: int, *, reporter: Reporter) -> tuple[int, int]:
    """Stands for what is done apart."""
    reporter.stage("add", 2, "numbers")
    reporter.warn("careful")
    return first + second, os.getpid()


def refuse(*, reporter: Reporter) -> None:
    """Ends with an error for people."""
    raise InputError("a bad song", hint="Take another.")


def fail(*, reporter: Reporter) -> None:
    """Ends with a mistake of the program."""
    raise ZeroDivisionError("by nothing")


def die(*, reporter: Reporter) -> None:
    """Is killed."""
    os.kill(os.getpid(), signal.SIGKILL)


def linger(folder: str, *, reporter: Reporter) -> None:
    """Says who it is and takes its time."""
    (Path(folder) / "pid").write_text(str(os.getpid()))
    time.sleep(60)


def test_it_returns_and_tells_what_is_done_elsewhere() -> None:
    heard = Heard()
    total, process = apart(work, 2, 3, reporter=heard)
    assert total == 5 and process != os.getpid()
    assert heard.said == [("add", 2, "numbers"), "careful"]


def test_errors_come_back() -> None:
    with pytest.raises(InputError, match="a bad song") as refused:
        apart(refuse, reporter=Silent())
    assert refused.value.hint == "Take another."
    with pytest.raises(ZeroDivisionError, match="by nothing") as failed:
        apart(fail, reporter=Silent())
    assert "in fail" in failed.value.__notes__[0]
    with pytest.raises(RunError, match="killed by signal 9"):
        apart(die, reporter=Silent())


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are seen there")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_nobody_is_left_behind(tmp_path: Path, number: signal.Signals) -> None:
    program = (
        "from test_apart import apart, linger\nfrom musivid.core.progress import Silent\n"
        f"apart(linger, {str(tmp_path)!r}, reporter=Silent())"
    )
    folder = str(Path(__file__).parent)
    places = os.pathsep.join([folder, *filter(None, sys.path)])
    environment = {**os.environ, "PYTHONPATH": places}
    with subprocess.Popen([sys.executable, "-c", program], env=environment,
                          stderr=subprocess.DEVNULL) as process:  # fmt: skip
        written = tmp_path / "pid"
        give_up = time.monotonic() + 30
        while not (written.is_file() and written.read_text()) and time.monotonic() < give_up:
            time.sleep(0.02)
        process.send_signal(number)
    child = Path("/proc") / written.read_text()
    while _lives(child) and time.monotonic() < give_up:
        time.sleep(0.02)
    assert not _lives(child)


def _lives(process: Path) -> bool:
    try:
        return "\nState:\tZ" not in (process / "status").read_text()
    except OSError:
        return False
