"""Arrays of numbers in `.npy` and `.npz` files: headers are looked at before they are believed."""

from __future__ import annotations

import math
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from musivid.core.limits import ARRAYS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["NO_ARCHIVE", "NoArray", "load_array", "load_arrays", "read_header"]

_MB = 1e6
NO_ARCHIVE = (
    OSError, ValueError, EOFError, TypeError, AttributeError, SyntaxError, OverflowError,
    RecursionError, RuntimeError, NotImplementedError, struct.error, tokenize.TokenError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What reading a damaged archive or array raises, by whichever part of it is damaged."""


class NoArray(ValueError):
    """What a file lacks that should hold arrays; the caller names the file."""


def load_array(path: Path) -> NDArray[Any]:
    """The array of a `.npy` file, of numbers or text.

    Raises:
        NoArray: missing, damaged, cut off, or of objects. InputError: larger than is believed.
    """
    try:
        with path.open("rb") as file:
            return _read(file, path.stat().st_size, str(path))
    except NoArray:
        raise
    except NO_ARCHIVE as error:
        raise NoArray(_said(error)) from None


def load_arrays(path: Path, names: Iterable[str] | None = None) -> dict[str, NDArray[Any]]:
    """Arrays of a `.npz` file by their names, of numbers or text.

    Args:
        path: the file.
        names: which; None: all.

    Raises:
        NoArray: missing, damaged, cut off, of objects, or one is not in it. InputError: they are
            larger together than is believed.
    """
    found: dict[str, NDArray[Any]] = {}
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            there = {name.removesuffix(".npy"): name for name in archive.namelist()}
            for name in there if names is None else names:
                if name not in there:
                    raise NoArray(f"there is no {name} in it")
                entry = archive.getinfo(there[name])
                with archive.open(entry) as file:
                    found[name] = _read(file, entry.file_size, f"{path}: {name}", total)
                total += found[name].nbytes
    except NoArray:
        raise
    except NO_ARCHIVE as error:
        raise NoArray(_said(error)) from None
    return found


def read_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, order (whether Fortran's) and type that a `.npy` begins with.

    Raises:
        NoArray: it is none, or the shape is no shape.
    """
    import numpy as np

    readers = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    try:
        version = np.lib.format.read_magic(file)
        if version not in readers:
            raise NoArray(f"version {version} of its arrays is not known")
        shape, fortran, dtype = readers[version](file)
    except NoArray:
        raise
    except NO_ARCHIVE as error:
        raise NoArray(_said(error)) from None
    if any(side < 0 for side in shape) or len(shape) > 32:
        raise NoArray(f"an array cannot have the shape {shape}")
    return shape, fortran, dtype


def _read(file: IO[bytes], size: int, what: str, before: int = 0) -> NDArray[Any]:
    """The array that a file of some size begins; `before` bytes were read of others."""
    import numpy as np

    shape, fortran, dtype = read_header(file)
    if dtype.hasobject:
        raise NoArray("it holds objects, not numbers")
    count = math.prod(shape)
    claimed = count * dtype.itemsize
    ARRAYS.check((before + claimed) / _MB, what)
    if claimed > size or (count and not dtype.itemsize):
        raise NoArray(f"it is cut off: its header claims {claimed} bytes, it has {size}")
    data = file.read(claimed)
    if len(data) != claimed:
        raise NoArray(f"it is cut off: its header claims {claimed} bytes, it has {len(data)}")
    flat = np.frombuffer(data, dtype, count) if count else np.zeros(0, dtype)
    return flat.reshape(shape, order="F" if fortran else "C")


def _said(error: BaseException) -> str:
    """An error in words, on one line."""
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).split("\n")[0]
