"""The workers as the server sees them: started when there is work, woken, and let go."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from musivid.web.jobs import ROLES, Role

__all__ = ["Child", "Workers", "end_child", "hang_up", "start_listening"]

Child = subprocess.Popen[bytes]
"""A process of the server."""

_LEAVE_S = 25.0  # for workers to end what they have in hand


class Workers:
    """One process a role, none before it has something to do."""

    def __init__(
        self,
        data: Path,
        *,
        device: str = "auto",
        dtype: str = "auto",
        offline: bool = False,
        threads: int | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """Remember how workers are started.

        Args:
            data: the studio's folder.
            device: as `Session` has it.
            dtype: as `Session` has it.
            offline: whether nothing may be fetched.
            threads: as `Session` has it.
            variables: what they know besides, and no command line should say.
        """
        self._variables = dict(variables or {})
        words = ["--data", str(data), "--device", device, "--dtype", dtype]
        words += ["--threads", str(threads)] if threads else []
        self._words = [*words, *(["--offline"] if offline else [])]
        self._running: dict[Role, Child] = {}
        self._lock = threading.Lock()
        self._closed = False

    def wake(self, role: Role) -> None:
        """Let a worker look at the jobs; it is started if there is none."""
        with self._lock:
            if self._closed:
                return
            process = self._running.get(role)
            if process is None or process.poll() is not None:
                if process is not None:
                    hang_up(process)
                process = self._running[role] = self._started(role)
            with contextlib.suppress(OSError):  # it has just ended, and is started again by `keep`
                assert process.stdin is not None
                process.stdin.write(b"\n")
                process.stdin.flush()

    def keep(self, roles: set[Role]) -> None:
        """See that there is a worker for each of some roles."""
        for role in ROLES:
            process = self._running.get(role)
            if role in roles and (process is None or process.poll() is not None):
                self.wake(role)

    def close(self) -> None:
        """Let all workers go; what they have in hand waits until the studio starts again."""
        with self._lock:
            self._closed = True
            for process in self._running.values():
                hang_up(process)
            for process in self._running.values():
                end_child(process, _LEAVE_S)

    def _started(self, role: Role) -> Child:
        command = [sys.executable, "-m", "musivid.web.worker", "--role", role, *self._words]
        return start_listening(command, self._variables)


def start_listening(command: Sequence[str], variables: Mapping[str, str] | None = None) -> Child:
    """A process that listens to us through its input, and leaves when that ends."""
    # A session of its own: Ctrl-C in the terminal is meant for the server.
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, **(variables or {})},
    )


def hang_up(process: Child) -> None:
    """Say no more to a worker, by which it knows that the server is gone."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()


def end_child(process: Child, patience_s: float) -> None:
    """Let a process end by itself, else end it."""
    hang_up(process)
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
