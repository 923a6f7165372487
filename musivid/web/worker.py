"""A worker: one process that does the jobs of one role in its main thread, with one session.

The server starts it as `python -m musivid.web.worker`, and says by lines into its input that there
is something to look at. When that input ends the server is gone, and the worker leaves: a job that
was in hand waits, and goes on when a worker is there again.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from musivid.core.errors import Interrupted, MusividError, OutputError
from musivid.core.machine import settle
from musivid.core.storage import lock_folder
from musivid.web.inputs import InputStore
from musivid.web.jobs import ROLES, Job, JobBook, Role
from musivid.web.sheets import SheetBook
from musivid.web.tables import DATABASE_URL, open_rows
from musivid.web.telling import JobReporter, harmless
from musivid.web.works import WORKS, Bench, job_folder
from musivid.weights.session import LateSession, Wanted

__all__ = ["Worker", "main"]

_LOG = logging.getLogger("musivid.web.worker")
_LOOK_S = 2.0  # at most, from one look for work to the next
_GRACE_S = 20.0  # for the frame in hand, when the server is gone
_ASIDE = 10  # niceness of what nobody waits for
_WAIT_S = 0.2  # from one try to the next for the lock that a worker holds which is leaving


class Worker:
    """Takes jobs of a role one after the other."""

    def __init__(
        self,
        data: Path,
        role: Role,
        *,
        device: str,
        dtype: str,
        offline: bool,
        threads: int | None = None,
    ) -> None:
        """Open what the worker works with.

        Args:
            data: the studio's folder.
            role: whose jobs it does.
            device: as `Session` has it.
            dtype: as `Session` has it.
            offline: whether nothing may be fetched.
            threads: as `Session` has it.
        """
        self._data, self._role = data, role
        address = os.environ.get(DATABASE_URL)
        database = open_rows(data, address)
        self._jobs = JobBook(database)

        session = LateSession(Wanted(device, dtype, offline, threads))
        store = InputStore(data, database)
        sheets = SheetBook(data, database)
        self._bench = Bench(data, self._jobs, store, sheets, session, {})
        self._wake = threading.Event()
        self._current: str | None = None
        self._leaving = False

    def run(self) -> None:
        """Do jobs until the server is gone."""
        signal.signal(signal.SIGINT, self._interrupted)
        threading.Thread(target=self._listen, daemon=True).start()
        lock = self._locked()
        if lock is None:
            return
        with lock:
            self._jobs.take_back(self._role)
            while not self._leaving:
                job = self._jobs.take(self._role)
                if job is None:
                    self._wake.wait(_LOOK_S)
                    self._wake.clear()
                else:
                    self._do(job)

    def rehearse(self) -> None:
        """Load what pictures need while nobody waits for one; for a thread of its own."""
        from musivid.living.rehearsal import rehearse
        from musivid.pipeline.video import SKETCH_SIZE

        if hasattr(os, "setpriority"):  # of this thread alone on Linux
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _ASIDE)
        for _ in rehearse(SKETCH_SIZE):
            while self._current is not None and not self._leaving:
                time.sleep(_WAIT_S)
            if self._leaving:
                return

    def _locked(self) -> contextlib.AbstractContextManager[object] | None:
        """The lock of the role, once it is free; None: the server went before."""
        while not self._leaving:
            with contextlib.suppress(OutputError):
                return lock_folder(self._data / "workers" / self._role)
            time.sleep(_WAIT_S)
        return None

    def _do(self, job: Job) -> None:
        """Do a job, whatever comes of it."""
        folder = job_folder(self._data, job.id)
        reporter = JobReporter(self._jobs, job.id, folder, self._data)
        try:
            self._current = job.id
            try:
                if self._leaving:
                    raise KeyboardInterrupt
                result = dict(WORKS[job.kind](self._bench, job, reporter))
            finally:
                self._current = None
            reporter.flush()
            self._jobs.end(job.id, "done", result=result, preview="")
        except (Interrupted, KeyboardInterrupt):
            reporter.flush()
            if self._leaving:
                self._jobs.tell(job.id, attempts=0)  # it is not to blame
            else:
                self._jobs.end(job.id, "stopped", result=self._so_far(folder))
        except MusividError as error:
            command = f"Type: {error.command}" if error.command else ""
            hint = "\n".join(filter(None, (error.hint, command)))
            problem, hint = harmless(error.problem, self._data), harmless(hint, self._data)
            self._jobs.end(job.id, "failed", problem=problem, hint=hint)
        except Exception as error:
            _LOG.exception("job %s failed", job.id)
            self._jobs.end(
                job.id,
                "failed",
                problem=f"musivid failed: {type(error).__name__}",
                hint="This is a bug in musivid. The window in which the studio was started "
                "says more.",
            )

    def _so_far(self, folder: Path) -> dict[str, object]:
        """What there is of a film that was stopped."""
        found = next(folder.glob("*.musivid/so_far.*"), None)
        if found is None:
            return {}
        return {"files": {"so_far": found.relative_to(folder).as_posix()}}

    def _listen(self) -> None:
        """Hear what the server says, until it is gone."""
        for _ in sys.stdin.buffer:
            current = self._current
            if current is not None and self._jobs.is_asked_to_stop(current):
                os.kill(os.getpid(), signal.SIGINT)
            self._wake.set()
        self._leaving = True
        self._wake.set()
        last = threading.Timer(_GRACE_S, os._exit, (1,))
        last.daemon = True
        last.start()
        if self._current is not None:
            os.kill(os.getpid(), signal.SIGINT)

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        """Interrupt what is in hand, and nothing else."""
        if self._current is not None:
            raise KeyboardInterrupt


def main() -> None:
    """Run the worker that the command line describes."""
    parser = argparse.ArgumentParser(description="A worker of the studio; the studio starts it.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--role", choices=ROLES, required=True)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--dtype", default="auto")
    parser.add_argument("--offline", action="store_true")
    parser.add_argument("--threads", type=int)
    asked = parser.parse_args()
    settle()
    if asked.role == "film" and hasattr(os, "nice"):
        os.nice(_ASIDE)  # who waits for a page or a picture comes first
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    worker = Worker(
        asked.data,
        asked.role,
        device=asked.device,
        dtype=asked.dtype,
        offline=asked.offline,
        threads=asked.threads,
    )
    aside = threading.Thread(target=worker.rehearse, daemon=True)
    if asked.role == "desk":
        aside.start()
    worker.run()
    if aside.is_alive():
        aside.join(_GRACE_S)


if __name__ == "__main__":
    main()
