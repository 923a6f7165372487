"""Files that are written whole or not at all, and folders that one process holds at a time."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import platform
import re
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.core.errors import OutputError, RunError

if TYPE_CHECKING:
    from filelock import FileLock
    from torch import Tensor

__all__ = [
    "LOCK_NAME",
    "fingerprint",
    "is_shared",
    "load_tensors",
    "lock_folder",
    "name_mark",
    "save_tensors",
    "save_weights",
    "temporary_beside",
    "temporary_folder",
    "temporary_name",
    "write_atomic",
    "written_whole",
]

LOCK_NAME = "lock"
"""Name of the file in a locked folder that holds the process number of its holder."""


def fingerprint(path: Path) -> str:
    """SHA-256 of a file's content, or of all that a folder holds, in hexadecimal."""
    if path.is_dir():
        inside = sorted(one for one in path.rglob("*") if one.is_file())
        rows = (f"{one.relative_to(path).as_posix()} {fingerprint(one)}\n" for one in inside)
        return hashlib.sha256("".join(rows).encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_atomic(path: Path, data: bytes | str) -> None:
    """Write a file whole or not at all, and survive a power cut.

    Raises:
        OutputError: the folder cannot be written or the disk is full; the old file is kept.
    """
    # Never through a link that somebody has laid there.
    with written_whole(path) as temporary, temporary.open("xb") as file:
        file.write(data.encode() if isinstance(data, str) else data)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A hidden name beside `path` to write under; what is there takes its name if all goes well.

    Raises:
        OutputError: the folder cannot be written or the disk is full; the old file is kept.
    """
    temporary = temporary_beside(path)
    try:
        yield temporary
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

    What processes of this machine that were killed left under such names of the same path is
    removed; what another machine writes there, on a shared disk, is left alone.
    """
    pattern = re.compile(rf"\.{name_mark(path.name)}\.{_here()}\.(\d+)\.tmp")
    for left in path.parent.glob(".*.tmp"):
        match = pattern.fullmatch(left.name)
        # In containers the next process often has the number of the one that was killed.
        if match and (int(match[1]) == os.getpid() or not _is_alive(int(match[1]))):
            _remove(left)
    return path.with_name(temporary_name(path, os.getpid()))


def temporary_name(path: Path, process: int) -> str:
    """The hidden name under which a process writes a file, short and plain however it is called."""
    return f".{name_mark(path.name)}.{_here()}.{process}.tmp"


def name_mark(name: str) -> str:
    """12 characters that tell a name from others, however long or odd it is."""
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:12]


@functools.cache
def _here() -> str:
    """A short hash of the machine, or container, whose process numbers this process sees."""
    try:
        numbers = os.readlink("/proc/self/ns/pid")
    except OSError:  # another system, where a machine has one set of numbers
        numbers = ""
    machine = Path("/etc/machine-id")
    known = machine.read_bytes() if machine.is_file() else b""
    told = f"{platform.node()}\n{numbers}\n".encode(errors="surrogateescape")
    return hashlib.sha256(told + known).hexdigest()[:8]


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


def save_weights(
    path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str] | None = None
) -> None:
    """Write tensors as they are, with texts beside them, whole or not at all, without a copy.

    Who may read it is what the umask says, as for any file: safetensors itself hides what it
    writes from everybody else, and models lie in folders that are shared.

    Raises:
        OutputError: the folder cannot be written or the disk is full; the old file is kept.
    """
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    with written_whole(path) as temporary:
        temporary.touch()
        mode = temporary.stat().st_mode
        try:
            save_file(dict(tensors), temporary, dict(metadata or {}))
        except SafetensorError as error:  # so it tells of a full disk
            raise OSError(str(error)) from None
        temporary.chmod(mode & 0o777)


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


def lock_folder(folder: Path) -> FileLock:
    """Make the folder and lock it; the system frees the lock when the process ends.

    Whoever ends in whatever way, a killed process too, holds it no longer; what the file in the
    folder says then is history, and only who holds the lock is believed.

    Raises:
        OutputError: another process holds it, it cannot be made, or the lock is a file elsewhere.
    """
    from filelock import FileLock, Timeout

    # A file that merely lies there, which some file systems would need, outlives who is killed.
    lock = FileLock(
        folder / LOCK_NAME, thread_local=False, fallback_to_soft=False, on_acquired=_sign
    )
    if is_shared(folder / LOCK_NAME):
        raise OutputError(
            f"{folder / LOCK_NAME} leads to a file that is not musivid's",
            hint="Remove it, or choose another -o.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout:
        raise OutputError(
            f"another process (pid {_holder(folder)}) works in {folder}",
            hint="Wait until it is done, or choose another -o.",
        ) from None
    except (OSError, NotImplementedError) as error:  # the latter: a system without locks
        raise OutputError(
            f"cannot work in {folder}: {getattr(error, 'strerror', None) or error}",
            hint="Choose another place with -o.",
        ) from None
    return lock


def is_shared(path: Path) -> bool:
    """Whether a file that is written in place is a link, has another name too, or is no file."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return not stat.S_ISREG(found.st_mode) or found.st_nlink > 1


def _sign(handle: int) -> None:
    """Write the number of this process into the lock file that it has just locked."""
    os.ftruncate(handle, 0)
    os.write(handle, str(os.getpid()).encode())


def _holder(folder: Path) -> str:
    """The number of the process that holds the lock, where its file can be read."""
    try:
        return (folder / LOCK_NAME).read_text(encoding="utf-8").strip() or "unknown"
    except (OSError, ValueError):  # Windows lets nobody else read it
        return "unknown"
