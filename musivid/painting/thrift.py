"""Work that goes on in smaller steps once a device was full: less memory, more time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch

from musivid.core.refused import is_full

__all__ = ["Thrift"]

_T = TypeVar("_T")


class Thrift:
    """Whether memory is spared; one for all who work on a device, so that one is full but once."""

    def __init__(self, tell: Callable[[str], None] | None = None) -> None:
        """Spare nothing yet; `tell` is told when that changes."""
        self.on = False
        self._tell = tell

    def run(self, work: Callable[[bool], _T]) -> _T:
        """What the work gives; where the device is full it is done once more, sparing memory.

        Args:
            work: told whether to spare memory; it may be called twice.
        """
        if not self.on:
            try:
                return work(False)
            except (RuntimeError, MemoryError) as error:
                if not is_full(error):
                    raise
            # Only here, where the error no longer holds on to what filled the device.
            self.on = True
            if torch.cuda.is_initialized():
                torch.cuda.empty_cache()
            if self._tell is not None:
                self._tell(
                    "the device is full: painting goes on in smaller steps, which take longer"
                )
        return work(True)
