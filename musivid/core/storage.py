"""Files that are written whole or not at all, and folders that one process holds at a time."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from musivid.core.errors import OutputError, RunError

if TYPE_CHECKING:
    from torch import Tensor

__all__ = [
    "LOCK_NAME",
    "fingerprint",
    "load_tensors",
    "lock_folder",
    "save_tensors",
    "temporary_beside",
    "temporary_folder",
    "write_atomic",
]

LOCK_NAME = "lock"
"""Name of the file in a locked folder that holds the process number of its holder."""


def fingerprint(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_atomic(path: Path, data: bytes | str) -> None:
    """Write a file whole or not at all, and survive a power cut.

    Raises:
        OutputError: the folder cannot be written or the disk is full; the old file is kept.
    """
    temporary = temporary_beside(path)
    try:
        with temporary.open("wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}",
            hint="The folder must be writable and the disk must have room.",
        ) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def temporary_beside(path: Path) -> Path:
    """The hidden name beside `path` under which this process writes it until it is whole.

    What processes that were killed left under such names of the same path is removed.
    """
    pattern = re.compile(rf"\.{re.escape(path.name)}\.(\d+)\.tmp")
    for left in path.parent.glob(".*.tmp"):
        match = pattern.fullmatch(left.name)
        # In containers the next process often has the number of the one that was killed.
        if match and (int(match[1]) == os.getpid() or not _is_alive(int(match[1]))):
            _remove(left)
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


@contextmanager
def temporary_folder(path: Path) -> Iterator[Path]:
    """A folder beside `path` for the files that are made with it; it vanishes at the end."""
    folder = temporary_beside(path)
    folder.mkdir()
    try:
        yield folder
    finally:
        _remove(folder)


def _remove(path: Path) -> None:
    """Remove a file or a folder, if it can be."""
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    """Whether a process runs; where that cannot be asked without harm, it is taken to run."""
    if os.name == "nt":  # there, signal 0 is Ctrl-C
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # it is another user's
        return True
    return True


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable, where the system can (Windows cannot)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def save_tensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Write tensors as safetensors, whole or not at all."""
    from safetensors.torch import save

    write_atomic(
        path, save({key: value.detach().cpu().contiguous() for key, value in tensors.items()})
    )


def load_tensors(path: Path) -> dict[str, Tensor]:
    """Tensors written by `save_tensors`, on the CPU.

    Raises:
        RunError: the file is missing or damaged.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        return load(path.read_bytes())
    except (OSError, SafetensorError) as error:
        raise RunError(
            f"checkpoint {path} cannot be read: {error}", hint="Give --force to begin afresh."
        ) from None


def lock_folder(folder: Path) -> IO[str]:
    """Make the folder and lock it; the system frees the lock when the process ends.

    Raises:
        OutputError: another process holds it, or it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK_NAME).open("a+", encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"cannot work in {folder}: {error.strerror}", hint="Choose another place with -o."
        ) from None
    try:
        _take(lock)
    except OSError:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        lock.close()
        raise OutputError(
            f"another process (pid {owner}) works in {folder}",
            hint="Wait until it is done, or choose another -o.",
        ) from None
    lock.seek(0)
    lock.truncate()
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _take(lock: IO[str]) -> None:
    """Lock an open file at once or raise OSError."""
    try:
        import fcntl
    except ModuleNotFoundError:  # Windows; it frees the lock at the end of the process as well
        import msvcrt

        lock.seek(0)
        msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
