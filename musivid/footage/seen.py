"""What was seen in a file of footage: numbers for each quarter of a second, and where it cuts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["CELL_S", "PHOTO_S", "THUMB", "Seen", "from_arrays", "to_arrays"]

Floats = NDArray[np.float32]

CELL_S = 0.25
"""Seconds of footage that one number speaks for."""
PHOTO_S = 6.0
"""How long a photo can be shown at most: longer stills look as if the film had stopped."""
THUMB = (16, 9)
"""Width and height of the little pictures by which twins are known."""

_CURVES = ("luma", "contrast", "sharp", "fine", "shake", "flow", "across", "down", "at_x", "at_y")


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a file shows. Curves are float32 [cells], one number a quarter of a second.

    Attributes:
        path: the file.
        size: width and height as shown.
        length_s: how long it is; of a photo, how long it can be shown.
        fps: pictures a second; 0: it is a photo.
        luma: mean light, 0..1.
        contrast: its spread, 0..1.
        sharp: variance of the Laplacian of the picture at some 640 pixels' width.
        fine: what of it is left at a quarter of the size: little where the picture is sharp.
        shake: how much the camera's way changes from picture to picture, in pixels of 160.
        flow: what moves, in pixels a thirtieth of a second at 640x360.
        across: pixels of 160 a second that the picture goes right.
        down: those that it goes down.
        at_x: where there is most to see, 0 left to 1 right.
        at_y: 0 top to 1 bottom.
        thumbs: uint8 [cells, 9, 16, 3], RGB.
        cuts_s: when another shot begins within it.
        soft_s: middles of fades, dissolves and wipes.
        speech_s: float64 [n, 2], when somebody speaks; empty where nobody listened.
        heard: whether somebody listened.
    """

    path: Path
    size: tuple[int, int]
    length_s: float
    fps: Fraction
    luma: Floats
    contrast: Floats
    sharp: Floats
    fine: Floats
    shake: Floats
    flow: Floats
    across: Floats
    down: Floats
    at_x: Floats
    at_y: Floats
    thumbs: NDArray[np.uint8]
    cuts_s: NDArray[np.float64]
    soft_s: NDArray[np.float64]
    speech_s: NDArray[np.float64]
    heard: bool = False

    @property
    def is_photo(self) -> bool:
        """Whether it is a still picture."""
        return self.fps == 0

    @property
    def cells(self) -> int:
        """How many quarters of a second it has."""
        return len(self.luma)


def to_arrays(seen: Seen) -> dict[str, Any]:
    """All but the path, as arrays for a cache."""
    others = (f.name for f in fields(Seen) if f.name not in ("path", *_CURVES))
    return {name: getattr(seen, name) for name in others} | {
        "curves": np.stack([getattr(seen, name) for name in _CURVES]),
        "size": np.array(seen.size),
        "fps": np.array([seen.fps.numerator, seen.fps.denominator]),
        "length_s": np.array(seen.length_s),
        "heard": np.array(seen.heard),
    }


def from_arrays(path: Path, arrays: dict[str, NDArray[Any]]) -> Seen | None:
    """What a cache remembers of a file; None where it is not whole."""
    try:
        width, height = (int(side) for side in arrays.pop("size"))
        above, below = (int(part) for part in arrays.pop("fps"))
        length_s, heard = float(arrays.pop("length_s")), bool(arrays.pop("heard"))
        arrays |= dict(zip(_CURVES, arrays.pop("curves"), strict=True))
        seen = Seen(
            path=path, size=(width, height), length_s=length_s, fps=Fraction(above, below),
            heard=heard, **arrays,
        )  # fmt: skip
        alike = {len(getattr(seen, name)) for name in (*_CURVES, "thumbs")}
        whole = len(alike) == 1 and seen.cells > 0
        return seen if whole and seen.thumbs.shape[1:] == (*THUMB[::-1], 3) else None
    except (KeyError, TypeError, ValueError, ZeroDivisionError, AttributeError):
        return None
