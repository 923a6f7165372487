"""What was measured of a file, remembered under the hash of its content."""

from __future__ import annotations

import contextlib
import hashlib
import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.core.arrays import load_arrays
from musivid.core.errors import InputError, OutputError
from musivid.core.storage import fingerprint, write_atomic

__all__ = ["kept_file", "read_kept", "write_kept"]


def kept_file(folder: Path, what: str, version: int, path: Path) -> Path:
    """Where what was measured of a file is remembered.

    Args:
        folder: of the cache.
        what: was measured.
        version: rises when the same file gives other numbers.
        path: the file.
    """
    text = f"{what} {version} {fingerprint(path)}"
    return folder / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.npz"


def read_kept(kept: Path) -> dict[str, NDArray[Any]] | None:
    """The arrays that were remembered; None where there are none, or they cannot be read."""
    try:
        return dict(load_arrays(kept))
    except (InputError, ValueError):
        return None


def write_kept(kept: Path, arrays: dict[str, Any]) -> None:
    """Remember arrays, where that can be done."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    with contextlib.suppress(OSError, OutputError):  # only a memory: it may be read-only
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(kept, buffer.getvalue())
