"""What a hostile run may take: seconds of CPU and bytes above what the process has, both enforced.

The system itself stops who goes on: `RLIMIT_CPU` sends a signal, `RLIMIT_AS` gives no more memory.
Both are raised again afterwards, so that all cases run in one process with its libraries.
"""

from __future__ import annotations

import resource
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["MOST_BYTES", "MOST_CPU_S", "MOST_S", "TooMuch", "bounded"]

MOST_CPU_S = 20.0
MOST_BYTES = 1 << 30
MOST_S = 120.0  # on a busy machine, of a run that waits for nobody
_UNTOUCHED = 4 << 30  # of addresses, which libraries reserve by the gigabyte and never use


class TooMuch(BaseException):
    """A run took more than it may; nobody who catches errors catches it."""


@contextmanager
def bounded(
    cpu_s: float = MOST_CPU_S, most_bytes: int = MOST_BYTES, wall_s: float = MOST_S
) -> Iterator[None]:
    """A context in which no more than so much is taken, by this process or by its children.

    Args:
        cpu_s: seconds of CPU.
        most_bytes: of real memory, above what the process holds now.
        wall_s: seconds of waiting.

    Raises:
        TooMuch: more was taken; where memory is asked for that is far more, MemoryError.
    """
    began_s, held = _cpu_s(), _bytes("VmRSS")
    _forget_peak()
    old = {kind: resource.getrlimit(kind) for kind in (resource.RLIMIT_CPU, resource.RLIMIT_AS)}
    heeded = {kind: signal.signal(kind, _stop) for kind in (signal.SIGXCPU, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_REAL, wall_s)
    spent_s = time.process_time()
    _lower(resource.RLIMIT_CPU, int(spent_s + cpu_s) + 1)
    if mapped := _bytes("VmSize"):
        _lower(resource.RLIMIT_AS, mapped + most_bytes + _UNTOUCHED)
    try:
        yield
    finally:
        for limit, values in old.items():
            resource.setrlimit(limit, values)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for kind, handler in heeded.items():
            signal.signal(kind, handler)
    if (took_s := _cpu_s() - began_s) > cpu_s:
        raise TooMuch(f"{took_s:.1f} s of CPU")
    if (took := _bytes("VmHWM") - held) > most_bytes:
        raise TooMuch(f"{took / 1e6:.0f} MB")


def _lower(kind: int, most: int) -> None:
    """Lower what the system gives; what is lower already stays."""
    soft, hard = resource.getrlimit(kind)
    if soft in (resource.RLIM_INFINITY, -1) or soft > most:
        resource.setrlimit(kind, (most, hard))


def _stop(number: int, _: object) -> None:
    raise TooMuch("seconds of CPU" if number == signal.SIGXCPU else "seconds of waiting")


def _cpu_s() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _forget_peak() -> None:
    """Let the system count the most memory that this process holds anew."""
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")


def _bytes(name: str) -> int:
    """What the system says of this process's memory; 0 where it does not."""
    if sys.platform != "linux":
        return 0
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))
