"""The one eased way from 0 to 1, of numbers, arrays and tensors alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

__all__ = ["smoothstep"]

Share = TypeVar("Share", float, "NDArray[np.floating]", "Tensor")


def smoothstep(share: Share) -> Share:
    """An eased share: 0 up to 0, 1 from 1 on, flat at both ends; a number, an array or a tensor."""
    held = min(max(share, 0.0), 1.0) if isinstance(share, float) else share.clip(0, 1)
    eased: Share = held * held * (3 - 2 * held)
    return eased
