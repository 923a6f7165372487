"""Pickles that hold nothing but plain data, read without running anything that they ask for.

Published vocabularies and data sets are pickles of dicts, lists, tuples, sets, texts, numbers and
numpy arrays. `pickle_ops` follows the pickle's own steps and refuses every other name; here the
arrays are rebuilt from their bytes, and all is counted as often as it is reached.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np

from musivid.core.errors import InputError
from musivid.score.pickle_ops import ArrayParts, DtypeParts, PickleFault, follow

__all__ = ["MAX_BYTES", "load_plain"]

MAX_BYTES = 256_000_000
"""Longest pickle that is read; vocabularies have some kilobytes."""

_MAX_DEPTH = 50  # levels of nesting
_MAX_ITEMS = 1_000_000  # counted as often as they are reached: one list may stand in many
_HINT = "It may be hostile. Fetch it again from its publisher."


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
        return _Sifter().plain(follow(data), 0)
    except RecursionError:
        problem = "its data are nested too deeply or too many"
    except MemoryError:
        problem = "it claims more memory than there is"
    except Exception as error:  # a hostile pickle can make its steps fail in any way
        problem = str(error) or type(error).__name__
    raise InputError(f"{source} is not plain data: {problem[:200]}", hint=_HINT)


class _Sifter:
    """Looks at everything that a pickle holds, and builds its arrays."""

    def __init__(self) -> None:
        self.left = _MAX_ITEMS
        self.bytes_left = MAX_BYTES

    def plain(self, value: Any, depth: int) -> Any:
        """The value itself, or PickleFault if it isn't plain."""
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
        if type(value) is ArrayParts:
            return self.array(value, depth)
        raise PickleFault(f"holds a {type(value).__name__.removesuffix('Parts').lower()}")

    def array(self, array: ArrayParts, depth: int) -> np.ndarray[Any, Any]:
        """The array that a pickle describes."""
        match array.state:
            case (int(), tuple() as shape, DtypeParts() as dtype, int() as fortran, content):
                pass
            case _:
                raise PickleFault("an array does not say its type")
        if not all(type(side) is int and side >= 0 for side in shape):
            raise PickleFault("an array has an invalid shape")
        order: Literal["F", "C"] = "F" if fortran else "C"
        if not dtype.code.lstrip("|").startswith("O"):
            if not isinstance(content, bytes):
                raise PickleFault("an array of numbers holds other things")
            self.bytes_left -= len(content)  # each time it is reached it is copied
            if self.bytes_left < 0:
                raise RecursionError
            return np.frombuffer(content, dtype.real()).reshape(shape, order=order).copy()
        if not isinstance(content, list) or len(content) != math.prod(shape):
            raise PickleFault("an array holds more or less than it says")
        flat = np.empty(len(content), object)
        for index, item in enumerate(content):
            flat[index] = self.plain(item, depth + 1)
        return flat.reshape(shape, order=order)
