"""Hands for actors in other processes: they say what they were given, or are ended."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from musivid.core.errors import InputError
from musivid.core.progress import Reporter

__all__ = ["Echo", "Stillborn"]


class Echo:
    """Gives back what it is given, or does what it is told to."""

    def __init__(self, folder: str = "") -> None:
        self._folder = folder

    def facts(self) -> Mapping[str, str]:
        return {"kind": "echo"}

    def do(self, payload: Any, reporter: Reporter) -> Any:
        if payload == "bad":
            raise InputError("a bad one", hint="Take another.")
        if payload == "greedy":
            raise MemoryError
        if payload == "die once" and not (mark := Path(self._folder, "died")).exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if payload == "sleep":
            time.sleep(60)
        reporter.warn(f"did {payload}")
        return payload, os.getpid()


class Stillborn:
    """Cannot be made."""

    def __init__(self) -> None:
        raise InputError("no weights here")
