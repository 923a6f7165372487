"""What a job says while it works, written into its row: at most four times a second."""

from __future__ import annotations

import contextlib
import re
import time
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from musivid.web.jobs import JobBook

__all__ = ["JobReporter", "harmless"]

_PAUSE_S = 0.25


class JobReporter:
    """A Reporter of one job. What it cannot write is lost, and the work goes on."""

    def __init__(self, book: JobBook, job: str, folder: Path, data: Path) -> None:
        """Begin to tell of a job.

        Args:
            book: where it is written.
            job: of which job.
            folder: the folder of the job, in which previews are.
            data: the studio's folder, whose name is nobody's business.
        """
        self._book, self._job, self._folder, self._data = book, job, folder, data
        self._done = 0
        self._told_s = 0.0
        self._began_s = 0.0
        self._first = 0

    def stage(self, name: str, total: int | None = None, unit: str = "") -> None:
        """Begin a stage of `total` units (None: unknown); it ends the stage before."""
        self._done, self._first, self._began_s = 0, 0, time.time()
        self._write(stage=name, total=total, unit=unit, done=0, stage_s=self._began_s, stage_from=0)

    def advance(self, count: int = 1) -> None:
        """Say that `count` more units of the present stage are done."""
        # What was done in an earlier attempt comes all at once, and says nothing of the pace.
        if not self._done and count > 1 and time.time() - self._began_s < 1.0:
            self._first = count
        self._done += count
        if time.time() - self._told_s >= _PAUSE_S:
            self._write(done=self._done, stage_from=self._first)

    def note(self, message: str) -> None:
        """Say something that the user may want to know."""

    def warn(self, message: str) -> None:
        """Say something that the user should know, although the work goes on."""
        with contextlib.suppress(SQLAlchemyError):
            self._book.note(self._job, harmless(message, self._data)[:400])

    def preview(self, path: Path) -> None:
        """Name a picture that shows how far the work is."""
        if path.is_relative_to(self._folder):
            self._write(preview=path.relative_to(self._folder).as_posix())

    def machines(self, count: int) -> None:
        """The studio works on its own."""

    def flush(self) -> None:
        """Write how far the stage is."""
        self._write(done=self._done, stage_from=self._first)

    def _write(self, **values: object) -> None:
        self._told_s = time.time()
        with contextlib.suppress(SQLAlchemyError):
            self._book.tell(self._job, **values)


def harmless(text: str, data: Path) -> str:
    """A message without the paths of this machine: files keep their names alone."""
    return re.sub(re.escape(str(data)) + r"/(?:[^\s/]+/)*", "", text)
