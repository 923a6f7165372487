"""Sound whose rate or channels change on the way, in one form from beginning to end.

ffmpeg begins its filters anew where the form changes; they then count samples from nought again,
and what comes behind is lost. So such sound is decoded here, and given to ffmpeg as a file.
"""

from __future__ import annotations

import functools
import math
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from musivid.media.blocks import StreamForm, form_of, sound_blocks
from musivid.media.containers import Damage, decode_stream, open_media

__all__ = ["SteadyCopy", "sound_forms"]

_KIND = "a song"
_MOST_CHANNELS = 6  # of a copy; more are mixed to two
_OFF_S = 0.1  # by as much samples may be off the file's clock, as ffmpeg itself has it
_FILL_S = 1.0  # of silence at once


class SteadyCopy:
    """The beginning of a file's sound as FLAC, in the best of its forms; it goes with this object.

    Args:
        path: the file.
        until_s: how much of it is needed, in seconds.
        by_clock: place the samples where the file's clock says, from its beginning on.

    Raises:
        InputError: the file cannot be read.
    """

    def __init__(self, path: Path, until_s: float, *, by_clock: bool) -> None:
        folder = tempfile.TemporaryDirectory(prefix="musivid-sound-")
        weakref.finalize(self, folder.cleanup)
        self.path = Path(folder.name) / "sound.flac"
        _write(path, self.path, until_s, by_clock)


def sound_forms(path: Path) -> frozenset[StreamForm]:
    """The forms that a file's sound has, to its end: ffmpeg reads further than it is asked to.

    Raises:
        InputError: the file cannot be read.
    """
    status = path.stat()
    return _forms(path.absolute(), status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=64)
def _forms(path: Path, _size: int, _changed_ns: int) -> frozenset[StreamForm]:
    return frozenset(form_of(frame) for frame in _frames(path, math.inf, by_clock=False))


def _write(path: Path, out: Path, until_s: float, by_clock: bool) -> None:
    import soundfile

    form = _best(sound_forms(path))
    frames = _frames(path, until_s, by_clock=by_clock)
    kept = {"format": "FLAC", "subtype": "PCM_24"}
    with soundfile.SoundFile(out, "w", form.rate_hz, len(form.channels), **kept) as file:
        for block in sound_blocks(frames, form):
            file.write(block.T)


def _best(forms: frozenset[StreamForm]) -> StreamForm:
    """The form with most channels, at the highest rate of all."""
    widest = max(forms, key=lambda form: (len(form.channels), form.rate_hz))
    rate_hz = max(form.rate_hz for form in forms)
    if len(widest.channels) > _MOST_CHANNELS:
        return StreamForm(rate_hz, "stereo", ("FL", "FR"))
    return StreamForm(rate_hz, widest.layout, widest.channels)


def _frames(path: Path, until_s: float, *, by_clock: bool) -> Iterator[Any]:
    """Decoded frames of a file's sound, till there is enough of it."""
    with open_media(path, _KIND) as container:
        frames = decode_stream(container, container.streams.audio[0], Damage())
        if by_clock:
            frames = _placed(frames, (container.start_time or 0) / 1e6, until_s)
        heard_s = 0.0
        for frame in frames:
            yield frame
            heard_s += frame.samples / frame.sample_rate
            if heard_s >= until_s:
                return


def _placed(frames: Iterator[Any], start_s: float, until_s: float) -> Iterator[Any]:
    """Frames with silence where the clock leaves gaps, without those that come twice."""
    heard_s = 0.0
    for frame in frames:
        begins_s = heard_s if frame.time is None else min(frame.time - start_s, until_s)
        if begins_s < heard_s - _OFF_S:
            continue
        while begins_s > heard_s + _OFF_S:
            quiet = _silence(frame, min(begins_s - heard_s, _FILL_S))
            heard_s += quiet.samples / quiet.sample_rate
            yield quiet
        heard_s += frame.samples / frame.sample_rate
        yield frame


def _silence(like: Any, length_s: float) -> Any:
    import av
    import numpy as np

    count = max(1, round(length_s * like.sample_rate))
    zeros = np.zeros((like.layout.nb_channels, count), np.float32)
    quiet = av.AudioFrame.from_ndarray(zeros, format="fltp", layout=like.layout.name)
    quiet.sample_rate = like.sample_rate
    return quiet
