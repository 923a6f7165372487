"""What the system refuses is told as such; what is our own fault stays one."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from musivid.core.errors import InputError, MissingError, RunError, UsageError
from musivid.core.refused import explained


def refused(number: int, name: str | None = "song.wav") -> OSError:
    """What a call of the system raises."""
    return OSError(number, os.strerror(number), name) if name else OSError(number, "no")


@pytest.mark.parametrize(
    ("number", "code", "cure"),
    [
        (errno.ENAMETOOLONG, 2, "shorter name"),
        (errno.EACCES, 2, "who may read"),
        (errno.EROFS, 2, "another place"),
        (errno.ENOTDIR, 2, "check the path"),
        (errno.ENOENT, 2, "check the path"),
        (errno.ENOSPC, 1, "Make room"),
        (errno.EMFILE, 1, "ulimit -n"),
    ],
)
def test_a_refusal_names_the_file_and_the_cure(number: int, code: int, cure: str) -> None:
    told = explained(refused(number))
    assert told is not None and told.exit_code == code
    assert told.problem == f"song.wav cannot be used: {os.strerror(number)}" and cure in told.hint


def test_a_full_disk_needs_no_name() -> None:
    assert isinstance(explained(refused(errno.ENOSPC, None)), RunError)


@pytest.mark.parametrize(
    "error", [refused(errno.EACCES, None), refused(errno.EBADF), ValueError("x"), KeyError("x")]
)
def test_what_is_no_refusal_is_a_fault(error: Exception) -> None:
    assert explained(error) is None


def test_errors_of_ours_stay() -> None:
    error = InputError("x")
    assert explained(error) is error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (MemoryError(), RunError),
        (MemoryError("Unable to allocate 44 TiB"), RunError),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), RunError),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), RunError),
        (ImportError("libtorch.so: failed to map segment from shared object"), MissingError),
    ],
)
def test_too_little_memory(error: Exception, kind: type[Exception]) -> None:
    told = explained(error)
    assert type(told) is kind and "too little memory" in told.problem and "ulimit" in told.hint


def test_a_name_that_is_no_utf8() -> None:
    with pytest.raises(UnicodeEncodeError) as raised:
        "sch\udcf6n".encode()
    told = explained(raised.value)
    assert told is not None and told.exit_code == 2 and "'sch\\udcf6n'" in told.problem


def test_a_working_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(FileNotFoundError) as raised:
        Path("song.wav").absolute()
    told = explained(raised.value)
    assert isinstance(told, UsageError) and "cd" in told.hint


@pytest.mark.parametrize("card", ["CUDA", "HIP", "MPS backend"])
def test_a_full_card_has_a_cure_of_its_own(card: str) -> None:
    error = RuntimeError(f"{card} out of memory. Tried to allocate 2.00 GiB. GPU 0 has …")
    told = explained(error)
    assert type(told) is RunError and f"memory is full: {card} out of memory" in told.problem
    assert "low-vram" in told.hint and "models.offload" in told.hint and "size" in told.hint
