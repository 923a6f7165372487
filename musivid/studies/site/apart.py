"""A study served by a process of its own, which the studio starts and which ends with it.

`python -m musivid.studies.site.apart`: it writes its address, or why it has none, into a file, and
leaves when its input ends.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from musivid.core.errors import MusividError, OutputError
from musivid.core.progress import Silent
from musivid.core.storage import write_atomic
from musivid.studies.manifest import read_manifest
from musivid.studies.site.serve import StudyOptions, serve_study
from musivid.studies.site.tables import ANSWERS

__all__ = ["main"]

_PATIENCE_S = 30.0  # for the process before this one, which is leaving
_WAIT_S = 0.5


def main() -> None:
    """Serve the study that the command line names until the input ends."""
    parser = argparse.ArgumentParser(description="A study's pages; the studio starts them.")
    parser.add_argument("--study", type=Path, required=True)
    parser.add_argument("--told", type=Path, required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--url", default="")
    parser.add_argument("--preview", action="store_true")
    asked = parser.parse_args()
    threading.Thread(target=_leave_with_the_studio, daemon=True).start()
    options = StudyOptions(
        asked.host, asked.port, asked.url, asked.preview, os.environ.get(ANSWERS, "")
    )

    def told(link: str) -> None:
        write_atomic(asked.told, json.dumps({"link": link}))

    try:
        _serve(asked.study, options, told)
    except MusividError as error:
        write_atomic(asked.told, json.dumps({"problem": error.problem, "hint": error.hint}))
        sys.exit(1)


def _serve(path: Path, options: StudyOptions, told: Callable[[str], None]) -> None:
    """Serve, once a process that was left behind has let the study go."""
    ends_s = time.monotonic() + _PATIENCE_S
    while True:
        try:
            serve_study(read_manifest(path), path, options, Silent(), told)
        except OutputError as error:
            if "another process" not in error.problem or time.monotonic() > ends_s:
                raise
            time.sleep(_WAIT_S)
        else:
            return


def _leave_with_the_studio() -> None:
    with contextlib.suppress(OSError):
        while sys.stdin.buffer.read(1):
            pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
