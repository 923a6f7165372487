"""What results have in common that show the film of a plan: its size, its clock, its frames."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from musivid.core.timeline import Timeline

__all__ = ["Shown"]

Frame = NDArray[np.uint8]


class _Planned(Protocol):
    """A plan of a film."""

    @property
    def timeline(self) -> Timeline: ...

    @property
    def size(self) -> tuple[int, int]: ...


class Shown(ABC):
    """Something with a plan; iterated over it gives its frames, uint8 [height, width, 3] RGB."""

    @property
    @abstractmethod
    def planned(self) -> _Planned:
        """The clock of the film, and its width and height."""

    @abstractmethod
    def frames(self, first: int = 0) -> Iterator[Frame]:
        """Frames uint8 [height, width, 3] from number `first` on; those that a file shows."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of frames in pixels."""
        return self.planned.size

    @property
    def fps(self) -> Fraction:
        """Frames a second."""
        return self.planned.timeline.fps

    @property
    def duration_s(self) -> float:
        """Length of the film."""
        return self.planned.timeline.duration_s

    def __len__(self) -> int:
        """Return how many frames there are."""
        return self.planned.timeline.frames

    def __iter__(self) -> Iterator[Frame]:
        """Yield all frames."""
        return self.frames()
