"""Compiled functions that several processes keep in one folder, without taking one for another.

numba writes down which file holds which version of a function before it writes that file, and two
processes that do so at once can give one file two meanings. A third then runs code for other types
than it has in hand, which ends in a segmentation fault. So one process at a time writes or reads.
Where there is no folder to keep them in, each process compiles them anew.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["guard_kept_functions", "import_librosa"]

_LONGEST_S = 60.0  # that another process may write; then it is taken for dead


@functools.cache
def guard_kept_functions() -> None:
    """Let one process at a time read or write what numba keeps of a function, if it can keep it."""
    from numba.core.caching import Cache, IndexDataCacheFile

    known: Any = IndexDataCacheFile
    known.save, known.load = _harmless(_alone(known.save)), _harmless(_alone(known.load))
    kept: Any = Cache
    kept.__init__ = _where_possible(kept.__init__)


def import_librosa() -> Any:
    """The library, whose functions numba compiles and keeps."""
    guard_kept_functions()  # before the library says what is to be kept
    import librosa

    return librosa


def _alone(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(self: Any, *arguments: Any) -> Any:
        with _lock(f"{self._index_path}.lock"):
            return method(self, *arguments)

    return call


def _harmless(method: Callable[..., Any]) -> Callable[..., Any]:
    """What keeps or takes a function, without which it is compiled anew."""

    @functools.wraps(method)
    def call(self: Any, *arguments: Any) -> Any:
        try:
            return method(self, *arguments)
        except Exception:  # a full disk, or a damaged file, whose reading fails in any way
            return None

    return call


def _where_possible(method: Callable[..., Any]) -> Callable[..., Any]:
    """Begin a place for one function; where neither install nor home can be written, none."""

    @functools.wraps(method)
    def call(self: Any, py_func: Any) -> None:
        try:
            method(self, py_func)
        except (RuntimeError, OSError):  # numba says "no locator available"
            self._cache_path = ""
            self.disable()

    return call


@contextmanager
def _lock(path: str) -> Iterator[None]:
    """Hold a lock; where none can be made nobody writes, so none is needed."""
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    try:
        lock.acquire(timeout=_LONGEST_S)
    except (OSError, Timeout, NotImplementedError):
        yield
        return
    try:
        yield
    finally:
        lock.release()
