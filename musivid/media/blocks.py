"""Decoded frames of sound as blocks of numbers, all of one rate and layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

__all__ = ["MOST_CHANNELS", "StreamForm", "counted", "form_of", "resampled", "sound_blocks"]

MOST_CHANNELS = 64
"""Of sound that ffmpeg converts."""

_MOST_PLANES = 7  # that PyAV gives of a frame without reading beyond their list


@dataclass(frozen=True, slots=True)
class StreamForm:
    """What a stream's first frame is like; those of other forms are mixed to it.

    Attributes:
        rate_hz: samples per second.
        layout: ffmpeg's name of the channel layout.
        channels: names of the channels, as `("FL", "FR")`.
    """

    rate_hz: int
    layout: str
    channels: tuple[str, ...]


def form_of(frame: Any) -> StreamForm:
    """The form of a decoded frame.

    The decoder's own settings cannot be asked for it: they change with every packet.
    """
    channels = tuple(channel.name for channel in frame.layout.channels)
    return StreamForm(frame.sample_rate, frame.layout.name, channels)


def sound_blocks(frames: Iterator[Any], form: StreamForm) -> Iterator[Samples]:
    """Blocks of a stream's frames, float32 [channels, n], contiguous, in one form.

    Args:
        frames: decoded, in order.
        form: the rate and layout of all blocks.
    """
    resampler: Any = None
    held = None
    for frame in frames:
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        is_plain = kind == ("fltp", form.layout, form.rate_hz)
        if is_plain and resampler is None and len(form.channels) <= _MOST_PLANES:
            yield frame.to_ndarray()
            continue
        if kind != held:
            # The sound changes its form in the middle of the file; finish what came before.
            yield from _converted(resampler, None, form)
            resampler, held = _resampler(frame, form), kind
        frame.pts = None
        yield from _converted(resampler, frame, form)
    yield from _converted(resampler, None, form)


def counted(frames: Iterator[Any], on_done: Callable[[int], None] | None) -> Iterator[Any]:
    """The frames, of which each whole second is told."""
    if on_done is None:
        yield from frames
        return
    heard_s = 0.0
    for frame in frames:
        yield frame
        before_s = heard_s
        heard_s += frame.samples / frame.sample_rate
        if seconds := int(heard_s) - int(before_s):
            on_done(seconds)


def resampled(samples: Samples, rate_hz: int, wanted_hz: int | None) -> Samples:
    """Float32 [n] or [channels, n] at another rate; None: as it is."""
    if wanted_hz is None or wanted_hz == rate_hz:
        return samples
    import numpy as np
    import soxr

    changed = soxr.resample(np.ascontiguousarray(samples.T), rate_hz, wanted_hz).T
    clipped: Samples = np.clip(np.ascontiguousarray(changed), -1.0, 1.0)
    return clipped


def _resampler(frame: Any, form: StreamForm) -> Any:
    """What brings frames like this one to packed numbers, at the rate and in the layout wanted.

    Channels without names cannot be mixed by ffmpeg: there the layout stays as it is.
    """
    import av

    own = form_of(frame)
    is_known = "NONE" not in (*own.channels, *form.channels)
    layout = form.layout if is_known else own.layout
    return av.AudioResampler("flt", layout, form.rate_hz)


def _converted(resampler: Any, frame: Any, form: StreamForm) -> Iterator[Samples]:
    """What comes out for a frame, or with None what the resampler still holds."""
    import numpy as np

    for piece in resampler.resample(frame) if resampler else ():
        packed = piece.to_ndarray().reshape(-1, piece.layout.nb_channels)
        planes: Samples = np.ascontiguousarray(packed.T)
        if len(planes) != len(form.channels):
            mono = planes.mean(axis=0, dtype=np.float32)
            planes = np.tile(mono, (len(form.channels), 1))
        yield planes
