"""Small songs and videos for tests, made on the spot."""

from __future__ import annotations

import hashlib
import wave
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg
import numpy as np

from musivid.media.audio import load_track
from musivid.media.ffmpeg import file_url, run_ffmpeg
from musivid.media.frames import read_frames
from musivid.media.sink import FrameSink

RATE_HZ = 44_100
CLICK_S = 0.0045
CLICK_HZ = 3000
ENCODERS = {
    ".mp3": {"c:a": "libmp3lame", "b:a": "192k"},
    ".m4a": {"c:a": "aac", "b:a": "192k"},
    ".ogg": {"c:a": "libvorbis"},
    ".opus": {"c:a": "libopus"},
    ".flac": {"c:a": "flac"},
    ".wav": {"c:a": "pcm_s24le"},
}


def click_samples(
    duration_s: float = 3.0, rate_hz: int = RATE_HZ, every_s: float = 1.0
) -> np.ndarray:
    """A short burst at every second but the first, faint noise elsewhere: float32 [n]."""
    noise = np.random.default_rng(0).standard_normal(round(duration_s * rate_hz))
    samples = (0.01 * noise).astype(np.float32)
    phases = np.arange(round(CLICK_S * rate_hz)) * (2 * np.pi * CLICK_HZ / rate_hz)
    burst = (0.9 * np.sin(phases)).astype(np.float32)
    for click in range(1, int(duration_s / every_s)):
        start = round(click * every_s * rate_hz)
        samples[start : start + len(burst)] = burst
    return samples


def write_wav(path: Path, samples: np.ndarray, rate_hz: int = RATE_HZ) -> Path:
    """Write float samples [n] or [channels, n] as 16-bit WAV."""
    samples = np.atleast_2d(samples)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[0])
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes((samples.T * 32767).round().astype("<i2").tobytes())
    return path


def click_song(path: Path, duration_s: float = 3.0, rate_hz: int = RATE_HZ, **options: str) -> Path:
    """A click track in the format that the name says."""
    source = path.with_suffix(".source.wav")
    write_wav(source, click_samples(duration_s, rate_hz), rate_hz)
    if path.suffix == ".wav" and not options:
        return source.rename(path)
    options = {**ENCODERS[path.suffix], **options}
    run_ffmpeg(ffmpeg.output(ffmpeg.input(file_url(source)), file_url(path), **options))
    source.unlink()
    return path


def convert(
    source: Path,
    target: Path,
    source_options: dict[str, int] | None = None,
    filters: list[tuple[str, dict[str, str]]] | tuple[()] | list[tuple[Any, ...]] = (),
    **options: str,
) -> Path:
    """Another form of a file, by ffmpeg's options."""
    stream = ffmpeg.input(file_url(source), **(source_options or {}))
    for name, arguments in filters:
        stream = stream.filter(name, **arguments)
    run_ffmpeg(ffmpeg.output(stream, file_url(target), **options))
    return target


def click_times_s(path: Path, rate_hz: int = RATE_HZ) -> np.ndarray:
    """When the bursts of a file begin, in seconds."""
    loud = np.abs(load_track(path).mono(rate_hz)) > 0.3
    starts = np.flatnonzero(loud)
    apart = np.diff(starts, prepend=-rate_hz) > rate_hz // 10
    return starts[apart] / rate_hz


def moving_frames(count: int, size: tuple[int, int] = (64, 48), shade: int = 0) -> np.ndarray:
    """Frames that all differ: uint8 [count, height, width, 3]."""
    width, height = size
    frames = np.full((count, height, width, 3), shade, np.uint8)
    for k in range(count):
        frames[k, :, : 1 + k % width] = (200, (7 * k) % 256, 90)
        frames[k, k % height] = 255
    return frames


def write_video(
    path: Path,
    count: int = 10,
    size: tuple[int, int] = (64, 48),
    fps: Fraction = Fraction(25),
    shade: int = 0,
    **options: Any,
) -> Path:
    """A small video through our own sink."""
    with FrameSink(path, size=size, fps=fps, **options) as sink:
        for frame in moving_frames(count, size, shade):
            sink.write(frame)
    return path


def digest(path: Path) -> str:
    """A hash of all decoded frames."""
    state = hashlib.sha256()
    for _, frame in read_frames(path):
        state.update(frame.tobytes())
    return state.hexdigest()


def write_hdr(path: Path, transfer: str, signals: Sequence[float], matrix: int = 9) -> Path:
    """A film of 64x48 in HEVC of 10 bits: a frame of one grey for each signal, and three at least.

    Args:
        path: the film.
        transfer: pq or hlg.
        signals: of each frame, by BT.2100.
        matrix: number of the colour space in ISO/IEC 23091-2.
    """
    import av

    name, number = {"pq": ("smpte2084", 16), "hlg": ("arib-std-b67", 18)}[transfer]
    spaces = {2: "undef", 9: "bt2020nc"}
    tags = f"colorprim=bt2020:transfer={name}:colormatrix={spaces[matrix]}"
    with av.open(str(path), "w") as out:
        stream = out.add_stream(
            "libx265", rate=25, options={"x265-params": f"log-level=error:crf=4:{tags}"}
        )
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p10le"
        stream.codec_context.color_trc, stream.codec_context.color_primaries = number, 9
        stream.codec_context.colorspace = matrix
        # Of fewer than three frames this encoder's packets have no times at all, now and then.
        lasting = [*signals, *[signals[-1]] * (3 - len(signals))]
        for count, signal in enumerate(lasting):
            frame = av.VideoFrame(64, 48, "yuv420p10le")
            for plane, value in zip(
                frame.planes, (64 + round(876 * signal), 512, 512), strict=True
            ):
                row = np.full((plane.height, plane.line_size // 2), value, np.uint16)
                plane.update(row.tobytes())
            frame.pts = count
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path
