"""Songs of odd kinds for tests, written by PyAV in this process; all sing a quiet tone."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["packets_of", "tone", "write_sound", "write_wav_head"]

_FORMATS = {"m4a": "ipod", "mka": "matroska", "aac": "adts", "opus": "ogg", "wma": "asf",
            "aif": "aiff", "oga": "ogg", "ts": "mpegts"}  # fmt: skip
_LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


def tone(
    seconds: float, rate_hz: int = 8000, channels: int = 1, hz: float = 200.0
) -> NDArray[np.float32]:
    """A tone that is a little louder in each channel than in the one before: [channels, n]."""
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    gains = np.linspace(0.1, 0.8, channels) if channels > 1 else np.array([0.5])
    sound: NDArray[np.float32] = (gains[:, None] * np.sin(2 * np.pi * hz * time)).astype(np.float32)
    return sound


def write_sound(
    path: Path,
    samples: NDArray[np.float32],
    rate_hz: int = 8000,
    codec: str = "",
    *,
    layout: str = "",
    tags: dict[str, str] | None = None,
    muxer: dict[str, str] | None = None,
    **options: str,
) -> Path:
    """Write samples [channels, n] in the container that the ending says.

    Args:
        path: the file.
        samples: what sounds.
        rate_hz: their rate.
        codec: ffmpeg's name of the encoder; empty: the container's own.
        layout: ffmpeg's name of the channels' layout; empty: the usual one.
        tags: of the file.
        muxer: options of the container.
        options: of the encoder.
    """
    import av

    suffix = path.suffix[1:].lower()
    with av.open(str(path), "w", format=_FORMATS.get(suffix, suffix), options=muxer or {}) as out:
        out.metadata.update(tags or {})
        name = layout or _LAYOUTS.get(len(samples), f"{len(samples)} channels")
        chosen = codec or out.default_audio_codec
        stream: Any = out.add_stream(chosen, rate=rate_hz, layout=name, options=dict(options))
        formats = stream.codec_context.codec.audio_formats or []
        kind = "fltp" if not formats else formats[0].name
        stream.codec_context.format = kind
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.T.reshape(1, -1)), format="flt", layout=name
        )
        frame.sample_rate = rate_hz
        resampler = av.AudioResampler(kind, name, rate_hz, frame_size=stream.frame_size or 1024)
        for piece in (*resampler.resample(frame), *resampler.resample(None), None):
            out.mux([packet for packet in stream.encode(piece) if packet.size])
    return path


def packets_of(*paths: Path) -> bytes:
    """The bytes of several files, one after the other."""
    return b"".join(path.read_bytes() for path in paths)


def write_wav_head(
    path: Path,
    data: bytes,
    *,
    code: int = 1,
    channels: int = 1,
    rate_hz: int = 8000,
    bits: int = 16,
) -> Path:
    """A WAV with any header, right or wrong, before its data."""
    width = channels * bits // 8
    form = struct.pack("<HHIIHH", code, channels, rate_hz, rate_hz * width, width, bits)
    body = (
        b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(data)) + data
    )
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path
