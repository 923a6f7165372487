"""What the system refuses, such as a name, a folder, memory or a disk, as errors of ours.

Whatever a check did not foresee ends here rather than being called a fault of the program.
"""

from __future__ import annotations

import errno
import os
import re

from musivid.core.errors import InputError, MissingError, MusividError, RunError, UsageError

__all__ = ["explained", "hint_for", "is_full"]

_HINTS = {
    errno.ENAMETOOLONG: "Give a shorter name: most systems take 255 bytes a name, 4096 a path.",
    errno.EACCES: "Look at who may read and write it, and who may enter the folders above it.",
    errno.EPERM: "Look at who may read and write it, and who may enter the folders above it.",
    errno.EROFS: "Choose another place; that disk may only be read.",
    errno.ENOSPC: "Make room, or choose another place; what is finished is kept.",
    errno.EDQUOT: "Make room, or choose another place; what is finished is kept.",
    errno.ELOOP: "Links lead to each other in a circle: give the file itself.",
    errno.ENOTDIR: "A file stands where a folder is meant: check the path.",
    errno.EISDIR: "A folder stands where a file is meant: check the path.",
    errno.ENOENT: "It is not there, or no longer: check the path, or begin again.",
    errno.EEXIST: "Something else has that name: remove it, or choose another name.",
    errno.EILSEQ: "That disk does not take such names: give a name in UTF-8.",
    errno.EIO: "The disk or the network may be at fault: look at it, then begin again.",
    errno.EMFILE: "Too many files are open: close some, or raise the limit with ulimit -n.",
    errno.ENFILE: "Too many files are open on this machine: close some.",
    errno.EAGAIN: "No more processes may be started: end some, or raise the limit with ulimit -u.",
}
_WORK = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.EAGAIN)
# As loaders of libraries, torch, OpenCV and the system say it.
_NO_MEMORY = re.compile(
    "failed to map segment|cannot allocate memory|can't allocate memory|not enough memory"
    "|out ?of ?memory|insufficient memory|cannot create thread|can't start new thread",
    re.IGNORECASE,
)
_OF_CARD = re.compile(r"^(cuda|hip|mps|xpu)\b.*out of memory", re.IGNORECASE)
_SMALLER = (
    "Close other programs on the card, or work smaller: a smaller --size or painting.size, fewer "
    "painting.cutouts_at_once, --preset low-vram; for pipelines models.offload model or "
    "sequential; or --device cpu."
)
_MORE_MEMORY = "Close other programs, raise the limit (ulimit -v), or give smaller files or sizes."


def explained(error: BaseException) -> MusividError | None:
    """An error of ours that says what the system refused; None: it is no such thing.

    Args:
        error: whatever was raised; errors of ours are given back as they are.
    """
    if isinstance(error, MusividError):
        return error
    said = str(error)
    if isinstance(error, RuntimeError) and _OF_CARD.search(said):
        first = said.partition(". ")[0]
        return RunError(f"the device's memory is full: {first}", hint=_SMALLER)
    if isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError | ImportError | OSError) and _NO_MEMORY.search(said)
    ):
        kind = MissingError if isinstance(error, ImportError) else RunError
        return kind(f"there is too little memory: {said or 'none is left'}", hint=_MORE_MEMORY)
    if isinstance(error, UnicodeEncodeError):
        return InputError(
            f"a name or text cannot be written as {error.encoding}: "
            f"{error.object[max(0, error.start - 20) : error.end + 20]!r}",
            hint="Give the file a name, or the text letters, in UTF-8.",
        )
    if isinstance(error, OSError):
        return _of_system(error)
    return None


def is_full(error: BaseException) -> bool:
    """Whether an error says that the memory of a device, or of this machine, is full."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and _NO_MEMORY.search(str(error)) is not None
    )


def hint_for(error: BaseException) -> str:
    """What to do where the system refuses something; empty where nobody knows."""
    return _HINTS.get(error.errno or 0, "") if isinstance(error, OSError) else ""


def _of_system(error: OSError) -> MusividError | None:
    """What a call of the system says; None where nothing names what it is about."""
    if isinstance(error, FileNotFoundError) and error.filename is None and not _is_somewhere():
        return UsageError("the working folder is gone", hint="Change to one that is there (cd).")
    if error.errno not in _HINTS or (error.filename is None and error.errno not in _WORK):
        return None
    name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
    kind = RunError if error.errno in _WORK else UsageError
    return kind(
        f"{name or 'something'} cannot be used: {error.strerror or error}",
        hint=_HINTS[error.errno],
    )


def _is_somewhere() -> bool:
    """Whether the working folder is still there."""
    try:
        os.getcwd()
    except OSError:
        return False
    return True
