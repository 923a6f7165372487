"""Clips in memory: frames with a rate, where there is no file, or not yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from musivid.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Frame = NDArray[np.uint8]

__all__ = ["Clip", "Pictures"]


class Pictures(Protocol):
    """Moving pictures of a known size, rate and length: a `Clip`, or a film that is not saved."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""

    @property
    def fps(self) -> Fraction | float:
        """Frames a second."""

    @property
    def duration_s(self) -> float:
        """Length in seconds."""

    def __len__(self) -> int:
        """Return how many frames there are."""

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames uint8 [height, width, 3], RGB."""


@dataclass(frozen=True, slots=True)
class Clip:
    """Moving pictures that are held in memory.

    Attributes:
        frames: uint8 [height, width, 3] RGB each, all of one size; frame k is shown at k / fps.
        fps: frames a second.
    """

    frames: Sequence[Frame] | Frame = field(repr=False)
    fps: Fraction | float = Fraction(25)

    def __post_init__(self) -> None:
        if not len(self.frames):
            raise InputError("the clip has no frames", hint="Give uint8 [frames, h, w, 3].")
        for number, frame in enumerate(self.frames):
            if frame.dtype != "uint8" or frame.shape != (*self.frames[0].shape[:2], 3):
                raise InputError(
                    f"frame {number} of the clip is {frame.dtype} {frame.shape}",
                    hint="All frames must be uint8 [height, width, 3], and of one size.",
                )
        if not self.fps > 0:
            raise InputError(f"a clip of {self.fps} frames a second", hint="Give fps above 0.")

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.frames[0].shape[:2]
        return width, height

    @property
    def duration_s(self) -> float:
        """Length: the last frame is shown as long as the others."""
        return float(len(self.frames) / self.fps)

    def __len__(self) -> int:
        """Return how many frames there are."""
        return len(self.frames)

    def __iter__(self) -> Iterator[Frame]:
        """Yield all frames."""
        return iter(self.frames)
