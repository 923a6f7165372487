"""When somebody speaks in a file, by silero-vad where it is installed (the extra `footage`)."""

from __future__ import annotations

import warnings
from importlib import util
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.core.errors import InputError
from musivid.media.audio import load_track

__all__ = ["listens", "spoken"]

_RATE_HZ = 16_000  # what the network was made for
_JOINED_MS = 350  # pauses that are shorter are within a sentence


def listens() -> bool:
    """Whether speech can be told here."""
    return util.find_spec("silero_vad") is not None


def spoken(path: Path) -> NDArray[np.float64] | None:
    """When somebody speaks in a file: float64 [n, 2], seconds; None: nobody can tell.

    Args:
        path: a film with sound.
    """
    if not listens():
        return None
    import torch
    from silero_vad import get_speech_timestamps, load_silero_vad

    try:
        samples = load_track(path).mono(_RATE_HZ)
    except InputError:  # the sound alone is damaged: its pictures can be used
        return np.empty((0, 2))
    with warnings.catch_warnings():  # its file is of a form that torch would rather not have
        warnings.simplefilter("ignore", DeprecationWarning)
        network = load_silero_vad()
    found = get_speech_timestamps(
        torch.from_numpy(samples),
        network,
        sampling_rate=_RATE_HZ,
        min_silence_duration_ms=_JOINED_MS,
        return_seconds=True,
    )
    return np.array([(span["start"], span["end"]) for span in found]).reshape(-1, 2)
