"""Files are whole or not there, and a folder is one process's at a time."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from musivid.core import storage
from musivid.core.errors import OutputError, RunError
from musivid.core.storage import (
    LOCK_NAME,
    fingerprint,
    load_tensors,
    lock_folder,
    save_tensors,
    save_weights,
    write_atomic,
)


def test_write_replaces_whole(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    write_atomic(path, "old and longer")
    write_atomic(path, "né")
    assert path.read_bytes() == "né".encode()
    assert os.listdir(tmp_path) == ["note.txt"]


def test_a_full_disk_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "note.txt"
    write_atomic(path, "old")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write_atomic(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["note.txt"]


def test_killed_while_writing_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    write_atomic(path, "old")
    code = f"""
        import os
        from pathlib import Path
        from musivid.core import storage
        storage.os.replace = lambda *_: os._exit(9)
        storage.write_atomic(Path({str(path)!r}), "new")
    """
    end = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=False)
    assert end.returncode == 9
    assert path.read_text() == "old"


def test_fingerprint_is_sha256_of_content(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    path.write_bytes(b"abc" * 100_000)
    assert fingerprint(path) == hashlib.sha256(b"abc" * 100_000).hexdigest()


def test_tensors_come_back_as_they_were(tmp_path: Path) -> None:
    import torch

    tensors = {
        "latent": torch.randn(1, 4, 3, 3).transpose(2, 3),  # not contiguous
        "step": torch.tensor(7),
        "state": torch.arange(16, dtype=torch.uint8),
        "half": torch.tensor([1.5, float("nan")], dtype=torch.bfloat16),
        "grad": torch.ones(2, requires_grad=True),
    }
    save_tensors(tmp_path / "a.safetensors", tensors)
    again = load_tensors(tmp_path / "a.safetensors")
    assert set(again) == set(tensors)
    for key, value in tensors.items():
        assert again[key].dtype == value.dtype
        assert torch.equal(again[key].nan_to_num(9), value.detach().nan_to_num(9))


def test_weights_are_readable_as_other_files_are(tmp_path: Path) -> None:
    import torch
    from safetensors import safe_open

    path, beside = tmp_path / "a.safetensors", tmp_path / "b"
    save_weights(path, {"x": torch.arange(3)}, {"card": "a note"})
    beside.touch()
    assert path.stat().st_mode == beside.stat().st_mode
    with safe_open(path, "pt") as opened:
        assert opened.metadata() == {"card": "a note"}
        assert torch.equal(opened.get_tensor("x"), torch.arange(3))


def test_weights_without_a_folder_are_a_clear_error(tmp_path: Path) -> None:
    import torch

    with pytest.raises(OutputError, match="cannot write"):
        save_weights(tmp_path / "gone" / "a.safetensors", {"x": torch.zeros(2)})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("damage", ["gone", "cut", "text"])
def test_damaged_tensors_are_a_clear_error(tmp_path: Path, damage: str) -> None:
    import torch

    path = tmp_path / "a.safetensors"
    if damage != "gone":
        save_tensors(path, {"x": torch.zeros(100)})
        whole = path.read_bytes()
        path.write_bytes(whole[:200] if damage == "cut" else b"hello")
    with pytest.raises(RunError, match="cannot be read"):
        load_tensors(path)


def test_lock_excludes_others_and_ends_with_its_file(tmp_path: Path) -> None:
    lock = lock_folder(tmp_path / "work")
    with pytest.raises(OutputError, match=f"pid {os.getpid()}"):
        lock_folder(tmp_path / "work")
    for unreadable in (b"\xff", b" "):
        (tmp_path / "work" / LOCK_NAME).write_bytes(unreadable)
        with pytest.raises(OutputError, match=r"another process \(pid unknown\) works in"):
            lock_folder(tmp_path / "work")
    lock.release()
    lock_folder(tmp_path / "work").release()


def test_a_killed_process_holds_no_lock(tmp_path: Path) -> None:
    """The file with its number stays, and says nothing any more."""
    code = f"""
        import os, signal
        from pathlib import Path
        from musivid.core.storage import lock_folder
        lock = lock_folder(Path({str(tmp_path)!r}))
        print(os.getpid(), flush=True)
        input()
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with child:
        assert child.stdout is not None
        number = child.stdout.readline().strip()
        with pytest.raises(OutputError, match=f"another process \\(pid {number}\\) works in"):
            lock_folder(tmp_path)
        child.kill()
        child.wait()
    assert (tmp_path / LOCK_NAME).read_text() == number
    lock = lock_folder(tmp_path)
    assert (tmp_path / LOCK_NAME).read_text() == str(os.getpid())
    lock.release()


def test_a_lock_file_without_a_holder_is_no_lock(tmp_path: Path) -> None:
    (tmp_path / LOCK_NAME).write_text("1")
    lock = lock_folder(tmp_path)
    assert (tmp_path / LOCK_NAME).read_text() == str(os.getpid())
    lock.release()


def test_lock_needs_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot work in"):
        lock_folder(tmp_path / "file" / "below")


def test_a_lock_is_the_processs_whichever_thread_frees_it(tmp_path: Path) -> None:
    lock = lock_folder(tmp_path)
    thread = threading.Thread(target=lock.release)
    thread.start()
    thread.join()
    assert not lock.is_locked
    lock_folder(tmp_path).release()


def test_where_no_lock_can_be_had_none_is_pretended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that merely lies there would hold out everybody once its maker was killed."""
    import fcntl

    def unsupported(*_: object) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", unsupported)
    with pytest.raises(OutputError, match="cannot work in"):
        lock_folder(tmp_path)
