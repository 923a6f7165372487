"""The workers as the server sees them: started when there is work, woken, and let go."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from musivid.web.jobs import ROLES, Role

__all__ = ["Workers"]

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
        self._running: dict[Role, subprocess.Popen[bytes]] = {}
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
                    _hang_up(process)
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
                _hang_up(process)
            for process in self._running.values():
                try:
                    process.wait(_LEAVE_S)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _started(self, role: Role) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "musivid.web.worker", "--role", role, *self._words]
        # A session of its own: Ctrl-C in the terminal is meant for the server.
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, **self._variables},
        )


def _hang_up(process: subprocess.Popen[bytes]) -> None:
    """Say no more to a worker, by which it knows that the server is gone."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
