"""What comes through a pipe, kept in a file, so that it can be looked at more than once."""

from __future__ import annotations

import atexit
import shutil
import stat
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from musivid.core.errors import InputError

__all__ = ["is_pipe", "kept_pipe"]

_PATIENCE_S = 2.0  # before it is told that nothing comes
_MOST_BYTES = 64_000_000  # lyrics, notes and tables are a thousand times smaller
_kept: dict[tuple[str, int, int], Path] = {}


def is_pipe(path: Path) -> bool:
    """Whether a pipe is under that name."""
    try:
        return stat.S_ISFIFO(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def kept_pipe(path: Path, tell: Callable[[str], None]) -> Path:
    """A file with all that comes out of a pipe; any other path as it is.

    A pipe is read once in a process; the file vanishes when the process ends. A signal stops the
    waiting as it stops all other work.

    Args:
        path: what the user named, such as `/dev/fd/63`, which shells make of `<(command)`.
        tell: told where nothing has come, or not all of it, for two seconds.

    Raises:
        InputError: too much comes, or nothing.
    """
    if not is_pipe(path):
        return path
    found = path.stat()
    key = (str(path), found.st_dev, found.st_ino)
    if key not in _kept:
        told = threading.Timer(
            _PATIENCE_S, tell, [f"waiting for the pipe {path}: its writer has not closed it yet"]
        )
        told.daemon = True
        told.start()
        try:
            with path.open("rb") as file:
                data = file.read(_MOST_BYTES + 1)
        finally:
            told.cancel()
        _kept[key] = _written(path, data)
    return _kept[key]


def _written(path: Path, data: bytes) -> Path:
    """A file of the pipe's name with its content."""
    if not data:
        raise InputError(f"nothing came through {path}", hint="Look at the command that writes it.")
    if len(data) > _MOST_BYTES:
        raise InputError(
            f"more than {_MOST_BYTES / 1e6:.0f} MB come through {path}", hint="Give a file."
        )
    folder = Path(tempfile.mkdtemp(prefix="musivid-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    kept = folder / path.name
    kept.write_bytes(data)
    return kept
