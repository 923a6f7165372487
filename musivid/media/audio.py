"""Songs in: any audio or video file decoded with PyAV to a Track. Every pipeline begins here."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musivid.core.errors import InputError, UsageError
from musivid.core.limits import LENGTH
from musivid.core.paths import expanded
from musivid.media.blocks import (
    MOST_CHANNELS,
    StreamForm,
    counted,
    form_of,
    resampled,
    sound_blocks,
)
from musivid.media.containers import Damage, decode_stream, open_media, stream_delay_s
from musivid.media.downmix import downmix
from musivid.media.promises import is_exact, mp3_promise_s, wav_promise_s

if TYPE_CHECKING:
    import numpy as np
    from av.container import InputContainer
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

__all__ = [
    "MIN_SOUND_S",
    "AudioInfo",
    "Track",
    "describe_sound",
    "join_sound",
    "load_track",
    "probe_audio",
]

MIN_SOUND_S = 0.2
"""The least length of sound that can be worked with, in seconds."""

_KIND = "a song"
_LACK_S = 0.05  # a lack that is smaller than this is rounding
_LEAST_RATE_HZ = 1000  # below, a header is damaged, and seconds of it become hours
_MAX_PADDING = 8192  # samples of padding that an encoder may leave at the end


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What a file says about its first audio stream.

    Attributes:
        path: the file.
        codec: ffmpeg's name of the codec, as `mp3`, `aac`, `pcm_s16le`.
        container: ffmpeg's name of the file format.
        rate_hz: samples per second of the decoded sound.
        channels: names of the channels, as `("FL", "FR")`.
        duration_s: length in seconds, None if the file does not say.
        delay_s: how much later than the file's other streams the sound begins.
        exact: whether `duration_s` is a promise, and no estimate from the bit rate.
        has_picture: whether the file holds moving pictures; a cover does not count.
    """

    path: Path
    codec: str
    container: str
    rate_hz: int
    channels: tuple[str, ...]
    duration_s: float | None
    delay_s: float
    exact: bool
    has_picture: bool

    @property
    def sure_s(self) -> float | None:
        """Length in seconds where the file promises it; nothing may hang on an estimate."""
        return self.duration_s if self.exact else None


@dataclass(frozen=True, slots=True)
class Track:
    """Decoded sound, or a part of it. The original file is what gets muxed.

    Attributes:
        samples: float32 [channels, n], -1..1, without NaN.
        rate_hz: samples per second.
        path: the file that it comes from; None: it was made in memory.
        start_s: where in the file it begins, in seconds.
        channels: names of the channels, if known.
        warnings: what the user should know about the file.
        whole_s: length of all the sound in the file, if it was decoded to its end.
        duration_s: length in seconds; follows from samples and rate.
    """

    samples: Samples = field(repr=False)
    rate_hz: int
    path: Path | None = None
    start_s: float = 0.0
    channels: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    whole_s: float | None = None
    duration_s: float = field(init=False)

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.samples.dtype != "float32":
            raise InputError(
                f"the sound is {self.samples.dtype} {self.samples.shape}",
                hint="Samples must be float32 [channels, n], -1..1.",
            )
        object.__setattr__(self, "duration_s", self.samples.shape[1] / self.rate_hz)

    def mono(self, rate_hz: int | None = None) -> Samples:
        """The sound in one channel at `rate_hz` (None: as it is): float32 [n], -1..1."""
        return resampled(downmix(self.samples, self.channels), self.rate_hz, rate_hz)


def probe_audio(path: Path, *, least_s: float = MIN_SOUND_S) -> AudioInfo:
    """What the file says about its sound, without decoding more than the beginning.

    Args:
        path: any file that ffmpeg can read.
        least_s: refuse sound that is surely shorter.

    Raises:
        InputError: not there, a folder, empty, not media, without sound, or surely too short.
    """
    with open_media(path, _KIND) as container:
        info = describe_sound(container, path)
        if info.sure_s is not None and info.sure_s < least_s:
            raise _too_short(path, info.sure_s)
        frames = decode_stream(container, container.streams.audio[0], Damage())
        return _formed(info, next(frames, None))[0]


def load_track(
    path: Path | str,
    *,
    start_s: float = 0.0,
    end_s: float | None = None,
    rate_hz: int | None = None,
    watch: Callable[[AudioInfo], Callable[[int], None] | None] | None = None,
) -> Track:
    """Decode a song, exact to the sample; delays of the encoder are taken off.

    Args:
        path: any file that ffmpeg can read; of a video, its sound.
        start_s: where to begin.
        end_s: where to end; None or beyond the end: at the end.
        rate_hz: resample to this; None keeps the rate of the file.
        watch: given what the file says; returns who is told of each second that is decoded.

    Raises:
        InputError: not there, a folder, empty, not media, without sound, or shorter than
            `MIN_SOUND_S`.
        UsageError: `start_s` and `end_s` leave nothing.
    """
    path = expanded(path)
    _check_range(start_s, end_s)
    damage = Damage()
    with open_media(path, _KIND) as container:
        info = describe_sound(container, path)
        stream = container.streams.audio[0]
        if info.sure_s is not None:
            LENGTH.check((min(info.sure_s, end_s or math.inf) - start_s) / 3600, f"song {path}")
        told = watch(info) if watch else None
        frames = counted(decode_stream(container, stream, damage), told)
        return join_sound(frames, info, damage, start_s=start_s, end_s=end_s, rate_hz=rate_hz)


def join_sound(
    frames: Iterator[Any],
    info: AudioInfo,
    damage: Damage,
    *,
    start_s: float = 0.0,
    end_s: float | None = None,
    rate_hz: int | None = None,
) -> Track:
    """The track of a stream's decoded frames, in the form of the first; see `load_track`.

    Args:
        frames: of the stream, from its beginning on; no more are taken than needed.
        info: what the file says of it.
        damage: what could not be decoded.
        start_s: where to begin.
        end_s: where to end.
        rate_hz: resample to this.

    Raises:
        InputError: nothing can be decoded, or less than `MIN_SOUND_S`.
    """
    import numpy as np

    opening = next(frames, None)
    info, form = _formed(info, opening)
    blocks, decoded = [], 0
    first, stop = round(start_s * info.rate_hz), _stop_sample(info, end_s)
    for block in sound_blocks(itertools.chain([opening], frames), form):
        low, high = max(first - decoded, 0), min(stop - decoded, block.shape[1])
        if low < high:
            blocks.append(block[:, low:high])
        decoded += block.shape[1]
        LENGTH.check((min(decoded, stop) - first) / info.rate_hz / 3600, f"song {info.path}")
        if decoded >= stop:
            break
    if not decoded:
        raise _no_sound(info.path)
    samples = np.concatenate(blocks, axis=1) if blocks else np.zeros((1, 0), np.float32)
    del blocks
    samples = _without_padding(samples, info, first, decoded)
    whole_s = None if decoded >= stop else start_s + samples.shape[1] / info.rate_hz
    _check_length(samples.shape[1], info, start_s, decoded)
    odd = _clean(samples)
    return Track(
        resampled(samples, info.rate_hz, rate_hz),
        rate_hz or info.rate_hz,
        info.path,
        start_s,
        info.channels,
        _warnings(info, damage, decoded, end_s) + _told_of(odd, info.path),
        whole_s,
    )


def _formed(info: AudioInfo, frame: Any) -> tuple[AudioInfo, StreamForm]:
    """What a file says about its sound, as its first frame has it, and that frame's form.

    Raises:
        InputError: there is no frame, or it has too many channels.
    """
    if frame is None:
        raise _no_sound(info.path)
    form = form_of(frame)
    if len(form.channels) > MOST_CHANNELS:
        raise InputError(
            f"{info.path} has {len(form.channels)} channels, more than {MOST_CHANNELS}",
            hint="Mix it to fewer first: ffmpeg -i song.wav -ac 2 mixed.wav",
        )
    if form.rate_hz < _LEAST_RATE_HZ:
        raise InputError(
            f"{info.path} says that it has {form.rate_hz} samples a second, fewer than "
            f"{_LEAST_RATE_HZ}",
            hint="Its header is damaged, or it is no sound: ffmpeg -i old.wav -ar 44100 new.wav",
        )
    return replace(info, rate_hz=form.rate_hz, channels=form.channels), form


def describe_sound(container: InputContainer, path: Path) -> AudioInfo:
    """What an open file says about its first audio stream.

    Raises:
        InputError: it has none.
    """
    if not container.streams.audio:
        raise InputError(
            f"{path} has no sound in it",
            hint="Give a file with an audio stream.",
        )
    stream = container.streams.audio[0]
    codec = stream.codec_context
    if codec is None or not codec.sample_rate or not codec.channels:
        raise _no_sound(path)
    length_s = float((stream.duration or 0) * (stream.time_base or 0))
    if container.format.name == "mp3":
        length_s = mp3_promise_s(path) or length_s
    return AudioInfo(
        path=path,
        codec=codec.codec.canonical_name,
        container=container.format.name,
        rate_hz=codec.sample_rate,
        channels=tuple(channel.name for channel in codec.layout.channels),
        duration_s=length_s or (container.duration or 0) / 1e6 or None,
        delay_s=stream_delay_s(container, stream),
        exact=is_exact(container.format.name, path),
        has_picture=any(
            not stream.disposition & stream.disposition.attached_pic
            for stream in container.streams.video
        ),
    )


def _check_range(start_s: float, end_s: float | None) -> None:
    if not math.isfinite(start_s) or start_s < 0:
        raise UsageError(f"a song cannot begin at {start_s} s", hint="Give --from 0 or more.")
    if end_s is not None and not end_s > start_s:
        raise UsageError(
            f"nothing lies between {start_s:g} s and {end_s:g} s",
            hint="Give a --to that is later than --from.",
        )


def _stop_sample(info: AudioInfo, end_s: float | None) -> float:
    """The sample where decoding can stop: what is asked for, or all."""
    if end_s is None or not math.isfinite(end_s):
        return math.inf
    return round(end_s * info.rate_hz)


def _without_padding(samples: Samples, info: AudioInfo, first: int, decoded: int) -> Samples:
    """Take off what the encoder appended to fill its last block, if the container says so."""
    said = info.container.startswith("mov,") or _counts_samples(info)
    if not said or info.duration_s is None:
        return samples
    length = round(info.duration_s * info.rate_hz)
    if not 0 < decoded - length <= _MAX_PADDING:
        return samples
    return samples[:, : max(0, length - first)]


def _counts_samples(info: AudioInfo) -> bool:
    """Whether it is an MP3 that says how many samples it has, whatever lies behind them."""
    return info.container == "mp3" and info.exact


def _check_length(samples: int, info: AudioInfo, start_s: float, decoded: int) -> None:
    """Refuse what is too short to work with."""
    length_s, whole_s = samples / info.rate_hz, decoded / info.rate_hz
    if length_s >= MIN_SOUND_S:
        return
    if whole_s <= start_s:
        raise InputError(
            f"{info.path} ends at {whole_s:.2f} s, before the {start_s:g} s where to begin",
            hint="Give an earlier --from.",
        )
    raise _too_short(info.path, length_s)


def _clean(samples: Samples) -> int:
    """Make NaN silence and keep all within -1..1, in place; how many were no finite numbers."""
    import numpy as np

    odd = 0
    for channel in samples:  # a mask of one channel at a time
        odd += channel.size - int(np.count_nonzero(np.isfinite(channel)))
    np.nan_to_num(samples, copy=False, nan=0.0)
    np.clip(samples, -1.0, 1.0, out=samples)
    return odd


def _told_of(odd: int, path: Path) -> tuple[str, ...]:
    """What the user should know of samples that are no numbers."""
    if not odd:
        return ()
    return (
        f"{path.name} has samples that are NaN or infinite: {odd}; the first are taken as silence, "
        "the others as full scale",
    )


def _warnings(
    info: AudioInfo, damage: Damage, decoded: int, end_s: float | None
) -> tuple[str, ...]:
    """What the user should know about a file that could be decoded."""
    said, length_s = [], decoded / info.rate_hz
    stopped_early = end_s is not None and length_s >= end_s
    promised_s = _promised_s(info)
    if promised_s and not stopped_early and length_s < promised_s - _LACK_S:
        said.append(
            f"{info.path.name} is cut off: it says that it lasts {promised_s:.1f} s, "
            f"but its sound ends at {length_s:.1f} s"
        )
    elif damage.cut_off:
        said.append(
            f"{info.path.name} is damaged: its sound cannot be read beyond {length_s:.1f} s"
        )
    # Behind a song that is whole lie tags, which look like packets.
    whole = _counts_samples(info) and promised_s is not None and length_s >= promised_s
    if damage.packets and not whole:
        said.append(f"{info.path.name} is damaged; skipped packets: {damage.packets}")
    if end_s is not None and math.isfinite(end_s) and length_s < end_s - _LACK_S:
        said.append(f"{info.path.name} ends at {length_s:.1f} s, before the {end_s:g} s asked for")
    return tuple(said)


def _promised_s(info: AudioInfo) -> float | None:
    """How long the file promises to be; None if it only guesses."""
    if info.container == "wav":
        return wav_promise_s(info.path, info.duration_s) if info.duration_s else None
    return info.sure_s


def _too_short(path: Path, length_s: float) -> InputError:
    return InputError(
        f"{path} gives {length_s:.3f} s of sound, which is too short",
        hint=f"At least {MIN_SOUND_S:g} s are needed.",
    )


def _no_sound(path: Path) -> InputError:
    return InputError(
        f"{path} holds no sound that can be decoded",
        hint="It is damaged, or of another kind than its name says.",
    )
