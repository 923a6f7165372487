"""Studies that are open: a process each, which participants reach and which reaches no studio."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from musivid.web.studies import Reach
from musivid.web.workers import Child, end_child, hang_up, start_listening

__all__ = ["Opening", "Openings", "free_port"]

_FIRST_PORT = 8742
_PORTS = 200
_LEAVE_S = 10.0  # for pages that are under way
_PREVIEW_S = 3600.0  # after which nobody looks any more


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known of a study's process.

    Attributes:
        state: starting, open, or failed.
        link: the address of its pages; empty: not yet.
        problem: why it is not open.
    """

    state: str
    link: str = ""
    problem: str = ""


@dataclass(slots=True)
class _Held:
    """A process, and where it says how it is."""

    process: Child
    told: Path
    began_s: float

    def now(self) -> Opening:
        said: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError):
            said = json.loads(self.told.read_text(encoding="utf-8"))
        if self.process.poll() is None:
            link = said.get("link", "")
            return Opening("open" if link else "starting", link)
        words = filter(None, (said.get("problem"), said.get("hint")))
        return Opening("failed", problem=" ".join(words) or "the study's pages ended")


class Openings:
    """The processes of studies, by what they are for: a study's name, or its preview."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        """Remember what processes know besides, and no command line should say."""
        self._variables = dict(variables or {})
        self._held: dict[str, _Held] = {}
        self._lock = threading.Lock()
        self._closed = False

    def open(self, key: str, manifest: Path, reach: Reach, *, preview: bool = False) -> None:
        """Serve a study's pages, unless they are served."""
        words = ["--study", str(manifest), "--host", reach.host, "--port", str(reach.port)]
        words += ["--url", reach.url] if reach.url else []
        words += ["--preview"] if preview else []
        told = manifest.with_name("preview.json" if preview else "open.json")
        with self._lock:
            held = self._held.get(key)
            if self._closed or (held is not None and held.process.poll() is None):
                return
            told.unlink(missing_ok=True)
            command = [sys.executable, "-m", "musivid.studies.site.apart", "--told", str(told)]
            self._held[key] = _Held(
                start_listening([*command, *words], self._variables), told, time.monotonic()
            )

    def now(self, key: str) -> Opening | None:
        """How a study's pages are; None: they were not asked for."""
        held = self._held.get(key)
        return None if held is None else held.now()

    def close(self, key: str) -> None:
        """Serve a study's pages no more."""
        with self._lock:
            if held := self._held.pop(key, None):
                end_child(held.process, _LEAVE_S)

    def close_old_previews(self) -> None:
        """Close what was opened to be looked at, and is not looked at any more."""
        before_s = time.monotonic() - _PREVIEW_S
        previews = ((k, held) for k, held in self._held.items() if k.startswith("preview "))
        old = [key for key, held in previews if held.began_s < before_s]
        for key in old:
            self.close(key)

    def close_all(self) -> None:
        """Serve nothing more; studies that are open are open again when the studio is."""
        with self._lock:
            self._closed = True
            for held in self._held.values():
                hang_up(held.process)
            for held in self._held.values():
                end_child(held.process, _LEAVE_S)
            self._held.clear()


def free_port(host: str, taken: set[int]) -> int:
    """A port that nothing listens on."""
    for port in range(_FIRST_PORT, _FIRST_PORT + _PORTS):
        if port in taken:
            continue
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((host, port))
                return port
    return 0
