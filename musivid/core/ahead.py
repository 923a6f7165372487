"""An iterator that works ahead in a thread of its own, so that two steps go on at once."""

from __future__ import annotations

import atexit
import queue
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

__all__ = ["ahead"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _End:
    """No more items, because there are none or by an error."""

    error: BaseException | None = None


_LOOK_S = 0.2  # how often a full queue is asked whether anybody still wants it


def ahead(items: Iterable[T], most: int = 2) -> Iterator[T]:
    """Yield what an iterable yields, made up to `most` items before it is asked for.

    The iterable runs in a thread: that gains time where it spends its own outside Python's lock. An
    error of it is raised where its item would have come. The thread ends with this iterator.
    """
    made: queue.Queue[list[T] | _End] = queue.Queue(max(most, 1))
    ended = threading.Event()

    def put(what: list[T] | _End) -> None:
        while not ended.is_set():
            try:
                return made.put(what, timeout=_LOOK_S)
            except queue.Full:
                continue

    def work() -> None:
        try:
            for item in items:
                put([item])
                if ended.is_set():
                    return
            put(_End())
        except BaseException as error:  # it is raised in the thread that asks
            put(_End(error))

    thread = threading.Thread(target=work, name="ahead", daemon=True)

    def stop() -> None:
        ended.set()
        thread.join()

    thread.start()
    atexit.register(stop)  # a thread in native code must not be cut off by the program's end
    try:
        while not isinstance(what := made.get(), _End):
            yield from what
        if what.error is not None:
            raise what.error
    finally:
        atexit.unregister(stop)
        stop()
