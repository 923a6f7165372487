"""Many channels to one, as loudspeakers in a room would sum them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

__all__ = ["channel_weights", "downmix"]

# ITU-R BS.775: centre and surround go into left and right at -3 dB, the low-frequency channel not
# at all. Mono is half of left plus half of right.
_MINUS_3_DB = 0.5**0.5
_ITU_GAINS = {
    "FL": 0.5,
    "FR": 0.5,
    "FC": _MINUS_3_DB,
    "LFE": 0.0,
    "LFE2": 0.0,
    "BL": 0.5 * _MINUS_3_DB,
    "BR": 0.5 * _MINUS_3_DB,
    "SL": 0.5 * _MINUS_3_DB,
    "SR": 0.5 * _MINUS_3_DB,
    "BC": 0.5 * _MINUS_3_DB,
}
_CANCELLED = 1e-3  # share of the power that must be left, or the channels are of opposite phase


def channel_weights(names: Sequence[str], channels: int) -> Samples:
    """How much of each channel goes into mono: float32 [channels], sum 1."""
    import numpy as np

    if len(names) != channels or not set(names) <= set(_ITU_GAINS):
        return np.full(channels, 1 / channels, np.float32)
    gains = np.array([_ITU_GAINS[name] for name in names], np.float32)
    if gains.sum() == 0:
        return np.full(channels, 1 / channels, np.float32)
    weights: Samples = gains / gains.sum()
    return weights


def downmix(samples: Samples, names: Sequence[str] = ()) -> Samples:
    """Sum channels to one: float32 [channels, n] to float32 [n].

    Channels of opposite phase would cancel and leave a song without sound; then the loudest
    channel stands for all.
    """
    import numpy as np

    mono: Samples = samples[0]
    if len(samples) == 1:
        return mono
    mono = channel_weights(names, len(samples)) @ samples
    powers = np.einsum("cn,cn->c", samples, samples)
    if np.dot(mono, mono) < _CANCELLED * powers.max(initial=0.0):
        mono = samples[int(powers.argmax())].copy()
    return mono
