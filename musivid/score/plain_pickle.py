"""Pickles that hold nothing but plain data, read without running anything that they ask for.

Published vocabularies and data sets are pickles of dicts, lists, tuples, sets, texts, numbers and
numpy arrays. Every other name that a pickle asks for is refused before anything is built; arrays
are rebuilt here from their bytes, not by numpy's own unpickling.
"""

from __future__ import annotations

import io
import math
import pickle
import re
from typing import Any, Literal

import numpy as np

from musivid.core.errors import InputError

__all__ = ["MAX_BYTES", "load_plain"]

MAX_BYTES = 256_000_000
"""Longest pickle that is read; vocabularies have some kilobytes."""

_MAX_DEPTH = 50  # levels of nesting
_MAX_ITEMS = 1_000_000  # counted as often as they are reached: one list may stand in many
_HINT = "It may be hostile. Fetch it again from its publisher."
_NUMBERS = re.compile(r"[<>|=]?(b1|[iu][1248]|f[248]|U\d{1,6}|S\d{1,6})")


class _Dtype:
    """What a pickle says of a type of array."""

    def __init__(self, code: object = "", *_flags: object) -> None:
        self.code = str(code)
        self.order = ""

    def __setstate__(self, state: object) -> None:
        order = state[1] if isinstance(state, tuple) and len(state) > 1 else ""
        self.order = order if order in ("<", ">") else ""

    def real(self) -> np.dtype[Any]:
        if not _NUMBERS.fullmatch(self.code):
            raise pickle.UnpicklingError(f"arrays of type {self.code[:40]!r} are not plain")
        return np.dtype(self.order + self.code.lstrip("<>|="))


class _Array:
    """What a pickle says of an array."""

    state: object = None

    def __setstate__(self, state: object) -> None:
        self.state = state


class _PlainUnpickler(pickle.Unpickler):
    """Knows numpy's arrays, numbers and bytes by stand-ins, and no other name."""

    def find_class(self, module: str, name: str, /) -> Any:
        place = module.replace("numpy._core", "numpy.core").replace("__builtin__", "builtins")
        known = _KNOWN.get((place, name))
        if known is None:
            raise pickle.UnpicklingError(f"asks for the code {f'{module}.{name}'[:80]!r}")
        return known

    def persistent_load(self, pid: object, /) -> Any:
        raise pickle.UnpicklingError("asks for things outside the file")


def load_plain(data: bytes, source: str) -> Any:
    """The plain data in a pickle.

    Args:
        data: the pickle.
        source: where it comes from, for messages.

    Raises:
        InputError: damaged, too large, or holding or asking for anything but plain data.
    """
    if len(data) > MAX_BYTES:
        raise InputError(f"{source} is larger than {MAX_BYTES // 1_000_000} MB", hint=_HINT)
    try:
        return _Sifter().plain(_PlainUnpickler(io.BytesIO(data), encoding="latin-1").load(), 0)
    except RecursionError:
        problem = "its data are nested too deeply or too many"
    except MemoryError:
        problem = "it claims more memory than there is"
    except Exception as error:  # a hostile pickle can raise anything from its stand-ins
        problem = str(error) or type(error).__name__
    raise InputError(f"{source} is not plain data: {problem[:200]}", hint=_HINT)


def _reconstruct(*_arguments: object) -> _Array:
    return _Array()


def _scalar(dtype: object, content: object) -> object:
    if not isinstance(dtype, _Dtype) or not isinstance(content, bytes):
        raise pickle.UnpicklingError("a number does not say its type")
    return np.frombuffer(content, dtype.real(), 1)[0].item()


def _encode(text: object, encoding: object = "latin1") -> bytes:
    if not isinstance(text, str) or encoding != "latin1":
        raise pickle.UnpicklingError("holds bytes in an unknown form")
    return text.encode("latin1")


def _no_bytes() -> bytes:
    return b""


class _Sifter:
    """Looks at everything that a pickle holds, and builds its arrays."""

    def __init__(self) -> None:
        self.left = _MAX_ITEMS

    def plain(self, value: Any, depth: int) -> Any:
        """The value itself, or UnpicklingError if it isn't plain."""
        self.left -= 1
        if depth > _MAX_DEPTH or self.left < 0:
            raise RecursionError
        if value is None or type(value) in (bool, int, float, str, bytes):
            return value
        if type(value) in (list, tuple, set, frozenset):
            return type(value)(self.plain(item, depth + 1) for item in value)
        if type(value) is dict:
            items = value.items()
            return {self.plain(k, depth + 1): self.plain(v, depth + 1) for k, v in items}
        if type(value) is _Array:
            return self.array(value, depth)
        raise pickle.UnpicklingError(f"holds a {type(value).__name__.strip('_').lower()}")

    def array(self, array: _Array, depth: int) -> np.ndarray[Any, Any]:
        """The array that a pickle describes."""
        match array.state:
            case (int(), tuple() as shape, _Dtype() as dtype, int() as fortran, content):
                pass
            case _:
                raise pickle.UnpicklingError("an array does not say its type")
        if not all(type(side) is int and side >= 0 for side in shape):
            raise pickle.UnpicklingError("an array has an invalid shape")
        order: Literal["F", "C"] = "F" if fortran else "C"
        if not dtype.code.lstrip("|").startswith("O"):
            if not isinstance(content, bytes):
                raise pickle.UnpicklingError("an array of numbers holds other things")
            return np.frombuffer(content, dtype.real()).reshape(shape, order=order).copy()
        if not isinstance(content, list) or len(content) != math.prod(shape):
            raise pickle.UnpicklingError("an array holds more or less than it says")
        flat = np.empty(len(content), object)
        for index, item in enumerate(content):
            flat[index] = self.plain(item, depth + 1)
        return flat.reshape(shape, order=order)


_KNOWN = {
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy.core.multiarray", "scalar"): _scalar,
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Dtype,
    ("_codecs", "encode"): _encode,
    ("builtins", "bytes"): _no_bytes,
    ("builtins", "set"): set,
    ("builtins", "frozenset"): frozenset,
}
